// A handler that returns what went wrong instead of a response: bad JSON is the client's mistake and says where, an
// error of the business is a 500 with its text.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

#include <string>

using namespace hyperlane;

// [robust]
struct Order {
    std::string item;
    int count = 0;
};

struct Receipt {
    int number = 0;
    std::string item;
};

// An HttpError is made for the client, so that its text is sent. The text of any other error stays in the log.
std::expected<Receipt, HttpError> place(const Order& order) {
    if (order.count > 10) return std::unexpected(HttpError(500, "only 10 of \"" + order.item + "\" are left"));
    return Receipt{1, order.item};
}

Result<> robust_handler(Context ctx) {
    const Result<Order> order = ctx.get_request_body_json<Order>();
    if (!order) return std::unexpected(order.error());  // 415, 400 or 422
    const auto receipt = place(*order);
    if (!receipt) throw HttpError(receipt.error());
    ctx.set_response_body_json(*receipt);
    return {};
}

// The same with the types saying it all.
std::expected<Receipt, HttpError> place_order(Json<Order> order) { return place(*order); }
// [/robust]

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.route("/orders", post(robust_handler));
    server.route("/typed/orders", post(place_order));
    return server.run();
}
