#include <hyperlane/web/client_address.hpp>

#include <string_view>
#include <utility>

namespace hyperlane {

namespace {

constexpr std::string_view client_attribute = "hyperlane.client";

}  // namespace

Address client_address(const Context& ctx) {
    const auto* found = ctx.get_attribute<Address>(client_attribute);
    return found != nullptr ? *found : ctx.get_peer_address();
}

void web::set_client_address(Context ctx, Address client) { ctx.set_attribute(client_attribute, std::move(client)); }

}  // namespace hyperlane
