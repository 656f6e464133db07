#include <hyperlane/web/access_log.hpp>
#include <hyperlane/http/status.hpp>
#include <hyperlane/io/log.hpp>
#include <hyperlane/web/client_address.hpp>
#include <hyperlane/web/exchange.hpp>

#include <array>
#include <chrono>
#include <cstdio>
#include <string>

namespace hyperlane::web {

namespace {

// "2025-01-31T12:00:00.123Z"
std::string now_as_text() {
    const auto now = std::chrono::system_clock::now();
    const auto day = std::chrono::floor<std::chrono::days>(now);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::milliseconds>(now - day));
    std::array<char, 64> text;
    const int size =
        std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                      static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
    return {text.data(), static_cast<std::size_t>(size)};
}

// As the inside of a JSON string. What is no ASCII is escaped byte by byte, so that a line is valid whatever a client
// sent.
std::string escaped(std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte >= 0x7f) {
            out += "\\u00";
            out += hex[byte >> 4];
            out += hex[byte & 15];
        } else {
            out += c;
        }
    }
    return out;
}

// A proxy tells addresses, and rarely ports.
std::string client_name(const Context& ctx) {
    const Address address = client_address(ctx);
    return address.is_ip() && address.port() == 0 ? address.ip() : address.to_string();
}

std::string milliseconds(std::chrono::nanoseconds time) {
    std::array<char, 32> text;
    const int size = std::snprintf(text.data(), text.size(), "%.3f", static_cast<double>(time.count()) / 1e6);
    return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace

std::string write_access_line(AccessLog format, WebExchange& exchange, bool client_gone, std::uint64_t body_bytes) {
    const Context ctx{http::ExchangePtr(exchange)};
    // A client may bind its Unix socket to any name.
    const std::string peer = escaped(client_name(ctx));
    const std::string status = std::to_string(exchange.response.status());
    const std::string bytes = std::to_string(body_bytes);
    const std::string time = milliseconds(ctx.get_elapsed());
    const std::string id(ctx.get_request_id());
    std::string line;
    if (format == AccessLog::json) {
        line = R"({"time":")" + now_as_text() + R"(","peer":")" + peer + R"(","method":")" +
               escaped(exchange.method_token()) + R"(","target":")" + escaped(exchange.target()) + R"(","version":")" +
               std::string(ctx.get_request_version()) + R"(","route":")" + escaped(ctx.get_route_pattern()) +
               R"(","status":)" + status + R"(,"bytes":)" + bytes + R"(,"duration_ms":)" + time + R"(,"client_gone":)" +
               (client_gone ? "true" : "false") + R"(,"request_id":")" + id + "\"}";
    } else {
        line = now_as_text() + " " + peer + " \"" + escaped(exchange.method_token()) + " " +
               escaped(exchange.target()) + " " + std::string(ctx.get_request_version()) + "\" " + status + " " +
               bytes + " " + time + "ms id=" + id + (client_gone ? " client-gone" : "");
    }
    return line;
}

void write_access_log(AccessLog format, WebExchange& exchange, bool client_gone) {
    log_raw(write_access_line(format, exchange, client_gone, exchange.body_bytes_sent()));
}

}  // namespace hyperlane::web
