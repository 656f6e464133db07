#pragma once

/// The one place where a type says how it looks in JSON. Specialise `json::options` right behind the type, outside any
/// namespace; without it, members and enumerators carry their own names.
///
///     struct NewUser {
///         std::string full_name;
///         std::string password_hash;
///         int page_size = 20;
///     };
///
///     template <>
///     inline constexpr auto hyperlane::json::options<NewUser> = hyperlane::json::Type<NewUser>()
///                                                                   .rename<&NewUser::full_name>("fullName")
///                                                                   .ignore<&NewUser::password_hash>()
///                                                                   .with_default<&NewUser::page_size>();
///
/// Members are named by pointer, so a member that does not exist does not compile, nor does a misspelt option.

#include <hyperlane/json/names.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace hyperlane::json {

/// How names are spelled in JSON that are `snake_case` in C++.
enum class Case : std::uint8_t {
    as_is,
    camel,   ///< firstName
    pascal,  ///< FirstName
    kebab,   ///< first-name
};

template <typename T>
class Type;

/// How T looks in JSON. Specialise it with a `json::Type<T>()` and what is to be changed.
template <typename T>
inline constexpr auto options = Type<T>();

namespace detail {

struct MemberOptions {
    std::string_view name = {};
    bool ignored = false;
    bool has_default = false;
};

struct EnumeratorName {
    std::int64_t value = 0;
    std::string_view name = {};
};

template <typename T>
concept Variant = requires(const T& value) {
    value.index();
    value.valueless_by_exception();
};

template <typename T>
concept Aggregate = std::is_class_v<T> && std::is_aggregate_v<T>;

template <typename T>
inline constexpr bool is_options = false;
template <typename T>
inline constexpr bool is_options<Type<T>> = true;

}  // namespace detail

template <typename T>
    requires detail::Aggregate<T>
class Type<T> {
public:
    /// The member is called `name` in JSON.
    template <auto Member>
    [[nodiscard]] consteval Type rename(std::string_view name) const {
        Type result = *this;
        result.members[slot_of<Member>()].name = name;
        return result;
    }

    /// The members are neither written nor read.
    template <auto... Members>
    [[nodiscard]] consteval Type ignore() const {
        Type result = *this;
        ((result.members[slot_of<Members>()].ignored = true), ...);
        return result;
    }

    /// The members may be absent from input and then keep the value of their initialiser.
    template <auto... Members>
    [[nodiscard]] consteval Type with_default() const {
        Type result = *this;
        ((result.members[slot_of<Members>()].has_default = true), ...);
        return result;
    }

    /// Every member may be absent.
    [[nodiscard]] consteval Type with_defaults() const {
        Type result = *this;
        for (auto& member : result.members) member.has_default = true;
        return result;
    }

    /// All members that `rename` does not name.
    [[nodiscard]] consteval Type rename_all(Case wanted) const {
        Type result = *this;
        result.spelling = wanted;
        return result;
    }

    /// A member of the input that T does not have is an error, whatever ReadOptions say.
    [[nodiscard]] consteval Type refuse_unknown_members() const {
        Type result = *this;
        result.refuse_unknown = true;
        return result;
    }

    /// Members that are empty (std::nullopt, null pointers) are left out instead of written as null.
    [[nodiscard]] consteval Type omit_null() const {
        Type result = *this;
        result.omit_empty = true;
        return result;
    }

    // What was said, for `describe.hpp`. Public so that all of it is part of the constant.
    std::array<detail::MemberOptions, detail::member_count<T>> members = {};
    Case spelling = Case::as_is;
    bool refuse_unknown = false;
    bool omit_empty = false;

private:
    template <auto Member>
    static consteval std::size_t slot_of() {
        static_assert(
            std::is_member_object_pointer_v<decltype(Member)> && requires(T& object) { object.*Member; },
            "json: options need a pointer to a member of the type itself, as in &User::name");
        std::size_t slot = 0;
        for (const auto name : detail::member_names<T>) {
            if (name == detail::pointer_name<Member>) break;
            ++slot;
        }
        return slot;
    }
};

template <typename E>
    requires std::is_enum_v<E>
class Type<E> {
public:
    static constexpr std::size_t max_renamed = 64;

    /// The enumerator is called `name` in JSON.
    template <E Value>
    [[nodiscard]] consteval Type rename(std::string_view name) const {
        static_assert(!detail::last_identifier(detail::spell_pointer<Value>()).empty());
        Type result = *this;
        result.renamed[result.renamed_count++] = {static_cast<std::int64_t>(Value), name};
        return result;
    }

    /// All enumerators that `rename` does not name.
    [[nodiscard]] consteval Type rename_all(Case wanted) const {
        Type result = *this;
        result.spelling = wanted;
        return result;
    }

    std::array<detail::EnumeratorName, max_renamed> renamed = {};
    std::size_t renamed_count = 0;
    Case spelling = Case::as_is;
};

template <typename... Ts, template <typename...> typename V>
    requires detail::Variant<V<Ts...>>
class Type<V<Ts...>> {
public:
    /// The member that tells object alternatives apart; "type" unless said otherwise.
    [[nodiscard]] consteval Type tag(std::string_view name) const {
        Type result = *this;
        result.tag_name = name;
        return result;
    }

    /// The value of the tag for one alternative; its type's name unless said otherwise.
    template <typename Alternative>
    [[nodiscard]] consteval Type rename(std::string_view value) const {
        static_assert((std::is_same_v<Alternative, Ts> || ...),
                      "json: options name a type that is no alternative of the variant");
        Type result = *this;
        std::size_t index = 0;
        static_cast<void>(((std::is_same_v<Alternative, Ts> || (++index, false)) || ...));
        result.tag_values[index] = value;
        return result;
    }

    std::string_view tag_name = "type";
    std::array<std::string_view, sizeof...(Ts)> tag_values = {};
};

}  // namespace hyperlane::json
