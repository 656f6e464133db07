#pragma once

/// JSON Pointers (RFC 6901), put together on the way out of a failure.

#include <string>
#include <vector>

namespace hyperlane::json {

/// cost  escapes "~" and "/"; `steps` has the innermost step first
[[nodiscard]] inline std::string join_pointer(const std::vector<std::string>& steps) {
    std::string result;
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        result += '/';
        for (const char c : *step) {
            if (c == '~') {
                result += "~0";
            } else if (c == '/') {
                result += "~1";
            } else {
                result += c;
            }
        }
    }
    return result;
}

}  // namespace hyperlane::json
