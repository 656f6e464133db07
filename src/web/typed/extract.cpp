#include <hyperlane/http/query.hpp>
#include <hyperlane/json/text.hpp>
#include <hyperlane/web/exchange.hpp>
#include <hyperlane/web/typed/extract.hpp>
#include <hyperlane/web/typed/respond.hpp>
#include "web/typed/members.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace hyperlane::web {

namespace {

const RouteMatch& match_of(const Context& ctx) { return static_cast<const WebExchange&>(ctx.exchange()).match; }

[[noreturn]] void refuse(std::string_view place, std::string_view name, std::string problem) {
    throw validation_error(400, {{std::string(place), std::string(name), std::move(problem)}});
}

// A fallback or a middleware may run where there is no such parameter: that is a mistake of the program.
[[noreturn]] void no_such_parameter(const Context& ctx, const std::string& which) {
    throw std::logic_error("the route \"" + std::string(ctx.get_route_pattern()) + "\" has no path parameter " + which);
}

void read_one(std::string_view place, std::string_view name, std::string_view text, void* out,
              const json::TypeInfo& type) {
    if (std::string problem = json::read_text(text, out, type); !problem.empty()) [[unlikely]]
        refuse(place, name, std::move(problem));
}

// Of what may be absent: fields and cookies.
void read_optional(std::string_view place, std::string_view name, std::optional<std::string_view> text, void* out,
                   const json::TypeInfo& type) {
    if (text && !is_left_empty(*text, type)) return read_one(place, name, *text, out, type);
    if (type.kind != json::Kind::optional) refuse(place, name, "is missing");
}

void require(const Validator& validator) {
    if (!validator.problem().empty()) throw std::logic_error(validator.problem());
}

void throw_violations(int status, std::vector<Violation> violations) {
    if (!violations.empty()) [[unlikely]]
        throw validation_error(status, std::move(violations));
}

}  // namespace

void extract_path(const Context& ctx, std::size_t position, void* out, const json::TypeInfo& type) {
    const RouteMatch& match = match_of(ctx);
    if (match.outcome != RouteOutcome::found || position >= match.params.size()) [[unlikely]]
        no_such_parameter(ctx, "number " + std::to_string(position + 1));
    const RouteParam param = match.params[position];
    if (type.kind == json::Kind::optional && is_left_empty(param.value, type)) return;
    read_one("path", param.name, param.value, out, type);
}

void extract_path(const Context& ctx, std::string_view name, void* out, const json::TypeInfo& type) {
    const auto value = ctx.get_route_param(name);
    if (!value && type.kind == json::Kind::optional) return;
    if (!value) no_such_parameter(ctx, '"' + std::string(name) + '"');
    if (type.kind == json::Kind::optional && is_left_empty(*value, type)) return;
    read_one("path", name, *value, out, type);
}

void extract_path_members(const Context& ctx, void* out, const json::TypeInfo& type, const Validator& validator) {
    require(validator);
    const RouteMatch& match = match_of(ctx);
    if (match.outcome != RouteOutcome::found) no_such_parameter(ctx, "at all");
    const RouteParams& params = match.params;
    MemberReader reader(out, type, "path");
    for (std::size_t i = 0; i < params.size(); ++i) reader.take(params[i].name, params[i].value);
    throw_violations(400, reader.finish(validator));
}

void extract_query(const Context& ctx, void* out, const json::TypeInfo& type, const Validator& validator) {
    require(validator);
    MemberReader reader(out, type, "query");
    Arena& arena = ctx.exchange().arena;
    for (http::QueryReader pairs(ctx.get_request_query()); const auto pair = pairs.next();) {
        const auto name = http::decode_query_component(pair->name, arena);
        const auto value = http::decode_query_component(pair->value, arena);
        if (!name || !value) refuse("query", "", "a percent escape is malformed");
        reader.take(*name, with_plain_lines(*value, arena));
    }
    throw_violations(400, reader.finish(validator));
}

void extract_header(const Context& ctx, std::string_view name, void* out, const json::TypeInfo& type) {
    read_optional("header", name, ctx.get_request_header(name), out, type);
}

void extract_cookie(const Context& ctx, std::string_view name, void* out, const json::TypeInfo& type) {
    read_optional("cookie", name, ctx.get_request_cookie(name), out, type);
}

void extract_json(const Context& ctx, void* out, const json::TypeInfo& type, const Validator& validator) {
    if (const Result<> read = read_json_body(ctx, out, type, validator); !read) [[unlikely]]
        throw_error(read.error());
}

void describe_parameter(Operation& operation, ParameterPlace place, std::string_view name, std::size_t position,
                        const json::TypeInfo& type) {
    operation.add_parameter({.place = place,
                             .name = std::string(name),
                             .position = position,
                             .type = &type,
                             .required = type.kind != json::Kind::optional});
    operation.add_error(400, "A parameter is missing or malformed.");
}

void describe_members(Operation& operation, ParameterPlace place, const json::TypeInfo& type,
                      const Validator& validator) {
    if (!validator.problem().empty()) operation.problems.push_back(validator.problem());
    const auto& object = static_cast<const json::ObjectInfo&>(type);
    for (const json::Member& member : object.members) {
        if (std::string unfit = unfit_list(object, member); !unfit.empty()) operation.problems.push_back(unfit);
    }
    operation.add_members(place, object);
    operation.add_error(400, "A parameter is missing or malformed.");
}

void describe_json(Operation& operation, const json::TypeInfo& type, const Validator& validator) {
    if (!validator.problem().empty()) operation.problems.push_back(validator.problem());
    operation.add_body("application/json", &type);
    operation.add_error(400, "The body is no JSON.");
    operation.add_error(413, "The body is too large.");
    operation.add_error(415, "The body is not declared to be JSON.");
    operation.add_error(422, "The body has the wrong shape or breaks a rule.");
}

void describe_text(Operation& operation) {
    operation.add_body("text/plain", nullptr, false);
    operation.add_error(413, "The body is too large.");
}

void describe_state(Operation& operation, TypeKey key, std::string_view type_name) {
    operation.state.push_back({key, type_name});
}

}  // namespace hyperlane::web
