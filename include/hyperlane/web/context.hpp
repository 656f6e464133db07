#pragma once

/// What a handler is given: a small handle to one request and its response. Copies are cheap and keep both alive, so
/// a context may be taken along into `spawn`; it stays on the loop that it came from.

#include <hyperlane/base/clock.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/http/cookie.hpp>
#include <hyperlane/http/exchange.hpp>
#include <hyperlane/http/method.hpp>
#include <hyperlane/net/address.hpp>
#include <hyperlane/web/attributes.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace hyperlane {

namespace web {
class WebExchange;
struct Endpoint;
/// JSON on contexts, which <hyperlane/typed.hpp> brings: here it would cost every program its compile time.
template <typename T>
struct JsonBody;
template <typename T>
concept HasJsonBody = requires { sizeof(JsonBody<T>); };
}  // namespace web

/// A field of a request: `for (auto [name, value] : ctx.get_request_headers())`.
struct Header {
    std::string_view name;
    std::string_view value;
};

/// The fields of a request in the order in which they came.
class Headers {
public:
    class Iterator {
    public:
        Iterator(const http::Exchange* exchange, std::size_t index) noexcept : exchange_(exchange), index_(index) {}
        Header operator*() const noexcept {
            const auto field = exchange_->field_at(index_);
            return {field.name, field.value};
        }
        Iterator& operator++() noexcept {
            ++index_;
            return *this;
        }
        bool operator==(const Iterator&) const noexcept = default;

    private:
        const http::Exchange* exchange_;
        std::size_t index_;
    };

    explicit Headers(const http::Exchange& exchange) noexcept : exchange_(&exchange) {}
    [[nodiscard]] Iterator begin() const noexcept { return {exchange_, 0}; }
    [[nodiscard]] Iterator end() const noexcept { return {exchange_, size()}; }
    [[nodiscard]] std::size_t size() const noexcept { return exchange_->field_count(); }

private:
    const http::Exchange* exchange_;
};

/// Text that lives as long as the program, so that it need not be copied: `static_text("…")` takes literals only.
class StaticText {
public:
    template <std::size_t N>
    consteval explicit StaticText(const char (&literal)[N]) : text_(static_cast<const char*>(literal), N - 1) {}
    [[nodiscard]] std::string_view text() const noexcept { return text_; }

private:
    std::string_view text_;
};

template <std::size_t N>
consteval StaticText static_text(const char (&literal)[N]) {
    return StaticText(literal);
}

/// Views that the getters return live as long as any copy of the context. Setters throw std::invalid_argument for
/// what may not go into a response head (CR, LF, NUL, …), which ends in a 500 and a line in the log. Once the response
/// is out, setters change nothing that a client could see.
///
/// threads  one loop; a debug build asserts it
class Context {
public:
    explicit Context(http::ExchangePtr exchange) noexcept : exchange_(std::move(exchange)) {}

    // The request line and where it came from

    [[nodiscard]] Method get_request_method() const noexcept { return exchange().method(); }
    /// The token as it came, also of a method that `Method` does not know.
    [[nodiscard]] std::string_view get_request_method_token() const noexcept { return exchange().method_token(); }
    /// Still percent-encoded, without the query.
    [[nodiscard]] std::string_view get_request_path() const noexcept { return exchange().path(); }
    [[nodiscard]] std::string_view get_request_target() const noexcept { return exchange().target(); }
    /// "HTTP/1.1"
    [[nodiscard]] std::string_view get_request_version() const noexcept;
    /// With the port, if one was sent; empty when an HTTP/1.0 client sent none.
    [[nodiscard]] std::string_view get_request_host() const noexcept { return exchange().host(); }
    /// The pattern of the route that matched, or empty.
    [[nodiscard]] std::string_view get_route_pattern() const noexcept;
    [[nodiscard]] net::Address get_peer_address() const;
    [[nodiscard]] net::Address get_local_address() const;
    /// Unique per request, for logs: 16 hexadecimal digits.
    [[nodiscard]] std::string_view get_request_id() const;
    /// Since the head of the request was there.
    [[nodiscard]] std::chrono::nanoseconds get_elapsed() const noexcept;

    // Fields, query, cookies

    /// The first field of that name, in any case.
    [[nodiscard]] std::optional<std::string_view> get_request_header(std::string_view name) const noexcept {
        return exchange().field(name);
    }
    /// Every field of that name.
    [[nodiscard]] std::vector<std::string_view> get_request_headers(std::string_view name) const;
    [[nodiscard]] Headers get_request_headers() const noexcept { return Headers(exchange()); }
    /// Fields that came after a chunked body; empty before the body is complete.
    [[nodiscard]] std::optional<std::string_view> get_request_trailer(std::string_view name) const noexcept;

