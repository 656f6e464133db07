#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <pistache/endpoint.h>
#include <pistache/router.h>

namespace {

using Pistache::Address;
using Pistache::Http::Code;
using Pistache::Http::Endpoint;
using Pistache::Http::Request;
using Pistache::Http::ResponseWriter;
using Pistache::Rest::Router;
namespace Routes = Pistache::Rest::Routes;

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

// Pistache writes no JSON, so this does, for strings without anything to escape.
std::string to_json(const Person& person) {
    char score[32];
    const auto end = std::to_chars(score, score + sizeof score, person.score).ptr;
    std::string out = "{\"id\":" + std::to_string(person.id) + ",\"name\":\"";
    out.append(person.name).append("\",\"email\":\"").append(person.email).append("\",\"active\":");
    out.append(person.active ? "true" : "false").append(",\"score\":").append(score, end).append("}");
    return out;
}

Pistache::Rest::Route::Result send(ResponseWriter& response, const std::string& body) {
    response.send(Code::Ok, body);
    return Pistache::Rest::Route::Result::Ok;
}

bool set_type(Request&, ResponseWriter& response) {
    response.headers().add<Pistache::Http::Header::ContentType>(MIME(Text, Plain));
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return std::fputs("usage: pistache PORT\n", stderr), 2;
    Router router;
    router.addMiddleware(set_type);
    Routes::Get(router, "/", [](const auto&, auto response) { return send(response, "Hello, World!"); });
    Routes::Get(router, "/users/:id", [](const auto& request, auto response) {
        return send(response, request.param(":id").template as<std::string>());
    });
    Routes::Get(router, "/json", [](const auto&, auto response) {
        return send(response, to_json({7, "Ada Lovelace", "ada@example.org", true, 99.5}));
    });
    Routes::Post(router, "/echo", [](const auto& request, auto response) { return send(response, request.body()); });
    Routes::Get(router, "/1k", [](const auto&, auto response) { return send(response, kib()); });
    Routes::Get(router, "/1m", [](const auto&, auto response) { return send(response, mib()); });
    Endpoint server(Address("127.0.0.1", static_cast<std::uint16_t>(std::atoi(argv[1]))));
    auto options = Endpoint::options().threads(1).maxResponseSize(2 * 1024 * 1024);
    server.init(options.flags(Pistache::Tcp::Options::ReuseAddr | Pistache::Tcp::Options::NoDelay));
    server.setHandler(router.handler());
    server.serve();
}
