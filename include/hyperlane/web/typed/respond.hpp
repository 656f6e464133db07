#pragma once

/// What a handler may return, and how it becomes the response:
///
///     plain struct, list, map, json::Value, Json<T>    JSON
///     std::string, std::string_view, StaticText        text
///     Status<201, T>, std::pair<int, T>                T, with that status; Status<204> has no body
///     std::optional<T>                                 T, or 404
///     Result<T>                                        T, or what a client is told of the error: see to_http_error
///     std::expected<T, HttpError>                      T, or that error, its text included
///     File, Stream                                     see below
///     SeeOther, Found, TemporaryRedirect,              303, 302, 307, 308, 301 to an address:
///     PermanentRedirect, MovedPermanently              `return SeeOther("/notes/7");`
///     nothing                                          204, unless the handler has answered through its context
///
/// and `Task` of any of these. Status and fields that were set through a Context stay.
///
/// A type of your own becomes a result by one specialisation:
///
///     template <>
///     struct hyperlane::Respond<Csv> {
///         static void to(Context ctx, Csv csv);            // or Task<>
///         static void describe(hyperlane::web::Operation& operation);   // may be left out
///     };

#include <hyperlane/base/function.hpp>
#include <hyperlane/base/pointers.hpp>
#include <hyperlane/io/task.hpp>
#include <hyperlane/json/describe.hpp>
#include <hyperlane/web/context.hpp>
#include <hyperlane/web/http_error.hpp>
#include <hyperlane/web/operation.hpp>
#include <hyperlane/web/typed/json_body.hpp>

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hyperlane {

template <typename T>
struct Json;

/// How a result of a handler becomes a response. Specialise it for types of your own.
template <typename T>
struct Respond;

/// A status with a body: `Status<201, User> create(Json<NewUser> user)`. Without T there is no body.
template <int Code, typename T = void>
struct Status {
    static_assert(Code >= 200 && Code <= 599, "Status<Code, T>: a handler answers with a status from 200 to 599");
    static_assert(Code != 204 && Code != 205 && Code != 304,
                  "Status<Code, T>: a response with this status has no body; return Status<Code>");
    T body{};
};
template <int Code>
struct Status<Code, void> {
    static_assert(Code >= 200 && Code <= 599, "Status<Code, T>: a handler answers with a status from 200 to 599");
};

/// A file below a directory; see `serve_file`. What is not there is 404.
struct File {
    std::string root;
    std::string path;              ///< not trusted
    std::string download_as = {};  ///< if it is to be saved, under this name; of any characters
};

/// Another address: in UTF-8, percent-encoded where it has to be.
template <int Code>
struct Redirect {
    static_assert(Code == 301 || Code == 302 || Code == 303 || Code == 307 || Code == 308,
                  "Redirect<Code>: the redirects are 301, 302, 303, 307 and 308");
    explicit Redirect(std::string to) : location(std::move(to)) {}
    std::string location;
};
/// GET it, whatever the method was: the answer to a form.
using SeeOther = Redirect<303>;
/// Mostly like SeeOther; the older one.
using Found = Redirect<302>;
/// The same method and body, this time.
using TemporaryRedirect = Redirect<307>;
/// The same method and body, from now on.
using PermanentRedirect = Redirect<308>;
/// From now on; the older one, with which POST may become GET.
using MovedPermanently = Redirect<301>;

/// A body that is made while it is sent. `write` awaits `ctx.send_body(piece)`; when it returns, the body is complete.
struct Stream {
    std::string content_type;
    Function<Task<>(Context)> write;
};

namespace web {

void respond_text(const Context& ctx, std::string_view text);
void respond_text(const Context& ctx, std::string&& text);
inline void respond_text(const Context& ctx, const char* text) { respond_text(ctx, std::string_view(text)); }
/// 204 if `handler` is the handler of the request and nobody has answered; a middleware that returns nothing lets the
/// request pass.
void respond_nothing(const Context& ctx, const void* handler);
[[noreturn]] void respond_not_found();
[[nodiscard]] Task<> respond_file(Context ctx, File file);
[[nodiscard]] Task<> respond_stream(Context ctx, Stream stream);

/// Throws what an error value means as a response.
[[noreturn]] void throw_error(const Error& error);
[[noreturn]] void throw_error(HttpError&& error);

enum class Returns : std::uint8_t {
    nothing,
    text,
    static_text,
    json,
    json_wrapper,
    optional,
    expected,
    status,
    status_pair,
    file,
    stream,
    redirect,
    own,
    unknown
};

template <typename T>
inline constexpr bool is_status = false;
template <int Code, typename T>
inline constexpr bool is_status<Status<Code, T>> = true;
template <typename T>
inline constexpr bool is_optional = false;
template <typename T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <typename T>
inline constexpr bool is_expected = false;
template <typename T, typename E>
inline constexpr bool is_expected<std::expected<T, E>> = std::is_same_v<E, Error> || std::is_same_v<E, HttpError>;
template <typename T>
inline constexpr bool is_status_pair = false;
template <typename T>
inline constexpr bool is_status_pair<std::pair<int, T>> = true;
template <typename T>
inline constexpr bool is_redirect = false;
template <int Code>
inline constexpr bool is_redirect<Redirect<Code>> = true;
template <typename T>
inline constexpr bool is_json_wrapper = false;
template <typename T>
inline constexpr bool is_json_wrapper<Json<T>> = true;

template <typename T>
consteval Returns json_or_unknown() {
    if constexpr (std::is_class_v<T> && json::detail::flaw_of<T>() == json::detail::Flaw::none) {
        constexpr json::Kind kind = json::detail::kind_of<T>();
        using enum json::Kind;
        return kind == object || kind == list || kind == map || kind == value || kind == variant ? Returns::json
                                                                                                 : Returns::unknown;
    } else {
        return Returns::unknown;
    }
}

template <typename T>
consteval Returns returns() {
    if constexpr (std::is_void_v<T>)
        return Returns::nothing;
    else if constexpr (requires { &Respond<T>::to; })
        return Returns::own;
    else if constexpr (std::is_same_v<T, StaticText>)
        return Returns::static_text;
    else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view> ||
                       std::is_same_v<T, const char*>)
        return Returns::text;
    else if constexpr (is_json_wrapper<T>)
        return Returns::json_wrapper;
    else if constexpr (is_optional<T>)
        return Returns::optional;
    else if constexpr (is_expected<T>)
        return Returns::expected;
    else if constexpr (is_status<T>)
        return Returns::status;
    else if constexpr (is_status_pair<T>)
        return Returns::status_pair;
    else if constexpr (std::is_same_v<T, File>)
        return Returns::file;
    else if constexpr (std::is_same_v<T, Stream>)
        return Returns::stream;
    else if constexpr (is_redirect<T>)
        return Returns::redirect;
    else
        return json_or_unknown<T>();
}

/// What is inside of optionals, expecteds, statuses and pairs.
template <typename T>
struct ContentOf {
    using type = T;
};
template <typename T>
using Content = typename ContentOf<T>::type;
template <typename T>
struct ContentOf<std::optional<T>> : ContentOf<T> {};
template <typename T>
    requires is_expected<T>
struct ContentOf<T> : ContentOf<typename T::value_type> {};
template <int Code, typename T>
struct ContentOf<Status<Code, T>> : ContentOf<T> {};
template <typename T>
struct ContentOf<std::pair<int, T>> : ContentOf<T> {};

/// Must the response be awaited?
template <typename T>
consteval bool responds_later() {
    using Inner = Content<T>;
    if constexpr (returns<Inner>() == Returns::own) {
        return std::is_same_v<decltype(Respond<Inner>::to(std::declval<Context>(), std::declval<Inner>())), Task<>>;
    } else {
        return returns<Inner>() == Returns::file || returns<Inner>() == Returns::stream;
    }
}

template <typename T>
auto respond(const Context& ctx, T&& value, const void* handler);

template <int Code, typename T>
auto respond_status(const Context& ctx, Status<Code, T> status, const void* handler) {
    Context(ctx).set_response_status_code(Code);
    if constexpr (!std::is_void_v<T>) return respond(ctx, std::move(status.body), handler);
}

/// Makes `value` the response. Gives a Task<> to await if `responds_later`.
template <typename T>
auto respond(const Context& ctx, T&& value, const void* handler) {
    using Value = std::remove_cvref_t<T>;
    constexpr Returns kind = returns<Value>();
    if constexpr (kind == Returns::own) {
        return Respond<Value>::to(ctx, std::forward<T>(value));
    } else if constexpr (kind == Returns::static_text) {
        Context(ctx).set_response_body(value);
    } else if constexpr (kind == Returns::text) {
        respond_text(ctx, std::forward<T>(value));
    } else if constexpr (kind == Returns::json) {
        write_json_body(ctx, std::addressof(value), json::type_info<Value>());
    } else if constexpr (kind == Returns::json_wrapper) {
        write_json_body(ctx, std::addressof(value.value),
                        json::type_info<std::remove_cvref_t<decltype(value.value)>>());
    } else if constexpr (kind == Returns::optional) {
        if (!value) respond_not_found();
        return respond(ctx, *std::forward<T>(value), handler);
    } else if constexpr (kind == Returns::expected) {
        if (!value) [[unlikely]]
            throw_error(std::move(value.error()));
        if constexpr (std::is_void_v<typename Value::value_type>) {
            respond_nothing(ctx, handler);
        } else {
            return respond(ctx, *std::forward<T>(value), handler);
        }
    } else if constexpr (kind == Returns::status) {
        return respond_status(ctx, std::forward<T>(value), handler);
    } else if constexpr (kind == Returns::status_pair) {
        Context(ctx).set_response_status_code(value.first);
        return respond(ctx, std::forward<T>(value).second, handler);
    } else if constexpr (kind == Returns::file) {
        return respond_file(ctx, std::forward<T>(value));
    } else if constexpr (kind == Returns::stream) {
        return respond_stream(ctx, std::forward<T>(value));
    } else if constexpr (kind == Returns::redirect) {
        []<int Code>(Context to, const Redirect<Code>& redirect) { to.set_response_redirect(redirect.location, Code); }(
            ctx, value);
    }
}

void describe_result(Operation& operation, int status, Returns kind, const json::TypeInfo* type);

/// Adds what a result looks like to an operation.
template <typename T>
void describe_response(Operation& operation, int status = 0) {
    constexpr Returns kind = returns<T>();
    if constexpr (kind == Returns::own) {
        if constexpr (requires { Respond<T>::describe(operation); }) Respond<T>::describe(operation);
    } else if constexpr (kind == Returns::json) {
        describe_result(operation, status, kind, &json::type_info<T>());
    } else if constexpr (kind == Returns::json_wrapper) {
        describe_result(operation, status, kind, &json::type_info<decltype(T::value)>());
    } else if constexpr (kind == Returns::optional) {
        operation.add_error(404);
        describe_response<typename T::value_type>(operation, status);
    } else if constexpr (kind == Returns::expected || kind == Returns::status_pair) {
        describe_response<Content<T>>(operation, status);
    } else if constexpr (kind == Returns::status) {
        []<int Code, typename Body>(Operation& to, const Status<Code, Body>*) { describe_response<Body>(to, Code); }(
            operation, static_cast<const T*>(nullptr));
    } else if constexpr (kind == Returns::redirect) {
        []<int Code>(Operation& to, const Redirect<Code>*) { describe_result(to, Code, kind, nullptr); }(
            operation, static_cast<const T*>(nullptr));
    } else {
        describe_result(operation, status, kind, nullptr);
    }
}

/// Fails to compile, with a reason, unless a handler may return T.
template <typename T>
consteval bool check_result() {
    static_assert(!std::is_reference_v<T>,
                  "handler result: a handler returns a value, not a reference: the response is made when it is gone");
    static_assert(!std::is_pointer_v<T> || std::is_same_v<T, const char*>,
                  "handler result: a handler cannot return a pointer: return std::optional<T> for what may be absent");
    if constexpr (std::is_reference_v<T> || (std::is_pointer_v<T> && !std::is_same_v<T, const char*>)) {
        return false;
    } else {
        using Inner = Content<T>;
        constexpr Returns kind = returns<Inner>();
        constexpr bool number = std::is_arithmetic_v<Inner> || std::is_enum_v<Inner>;
        static_assert(!number,
                      "handler result: a bare number, bool or enum could be text or JSON: return Json<T> or a text");
        constexpr bool known = number || kind != Returns::unknown;
        static_assert(known,
                      "handler result: nothing says how this type becomes a response: return a plain struct (public "
                      "members, no constructors), text, Json<T>, Status<Code, T>, Result<T>, std::optional<T>, or "
                      "specialise hyperlane::Respond for it");
        return known && !number;
    }
}

}  // namespace web
}  // namespace hyperlane
