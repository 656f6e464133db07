#pragma once

/// One subscriber of a topic: a bounded queue on one loop, filled by the hub, emptied by a coroutine.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/hub/message.hpp>
#include <hyperlane/io/operation.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hyperlane {

/// What happens to a subscriber that does not take its messages as fast as they come, once its queue is full.
enum class SlowPolicy : std::uint8_t {
    disconnect,   ///< it ends, and knows why
    drop_oldest,  ///< it loses what has waited longest
    drop_newest,  ///< it loses what comes
};

struct SubscribeOptions {
    std::size_t capacity = 64;  ///< of the queue, at least 1; its memory grows with use
    SlowPolicy when_full = SlowPolicy::disconnect;
    /// First everything that was published after the message of this id; a `reset` if that is not known any more.
    std::optional<std::uint64_t> after = std::nullopt;
    std::string name = {};        ///< who is there, for presence, in UTF-8; empty: nobody
    bool hears_presence = false;  ///< be told of joins and leaves as well
};

/// Why a subscription gives nothing any more.
enum class SubscriptionEnd : std::uint8_t {
    none,             ///< it has not ended
    closed,           ///< by its owner
    too_slow,         ///< by `SlowPolicy::disconnect`
    too_many_topics,  ///< it never began: `HubOptions::topics`
    bad_name,         ///< it never began: `SubscribeOptions::name` is no UTF-8
    hub_closed,
    loop_ended,
};

struct SubscriptionCounters {
    std::uint64_t received = 0;  ///< taken out of the queue, or of what was replayed
    std::uint64_t dropped = 0;   ///< lost because the queue, or the loop, was too slow
    std::size_t waiting = 0;     ///< in the queue now
};

namespace hub {

class Subscriber;

/// Hears that a subscription has ended, for those who are busy with something else than to receive.
class EndObserver {
public:
    /// Called by the loop, between two of its tasks. Must not destroy the subscription.
    virtual void on_end(SubscriptionEnd end) noexcept = 0;

protected:
    ~EndObserver() = default;
};

}  // namespace hub

/// Made by `Hub::subscribe`. Destroying it unsubscribes. It stays on the loop that it was made on; when that loop has
/// ended, whatever is left of it may be destroyed anywhere.
class Subscription {
public:
    class Receive;

    explicit Subscription(std::unique_ptr<hub::Subscriber> subscriber) noexcept;
    Subscription(Subscription&& other) noexcept;
    Subscription& operator=(Subscription&& other) noexcept;
    ~Subscription();

    /// `while (const auto message = co_await subscription.receive()) …` waits while there is none. One at a time.
    ///
    /// returns  messages in the order of their topic, each exactly once; nothing when the subscription has ended
    /// cancel   throws `Cancelled`; no message is taken
    [[nodiscard("a receive does nothing until it is awaited")]] Receive receive() noexcept;

    /// returns  nothing when there is no message now
    std::optional<TopicMessage> try_receive() noexcept;

    [[nodiscard]] std::string_view topic() const noexcept;
    /// The latest id of the topic when the subscription began: what is received live comes after it.
    [[nodiscard]] std::uint64_t start_id() const noexcept;
    /// Was it made with `SubscribeOptions::after`?
    [[nodiscard]] bool resumes() const noexcept;
    [[nodiscard]] SubscriptionEnd end() const noexcept;
    /// The same for code that passes errors on: unavailable (too slow, too many topics), invalid_argument (bad name);
    /// no error when the owner, the hub or the loop has ended it, or nobody has.
    [[nodiscard]] Result<> result() const;
    [[nodiscard]] SubscriptionCounters counters() const noexcept;

    /// Have `observer` told when this ends, or nobody (null). One that has ended already tells nothing.
    void observe_end(hub::EndObserver* observer) noexcept;

    /// Leave the topic: a receiver that waits gets nothing. What is in the queue is dropped.
    void close() noexcept;

private:
    std::unique_ptr<hub::Subscriber> subscriber_;
};

class Subscription::Receive final : io::Operation {
public:
    explicit Receive(hub::Subscriber* subscriber) noexcept : subscriber_(subscriber) {}
    ~Receive() { detach(); }

    bool await_ready() const noexcept { return false; }
    template <typename Promise>
    bool await_suspend(std::coroutine_handle<Promise> waiter) noexcept {
        return suspend_unless_ready(waiter);
    }
    std::optional<TopicMessage> await_resume() {
        throw_if_cancelled();
        return take();
    }

private:
    friend class hub::Subscriber;
    bool begin() noexcept override;
    [[nodiscard]] std::optional<TopicMessage> take() noexcept;
    void wake() noexcept { resume_soon(); }
    void detach() noexcept override;

    hub::Subscriber* subscriber_;  // null when it has gone
};

inline Subscription::Receive Subscription::receive() noexcept { return Receive(subscriber_.get()); }

}  // namespace hyperlane
