#pragma once

/// Reads a text into the object that a table describes: scalars in read.cpp, arrays and maps in read_container.cpp,
/// structs and variants in read_object.cpp.
///
/// What fails returns false with the error in the cursor. Where the cursor may keep several, containers go on behind
/// elements of the wrong shape, and return false at their end.

#include <hyperlane/json/type_info.hpp>
#include "cursor.hpp"
#include "number.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

namespace hyperlane::json {

/// Fills an object by its tables.
class Reader {
public:
    explicit Reader(Cursor& cursor) : cursor_(cursor) {}

    bool read(void* out, const TypeInfo& info);

private:
    template <typename T>
    bool read_integer(void* out);
    template <typename T>
    bool read_any_integer(void* out);
    template <typename T>
    bool read_real(void* out);
    bool read_boolean(void* out);
    bool read_null();
    bool read_string(void* out);
    bool read_bytes(void* out);
    bool read_time(void* out, const TimeInfo& info);
    bool read_enum(void* out, const EnumInfo& info);
    bool read_optional(void* out, const OptionalInfo& info);
    bool read_list(void* out, const ListInfo& info);
    bool read_array(void* out, const ListInfo& info);
    bool read_tuple(void* out, const TupleInfo& info);
    bool read_map(void* out, const MapInfo& info);
    bool read_object(void* out, const ObjectInfo& info, std::string_view tag = {});
    /// How far an object has been read.
    struct Progress {
        std::size_t expected = 0;  ///< the member that mostly comes next
        std::uint64_t seen = 0;    ///< bit i: member i was there
    };
    bool read_member(const void* const* addresses, const ObjectInfo& info, std::string_view tag, Progress& progress);
    bool search_member(const void* const* addresses, const ObjectInfo& info, std::string_view tag, Progress& progress);
    bool skip_member(const ObjectInfo& info, std::string_view tag, std::string_view name, const std::uint32_t* begin);
    bool read_variant(void* out, const VariantInfo& info);
    bool read_tagged(void* out, const VariantInfo& info);

    /// The content of the string at the cursor, in the text or in `scratch`.
    bool text(std::string_view expected, std::string& scratch, std::string_view& out);
    struct Tag {
        std::string value;
        std::size_t offset = 0;
        bool found = false;
    };
    bool find_tag(std::string_view tag, Tag& out);
    bool fail_missing(const ObjectInfo& info, std::uint64_t seen, std::size_t at);
    bool begin_container(char open, std::string_view name) {
        return cursor_.peek() == open ? cursor_.enter() : cursor_.fail_type(name);
    }
    /// Whether the container that was entered has a first element; steps over the end if not.
    bool has_elements(char close) {
        if (cursor_.peek() != close) return true;
        cursor_.skip_token();
        return false;
    }

    class SetFiller;
    class MapFiller;

    Cursor& cursor_;  // views the cursor of the caller
};

inline bool is_number_start(char c) { return c == '-' || (c >= '0' && c <= '9'); }

/// Stores an integer unless it is out of range.
template <typename T>
bool fits(std::uint64_t magnitude, bool negative, T& out) {
    const auto highest = static_cast<std::uint64_t>(std::numeric_limits<T>::max());
    if (negative) {
        if (magnitude > (std::is_signed_v<T> ? highest + 1 : 0)) return false;
        out = static_cast<T>(0 - magnitude);
    } else {
        if (magnitude > highest) return false;
        out = static_cast<T>(magnitude);
    }
    return true;
}

template <typename T>
bool fits(const NumberText& number, T& out) {
    std::uint64_t magnitude = 0;
    return number.magnitude(magnitude) && fits(magnitude, number.negative, out);
}

/// A peer's text for a message, cut to a length that does no harm.
[[nodiscard]] std::string quote(std::string_view text);

/// `"red", "green"` for a message.
[[nodiscard]] std::string list_names(const EnumInfo& info);

}  // namespace hyperlane::json
