/// A whole connection over a stream in memory. The input is a script: pieces of bytes to send, time that passes, ends
/// of all kinds.
/// Whatever it is, the output must be well-formed responses, no more than were asked for, and nothing may be left at
/// the end.

#include <hyperlane/http/h1/parse_head.hpp>
#include <hyperlane/http/shard.hpp>
#include <hyperlane/io/log.hpp>
#include <hyperlane/io/spawn.hpp>
#include <hyperlane/io/time.hpp>
#include <hyperlane/net/memory_stream.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using namespace hyperlane;
using namespace hyperlane::http;
using namespace std::chrono_literals;

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

Task<> stream_upload(ExchangePtr exchange) {
    std::size_t bytes = 0;
    for (;;) {
        const auto piece = co_await BodyReading(exchange);
        if (!piece || piece->empty()) break;
        bytes += piece->size();
    }
    exchange->response.body.set_owned(std::to_string(bytes));
}

Task<> stream_echo(ExchangePtr exchange) {
    for (;;) {
        const auto piece = co_await BodyReading(exchange);
        if (!piece) co_return exchange->break_off();
        if (piece->empty()) co_return;
        const auto sent = co_await Sending(exchange, Sending::What::data, std::string(*piece));
        if (!sent) co_return;
    }
}

Task<> stream_much(ExchangePtr exchange) {
    for (int i = 0; i < 50; ++i) {
        const auto sent = co_await Sending(exchange, Sending::What::data, std::string(3000, 's'));
        if (!sent) co_return;
    }
}

Task<> slow(ExchangePtr exchange) {
    const Duration length = exchange->query().empty() ? Duration(100ms) : Duration(100s);
    co_await sleep(length);
    exchange->response.body.set_view("slow");
}

Task<> throwing(ExchangePtr exchange) {
    co_await yield();
    if (!exchange->query().empty()) co_await Sending(exchange, Sending::What::data, "begun");
    throw std::runtime_error("as it should");
}

/// Picks a handler by the first letter of the path.
class Handlers final : public Service {
public:
    Handlers() { watch_ends(); }

    BodyPlan on_head(Exchange& exchange) noexcept override {
        switch (letter(exchange)) {
            case 'u':
            case 'e': return {BodyMode::stream, 1000};
            case 'd':
            case 'm': return {BodyMode::discard, 0};
            default: return {BodyMode::gather, 500};
        }
    }

