// The work that every peer of the benchmark does, as a user of this framework writes it.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

#include <cstring>
#include <string_view>

using namespace hyperlane;

namespace {

// As literals of that length would be, the closing NUL included. Filled when first asked for: a server that is not
// asked for them does not hold them in memory.
char kib[1024 + 1];
char mib[1024 * 1024 + 1];

struct Person {
    int id = 0;
    std::string_view name;
    std::string_view email;
    bool active = false;
    double score = 0;
};

void set_type(Context ctx) { ctx.set_response_header(header::content_type, mime::text_plain); }

void log_failure(Context ctx) {
    if (ctx.get_response_status_code() >= 500) log(LogLevel::warn, ctx.get_request_path());
}

void hello(Context ctx) { ctx.set_response_body("Hello, World!"); }

void user(Context ctx) { ctx.set_response_body(ctx.get_route_param("id").value_or("")); }

void person(Context ctx) {
    ctx.set_response_header(header::content_type, mime::application_json);
    ctx.set_response_body_json(Person{7, "Ada Lovelace", "ada@example.org", true, 99.5});
}

void echo(Context ctx) { ctx.set_response_body(ctx.get_request_body()); }

void one_kib(Context ctx) {
    [[maybe_unused]] static const void* filled = std::memset(kib, 'x', sizeof kib - 1);
    ctx.set_response_body(static_text(kib));
}

void one_mib(Context ctx) {
    [[maybe_unused]] static const void* filled = std::memset(mib, 'x', sizeof mib - 1);
    ctx.set_response_body(static_text(mib));
}

}  // namespace

int main(int argc, char** argv) {
    Server server;
    server.workers(1).arguments(argc, argv);
    server.request_middleware(set_type).response_middleware(log_failure);
    server.route("/", get(hello));
    server.route("/users/{id}", get(user));
    server.route("/json", get(person));
    server.route("/echo", post(echo));
    server.route("/1k", get(one_kib));
    server.route("/1m", get(one_mib));
    return server.run();
}
