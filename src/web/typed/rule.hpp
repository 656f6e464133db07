#pragma once

/// What one rule says of one value that is neither optional nor, except for `items` and `unique`, a list.

#include <hyperlane/json/rules.hpp>
#include <hyperlane/json/type_info.hpp>

#include <span>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace hyperlane::web {

/// Rules of `json::RuleKind::one_of` come with all their choices, the others alone.
struct RuleToCheck {
    std::span<const json::Rule> rules;
    const re2::RE2* regex = nullptr;  // of a pattern that compiles
};

[[nodiscard]] bool holds(const RuleToCheck& rule, const void* value, const json::TypeInfo& type);

/// "must be at least 18"
[[nodiscard]] std::string demand_of(const RuleToCheck& rule, const json::TypeInfo& type);

}  // namespace hyperlane::web
