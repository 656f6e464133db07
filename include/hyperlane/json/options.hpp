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
/// The same place says which values are right: `.min<&NewUser::page_size>(1).length<&NewUser::full_name>(1, 80)`. The
/// web layer checks that on everything that clients send.
///
/// Members are named by pointer, so a member that does not exist does not compile, nor does a misspelt option.

#include <hyperlane/json/names.hpp>
#include <hyperlane/json/rules.hpp>

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

template <typename T, std::size_t RuleCount = 0>
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
template <typename T, std::size_t RuleCount>
inline constexpr bool is_options<Type<T, RuleCount>> = true;

}  // namespace detail

template <typename T, std::size_t RuleCount>
    requires detail::Aggregate<T>
class Type<T, RuleCount> {
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

    /// Members that are empty (std::nullopt, null pointers) are left out instead of written as null. A json::Patch is
    /// left out when it is absent, and null when it is null, with or without this.
    [[nodiscard]] consteval Type omit_null() const {
        Type result = *this;
        result.omit_empty = true;
        return result;
    }

    // Which values are right. What is said of a number or a text holds for each element of a list or map of them, and
    // for an optional member if it is there.

    template <auto Member, typename B>
    [[nodiscard]] consteval auto min(B bound) const {
        return with(detail::bound<MemberType<Member>>(RuleKind::min, slot_of<Member>(), bound));
    }
    template <auto Member, typename B>
    [[nodiscard]] consteval auto max(B bound) const {
        return with(detail::bound<MemberType<Member>>(RuleKind::max, slot_of<Member>(), bound));
    }
    /// More than `bound`.
    template <auto Member, typename B>
    [[nodiscard]] consteval auto above(B bound) const {
        return with(detail::bound<MemberType<Member>>(RuleKind::above, slot_of<Member>(), bound));
    }
    /// Less than `bound`.
    template <auto Member, typename B>
    [[nodiscard]] consteval auto below(B bound) const {
        return with(detail::bound<MemberType<Member>>(RuleKind::below, slot_of<Member>(), bound));
    }
    /// Of text in characters (code points), of json::Bytes in bytes.
    template <auto Member>
    [[nodiscard]] consteval auto length(std::size_t least, std::size_t most = SIZE_MAX) const {
        check_text<Member, true>();
        return with(detail::sized<MemberType<Member>>(RuleKind::length, slot_of<Member>(), least, most));
    }
    /// How many elements a list or a map may have.
    template <auto Member>
    [[nodiscard]] consteval auto items(std::size_t least, std::size_t most = SIZE_MAX) const {
        static_assert(
            requires(const detail::Present<MemberType<Member>>& list) { list.begin(); } &&
                !detail::is_text<detail::Present<MemberType<Member>>>,
            "json: items is for members that are lists or maps; for text there is length");
        return with(detail::sized<MemberType<Member>>(RuleKind::items, slot_of<Member>(), least, most));
    }
    /// The whole text matches a regular expression of RE2.
    template <auto Member>
    [[nodiscard]] consteval auto pattern(std::string_view regex) const {
        check_text<Member, false>();
        return with({.kind = RuleKind::pattern, .slot = slot_of<Member>(), .text = regex});
    }
    /// An address as HTML's <input type="email"> takes it.
    template <auto Member>
    [[nodiscard]] consteval auto email() const {
        check_text<Member, false>();
        return with({.kind = RuleKind::email, .slot = slot_of<Member>()});
    }
    /// One of these texts or integers. (An enum needs no rule.)
    template <auto Member, typename First, typename... Rest>
    [[nodiscard]] consteval auto one_of(First first, Rest... rest) const {
        const auto result = with(detail::choice<MemberType<Member>>(slot_of<Member>(), first));
        if constexpr (sizeof...(Rest) == 0) {
            return result;
        } else {
            return result.template one_of<Member>(rest...);
        }
    }
    /// No two elements of the list are equal.
    template <auto Member>
    [[nodiscard]] consteval auto unique() const {
        static_assert(
            requires(const detail::Present<MemberType<Member>>& list) { list.begin(); },
            "json: unique is for members that are lists");
        return with({.kind = RuleKind::unique, .slot = slot_of<Member>()});
    }
    /// `bool Check(const M& member)` holds. The message says what would be right: "must be a prime".
    template <auto Member, auto Check>
    [[nodiscard]] consteval auto satisfies(std::string_view message) const {
        using M = MemberType<Member>;
        using Held = std::conditional_t<std::is_invocable_v<decltype(Check), const M&>, M, detail::Present<M>>;
        static_assert(std::is_invocable_r_v<bool, decltype(Check), const Held&>,
                      "json: satisfies needs a function `bool f(const M& member)`");
        return with({.kind = RuleKind::custom,
                     .slot = slot_of<Member>(),
                     .low = std::is_same_v<Held, M> ? 0 : 1,
                     .text = message,
                     .holds = detail::holds_for<Check, Held>});
    }
    /// `bool Check(const T& object)` holds, for what concerns several members; `Blamed` is the one to be named.
    template <auto Check, auto Blamed = nullptr>
    [[nodiscard]] consteval auto check(std::string_view message) const {
        static_assert(std::is_invocable_r_v<bool, decltype(Check), const T&>,
                      "json: check needs a function `bool f(const T& object)`");
        Rule rule{.kind = RuleKind::custom, .text = message, .holds = detail::holds_for<Check, T>};
        if constexpr (!std::is_null_pointer_v<decltype(Blamed)>) rule.blamed = slot_of<Blamed>();
        return with(rule);
    }

    // What was said, for `describe.hpp`. Public so that all of it is part of the constant.
    std::array<detail::MemberOptions, detail::member_count<T>> members = {};
    Case spelling = Case::as_is;
    bool refuse_unknown = false;
    bool omit_empty = false;
    static constexpr std::size_t rule_count = RuleCount;
    Rule rules[RuleCount + 1] = {};

private:
    template <typename U, std::size_t Count>
    friend class Type;

    template <auto Member>
    using MemberType = typename detail::MemberOf<Member>::type;

    consteval Type<T, RuleCount + 1> with(const Rule& rule) const {
        Type<T, RuleCount + 1> result;
        result.members = members;
        result.spelling = spelling;
        result.refuse_unknown = refuse_unknown;
        result.omit_empty = omit_empty;
        for (std::size_t i = 0; i < RuleCount; ++i) result.rules[i] = rules[i];
        result.rules[RuleCount] = rule;
        return result;
    }

    template <auto Member, bool TakesBytes>
    static consteval void check_text() {
        using Inner = detail::Leaf<MemberType<Member>>;
        static_assert(detail::is_text<Inner> || (TakesBytes && std::is_same_v<Inner, std::byte>),
                      "json: length, pattern and email are for members that are text; for lists there is items");
    }

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
class Type<E, 0> {
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
class Type<V<Ts...>, 0> {
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
