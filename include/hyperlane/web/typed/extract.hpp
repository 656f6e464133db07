#pragma once

/// What a handler may take as arguments besides a Context. Each says in its type where it comes from; what is missing
/// or malformed never reaches the handler: the client is told everything that is wrong with it.
///
///     Task<Result<User>> get_user(Path<int> id, Query<Page> page, Data<Users> users);
///
/// Path, query, fields and cookies answer 400 invalid_parameter; bodies 415 unsupported_media_type, 400 malformed_json
/// or malformed_form, 422 validation_failed. Text is UTF-8 or refused. Rules that `json::options` declares are checked.
///
/// A type of your own becomes an argument by one specialisation:
///
///     template <>
///     struct hyperlane::Extract<CurrentUser> {
///         static CurrentUser from(Context ctx);                   // or Result<CurrentUser>; may throw HttpError
///         static void describe(hyperlane::web::Operation& operation);   // may be left out
///     };

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/json/readable.hpp>
#include <hyperlane/web/context.hpp>
#include <hyperlane/web/operation.hpp>
#include <hyperlane/web/typed/json_body.hpp>
#include <hyperlane/web/typed/validate.hpp>

#include <cstddef>
#include <string_view>
#include <type_traits>

namespace hyperlane {

/// A text as an argument of a template: `Path<int, "id">`.
template <std::size_t N>
struct FixedText {
    char characters[N] = {};

    // NOLINTNEXTLINE(google-explicit-constructor): a literal is given where this is meant
    consteval FixedText(const char (&literal)[N]) {
        for (std::size_t i = 0; i < N; ++i) characters[i] = literal[i];
    }
    [[nodiscard]] constexpr std::string_view text() const noexcept { return {characters, N - 1}; }
};

/// A parameter of the path. `Path<int>`: the first such argument is the first parameter of the pattern, and so on;
/// their number must match. `Path<int, "id">`: the one of that name. `Path<Place>`, of a plain struct: each member is
/// the parameter of its name.
template <typename T, FixedText Name = FixedText("")>
struct Path {
    T value{};

    [[nodiscard]] const T& operator*() const noexcept { return value; }
    [[nodiscard]] const T* operator->() const noexcept { return std::addressof(value); }
    // NOLINTNEXTLINE(google-explicit-constructor): it is used as the value that it has
    [[nodiscard]] operator const T&() const noexcept { return value; }
};

/// The query, as a plain struct whose members are the parameters: numbers, bools, text, enums, times, optionals of
/// them, and lists of them for parameters that may be repeated. One that is left empty is an empty text, and for
/// anything else as good as absent; a bool that is absent is false. Others in the query are ignored, unless
/// `json::options` refuse unknown members.
template <typename T>
struct Query {
    T value{};

    [[nodiscard]] const T& operator*() const noexcept { return value; }
    [[nodiscard]] const T* operator->() const noexcept { return std::addressof(value); }
};

/// The first field of a name, as text or what is named: `HeaderValue<"If-Match">`,
/// `HeaderValue<"X-Retries", std::optional<int>>`.
template <FixedText Name, typename T = std::string_view>
struct HeaderValue {
    T value{};

    [[nodiscard]] const T& operator*() const noexcept { return value; }
    [[nodiscard]] const T* operator->() const noexcept { return std::addressof(value); }
    // NOLINTNEXTLINE(google-explicit-constructor): it is used as the value that it has
    [[nodiscard]] operator const T&() const noexcept { return value; }
};

/// The first cookie of a name: `CookieValue<"session">`, `CookieValue<"theme", std::optional<Theme>>`.
template <FixedText Name, typename T = std::string_view>
struct CookieValue {
    T value{};

    [[nodiscard]] const T& operator*() const noexcept { return value; }
    [[nodiscard]] const T* operator->() const noexcept { return std::addressof(value); }
    // NOLINTNEXTLINE(google-explicit-constructor): it is used as the value that it has
    [[nodiscard]] operator const T&() const noexcept { return value; }
};

/// The body as JSON; as a result, a response of JSON.
template <typename T>
struct Json {
    T value{};

    [[nodiscard]] const T& operator*() const noexcept { return value; }
    [[nodiscard]] T& operator*() noexcept { return value; }
    [[nodiscard]] const T* operator->() const noexcept { return std::addressof(value); }
    [[nodiscard]] T* operator->() noexcept { return std::addressof(value); }
};
template <typename T>
Json(T) -> Json<T>;

/// The body as it came, whatever its type.
struct BodyText {
    std::string_view value;  // views the request: lives as long as a copy of its context, and as the handler

