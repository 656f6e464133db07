#include "web/typed/rule.hpp"
#include <hyperlane/json/classify.hpp>
#include <hyperlane/json/sink.hpp>
#include <hyperlane/json/write.hpp>

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include <re2/re2.h>

namespace hyperlane::web {

namespace {

using json::Kind;
using json::Rule;
using json::RuleKind;
using json::TypeInfo;

// Debian 13's RE2 has a string view that is not the standard one.
bool fits(std::string_view text, const re2::RE2& regex) {
    return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), regex);
}

std::string_view text_of(const void* value, Kind kind) {
    if (kind == Kind::string) return *static_cast<const std::string*>(value);
    if (kind == Kind::string_view) return *static_cast<const std::string_view*>(value);
    return {};
}

template <typename Number>
bool compare(RuleKind kind, const Rule& rule, Number value) {
    if constexpr (std::is_integral_v<Number>) {
        switch (kind) {
            case RuleKind::min: return std::cmp_greater_equal(value, rule.low);
            case RuleKind::max: return std::cmp_less_equal(value, rule.low);
            case RuleKind::above: return std::cmp_greater(value, rule.low);
            default: return std::cmp_less(value, rule.low);
        }
    } else {
        const auto number = static_cast<double>(value);
        switch (kind) {
            case RuleKind::min: return number >= rule.real;
            case RuleKind::max: return number <= rule.real;
            case RuleKind::above: return number > rule.real;
            default: return number < rule.real;
        }
    }
}

// Calls `use` with the number at `value`; true for what is none.
template <typename Use>
bool with_number(const void* value, Kind kind, Use use) {
    switch (kind) {
        case Kind::int8: return use(*static_cast<const std::int8_t*>(value));
        case Kind::int16: return use(*static_cast<const std::int16_t*>(value));
        case Kind::int32: return use(*static_cast<const std::int32_t*>(value));
        case Kind::int64: return use(*static_cast<const std::int64_t*>(value));
        case Kind::uint8: return use(*static_cast<const std::uint8_t*>(value));
        case Kind::uint16: return use(*static_cast<const std::uint16_t*>(value));
        case Kind::uint32: return use(*static_cast<const std::uint32_t*>(value));
        case Kind::uint64: return use(*static_cast<const std::uint64_t*>(value));
        case Kind::float32: return use(*static_cast<const float*>(value));
        case Kind::float64: return use(*static_cast<const double*>(value));
        default: return true;
    }
}

bool within(std::size_t size, const Rule& rule) {
    return std::cmp_greater_equal(size, rule.low) && std::cmp_less_equal(size, rule.high);
}

std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::size_t length_of(const void* value, Kind kind) {
    if (kind == Kind::bytes) return static_cast<const json::Bytes*>(value)->size();
    return code_points(text_of(value, kind));
}

class Counter final : public json::Visitor {
public:
    bool visit(const void*, const void*) override {
        ++count;
        return true;
    }
    std::size_t count = 0;
};

std::size_t item_count(const void* value, const TypeInfo& type) {
    Counter counter;
    if (type.kind == Kind::list) {
        const auto& list = static_cast<const json::ListInfo&>(type);
        if (list.elements != nullptr) return list.elements(value).count;
        json::visit_elements(list, value, counter);
    } else if (type.kind == Kind::map) {
        static_cast<const json::MapInfo&>(type).visit(value, counter);
    }
    return counter.count;
}

// Elements are equal when they look the same in JSON, which is what a client sees of them.
class Spellings final : public json::Visitor {
public:
    explicit Spellings(const TypeInfo& element) : element_(element) {}
    bool visit(const void*, const void* value) override {
        std::string text;
        json::StringSink sink(text);
        if (!json::write_json(sink, value, element_, {})) return true;  // has no form to be compared
        sink.finish();
        texts_.push_back(std::move(text));
        return true;
    }
    bool differ() {
        std::ranges::sort(texts_);
        return std::ranges::adjacent_find(texts_) == texts_.end();
    }

private:
    const TypeInfo& element_;
    std::vector<std::string> texts_;
};

bool all_differ(const void* value, const TypeInfo& type) {
    if (type.kind != Kind::list) return true;
    const auto& list = static_cast<const json::ListInfo&>(type);
    Spellings spellings(*list.element);
    json::visit_elements(list, value, spellings);
    return spellings.differ();
}

