#pragma once

/// Refuses, while compiling, to read types that can only be written.

#include <hyperlane/json/describe.hpp>

#include <string_view>
#include <type_traits>
#include <utility>

namespace hyperlane::json::detail {

template <typename T>
void check_readable();

template <typename T>
inline constexpr bool owns_with_new = true;
template <typename T>
    requires requires { typename T::deleter_type; }
inline constexpr bool owns_with_new<T> = type_name<typename T::deleter_type>().starts_with("std::default_delete<");

// `Member` points to the member, so that the compiler names it.
template <typename T, std::size_t Slot, auto Member>
void check_readable_member() {
    if constexpr (!options<T>.members[Slot].ignored) {
        using M = std::remove_cvref_t<decltype(*Member)>;
        check_readable<M>();
    }
}

template <typename T, Kind Form>
struct Parts {
    static void check() {}
};
template <typename T>
struct Parts<T, Kind::optional> {
    static void check() {
        using Inner = typename OptionalInner<T>::type;
        static_assert(std::is_default_constructible_v<Inner>, "json: a type must have a default value to be read");
        static_assert(owns_with_new<T>,
                      "json: a std::unique_ptr with a deleter of its own can be written but not read");
        check_readable<Inner>();
    }
};
template <typename T>
struct Parts<T, Kind::list> {
    static void check() {
        constexpr bool fixed = requires { std::tuple_size<T>::value; };
        static_assert(
            fixed || requires(T& list) { list.clear(); },
            "json: this list can be written but not read; use std::vector or std::array");
        check_readable<std::remove_cv_t<typename T::value_type>>();
    }
};
template <typename T>
struct Parts<T, Kind::map> {
    static void check() {
        static_assert(
            requires(T& map) { map.try_emplace(typename T::key_type()).first->second; },
            "json: this map can be written but not read; use std::map or std::unordered_map");
        check_readable<typename T::key_type>();
        check_readable<typename T::mapped_type>();
    }
};
template <typename T>
struct Parts<T, Kind::tuple> {
    static void check() {
        []<std::size_t... I>(std::index_sequence<I...>) {
            (check_readable<std::tuple_element_t<I, T>>(), ...);
        }(std::make_index_sequence<std::tuple_size_v<T>>());
    }
};
template <typename T>
struct Parts<T, Kind::object> {
    static void check() {
        if constexpr (check_members<T>()) {
            // Only compiled: code that runs would need the members, which have addresses and no place.
            []<std::size_t... I>(std::index_sequence<I...>) consteval {
                [[maybe_unused]] constexpr auto pointers = member_pointers<T>();
                (static_cast<void>(&check_readable_member<T, I, pointer_at<I>(pointers)>), ...);
            }(std::make_index_sequence<member_count<T>>());
        }
    }
};
template <typename... Ts, template <typename...> typename V>
struct Parts<V<Ts...>, Kind::variant> {
    static void check() { (check_readable<Ts>(), ...); }
};

// Instantiated, never run: types may contain themselves.
template <typename T>
void check_readable() {
    static_assert(!std::is_const_v<T>, "json: a const object cannot be read");
    static_assert(!std::is_same_v<T, std::string_view>,
                  "json: std::string_view can be written but not read, as nothing would own the text; use std::string");
    static_assert(std::is_default_constructible_v<T>, "json: a type must have a default value to be read");
    if constexpr (check_type<T>()) Parts<T, kind_of<T>()>::check();
}

}  // namespace hyperlane::json::detail