    [[nodiscard]] std::string_view operator*() const noexcept { return value; }
    [[nodiscard]] const std::string_view* operator->() const noexcept { return &value; }
    // NOLINTNEXTLINE(google-explicit-constructor): it is used as the text that it is
    [[nodiscard]] operator std::string_view() const noexcept { return value; }
};

/// Application state: what `server.data(value)` was given. A server without it does not start.
template <typename T>
class Data {
public:
    explicit Data(T& state) noexcept : state_(&state) {}
    [[nodiscard]] T& operator*() const noexcept { return *state_; }
    [[nodiscard]] T* operator->() const noexcept { return state_; }

private:
    T* state_;  // of the server, which outlives its requests
};

/// How an argument of a handler is made from a request. Specialise it for types of your own.
template <typename T>
struct Extract;

namespace web {

// The compiled cores. Each throws HttpError for what a client did wrong.

void extract_path(const Context& ctx, std::size_t position, void* out, const json::TypeInfo& type);
void extract_path(const Context& ctx, std::string_view name, void* out, const json::TypeInfo& type);
void extract_path_members(const Context& ctx, void* out, const json::TypeInfo& type, const Validator& validator);
void extract_query(const Context& ctx, void* out, const json::TypeInfo& type, const Validator& validator);
void extract_header(const Context& ctx, std::string_view name, void* out, const json::TypeInfo& type);
void extract_cookie(const Context& ctx, std::string_view name, void* out, const json::TypeInfo& type);
void extract_json(const Context& ctx, void* out, const json::TypeInfo& type, const Validator& validator);

void describe_parameter(Operation& operation, ParameterPlace place, std::string_view name, std::size_t position,
                        const json::TypeInfo& type);
void describe_members(Operation& operation, ParameterPlace place, const json::TypeInfo& type,
                      const Validator& validator);
void describe_json(Operation& operation, const json::TypeInfo& type, const Validator& validator);
void describe_text(Operation& operation);
void describe_state(Operation& operation, TypeKey key, std::string_view type_name);

constexpr bool is_scalar_kind(json::Kind kind) noexcept {
    using enum json::Kind;
    switch (kind) {
        case null:
        case value:
        case list:
        case tuple:
        case map:
        case object:
        case variant:
        case optional: return false;
        default: return true;
    }
}

/// Can it stand as bare text, in a path or a field? A number, bool, text, enum, time, or an optional of one.
template <typename T>
consteval bool stands_as_text() {
    using Inner = json::detail::Present<T>;
    if constexpr (json::detail::flaw_of<Inner>() != json::detail::Flaw::none) {
        return false;
    } else {
        return is_scalar_kind(json::detail::kind_of<Inner>());
    }
}

template <typename T>
consteval bool is_plain_struct() {
    if constexpr (json::detail::flaw_of<T>() != json::detail::Flaw::none) {
        return false;
    } else {
        return json::detail::kind_of<T>() == json::Kind::object;
    }
}

consteval bool is_text_type(const json::TypeInfo& type, bool lists) {
    if (type.kind == json::Kind::optional)
        return is_text_type(*static_cast<const json::OptionalInfo&>(type).inner, false);
    if (type.kind == json::Kind::list && lists) {
        const auto& list = static_cast<const json::ListInfo&>(type);
        return is_scalar_kind(list.element->kind);
    }
    return is_scalar_kind(type.kind);
}

/// Can every member be read from text?
template <typename T, bool Lists>
consteval bool members_stand_as_text() {
    for (const json::Member& member : static_cast<const json::ObjectInfo&>(json::type_info<T>()).members) {
        if (!is_text_type(*member.type, Lists)) return false;
    }
    return true;
}

}  // namespace web

template <typename T, FixedText Name>
struct Extract<Path<T, Name>> {
    static constexpr bool by_name = sizeof(Name.characters) > 1;
    static constexpr bool is_struct = !by_name && web::is_plain_struct<T>();
    static constexpr bool positional = !by_name && !is_struct;

