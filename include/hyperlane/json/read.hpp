#pragma once

/// JSON text into C++ values: `from_json<User>(text)`. Strict RFC 8259; what is wrong is said with a JSON Pointer, a
/// line and a column.

#include <hyperlane/base/result.hpp>
#include <hyperlane/json/describe.hpp>
#include <hyperlane/json/readable.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace hyperlane::json {

struct ReadOptions {
    static constexpr std::size_t highest_depth = 1024;  ///< `max_depth` is cut to this, for the sake of the stack

    std::size_t max_depth = 64;           ///< arrays and objects inside each other
    bool refuse_unknown_members = false;  ///< members that the struct does not have; otherwise checked and skipped
    bool refuse_duplicate_keys =
        false;  ///< in maps and json::Value, where the last one wins otherwise; structs always refuse
};

/// What kind of thing is wrong with a text. Up to `too_deep` it is no acceptable JSON, whatever the type; from
/// `wrong_type` on it is well-formed JSON of the wrong shape.
enum class Problem : std::uint8_t {
    syntax,
    utf8,       ///< not UTF-8, or a lone surrogate escape
    too_large,  ///< 4 GiB or more
    too_deep,
    wrong_type,
    out_of_range,  ///< a number that the type cannot hold
    missing_member,
    unknown_member,
    duplicate_key,
    bad_value,  ///< right JSON type, wrong content: no such enumerator or tag, bad base64 or time, wrong length
};

/// The stable name of a problem ("wrong_type").
[[nodiscard]] std::string_view name_of(Problem problem) noexcept;

struct ReadError {
    Problem problem = Problem::syntax;
    std::string pointer;  ///< RFC 6901: where in the document; empty for the root
    std::size_t line = 1;
    std::size_t column = 1;  ///< in characters, from 1
    std::size_t offset = 0;  ///< in bytes, from 0
    std::string message;     ///< "expected an integer, got a string"

    /// Whether the text is no JSON (400), in contrast to JSON of the wrong shape (422).
    [[nodiscard]] bool is_syntax() const noexcept { return problem <= Problem::too_deep; }

    /// "/users/3/age: expected an integer, got a string (line 4, column 13)"
    [[nodiscard]] std::string to_string() const;

    /// As an Error with code `bad_message`, for functions that return Result.
    [[nodiscard]] Error to_error() const;

    [[nodiscard]] friend bool operator==(const ReadError&, const ReadError&) = default;
};

/// Read one document into the object that `info` describes. The compiled core of `from_json`.
///
/// out      the object; on failure it holds what has been read
/// returns  nothing if it worked; one error if the text is no JSON; otherwise what is wrong with its shape, at most
///          `most_errors`
[[nodiscard]] std::vector<ReadError> read_json(std::string_view text, void* object, const TypeInfo& info,
                                               const ReadOptions& options, std::size_t most_errors = 1);

/// Whether `text` is one JSON document, and nothing else.
[[nodiscard]] std::expected<void, ReadError> check_json(std::string_view text, const ReadOptions& options = {});

}  // namespace hyperlane::json

namespace hyperlane {

/// Parse one JSON document.
///
/// in       the whole text: one value and white space around it; needs no padding, is not copied
/// returns  the value. Members absent from the text are an error, unless they can be empty (std::optional,
///          std::unique_ptr, std::shared_ptr: then they are) or have a default by `json::options`. Unknown members are
///          checked and skipped. Numbers must fit: 300 is no std::uint8_t, 1.5 and 1e2 are no integers
/// errors   the first one found; one of syntax comes before one of shape, wherever it stands
/// cost     one vectorised pass for the structure and one for the values; allocates only what T itself needs
/// threads  any; keeps a work area per thread
/// source   RFC 8259
template <typename T>
[[nodiscard]] std::expected<T, json::ReadError> from_json(std::string_view text,
                                                          const json::ReadOptions& options = {}) {
    static_assert(!std::is_reference_v<T> && !std::is_const_v<T>,
                  "json: read into a plain type, not a reference or const");
    if (false) json::detail::check_readable<T>();
    std::expected<T, json::ReadError> result;
    if (auto errors = json::read_json(text, &*result, json::type_info<T>(), options); !errors.empty()) [[unlikely]]
        result = std::unexpected(std::move(errors.front()));
    return result;
}

}  // namespace hyperlane
