#pragma once

/// Builds the TypeInfo of a type: one constant table per type, connected by pointers.

#include <hyperlane/json/classify.hpp>
#include <hyperlane/json/keys.hpp>
#include <hyperlane/json/names.hpp>
#include <hyperlane/json/options.hpp>
#include <hyperlane/json/type_info.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hyperlane::json::detail {

template <typename T, Kind Form>
struct Describe {
    static constexpr TypeInfo info{Form};
};

// Tables of types that contain themselves refer to each other, so a table is only ever named by this expression:
// `&DescribeOf<T>::info`.
template <typename T>
using DescribeOf = Describe<T, check_type<T>() ? kind_of<T>() : Kind::null>;

template <typename T>
struct Describe<T, Kind::time> {
    using Rep = typename T::rep;
    using Period = typename T::period;
    static_assert(std::is_integral_v<Rep>, "json: a time point needs an integer representation");

    static std::int64_t get(const void* time) {
        return static_cast<std::int64_t>(static_cast<const T*>(time)->time_since_epoch().count());
    }
    static bool set(void* time, std::int64_t ticks) {
        if (!std::in_range<Rep>(ticks)) return false;
        *static_cast<T*>(time) = T(typename T::duration(static_cast<Rep>(ticks)));
        return true;
    }
    static constexpr TimeInfo info{{Kind::time}, Period::num, Period::den, get, set, LocalTime<T>};
};

template <typename E>
struct Describe<E, Kind::enumeration> {
    static constexpr int first = enumerator_range<E>().first;

    static consteval std::size_t count() {
        std::size_t result = 0;
        for (const auto name : enumerator_names<E>) result += name.empty() ? 0 : 1;
        return result;
    }

    static consteval std::size_t spell(char* text, std::size_t* begins) {
        KeyWriter writer{text};
        std::size_t index = 0;
        for (const auto name : enumerator_names<E>) {
            if (name.empty()) continue;
            if (begins != nullptr) begins[index++] = writer.size;
            writer.put_spelled(name, options<E>.spelling);
        }
        if (begins != nullptr) begins[index] = writer.size;
        return writer.size;
    }

    static consteval auto spell_all() {
        Keys<count(), spell(nullptr, nullptr)> names;
        spell(names.text.data(), names.begins.data());
        return names;
    }
    static constexpr auto spelled = spell_all();

    static consteval auto list() {
        std::array<Enumerator, count()> result{};
        std::size_t index = 0;
        for (std::size_t offset = 0; offset < enumerator_names<E>.size(); ++offset) {
            if (enumerator_names<E>[offset].empty()) continue;
            const std::int64_t value = first + static_cast<std::int64_t>(offset);
            result[index] = {spelled.written(index), value};
            for (std::size_t i = 0; i < options<E>.renamed_count; ++i) {
                if (options<E>.renamed[i].value == value) result[index].name = options<E>.renamed[i].name;
            }
            ++index;
        }
        return result;
    }
    static constexpr auto values = list();

    static consteval bool names_differ() {
        for (std::size_t one = 0; one < values.size(); ++one) {
            for (std::size_t two = 0; two < one; ++two) {
                if (values[one].name == values[two].name) return false;
            }
        }
        return true;
    }
    static consteval bool all_in_range() {
        for (std::size_t i = 0; i < options<E>.renamed_count; ++i) {
            const std::int64_t value = options<E>.renamed[i].value;
            if (value < first || value > enumerator_range<E>().second) return false;
        }
        return true;
    }
    static_assert(count() > 0,
                  "json: this enum has no enumerator between -128 and 255, the values that can be written by name");
    static_assert(names_differ(), "json: two enumerators would have the same name in JSON");
    static_assert(all_in_range(), "json: only enumerators between -128 and 255 can be written by name");

    static std::int64_t get(const void* value) { return static_cast<std::int64_t>(*static_cast<const E*>(value)); }
    static void set(void* out, std::int64_t value) { *static_cast<E*>(out) = static_cast<E>(value); }
    static constexpr EnumInfo info{{Kind::enumeration, short_type_name<E>()}, {values.data(), values.size()}, get, set};
};

