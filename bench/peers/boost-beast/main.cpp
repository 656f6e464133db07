// Boost.Beast has no router and no middleware: paths are matched by hand. One thread, one coroutine for each
// connection.

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>  // which Boost 1.74 forgets

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

namespace {

using Stream = beast::tcp_stream;
using Request = http::request<http::string_body>;

const std::string& kib() {
    static const std::string filled(1024, 'x');
    return filled;
}

const std::string& mib() {
    static const std::string filled(1024 * 1024, 'x');
    return filled;
}
constexpr std::string_view text = "text/plain; charset=utf-8";

struct Person {
    int id;
    std::string_view name, email;
    bool active;
    double score;
};

// Boost 1.74 writes no JSON, so this does, for strings without anything to escape.
std::string to_json(const Person& person) {
    char score[32];
    const auto end = std::to_chars(score, score + sizeof score, person.score).ptr;
    std::string out = "{\"id\":" + std::to_string(person.id) + ",\"name\":\"";
    out.append(person.name).append("\",\"email\":\"").append(person.email).append("\",\"active\":");
    out.append(person.active ? "true" : "false").append(",\"score\":").append(score, end).append("}");
    return out;
}

struct Answer {
    std::string owned;
    std::string_view body;
    std::string_view type = text;
    http::status status = http::status::ok;
};

Answer route(Request& request) {
    constexpr std::string_view users = "/users/";
    const std::string_view path(request.target().data(), request.target().size());
    if (path == "/") return {{}, "Hello, World!"};
    if (path.starts_with(users)) return {{}, path.substr(users.size())};
    if (path == "/json") return {to_json({7, "Ada Lovelace", "ada@example.org", true, 99.5}), {}, "application/json"};
    if (path == "/echo" && request.method() == http::verb::post) return {std::move(request.body()), {}};
    if (path == "/1k") return {{}, kib()};
    if (path == "/1m") return {{}, mib()};
    return {{}, "not found", text, http::status::not_found};
}

asio::awaitable<void> serve(tcp::socket socket) {
    Stream stream(std::move(socket));
    beast::flat_buffer buffer;
    beast::error_code failure;
    for (;;) {
        Request request;
        co_await http::async_read(stream, buffer, request, asio::redirect_error(asio::use_awaitable, failure));
        if (failure) break;
        const Answer answer = route(request);
        const std::string_view body = answer.owned.empty() ? answer.body : std::string_view(answer.owned);
        http::response<http::span_body<const char>> response(answer.status, request.version());
        response.set(http::field::content_type, beast::string_view(answer.type.data(), answer.type.size()));
        response.keep_alive(request.keep_alive());
        response.body() = beast::span<const char>(body.data(), body.size());
        response.prepare_payload();
        co_await http::async_write(stream, response, asio::redirect_error(asio::use_awaitable, failure));
        if (failure || response.need_eof()) break;
    }
    stream.socket().shutdown(tcp::socket::shutdown_send, failure);
}

asio::awaitable<void> listen(unsigned short port) {
    tcp::acceptor acceptor(co_await asio::this_coro::executor, {asio::ip::make_address("127.0.0.1"), port});
    for (;;) {
        tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
        socket.set_option(tcp::no_delay(true));
        asio::co_spawn(acceptor.get_executor(), serve(std::move(socket)), asio::detached);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return std::fputs("usage: boost-beast PORT\n", stderr), 2;
    asio::io_context context(1);
    asio::co_spawn(context, listen(static_cast<unsigned short>(std::atoi(argv[1]))), asio::detached);
    context.run();
}
