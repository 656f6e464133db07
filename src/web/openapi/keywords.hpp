#pragma once

/// Names and texts of an API's document.

#include <hyperlane/json/value.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace hyperlane::web {

/// One more sentence, or half of one.
inline void add_description(json::Value& out, std::string_view text) {
    if (text.empty()) return;
    const auto before = out["description"].get_or<std::string>("");
    out.set("description", before.empty() ? std::string(text) : before + "; " + std::string(text));
}

/// `wanted`, or the first of wanted_2, wanted_3, … that `is_taken` does not know.
template <typename IsTaken>
std::string unique_name(const std::string& wanted, IsTaken is_taken) {
    std::string name = wanted;
    for (std::size_t i = 2; is_taken(name); ++i) name = wanted + "_" + std::to_string(i);
    return name;
}

inline bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// The words of a text, with '_' between them: "to-do lists" gives "to_do_lists".
inline std::string words_of(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (is_word_character(c)) {
            out += c;
        } else if (!out.empty() && out.back() != '_') {
            out += '_';
        }
    }
    while (out.ends_with('_')) out.pop_back();
    return out;
}

}  // namespace hyperlane::web