template <typename T>
struct OptionalInner {
    using type = typename T::value_type;
};
template <OwningPointer T>
struct OptionalInner<T> {
    using type = typename T::element_type;
};

/// May the JSON of T be null? A variant may if one of its alternatives may.
template <typename T>
inline constexpr bool may_be_null =
    kind_of<T>() == Kind::optional || kind_of<T>() == Kind::null || kind_of<T>() == Kind::value;
template <typename... Ts, template <typename...> typename V>
    requires Variant<V<Ts...>>
inline constexpr bool may_be_null<V<Ts...>> = (may_be_null<Ts> || ...);

// What cannot be absent: the whole document, and what stands in lists, maps, pairs and tuples.
template <typename T>
consteval bool check_not_patch() {
    static_assert(!PatchLike<T>, "json: a json::Patch can only be a member of a struct; elsewhere nothing is absent");
    return true;
}

template <typename T>
struct Describe<T, Kind::optional> {
    using Inner = std::remove_cv_t<typename OptionalInner<T>::type>;
    static_assert(
        !may_be_null<Inner> || (PatchLike<T> && std::is_same_v<Inner, Value>),
        "json: null could mean the optional or what is in it, which may be null too; for a member that may be "
        "absent, null or a value use json::Patch<T>");

    static const void* get(const void* optional) {
        const T& value = *static_cast<const T*>(optional);
        return value ? std::addressof(*value) : nullptr;
    }
    static void* emplace(void* optional) {
        T& value = *static_cast<T*>(optional);
        if constexpr (OwningPointer<T>) {
            value.reset(new Inner());
        } else {
            value.emplace();
        }
        return const_cast<Inner*>(std::addressof(*value));
    }
    static void reset(void* optional) { static_cast<T*>(optional)->reset(); }

    static consteval auto emplacer() -> void* (*)(void*) {
        if constexpr (std::is_default_constructible_v<Inner>) return emplace;
        return nullptr;
    }
    static bool is_absent(const void* optional) { return static_cast<const T*>(optional)->is_absent(); }
    static consteval auto absence() -> bool (*)(const void*) {
        if constexpr (PatchLike<T>) return is_absent;
        return nullptr;
    }
    static constexpr OptionalInfo info{{Kind::optional}, &DescribeOf<Inner>::info, get, emplacer(), reset, absence()};
};

template <typename T>
struct Describe<T, Kind::list> {
    using Element = std::remove_cv_t<typename T::value_type>;
    static_assert(check_not_patch<Element>());
    static constexpr bool side_by_side = requires(const T& list) {
        { list.data() } -> std::convertible_to<const Element*>;
    };
    static constexpr bool clears = requires(T& list) { list.clear(); };
    static constexpr bool appends = requires(T& list) {
        { list.emplace_back() } -> std::same_as<Element&>;
    };

    static Elements view(const void* list) {
        const T& elements = *static_cast<const T*>(list);
        return {elements.data(), elements.size()};
    }
    static bool visit(const void* list, Visitor& visitor) {
        for (const auto& item : *static_cast<const T*>(list)) {
            const Element& element = item;  // std::vector<bool> gives proxies
            if (!visitor.visit(nullptr, std::addressof(element))) return false;
        }
        return true;
    }
    static void clear(void* list) { static_cast<T*>(list)->clear(); }
    static void* append(void* list) { return std::addressof(static_cast<T*>(list)->emplace_back()); }
    static bool add(void* list, Filler& filler) {
        Element element{};
        if (!filler.fill_value(std::addressof(element))) return false;
        T& elements = *static_cast<T*>(list);
        elements.insert(elements.end(), std::move(element));
        return true;
    }

