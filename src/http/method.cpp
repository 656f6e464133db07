#include <hyperlane/http/method.hpp>

#include <array>
#include <cstddef>

namespace hyperlane {

namespace {

constexpr std::array<std::string_view, 9> names{"GET",    "HEAD",    "POST",  "PUT",    "PATCH",
                                                "DELETE", "OPTIONS", "TRACE", "CONNECT"};
static_assert(names.size() == static_cast<std::size_t>(Method::OTHER));

}  // namespace

Method parse_method(std::string_view token) noexcept {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == token) return static_cast<Method>(i);
    }
    return Method::OTHER;
}

std::string_view name_of(Method method) noexcept {
    return method == Method::OTHER ? std::string_view{} : names[static_cast<std::size_t>(method)];
}

std::string MethodSet::to_allow_value() const {
    std::string value;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!contains(static_cast<Method>(i))) continue;
        if (!value.empty()) value += ", ";
        value += names[i];
    }
    return value;
}

}  // namespace hyperlane
