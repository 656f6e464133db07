#pragma once

/// Decides how a C++ type looks in JSON, and says in one sentence why a type has no JSON form. Standard types whose
/// headers are costly (<chrono>, <map>, <memory>, <variant>) are recognised by what they offer.

#include <hyperlane/json/names.hpp>
#include <hyperlane/json/options.hpp>
#include <hyperlane/json/type_info.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace hyperlane::json {

/// Raw bytes: base64 in JSON.
using Bytes = std::vector<std::byte>;

class Value;

namespace detail {

template <typename T>
concept Number = std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;

template <typename T>
inline constexpr bool is_character =
    std::is_same_v<T, char> || std::is_same_v<T, wchar_t> || std::is_same_v<T, char8_t> ||
    std::is_same_v<T, char16_t> || std::is_same_v<T, char32_t>;

template <typename T>
concept SystemTime = requires(T time) {
    typename T::duration::period;
    time.time_since_epoch().count();
    T::clock::to_time_t(typename T::clock::time_point());
};

// std::chrono::local_time: a time on the wall, of no particular place
template <typename T>
concept LocalTime = requires(T time) {
    typename T::duration::period;
    time.time_since_epoch().count();
} && type_name<typename T::clock>() == "std::chrono::local_t";

template <typename T>
concept OptionalLike = requires(T value, const T& constant) {
    typename T::value_type;
    value.reset();
    value.emplace();
    constant.has_value();
    *constant;
};

// json::Patch
template <typename T>
concept PatchLike = OptionalLike<T> && requires(const T& constant) {
    constant.is_absent();
    constant.is_null();
};

// std::unique_ptr and std::shared_ptr of one object
template <typename T>
concept OwningPointer = requires(T pointer, const T& constant) {
    typename T::element_type;
    pointer.reset();
    constant.get();
    *constant;
    constant.operator->();
};

template <typename T>
concept Range = requires(const T& range) {
    typename T::value_type;
    range.begin();
    range.end();
} && !std::is_same_v<typename T::value_type, T>;

template <typename T>
concept MapLike = Range<T> && requires {
    typename T::key_type;
    typename T::mapped_type;
};

template <typename T>
concept TupleLike = requires { std::tuple_size<T>::value; };

/// Why a type has no JSON form.
enum class Flaw : std::uint8_t {
    none,
    pointer,
    union_type,
    c_array,
    character,
    long_double,
    enum_without_type,
    class_type
};

template <typename T>
consteval Flaw scalar_flaw() {
    if constexpr (std::is_pointer_v<T> || std::is_member_pointer_v<T> || std::is_reference_v<T>) return Flaw::pointer;
    if constexpr (std::is_union_v<T>) return Flaw::union_type;
    if constexpr (std::is_array_v<T>) return Flaw::c_array;
    if constexpr (is_character<T>) return Flaw::character;
    if constexpr (std::is_same_v<T, long double>) return Flaw::long_double;
    if constexpr (std::is_enum_v<T>)
        return requires { T{0}; } || std::is_scoped_enum_v<T> ? Flaw::none : Flaw::enum_without_type;
    return Flaw::none;
}

template <typename T>
consteval Kind number_kind() {
    if constexpr (std::is_floating_point_v<T>) {
        return sizeof(T) == 4 ? Kind::float32 : Kind::float64;
    } else {
        constexpr Kind with_sign = sizeof(T) == 1   ? Kind::int8
                                   : sizeof(T) == 2 ? Kind::int16
                                   : sizeof(T) == 4 ? Kind::int32
                                                    : Kind::int64;
        return std::is_signed_v<T> ? with_sign : static_cast<Kind>(static_cast<int>(with_sign) + 4);
    }
}

template <typename T>
consteval Kind class_kind() {
    if constexpr (SystemTime<T> || LocalTime<T>)
        return Kind::time;
    else if constexpr (OptionalLike<T> || OwningPointer<T>)
        return Kind::optional;
    else if constexpr (Variant<T>)
        return Kind::variant;
    else if constexpr (MapLike<T>)
        return Kind::map;
    else if constexpr (Range<T>)
        return Kind::list;
    else if constexpr (TupleLike<T>)
        return Kind::tuple;
    else if constexpr (type_name<T>() == "std::monostate")
        return Kind::null;
    else
        return Kind::object;
}

/// The form of T, which has no scalar flaw.
template <typename T>
consteval Kind kind_of() {
    if constexpr (std::is_same_v<T, bool>)
        return Kind::boolean;
    else if constexpr (Number<T>)
        return number_kind<T>();
    else if constexpr (std::is_same_v<T, std::nullptr_t>)
        return Kind::null;
    else if constexpr (std::is_same_v<T, std::string>)
        return Kind::string;
    else if constexpr (std::is_same_v<T, std::string_view>)
        return Kind::string_view;
    else if constexpr (std::is_same_v<T, Bytes>)
        return Kind::bytes;
    else if constexpr (std::is_same_v<T, Value>)
        return Kind::value;
    else if constexpr (std::is_enum_v<T>)
        return Kind::enumeration;
    else
        return class_kind<T>();
}

template <typename T>
consteval Flaw flaw_of() {
    if constexpr (constexpr Flaw flaw = scalar_flaw<T>(); flaw != Flaw::none) {
        return flaw;
    } else if constexpr (kind_of<T>() == Kind::object) {
        return Aggregate<T> ? Flaw::none : Flaw::class_type;
    } else {
        return Flaw::none;
    }
}

/// Fails to compile, with a reason, unless T has a JSON form. `Member` points to the member that has T or something of
/// T, if that is known: so the compiler names it right above the reason.
template <typename T, auto... Member>
consteval bool check_type() {
    constexpr Flaw flaw = flaw_of<T>();
    static_assert(
        flaw != Flaw::pointer,
        "json: a raw pointer or reference tells neither owner nor length; use std::optional, std::unique_ptr, "
        "std::shared_ptr, std::vector or std::string");
    static_assert(flaw != Flaw::union_type, "json: a union does not know which member it holds; use std::variant");
    static_assert(flaw != Flaw::c_array, "json: use std::array in place of a C array");
    static_assert(flaw != Flaw::character,
                  "json: a character type may mean text or number; use std::string, std::int8_t or std::uint8_t");
    static_assert(flaw != Flaw::long_double, "json: long double has no portable JSON form; use double");
    static_assert(flaw != Flaw::enum_without_type,
                  "json: an enum needs a fixed underlying type to be written by name, as in `enum Color : int`");
    static_assert(
        flaw != Flaw::class_type,
        "json: this class cannot be reflected; use a plain struct: public members, no constructors, no virtual "
        "functions, no private members");
    return flaw == Flaw::none;
}

// Converts to anything that is no class: constructors of classes are not to be tried with two of them.
struct Scalar {
    template <typename U>
        requires(!std::is_class_v<U> && !std::is_union_v<U>)
    operator U() const {
        std::unreachable();
    }
};

// Without braces of its own, an array takes one initialiser per element, so it counts as several members. Once it gets
// braces, fewer initialisers than counted remain for what comes behind it. This finds arrays of scalars, such as text
// buffers; an array of structs fails with a message of the compiler.
template <typename T, std::size_t... Before, std::size_t... After>
consteval bool takes_pair(std::index_sequence<Before...>, std::index_sequence<After...>) {
    return requires {
        T{(static_cast<void>(Before), Anything{})..., {Scalar{}, Scalar{}}, (static_cast<void>(After), Anything{})...};
    };
}

template <typename T, std::size_t Slot>
consteval bool is_c_array() {
    if constexpr (takes_pair<T>(std::make_index_sequence<Slot>(), std::index_sequence<>())) {
        return !takes_pair<T>(std::make_index_sequence<Slot>(), std::make_index_sequence<member_count<T> - Slot - 1>());
    } else {
        return false;
    }
}

template <typename T>
inline constexpr bool has_c_array = []<std::size_t... I>(std::index_sequence<I...>) {
    return (is_c_array<T, I>() || ...);
}(std::make_index_sequence<member_count<T>>());

/// Fails to compile, with a reason, unless the members of the aggregate T can be told apart.
template <typename T>
consteval bool check_members() {
    static_assert(!has_base<T>, "json: a struct with a base class cannot be reflected; make the base a member");
    if constexpr (has_base<T>) {
        return false;
    } else {
        constexpr bool few = member_count<T> <= max_members;
        static_assert(few || has_c_array<T>,
                      "json: a struct of more than 64 members cannot be reflected; group some of them into structs");
        constexpr bool array = member_count<T> > 1 && has_c_array<T>;
        static_assert(!array, "json: use std::array in place of a C array");
        return few && !array;
    }
}

}  // namespace detail
}  // namespace hyperlane::json