    static consteval ListInfo make() {
        ListInfo result{{Kind::list}, &DescribeOf<Element>::info, sizeof(Element), nullptr, nullptr, nullptr, nullptr,
                        nullptr};
        if constexpr (side_by_side) {
            result.elements = view;
        } else {
            result.visit = visit;
        }
        if constexpr (clears) result.clear = clear;
        if constexpr (appends) {
            result.append = append;
        } else if constexpr (clears && requires(T& list) { list.insert(list.end(), Element()); }) {
            result.add = add;
        }
        return result;
    }
    static constexpr ListInfo info = make();
};

template <typename T>
struct Describe<T, Kind::tuple> {
    static constexpr auto places = std::make_index_sequence<std::tuple_size_v<T>>();
    static_assert([]<std::size_t... I>(std::index_sequence<I...>) {
        return (check_not_patch<std::remove_cv_t<std::tuple_element_t<I, T>>>() && ...);
    }(places));

    template <std::size_t... I>
    static consteval std::array<const TypeInfo*, sizeof...(I)> list(std::index_sequence<I...>) {
        return {&DescribeOf<std::remove_cv_t<std::tuple_element_t<I, T>>>::info...};
    }
    static constexpr std::array<const TypeInfo*, std::tuple_size_v<T>> elements = list(places);

    static void locate(const void* tuple, const void** addresses) {
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            ((addresses[I] = std::addressof(get<I>(*static_cast<const T*>(tuple)))), ...);
        }(places);
    }
    static_assert(std::tuple_size_v<T> <= max_members, "json: a tuple may have at most 64 elements");
    static constexpr TupleInfo info{{Kind::tuple}, {elements.data(), elements.size()}, locate};
};

template <typename T>
struct Describe<T, Kind::map> {
    using Key = typename T::key_type;
    using Mapped = typename T::mapped_type;
    static_assert(check_not_patch<Mapped>());
    static constexpr bool plain_key = std::is_same_v<Key, std::string> || std::is_same_v<Key, std::string_view> ||
                                      (std::is_integral_v<Key> && !is_character<Key> && !std::is_same_v<Key, bool>) ||
                                      std::is_enum_v<Key>;
    static_assert(plain_key, "json: the key of a map must be std::string, an integer or an enum");

    static bool visit(const void* map, Visitor& visitor) {
        for (const auto& [key, value] : *static_cast<const T*>(map)) {
            if (!visitor.visit(std::addressof(key), std::addressof(value))) return false;
        }
        return true;
    }
    static void clear(void* map) { static_cast<T*>(map)->clear(); }
    static bool add(void* map, Filler& filler) {
        Key key{};
        if (!filler.fill_key(std::addressof(key))) return false;
        const auto [place, fresh] = static_cast<T*>(map)->try_emplace(std::move(key));
        if (!fresh) {
            if (!filler.replaces()) return false;
            place->second = Mapped{};
        }
        return filler.fill_value(std::addressof(place->second));
    }

    static consteval const TypeInfo* key_info() {
        if constexpr (plain_key) return &DescribeOf<Key>::info;
        return nullptr;
    }
    static consteval MapInfo make() {
        MapInfo result{{Kind::map}, key_info(), &DescribeOf<Mapped>::info, visit, clear, nullptr};
        if constexpr (
            requires(T& map) {
                map.try_emplace(Key())->first;
                map.try_emplace(Key()).first->second = Mapped{};
            } || requires(T& map) { map.try_emplace(Key()).first->second = Mapped{}; }) {
            result.add = add;
        }
        return result;
    }
    static constexpr MapInfo info = make();
};

template <typename T, std::size_t Slot>
using MemberType = std::remove_cvref_t<decltype(*pointer_at<Slot>(member_pointers<T>()))>;

template <typename T>
consteval std::size_t count_shown() {
    std::size_t result = 0;
    for (const auto& member : options<T>.members) result += member.ignored ? 0 : 1;
    return result;
}

// Members are told apart only if the type is sound; otherwise `check_members` has already said what is wrong.
template <typename T>
inline constexpr std::size_t shown_members = check_members<T>() ? count_shown<T>() : 0;

