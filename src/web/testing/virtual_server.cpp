#include "web/testing/virtual_server.hpp"
#include <hyperlane/io/log.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace hyperlane::web {

namespace {

// Of real time: handlers that are always ready again would otherwise hold a test for ever.
constexpr std::chrono::seconds longest_run{60};

Address parse_address(const std::string& text) {
    auto address = Address::parse(text);
    if (!address) throw TestClientError("TestClientOptions: " + address.error().message);
    return std::move(*address);
}

}  // namespace

void TestBackend::run_to(TimePoint limit, bool move_clock) noexcept {
    limit_ = limit;
    move_clock_ = move_clock;
    rest_ = Rest::none;
}

std::span<io::BackendEvent> TestBackend::wait(TimePoint deadline, bool outside_work) noexcept {
    if (outside_work || deadline <= limit_) return clock_->wait(deadline, outside_work);
    if (move_clock_) clock_->wait(limit_, false);
    // A wake from another thread may have kept the clock where it was: that work comes first.
    if (!move_clock_ || clock_->now() >= limit_)
        rest_ = deadline == TimePoint::max() ? Rest::nothing_left : Rest::limit;
    return {};
}

TestWire::TestWire(Loop& loop, std::unique_ptr<net::Stream> stream) : loop_(&loop), stream_(std::move(stream)) {
    [[maybe_unused]] const auto attached = stream_->attach(*loop_, *this);
}

TestWire::~TestWire() { close(); }

void TestWire::send(std::string_view bytes) {
    unsent_.append(bytes);
    flush();
}

void TestWire::flush() noexcept {
    while (!unsent_.empty()) {
        const std::string_view part = unsent_;
        const auto sent = stream_->write_some({&part, 1});
        if (sent.status == net::IoStatus::would_block) break;
        if (sent.status != net::IoStatus::ok) {
            unsent_.clear();
            break;
        }
        unsent_.erase(0, sent.bytes);
    }
    stream_->set_write_interest(!unsent_.empty());
    if (unsent_.empty() && half_close_due_) stream_->shutdown_write();
}

void TestWire::half_close() noexcept {
    half_close_due_ = true;
    flush();
}

void TestWire::close() noexcept {
    closed_ = true;
    stream_->close();
}

void TestWire::on_readable() noexcept {
    std::array<char, 16 * 1024> buffer;
    const auto got = stream_->read_some(buffer);
    received.append(buffer.data(), got.bytes);
    ended_ = got.status == net::IoStatus::end || got.status == net::IoStatus::failed;
    reset_ = got.status == net::IoStatus::failed;
}

void TestWire::on_peer_closed(bool failed) noexcept { ended_ = reset_ = failed; }

TestCore::TestCore(std::unique_ptr<Dispatcher> dispatcher, TestClientOptions options)
    : TestCore(std::move(dispatcher), std::move(options), std::make_unique<TestBackend>()) {}

TestCore::TestCore(std::unique_ptr<Dispatcher> dispatcher, TestClientOptions options,
                   std::unique_ptr<TestBackend> backend)
    : options_(std::move(options)),
      peer_(parse_address(options_.peer)),
      local_(parse_address(options_.local)),
      dispatcher_(std::move(dispatcher)),
      backend_(backend.get()),
      loop_(std::move(backend)),
      shard_(loop_, *dispatcher_, dispatcher_->settings().limits),
      lifecycle_(dispatcher_->hooks(), dispatcher_->settings(), loop_),
      started_(backend_->now()) {
    loop_.set_block_warning(Duration::zero());
}

TestCore::~TestCore() { end(); }

void TestCore::end() noexcept {
    if (ended_) return;
    idle_.clear();
    // In this order: handlers are cancelled through their connections, and unwind while dispatcher and shard exist.
    shard_.abandon();
    stop();
    ended_ = true;
    loop_.shutdown();
}

void TestCore::start() {
    const auto ending = begin_on(loop_, lifecycle_.start());
    run(options_.patience, false, [&] { return ending->ended; });
    if (!ending->ended) throw TestClientError("the start-up hooks do not end");
    if (!ending->result) throw TestClientError(ending->result.error().message);
}

// The destructor of a client cannot throw: what goes wrong is in the log.
void TestCore::stop() noexcept {
    try {
        const auto ending = begin_on(loop_, as_result(lifecycle_.stop(options_.patience)));
        run(options_.patience, false, [&] { return ending->ended; });
        if (!ending->ended) log(LogLevel::error, "the shutdown hooks do not end");
    } catch (const std::exception& error) {
        log(LogLevel::error, error.what());
    }
}

TestBackend::Rest TestCore::run(Duration length, bool move_clock, const Function<bool()>& done) {
    if (ended_) throw TestClientError("the test client that this belongs to is gone");
    if (Loop::current() == &loop_) throw TestClientError("a test client was asked to wait by one of its own handlers");
    const TimePoint limit = length < TimePoint::max() - now() ? now() + length : TimePoint::max() - Duration(1);
    backend_->run_to(limit, move_clock);
    const auto give_up = Clock::now() + longest_run;
    bool gave_up = false;
    loop_.run_until([&] {
        if (done() || backend_->rest() != TestBackend::Rest::none) return true;
        gave_up = Clock::now() > give_up;
        return gave_up;
    });
    if (gave_up) throw TestClientError("handlers or tasks keep running without ever waiting");
    return backend_->rest();
}

void TestCore::settle() {
    run(Duration::zero(), false, [] { return false; });
}

std::unique_ptr<TestWire> TestCore::connect() {
    settle();  // also brings the loop's idea of the time up to date
    auto pipe = net::make_memory_pipe(
        loop_, {.capacity_bytes = options_.pipe_bytes, .client_address = peer_, .server_address = local_});
    auto wire = std::make_unique<TestWire>(loop_, std::move(pipe.client));
    shard_.serve(std::move(pipe.server));
    return wire;
}

std::unique_ptr<TestWire> TestCore::take_wire(bool fresh) {
    settle();
    std::erase_if(idle_, [](const auto& wire) { return wire->ended(); });
    if (fresh || idle_.empty()) return connect();
    auto wire = std::move(idle_.back());
    idle_.pop_back();
    return wire;
}

void TestCore::keep_wire(std::unique_ptr<TestWire> wire) {
    if (!ended_ && !wire->ended()) idle_.push_back(std::move(wire));
}

void TestCore::drop_idle_wires() {
    idle_.clear();
    settle();
}

}  // namespace hyperlane::web
