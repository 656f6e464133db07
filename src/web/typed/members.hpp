#pragma once

/// Fills a plain struct from texts that come with names: a query, a form, the parameters of a path.

#include <hyperlane/base/arena.hpp>
#include <hyperlane/json/type_info.hpp>
#include <hyperlane/web/http_error.hpp>
#include <hyperlane/web/typed/validate.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hyperlane::web {

/// Why a list cannot be filled element by element, such as std::array; empty for every other member.
[[nodiscard]] std::string unfit_list(const json::ObjectInfo& object, const json::Member& member);

/// Browsers send the ends of lines as CR LF, whatever the page and its scripts see and count (HTML 4.10.22.4): as LF.
[[nodiscard]] std::string_view with_plain_lines(std::string_view text, Arena& arena);

/// A field without content, as browsers send every field of a form that nobody has filled in: as good as absent, unless
/// it can be a text.
[[nodiscard]] bool is_left_empty(std::string_view text, const json::TypeInfo& type) noexcept;

class MemberReader {
public:
    /// in  place: "query", "form" or "path", for messages
    MemberReader(void* object, const json::TypeInfo& type, std::string_view place);

    /// One name with its decoded value. Goes on after a mistake, so that all are found.
    ///
    /// in  value: of a parameter; a member that is a view views it
    void take(std::string_view name, std::string_view value);

    /// After the last: what is missing, what breaks a rule.
    [[nodiscard]] std::vector<Violation> finish(const Validator& validator);

private:
    void read(const json::Member& member, std::size_t index, std::string_view value);
    void blame(std::string_view name, std::string message);

    void* object_;  // views the caller's
    const json::ObjectInfo& info_;
    std::string_view place_;
    const void* addresses_[json::ObjectInfo::max_members];
    std::uint64_t seen_ = 0;    // bit i: member i has come
    std::uint64_t failed_ = 0;  // bit s: the member in slot s cannot be looked at
    std::size_t expected_ = 0;  // most clients keep the order
    std::vector<Violation> violations_;
};

}  // namespace hyperlane::web
