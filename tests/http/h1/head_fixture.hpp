#pragma once

/// Parses heads the way a connection does: with padding behind the bytes, whole or as they trickle in.

#include <hyperlane/http/h1/parse_head.hpp>

#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace hyperlane::http::h1 {

/// A copy of a text with padding that would be noticed if it were ever interpreted. Of exact size, so that
/// AddressSanitizer sees any read behind it.
class Padded {
public:
    explicit Padded(std::string_view text, char padding = '\r')
        : bytes_(text.size() + head_padding_bytes, padding), size_(text.size()) {
        std::memcpy(bytes_.data(), text.data(), text.size());
    }

    [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }
    [[nodiscard]] const char* base() const { return bytes_.data(); }

private:
    std::vector<char> bytes_;
    std::size_t size_;
};

template <typename Head>
struct Parsed {
    explicit Parsed(std::string_view text, const HeadLimits& limits = {}, char padding = '\r') : bytes(text, padding) {
        if constexpr (std::is_same_v<Head, RequestHead>) {
            result = parse_request_head(bytes.view(), head, limits);
        } else {
            result = parse_response_head(bytes.view(), head, limits);
        }
    }
    Parsed(const Parsed&) = delete;
    Parsed& operator=(const Parsed&) = delete;

    [[nodiscard]] std::string_view value(std::string_view name) const {
        const Field* field = head.find(bytes.base(), name);
        return field == nullptr ? "(absent)" : field->value(bytes.base());
    }
    [[nodiscard]] std::string_view host() const { return head.host(bytes.base()); }
    [[nodiscard]] std::string_view path() const { return head.path(bytes.base()); }
    [[nodiscard]] std::string_view query() const { return head.query(bytes.base()); }

    Padded bytes;
    std::array<Field, 128> fields{};
    Head head{std::span<Field>(fields)};
    HeadResult result;
};

using ParsedRequest = Parsed<RequestHead>;
using ParsedResponse = Parsed<ResponseHead>;

inline HeadError error_of(std::string_view text, const HeadLimits& limits = {}) {
    return ParsedRequest(text, limits).result.error;
}

/// The first verdict that is not `incomplete` as the text comes in byte by byte, whatever lies behind it in the buffer.
inline HeadError trickled_error_of(std::string_view text, const HeadLimits& limits = {}) {
    for (std::size_t size = 0; size <= text.size(); ++size) {
        for (const char padding : {'\r', '\n', ':', 'a', '\0'}) {
            const HeadError error = ParsedRequest(text.substr(0, size), limits, padding).result.error;
            if (error != HeadError::incomplete) return error;
        }
    }
    return HeadError::incomplete;
}

/// A head of HTTP/1.1 with a Host and the given lines.
inline std::string with_lines(std::string_view lines) {
    return "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n";
}

}  // namespace hyperlane::http::h1
