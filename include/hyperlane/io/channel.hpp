#pragma once

/// A bounded queue between coroutines of one loop. To reach another loop, post: `loop.post([&] { channel.try_send(…);
/// })`.

#include <hyperlane/base/intrusive_list.hpp>
#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/io/operation.hpp>

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace hyperlane {

/// First come, first served, for values, senders and receivers alike. A sender that waits is woken when its value has
/// got a place, a receiver when it has got a value; nobody is resumed from within a call of somebody else.
///
/// A cancelled receiver takes no value, a cancelled sender delivers none: an operation that has succeeded before the
/// cancellation came still succeeds. Destroying a channel closes it.
///
/// cost     room for `capacity` values from the start, no allocation afterwards
/// threads  all on one loop
template <typename T>
class Channel {
    static_assert(std::is_nothrow_move_constructible_v<T>, "a value must not get lost on its way");
    struct WaitTag;

public:
    /// A channel of capacity 0 hands each value from a sender to a receiver directly.
    explicit Channel(std::size_t capacity)
        : places_(std::make_unique<std::optional<T>[]>(capacity)), capacity_(capacity) {}
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    ~Channel() { close(); }

    class Send final : io::Operation, ListHook<WaitTag> {
    public:
        ~Send() = default;
        bool await_ready() const noexcept { return false; }
        template <typename Promise>
        bool await_suspend(std::coroutine_handle<Promise> waiter) noexcept {
            return this->suspend_unless_ready(waiter);
        }
        Result<> await_resume() {
            this->throw_if_cancelled();
            if (!sent_) return fail(ErrorCode::closed);
            return {};
        }

    private:
        friend class Channel;
        friend class IntrusiveList<Send, WaitTag>;
        Send(Channel& channel, T&& value) noexcept : channel_(&channel), value_(std::move(value)) {}
        bool begin() noexcept override {
            sent_ = !channel_->closed_ && channel_->place(value_);
            if (sent_ || channel_->closed_) return true;
            channel_->senders_.push_back(*this);
            return false;
        }
        void finish(bool sent) noexcept {
            sent_ = sent;
            this->resume_soon();
        }
        void detach() noexcept override { ListHook<WaitTag>::unlink(); }

        Channel* channel_;
        T value_;
        bool sent_ = false;
    };

    class Receive final : io::Operation, ListHook<WaitTag> {
    public:
        ~Receive() = default;
        bool await_ready() const noexcept { return false; }
        template <typename Promise>
        bool await_suspend(std::coroutine_handle<Promise> waiter) noexcept {
            return this->suspend_unless_ready(waiter);
        }
        std::optional<T> await_resume() {
            this->throw_if_cancelled();
            return std::move(value_);
        }

    private:
        friend class Channel;
        friend class IntrusiveList<Receive, WaitTag>;
        explicit Receive(Channel& channel) noexcept : channel_(&channel) {}
        bool begin() noexcept override {
            value_ = channel_->try_receive();
            if (value_ || channel_->closed_) return true;
            channel_->receivers_.push_back(*this);
            return false;
        }
        void finish() noexcept { this->resume_soon(); }
        void detach() noexcept override { ListHook<WaitTag>::unlink(); }

        Channel* channel_;
        std::optional<T> value_;
    };

    /// `if (!co_await channel.send(value)) …` waits while the channel is full.
    /// errors   ErrorCode::closed: nobody will receive the value
    /// cancel   throws `Cancelled`; the value is not delivered
    [[nodiscard("a send does nothing until it is awaited")]] Send send(T value) noexcept {
        return Send(*this, std::move(value));
    }

    /// Send without waiting; `value` is moved from only when this succeeds.
    /// errors   ErrorCode::unavailable: full; ErrorCode::closed
    Result<> try_send(T&& value) {
        if (closed_) return fail(ErrorCode::closed);
        if (!place(value)) return fail(ErrorCode::unavailable);
        return {};
    }

    /// `while (auto value = co_await channel.receive()) …` waits while the channel is empty.
    /// returns  nothing when the channel is closed and all its values have been received
    /// cancel   throws `Cancelled`; no value is taken
    [[nodiscard("a receive does nothing until it is awaited")]] Receive receive() noexcept { return Receive(*this); }

    /// returns  nothing when there is no value now
    std::optional<T> try_receive() noexcept {
        if (used_ == 0) return senders_.empty() ? std::nullopt : std::optional<T>(take_from_sender());
        std::optional<T> value(std::move(*places_[first_]));
        places_[first_].reset();
        first_ = (first_ + 1) % capacity_;
        --used_;
        if (!senders_.empty()) push(take_from_sender());
        return value;
    }

    /// No more values: what is in the channel can still be received, senders that wait fail. Idempotent.
    void close() noexcept {
        closed_ = true;
        while (!senders_.empty()) senders_.pop_front().finish(false);
        while (!receivers_.empty()) receivers_.pop_front().finish();
    }

    [[nodiscard]] bool closed() const noexcept { return closed_; }
    [[nodiscard]] std::size_t size() const noexcept { return used_; }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

private:
    /// Give `value` to the receiver that has waited longest, or keep it; false if there is no room.
    bool place(T& value) noexcept {
        if (!receivers_.empty()) {
            Receive& receiver = receivers_.pop_front();
            receiver.value_.emplace(std::move(value));
            receiver.finish();
            return true;
        }
        if (used_ == capacity_) return false;
        push(std::move(value));
        return true;
    }

    void push(T&& value) noexcept {
        places_[(first_ + used_) % capacity_].emplace(std::move(value));
        ++used_;
    }

    T take_from_sender() noexcept {
        Send& sender = senders_.pop_front();
        sender.finish(true);
        return std::move(sender.value_);
    }

    std::unique_ptr<std::optional<T>[]> places_;  // a ring
    std::size_t capacity_;
    std::size_t first_ = 0;
    std::size_t used_ = 0;
    bool closed_ = false;
    IntrusiveList<Send, WaitTag> senders_;
    IntrusiveList<Receive, WaitTag> receivers_;
};

}  // namespace hyperlane
