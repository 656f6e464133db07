#pragma once

/// Connections without sockets: a service with a few handlers, a shard on a loop with a virtual clock, and clients
/// that talk to it through pipes in memory and take what comes back apart.

#include <hyperlane/http/h1/parse_head.hpp>
#include <hyperlane/http/shard.hpp>
#include <hyperlane/io/log.hpp>
#include <hyperlane/io/spawn.hpp>
#include <hyperlane/io/time.hpp>
#include <hyperlane/net/memory_stream.hpp>
#include "net/counting_stream.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane::http::testing {

using namespace std::chrono_literals;

using hyperlane::testing::CountingStream;
using hyperlane::testing::StreamCounts;

/// A service that keeps something of its own per request, as `web` does.
class TestExchange final : public Exchange {
public:
    std::map<std::string, std::string> attributes;
    void reset() noexcept override {
        attributes.clear();
        Exchange::reset();
    }
};

using SyncHandler = std::function<void(Exchange&)>;
using AsyncHandler = std::function<Task<>(ExchangePtr)>;

struct TestRoute {
    SyncHandler sync;
    AsyncHandler async;
    BodyPlan plan{BodyMode::gather, 2 * 1024 * 1024};
};

class TestService final : public Service {
public:
    TestService() { watch_ends(); }

    void on_sync(std::string path, SyncHandler handler, BodyPlan plan = {BodyMode::gather, 2 * 1024 * 1024}) {
        routes_[std::move(path)] = {std::move(handler), nullptr, plan};
    }
    void on_async(std::string path, AsyncHandler handler, BodyPlan plan = {BodyMode::gather, 2 * 1024 * 1024}) {
        routes_[std::move(path)] = {nullptr, std::move(handler), plan};
    }

    std::unique_ptr<Exchange> make_exchange() override { return std::make_unique<TestExchange>(); }

    BodyPlan on_head(Exchange& exchange) noexcept override {
        const TestRoute* route = find(exchange);
        return route == nullptr ? BodyPlan{BodyMode::discard, 0} : route->plan;
    }

    void on_request(Exchange& exchange) noexcept override {
        const ExchangePtr keep(exchange);
        ++requests;
        paths += std::string(exchange.path()) + " ";
        const TestRoute* route = find(exchange);
        if (exchange.refusal.status != 0) {
            answer(exchange, exchange.refusal.status, exchange.refusal.reason);
            exchange.finish();
        } else if (route == nullptr) {
            answer(exchange, 404, "not found");
            exchange.finish();
        } else if (route->sync) {
            route->sync(exchange);
            exchange.finish();
        } else {
            drive(&exchange.scope(), this, ExchangePtr(exchange), route->async);
        }
    }

    void on_finished(Exchange& exchange) noexcept override {
        ++finished;
        if (!exchange.connected()) ++finished_lost;
    }

    static void answer(Exchange& exchange, int status, std::string_view text) {
        EXPECT_TRUE(exchange.response.set_status(status));
        exchange.response.body.set_owned(std::string(text));
    }

    int requests = 0;
    int finished = 0;
    int finished_lost = 0;
    int cancelled = 0;
    std::string paths;

private:
    [[nodiscard]] const TestRoute* find(const Exchange& exchange) const {
        const std::string path(exchange.path());
        const auto whole = routes_.find(path);
        if (whole != routes_.end()) return &whole->second;
        const auto prefix = routes_.find(path.substr(0, path.find('/', 1) + 1) + "*");
        return prefix == routes_.end() ? nullptr : &prefix->second;
    }

    static io::Detached drive(io::CancelScope*, TestService* service, ExchangePtr kept, AsyncHandler handler) {
        bool threw = false;
        try {
            co_await handler(kept);
        } catch (const Cancelled&) {
            ++service->cancelled;
            threw = true;
        } catch (...) {
            threw = true;
        }
        if (threw && kept->stage() == Stage::streaming) {
            kept->break_off();
        } else if (threw && kept->stage() == Stage::open) {
            const int status = kept->refusal.status;
            answer(*kept, status != 0 ? status : 500, "failed");
        }
        kept->finish();
    }

