#include <hyperlane/http/media_types.hpp>
#include <hyperlane/json/rules.hpp>
#include <hyperlane/web/exchange.hpp>
#include <hyperlane/web/operation.hpp>
#include <hyperlane/web/routes.hpp>
#include <hyperlane/web/routing/route_pattern.hpp>

#include <algorithm>
#include <utility>

namespace hyperlane::web {

namespace {

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

std::string list(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "{" : ", {") + name + "}";
    return text;
}

std::string parameters(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " path parameter" : " path parameters");
}

// A handler that names no parameter by its place may leave some of them to others, such as its middleware.
void check_count(const Operation& operation, const std::vector<std::string>& params,
                 std::vector<std::string>& problems) {
    const auto wanted = static_cast<std::size_t>(std::ranges::count_if(
        operation.parameters, [](const auto& parameter) { return parameter.position != OperationParameter::by_name; }));
    if (wanted == 0 || wanted == params.size()) return;
    problems.push_back("the handler takes " + parameters(wanted) + " by position (Path<T>), but the pattern has " +
                       (params.empty() ? "none" : std::to_string(params.size()) + ": " + list(params)));
}

}  // namespace

std::string_view name_of(ParameterPlace place) noexcept {
    switch (place) {
        case ParameterPlace::path: return "path";
        case ParameterPlace::query: return "query";
        case ParameterPlace::header: return "header";
        case ParameterPlace::cookie: return "cookie";
    }
    return "query";
}

void Operation::add_members(ParameterPlace place, const json::ObjectInfo& object) {
    for (const json::Member& member : object.members) {
        // A parameter may be repeated, so no times is no elements; and a checkbox that is not ticked sends nothing.
        const bool required =
            member.required && member.type->kind != json::Kind::list && member.type->kind != json::Kind::boolean;
        add_parameter({.place = place,
                       .name = std::string(member.name),
                       .type = member.type,
                       .required = required,
                       .object = &object,
                       .slot = member.slot});
    }
}

void Operation::add_body(std::string content_type, const json::TypeInfo* type, bool required) {
    bodies.push_back({std::move(content_type), type, required});
}

void Operation::add_response(int status, std::string content_type, const json::TypeInfo* type,
                             std::string description) {
    const bool known = std::ranges::any_of(
        responses, [&](const auto& each) { return each.status == status && each.content_type == content_type; });
    if (!known) responses.push_back({status, std::move(content_type), type, std::move(description)});
}

void Operation::add_error(int status, std::string description) {
    add_response(status, std::string(mime::application_problem_json), nullptr, std::move(description));
}

std::vector<const json::Rule*> rules_of(const json::ObjectInfo& object, std::size_t slot) {
    std::vector<const json::Rule*> found;
    for (const json::Rule& rule : object.rules) {
        if (rule.slot == slot) found.push_back(&rule);
    }
    return found;
}

std::vector<std::string> check_operation(const Operation& operation, const std::vector<std::string>& params,
                                         const ServerSettings& settings) {
    std::vector<std::string> problems = operation.problems;
    check_count(operation, params, problems);
    for (const OperationParameter& parameter : operation.parameters) {
        if (parameter.place != ParameterPlace::path || parameter.position != OperationParameter::by_name) continue;
        if (!parameter.required || std::ranges::find(params, parameter.name) != params.end()) continue;
        problems.push_back("the handler takes the path parameter " + quoted(parameter.name) + ", but the pattern has " +
                           (params.empty() ? "none" : "only " + list(params)));
    }
    for (const OperationState& state : operation.state) {
        if (settings.find_state(state.key) != nullptr) continue;
        problems.push_back("the handler takes Data<" + std::string(state.type_name) +
                           ">, but there is no application state of that type: give it to the server before it runs, "
                           "with server.data(...)");
    }
    return problems;
}

void check_operations(const RouteGroup& group, const std::string& outer_prefix, const ServerSettings& settings,
                      std::string& errors) {
    const std::string prefix = outer_prefix + group.prefix;
    for (const Registration& registration : group.routes) {
        const Operation* operation = registration.route.handler().operation();
        const auto pattern = RoutePattern::parse(prefix + registration.pattern);
        if (operation == nullptr || !pattern) continue;  // the router says what is wrong with a pattern
        for (const std::string& problem : check_operation(*operation, pattern->names, settings)) {
            errors += "route " + quoted(pattern->text) + " at " + registration.where.file_name() + ":" +
                      std::to_string(registration.where.line()) + ": " + problem + "\n";
        }
    }
    for (const RouteGroup& inner : group.groups) check_operations(inner, prefix, settings, errors);
}

bool streams_body(const Route& route) noexcept {
    const Operation* operation = route.handler().operation();
    return route.body_mode() == http::BodyMode::stream || (operation != nullptr && operation->streams_body);
}

}  // namespace hyperlane::web
