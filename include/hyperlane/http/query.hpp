#pragma once

/// Query strings and form bodies: `name=value` pairs joined by "&", decoded on demand
/// (application/x-www-form-urlencoded, WHATWG URL section 5).

#include <hyperlane/base/arena.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace hyperlane::http {

/// Both parts as they came, still encoded.
struct QueryPair {
    std::string_view name;
    std::string_view value;  ///< empty if there is no "="
};

/// Walks the pairs; empty ones ("a&&b") are skipped.
///
///     for (QueryReader pairs(query); auto pair = pairs.next();) …
class QueryReader {
public:
    explicit QueryReader(std::string_view query) noexcept : rest_(query) {}

    [[nodiscard]] std::optional<QueryPair> next() noexcept;

private:
    std::string_view rest_;  // views the caller's text
};

/// Decode "%41" and "+".
///
/// returns  `text` itself if there is nothing to decode, else a view into the arena; nullopt if malformed
[[nodiscard]] std::optional<std::string_view> decode_query_component(std::string_view text, Arena& arena);

/// The decoded value of the first pair of that (decoded) name; nullopt if absent or malformed.
[[nodiscard]] std::optional<std::string_view> find_query_value(std::string_view query, std::string_view name,
                                                               Arena& arena);

/// Append `text` so that it is safe as a name or a value of a query or form: all but unreserved characters become
/// "%XX". A space becomes "%20", which both forms of decoding understand.
void append_query_component(std::string& out, std::string_view text);

/// Append `text` so that it is safe as one segment of a path: "/" becomes "%2F".
void append_path_segment(std::string& out, std::string_view text);

}  // namespace hyperlane::http