    std::map<std::string, TestRoute> routes_;
};

/// The number at the end of "/later/250".
inline int number_in(std::string_view path) {
    int number = 0;
    const std::string_view digits = path.substr(path.rfind('/') + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

/// One response as a client sees it.
struct Answer {
    int status = 0;
    std::string head;  // with the status line and the empty line
    std::string body;
    std::string trailers;
    bool chunked = false;
    bool until_close = false;
    bool close = false;  // "Connection: close"

    [[nodiscard]] std::string field(std::string_view name) const;
};

/// Takes responses apart as they come. `heads_of` says which of them answer HEAD.
struct Answers {
    std::vector<Answer> all;
    std::string rest;  // what is not a whole response
    bool malformed = false;

    [[nodiscard]] std::vector<int> statuses() const {
        std::vector<int> list;
        for (const Answer& answer : all) list.push_back(answer.status);
        return list;
    }
};

inline std::string Answer::field(std::string_view name) const {
    std::array<Field, 200> fields;
    ResponseHead parsed{std::span<Field>(fields)};
    const std::string padded = head + std::string(h1::head_padding_bytes, ' ');
    const auto result = h1::parse_response_head({padded.data(), head.size()}, parsed, {1 << 20, 1 << 20, 200});
    const Field* found = result.ok() ? parsed.find(padded.data(), name) : nullptr;
    return found == nullptr ? "(absent)" : std::string(found->value(padded.data()));
}

/// returns  the bytes used, 0 if there is not a whole one
inline std::size_t take_chunked(std::string_view in, Answer& answer) {
    h1::ChunkedDecoder decoder;
    std::size_t at = 0;
    for (;;) {
        const auto step = decoder.feed(in.substr(at));
        at += step.consumed;
        switch (step.status) {
            case h1::ChunkedDecoder::Status::data: answer.body += step.data; break;
            case h1::ChunkedDecoder::Status::end: answer.trailers = step.data; return at;
            default: return 0;
        }
    }
}

inline Answers take_apart(std::string_view received, bool ended,
                          const std::function<bool(std::size_t)>& is_head = nullptr) {
    Answers answers;
    const std::string padded = std::string(received) + std::string(h1::head_padding_bytes, '\r');
    std::string_view bytes(padded.data(), received.size());
    std::size_t finals = 0;
    while (!bytes.empty()) {
        std::array<Field, 200> fields;
        ResponseHead head{std::span<Field>(fields)};
        const auto result = h1::parse_response_head(bytes, head, {1 << 20, 1 << 20, 200});
        if (!result.ok()) {
            answers.malformed = !result.need_more();
            break;
        }
        Answer answer;
        answer.status = head.status;
        answer.head = bytes.substr(0, result.used);
        answer.close = head.connection_close;
        const bool interim = head.status / 100 == 1;
        const bool empty = interim || head.status == 204 || head.status == 304 || (is_head && is_head(finals));
        std::string_view after = bytes.substr(result.used);
        if (empty) {
        } else if (head.chunked) {
            answer.chunked = true;
            const std::size_t used = take_chunked(after, answer);
            if (used == 0) break;
            after.remove_prefix(used);
        } else if (head.has_content_length) {
            if (after.size() < head.content_length) break;
            answer.body = after.substr(0, head.content_length);
            after.remove_prefix(head.content_length);
        } else {
            answer.until_close = true;
            if (!ended) break;
            answer.body = after;
            after = {};
        }
        answers.all.push_back(std::move(answer));
        if (!interim) ++finals;
        bytes = after;
        if (head.status == 101) break;  // no HTTP behind it
    }
    answers.rest = bytes;
    return answers;
}

/// The client's end of a connection.
class Client final : public net::StreamObserver {
public:
    Client(Loop& loop, std::unique_ptr<net::Stream> stream) : stream_(std::move(stream)) {
        EXPECT_TRUE(stream_->attach(loop, *this));
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() = default;

    void send(std::string_view text) {
        unsent_ += text;
        push();
    }
    /// Stop or go on taking what the server sends.
    void read(bool wanted) { stream_->set_read_interest(wanted); }
    void half_close() { stream_->shutdown_write(); }
    void close() { stream_->close(); }
    void reset() { stream_->close(true); }
    [[nodiscard]] bool sent_all() const { return sent_ == unsent_.size(); }
    [[nodiscard]] bool gone() const { return ended || failed; }

    [[nodiscard]] Answers answers(const std::function<bool(std::size_t)>& is_head = nullptr) const {
        Answers all = take_apart(received, ended, is_head);
        EXPECT_FALSE(all.malformed) << received;
        return all;
    }
    [[nodiscard]] std::vector<int> statuses() const { return answers().statuses(); }

    std::string received;
    bool ended = false;
    bool failed = false;

private:
    void push() {
        const std::string_view text = std::string_view(unsent_).substr(sent_);
        if (!text.empty()) {
            const auto result = stream_->write_some({&text, 1});
            sent_ += result.bytes;
            if (result.status == net::IoStatus::end || result.status == net::IoStatus::failed) sent_ = unsent_.size();
        }
        stream_->set_write_interest(!sent_all());
    }
    void on_readable() noexcept override {
        char buffer[16 * 1024];
        const auto got = stream_->read_some(buffer);
        received.append(buffer, got.bytes);
        ended = ended || got.status == net::IoStatus::end;
        failed = failed || got.status == net::IoStatus::failed;
    }
    void on_writable() noexcept override { push(); }
    void on_peer_closed(bool lost) noexcept override { failed = failed || lost; }

    std::unique_ptr<net::Stream> stream_;
    std::string unsent_;  // all that was ever given to `send`
    std::size_t sent_ = 0;
};

/// A loop, a service and a shard; see that nothing is left of them at the end.
class World {
public:
    explicit World(Limits limits = {})
        : loop_(io::make_virtual_backend()), shard_(std::make_unique<Shard>(loop_, service, limits)) {}
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    ~World() {
        clients_.clear();
        if (shard_) {
            settle();
            EXPECT_EQ(shard_->connection_count(), 0U);
            EXPECT_EQ(service.requests, service.finished);
            EXPECT_EQ(shard_->cork().owner, nullptr);
        }
        shard_.reset();
    }

    Client& connect(net::MemoryPipeOptions options = {}) {
        auto pipe = net::make_memory_pipe(loop_, options);
        shard_->serve(std::make_unique<CountingStream>(std::move(pipe.server), counts));
        clients_.push_back(std::make_unique<Client>(loop_, std::move(pipe.client)));
        return *clients_.back();
    }

    /// Let everything run that needs no time.
    void turns(int count = 40) {
        Alarm alarm;
        for (int i = 0; i < count; ++i) {
            alarm.rang = false;
            loop_.arm(alarm, loop_.now());
            loop_.run_until([&] { return alarm.rang; });
        }
    }
    /// Let `length` pass.
    void pass(Duration length) {
        turns();
        Alarm alarm;
        loop_.arm(alarm, loop_.now() + length);
        loop_.run_until([&] { return alarm.rang; });
        turns();
    }
    bool until(const std::function<bool()>& done) { return loop_.run_until(done); }
    /// Run until nothing is left to wait for.
    void settle() {
        loop_.run_until([] { return false; });
    }
    /// Send `text` on a connection of its own and give back all that is answered without time passing.
    Client& ask(std::string_view text, net::MemoryPipeOptions options = {}) {
        Client& client = connect(options);
        client.send(text);
        turns();
        return client;
    }

    [[nodiscard]] Loop& loop() { return loop_; }
    [[nodiscard]] Shard& shard() { return *shard_; }
    /// Take the shard away while there are connections.
    void drop_shard() { shard_.reset(); }

    StreamCounts counts;
    TestService service;

private:
    struct Alarm final : io::Timer {
        ~Alarm() = default;
        void on_timer() noexcept override { rang = true; }
        bool rang = false;
    };

    Loop loop_;
    std::unique_ptr<Shard> shard_;  // on the heap, so that AddressSanitizer sees who uses it too late
    std::vector<std::unique_ptr<Client>> clients_;
};

/// "GET /path HTTP/1.1", with Host and `more` field lines.
inline std::string get(std::string_view path, std::string_view more = {}) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(more) + "\r\n";
}
inline std::string post(std::string_view path, std::string_view body, std::string_view more = {}) {
    return "POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n" + std::string(more) + "\r\n" + std::string(body);
}
inline constexpr std::string_view chunked_head = " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

// Handlers.
inline void say_hello(Exchange& exchange) { exchange.response.body.set_view("hello"); }
inline void echo(Exchange& exchange) { exchange.response.body.set_owned(std::string(exchange.body.text)); }

/// "/later/250" waits for 250 ms.
inline Task<> later(ExchangePtr exchange) {
    co_await sleep(std::chrono::milliseconds(number_in(exchange->path())));
    exchange->response.body.set_owned("after " + std::to_string(number_in(exchange->path())));
}
inline Task<> never(ExchangePtr) { co_await sleep(std::chrono::hours(1000)); }

/// Reads all of a streamed body and says how much it was.
inline Task<> upload(ExchangePtr exchange) {
    std::size_t bytes = 0;
    for (;;) {
        const auto piece = co_await BodyReading(exchange);
        if (!piece) {
            TestService::answer(*exchange, exchange->refusal.status != 0 ? exchange->refusal.status : 500,
                                piece.error().message);
            co_return;
        }
        if (piece->empty()) break;
        bytes += piece->size();
    }
    exchange->response.body.set_owned(std::to_string(bytes) + " bytes");
}
/// "/stream/3" sends 3 pieces, waiting for the client after each.
inline Task<> stream_pieces(ExchangePtr exchange) {
    for (int i = 0; i < number_in(exchange->path()); ++i) {
        const auto sent = co_await Sending(exchange, Sending::What::data, "piece " + std::to_string(i) + ";");
        if (!sent) co_return;
    }
    if (exchange->stage() == Stage::open) co_await Sending(exchange, Sending::What::whole);
}
/// Sends back each piece of the body as it comes.
inline Task<> echo_stream(ExchangePtr exchange) {
    for (;;) {
        const auto piece = co_await BodyReading(exchange);
        if (!piece || piece->empty()) break;
        const auto sent = co_await Sending(exchange, Sending::What::data, std::string(*piece));
        if (!sent) co_return;
    }
    if (exchange->body.failed) {
        if (exchange->stage() == Stage::open) {
            TestService::answer(*exchange, exchange->refusal.status, exchange->refusal.reason);
        } else {
            exchange->break_off();
        }
    }
}

inline constexpr BodyPlan streamed{BodyMode::stream, UINT64_MAX};

/// The handlers above under their usual paths.
inline void add_usual(TestService& service) {
    service.on_sync("/hello", say_hello);
    service.on_sync("/echo", echo);
    service.on_async("/later/*", later);
    service.on_async("/never", never);
    service.on_async("/upload", upload, streamed);
    service.on_async("/stream/*", stream_pieces);
    service.on_async("/echo-stream", echo_stream, streamed);
}

/// A world with the usual handlers.
struct UsualWorld : World {
    explicit UsualWorld(Limits limits = {}) : World(limits) { add_usual(service); }
};

/// Drops what is logged below while it lives.
class Silence {
public:
    Silence() {
        set_log_sink([this](LogLevel, std::string_view text) { lines.emplace_back(text); });
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;
    ~Silence() { set_log_sink({}); }
    std::vector<std::string> lines;
};

}  // namespace hyperlane::http::testing
