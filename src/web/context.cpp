#include <hyperlane/http/field_encoding.hpp>
#include <hyperlane/http/field_names.hpp>
#include <hyperlane/http/list.hpp>
#include <hyperlane/http/query.hpp>
#include <hyperlane/io/log.hpp>
#include <hyperlane/web/context.hpp>
#include <hyperlane/web/exchange.hpp>

#include <array>
#include <atomic>
#include <cassert>
#include <charconv>
#include <random>
#include <stdexcept>
#include <string>

namespace hyperlane {

namespace {

constexpr std::size_t arena_text_bytes = 16 * 1024;  // larger texts get memory of their own
constexpr std::size_t small_string_bytes = 1024;     // strings that are copied sooner than kept

const web::WebExchange& web_of(const Context& ctx) noexcept {
    return static_cast<const web::WebExchange&>(ctx.exchange());
}

[[noreturn]] void refuse_param(std::string_view name, std::string_view text, std::string_view wanted) {
    std::string message = "path parameter \"" + std::string(name) + "\": expected ";
    message.append(wanted).append(", got \"").append(text.substr(0, 64)).append("\"");
    throw HttpError(400, std::move(message));
}

// A request id is a random number of this process plus a count: unique without asking anybody, and not to be guessed
// from outside by counting from zero.
std::uint64_t next_request_number() noexcept {
    static const std::uint64_t start = [] {
        std::random_device random;
        return (std::uint64_t{random()} << 32) ^ random();
    }();
    static std::atomic<std::uint64_t> count{0};
    std::uint64_t x = start + count.fetch_add(1, std::memory_order_relaxed) * 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;  // a bijection (splitmix64), so that ids stay unique
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

}  // namespace

void Context::check_loop() const noexcept {
    assert(exchange_ && "a context that was moved from");
    assert((Loop::current() == nullptr || &exchange_->loop() == Loop::current()) &&
           "a context is used on another loop than its own: Loop::post there instead");
}

std::string_view Context::get_request_version() const noexcept {
    return exchange().head().minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1";
}

std::string_view Context::get_route_pattern() const noexcept { return web_of(*this).route->pattern; }

net::Address Context::get_peer_address() const { return exchange().peer_address(); }

net::Address Context::get_local_address() const { return exchange().local_address(); }

std::string_view Context::get_request_id() const {
    auto& web = static_cast<web::WebExchange&>(exchange());
    if (web.request_id.empty()) {
        std::uint64_t number = next_request_number();
        char* text = web.arena.allocate_text(16);
        for (int i = 15; i >= 0; --i, number >>= 4) text[i] = "0123456789abcdef"[number & 15];
        web.request_id = {text, 16};
    }
    return web.request_id;
}

std::chrono::nanoseconds Context::get_elapsed() const noexcept {
    return exchange().loop().backend().now() - exchange().started();
}

std::vector<std::string_view> Context::get_request_headers(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const Header header : get_request_headers()) {
        if (http::equals_ignore_case(header.name, name)) values.push_back(header.value);
    }
    return values;
}

std::optional<std::string_view> Context::get_request_trailer(std::string_view name) const noexcept {
    for (const auto& trailer : exchange().trailers()) {
        if (http::equals_ignore_case(trailer.name, name)) return trailer.value;
    }
    return std::nullopt;
}

std::optional<std::string_view> Context::get_request_query(std::string_view name) const {
    return http::find_query_value(exchange().query(), name, exchange().arena);
}

std::vector<std::pair<std::string_view, std::string_view>> Context::get_request_queries() const {
    std::vector<std::pair<std::string_view, std::string_view>> pairs;
    Arena& arena = exchange().arena;
    http::QueryReader reader(exchange().query());
    while (const auto pair = reader.next()) {
        const auto name = http::decode_query_component(pair->name, arena);
        const auto value = http::decode_query_component(pair->value, arena);
        if (name && value) pairs.emplace_back(*name, *value);
    }
    return pairs;
}

std::optional<std::string_view> Context::get_request_cookie(std::string_view name) const noexcept {
    for (const Header header : get_request_headers()) {
        if (!http::equals_ignore_case(header.name, "Cookie")) continue;
        if (const auto value = http::find_cookie(header.value, name)) return value;
    }
    return std::nullopt;
}

std::vector<http::CookiePair> Context::get_request_cookies() const {
    std::vector<http::CookiePair> cookies;
    for (const Header header : get_request_headers()) {
        if (!http::equals_ignore_case(header.name, "Cookie")) continue;
        http::CookieReader reader(header.value);
        while (const auto pair = reader.next()) cookies.push_back(*pair);
    }
    return cookies;
}

std::optional<std::string_view> Context::get_route_param(std::string_view name) const noexcept {
    return web_of(*this).match.params.find(name);
}

std::string_view Context::required_param(std::string_view name) const {
    if (const auto value = get_route_param(name)) return *value;
    throw std::logic_error("the route \"" + std::string(get_route_pattern()) + "\" has no parameter \"" +
                           std::string(name) + "\"");
}

bool Context::to_bool(std::string_view name, std::string_view text) {
    if (text == "true" || text == "1") return true;
    if (text == "false" || text == "0") return false;
    refuse_param(name, text, "true or false");
}

namespace {

template <typename Number>
Number parse_number(std::string_view name, std::string_view text, std::string_view wanted) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) refuse_param(name, text, wanted);
    return number;
}

}  // namespace

