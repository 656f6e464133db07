#pragma once

/// Names and shape of plain aggregates and enums, worked out by the compiler: how many members a struct has, what they
/// are called, and the names of an enum's values. No macros in user code, no code generation.

#include <hyperlane/json/members.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hyperlane::json::detail {

// Converts to anything, so `T{Anything{}, Anything{}}` compiles as long as T has two members to initialise. It never
// runs; it has a body because clang wants one for types without linkage.
struct Anything {
    template <typename U>
    operator U() const {
        std::unreachable();
    }
};

template <typename T>
struct BaseOf {
    template <typename U>
        requires(std::is_base_of_v<U, T> && !std::is_same_v<U, T>)
    operator U() const {
        std::unreachable();
    }
};

template <typename T, std::size_t... I>
consteval bool takes(std::index_sequence<I...>) {
    return requires { T{(static_cast<void>(I), Anything{})...}; };
}

template <typename T, std::size_t Count>
inline constexpr bool takes_n = takes<T>(std::make_index_sequence<Count>());

// The numbers of initialisers that T takes are one stretch whose end is the number of members; it starts above zero
// when a member has no default.
template <typename T, std::size_t Count, bool Started>
consteval std::size_t count_from() {
    if constexpr (Count > max_members + 1) {
        return Count;
    } else if constexpr (takes_n<T, Count>) {
        return count_from<T, Count + 1, true>();
    } else if constexpr (Started) {
        return Count - 1;
    } else {
        return count_from<T, Count + 1, false>();
    }
}

// With a default for every member the stretch starts at zero, and halving finds its end in few steps.
template <typename T, std::size_t Low, std::size_t High>
consteval std::size_t count_between() {
    if constexpr (High - Low <= 1) {
        return Low;
    } else {
        constexpr std::size_t middle = Low + (High - Low) / 2;
        if constexpr (takes_n<T, middle>) {
            return count_between<T, middle, High>();
        } else {
            return count_between<T, Low, middle>();
        }
    }
}

template <typename T>
consteval std::size_t count_members() {
    if constexpr (!takes_n<T, 0>) {
        return count_from<T, 0, false>();
    } else if constexpr (!takes_n<T, 8>) {
        return count_between<T, 0, 8>();
    } else {
        return count_between<T, 8, max_members + 2>();
    }
}

template <typename T>
inline constexpr std::size_t member_count = count_members<T>();

template <typename T>
inline constexpr bool has_base = requires { T{BaseOf<T>{}}; };

// Lends members a constant address. It is declared and never defined: only addresses are taken, while compiling.
template <typename T>
struct Holder {
    T value;
};

// A tuple of pointers; std::tuple would take half of the time that a struct costs to compile.
template <std::size_t I, typename P>
struct PointerAt {
    P pointer;
};
template <typename Places, typename... P>
struct Pointers;
template <std::size_t... I, typename... P>
struct Pointers<std::index_sequence<I...>, P...> : PointerAt<I, P>... {};

template <std::size_t I, typename P>
constexpr P pointer_at(const PointerAt<I, P>& place) {
    return place.pointer;
}

template <typename... M>
constexpr Pointers<std::index_sequence_for<M...>, M*...> pointers_to(M&... member) {
    return {{std::addressof(member)}...};
}

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif

template <typename T>
extern const Holder<T> specimen;

template <typename T>
consteval auto member_pointers() {
    return with_members<member_count<T>>(specimen<T>.value, [](auto&... member) { return pointers_to(member...); });
}

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

// g++ ends in "(& specimen<T>.Holder<T>::value.T::name)]", clang in "&specimen.value.name]"; for a pointer to member,
// both end in "&T::name]".
template <auto Pointer>
constexpr const char* spell_pointer() {
    return __PRETTY_FUNCTION__;
}

