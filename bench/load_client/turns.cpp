// Several servers under the same closed loop, in turns so short that a machine that changes its pace does so for all.

#include "client.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <memory>
#include <thread>
#include <tuple>

#include <sys/types.h>

namespace load {

namespace {

constexpr std::chrono::seconds patience{10};
// After the last answer of a turn a server still goes back to sleep, which belongs to that turn.
constexpr std::chrono::microseconds to_fall_asleep{300};

double cpu_seconds(pid_t process) {
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &time) != 0) {
        die("process " + std::to_string(process) + " is gone");
    }
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

std::size_t content_length(std::string head) {
    std::ranges::transform(head, head.begin(), [](unsigned char byte) { return std::tolower(byte); });
    constexpr std::string_view name = "\r\ncontent-length: ";
    const std::size_t found = head.find(name);
    if (found == std::string::npos) die("no Content-Length: " + head);
    std::size_t value = 0;
    std::from_chars(head.data() + found + name.size(), head.data() + head.size(), value);
    return value;
}

struct Asker {
    int file = -1;
    std::size_t missing = 0;  // bytes of the answers that are under way
};

struct Turn {
    std::size_t requests = 0;
    double cpu_seconds = 0;
};

class Served {
public:
    Served(const std::string& host, const Measured& server, const TurnsLoad& load);
    [[nodiscard]] Turn take_turn(std::chrono::milliseconds length);

private:
    [[nodiscard]] double cpu() const;
    void ask_again(Asker& asker);

    std::vector<pid_t> processes_;
    std::size_t depth_;
    std::string batch_;
    std::size_t batch_answer_bytes_;
    std::vector<Asker> askers_;
    Poller poller_;
    std::vector<char> buffer_ = std::vector<char>(256 * 1024);
};

/// The bytes of one answer. They must not change: answers are told apart by counting.
std::size_t answer_bytes(const Target& target, std::string_view request) {
    const int file = connect_to(target);
    const std::string head = ask(file, request, "200");
    const std::size_t body = content_length(head);
    for (std::size_t got = 0; got < body;) {
        std::vector<char> rest(body - got);
        got += receive(file, rest.data(), rest.size());
    }
    disconnect(file);
    return head.size() + body;
}

Served::Served(const std::string& host, const Measured& server, const TurnsLoad& load)
    : processes_(server.processes), depth_(load.depth), askers_(load.connections) {
    const Target target{host, server.port};
    const std::string request = plain_request(load.path);
    for (std::size_t i = 0; i < load.depth; ++i) batch_ += request;
    batch_answer_bytes_ = load.depth * answer_bytes(target, request);
    for (std::uint32_t i = 0; i < askers_.size(); ++i) {
        askers_[i].file = connect_to(target);
        set_nonblocking(askers_[i].file);
        poller_.add(askers_[i].file, i);
    }
}

double Served::cpu() const {
    double sum = 0;
    for (const pid_t process : processes_) sum += cpu_seconds(process);
    return sum;
}

void Served::ask_again(Asker& asker) {
    asker.missing = batch_answer_bytes_;
    send_all(asker.file, batch_);
}

Turn Served::take_turn(std::chrono::milliseconds length) {
    Turn turn;
    const double cpu_before = cpu();
    const auto end = Clock::now() + length;
    for (Asker& asker : askers_) ask_again(asker);
    bool goes_on = true;
    for (std::size_t under_way = askers_.size(); under_way > 0;) {
        const auto& ready = poller_.wait(patience);
        if (ready.empty()) die("a server has not answered for 10 seconds");
        goes_on = goes_on && Clock::now() < end;
        for (const std::uint32_t number : ready) {
            Asker& asker = askers_[number];
            const std::size_t got = receive(asker.file, buffer_.data(), buffer_.size());
            if (got > asker.missing) die("more came back than was asked for");
            asker.missing -= got;
            if (asker.missing > 0 || got == 0) continue;
            turn.requests += depth_;
            if (goes_on) {
                ask_again(asker);
            } else {
                --under_way;
            }
        }
    }
    std::this_thread::sleep_for(to_fall_asleep);
    turn.cpu_seconds = cpu() - cpu_before;
    return turn;
}

}  // namespace

void run_turns(const std::string& host, const TurnsLoad& load, const std::vector<Measured>& servers) {
    std::vector<std::unique_ptr<Served>> all;
    for (const Measured& server : servers) all.push_back(std::make_unique<Served>(host, server, load));
    for (auto& served : all) std::ignore = served->take_turn(load.length);  // to warm up
    std::vector<std::vector<Turn>> turns(all.size());
    for (std::size_t turn = 0; turn < load.turns; ++turn) {
        // Another one begins each time: whoever comes after a certain other has neither gain nor loss from it.
        for (std::size_t i = 0; i < all.size(); ++i) {
            const std::size_t which = (turn + i) % all.size();
            turns[which].push_back(all[which]->take_turn(load.length));
        }
    }
    std::printf("[");
    for (std::size_t which = 0; which < turns.size(); ++which) {
        std::printf("%s[", which == 0 ? "" : ", ");
        for (std::size_t turn = 0; turn < load.turns; ++turn) {
            const Turn& one = turns[which][turn];
            std::printf("%s[%zu, %.9f]", turn == 0 ? "" : ", ", one.requests, one.cpu_seconds);
        }
        std::printf("]");
    }
    std::printf("]\n");
}

}  // namespace load
