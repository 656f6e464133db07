// Each connection sends a batch of messages in one write, and the next one when all of it has come back.

#include "client.hpp"

#include <cstdio>

namespace load {

namespace {

struct Talker {
    int file = -1;
    std::size_t missing = 0;  // bytes of the batch that is under way
    Clock::time_point sent{};
};

}  // namespace

void run_echo(const Target& target, const EchoLoad& load) {
    std::string batch;
    for (std::size_t i = 0; i < load.depth; ++i) batch += client_frame(std::string(load.bytes, 'x'));
    const std::size_t answer_bytes = load.depth * server_frame_bytes(load.bytes);
    std::vector<char> buffer(256 * 1024);
    std::vector<Talker> talkers(load.connections);
    Poller poller;
    Latencies latencies;
    const auto begin_batch = [&](Talker& talker) {
        talker.sent = Clock::now();
        talker.missing = answer_bytes;
        send_all(talker.file, batch);
    };
    for (std::uint32_t i = 0; i < talkers.size(); ++i) {
        talkers[i].file = connect_to(target);
        ask(talkers[i].file, handshake(load.path), "101");
        set_nonblocking(talkers[i].file);
        poller.add(talkers[i].file, i);
    }
    const auto began = Clock::now();
    const auto end = began + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(load.seconds));
    for (Talker& talker : talkers) begin_batch(talker);
    while (Clock::now() < end) {
        for (const std::uint32_t number : poller.wait(std::chrono::milliseconds(100))) {
            Talker& talker = talkers[number];
            const std::size_t got = receive(talker.file, buffer.data(), buffer.size());
            if (got > talker.missing) die("more came back than was sent");
            talker.missing -= got;
            if (talker.missing > 0 || got == 0) continue;
            latencies.add(Clock::now() - talker.sent);
            begin_batch(talker);
        }
    }
    const double took = std::chrono::duration<double>(Clock::now() - began).count();
    std::printf("{\"messages\": %zu, \"seconds\": %.6f, \"p50_us\": %.1f, \"p99_us\": %.1f}\n",
                latencies.count() * load.depth, took, latencies.percentile(0.5), latencies.percentile(0.99));
}

}  // namespace load
