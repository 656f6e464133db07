#include <hyperlane/http/list.hpp>
#include <hyperlane/http/media_types.hpp>
#include <hyperlane/http/status.hpp>
#include <hyperlane/web/openapi/document.hpp>
#include <hyperlane/web/operation.hpp>
#include <hyperlane/web/routing/route_pattern.hpp>
#include "web/openapi/keywords.hpp"
#include "web/openapi/path.hpp"
#include "web/openapi/schema.hpp"
#include "web/routes_flat.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace hyperlane::web {

using json::Value;

namespace {

struct DocumentedMethod {
    Method method;
    std::string_view key;
};

// In the order in which people look for them. CONNECT has no place in OpenAPI 3.1.
constexpr std::array<DocumentedMethod, 8> documented_methods{{{GET, "get"},
                                                              {POST, "post"},
                                                              {PUT, "put"},
                                                              {PATCH, "patch"},
                                                              {DELETE, "delete"},
                                                              {HEAD, "head"},
                                                              {OPTIONS, "options"},
                                                              {TRACE, "trace"}}};

// A route without a combinator answers everything; only what APIs are made of is worth saying.
bool is_documented(const Route& route, Method method) {
    if (route.methods() != all_methods) return route.methods().contains(method);
    return method == GET || method == POST || method == PUT || method == PATCH || method == DELETE;
}

const RouteDocument& said_of(const Route& route) {
    static const RouteDocument nothing;
    return route.document() == nullptr ? nothing : *route.document();
}

std::string without_parameters(std::string_view content_type) {
    return std::string(content_type.substr(0, content_type.find(';')));
}

// OpenAPI has other places for these, and ignores parameters of their names (3.1.0, Parameter Object).
bool has_other_place(const OperationParameter& parameter) {
    if (parameter.place != ParameterPlace::header) return false;
    constexpr std::array<std::string_view, 3> names{"Accept", "Content-Type", "Authorization"};
    return std::ranges::any_of(names,
                               [&](std::string_view name) { return http::equals_ignore_case(parameter.name, name); });
}

// What a method does (RFC 9110 9.3, RFC 5789), as far as the types of the handler say.
std::string_view verb_of(std::string_view method, const Operation* typed) {
    const auto answers = [typed](auto is_meant) {
        return typed != nullptr && std::ranges::any_of(typed->responses, is_meant);
    };
    const auto is_list = [](const OperationResponse& each) {
        return each.status == 200 && each.type != nullptr && each.type->kind == json::Kind::list;
    };
    const auto is_created = [](const OperationResponse& each) { return each.status == 201; };
    if (method == "get") return answers(is_list) ? "List" : "Get";
    if (method == "post") return answers(is_created) ? "Add to" : "Post to";
    if (method == "put") return "Replace";
    if (method == "patch") return "Change";
    if (method == "delete") return "Delete";
    if (method == "options") return "Options of";
    return method == "head" ? "Head of" : "Trace";
}

Value text_schema() { return Value::object({{"type", "string"}}); }

}  // namespace

class OpenApiBuilder {
public:
    explicit OpenApiBuilder(const OpenApiOptions& options) : options_(options) {}

    Value build(const RouteGroup& group) {
        const std::vector<FlatRoute> routes = flatten(group);
        for (const FlatRoute& route : routes) reserve_id(route);
        skipped_ = shared_segments(documented_patterns(routes));
        // A route without a combinator answers what no other route at its path names.
        for (const bool without_combinator : {false, true}) {
            for (const FlatRoute& each : routes) {
                if ((each.registration->route.methods() == all_methods) == without_combinator) add_route(each);
            }
        }
        Value document = Value::object({{"openapi", "3.1.0"}});
        document.set("info", info());
        document.set("servers", Value::array({Value::object({{"url", options_.server_url}})}));
        document.set("security", security());
        document.set("tags", std::move(tags_));
        document.set("paths", std::move(paths_));
        Value components = Value::object({{"schemas", schemas_.take()}});
        if (options_.security != ApiSecurity::none) components.set("securitySchemes", security_schemes());
        document.set("components", std::move(components));
        return document;
    }

private:
    // Paths that OpenAPI takes for one have one entry, with the parameter names of the first.
    struct Path {
        std::string shape;
        std::string text;
        std::vector<std::string> names;
    };

    Value info() const {
        Value info = Value::object({{"title", options_.title}, {"version", options_.version}});
        add_description(info, options_.description);
        return info;
    }

    [[nodiscard]] std::string_view scheme() const {
        return options_.security == ApiSecurity::basic ? "basic" : "bearer";
    }

    [[nodiscard]] Value security() const {
        if (options_.security == ApiSecurity::none) return Value::array();
        return Value::array({Value::object({{scheme(), Value::array()}})});
    }