    void on_request(Exchange& exchange) noexcept override {
        ++requests;
        if (exchange.refusal.status != 0) {
            answer(exchange, exchange.refusal.status);
            return exchange.finish();
        }
        switch (letter(exchange)) {
            case 'u': run(&exchange.scope(), ExchangePtr(exchange), stream_upload); return;
            case 'e': run(&exchange.scope(), ExchangePtr(exchange), stream_echo); return;
            case 'm': run(&exchange.scope(), ExchangePtr(exchange), stream_much); return;
            case 's': run(&exchange.scope(), ExchangePtr(exchange), slow); return;
            case 't': run(&exchange.scope(), ExchangePtr(exchange), throwing); return;
            case 'b': exchange.response.body.set_owned(std::string(30'000, 'b')); break;
            case 'c': exchange.response.want_close(); break;
            case 'n': answer(exchange, 204); break;
            default: exchange.response.body.set_owned(std::string(exchange.body.text)); break;
        }
        exchange.finish();
    }

    void on_finished(Exchange&) noexcept override { ++finished; }

    std::size_t requests = 0;
    std::size_t finished = 0;

private:
    static char letter(const Exchange& exchange) {
        const std::string_view path = exchange.path();
        return path.size() < 2 ? '/' : path[1];
    }
    static void answer(Exchange& exchange, int status) {
        require(exchange.response.set_status(status).has_value(), "status");
    }

    static io::Detached run(io::CancelScope*, ExchangePtr kept, Task<> (*handler)(ExchangePtr)) {
        bool threw = false;
        try {
            co_await handler(kept);
        } catch (...) {
            threw = true;
        }
        if (kept->stage() == Stage::streaming && threw) kept->break_off();
        if (kept->stage() == Stage::open && (threw || kept->body.failed)) {
            answer(*kept, kept->refusal.status == 0 ? 500 : kept->refusal.status);
        }
        kept->finish();
    }
};

/// The other end; remembers what came.
class Peer final : public net::StreamObserver {
public:
    Peer(Loop& loop, std::unique_ptr<net::Stream> stream) : stream_(std::move(stream)) {
        require(stream_->attach(loop, *this).has_value(), "attach");
    }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    ~Peer() = default;

    net::Stream& stream() { return *stream_; }
    void send(std::string_view text) {
        unsent_ += text;
        push();
    }
    std::string received;
    bool lost = false;

private:
    void push() {
        const std::string_view text = unsent_;
        const auto sent = stream_->write_some({&text, 1});
        unsent_.erase(0, sent.bytes);
        if (sent.status == net::IoStatus::end || sent.status == net::IoStatus::failed) unsent_.clear();
        stream_->set_write_interest(!unsent_.empty());
    }
    void on_readable() noexcept override {
        char buffer[4096];
        const auto got = stream_->read_some(buffer);
        received.append(buffer, got.bytes);
        lost = lost || got.status == net::IoStatus::failed;
    }
    void on_writable() noexcept override { push(); }
    void on_peer_closed(bool failed) noexcept override { lost = lost || failed; }

    std::unique_ptr<net::Stream> stream_;
    std::string unsent_;
};

struct Alarm final : io::Timer {
    ~Alarm() = default;
    void on_timer() noexcept override { rang = true; }
    bool rang = false;
};

void pass(Loop& loop, Duration length) {
    Alarm alarm;
    loop.arm(alarm, loop.now() + length);
    loop.run_until([&] { return alarm.rang; });
}

/// returns  the bytes of one response, 0 if it is not whole (it may be the last, cut off)
std::size_t take_response(std::string_view in, bool& interim, bool& unmeasured) {
    std::array<Field, 100> fields;
    ResponseHead head{std::span<Field>(fields)};
    const std::string padded = std::string(in) + std::string(h1::head_padding_bytes, ' ');
    const auto parsed = h1::parse_response_head({padded.data(), in.size()}, head, {});
    require(parsed.ok() || parsed.need_more(), "a response head is well-formed");
    if (!parsed.ok()) return 0;
    interim = head.status == 100;
    if (interim || head.status == 204) return parsed.used;
    if (head.has_content_length)
        return parsed.used + head.content_length <= in.size() ? parsed.used + head.content_length : 0;
    unmeasured = !head.chunked;
    if (unmeasured) return in.size();
    h1::ChunkedDecoder decoder;
    for (std::size_t at = parsed.used;;) {
        const auto step = decoder.feed(in.substr(at));
        at += step.consumed;
        require(step.status != h1::ChunkedDecoder::Status::error, "a chunked response is well-formed");
        if (step.status == h1::ChunkedDecoder::Status::end) return at;
        if (step.status == h1::ChunkedDecoder::Status::need_more) return 0;
    }
}

void check_output(std::string_view in, std::size_t requests, std::size_t refused) {
    std::size_t finals = 0;
    while (!in.empty()) {
        bool interim = false, unmeasured = false;
        const std::size_t used = take_response(in, interim, unmeasured);
        if (!interim) ++finals;
        if (used == 0) break;
        in.remove_prefix(used);
    }
    require(finals <= requests + refused, "no more responses than requests");
    require(refused <= 1, "one refusal at most");
}

/// Reads the script, a byte at a time.
class Script {
public:
    Script(const std::uint8_t* data, std::size_t size) : data_(reinterpret_cast<const char*>(data), size) {}
    [[nodiscard]] bool empty() const { return data_.empty(); }
    std::uint8_t byte() {
        if (data_.empty()) return 0;
        const auto value = static_cast<std::uint8_t>(data_[0]);
        data_.remove_prefix(1);
        return value;
    }
    std::string_view text(std::size_t count) {
        const auto taken = data_.substr(0, count);
        data_.remove_prefix(taken.size());
        return taken;
    }

private:
    std::string_view data_;
};

// HEAD responses cannot be told apart without knowing which requests came through; the letters of the script decide.
bool has_head_request(const std::uint8_t* data, std::size_t size) {
    return std::string_view(reinterpret_cast<const char*>(data), size).find("HEAD ") != std::string_view::npos;
}

void step(Script& script, Loop& loop, Shard& shard, Peer& peer) {
    const std::uint8_t what = script.byte();
    switch (what & 7) {
        case 0: peer.send(script.text(1)); break;
        case 1: peer.stream().set_read_interest(false); break;
        case 2: peer.stream().set_read_interest(true); break;
        case 3: pass(loop, std::chrono::milliseconds(1 << ((what >> 3) % 17))); break;
        case 4:
            if (what >= 0xf0) shard.drain();
            break;
        case 5:
            if (what >= 0xe0) {
                peer.stream().close(true);
            } else if (what >= 0xc0) {
                peer.stream().close();
            } else if (what >= 0x80) {
                peer.stream().shutdown_write();
            }
            break;
        default: peer.send(script.text(std::size_t{1} << ((what >> 3) % 12))); break;
    }
    if ((what & 0x40) != 0) pass(loop, Duration(0));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    set_log_level(LogLevel::off);
    Script script(data, size);
    const std::uint8_t options = script.byte();
    Limits limits;
    limits.allow_half_close = (options & 1) != 0;
    limits.unread_bytes = 300;
    limits.unsent_bytes = 2000;
    net::MemoryPipeOptions pipe_options;
    if ((options & 2) != 0) pipe_options.capacity_bytes = 1 + script.byte() * 20u;
    if ((options & 4) != 0) pipe_options.max_read_bytes = 1 + script.byte();
    if ((options & 8) != 0) pipe_options.max_write_bytes = 1 + script.byte();

    Loop loop(io::make_virtual_backend());
    Handlers handlers;
    Shard shard(loop, handlers, limits);
    auto pipe = net::make_memory_pipe(loop, pipe_options);
    shard.serve(std::move(pipe.server));
    std::string received;
    {
        Peer peer(loop, std::move(pipe.client));
        while (!script.empty()) step(script, loop, shard, peer);
        peer.stream().set_read_interest(true);
        loop.run_until([] { return false; });
        received = peer.received;
        if (peer.lost) received.clear();
    }
    loop.run_until([] { return false; });
    require(shard.connection_count() == 0, "no connection is left");
    require(handlers.requests == handlers.finished, "every request has ended");
    require(shard.cork().owner == nullptr, "nobody holds the cork");
    if (!has_head_request(data, size)) {
        check_output(received, handlers.requests, static_cast<std::size_t>(shard.counters().refused.get()));
    }
    return 0;
}
