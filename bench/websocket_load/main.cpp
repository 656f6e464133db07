// A load client for WebSockets and event streams, for `./dev bench realtime`. One thread, one line of JSON.

#include "client.hpp"

#include <charconv>
#include <cstdlib>

#include <sys/resource.h>

namespace {

constexpr const char* usage =
    "usage: websocket_load HOST PORT echo PATH CONNECTIONS DEPTH BYTES SECONDS\n"
    "       websocket_load HOST PORT fan-out websocket|events PATH PUBLISH_PATH SUBSCRIBERS MESSAGES AHEAD BYTES";

std::size_t number(std::string_view text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value == 0) {
        load::die("\"" + std::string(text) + "\" is no number above zero\n" + usage);
    }
    return value;
}

void allow_many_files() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() < 4) load::die(usage);
    allow_many_files();
    const load::Target target{words[0], static_cast<std::uint16_t>(number(words[1]))};
    if (words[2] == "echo" && words.size() == 8) {
        const load::EchoLoad load{words[3], number(words[4]), number(words[5]), number(words[6]),
                                  static_cast<double>(number(words[7]))};
        load::run_echo(target, load);
    } else if (words[2] == "fan-out" && words.size() == 10) {
        const load::FanOutLoad load{words[4],         words[5],         words[3] == "websocket", number(words[6]),
                                    number(words[7]), number(words[8]), number(words[9])};
        load::run_fan_out(target, load);
    } else {
        load::die(usage);
    }
    return EXIT_SUCCESS;
}
