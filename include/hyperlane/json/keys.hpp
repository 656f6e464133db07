#pragma once

/// Turns member names into JSON keys while compiling, so that writing a member starts with one copy.

#include <hyperlane/json/options.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace hyperlane::json::detail {

// Counts on the first pass, stores on the second.
struct KeyWriter {
    char* out = nullptr;
    std::size_t size = 0;

    constexpr void put(char c) {
        if (out != nullptr) out[size] = c;
        ++size;
    }

    constexpr void put_escaped(std::string_view text) {
        constexpr std::string_view digits = "0123456789abcdef";
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte < 0x20) {
                for (const char part : std::string_view("\\u00")) put(part);
                put(digits[byte >> 4]);
                put(digits[byte & 15]);
            } else {
                if (c == '"' || c == '\\') put('\\');
                put(c);
            }
        }
    }

    constexpr void put_spelled(std::string_view name, Case spelling) {
        const bool joins = spelling == Case::camel || spelling == Case::pascal;
        bool upper = spelling == Case::pascal;
        bool inside = false;  // leading underscores stay
        for (const char c : name) {
            if (c == '_' && inside && spelling == Case::kebab) {
                put('-');
            } else if (c == '_' && inside && joins) {
                upper = true;
            } else {
                put(upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
                upper = upper && c == '_';
                inside = inside || c != '_';
            }
        }
    }
};

/// All keys of a struct side by side, each as `,"name":`.
template <std::size_t Count, std::size_t Bytes>
struct Keys {
    static constexpr std::size_t padding = 16;  // the writer copies whole blocks of this size

    std::array<char, Bytes + padding> text = {};
    std::array<std::size_t, Count + 1> begins = {};

    constexpr std::string_view written(std::size_t slot) const {
        return {text.data() + begins[slot], begins[slot + 1] - begins[slot]};
    }
};

template <typename T>
consteval std::size_t write_keys(char* text, std::size_t* begins) {
    KeyWriter writer{text};
    for (std::size_t slot = 0; slot < member_count<T>; ++slot) {
        const MemberOptions& member = options<T>.members[slot];
        if (begins != nullptr) begins[slot] = writer.size;
        writer.put(',');
        writer.put('"');
        if (member.name.data() != nullptr) {
            writer.put_escaped(member.name);
        } else {
            writer.put_spelled(member_names<T>[slot], options<T>.spelling);
        }
        writer.put('"');
        writer.put(':');
    }
    if (begins != nullptr) begins[member_count<T>] = writer.size;
    return writer.size;
}

template <typename T>
consteval auto make_keys() {
    Keys<member_count<T>, write_keys<T>(nullptr, nullptr)> keys;
    write_keys<T>(keys.text.data(), keys.begins.data());
    return keys;
}

template <typename T>
inline constexpr auto keys = make_keys<T>();

/// The name of a member as it appears in JSON, before escaping.
template <typename T>
constexpr std::string_view key_name(std::size_t slot) {
    if (options<T>.members[slot].name.data() != nullptr) return options<T>.members[slot].name;
    std::string_view text = keys<T>.written(slot);
    return text.substr(2, text.size() - 4);
}

template <typename T>
consteval bool keys_differ() {
    for (std::size_t one = 0; one < member_count<T>; ++one) {
        for (std::size_t two = 0; two < one; ++two) {
            if (options<T>.members[one].ignored || options<T>.members[two].ignored) continue;
            if (keys<T>.written(one) == keys<T>.written(two)) return false;
        }
    }
    return true;
}

}  // namespace hyperlane::json::detail
