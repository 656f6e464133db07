#pragma once

/// What values the members of a struct may have, as constant data: for who checks them and for who documents them.
/// Rules are declared with `json::options`; the json room keeps them and does not look at them when it reads.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hyperlane::json {

enum class RuleKind : std::uint8_t {
    min,      ///< at least `low` (integers) or `real` (floating point)
    max,      ///< at most
    above,    ///< more than
    below,    ///< less than
    length,   ///< of text in code points, of bytes in bytes: from `low` to `high`
    items,    ///< of a list or map: from `low` to `high`
    pattern,  ///< all of the text matches the regular expression `text` (RE2)
    email,    ///< as HTML's <input type="email"> has it
    one_of,   ///< rules of this kind that follow each other name the choices: `text` or `low`
    unique,   ///< no two elements of a list are equal
    custom,   ///< `holds`, else `text` says what is wanted
};

/// One thing that a member has to fulfil. What is said of a number or a text holds for every element of a list or map
/// of them, and for an optional one if it is there.
struct Rule {
    static constexpr std::size_t whole = 255;
    static constexpr std::int64_t no_end = std::numeric_limits<std::int64_t>::max();

    RuleKind kind = RuleKind::custom;
    std::size_t slot = whole;  ///< as Member::slot; `whole`: about the struct itself
    std::int64_t low = 0;
    std::int64_t high = no_end;
    double real = 0;
    std::string_view text = {};
    bool (*holds)(const void* value) = nullptr;  ///< is given the member, of a `whole` rule the struct
    std::size_t blamed = whole;                  ///< of a `whole` rule: the member to be named
};

namespace detail {

/// What is inside of optionals, pointers, lists and maps.
template <typename M>
struct LeafOf {
    using type = M;
};
template <typename M>
using Leaf = typename LeafOf<std::remove_cv_t<M>>::type;

template <typename M>
inline constexpr bool is_text = requires(const M& text) { std::string_view(text); };
template <typename M>
concept HasMapped = requires { typename M::mapped_type; };
template <typename M>
concept HasElement = requires { typename M::element_type; };
template <typename M>
concept HasValue = requires { typename M::value_type; };
template <typename M>
inline constexpr bool is_clock_time = requires { typename M::clock; };

template <typename M>
    requires(HasMapped<M>)
struct LeafOf<M> {
    using type = Leaf<typename M::mapped_type>;
};
template <typename M>
    requires(HasElement<M> && !HasMapped<M>)
struct LeafOf<M> {
    using type = Leaf<typename M::element_type>;
};
template <typename M>
    requires(HasValue<M> && !HasMapped<M> && !HasElement<M> && !is_text<M> && !is_clock_time<M>)
struct LeafOf<M> {
    using type = Leaf<typename M::value_type>;
};

/// What is inside of an optional or a pointer.
template <typename M>
struct PresentOf {
    using type = M;
};
template <typename M>
    requires requires(const M& optional) {
        typename M::value_type;
        optional.has_value();
    }
struct PresentOf<M> {
    using type = typename M::value_type;
};
template <HasElement M>
struct PresentOf<M> {
    using type = typename M::element_type;
};
template <typename M>
using Present = typename PresentOf<M>::type;

template <auto Member>
struct MemberOf;
template <typename T, typename M, M T::* Member>
struct MemberOf<Member> {
    using type = M;
};

template <typename M>
inline constexpr bool is_number = std::is_arithmetic_v<M> && !std::is_same_v<M, bool>;

/// A bound for members of type M: integers take integers only, so that nothing is rounded.
template <typename M, typename B>
consteval Rule bound(RuleKind kind, std::size_t slot, B value) {
    static_assert(is_number<Leaf<M>>, "json: min, max, above and below are for members that are numbers");
    static_assert(std::is_floating_point_v<Leaf<M>> || std::is_integral_v<B>,
                  "json: the bound of a member that is an integer must be an integer");
    Rule rule{.kind = kind, .slot = slot};
    if constexpr (std::is_integral_v<B>) {
        if (!std::in_range<std::int64_t>(value)) throw "json: bounds are limited to 64 bits with a sign";
        rule.low = static_cast<std::int64_t>(value);
    }
    rule.real = static_cast<double>(value);
    return rule;
}

template <typename M>
consteval Rule sized(RuleKind kind, std::size_t slot, std::size_t least, std::size_t most) {
    constexpr auto end = static_cast<std::size_t>(Rule::no_end);
    if (least > most) throw "json: the least length must not be more than the greatest";
    return {.kind = kind,
            .slot = slot,
            .low = static_cast<std::int64_t>(least < end ? least : end),
            .high = static_cast<std::int64_t>(most < end ? most : end)};
}

template <typename M, typename Choice>
consteval Rule choice(std::size_t slot, const Choice& value) {
    if constexpr (std::is_integral_v<Choice>) {
        static_assert(std::is_integral_v<Leaf<M>>, "json: one_of of a member that is text names texts");
        return {.kind = RuleKind::one_of, .slot = slot, .low = static_cast<std::int64_t>(value)};
    } else {
        static_assert(is_text<Leaf<M>>, "json: one_of is for members that are text or integers");
        return {.kind = RuleKind::one_of, .slot = slot, .text = value};
    }
}

template <auto Check, typename V>
bool holds_for(const void* value) {
    return Check(*static_cast<const V*>(value));
}

}  // namespace detail
}  // namespace hyperlane::json
