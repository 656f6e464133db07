#include <hyperlane/web/server.hpp>
#include "web/server_state.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace hyperlane {

namespace {

constexpr const char* usage = R"(options:
  --host HOST      where to listen, an IP address or localhost
  --port PORT      0 lets the system choose
  --workers N      event loops; 0: one per processor
  --listen ADDRESS one more address: 127.0.0.1:8080, [::1]:8080, unix:/run/app.sock
  --help           this text
)";

template <typename Number>
bool parse_number(std::string_view text, Number& number) noexcept {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

Server& Server::arguments(int count, const char* const* values) {
    for (int i = 1; i < count && state_->bad_argument.empty(); ++i) {
        std::string_view name = values[i];
        if (name == "--help" || name == "-h") {
            std::fputs(usage, stdout);
            std::exit(EXIT_SUCCESS);
        }
        std::string_view value;
        if (const auto equals = name.find('='); equals != std::string_view::npos) {
            value = name.substr(equals + 1);
            name = name.substr(0, equals);
        } else if (i + 1 < count) {
            value = values[++i];
        }
        if (!take_argument(name, value)) {
            state_->bad_argument =
                "option " + std::string(name) + " with \"" + std::string(value) +
                "\" cannot be understood; there are --host HOST, --port PORT, --workers N, --listen ADDRESS, --help";
        }
    }
    return *this;
}

bool Server::take_argument(std::string_view name, std::string_view value) {
    if (value.empty()) return false;
    if (name == "--host") {
        host(value);
    } else if (name == "--listen") {
        listen(value);
    } else if (name == "--port") {
        std::uint16_t number = 0;
        if (!parse_number(value, number)) return false;
        port(number);
    } else if (name == "--workers") {
        std::size_t number = 0;
        if (!parse_number(value, number)) return false;
        workers(number);
    } else {
        return false;
    }
    return true;
}

}  // namespace hyperlane
