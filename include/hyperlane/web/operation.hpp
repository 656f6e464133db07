#pragma once

/// What a typed handler takes and answers, as plain data: put together once when the handler is registered, checked
/// against its route when the server starts, and what the API's document is made from. Nothing here is looked at while
/// a request is answered.

#include <hyperlane/json/type_info.hpp>
#include <hyperlane/web/attributes.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hyperlane {
class Route;
}

namespace hyperlane::web {

struct ServerSettings;
struct RouteGroup;

enum class ParameterPlace : std::uint8_t { path, query, header, cookie };

/// "path", "query", "header" or "cookie", as OpenAPI and `Violation::in` name them.
[[nodiscard]] std::string_view name_of(ParameterPlace place) noexcept;

struct OperationParameter {
    static constexpr std::size_t by_name = SIZE_MAX;

    ParameterPlace place = ParameterPlace::query;
    std::string name;                ///< empty for a path parameter that is meant by its position
    std::size_t position = by_name;  ///< among the parameters of the pattern, from 0
    const json::TypeInfo* type = nullptr;
    bool required = true;
    const json::ObjectInfo* object = nullptr;  ///< whose member it is, with the member's slot: there are its rules
    std::size_t slot = 0;
};

struct OperationBody {
    std::string content_type;              ///< "application/json"
    const json::TypeInfo* type = nullptr;  ///< nullptr: any text or bytes
    bool required = true;
};

struct OperationResponse {
    int status = 200;
    std::string content_type;              ///< empty: no body
    const json::TypeInfo* type = nullptr;  ///< nullptr: no JSON
    std::string description;               ///< empty: the reason phrase
};

/// Application state that the handler asks for.
struct OperationState {
    TypeKey key;
    std::string_view type_name;
};

struct Operation {
    std::vector<OperationParameter> parameters;
    std::vector<OperationBody> bodies;         ///< of which the client sends one; empty: it reads none
    std::vector<OperationResponse> responses;  ///< what it answers, and how it refuses what it takes
    std::vector<OperationState> state;
    std::vector<std::string> problems;  ///< what must keep the server from starting: a pattern that is no regex, …
    bool streams_body = false;          ///< it reads the body piece by piece

    void add_parameter(OperationParameter parameter) { parameters.push_back(std::move(parameter)); }
    /// One parameter for each member of `object`; those of the path are found by their names.
    void add_members(ParameterPlace place, const json::ObjectInfo& object);
    void add_body(std::string content_type, const json::TypeInfo* type, bool required = true);
    /// Unless there is one of the same status and content type.
    void add_response(int status, std::string content_type = {}, const json::TypeInfo* type = nullptr,
                      std::string description = {});
    /// A refusal: the same problem document whatever the status.
    void add_error(int status, std::string description = {});
};

/// The rules of one member. `whole` rules of the struct are not among them.
[[nodiscard]] std::vector<const json::Rule*> rules_of(const json::ObjectInfo& object, std::size_t slot);

/// What an operation wants and its route does not give.
///
/// in       params: names of the pattern's parameters, from left to right
/// returns  one sentence each, without the route; empty if all is well
[[nodiscard]] std::vector<std::string> check_operation(const Operation& operation,
                                                       const std::vector<std::string>& params,
                                                       const ServerSettings& settings);

/// The same for every route of a group, each error on a line of its own that names the route.
void check_operations(const RouteGroup& group, const std::string& outer_prefix, const ServerSettings& settings,
                      std::string& errors);

/// Is the body of requests to this route read piece by piece?
[[nodiscard]] bool streams_body(const Route& route) noexcept;

}  // namespace hyperlane::web
