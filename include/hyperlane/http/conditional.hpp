#pragma once

/// Conditional requests (RFC 9110 section 13): entity tags, and whether a request may go on.

#include <hyperlane/base/clock.hpp>
#include <hyperlane/http/method.hpp>

#include <optional>
#include <string_view>

namespace hyperlane::http {

/// `"abc"` or `W/"abc"` (RFC 9110 8.8.3).
struct EntityTag {
    std::string_view opaque;  ///< with its quotes; views the caller's text
    bool weak = false;
};

[[nodiscard]] std::optional<EntityTag> parse_entity_tag(std::string_view text) noexcept;

/// Equal, and neither is weak (RFC 9110 8.8.3.2).
[[nodiscard]] bool strong_match(EntityTag a, EntityTag b) noexcept;
/// Equal, weak or not.
[[nodiscard]] bool weak_match(EntityTag a, EntityTag b) noexcept;

/// What the server knows of the selected representation.
struct Validators {
    bool exists = true;          ///< false: there is no current representation (a PUT that creates)
    std::string_view etag = {};  ///< as in the ETag field; empty if there is none
    std::optional<std::chrono::sys_seconds> last_modified = {};
};

/// The fields as they came; several lines of one name are joined by ", ". Absent fields are nullopt.
struct Preconditions {
    std::optional<std::string_view> if_match = {};
    std::optional<std::string_view> if_none_match = {};
    std::optional<std::string_view> if_modified_since = {};
    std::optional<std::string_view> if_unmodified_since = {};
};

enum class Verdict : std::uint8_t {
    proceed,
    not_modified,  ///< answer 304
    failed,        ///< answer 412
};

/// Evaluate in the order of RFC 9110 13.2.2.
///
/// in       `now` is needed to read two-digit years
/// errors   a malformed date is ignored, as 13.1.3 and 13.1.4 ask; a malformed list of tags matches up to the mistake
///          only
[[nodiscard]] Verdict evaluate(Method method, const Preconditions& asked, const Validators& has,
                               std::chrono::sys_seconds now) noexcept;

/// Does If-Range hold, so that Range counts (RFC 9110 13.1.5)? Tags compare strongly. A date must be the very
/// Last-Modified, and that at least a second before `now`, else it is no strong validator (8.8.2.2).
[[nodiscard]] bool if_range_holds(std::string_view if_range, const Validators& has,
                                  std::chrono::sys_seconds now) noexcept;

}  // namespace hyperlane::http
