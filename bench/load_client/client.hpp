#pragma once

/// What all kinds of load are made of: connections, and when something came. Uses nothing of the library: a mistake
/// there must not be able to hide here.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace load {

using Clock = std::chrono::steady_clock;

/// Ends the program with a message.
[[noreturn]] void die(const std::string& reason);

struct Target {
    std::string host;
    std::uint16_t port = 0;
};

/// A connection that blocks until `set_nonblocking`.
[[nodiscard]] int connect_to(const Target& target);
void set_nonblocking(int file);
void disconnect(int file) noexcept;
/// Send a request and read the head of its answer, which must have this status.
std::string ask(int file, std::string_view request, std::string_view status);
/// Send all of it, waiting if need be.
void send_all(int file, std::string_view bytes);
/// The bytes that are there, 0 if none; the program ends when the server has ended the connection.
[[nodiscard]] std::size_t receive(int file, char* buffer, std::size_t room);

[[nodiscard]] std::string handshake(std::string_view path);
[[nodiscard]] std::string plain_request(std::string_view path);
/// A masked frame of text.
[[nodiscard]] std::string client_frame(std::string_view payload);
/// How long the frame is in which a server sends such a payload.
[[nodiscard]] std::size_t server_frame_bytes(std::size_t payload_bytes);

/// Waits for many connections; each is known by a number.
class Poller {
public:
    Poller();
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;
    ~Poller();

    void add(int file, std::uint32_t number);
    /// Numbers of those that can be read, until `patience` has passed.
    [[nodiscard]] const std::vector<std::uint32_t>& wait(std::chrono::milliseconds patience);

private:
    int file_;
    std::vector<std::uint32_t> ready_;
};

class Latencies {
public:
    void add(Clock::duration length) {
        microseconds_.push_back(std::chrono::duration<float, std::micro>(length).count());
    }
    [[nodiscard]] std::size_t count() const noexcept { return microseconds_.size(); }
    [[nodiscard]] double percentile(double share);

private:
    std::vector<float> microseconds_;
};

struct EchoLoad {
    std::string path;
    std::size_t connections = 0;
    std::size_t depth = 0;  ///< messages in one write
    std::size_t bytes = 0;  ///< of a message
    double seconds = 0;
};

struct FanOutLoad {
    std::string path;          ///< of a subscriber
    std::string publish_path;  ///< takes messages by POST
    bool websocket = true;     ///< or an event stream
    std::size_t subscribers = 0;
    std::size_t messages = 0;
    std::size_t ahead = 0;  ///< messages on their way at a time
    std::size_t bytes = 0;
};

struct TurnsLoad {
    std::string path;
    std::size_t connections = 0;  ///< to each server
    std::size_t depth = 0;        ///< requests in one write
    std::chrono::milliseconds length{};
    std::size_t turns = 0;  ///< of each server
};

/// A server whose CPU time is counted.
struct Measured {
    std::uint16_t port = 0;
    std::vector<int> processes;
};

/// All print what they found as one line of JSON: the last one, for each server, the requests and seconds of CPU time
/// of each turn.
void run_echo(const Target& target, const EchoLoad& load);
void run_fan_out(const Target& target, const FanOutLoad& load);
void run_turns(const std::string& host, const TurnsLoad& load, const std::vector<Measured>& servers);

}  // namespace load
