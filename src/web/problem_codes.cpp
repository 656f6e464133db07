#include <hyperlane/web/problem.hpp>

#include <array>

namespace hyperlane::web {

namespace {

// The first of each status is what an error without a code gets.
constexpr std::array codes{
    ErrorCodeInfo{"bad_request", 400, "The request cannot be understood."},
    ErrorCodeInfo{"malformed_path", 400, "The path holds a malformed percent escape or an encoded NUL."},
    ErrorCodeInfo{"invalid_parameter", 400,
                  "A parameter of path, query, header or cookie is missing or of the wrong type; see `errors`."},
    ErrorCodeInfo{"malformed_json", 400, "The body is not JSON (RFC 8259)."},
    ErrorCodeInfo{"malformed_form", 400, "The body is not a form (application/x-www-form-urlencoded)."},
    ErrorCodeInfo{"malformed_multipart", 400, "The body is not multipart/form-data (RFC 7578)."},
    ErrorCodeInfo{"malformed_content", 400, "The body is not what its Content-Encoding says."},
    ErrorCodeInfo{"unauthorized", 401, "Credentials are missing or wrong; see WWW-Authenticate."},
    ErrorCodeInfo{"forbidden", 403, "The client may not do this."},
    ErrorCodeInfo{"cross_origin_refused", 403, "The request comes from a page of another site."},
    ErrorCodeInfo{"not_found", 404, "Nothing is at this path, or not any more."},
    ErrorCodeInfo{"method_not_allowed", 405, "The path answers other methods only; see Allow."},
    ErrorCodeInfo{"not_acceptable", 406, "Nothing that there is suits what Accept or Accept-Encoding asks for."},
    ErrorCodeInfo{"request_timeout", 408, "The request did not arrive in time."},
    ErrorCodeInfo{"conflict", 409, "The state of the resource forbids it, such as a name that is taken."},
    ErrorCodeInfo{"gone", 410, "What was here has been removed for good."},
    ErrorCodeInfo{"precondition_failed", 412, "A condition of the request (If-Match, …) does not hold."},
    ErrorCodeInfo{"body_too_large", 413, "The body, as sent or decompressed, is larger than this resource takes."},
    ErrorCodeInfo{"unsupported_media_type", 415, "The body has a Content-Type that is not understood here."},
    ErrorCodeInfo{"unsupported_content_coding", 415,
                  "The body has a Content-Encoding that is not understood here; see Accept-Encoding."},
    ErrorCodeInfo{"range_not_satisfiable", 416, "No part of the requested range exists; see Content-Range."},
    ErrorCodeInfo{"unprocessable_content", 422, "The body is well-formed and cannot be processed."},
    ErrorCodeInfo{"validation_failed", 422, "The body has values that are not allowed; see `errors`."},
    ErrorCodeInfo{"upgrade_required", 426, "The resource speaks another protocol; see Upgrade."},
    ErrorCodeInfo{"precondition_required", 428, "The request must be conditional."},
    ErrorCodeInfo{"too_many_requests", 429, "The client has used up its share; see Retry-After."},
    ErrorCodeInfo{"internal_error", 500, "The server made a mistake. The log has more under the request id."},
    ErrorCodeInfo{"not_implemented", 501, "The server cannot do this."},
    ErrorCodeInfo{"bad_gateway", 502, "A server behind this one gave no valid answer."},
    ErrorCodeInfo{"service_unavailable", 503, "The server cannot answer now; try again later."},
    ErrorCodeInfo{"handler_timeout", 503, "The answer took too long to make."},
    ErrorCodeInfo{"gateway_timeout", 504, "A server behind this one did not answer in time."},
};

}  // namespace

std::span<const ErrorCodeInfo> error_codes() noexcept { return codes; }

std::string_view error_code_for(int status) noexcept {
    for (const ErrorCodeInfo& info : codes) {
        if (info.status == status) return info.code;
    }
    return status >= 500 ? "internal_error" : "bad_request";
}

std::string_view code_of(const HttpError& error) noexcept {
    return error.code().empty() ? error_code_for(error.status()) : std::string_view(error.code());
}

}  // namespace hyperlane::web