constexpr bool is_identifier(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

constexpr std::string_view last_identifier(std::string_view text) {
    std::size_t end = text.size();
    while (end > 0 && !is_identifier(text[end - 1])) --end;
    std::size_t begin = end;
    while (begin > 0 && is_identifier(text[begin - 1])) --begin;
    return text.substr(begin, end - begin);
}

template <auto Pointer>
inline constexpr std::string_view pointer_name = last_identifier(spell_pointer<Pointer>());

template <typename T>
consteval auto spell_members() {
    return []<std::size_t... I>(std::index_sequence<I...>) {
        [[maybe_unused]] constexpr auto pointers = member_pointers<T>();
        return std::array<std::string_view, sizeof...(I)>{last_identifier(spell_pointer<pointer_at<I>(pointers)>())...};
    }(std::make_index_sequence<member_count<T>>());
}

/// The names of T's members in the order of declaration.
template <typename T>
inline constexpr auto member_names = spell_members<T>();

template <typename T>
constexpr const char* spell_type() {
    return __PRETTY_FUNCTION__;
}

/// The name of T as the compiler prints it: "app::User".
template <typename T>
constexpr std::string_view type_name() {
    std::string_view text = spell_type<T>();  // "… spell_type() [with T = app::User]" or "… [T = app::User]"
    text.remove_prefix(text.find("T = ") + 4);
    text.remove_suffix(1);
    return text;
}

/// Without namespaces: "User". The name of a template keeps its arguments.
template <typename T>
constexpr std::string_view short_type_name() {
    std::string_view text = type_name<T>();
    const std::size_t arguments = text.find('<');
    const std::size_t colon = text.substr(0, arguments).rfind(':');
    return colon == std::string_view::npos ? text : text.substr(colon + 1);
}

/// Enumerators are looked for in this range, as far as the underlying type goes.
inline constexpr int lowest_enumerator = -128;
inline constexpr int highest_enumerator = 255;

template <typename E>
consteval std::pair<int, int> enumerator_range() {
    using Under = std::underlying_type_t<E>;
    if constexpr (std::is_same_v<Under, bool>) {
        return {0, 1};
    } else if constexpr (std::is_unsigned_v<Under>) {
        return {0, highest_enumerator};
    } else {
        return {lowest_enumerator, sizeof(Under) == 1 ? 127 : highest_enumerator};
    }
}

template <typename E, E... Values>
constexpr const char* spell_enumerators() {
    return __PRETTY_FUNCTION__;
}

// Walks over "app::Color::red, (app::Color)1, …]", one entry per value. Entries without a name are a cast of the
// value; knowing the type's name, they are stepped over at once, for the sake of the compile time.
class EnumeratorSpelling {
public:
    constexpr EnumeratorSpelling(std::string_view text, std::size_t type_length)
        : text_(text), type_length_(type_length) {}

    /// The name of the next value, empty when it has none.
    constexpr std::string_view next() {
        const std::size_t after_cast = at_ + type_length_ + 2;
        if (text_[at_] == '(' && after_cast < text_.size() && text_[after_cast - 1] == ')' &&
            is_number(text_[after_cast])) {
            at_ = after_cast;
            while (is_number(text_[at_])) ++at_;
            at_ += 2;
            return {};
        }
        const std::size_t begin = at_;
        skip_entry();
        const std::string_view name = last_identifier(text_.substr(begin, at_ - begin));
        at_ += 2;
        return is_number(name.front()) ? std::string_view() : name;
    }

private:
    static constexpr bool is_number(char c) { return c == '-' || (c >= '0' && c <= '9'); }

    constexpr void skip_entry() {
        for (int depth = 0; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '<' || c == '(' || c == '{') ++depth;
            if (depth == 0 && (c == ',' || c == '}' || c == '>')) return;
            if (c == '>' || c == ')' || c == '}') --depth;
        }
    }

    std::string_view text_;
    std::size_t type_length_;
    std::size_t at_ = 0;
};

template <typename E, int First, std::size_t... I>
consteval auto spell_enum(std::index_sequence<I...>) {
    std::string_view text = spell_enumerators<E, static_cast<E>(First + static_cast<int>(I))...>();
#if defined(__clang__)
    text.remove_prefix(text.find("Values = <") + 10);
#else
    text.remove_prefix(text.find("Values = {") + 10);
#endif
    EnumeratorSpelling spelling(text, type_name<E>().size());
    std::array<std::string_view, sizeof...(I)> names{};
    for (auto& name : names) name = spelling.next();
    return names;
}

/// One name for each value of the range; empty where there is no enumerator.
template <typename E>
inline constexpr auto enumerator_names =
    spell_enum<E, enumerator_range<E>().first>(std::make_index_sequence<static_cast<std::size_t>(
                                                   enumerator_range<E>().second - enumerator_range<E>().first + 1)>());

}  // namespace hyperlane::json::detail