bool is_one_of(std::span<const Rule> choices, const void* value, Kind kind) {
    const bool is_text = kind == Kind::string || kind == Kind::string_view;
    return std::ranges::any_of(choices, [&](const Rule& choice) {
        if (is_text) return choice.text == text_of(value, kind);
        return with_number(value, kind, [&](auto number) {
            if constexpr (std::is_integral_v<decltype(number)>) return std::cmp_equal(number, choice.low);
            return false;
        });
    });
}

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_domain(std::string_view domain) {
    for (;;) {
        const std::size_t dot = domain.find('.');
        const std::string_view label = domain.substr(0, dot);
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
        if (!std::ranges::all_of(label, [](char c) { return is_alphanumeric(c) || c == '-'; })) return false;
        if (dot == std::string_view::npos) return true;
        domain.remove_prefix(dot + 1);
    }
}

// "A valid email address" of the HTML standard (4.10.5.1.5), which says why it is narrower than RFC 5322.
bool is_email(std::string_view text) {
    constexpr std::string_view others = ".!#$%&'*+/=?^_`{|}~-";
    const std::size_t at = text.find('@');
    if (at == 0 || at == std::string_view::npos) return false;
    const auto allowed = [&](char c) { return is_alphanumeric(c) || others.contains(c); };
    return std::ranges::all_of(text.substr(0, at), allowed) && is_domain(text.substr(at + 1));
}

std::string number(const Rule& rule, Kind kind) {
    if (kind != Kind::float32 && kind != Kind::float64) return std::to_string(rule.low);
    char text[32];
    const auto [end, error] = std::to_chars(std::begin(text), std::end(text), rule.real);
    return {text, end};
}

std::string range(const Rule& rule, std::string_view one, std::string_view many) {
    const auto counted = [&](std::int64_t count) {
        return std::to_string(count) + ' ' + std::string(count == 1 ? one : many);
    };
    if (rule.low == rule.high) return "must have exactly " + counted(rule.low);
    if (rule.high == Rule::no_end) return "must have at least " + counted(rule.low);
    if (rule.low == 0) return "must have at most " + counted(rule.high);
    return "must have from " + std::to_string(rule.low) + " to " + counted(rule.high);
}

std::string choices(std::span<const Rule> rules, Kind kind) {
    const bool is_text = kind == Kind::string || kind == Kind::string_view;
    std::string names;
    for (const Rule& rule : rules) {
        if (!names.empty()) names += ", ";
        names += is_text ? '"' + std::string(rule.text) + '"' : std::to_string(rule.low);
    }
    return "must be one of " + names;
}

}  // namespace

bool holds(const RuleToCheck& check, const void* value, const TypeInfo& type) {
    const Rule& rule = check.rules.front();
    switch (rule.kind) {
        case RuleKind::min:
        case RuleKind::max:
        case RuleKind::above:
        case RuleKind::below:
            return with_number(value, type.kind, [&](auto number) { return compare(rule.kind, rule, number); });
        case RuleKind::length: return within(length_of(value, type.kind), rule);
        case RuleKind::items: return within(item_count(value, type), rule);
        case RuleKind::pattern: return check.regex == nullptr || fits(text_of(value, type.kind), *check.regex);
        case RuleKind::email: return is_email(text_of(value, type.kind));
        case RuleKind::one_of: return is_one_of(check.rules, value, type.kind);
        case RuleKind::unique: return all_differ(value, type);
        case RuleKind::custom: return rule.holds(value);
    }
    return true;
}

std::string demand_of(const RuleToCheck& check, const TypeInfo& type) {
    const Rule& rule = check.rules.front();
    switch (rule.kind) {
        case RuleKind::min: return "must be at least " + number(rule, type.kind);
        case RuleKind::max: return "must be at most " + number(rule, type.kind);
        case RuleKind::above: return "must be more than " + number(rule, type.kind);
        case RuleKind::below: return "must be less than " + number(rule, type.kind);
        case RuleKind::length:
            return type.kind == Kind::bytes ? range(rule, "byte", "bytes") : range(rule, "character", "characters");
        case RuleKind::items: return range(rule, "element", "elements");
        case RuleKind::pattern: return "must match " + std::string(rule.text);
        case RuleKind::email: return "must be an email address";
        case RuleKind::one_of: return choices(check.rules, type.kind);
        case RuleKind::unique: return "must not have two equal elements";
        case RuleKind::custom: return std::string(rule.text);
    }
    return "is not right";
}

}  // namespace hyperlane::web
