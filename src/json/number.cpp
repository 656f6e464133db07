#include "number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

namespace hyperlane::json {
namespace {

constexpr std::int64_t exponent_limit = 1'000'000'000;  // beyond any double, and far from overflow

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Digits into `number`, counting from the first that is not zero.
const char* take_digits(const char* at, const char* end, NumberText& number) {
    for (; at < end && is_digit(*at); ++at) {
        number.digits = number.digits * 10 + static_cast<std::uint64_t>(*at - '0');
        if (number.digits != 0 || number.digit_count != 0) ++number.digit_count;
    }
    return at;
}

const char* take_fraction(const char* at, const char* end, NumberText& number) {
    const char* const first = at + 1;
    at = take_digits(first, end, number);
    if (at == first) return nullptr;
    number.exponent = -std::min<std::int64_t>(at - first, exponent_limit);
    number.is_integer = false;
    return at;
}

const char* take_exponent(const char* at, const char* end, NumberText& number) {
    ++at;
    const bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) ++at;
    const char* const first = at;
    std::int64_t exponent = 0;
    for (; at < end && is_digit(*at); ++at) exponent = std::min(exponent * 10 + (*at - '0'), exponent_limit);
    if (at == first) return nullptr;
    number.exponent += negative ? -exponent : exponent;
    number.is_integer = false;
    return at;
}

template <typename T>
bool convert(const NumberText& number, T& out) noexcept {
    constexpr auto highest_power = static_cast<std::int64_t>(std::size(Exact<T>::powers)) - 1;
    // As in parse_short_real.
    if (number.digit_count <= 19 && number.digits <= Exact<T>::integers && std::abs(number.exponent) <= highest_power) {
        const T digits = static_cast<T>(number.digits);
        const T power = Exact<T>::powers[std::abs(number.exponent)];
        const T magnitude = number.exponent < 0 ? digits / power : digits * power;
        out = number.negative ? -magnitude : magnitude;
        return true;
    }
    const bool below_one = number.digit_count + number.exponent <= 0;
    T parsed = 0;
    const auto [end, error] = std::from_chars(number.begin, number.end, parsed);
    if (error != std::errc() || !std::isfinite(parsed)) {
        if (number.digit_count != 0 && !below_one) return false;
        parsed = number.negative ? -T{0} : T{0};
    }
    out = parsed;
    return true;
}

}  // namespace

bool parse_number(const char* at, const char* end, NumberText& out) noexcept {
    out = {};
    out.begin = at;
    if (at < end && *at == '-') {
        out.negative = true;
        ++at;
    }
    const char* const first = at;
    at = take_digits(at, end, out);
    if (at == first || (*first == '0' && at - first > 1)) return false;
    if (at < end && *at == '.') at = take_fraction(at, end, out);
    if (at != nullptr && at < end && (*at == 'e' || *at == 'E')) at = take_exponent(at, end, out);
    out.end = at;
    return at != nullptr;
}

bool NumberText::magnitude(std::uint64_t& out) const noexcept {
    out = digits;
    if (digit_count <= 19) return true;
    // Twenty digits start with 1 when they fit, and have wrapped around when the result lost that much.
    const char first = begin[negative ? 1 : 0];
    return digit_count == 20 && first == '1' && digits >= 10'000'000'000'000'000'000U;
}

bool to_real(const NumberText& number, double& out) noexcept { return convert(number, out); }
bool to_real(const NumberText& number, float& out) noexcept { return convert(number, out); }

}  // namespace hyperlane::json
