#include <hyperlane/base/utf8.hpp>
#include <hyperlane/http/list.hpp>
#include <hyperlane/web/http_error.hpp>
#include <hyperlane/web/typed/json_body.hpp>

#include <stdexcept>
#include <string>

namespace hyperlane::web {

namespace {

constexpr std::size_t most_shape_errors = 32;

// application/json (RFC 8259) and what is built on it (RFC 6839 3.1). The charset has no meaning for JSON, and UTF-8 is
// the only one that it may name.
bool is_json(std::string_view content_type, Arena& arena) {
    const std::string_view type = http::without_parameters(content_type);
    constexpr std::string_view suffix = "+json";
    const bool named = http::equals_ignore_case(type, "application/json");
    const bool built_on = type.size() > suffix.size() && type.contains('/') &&
                          http::equals_ignore_case(type.substr(type.size() - suffix.size()), suffix);
    if (!named && !built_on) return false;
    const auto charset = http::find_parameter(content_type, "charset", arena);
    return !charset || http::equals_ignore_case(*charset, "utf-8");
}

HttpError not_json(std::optional<std::string_view> content_type) {
    const bool readable = content_type && is_utf8(*content_type);
    const std::string got = readable ? std::string(*content_type) : content_type ? "another one" : "none";
    return HttpError(415, "the body must have Content-Type: application/json, not " + got)
        .with_code("unsupported_media_type");
}

// What has the wrong shape, and what breaks a rule beside it.
HttpError not_read(const std::vector<json::ReadError>& errors, const void* object, const Validator& validator) {
    std::vector<Violation> violations;
    violations.reserve(errors.size());
    for (const json::ReadError& error : errors) violations.push_back({"body", error.pointer, error.message});
    const json::ReadError& first = errors.front();
    const bool syntax = first.is_syntax();
    if (!syntax && errors.size() < most_shape_errors) validator.check_rest(object, violations);
    if (violations.size() > 1) return validation_error(422, std::move(violations));
    return HttpError(syntax ? 400 : 422, "the body: " + first.to_string())
        .with_code(syntax ? "malformed_json" : "validation_failed")
        .with_violations(std::move(violations));
}

}  // namespace

Result<> read_json_body(const Context& ctx, void* object, const json::TypeInfo& type, const Validator& validator) {
    const auto content_type = ctx.get_request_header("Content-Type");
    if (!content_type || !is_json(*content_type, ctx.exchange().arena)) return fail(not_json(content_type));
    const auto errors = json::read_json(ctx.get_request_body(), object, type, {}, most_shape_errors);
    if (!validator.problem().empty()) throw std::logic_error(validator.problem());
    if (!errors.empty()) return fail(not_read(errors, object, validator));
    if (validator.is_empty()) return {};
    std::vector<Violation> violations;
    validator.check(object, "body", PointerStyle::json, violations);
    if (violations.empty()) return {};
    return fail(validation_error(422, std::move(violations)));
}

}  // namespace hyperlane::web
