#include <hyperlane/web/routing/router.hpp>
#include "route_table.hpp"
#include "route_tree.hpp"

#include <string>
#include <utility>

namespace hyperlane::web {

std::optional<std::string_view> RouteParams::find(std::string_view name) const noexcept {
    for (std::size_t i = 0; i < size_; ++i) {
        if (names_[i] == name) return std::string_view(values_[i].data, values_[i].size);
    }
    return std::nullopt;
}

Router::Router() : tree_(std::make_unique<RouteTree>()) {}
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;
Router::~Router() = default;

Result<> Router::insert(std::string_view pattern, MethodSet methods, std::uint32_t route, std::source_location where) {
    if (!tree_) return fail(ErrorCode::already_done, "routes are registered before the table is built");
    return tree_->insert(pattern, methods, route, where);
}

Result<> Router::build() {
    if (!tree_) return fail(ErrorCode::already_done, "the route table is built");
    if (!tree_->errors().empty()) {
        std::string message;
        for (const auto& error : tree_->errors()) {
            if (!message.empty()) message += '\n';
            message += error.message;
        }
        return fail(tree_->errors().front().code, std::move(message));
    }
    table_ = std::make_unique<const RouteTable>(*tree_);
    tree_.reset();
    return {};
}

void Router::match(Method method, std::string_view path, Arena& arena, RouteMatch& out) const {
    assert(table_ && "build() comes before match()");
    table_->match(method, path, arena, out);
}

}  // namespace hyperlane::web
