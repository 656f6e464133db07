#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <restinio/all.hpp>

namespace {

using Router = restinio::router::express_router_t<>;

struct Traits : restinio::default_single_thread_traits_t {
    using request_handler_t = Router;
};

const std::string& kib() {
    static const std::string filled(1024, 'x');
    return filled;
}

const std::string& mib() {
    static const std::string filled(1024 * 1024, 'x');
    return filled;
}

struct Person {
    int id;
    std::string_view name, email;
    bool active;
    double score;
};

// RESTinio writes no JSON, so this does, for strings without anything to escape.
std::string to_json(const Person& person) {
    char score[32];
    const auto end = std::to_chars(score, score + sizeof score, person.score).ptr;
    std::string out = "{\"id\":" + std::to_string(person.id) + ",\"name\":\"";
    out.append(person.name).append("\",\"email\":\"").append(person.email).append("\",\"active\":");
    out.append(person.active ? "true" : "false").append(",\"score\":").append(score, end).append("}");
    return out;
}

template <typename Body>
auto text(const restinio::request_handle_t& request, Body&& body, const char* type = "text/plain; charset=utf-8") {
    auto response = request->create_response();
    response.append_header(restinio::http_field::content_type, type);
    response.set_body(std::forward<Body>(body));
    return response.done();
}

std::unique_ptr<Router> routes() {
    auto router = std::make_unique<Router>();
    router->http_get("/", [](auto request, auto) { return text(request, "Hello, World!"); });
    router->http_get("/users/:id",
                     [](auto request, auto parameters) { return text(request, std::string(parameters["id"])); });
    router->http_get("/json", [](auto request, auto) {
        return text(request, to_json({7, "Ada Lovelace", "ada@example.org", true, 99.5}), "application/json");
    });
    router->http_post("/echo", [](auto request, auto) { return text(request, request->body()); });
    router->http_get(
        "/1k", [](auto request, auto) { return text(request, restinio::const_buffer(kib().data(), kib().size())); });
    router->http_get(
        "/1m", [](auto request, auto) { return text(request, restinio::const_buffer(mib().data(), mib().size())); });
    return router;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return std::fputs("usage: restinio PORT\n", stderr), 2;
    auto settings = restinio::on_this_thread<Traits>();
    settings.address("127.0.0.1").port(static_cast<std::uint16_t>(std::atoi(argv[1])));
    settings.request_handler(routes()).max_pipelined_requests(16);
    settings.socket_options_setter(
        [](auto& options) { options.set_option(restinio::asio_ns::ip::tcp::no_delay(true)); });
    restinio::run(std::move(settings));
}
