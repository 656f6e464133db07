#include <hyperlane/web/routes_table.hpp>
#include <hyperlane/web/server.hpp>
#include "web/routes_flat.hpp"
#include "web/server_state.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace hyperlane {

namespace web {

namespace {

void add_routes(const RouteGroup& group, const std::string& prefix, std::vector<FlatRoute>& out) {
    for (const Registration& route : group.routes) out.push_back({prefix + route.pattern, &route});
    for (const RouteGroup& inner : group.groups) add_routes(inner, prefix + inner.prefix, out);
}

}  // namespace

std::vector<FlatRoute> flatten(const RouteGroup& group) {
    std::vector<FlatRoute> routes;
    add_routes(group, group.prefix, routes);
    return routes;
}

}  // namespace web

namespace {

void pad(std::string& line, std::size_t width) { line.resize(std::max(line.size(), width), ' '); }

std::string place_of(const std::source_location& where) {
    return std::string(where.file_name()) + ":" + std::to_string(where.line());
}

}  // namespace

std::string RegisteredRoute::methods_text() const {
    if (methods == all_methods) return "any";
    std::string text;
    for (unsigned i = 0; i <= static_cast<unsigned>(Method::OTHER); ++i) {
        const auto method = static_cast<Method>(i);
        if (!methods.contains(method)) continue;
        const std::string_view name = method == OTHER ? "other" : name_of(method);
        text.append(text.empty() ? "" : ", ").append(name);
    }
    return text;
}

RoutesTable::RoutesTable(std::vector<RegisteredRoute> rows) noexcept : rows_(std::move(rows)) {}
RoutesTable::RoutesTable(const RoutesTable&) = default;
RoutesTable::RoutesTable(RoutesTable&&) noexcept = default;
RoutesTable& RoutesTable::operator=(const RoutesTable&) = default;
RoutesTable& RoutesTable::operator=(RoutesTable&&) noexcept = default;
RoutesTable::~RoutesTable() = default;

std::string RoutesTable::to_string() const {
    std::size_t methods_width = 0;
    std::size_t pattern_width = 0;
    for (const RegisteredRoute& row : rows_) {
        methods_width = std::max(methods_width, row.methods_text().size());
        pattern_width = std::max(pattern_width, row.pattern.size());
    }
    std::string text;
    for (const RegisteredRoute& row : rows_) {
        std::string line = row.methods_text();
        pad(line, methods_width + 2);
        line += row.pattern;
        pad(line, methods_width + 2 + pattern_width + 2);
        text += line + place_of(row.where) + "\n";
    }
    return text;
}

RoutesTable Server::routes() const {
    web::RouteGroup group = route_group();
    // What cannot be added keeps the server from starting, which says why.
    if (state_->documentation) {
        [[maybe_unused]] const auto added = state_->documentation(group, state_->settings.server.development);
    }
    std::vector<RegisteredRoute> rows;
    for (const web::FlatRoute& route : web::flatten(group)) {
        rows.push_back({route.registration->route.methods(), route.pattern, route.registration->where});
    }
    return RoutesTable(std::move(rows));
}

}  // namespace hyperlane
