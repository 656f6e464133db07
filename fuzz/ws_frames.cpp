/// A whole session over a stream in memory, with and without compression: whatever a peer sends, in whatever pieces,
/// nothing is left at the end, and what comes back are well-formed frames.

#include <hyperlane/io/log.hpp>
#include <hyperlane/io/loop.hpp>
#include <hyperlane/io/spawn.hpp>
#include <hyperlane/net/memory_stream.hpp>
#include <hyperlane/ws/frame.hpp>
#include <hyperlane/ws/session.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace hyperlane;
using namespace hyperlane::websocket;

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

class Peer final : public net::StreamObserver {
public:
    Peer(Loop& loop, std::unique_ptr<net::Stream> stream) : stream_(std::move(stream)) {
        require(stream_->attach(loop, *this).has_value(), "attached");
    }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    ~Peer() { stream_->close(); }

    void send(std::string_view bytes) {
        if (!bytes.empty()) [[maybe_unused]]
            const auto sent = stream_->write_some({&bytes, 1});
    }
    std::string received;

private:
    void on_readable() noexcept override {
        char buffer[8 * 1024];
        const auto got = stream_->read_some(buffer);
        received.append(buffer, got.bytes);
    }
    void on_writable() noexcept override {}
    void on_peer_closed(bool) noexcept override {}

    std::unique_ptr<net::Stream> stream_;
};

Task<> echo(WebSocket socket, bool piecewise) {
    if (piecewise) {
        while (auto piece = co_await socket.receive_fragment()) {
            const auto sent = co_await socket.send_binary_fragment(piece->data, piece->last);
            if (!sent) co_return;
        }
    }
    while (auto message = co_await socket.receive()) {
        const auto sent = co_await socket.send(*message);
        if (!sent) co_return;
    }
}

void turn(Loop& loop) {
    for (int i = 0; i < 6; ++i) {
        bool done = false;
        loop.post([&] { done = true; });
        loop.run_until([&] { return done; });
    }
}

void check_frames(std::string received, bool deflate) {
    FrameDecoder decoder(Role::server, deflate);
    std::size_t at = 0;
    for (;;) {
        const auto step = decoder.feed({received.data() + at, received.size() - at});
        at += step.consumed;
        require(step.status != FrameDecoder::Status::error, "what comes back are frames");
        if (step.status == FrameDecoder::Status::need_more) return;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3 || size > 64 * 1024) return 0;
    set_log_level(LogLevel::off);
    const unsigned flags = data[0];
    const std::size_t piece = data[1] + 1u;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
    const bool deflate = (flags & 1) != 0;

    Loop loop(io::make_virtual_backend());
    auto ends = net::make_memory_pipe(loop, {.capacity_bytes = 1u << (8 + (flags >> 4))});
    Peer peer(loop, std::move(ends.client));
    Peer* const before = &peer;
    require(ends.server->attach(loop, *before).has_value(), "attached");
    auto options = std::make_shared<WebSocketOptions>();
    options->message_bytes = 4096;
    options->unsent_bytes = 1024;
    options->unread_bytes = 512;
    options->fragments = 8;
    options->deflate.enabled = deflate;
    options->deflate.smallest_message = 0;
    SessionSetup setup;
    setup.options = options;
    if (deflate) setup.deflate = DeflateParameters{(flags & 2) != 0, (flags & 4) != 0, 15, 15};
    loop.post([&] {
        const std::size_t early = (flags & 8) != 0 ? bytes.size() / 2 : 0;
        WebSocket socket(Session::start(loop, std::move(ends.server), std::move(setup), bytes.substr(0, early)));
        spawn(echo, std::move(socket), (data[1] & 1) != 0);
    });
    turn(loop);
    for (std::size_t at = (flags & 8) != 0 ? bytes.size() / 2 : 0; at < bytes.size(); at += piece) {
        peer.send(bytes.substr(at, piece));
        turn(loop);
    }
    check_frames(peer.received, deflate);
    loop.shutdown();
    return 0;
}
