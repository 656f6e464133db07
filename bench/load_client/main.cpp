// A load client for what wrk does not do, one thread, one line of JSON: WebSockets and event streams for
// `./dev bench realtime`, several servers in turns for `./dev bench turns`.

#include "client.hpp"

#include <charconv>
#include <cstdlib>
#include <ranges>

#include <sys/resource.h>

namespace {

constexpr const char* usage =
    "usage: load_client echo HOST PORT PATH CONNECTIONS DEPTH BYTES SECONDS\n"
    "       load_client fan-out HOST PORT websocket|events PATH PUBLISH_PATH SUBSCRIBERS MESSAGES AHEAD BYTES\n"
    "       load_client turns HOST PATH CONNECTIONS DEPTH MILLISECONDS TURNS PORT:PROCESS[,PROCESS...]...";

std::size_t number(std::string_view text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value == 0) {
        load::die("\"" + std::string(text) + "\" is no number above zero\n" + usage);
    }
    return value;
}

std::uint16_t port(std::string_view text) {
    const std::size_t value = number(text);
    if (value > 65535) load::die("\"" + std::string(text) + "\" is no port");
    return static_cast<std::uint16_t>(value);
}

load::Measured measured(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == text.npos) load::die("\"" + std::string(text) + "\" names no process\n" + usage);
    load::Measured server{port(text.substr(0, colon)), {}};
    for (const auto process : std::views::split(text.substr(colon + 1), ',')) {
        server.processes.push_back(static_cast<int>(number({process.begin(), process.end()})));
    }
    return server;
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
    if (words.empty()) load::die(usage);
    allow_many_files();
    const std::string& mode = words[0];
    if (mode == "echo" && words.size() == 8) {
        const load::EchoLoad load{words[3], number(words[4]), number(words[5]), number(words[6]),
                                  static_cast<double>(number(words[7]))};
        load::run_echo({words[1], port(words[2])}, load);
    } else if (mode == "fan-out" && words.size() == 10) {
        const load::FanOutLoad load{words[4],         words[5],         words[3] == "websocket", number(words[6]),
                                    number(words[7]), number(words[8]), number(words[9])};
        load::run_fan_out({words[1], port(words[2])}, load);
    } else if (mode == "turns" && words.size() > 7) {
        const load::TurnsLoad load{words[2], number(words[3]), number(words[4]),
                                   std::chrono::milliseconds(number(words[5])), number(words[6])};
        std::vector<load::Measured> servers;
        for (const std::string& word : std::views::drop(words, 7)) servers.push_back(measured(word));
        load::run_turns(words[1], load, servers);
    } else {
        load::die(usage);
    }
    return EXIT_SUCCESS;
}