    [[nodiscard]] Value security_schemes() const {
        return Value::object({{scheme(), Value::object({{"type", "http"}, {"scheme", scheme()}})}});
    }

    // Names that somebody chose stay as they are.
    void reserve_id(const FlatRoute& route) {
        const std::string& id = said_of(route.registration->route).operation_id;
        if (!id.empty()) chosen_ids_.push_back(id);
    }

    static std::vector<RoutePattern> documented_patterns(const std::vector<FlatRoute>& routes) {
        std::vector<RoutePattern> patterns;
        for (const FlatRoute& flat : routes) {
            auto pattern = RoutePattern::parse(flat.pattern);
            if (pattern && !said_of(flat.registration->route).hidden) patterns.push_back(*std::move(pattern));
        }
        return patterns;
    }

    void add_route(const FlatRoute& flat) {
        const Route& route = flat.registration->route;
        const auto pattern = RoutePattern::parse(flat.pattern);
        if (!pattern || said_of(route).hidden) return;
        const auto has_shape = [shape = path_template(*pattern).shape](const Path& path) {
            return path.shape == shape;
        };
        auto path = std::ranges::find_if(known_paths_, has_shape);
        if (path == known_paths_.end()) {
            PathTemplate made = path_template(*pattern);
            known_paths_.push_back({std::move(made.shape), std::move(made.text), pattern->names});
            path = known_paths_.end() - 1;
        }
        const PathTemplate in_document = path_template(*pattern, path->names);
        for (const auto& [method, key] : documented_methods) {
            if (is_documented(route, method)) add_operation(route, *pattern, in_document, key);
        }
    }

    void add_operation(const Route& route, const RoutePattern& pattern, const PathTemplate& path,
                       std::string_view method) {
        if (paths_.find(path.text) == nullptr) paths_.set(path.text, Value::object());
        if (Value* other = paths_.find(path.text)->find(method)) {
            if (route.methods() != all_methods) {
                add_description(*other, "`" + pattern.text + "` is answered by a route of its own");
            }
            return;
        }
        Value operation = describe(route, pattern, method);
        if (route.handler().operation() == nullptr) {
            add_untyped(operation, path);
        } else {
            add_typed(operation, *route.handler().operation(), path);
        }
        paths_.find(path.text)->set(method, std::move(operation));
    }

    Value describe(const Route& route, const RoutePattern& pattern, std::string_view method) {
        const RouteDocument& said = said_of(route);
        const std::string id = new_id(said.operation_id, operation_id(method, pattern));
        Value operation = Value::object({{"operationId", id}});
        operation.set("summary", said.summary.empty() ? summary(route, pattern, method) : said.summary);
        add_description(operation, said.description);
        Value tags = Value::array();
        for (const std::string& tag : said.tags) tags.push_back(tag);
        if (const std::string tag = tag_of(pattern, skipped_); said.tags.empty() && !tag.empty()) tags.push_back(tag);
        for (const Value& tag : tags.elements()) add_tag(tag);
        if (!tags.empty()) operation.set("tags", std::move(tags));
        if (said.deprecated) operation.set("deprecated", true);
        return operation;
    }

    std::string summary(const Route& route, const RoutePattern& pattern, std::string_view method) const {
        return std::string(verb_of(method, route.handler().operation())) + " " + subject_of(pattern, skipped_);
    }

    void add_tag(const Value& name) {
        const auto is_known = [&](const Value& tag) { return tag["name"] == name; };
        if (!std::ranges::any_of(tags_.elements(), is_known)) tags_.push_back(Value::object({{"name", name}}));
    }

    std::string new_id(const std::string& chosen, const std::string& derived) {
        const auto is_used = [&](const std::string& id) { return std::ranges::count(ids_, id) != 0; };
        const auto is_taken = [&](const std::string& id) {
            return is_used(id) || std::ranges::count(chosen_ids_, id) != 0;
        };
        ids_.push_back(chosen.empty() ? unique_name(derived, is_taken) : unique_name(chosen, is_used));
        return ids_.back();
    }

    static Value path_parameter(const PathParameter& parameter, Value schema) {
        if (!parameter.regex.empty() && schema["type"] == Value("string")) add_pattern(schema, parameter.regex);
        Value out = Value::object({{"name", parameter.name}, {"in", "path"}, {"required", true}});
        if (parameter.is_tail) out.set("description", "The rest of the path, slashes included.");
        out.set("schema", std::move(schema));
        return out;
    }

    void add_untyped(Value& operation, const PathTemplate& path) {
        Value parameters = Value::array();
        for (const PathParameter& each : path.parameters) parameters.push_back(path_parameter(each, text_schema()));
        if (!parameters.empty()) operation.set("parameters", std::move(parameters));
        operation.set("responses",
                      Value::object({{"default", Value::object({{"description", "The types do not say."}})}}));
    }

