#pragma once

/// What the reader, the writer and a schema generator know about a type: constant tables of plain data and a few
/// function pointers. Templates (`describe.hpp`) only build these tables; all work on them is compiled once.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hyperlane::json {

enum class Kind : std::uint8_t {
    null,
    boolean,
    int8,
    int16,
    int32,
    int64,
    uint8,
    uint16,
    uint32,
    uint64,
    float32,
    float64,
    string,       ///< std::string
    string_view,  ///< std::string_view: written, never read
    bytes,        ///< json::Bytes, as base64 (RFC 4648 section 4)
    value,        ///< json::Value
    time,         ///< TimeInfo: RFC 3339, or without an offset
    enumeration,  ///< EnumInfo: the enumerator's name
    optional,     ///< OptionalInfo: the value or null
    list,         ///< ListInfo: array
    tuple,        ///< TupleInfo: array of fixed length
    map,          ///< MapInfo: object with any keys
    object,       ///< ObjectInfo: object with known members
    variant,      ///< VariantInfo: told apart by a tag or by the JSON type
};

/// The common part. `kind` says which of the structs below a TypeInfo really is; kinds up to `value` have no more.
struct TypeInfo {
    Kind kind;
    std::string_view name = {};  ///< the C++ name, for structs, enums and variants
};

/// A constant array of known length. (std::span takes long to compile.)
template <typename T>
struct Table {
    const T* first;
    std::size_t count;

    [[nodiscard]] constexpr const T* begin() const noexcept { return first; }
    [[nodiscard]] constexpr const T* end() const noexcept { return first + count; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return count; }
    constexpr const T& operator[](std::size_t i) const noexcept { return first[i]; }
};

struct TimeInfo : TypeInfo {
    std::int64_t numerator;  ///< one tick is numerator / denominator seconds, as in std::ratio
    std::int64_t denominator;
    std::int64_t (*get)(const void* time);
    bool (*set)(void* time, std::int64_t ticks);  ///< false when the representation is too narrow
    bool local;                                   ///< std::chrono::local_time: no offset

    /// Whole days of local time: written without the time of day.
    [[nodiscard]] constexpr bool is_date() const noexcept {
        return local && denominator == 1 && numerator % 86'400 == 0;
    }
};

struct Enumerator {
    std::string_view name;
    std::int64_t value;
};

struct EnumInfo : TypeInfo {
    Table<Enumerator> values;  ///< ascending by value
    std::int64_t (*get)(const void* enumeration);
    void (*set)(void* enumeration, std::int64_t value);
};

/// std::optional, std::unique_ptr, std::shared_ptr and json::Patch.
struct OptionalInfo : TypeInfo {
    const TypeInfo* inner;
    const void* (*get)(const void* optional);  ///< nullptr when empty
    void* (*emplace)(void* optional);          ///< a fresh inner value
    void (*reset)(void* optional);             ///< what null means
    bool (*is_absent)(const void* optional);   ///< json::Patch: neither null nor a value; nullptr for others
};

/// Called once per element or entry by containers whose elements do not lie side by side.
class Visitor {
public:
    virtual bool visit(const void* key, const void* value) = 0;  ///< `key` is nullptr in lists; false stops

protected:
    ~Visitor() = default;
};

/// Fills the element or entry that a container is about to hold.
class Filler {
public:
    virtual bool fill_key(void* key) = 0;
    virtual bool replaces() = 0;  ///< whether an entry whose key is already there may be replaced
    virtual bool fill_value(void* value) = 0;

protected:
    ~Filler() = default;
};

struct Elements {
    const void* first;
    std::size_t count;
};

struct ListInfo : TypeInfo {
    const TypeInfo* element;
    std::size_t stride;                                 ///< bytes from one element to the next, where `elements` is set
    Elements (*elements)(const void* list);             ///< nullptr unless the elements lie side by side
    bool (*visit)(const void* list, Visitor& visitor);  ///< where `elements` is not set
    void (*clear)(void* list);                          ///< nullptr for std::array, whose length is fixed
    void* (*append)(void* list);              ///< a fresh element at the end; nullptr where `add` must be used
    bool (*add)(void* list, Filler& filler);  ///< sets and std::vector<bool>
};

/// Shows each element, however the list keeps them; false if the visitor stopped.
inline bool visit_elements(const ListInfo& info, const void* list, Visitor& visitor) {
    if (info.elements == nullptr) return info.visit(list, visitor);
    const Elements elements = info.elements(list);
    const auto* element = static_cast<const std::byte*>(elements.first);
    for (std::size_t i = 0; i < elements.count; ++i, element += info.stride) {
        if (!visitor.visit(nullptr, element)) return false;
    }
    return true;
}

struct TupleInfo : TypeInfo {
    Table<const TypeInfo*> elements;
    void (*locate)(const void* tuple, const void** addresses);
};

struct MapInfo : TypeInfo {
    const TypeInfo* key;  ///< a string, an integer or an enumeration
    const TypeInfo* mapped;
    bool (*visit)(const void* map, Visitor& visitor);
    void (*clear)(void* map);
    bool (*add)(void* map, Filler& filler);
};

struct Member {
    std::string_view name;     ///< as in JSON, without escapes
    std::string_view written;  ///< `,"name":` with escapes; at least 16 readable characters follow its end
    const TypeInfo* type;
    std::size_t slot;  ///< its place in what `locate` gives
    bool required;
};

struct Rule;  // rules.hpp

struct ObjectInfo : TypeInfo {
    static constexpr std::size_t max_members = 64;

    Table<Member> members;  ///< those that are not ignored, in the order of declaration
    void (*locate)(const void* object, const void** addresses);  ///< fills at most `max_members` slots
    std::uint64_t required;                                      ///< bit i: `members[i]` must be there
    bool refuse_unknown;
    bool omit_null;
    bool may_omit;      ///< not every member is always written: `omit_null`, or one is a json::Patch
    Table<Rule> rules;  ///< in the order of declaration
};

struct Alternative {
    std::string_view tag;  ///< for objects: the value of the tag member
    const TypeInfo* type;
};

struct VariantInfo : TypeInfo {
    std::string_view tag;  ///< name of the member that tells object alternatives apart
    Table<Alternative> alternatives;
    std::size_t (*index)(const void* variant);  ///< past the end when the variant is valueless
    const void* (*get)(const void* variant);
    void* (*emplace)(void* variant, std::size_t index);
};

}  // namespace hyperlane::json
