#pragma once

/// C++ values into JSON text: `to_json(user)`, or `write_json(sink, user)` straight into an output buffer.

#include <hyperlane/base/result.hpp>
#include <hyperlane/json/describe.hpp>
#include <hyperlane/json/sink.hpp>

#include <cstddef>
#include <string>

namespace hyperlane::json {

struct WriteOptions {
    static constexpr std::size_t highest_depth = 1024;  ///< `max_depth` is cut to this, for the sake of the stack

    std::size_t indent =
        0;  ///< 0 writes one line without spaces; otherwise one line per element, indented by this many
    std::size_t max_depth = 256;  ///< arrays and objects inside each other; ends a ring of std::shared_ptr
};

/// For people to read.
inline constexpr WriteOptions pretty{.indent = 2};

/// Write the object that `info` describes. The compiled core of `write_json`.
[[nodiscard]] Result<> write_json(Sink& sink, const void* object, const TypeInfo& info, const WriteOptions& options);

}  // namespace hyperlane::json

namespace hyperlane {

/// Append `value` to a sink as JSON.
///
/// errors   invalid_argument, naming the place by a JSON Pointer: text that is not UTF-8, a number that is not finite,
///          an enum value without a name, a time outside the years 0 to 9999, a valueless variant, nesting above
///          `max_depth`; too_large when the sink is full. What has been written by then stays in the sink: drop it
/// cost     one pass; no allocation of its own
template <typename T>
[[nodiscard]] Result<> write_json(json::Sink& sink, const T& value, const json::WriteOptions& options = {}) {
    return json::write_json(sink, std::addressof(value), json::type_info<T>(), options);
}

/// `value` as JSON. Errors as for `write_json`.
template <typename T>
[[nodiscard]] Result<std::string> to_json(const T& value, const json::WriteOptions& options = {}) {
    std::string text;
    json::StringSink sink(text);
    Result<> written = json::write_json(sink, std::addressof(value), json::type_info<T>(), options);
    if (!written) return std::unexpected(std::move(written.error()));
    sink.finish();
    return text;
}

}  // namespace hyperlane
