#pragma once

/// A WebSocket session on a virtual clock, and a peer that says every byte itself.

#include <hyperlane/io/loop.hpp>
#include <hyperlane/io/spawn.hpp>
#include <hyperlane/io/time.hpp>
#include <hyperlane/net/memory_stream.hpp>
#include <hyperlane/ws/session.hpp>
#include <hyperlane/ws/web_socket.hpp>
#include "io/run.hpp"
#include "net/counting_stream.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane::websocket::testing {

using namespace std::chrono_literals;
using hyperlane::testing::turn;

struct RawFrame {
    int opcode = 1;
    std::string payload;
    bool fin = true;
    int rsv = 0;  // the three bits, RSV1 being 4
    bool masked = true;

    friend bool operator==(const RawFrame&, const RawFrame&) = default;
};

/// Written apart from the code under test. in: `length_bytes`: 0, 2 or 8 for a form of the length that is not fitting
inline std::string wire(const RawFrame& frame, int length_bytes = -1) {
    std::string out;
    out += static_cast<char>((frame.fin ? 0x80 : 0) | (frame.rsv << 4) | frame.opcode);
    const std::uint64_t size = frame.payload.size();
    const int mask = frame.masked ? 0x80 : 0;
    if (length_bytes < 0) length_bytes = size < 126 ? 0 : size < 65536 ? 2 : 8;
    if (length_bytes == 0) {
        out += static_cast<char>(mask | static_cast<int>(size));
    } else {
        out += static_cast<char>(mask | (length_bytes == 2 ? 126 : 127));
        for (int i = length_bytes - 1; i >= 0; --i) out += static_cast<char>((size >> (8 * i)) & 0xFF);
    }
    if (!frame.masked) return out + frame.payload;
    const char key[4] = {'\x37', '\xfa', '\x21', '\x3d'};
    out.append(key, 4);
    for (std::size_t i = 0; i < frame.payload.size(); ++i) out += static_cast<char>(frame.payload[i] ^ key[i % 4]);
    return out;
}

inline std::string text_frame(std::string payload, bool fin = true) {
    return wire({.opcode = 1, .payload = std::move(payload), .fin = fin});
}
inline std::string binary_frame(std::string payload, bool fin = true) {
    return wire({.opcode = 2, .payload = std::move(payload), .fin = fin});
}
inline std::string more_frame(std::string payload, bool fin = true) {
    return wire({.opcode = 0, .payload = std::move(payload), .fin = fin});
}
inline std::string ping_frame(std::string payload = {}) { return wire({.opcode = 9, .payload = std::move(payload)}); }
inline std::string pong_frame(std::string payload = {}) { return wire({.opcode = 10, .payload = std::move(payload)}); }
inline std::string close_payload(int code, std::string_view reason = {}) {
    return std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)}.append(reason);
}
inline std::string close_frame(int code, std::string_view reason = {}) {
    return wire({.opcode = 8, .payload = close_payload(code, reason)});
}

/// Whole frames at the beginning of `bytes`, which are removed.
inline std::vector<RawFrame> take_frames(std::string& bytes) {
    std::vector<RawFrame> frames;
    for (;;) {
        if (bytes.size() < 2) return frames;
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
        std::size_t at = 2;
        std::uint64_t size = byte(1) & 127u;
        const int more = size == 126 ? 2 : size == 127 ? 8 : 0;
        const bool masked = (byte(1) & 128u) != 0;
        if (bytes.size() < 2u + static_cast<unsigned>(more) + (masked ? 4 : 0)) return frames;
        if (more > 0) size = 0;
        for (int i = 0; i < more; ++i) size = (size << 8) | byte(at++);
        std::string key(4, '\0');
        if (masked) {
            key = bytes.substr(at, 4);
            at += 4;
        }
        if (bytes.size() < at + size) return frames;
        RawFrame frame{.opcode = byte(0) & 15,
                       .payload = bytes.substr(at, size),
                       .fin = (byte(0) & 128u) != 0,
                       .rsv = (byte(0) >> 4) & 7,
                       .masked = masked};
        for (std::size_t i = 0; i < size; ++i) frame.payload[i] = static_cast<char>(frame.payload[i] ^ key[i % 4]);
        frames.push_back(std::move(frame));
        bytes.erase(0, at + size);
    }
}

inline std::ostream& operator<<(std::ostream& out, const RawFrame& frame) {
    const std::string_view start = std::string_view(frame.payload).substr(0, 60);
    return out << "{opcode " << frame.opcode << (frame.fin ? " fin" : "") << " rsv " << frame.rsv << " \"" << start
               << "\" of " << frame.payload.size() << " bytes}";
}

/// The other end of the stream.
class Peer final : net::StreamObserver {
public:
    Peer(Loop& loop, std::unique_ptr<net::Stream> stream) : stream_(std::move(stream)) {
        EXPECT_TRUE(stream_->attach(loop, *this));
    }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    ~Peer() { stream_->close(); }

    void send(std::string_view bytes) {
        unsent_ += bytes;
        push();
    }
    void read(bool wanted) { stream_->set_read_interest(wanted); }
    void end() { stream_->shutdown_write(); }
    void close() { stream_->close(); }
    void reset() { stream_->close(true); }
    [[nodiscard]] bool sent_all() const { return unsent_.empty(); }

    std::vector<RawFrame> frames() { return take_frames(received); }

