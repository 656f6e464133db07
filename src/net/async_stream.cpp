#include <hyperlane/io/operation.hpp>
#include <hyperlane/io/time.hpp>
#include <hyperlane/net/async_stream.hpp>

#include <cassert>
#include <cerrno>
#include <string_view>
#include <utility>

namespace hyperlane::net {

namespace {

/// One direction of the stream: wakes the coroutine that waits for it.
class Direction {
public:
    using SetInterest = void (Stream::*)(bool) noexcept;

    explicit Direction(SetInterest set_interest) noexcept : set_interest_(set_interest) {}

    void wake() noexcept;

    class Wait final : io::Operation {
    public:
        Wait(Direction& direction, Stream& stream) noexcept : direction_(&direction), stream_(&stream) {}
        ~Wait() { detach(); }

        bool await_ready() const noexcept { return false; }
        template <typename Promise>
        bool await_suspend(std::coroutine_handle<Promise> waiter) noexcept {
            assert(direction_->waiting_ == nullptr && "two reads or two writes at the same time");
            if (!suspend(waiter)) return false;
            direction_->waiting_ = this;
            (stream_->*direction_->set_interest_)(true);
            return true;
        }
        void await_resume() const { throw_if_cancelled(); }

    private:
        friend Direction;

        void detach() noexcept override {
            if (direction_->waiting_ != this) return;
            direction_->waiting_ = nullptr;
            (stream_->*direction_->set_interest_)(false);
        }

        Direction* direction_;
        Stream* stream_;
    };

private:
    SetInterest set_interest_;
    Wait* waiting_ = nullptr;
};

void Direction::wake() noexcept {
    if (waiting_ == nullptr) return;
    Wait& wait = *waiting_;
    wait.detach();
    wait.resume_soon();
}

std::unexpected<Error> stopped(IoResult result, std::string_view doing) {
    if (result.status == IoStatus::end) return fail(ErrorCode::closed, std::string(doing) + ": the peer has closed");
    return fail_errno(result.os_error, doing);
}

std::unexpected<Error> closed_here() { return fail(ErrorCode::closed, "the stream was closed by this side"); }

}  // namespace

class AsyncStream::State final : public StreamObserver {
public:
    explicit State(std::unique_ptr<Stream> with) noexcept : stream(std::move(with)) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void on_readable() noexcept override { reading.wake(); }
    void on_writable() noexcept override { writing.wake(); }
    void on_peer_closed(bool) noexcept override {}

    void close(bool reset) noexcept {
        open = false;
        stream->close(reset);
        reading.wake();
        writing.wake();
    }

    std::unique_ptr<Stream> stream;
    Direction reading{&Stream::set_read_interest};
    Direction writing{&Stream::set_write_interest};
    bool open = true;
};

Result<AsyncStream> AsyncStream::open(Loop& loop, std::unique_ptr<Stream> stream) {
    auto state = std::make_shared<State>(std::move(stream));
    if (auto attached = state->stream->attach(loop, *state); !attached) {
        return std::unexpected(std::move(attached.error()));
    }
    state->stream->set_read_interest(false);
    return AsyncStream(std::move(state));
}

AsyncStream::AsyncStream(std::shared_ptr<State> state) noexcept : state_(std::move(state)) {}

AsyncStream& AsyncStream::operator=(AsyncStream&& other) noexcept {
    if (this != &other) {
        close();
        state_ = std::move(other.state_);
    }
    return *this;
}

Task<Result<std::size_t>> AsyncStream::read_some(std::span<char> into) { return read_from(state_, into); }

Task<Result<>> AsyncStream::write_all(std::string data) { return write_to(state_, std::move(data)); }

// borrows: see read_some
Task<Result<std::size_t>> AsyncStream::read_from(std::shared_ptr<State> state, std::span<char> into) {
    co_await yield_when_due();
    for (;;) {
        if (!state->open) co_return closed_here();
        const IoResult result = state->stream->read_some(into);
        if (result.status == IoStatus::ok) co_return result.bytes;
        if (result.status == IoStatus::end) co_return std::size_t{0};
        if (result.status == IoStatus::failed) co_return stopped(result, "read");
        co_await Direction::Wait(state->reading, *state->stream);
    }
}

Task<Result<>> AsyncStream::write_to(std::shared_ptr<State> state, std::string data) {
    co_await yield_when_due();
    std::string_view left = data;
    while (!left.empty()) {
        if (!state->open) co_return closed_here();
        const IoResult result = state->stream->write_some({&left, 1});
        left.remove_prefix(result.bytes);
        if (result.status == IoStatus::end || result.status == IoStatus::failed) co_return stopped(result, "write");
        if (result.status == IoStatus::would_block) co_await Direction::Wait(state->writing, *state->stream);
    }
    co_return Result<>();
}

void AsyncStream::shutdown_write() noexcept {
    if (state_) state_->stream->shutdown_write();
}

void AsyncStream::close(bool reset) noexcept {
    if (state_) state_->close(reset);
}

Address AsyncStream::peer_address() const { return state_->stream->peer_address(); }
Address AsyncStream::local_address() const { return state_->stream->local_address(); }

}  // namespace hyperlane::net