std::int64_t Context::to_signed(std::string_view name, std::string_view text, std::int64_t least, std::int64_t most) {
    const auto number = parse_number<std::int64_t>(name, text, "an integer");
    if (number < least || number > most) {
        refuse_param(name, text, "an integer from " + std::to_string(least) + " to " + std::to_string(most));
    }
    return number;
}

std::uint64_t Context::to_unsigned(std::string_view name, std::string_view text, std::uint64_t most) {
    const auto number = parse_number<std::uint64_t>(name, text, "an integer that is not negative");
    if (number > most) refuse_param(name, text, "an integer from 0 to " + std::to_string(most));
    return number;
}

double Context::to_floating(std::string_view name, std::string_view text) {
    return parse_number<double>(name, text, "a number");
}

web::Attributes& Context::attributes() const noexcept { return static_cast<web::WebExchange&>(exchange()).attributes; }

void* Context::find_data(web::TypeKey key, std::string_view type_name) const {
    if (void* found = web_of(*this).settings.find_state(key)) return found;
    throw std::logic_error("no application state of type " + std::string(type_name) +
                           ": give it to the server before it runs, with server.data(…)");
}

void Context::refuse(const Error& error) { throw std::invalid_argument(error.message); }

Context& Context::set_response_status_code(int status) { return require(exchange().response.set_status(status)); }

Context& Context::set_response_reason(std::string_view reason) {
    return require(exchange().response.set_reason(reason));
}

Context& Context::set_response_header(std::string_view name, std::string_view value) {
    return require(exchange().response.set(name, value));
}

Context& Context::set_response_header(FieldName name, std::string_view value) {
    return require(exchange().response.set(name, value));
}

Context& Context::add_response_header(std::string_view name, std::string_view value) {
    return require(exchange().response.add(name, value));
}

Context& Context::remove_response_header(std::string_view name) {
    exchange().response.remove(name);
    return *this;
}

Context& Context::set_response_cookie(const Cookie& cookie) {
    const auto value = http::write_set_cookie(cookie, exchange().arena);
    if (!value) throw std::invalid_argument(value.error().message);
    return require(exchange().response.add("Set-Cookie", *value));
}

Context& Context::set_response_location(std::string_view address) {
    return set_response_header(header::location, http::encode_uri_reference(address));
}

Context& Context::set_response_redirect(std::string_view address, int status) {
    if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
        throw std::invalid_argument("set_response_redirect: " + std::to_string(status) + " is no redirect");
    }
    return set_response_status_code(status).set_response_location(address);
}

Context& Context::set_response_file_name(std::string_view name, std::string_view type) {
    return set_response_header("Content-Disposition", http::content_disposition(type, name));
}

Context& Context::add_response_trailer(std::string_view name, std::string_view value) {
    return require(exchange().add_response_trailer(name, value));
}

Context& Context::set_response_body(std::string_view text) {
    if (text.size() > arena_text_bytes) [[unlikely]]
        return set_long_response_body(text);
    http::Exchange& to = exchange();
    to.response.body.set_view(to.arena.copy(text));
    return *this;
}

// Apart, so that a short text is not charged for what a long one needs.
[[gnu::noinline]] Context& Context::set_long_response_body(std::string_view text) {
    exchange().response.body.set_owned(std::string(text));
    return *this;
}

Context& Context::set_response_body(std::string&& text) {
    if (text.size() <= small_string_bytes) return set_response_body(std::string_view(text));
    exchange().response.body.set_owned(std::move(text));
    return *this;
}

Context& Context::set_response_body(StaticText text) {
    exchange().response.body.set_view(text.text());
    return *this;
}

http::Sending Context::send_body() const {
    std::string piece(exchange().response.body.text());
    exchange().response.body.clear();
    return send_body(std::move(piece));
}

http::Sending Context::send_once() const {
    exchange().response.want_close();
    return {exchange_, http::Sending::What::whole};
}

}  // namespace hyperlane