template <typename T>
inline constexpr bool may_be_absent = OptionalLike<T> || OwningPointer<T>;

// An ignored member may be of any type.
template <typename T, std::size_t Slot>
using ShownType = std::conditional_t<options<T>.members[Slot].ignored, std::nullptr_t, MemberType<T, Slot>>;

/// Is there nothing wrong with a member's type, nor with what it holds?
template <typename M>
inline constexpr bool is_sound = flaw_of<M>() == Flaw::none && flaw_of<Leaf<M>>() == Flaw::none;

template <typename M, auto Member>
consteval void blame_member() {
    if constexpr (flaw_of<M>() != Flaw::none) {
        check_type<M, Member>();
    } else if constexpr (!is_sound<M>) {
        check_type<Leaf<M>, Member>();
    }
}

template <typename T, std::size_t... I>
constexpr std::array<Member, shown_members<T>> list_members(std::index_sequence<I...>) {
    constexpr std::array<const TypeInfo*, sizeof...(I)> types = {&DescribeOf<ShownType<T, I>>::info...};
    constexpr std::array<bool, sizeof...(I)> absent = {may_be_absent<ShownType<T, I>>...};
    constexpr auto wanted = options<T>.members;  // g++ 12 cannot use `options` in the middle of this evaluation
    std::array<Member, shown_members<T>> result{};
    std::size_t next = 0;
    for (std::size_t slot = 0; slot < sizeof...(I); ++slot) {
        const MemberOptions& member = wanted[slot];
        if (member.ignored) continue;
        result[next++] = {key_name<T>(slot), keys<T>.written(slot), types[slot], slot,
                          !member.has_default && !absent[slot]};
    }
    return result;
}

template <typename T>
consteval std::array<Member, shown_members<T>> list_members() {
    if constexpr (check_members<T>()) {
        static_assert(keys_differ<T>(), "json: two members would have the same name in JSON");
        return []<std::size_t... I>(std::index_sequence<I...> places) -> std::array<Member, shown_members<T>> {
            if constexpr ((is_sound<ShownType<T, I>> && ...)) {
                return list_members<T>(places);
            } else {
                constexpr auto pointers = member_pointers<T>();
                (blame_member<ShownType<T, I>, pointer_at<I>(pointers)>(), ...);
                return {};
            }
        }(std::make_index_sequence<member_count<T>>());
    } else {
        return {};
    }
}

template <typename T>
inline constexpr std::array<Member, shown_members<T>> members_of = list_members<T>();

template <typename T>
consteval std::uint64_t required_members() {
    std::uint64_t result = 0;
    std::size_t bit = 0;
    for (const Member& member : members_of<T>) result |= static_cast<std::uint64_t>(member.required) << bit++;
    return result;
}

// A member that can be absent and null, apart, is left out when it is absent.
template <typename T>
consteval bool may_omit_members() {
    return []<std::size_t... I>(std::index_sequence<I...>) {
        return options<T>.omit_empty || (PatchLike<ShownType<T, I>> || ...);
    }(std::make_index_sequence<shown_members<T> == 0 ? 0 : member_count<T>>());
}

template <typename T>
struct Describe<T, Kind::object> {
    static_assert(is_options<std::remove_cv_t<decltype(options<T>)>>,
                  "json: options of a struct must be a json::Type of it");

    static void locate(const void* object, const void** addresses) {
        if constexpr (check_members<T>()) {
            with_members<member_count<T>>(*static_cast<const T*>(object), [addresses](const auto&... member) {
                [[maybe_unused]] std::size_t slot = 0;
                ((addresses[slot++] = std::addressof(member)), ...);
            });
        }
    }

    static constexpr ObjectInfo info{{Kind::object, short_type_name<T>()},
                                     {members_of<T>.data(), members_of<T>.size()},
                                     locate,
                                     required_members<T>(),
                                     options<T>.refuse_unknown,
                                     options<T>.omit_empty,
                                     may_omit_members<T>(),
                                     {options<T>.rules, options<T>.rule_count}};
};