    void add_typed(Value& operation, const Operation& typed, const PathTemplate& path) {
        Value parameters = parameters_of(typed, path);
        if (!parameters.empty()) operation.set("parameters", std::move(parameters));
        if (!typed.bodies.empty()) operation.set("requestBody", body_of(typed));
        operation.set("responses", responses_of(typed));
    }

    Value parameters_of(const Operation& typed, const PathTemplate& path) {
        Value parameters = Value::array();
        for (std::size_t i = 0; i < path.parameters.size(); ++i) {
            const auto wanted = find_path_parameter(typed, path, i);
            Value schema = wanted == nullptr ? text_schema() : schema_of(*wanted);
            parameters.push_back(path_parameter(path.parameters[i], std::move(schema)));
        }
        for (const OperationParameter& parameter : typed.parameters) {
            if (parameter.place == ParameterPlace::path || has_other_place(parameter)) continue;
            Value described = Value::object({{"name", parameter.name}, {"in", name_of(parameter.place)}});
            if (is_listed(parameters, described)) continue;
            if (parameter.required) described.set("required", true);
            described.set("schema", schema_of(parameter));
            parameters.push_back(std::move(described));
        }
        return parameters;
    }

    static bool is_listed(const Value& parameters, const Value& wanted) {
        return std::ranges::any_of(parameters.elements(), [&](const Value& each) {
            return each["name"] == wanted["name"] && each["in"] == wanted["in"];
        });
    }

    static const OperationParameter* find_path_parameter(const Operation& typed, const PathTemplate& path,
                                                         std::size_t position) {
        for (const OperationParameter& each : typed.parameters) {
            if (each.place != ParameterPlace::path) continue;
            if (each.position == position) return &each;
            if (each.position == OperationParameter::by_name && each.name == path.parameters[position].own_name)
                return &each;
        }
        return nullptr;
    }

    Value schema_of(const OperationParameter& parameter) {
        RuleList rules;
        if (parameter.object != nullptr) rules = rules_of(*parameter.object, parameter.slot);
        return schemas_.schema_of_parameter(*parameter.type, rules);
    }

    Value body_of(const Operation& typed) {
        Value content = Value::object();
        bool required = true;
        for (const OperationBody& body : typed.bodies) {
            required = required && body.required;
            content.set(without_parameters(body.content_type), media(body.content_type, body.type));
        }
        Value out = Value::object({{"content", std::move(content)}});
        if (required) out.set("required", true);
        return out;
    }

    Value media(std::string_view content_type, const json::TypeInfo* type) {
        if (type != nullptr) return Value::object({{"schema", schemas_.schema_of(*type)}});
        if (content_type == mime::application_problem_json) return Value::object({{"schema", schemas_.problem()}});
        if (content_type.starts_with("text/")) return Value::object({{"schema", text_schema()}});
        if (!content_type.starts_with("multipart/")) return Value::object();
        return Value::object({{"schema", Value::object({{"type", "object"}})}});
    }

    Value responses_of(const Operation& typed) {
        Value responses = Value::object();
        std::multimap<int, const OperationResponse*> by_status;
        for (const OperationResponse& response : typed.responses) by_status.emplace(response.status, &response);
        for (const auto& [status, response] : by_status) add_response(responses, *response);
        add_response(responses, {.status = 0,
                                 .content_type = std::string(mime::application_problem_json),
                                 .type = nullptr,
                                 .description = "Anything else that went wrong."});
        return responses;
    }

    // Status 0: "default".
    void add_response(Value& responses, const OperationResponse& response) {
        const std::string status = response.status == 0 ? "default" : std::to_string(response.status);
        Value* known = responses.find(status);
        if (known == nullptr) known = &responses.set(status, Value::object({{"description", text_for(response)}}));
        if (response.content_type.empty()) return;
        Value* content = known->find("content");
        if (content == nullptr) content = &known->set("content", Value::object());
        content->set(without_parameters(response.content_type), media(response.content_type, response.type));
        // Who does not ask for JSON gets a refusal as text.
        if (response.content_type == std::string_view(mime::application_problem_json))
            content->set("text/plain", media("text/plain", nullptr));
    }

    static std::string text_for(const OperationResponse& response) {
        if (!response.description.empty()) return response.description;
        const auto phrase = reason_phrase(response.status);
        return phrase.empty() ? "Status " + std::to_string(response.status) : std::string(phrase);
    }

    const OpenApiOptions& options_;
    SchemaBook schemas_;
    Value paths_ = Value::object();
    Value tags_ = Value::array();
    std::vector<Path> known_paths_;
    std::vector<std::string> ids_;
    std::vector<std::string> chosen_ids_;
    std::size_t skipped_ = 0;  // segments that all paths begin with
};

json::Value openapi_document(const RouteGroup& routes, const OpenApiOptions& options) {
    return OpenApiBuilder(options).build(routes);
}

}  // namespace hyperlane::web
