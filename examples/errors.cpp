// How a handler gives up: by throwing, by answering, by returning. `curl -H 'Accept: application/json'` shows the rest.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/middleware.hpp>
#include <hyperlane/net/connect.hpp>

#include <stdexcept>

using namespace hyperlane;

struct StockIsEmpty : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// [errors]
void order(Context ctx) {
    const auto count = ctx.get_route_param<int>("count");
    if (count > 100) throw HttpError(409, "only 100 are left").with_code("out_of_stock");
    if (count < 1) {
        return answer_error(ctx, HttpError(422, "nothing to order")
                                     .with_code("validation_failed")
                                     .with_violations({{"path", "count", "must be at least 1"}}));
    }
    ctx.set_response_body("ordered " + std::to_string(count));
}

Result<> find_order(Context ctx) {
    if (ctx.get_route_param("id") != "7") return fail(404, "no such order");
    ctx.set_response_body("order 7");
    return {};
}
// [/errors]

const Address warehouse_address = Address::parse("unix:/run/warehouse.sock").value();

// [inside]
Task<Result<>> stock(Context ctx) {
    const auto warehouse = co_await net::connect(warehouse_address);
    if (!warehouse) {
        const Error& error = warehouse.error();
        if (error.code != ErrorCode::not_found)
            co_return std::unexpected(error);  // 500; the log says which socket and why
        co_return fail(HttpError(503, "the warehouse is closed").with_cause(error.message));
    }
    ctx.set_response_body("open");
    co_return Result<>();
}
// [/inside]

void pack(Context) { throw StockIsEmpty("shelf 12 is empty"); }

void crash(Context) { throw std::runtime_error("the password of the database is wrong"); }

// [recover]
void answer_thrown(Context, const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const StockIsEmpty&) {
        throw HttpError(503, "being restocked: try again tomorrow");
    }
}
// [/recover]

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.use(request_id()).use(recover({.answer = answer_thrown}));
    server.route("/order/{count}", post(order));
    server.route("/orders/{id}", get(find_order));
    server.route("/stock", get(stock));
    server.route("/pack", get(pack));
    server.route("/crash", get(crash));
    return server.run();
}
