#include <hyperlane/http/conditional.hpp>
#include <hyperlane/http/chars.hpp>
#include <hyperlane/http/date.hpp>
#include <hyperlane/http/list.hpp>

#include <cstddef>

namespace hyperlane::http {

namespace {

using Time = std::chrono::sys_seconds;

/// Cut the tag that begins the text off it; nullopt if none does.
std::optional<EntityTag> take_tag(std::string_view& text) noexcept {
    const bool weak = text.starts_with("W/");
    const std::size_t quote = weak ? 2 : 0;
    if (text.size() < quote + 2 || text[quote] != '"') return std::nullopt;
    const std::size_t end = text.find('"', quote + 1);
    if (end == std::string_view::npos || !all(text.substr(quote + 1, end - quote - 1), entity_tag_char))
        return std::nullopt;
    const EntityTag tag{text.substr(quote, end + 1 - quote), weak};
    text.remove_prefix(end + 1);
    return tag;
}

/// The reader of lists is not used here: a tag may hold a backslash, which escapes nothing (RFC 9110 8.8.3).
template <typename Match>
bool any_tag(std::string_view list, Match match) noexcept {
    for (;;) {
        while (!list.empty() && (is_ows(list.front()) || list.front() == ',')) list.remove_prefix(1);
        const auto tag = take_tag(list);
        if (!tag.has_value()) return false;
        if (match(*tag)) return true;
        while (!list.empty() && is_ows(list.front())) list.remove_prefix(1);
        if (!list.starts_with(',')) return false;
    }
}

bool if_match_holds(std::string_view list, const Validators& has) noexcept {
    if (trim_ows(list) == "*") return has.exists;
    const auto current = parse_entity_tag(has.etag);
    if (!has.exists || !current.has_value()) return false;
    return any_tag(list, [&](EntityTag tag) { return strong_match(tag, *current); });
}

bool if_none_match_holds(std::string_view list, const Validators& has) noexcept {
    if (trim_ows(list) == "*") return !has.exists;
    const auto current = parse_entity_tag(has.etag);
    if (!has.exists || !current.has_value()) return true;
    return !any_tag(list, [&](EntityTag tag) { return weak_match(tag, *current); });
}

/// True if the date is valid and the representation has changed after it; without a date to compare, `otherwise`.
bool is_modified_since(std::string_view date, const Validators& has, Time now, bool otherwise) noexcept {
    const auto since = parse_http_date(date, now);
    if (!since.has_value() || !has.last_modified.has_value()) return otherwise;
    return *has.last_modified > *since;
}

}  // namespace

std::optional<EntityTag> parse_entity_tag(std::string_view text) noexcept {
    const auto tag = take_tag(text);
    return text.empty() ? tag : std::nullopt;
}

bool strong_match(EntityTag a, EntityTag b) noexcept { return !a.weak && !b.weak && a.opaque == b.opaque; }

bool weak_match(EntityTag a, EntityTag b) noexcept { return a.opaque == b.opaque; }

Verdict evaluate(Method method, const Preconditions& asked, const Validators& has, Time now) noexcept {
    const bool reads = method == Method::GET || method == Method::HEAD;
    if (asked.if_match.has_value()) {
        if (!if_match_holds(*asked.if_match, has)) return Verdict::failed;
    } else if (asked.if_unmodified_since.has_value()) {
        if (is_modified_since(*asked.if_unmodified_since, has, now, false)) return Verdict::failed;
    }
    if (asked.if_none_match.has_value()) {
        if (!if_none_match_holds(*asked.if_none_match, has)) return reads ? Verdict::not_modified : Verdict::failed;
    } else if (reads && asked.if_modified_since.has_value()) {
        if (!is_modified_since(*asked.if_modified_since, has, now, true)) return Verdict::not_modified;
    }
    return Verdict::proceed;
}

bool if_range_holds(std::string_view if_range, const Validators& has, Time now) noexcept {
    if_range = trim_ows(if_range);
    if (const auto tag = parse_entity_tag(if_range); tag.has_value()) {
        const auto current = parse_entity_tag(has.etag);
        return current.has_value() && strong_match(*tag, *current);
    }
    const auto date = parse_http_date(if_range, now);
    if (!date.has_value() || !has.last_modified.has_value()) return false;
    return *date == *has.last_modified && *has.last_modified + std::chrono::seconds(1) <= now;
}

}  // namespace hyperlane::http
