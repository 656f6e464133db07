// An API with everything in front of it: who asks, how often, with which token, from which page.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/middleware.hpp>

#include <chrono>
#include <string>

using namespace hyperlane;
using namespace std::chrono_literals;

void who(Context ctx) { ctx.set_response_body(client_address(ctx).ip()); }

void greet(Context ctx) { ctx.set_response_body("hello " + std::string(authenticated_user(ctx))); }

void search(Context ctx) { ctx.set_response_body("found"); }

Task<> slow(Context ctx) {
    co_await sleep(10s);
    ctx.set_response_body("done");
}

void upload(Context ctx) { ctx.set_response_body(std::to_string(ctx.get_request_body().size()) + " bytes"); }

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    // [protect]
    server.use(request_id())
        .use(trusted_proxies({.proxies = {"127.0.0.0/8", "::1"}}))
        .use(access_log({.skip = [](const Context& ctx) { return ctx.get_request_path() == "/health"; }}))
        .use(secure_headers())
        .use(csrf());
    server.group("/api", [](Routes& api) {
        api.use(cors({.origins = {"https://app.example"}})).use(bearer_auth({.tokens = {"secret"}}));
        api.use(rate_limit({.requests = 5, .window = 1h}));
        api.route("/search", get(search));
        api.route("/slow", get(slow).use(timeout({.after = 200ms})));
        api.route("/upload", post(upload).use(body_limit({.bytes = 1000})).use(decompress()));
    });
    server.group("/admin", [](Routes& admin) {
        admin.use(basic_auth({.realm = "admin", .users = {{"ann", "open sesame"}}}));
        admin.route("/", get(greet));
    });
    // [/protect]
    server.route("/who", get(who)).route("/health", get([](Context ctx) { ctx.set_response_body("fine"); }));
    server.route("/change", post([](Context ctx) { ctx.set_response_body("changed"); }));
    return server.run();
}