    std::string received;
    bool ended = false;
    bool failed = false;

private:
    void push() {
        while (!unsent_.empty()) {
            const std::string_view text = unsent_;
            const auto sent = stream_->write_some({&text, 1});
            if (sent.status == net::IoStatus::would_block) break;
            if (sent.status != net::IoStatus::ok) {
                unsent_.clear();
                break;
            }
            unsent_.erase(0, sent.bytes);
        }
        stream_->set_write_interest(!unsent_.empty());
    }
    void on_readable() noexcept override {
        char buffer[64 * 1024];
        const auto got = stream_->read_some(buffer);
        received.append(buffer, got.bytes);
        ended = ended || got.status == net::IoStatus::end;
        failed = failed || got.status == net::IoStatus::failed;
    }
    void on_writable() noexcept override { push(); }
    void on_peer_closed(bool lost) noexcept override { failed = failed || lost; }

    std::unique_ptr<net::Stream> stream_;
    std::string unsent_;
};

struct IgnoringObserver final : net::StreamObserver {
    void on_readable() noexcept override {}
    void on_writable() noexcept override {}
    void on_peer_closed(bool) noexcept override {}
};

using hyperlane::testing::CountingStream;
using hyperlane::testing::StreamCounts;

inline Task<> echo(WebSocket socket) {
    while (auto message = co_await socket.receive()) {
        const auto sent = co_await socket.send(*message);
        if (!sent) co_return;
    }
}

/// What a handler does with its socket.
using Talk = std::function<Task<>(WebSocket)>;

/// One session and its peer. The handler runs below a scope, as on a server.
class World {
public:
    explicit World(WebSocketOptions options = {}, Talk talk = echo, net::MemoryPipeOptions pipe = {},
                   std::optional<DeflateParameters> deflate = {}, std::string_view early = {}, std::string head = {})
        : loop_(io::make_virtual_backend()) {
        auto ends = net::make_memory_pipe(loop_, std::move(pipe));
        peer = std::make_unique<Peer>(loop_, std::move(ends.client));
        auto stream = std::make_unique<CountingStream>(std::move(ends.server), counts);
        EXPECT_TRUE(stream->attach(loop_, before_));
        SessionSetup setup{.role = Role::server,
                           .options = std::make_shared<const WebSocketOptions>(std::move(options)),
                           .deflate = deflate,
                           .subprotocol = {},
                           .shard = nullptr,
                           .scope = &scope,
                           .head = std::move(head)};
        loop_.post([&] {
            socket.emplace(Session::start(loop_, std::move(stream), std::move(setup), early));
            drive(&scope, this, std::move(talk));
        });
        turn(loop_);
    }
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    ~World() {
        // The loop ends with everything that still runs.
        scope.cancel();
        turn(loop_);
        peer.reset();
        if (socket) socket->session().forget_scope();
        socket.reset();
        loop_.shutdown();
    }

    std::vector<RawFrame> say(std::string_view bytes) {
        peer->send(bytes);
        turns();
        return peer->frames();
    }
    /// The same, until nothing moves any more.
    std::vector<RawFrame> say_all(std::string_view bytes) {
        peer->send(bytes);
        for (int quiet = 0; quiet < 3;) {
            const auto before = std::tuple(counts.reads, counts.writes, peer->received.size());
            turns();
            quiet = before == std::tuple(counts.reads, counts.writes, peer->received.size()) ? quiet + 1 : 0;
        }
        return peer->frames();
    }
    void turns(int count = 10) {
        for (int i = 0; i < count; ++i) turn(loop_);
    }
    /// Let time pass.
    void pass(Duration length) {
        Alarm alarm;
        loop_.arm(alarm, loop_.now() + length);
        loop_.run_until([&] { return alarm.rang; });
        turns();
    }
    [[nodiscard]] Loop& loop() { return loop_; }

private:
    struct Alarm final : io::Timer {
        void on_timer() noexcept override { rang = true; }
        bool rang = false;
    };

    static io::Detached drive(io::CancelScope*, World* world, Talk talk) {
        try {
            co_await talk(*world->socket);
        } catch (const Cancelled&) {
            world->cancelled = true;
        }
        world->done = true;
        if (world->socket) world->socket->session().forget_scope();
        if (world->socket) world->socket->close();
    }

    Loop loop_;
    IgnoringObserver before_;

public:
    StreamCounts counts;
    io::CancelScope scope;
    std::unique_ptr<Peer> peer;
    std::optional<WebSocket> socket;
    bool done = false;
    bool cancelled = false;
};

inline RawFrame text_of(std::string payload) { return {.opcode = 1, .payload = std::move(payload), .masked = false}; }
inline RawFrame binary_of(std::string payload) { return {.opcode = 2, .payload = std::move(payload), .masked = false}; }
inline RawFrame pong_of(std::string payload = {}) {
    return {.opcode = 10, .payload = std::move(payload), .masked = false};
}
inline RawFrame close_of(int code, std::string_view reason = {}) {
    return {.opcode = 8, .payload = close_payload(code, reason), .masked = false};
}

using Frames = std::vector<RawFrame>;

/// The code of the last frame, if that is a close frame.
inline int closed_with(const Frames& frames) {
    if (frames.empty() || frames.back().opcode != 8 || frames.back().payload.size() < 2) return 0;
    const std::string& payload = frames.back().payload;
    return (static_cast<unsigned char>(payload[0]) << 8) | static_cast<unsigned char>(payload[1]);
}

}  // namespace hyperlane::websocket::testing
