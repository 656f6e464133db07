#include "reader.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace hyperlane::json {
namespace {

constexpr std::size_t no_member = std::numeric_limits<std::size_t>::max();

// Members mostly come in the order of declaration, so the search starts at the one behind the latest.
std::size_t find_member(const ObjectInfo& info, std::string_view name, std::size_t expected) {
    const std::size_t count = info.members.size();
    for (std::size_t i = expected; i < count; ++i) {
        if (info.members[i].name == name) return i;
    }
    for (std::size_t i = 0; i < expected; ++i) {
        if (info.members[i].name == name) return i;
    }
    return no_member;
}

std::string_view without_comma(std::string_view written) { return {written.data() + 1, written.size() - 1}; }

// Whether a value that starts with `first` may be of this kind.
bool may_start(Kind kind, char first) {
    switch (kind) {
        case Kind::null: return first == 'n';
        case Kind::boolean: return first == 't' || first == 'f';
        case Kind::string:
        case Kind::string_view:
        case Kind::bytes:
        case Kind::time:
        case Kind::enumeration: return first == '"';
        case Kind::list:
        case Kind::tuple: return first == '[';
        case Kind::object:
        case Kind::map: return first == '{';
        default: return is_number_start(first);
    }
}

}  // namespace

// The usual case: the member that is expected next. Anything else is searched for.
[[gnu::always_inline]] inline bool Reader::read_member(const void* const* addresses, const ObjectInfo& info,
                                                       std::string_view tag, Progress& progress) {
    const std::size_t expected = progress.expected;
    if (expected >= info.members.size() || (progress.seen >> expected & 1) != 0) {
        return search_member(addresses, info, tag, progress);
    }
    const Member& member = info.members[expected];
    const std::uint32_t* const begin = cursor_.token();
    if (!cursor_.take_key(without_comma(member.written))) return search_member(addresses, info, tag, progress);
    progress.seen |= std::uint64_t{1} << expected;
    progress.expected = expected + 1;
    void* const out = const_cast<void*>(addresses[member.slot]);
    const bool sound = member.type->kind == Kind::string ? read_string(out) : read(out, *member.type);
    return sound || cursor_.recover(begin, member.name);
}

// Any other key than the one expected, or one that is written in an unusual way.
[[gnu::noinline]] bool Reader::search_member(const void* const* addresses, const ObjectInfo& info, std::string_view tag,
                                             Progress& progress) {
    const std::uint32_t* const begin = cursor_.token();
    RawString key;
    if (!cursor_.key(key)) return false;
    std::string scratch;
    if (key.escaped && !cursor_.unescape(key, scratch)) return false;
    const std::string_view name = key.escaped ? std::string_view(scratch) : key.text;
    const std::size_t found = find_member(info, name, progress.expected);
    if (found == no_member) return skip_member(info, tag, name, begin);
    const std::uint64_t bit = std::uint64_t{1} << found;
    if ((progress.seen & bit) != 0) {
        cursor_.fail(Problem::duplicate_key, *begin, "this member has been there before");
        return cursor_.recover(begin, name);
    }
    progress = {found + 1, progress.seen | bit};
    const Member& member = info.members[found];
    return read(const_cast<void*>(addresses[member.slot]), *member.type) || cursor_.recover(begin, name);
}

bool Reader::skip_member(const ObjectInfo& info, std::string_view tag, std::string_view name,
                         const std::uint32_t* begin) {
    const bool is_tag = tag.data() != nullptr && name == tag;
    if ((cursor_.options().refuse_unknown_members || info.refuse_unknown) && !is_tag) {
        cursor_.fail(Problem::unknown_member, *begin, "there is no such member");
        return cursor_.recover(begin, name);
    }
    return cursor_.check_value() || cursor_.leave(name);
}

bool Reader::read_object(void* out, const ObjectInfo& info, std::string_view tag) {
    const std::size_t at = cursor_.offset();
    if (!begin_container('{', "an object")) return false;
    const void* addresses[ObjectInfo::max_members];
    info.locate(out, addresses);
    Progress progress;
    bool more = has_elements('}');
    while (more) {
        if (!read_member(addresses, info, tag, progress) || !cursor_.separator('}', more)) return false;
    }
    cursor_.leave_container();
    if ((info.required & ~progress.seen) != 0) [[unlikely]]
        return fail_missing(info, progress.seen, at);
    return cursor_.is_sound(at);
}

bool Reader::fail_missing(const ObjectInfo& info, std::uint64_t seen, std::size_t at) {
    for (std::size_t i = 0; i < info.members.size() && !cursor_.is_full(); ++i) {
        if ((info.required & ~seen & std::uint64_t{1} << i) == 0) continue;
        cursor_.fail(Problem::missing_member, at, "this member is missing");
        cursor_.leave(info.members[i].name);
    }
    return false;
}

bool Reader::read_variant(void* out, const VariantInfo& info) {
    const char first = cursor_.peek();
    for (std::size_t i = 0; i < info.alternatives.size(); ++i) {
        const Alternative& alternative = info.alternatives[i];
        if (may_start(alternative.type->kind, first)) {
            if (alternative.type->kind == Kind::object) return read_tagged(out, info);
            return read(info.emplace(out, i), *alternative.type);
        }
    }
    const bool objects_only =
        std::ranges::all_of(info.alternatives, [](const Alternative& each) { return each.type->kind == Kind::object; });
    return cursor_.fail_type(objects_only ? "an object" : "a value of another type");
}

// Looks ahead for the tag, which need not come first; what is skipped is checked when it is read. False when the
// object is malformed.
bool Reader::find_tag(std::string_view tag, Tag& out) {
    cursor_.skip_token();
    bool more = has_elements('}');
    while (more) {
        RawString key;
        std::string scratch;
        if (!cursor_.key(key) || (key.escaped && !cursor_.unescape(key, scratch))) return false;
        if (tag == (key.escaped ? std::string_view(scratch) : key.text)) {
            out.found = true;
            out.offset = cursor_.offset();
            std::string_view content;
            if (!text("a string", scratch, content)) return cursor_.leave(tag);
            out.value = content;
            return true;
        }
        if (!cursor_.skip_unchecked() || !cursor_.separator('}', more)) return false;
    }
    return true;
}

bool Reader::read_tagged(void* out, const VariantInfo& info) {
    const Cursor::Place begin = cursor_.place();
    const std::size_t at = cursor_.offset();
    Tag tag;
    const bool sound = find_tag(info.tag, tag);
    if (!sound && tag.found) return false;
    cursor_.return_to(begin);
    if (!sound) return cursor_.check_value() && cursor_.fail(Problem::syntax, at, "this object is malformed");
    if (!tag.found) {
        cursor_.fail(Problem::missing_member, at, "this member is missing");
        return cursor_.leave(info.tag);
    }
    std::string names;
    for (std::size_t i = 0; i < info.alternatives.size(); ++i) {
        const Alternative& each = info.alternatives[i];
        if (each.type->kind != Kind::object) continue;
        if (each.tag == tag.value)
            return read_object(info.emplace(out, i), static_cast<const ObjectInfo&>(*each.type), info.tag);
        names += (names.empty() ? "\"" : ", \"") + std::string(each.tag) + '"';
    }
    cursor_.fail(Problem::bad_value, tag.offset, "expected one of " + names + ", got " + quote(tag.value));
    return cursor_.leave(info.tag);
}

}  // namespace hyperlane::json
