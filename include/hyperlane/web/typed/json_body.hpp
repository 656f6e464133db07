#pragma once

/// JSON bodies of requests and responses: what `ctx.get_request_body_json<T>()` and `ctx.set_response_body_json(x)` do.

#include <hyperlane/json/read.hpp>
#include <hyperlane/json/write.hpp>
#include <hyperlane/web/context.hpp>
#include <hyperlane/web/typed/validate.hpp>

#include <utility>

namespace hyperlane::web {

/// Read the body of a request into the object that `type` describes, and check it.
///
/// errors   made for the client: 415 unsupported_media_type, 400 malformed_json or 422 validation_failed, the latter
///          with all places that are wrong
[[nodiscard]] Result<> read_json_body(const Context& ctx, void* object, const json::TypeInfo& type,
                                      const Validator& validator);

/// Make the object the body of the response.
///
/// errors   throws std::invalid_argument if it cannot be written
/// cost     one pass; no heap allocation up to 16 KiB
void write_json_body(const Context& ctx, const void* object, const json::TypeInfo& type);

template <typename T>
struct JsonBody {
    [[nodiscard]] static Result<T> read(const Context& ctx) {
        if (false) json::detail::check_readable<T>();
        Result<T> result;
        Result<> read = read_json_body(ctx, std::addressof(*result), json::type_info<T>(), validator_of<T>());
        if (!read) [[unlikely]]
            result = std::unexpected(std::move(read.error()));
        return result;
    }
    static void write(const Context& ctx, const T& value) {
        write_json_body(ctx, std::addressof(value), json::type_info<T>());
    }
};

}  // namespace hyperlane::web
