#include <hyperlane/base/utf8.hpp>
#include <hyperlane/http/list.hpp>
#include <hyperlane/http/query.hpp>
#include <hyperlane/json/text.hpp>
#include <hyperlane/web/typed/form.hpp>
#include "web/typed/members.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace hyperlane::web {

namespace {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";

void check_content_type(const Context& ctx) {
    const auto content_type = ctx.get_request_header("Content-Type");
    if (content_type && http::equals_ignore_case(http::without_parameters(*content_type), form_type)) return;
    throw HttpError(415, "the body must have Content-Type: " + std::string(form_type))
        .with_code("unsupported_media_type");
}

[[noreturn]] void refuse(std::string_view problem) {
    throw HttpError(400, "the form: " + std::string(problem)).with_code("malformed_form");
}

}  // namespace

void extract_form(const Context& ctx, void* out, const json::TypeInfo& type, const Validator& validator) {
    if (!validator.problem().empty()) throw std::logic_error(validator.problem());
    check_content_type(ctx);
    MemberReader reader(out, type, "form");
    Arena& arena = ctx.exchange().arena;
    for (http::QueryReader pairs(ctx.get_request_body()); const auto pair = pairs.next();) {
        const auto name = http::decode_query_component(pair->name, arena);
        const auto value = http::decode_query_component(pair->value, arena);
        if (!name || !value) refuse("a percent escape is malformed");
        if (!is_utf8(*name) || !is_utf8(*value)) refuse("it is not UTF-8");
        reader.take(*name, with_plain_lines(*value, arena));
    }
    if (auto violations = reader.finish(validator); !violations.empty()) {
        throw validation_error(422, std::move(violations));
    }
}

void describe_form(Operation& operation, const json::TypeInfo& type, const Validator& validator) {
    if (!validator.problem().empty()) operation.problems.push_back(validator.problem());
    const auto& object = static_cast<const json::ObjectInfo&>(type);
    for (const json::Member& member : object.members) {
        if (std::string unfit = unfit_list(object, member); !unfit.empty()) operation.problems.push_back(unfit);
    }
    operation.add_body(std::string(form_type), &type);
    operation.add_error(400, "The form is malformed.");
    operation.add_error(413, "The body is too large.");
    operation.add_error(415, "The body is not declared to be a form.");
    operation.add_error(422, "A field is missing, malformed or breaks a rule.");
}

}  // namespace hyperlane::web
