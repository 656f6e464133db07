#include <hyperlane/base/utf8.hpp>
#include <hyperlane/json/describe.hpp>
#include <hyperlane/json/text.hpp>
#include "web/typed/members.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace hyperlane::web {

namespace {

constexpr std::size_t most_elements = 1000;  // of a repeated parameter

}  // namespace

std::string unfit_list(const json::ObjectInfo& object, const json::Member& member) {
    if (member.type->kind != json::Kind::list) return {};
    const auto& list = static_cast<const json::ListInfo&>(*member.type);
    if (list.clear != nullptr && list.append != nullptr) return {};
    return std::string(object.name) + "::" + std::string(member.name) +
           " cannot take repeated parameters: make it a std::vector (of anything but bool)";
}

std::string_view with_plain_lines(std::string_view text, Arena& arena) {
    if (!text.contains("\r\n")) return text;
    char* const begin = arena.allocate_text(text.size());
    char* out = begin;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!text.substr(i).starts_with("\r\n")) *out++ = text[i];
    }
    arena.trim(out);
    return {begin, static_cast<std::size_t>(out - begin)};
}

bool is_left_empty(std::string_view text, const json::TypeInfo& type) noexcept {
    if (!text.empty()) return false;
    switch (type.kind) {
        case json::Kind::optional: return is_left_empty(text, *static_cast<const json::OptionalInfo&>(type).inner);
        case json::Kind::list: return is_left_empty(text, *static_cast<const json::ListInfo&>(type).element);
        case json::Kind::string:
        case json::Kind::string_view:
        case json::Kind::bytes: return false;
        default: return true;
    }
}

namespace {

// json::Patch: an absent field keeps what is there, an empty one clears it.
void clear_patch(void* out, const json::TypeInfo& type) {
    if (type.kind != json::Kind::optional) return;
    const auto& optional = static_cast<const json::OptionalInfo&>(type);
    if (optional.is_absent != nullptr) optional.reset(out);
}

bool is_boolean(const json::TypeInfo& type) noexcept {
    if (type.kind == json::Kind::optional) return is_boolean(*static_cast<const json::OptionalInfo&>(type).inner);
    return type.kind == json::Kind::boolean;
}

// A checkbox that comes with a hidden field of the same name, so that something is sent when it is not ticked: one that
// is true wins, wherever it stands.
std::string read_once_more(std::string_view text, void* out, const json::TypeInfo& type) {
    bool more = false;
    std::string problem = json::read_text(text, &more, json::type_info<bool>());
    return problem.empty() && more ? json::read_text(text, out, type) : problem;
}

}  // namespace

MemberReader::MemberReader(void* object, const json::TypeInfo& type, std::string_view place)
    : object_(object), info_(static_cast<const json::ObjectInfo&>(type)), place_(place) {
    info_.locate(object, addresses_);
}

void MemberReader::blame(std::string_view name, std::string message) {
    if (violations_.size() >= Validator::most_violations) return;
    const bool readable = is_utf8(name);
    violations_.push_back({std::string(place_), readable ? std::string(name) : std::string(), std::move(message)});
}

void MemberReader::take(std::string_view name, std::string_view value) {
    const std::size_t count = info_.members.size();
    for (std::size_t tried = 0; tried < count; ++tried) {
        const std::size_t index = expected_ + tried < count ? expected_ + tried : expected_ + tried - count;
        const json::Member& member = info_.members[index];
        if (member.name != name) continue;
        read(member, index, value);
        expected_ = index + 1 < count ? index + 1 : 0;
        return;
    }
    if (info_.refuse_unknown) blame(name, "is not known here");
}

void MemberReader::read(const json::Member& member, std::size_t index, std::string_view value) {
    const std::uint64_t bit = std::uint64_t{1} << index;
    void* const out = const_cast<void*>(addresses_[member.slot]);
    std::string problem;
    if (is_left_empty(value, *member.type)) return clear_patch(out, *member.type);
    if (member.type->kind == json::Kind::list) {
        const auto& list = static_cast<const json::ListInfo&>(*member.type);
        if (list.clear == nullptr || list.append == nullptr) throw std::logic_error(unfit_list(info_, member));
        if ((seen_ & bit) == 0) list.clear(out);
        const std::size_t elements = list.elements != nullptr ? list.elements(out).count : 0;
        problem = elements < most_elements ? json::read_text(value, list.append(out), *list.element)
                                           : "is repeated too often";
    } else if ((seen_ & bit) != 0) {
        problem = is_boolean(*member.type) ? read_once_more(value, out, *member.type) : "must be given once only";
    } else {
        problem = json::read_text(value, out, *member.type);
    }
    seen_ |= bit;
    if (problem.empty()) return;
    if ((failed_ >> member.slot & 1) == 0) blame(member.name, std::move(problem));
    failed_ |= std::uint64_t{1} << member.slot;
}

std::vector<Violation> MemberReader::finish(const Validator& validator) {
    for (std::size_t i = 0; i < info_.members.size(); ++i) {
        const json::Member& member = info_.members[i];
        if ((seen_ >> i & 1) != 0 || !member.required || member.type->kind == json::Kind::list) continue;
        if (member.type->kind == json::Kind::boolean) {  // a checkbox that is not ticked sends nothing
            *static_cast<bool*>(const_cast<void*>(addresses_[member.slot])) = false;
            continue;
        }
        blame(member.name, "is missing");
        failed_ |= std::uint64_t{1} << member.slot;
    }
    if (!validator.is_empty()) validator.check(object_, place_, PointerStyle::name, violations_, failed_);
    return std::move(violations_);
}

}  // namespace hyperlane::web