template <typename... Ts, template <typename...> typename V>
struct Describe<V<Ts...>, Kind::variant> {
    using T = V<Ts...>;
    static constexpr std::array<Kind, sizeof...(Ts)> kinds = {kind_of<Ts>()...};

    // What a reader can tell apart without a tag.
    static consteval int json_type(Kind kind) {
        switch (kind) {
            case Kind::null: return 0;
            case Kind::boolean: return 1;
            case Kind::string:
            case Kind::string_view:
            case Kind::bytes:
            case Kind::time:
            case Kind::enumeration: return 3;
            case Kind::list:
            case Kind::tuple: return 4;
            case Kind::object: return 5;
            case Kind::map: return 6;
            case Kind::optional:
            case Kind::variant:
            case Kind::value: return 7;
            default: return 2;
        }
    }
    static consteval bool told_apart() {
        int seen[8] = {};
        for (const Kind kind : kinds) ++seen[json_type(kind)];
        const bool single = seen[0] < 2 && seen[1] < 2 && seen[2] < 2 && seen[3] < 2 && seen[4] < 2 && seen[6] < 2;
        return single && seen[7] == 0 && (seen[5] == 0 || seen[6] == 0);
    }
    static consteval bool tags_differ() {
        for (std::size_t one = 0; one < sizeof...(Ts); ++one) {
            for (std::size_t two = 0; two < one; ++two) {
                const bool objects = kinds[one] == Kind::object && kinds[two] == Kind::object;
                if (objects && alternatives[one].tag == alternatives[two].tag) return false;
            }
        }
        return true;
    }

    static consteval std::array<Alternative, sizeof...(Ts)> list() {
        std::array<Alternative, sizeof...(Ts)> result{Alternative{short_type_name<Ts>(), &DescribeOf<Ts>::info}...};
        for (std::size_t i = 0; i < sizeof...(Ts); ++i) {
            if (options<T>.tag_values[i].data() != nullptr) result[i].tag = options<T>.tag_values[i];
        }
        return result;
    }
    static constexpr std::array<Alternative, sizeof...(Ts)> alternatives = list();
    static_assert(
        told_apart(),
        "json: the alternatives of a std::variant must be structs, which get a tag, or differ in their JSON type "
        "(null, boolean, number, string, array, object)");
    static_assert(tags_differ(), "json: two alternatives of a std::variant would have the same tag");

    static std::size_t index(const void* variant) { return static_cast<const T*>(variant)->index(); }
    static const void* get(const void* variant) {
        const void* result = nullptr;
        const T* value = static_cast<const T*>(variant);
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            static_cast<void>(((value->index() == I && (result = get_if<I>(value), true)) || ...));
        }(std::index_sequence_for<Ts...>());
        return result;
    }
    template <std::size_t I>
    static void* emplace_at(T& variant) {
        if constexpr (requires { variant.template emplace<I>(); }) return std::addressof(variant.template emplace<I>());
        return nullptr;  // has no default, which `readable.hpp` refuses
    }
    static void* emplace(void* variant, std::size_t wanted) {
        void* result = nullptr;
        T* value = static_cast<T*>(variant);
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            static_cast<void>(((wanted == I && (result = emplace_at<I>(*value), true)) || ...));
        }(std::index_sequence_for<Ts...>());
        return result;
    }
    static constexpr VariantInfo info{
        {Kind::variant}, options<T>.tag_name, {alternatives.data(), alternatives.size()}, index, get, emplace};
};

}  // namespace hyperlane::json::detail

namespace hyperlane::json {

/// The table of T. It lives as long as the program.
template <typename T>
[[nodiscard]] constexpr const TypeInfo& type_info() {
    static_assert(detail::check_not_patch<std::remove_cv_t<T>>());
    return detail::DescribeOf<std::remove_cv_t<T>>::info;
}

}  // namespace hyperlane::json
