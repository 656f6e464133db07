#pragma once

/// What is behind a subscription. It belongs to its loop; the hub reaches it through the port of that loop only.

#include <hyperlane/base/intrusive_list.hpp>
#include <hyperlane/hub/subscription.hpp>
#include "hub/queue.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hyperlane::hub {

struct LocalTopic;

struct TopicTag;
struct PortTag;

/// Written by one loop, read by anybody.
class PortCounter {
public:
    void add(std::uint64_t count) noexcept { value_.store(get() + count, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

struct PortCounters {
    PortCounter delivered;
    PortCounter dropped;
    PortCounter disconnected;
};

class Subscriber final : public ListHook<TopicTag>, public ListHook<PortTag> {
public:
    /// One that has ended before it began.
    Subscriber(std::string_view topic, SubscriptionEnd end) : topic_(topic), end_(end) {}
    /// in  `since`: place in the order of the topic after which everything is for this subscriber
    Subscriber(std::string_view topic, SubscribeOptions options, std::shared_ptr<LocalTopic> local, std::uint64_t since,
               std::uint64_t start_id);
    Subscriber(const Subscriber&) = delete;
    Subscriber& operator=(const Subscriber&) = delete;
    ~Subscriber();

    /// Before anything live: what is replayed.
    void set_replay(std::vector<TopicMessage> replay) noexcept { replay_ = std::move(replay); }

    /// Take a message from the hub; wakes the receiver.
    void offer(const TopicMessage& message, PortCounters& counters);
    /// Is its queue full, while its receiver has been woken and has not run yet? Then it is not slow.
    [[nodiscard]] bool is_full_before_its_turn() const noexcept {
        return woken_ && end_ == SubscriptionEnd::none && queue_.size() >= options_.capacity;
    }
    /// Messages up to `lost_until` were lost on their way to the loop.
    void miss(std::uint64_t count, std::uint64_t lost_until, PortCounters& counters) noexcept;
    /// No more messages; wakes the receiver.
    void finish(SubscriptionEnd end) noexcept;
    void end_with_loop() noexcept {
        if (end_ == SubscriptionEnd::none) end_ = SubscriptionEnd::loop_ended;
    }
    /// The owner leaves.
    void close() noexcept;

    [[nodiscard]] std::optional<TopicMessage> take() noexcept;
    /// Is there nothing to give, and may something come?
    [[nodiscard]] bool must_wait() const noexcept;
    void observe_end(EndObserver* observer) noexcept { observer_ = observer; }
    void set_waiter(Subscription::Receive* waiter) noexcept;
    [[nodiscard]] Subscription::Receive* waiter() const noexcept { return waiter_; }

    [[nodiscard]] const std::shared_ptr<LocalTopic>& local() const noexcept { return local_; }
    [[nodiscard]] const std::string& topic() const noexcept { return topic_; }
    [[nodiscard]] const std::string& name() const noexcept { return options_.name; }
    [[nodiscard]] std::uint64_t start_id() const noexcept { return start_id_; }
    [[nodiscard]] bool resumes() const noexcept { return options_.after.has_value(); }
    [[nodiscard]] SubscriptionEnd end() const noexcept { return end_; }
    [[nodiscard]] SubscriptionCounters counters() const noexcept { return {received_, dropped_, waiting()}; }

private:
    [[nodiscard]] std::size_t waiting() const noexcept { return queue_.size() + replay_.size() - replayed_; }
    [[nodiscard]] bool make_room(PortCounters& counters) noexcept;
    void end_as_too_slow(PortCounters& counters) noexcept;
    void drop_all() noexcept;
    void wake() noexcept;

    std::string topic_;
    SubscribeOptions options_;
    std::shared_ptr<LocalTopic> local_;  // null when it never began, or has left
    std::uint64_t since_ = 0;
    std::uint64_t start_id_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t dropped_ = 0;
    MessageQueue queue_;
    std::vector<TopicMessage> replay_;
    std::size_t replayed_ = 0;
    Subscription::Receive* waiter_ = nullptr;
    EndObserver* observer_ = nullptr;
    bool woken_ = false;
    SubscriptionEnd end_ = SubscriptionEnd::none;
};

}  // namespace hyperlane::hub
