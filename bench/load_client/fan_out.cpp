// One publishes, many hear it. Frames of WebSockets are counted by their length, events by their ends.

#include "client.hpp"

#include <cstdio>

namespace load {

namespace {

constexpr std::chrono::milliseconds quiet{300};
constexpr std::chrono::milliseconds patience{10'000};

struct Subscriber {
    std::size_t bytes = 0;
    std::size_t messages = 0;
    char last = 0;
};

class FanOut {
public:
    FanOut(const Target& target, const FanOutLoad& load)
        : load_(load), buffer_(256 * 1024), subscribers_(load.subscribers) {
        const std::string request = load.websocket ? handshake(load.path) : plain_request(load.path);
        for (std::uint32_t i = 0; i < load.subscribers; ++i) {
            files_.push_back(connect_to(target));
            ask(files_.back(), request, load.websocket ? "101" : "200");
            set_nonblocking(files_.back());
            poller_.add(files_.back(), i);
        }
        publisher_ = connect_to(target);
        set_nonblocking(publisher_);
        poller_.add(publisher_, publisher_number);
        publication_ = "POST " + load.publish_path +
                       " HTTP/1.1\r\nHost: bench\r\nContent-Length: " + std::to_string(load.bytes) + "\r\n\r\n" +
                       std::string(load.bytes, 'x');
    }

    void run() {
        drain();  // what an event stream says first
        const auto began = Clock::now();
        std::vector<std::size_t> missing;  // subscribers that have not got a message, by its number
        std::size_t whole = 0;             // messages that everybody has got
        while (whole < load_.messages) {
            while (published_.size() < load_.messages && published_.size() - whole < load_.ahead) {
                missing.push_back(load_.subscribers);
                published_.push_back(Clock::now());
                send_all(publisher_, publication_);
            }
            const auto& ready = poller_.wait(patience);
            if (ready.empty()) die("nothing comes any more");
            for (const std::uint32_t number : ready) hear(number, missing);
            while (whole < missing.size() && missing[whole] == 0) ++whole;
        }
        const double took = std::chrono::duration<double>(Clock::now() - began).count();
        std::printf(
            "{\"deliveries\": %zu, \"messages\": %zu, \"seconds\": %.6f, \"p50_us\": %.1f, "
            "\"p99_us\": %.1f}\n",
            latencies_.count(), load_.messages, took, latencies_.percentile(0.5), latencies_.percentile(0.99));
    }

private:
    static constexpr std::uint32_t publisher_number = 0xFFFFFFFF;

    /// Read until nothing has come for a moment.
    void drain() {
        for (const auto* ready = &poller_.wait(quiet); !ready->empty(); ready = &poller_.wait(quiet)) {
            for (const std::uint32_t number : *ready) {
                (void)receive(number == publisher_number ? publisher_ : files_[number], buffer_.data(), buffer_.size());
            }
        }
    }

    void hear(std::uint32_t number, std::vector<std::size_t>& missing) {
        if (number == publisher_number) {
            (void)receive(publisher_, buffer_.data(), buffer_.size());
            return;
        }
        Subscriber& subscriber = subscribers_[number];
        const std::size_t before = subscriber.messages;
        const std::size_t got = receive(files_[number], buffer_.data(), buffer_.size());
        count(subscriber, {buffer_.data(), got});
        const auto now = Clock::now();
        for (std::size_t message = before; message < subscriber.messages; ++message) {
            if (message >= missing.size()) die("more came than was published");
            latencies_.add(now - published_[message]);
            --missing[message];
        }
    }

    void count(Subscriber& subscriber, std::string_view bytes) const {
        if (load_.websocket) {
            subscriber.bytes += bytes.size();
            subscriber.messages = subscriber.bytes / server_frame_bytes(load_.bytes);
            return;
        }
        for (const char c : bytes) {  // an event ends with an empty line; the lines of its chunk end with CRLF
            if (c == '\n' && subscriber.last == '\n') ++subscriber.messages;
            subscriber.last = c;
        }
    }

    FanOutLoad load_;
    std::vector<char> buffer_;
    std::vector<Subscriber> subscribers_;
    std::vector<int> files_;
    int publisher_ = -1;
    std::string publication_;
    std::vector<Clock::time_point> published_;
    Poller poller_;
    Latencies latencies_;
};

}  // namespace

void run_fan_out(const Target& target, const FanOutLoad& load) { FanOut(target, load).run(); }

}  // namespace load