    static consteval bool check() {
        constexpr bool fits = is_struct || web::stands_as_text<T>();
        static_assert(fits,
                      "handler argument: Path<T> takes a number, bool, text, enum or time, or a plain struct with a "
                      "member for each parameter of the path");
        if constexpr (is_struct) {
            constexpr bool members_fit = web::members_stand_as_text<T, false>();
            static_assert(members_fit,
                          "handler argument: every member of the struct in Path<T> must be a number, bool, text, enum "
                          "or time");
            return members_fit;
        } else {
            return fits;
        }
    }
    static Path<T, Name> from(const Context& ctx, std::size_t position) {
        Path<T, Name> path;
        if constexpr (is_struct) {
            web::extract_path_members(ctx, std::addressof(path.value), json::type_info<T>(), web::validator_of<T>());
        } else if constexpr (by_name) {
            web::extract_path(ctx, Name.text(), std::addressof(path.value), json::type_info<T>());
        } else {
            web::extract_path(ctx, position, std::addressof(path.value), json::type_info<T>());
        }
        return path;
    }
    static void describe(web::Operation& operation, std::size_t position) {
        if constexpr (is_struct) {
            web::describe_members(operation, web::ParameterPlace::path, json::type_info<T>(), web::validator_of<T>());
        } else {
            web::describe_parameter(operation, web::ParameterPlace::path, Name.text(),
                                    by_name ? web::OperationParameter::by_name : position, json::type_info<T>());
        }
    }
};

template <typename T>
struct Extract<Query<T>> {
    static consteval bool check() {
        constexpr bool is_struct = web::is_plain_struct<T>();
        static_assert(is_struct, "handler argument: Query<T> takes a plain struct, whose members are the parameters");
        if constexpr (is_struct) {
            constexpr bool members_fit = web::members_stand_as_text<T, true>();
            static_assert(members_fit,
                          "handler argument: every member of the struct in Query<T> must be a number, bool, text, enum "
                          "or time, or a std::optional or std::vector of one");
            return members_fit;
        } else {
            return false;
        }
    }
    static Query<T> from(const Context& ctx) {
        Query<T> query;
        web::extract_query(ctx, std::addressof(query.value), json::type_info<T>(), web::validator_of<T>());
        return query;
    }
    static void describe(web::Operation& operation) {
        web::describe_members(operation, web::ParameterPlace::query, json::type_info<T>(), web::validator_of<T>());
    }
};

template <FixedText Name, typename T>
struct Extract<HeaderValue<Name, T>> {
    static consteval bool check() {
        constexpr bool fits = web::stands_as_text<T>();
        constexpr bool is_name = http::detail::is_token(Name.text().data(), Name.text().size());
        static_assert(fits,
                      "handler argument: HeaderValue<\"Name\", T> takes a number, bool, text, enum or time, or a "
                      "std::optional of one");
        static_assert(is_name, "handler argument: the name in HeaderValue<\"Name\"> is no name of a field");
        return fits && is_name;
    }
    static HeaderValue<Name, T> from(const Context& ctx) {
        HeaderValue<Name, T> header;
        web::extract_header(ctx, Name.text(), std::addressof(header.value), json::type_info<T>());
        return header;
    }
    static void describe(web::Operation& operation) {
        web::describe_parameter(operation, web::ParameterPlace::header, Name.text(), web::OperationParameter::by_name,
                                json::type_info<T>());
    }
};

template <FixedText Name, typename T>
struct Extract<CookieValue<Name, T>> {
    static consteval bool check() {
        constexpr bool fits = web::stands_as_text<T>();
        static_assert(fits,
                      "handler argument: CookieValue<\"name\", T> takes a number, bool, text, enum or time, or a "
                      "std::optional of one");
        return fits;
    }
    static CookieValue<Name, T> from(const Context& ctx) {
        CookieValue<Name, T> cookie;
        web::extract_cookie(ctx, Name.text(), std::addressof(cookie.value), json::type_info<T>());
        return cookie;
    }
    static void describe(web::Operation& operation) {
        web::describe_parameter(operation, web::ParameterPlace::cookie, Name.text(), web::OperationParameter::by_name,
                                json::type_info<T>());
    }
};

template <typename T>
struct Extract<Json<T>> {
    static constexpr bool reads_body = true;

    static consteval bool check() {
        constexpr bool fits =
            std::is_same_v<T, std::decay_t<T>> && json::detail::flaw_of<T>() == json::detail::Flaw::none;
        static_assert(
            fits,
            "handler argument: Json<T> takes a plain struct (public members, no constructors, no base class), "
            "or lists, maps and values of them");
        if constexpr (fits) static_cast<void>(&json::detail::check_readable<T>);
        return fits;
    }
    static Json<T> from(const Context& ctx) {
        if (false) json::detail::check_readable<T>();
        Json<T> body;
        web::extract_json(ctx, std::addressof(body.value), json::type_info<T>(), web::validator_of<T>());
        return body;
    }
    static void describe(web::Operation& operation) {
        web::describe_json(operation, json::type_info<T>(), web::validator_of<T>());
    }
};

template <>
struct Extract<BodyText> {
    static constexpr bool reads_body = true;
    static BodyText from(const Context& ctx) { return {ctx.get_request_body()}; }
    static void describe(web::Operation& operation) { web::describe_text(operation); }
};

template <typename T>
struct Extract<Data<T>> {
    static consteval bool check() {
        constexpr bool is_value = std::is_same_v<T, std::decay_t<T>>;
        static_assert(is_value,
                      "handler argument: Data<T> names the type that server.data(value) was given, without const, & "
                      "or *: Data<Users>");
        return is_value;
    }
    static Data<T> from(const Context& ctx) { return Data<T>(ctx.template get_data<T>()); }
    static void describe(web::Operation& operation) {
        web::describe_state(operation, web::type_key<T>(), web::type_name<T>());
    }
};

template <>
struct Extract<Context> {
    // NOLINTNEXTLINE(bugprone-return-const-ref-from-parameter): the chain has a context for as long as it calls
    static const Context& from(const Context& ctx) { return ctx; }
};

}  // namespace hyperlane