    /// Still encoded, without "?".
    [[nodiscard]] std::string_view get_request_query() const noexcept { return exchange().query(); }
    /// The decoded value of the first parameter of that name; empty text for a name without "=".
    [[nodiscard]] std::optional<std::string_view> get_request_query(std::string_view name) const;
    /// All parameters, decoded, in order.
    [[nodiscard]] std::vector<std::pair<std::string_view, std::string_view>> get_request_queries() const;

    [[nodiscard]] std::optional<std::string_view> get_request_cookie(std::string_view name) const noexcept;
    [[nodiscard]] std::vector<http::CookiePair> get_request_cookies() const;

    // Route parameters

    /// Decoded; nothing if the route has no such parameter.
    [[nodiscard]] std::optional<std::string_view> get_route_param(std::string_view name) const noexcept;

    /// As a number, bool or text.
    /// errors   throws HttpError 400 naming the parameter when it is no T
    template <typename T>
    [[nodiscard]] T get_route_param(std::string_view name) const {
        static_assert(std::integral<T> || std::floating_point<T> || std::constructible_from<T, std::string_view>,
                      "get_route_param<T>: T is an integer, a floating-point number, bool or a string");
        const std::string_view text = required_param(name);
        if constexpr (std::same_as<T, bool>) {
            return to_bool(name, text);
        } else if constexpr (std::integral<T> && std::is_signed_v<T>) {
            return static_cast<T>(to_signed(name, text, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
        } else if constexpr (std::integral<T>) {
            return static_cast<T>(to_unsigned(name, text, std::numeric_limits<T>::max()));
        } else if constexpr (std::floating_point<T>) {
            return static_cast<T>(to_floating(name, text));
        } else {
            return T(text);
        }
    }

    // The body of the request

    /// All of it; empty on a route that streams it.
    [[nodiscard]] std::string_view get_request_body() const noexcept { return exchange().body.text; }

    /// On a route made with `stream_body`: `co_await` it for the next piece, empty at the end. The piece is valid
    /// until the next call.
    ///
    /// errors   too_large, bad_message, closed; ends the request if it is not handled
    /// cancel   throws Cancelled
    [[nodiscard]] http::BodyReading read_request_body() const { return http::BodyReading(exchange_); }

    /// The body as a T, checked against the rules of its type. Needs <hyperlane/typed.hpp>.
    ///
    /// errors   bad_message. A handler that returns it as it is answers 415 if the body is not declared to be JSON, 400
    ///          if it is none, 422 if it is no T or breaks its rules, and tells all places that are wrong
    template <typename T>
    [[nodiscard]] Result<T> get_request_body_json() const {
        if constexpr (web::HasJsonBody<T>) {
            return web::JsonBody<T>::read(*this);
        } else {
            static_assert(web::HasJsonBody<T>, "get_request_body_json needs #include <hyperlane/typed.hpp>");
        }
    }

    // Attributes: what middleware leaves for handlers

    template <typename T>
    Context& set_attribute(std::string_view name, T&& value) {
        attributes().set(name, std::forward<T>(value), exchange().arena);
        return *this;
    }
    /// Null if there is none of that name and type.
    template <typename T>
    [[nodiscard]] T* get_attribute(std::string_view name) const noexcept {
        return attributes().template find<T>(name);
    }

    // Application state

    /// What `server.data(value)` was given.
    /// errors   a type that was never given is a bug of the program: 500, and the log says which type
    template <typename T>
    [[nodiscard]] T& get_data() const {
        return *static_cast<T*>(find_data(web::type_key<T>(), web::type_name<T>()));
    }

    // The response

    Context& set_response_status_code(int status);
    Context& set_response_reason(std::string_view reason);
    /// Replace all fields of that name.
    Context& set_response_header(std::string_view name, std::string_view value);
    /// Constants such as `header::content_type` and `mime::text_html` need no check and no copy.
    Context& set_response_header(FieldName name, std::string_view value);
    [[gnu::always_inline]] Context& set_response_header(FieldName name, FieldText value) {
        return require(exchange().response.set(name, value));
    }
    Context& add_response_header(std::string_view name, std::string_view value);
    Context& remove_response_header(std::string_view name);
    Context& set_response_cookie(const Cookie& cookie);
    /// Location, as of what a 201 has made: an address in UTF-8, percent-encoded where it has to be.
    Context& set_response_location(std::string_view address);
    /// Send the client to another address. 303 makes it ask with GET, whatever it asked with now; 307 and 308 make it
    /// ask again with the same method and body; 301 and 308 are remembered.
    ///
    /// errors   throws std::invalid_argument for a status other than 301, 302, 303, 307 and 308
    Context& set_response_redirect(std::string_view address, int status = 303);
    /// To be saved under this name, which may be of any characters (RFC 6266); with "inline", to be shown.
    Context& set_response_file_name(std::string_view name, std::string_view type = "attachment");
    /// After a streamed body.
    Context& add_response_trailer(std::string_view name, std::string_view value);

    /// Text is copied into the request's own memory, a string is moved. Sent as text/plain unless a Content-Type is
    /// set.
    Context& set_response_body(std::string_view text);
    Context& set_response_body(const char* text) { return set_response_body(std::string_view(text)); }
    Context& set_response_body(std::string&& text);
    Context& set_response_body(const std::string& text) {
        return set_response_body(std::string_view(text.data(), text.size()));
    }
    Context& set_response_body(StaticText text);

    /// Anything that has a JSON form, written straight into the request's own memory, as application/json unless a
    /// Content-Type is set. Needs <hyperlane/typed.hpp>.
    ///
    /// errors   throws std::invalid_argument for what JSON cannot hold, such as text that is not UTF-8
    template <typename T>
    Context& set_response_body_json(const T& value) {
        if constexpr (web::HasJsonBody<T>) {
            web::JsonBody<T>::write(*this, value);
        } else {
            static_assert(web::HasJsonBody<T>, "set_response_body_json needs #include <hyperlane/typed.hpp>");
        }
        return *this;
    }

    [[nodiscard]] int get_response_status_code() const noexcept { return exchange().response.status(); }
    [[nodiscard]] std::optional<std::string_view> get_response_header(std::string_view name) const noexcept {
        return exchange().response.find(name);
    }
    /// The text of a body that is one; empty for files.
    [[nodiscard]] std::string_view get_response_body() const noexcept { return exchange().response.body.text(); }

    // Sending. It happens by itself when the chain ends; these are for what must go out earlier.

    /// Send now: the whole response if a body is set, else its head, and `send_body` follows.
    ///
    /// returns  Result<>: already_done if it has been sent, closed if the client has gone
    /// cancel   throws Cancelled
    [[nodiscard]] http::Sending send() const { return {exchange_, http::Sending::What::response}; }
    /// Send one piece of the body, waiting while the client is slow. Sends the head first if need be.
    [[nodiscard]] http::Sending send_body(std::string piece) const {
        return {exchange_, http::Sending::What::data, std::move(piece)};
    }
    /// Send what `set_response_body` was given as one piece.
    [[nodiscard]] http::Sending send_body() const;
    /// Send the whole response and close the connection after it.
    [[nodiscard]] http::Sending send_once() const;

    /// Stop the handler, now or at its next await; what the response says then is sent, after the response middleware.
    void abort() const noexcept { exchange().abort(); }
    /// The same, as the Rust Hyperlane calls it.
    void aborted() const noexcept { abort(); }
    /// End the response, and the connection after it.
    void close() const noexcept { exchange().close(); }
    /// The same, as the Rust Hyperlane calls it.
    void closed() const noexcept { close(); }
    /// Has the client gone, or everything been sent?
    [[nodiscard]] bool is_connected() const noexcept { return exchange().connected(); }

    /// The layer below, for those who extend the framework.
    [[nodiscard]] http::Exchange& exchange() const noexcept {
#ifndef NDEBUG
        check_loop();
#endif
        return *exchange_;
    }

private:
    void check_loop() const noexcept;
    Context& set_long_response_body(std::string_view text);
    Context& require(const Result<>& result) {
        if (!result) [[unlikely]]
            refuse(result.error());
        return *this;
    }
    [[noreturn]] static void refuse(const Error& error);
    [[nodiscard]] web::Attributes& attributes() const noexcept;
    [[nodiscard]] void* find_data(web::TypeKey key, std::string_view type_name) const;
    [[nodiscard]] std::string_view required_param(std::string_view name) const;
    [[nodiscard]] static bool to_bool(std::string_view name, std::string_view text);
    [[nodiscard]] static std::int64_t to_signed(std::string_view name, std::string_view text, std::int64_t least,
                                                std::int64_t most);
    [[nodiscard]] static std::uint64_t to_unsigned(std::string_view name, std::string_view text, std::uint64_t most);
    [[nodiscard]] static double to_floating(std::string_view name, std::string_view text);

    http::ExchangePtr exchange_;
};

}  // namespace hyperlane
