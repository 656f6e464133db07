#pragma once

/// One topic, and the share that each loop has in it.

#include <hyperlane/base/clock.hpp>
#include <hyperlane/base/intrusive_list.hpp>
#include <hyperlane/hub/hub.hpp>
#include "hub/subscriber.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hyperlane::hub {

class Port;
struct EmptyTag;

/// Guarded by the lock of the hub.
class Topic : public ListHook<EmptyTag> {
public:
    /// in  `last_id`: what comes later has ids above it, and nothing up to it is known
    Topic(std::string_view name, TopicOptions options, std::uint64_t last_id)
        : name_(name), options_(options), last_id_(last_id), floor_(last_id) {}

    /// Give `message` its place, and for one that was published an id: `broker_id`, or the next one.
    void stamp(TopicMessage& message, std::uint64_t broker_id) noexcept;
    /// Keep a message that was stamped, as far as the options allow.
    void remember(const TopicMessage& message);
    void forget_replay() noexcept;
    void configure(TopicOptions options) noexcept;

    /// Everything after `id`, or a single reset.
    [[nodiscard]] std::vector<TopicMessage> after(std::uint64_t id) const;
    [[nodiscard]] TopicMessage make_reset() const;

    /// returns  whether nobody of that name was there before
    bool join(const std::string& name);
    /// returns  whether nobody of that name is there any more
    bool leave(const std::string& name);
    [[nodiscard]] std::vector<std::string> present() const;

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] std::uint64_t last_id() const noexcept { return last_id_; }
    [[nodiscard]] std::uint64_t order() const noexcept { return order_; }
    [[nodiscard]] bool keeps_anything() const noexcept { return !replay_.empty(); }

    std::vector<std::shared_ptr<LocalTopic>> locals;
    std::size_t subscriptions = 0;
    TimePoint empty_since{};

private:
    void trim() noexcept;

    std::string name_;
    TopicOptions options_;
    std::uint64_t order_ = 0;
    std::uint64_t last_id_;
    std::uint64_t floor_;  // everything that was published after this id is in the replay
    std::deque<TopicMessage> replay_;
    std::size_t replay_bytes_ = 0;
    std::map<std::string, std::size_t> members_;  // and how many subscriptions each has
};

/// What one loop has of a topic: its subscribers, which only that loop touches, and what is on its way to them.
struct LocalTopic {
    std::shared_ptr<Topic> topic;
    std::shared_ptr<Port> port;

    // The loop's
    IntrusiveList<Subscriber, TopicTag> subscribers;
    std::vector<TopicMessage> batch;  // taken from the inbox
    std::size_t delivered = 0;        // of the batch
    std::uint64_t batch_lost = 0;     // before it
    std::uint64_t batch_lost_until = 0;

    // Guarded by the lock of the hub
    std::vector<TopicMessage> inbox;
    std::uint64_t lost = 0;
    std::uint64_t lost_until = 0;
    bool queued = false;

    /// Put `message` into the inbox, dropping the oldest one if there are `most` already.
    void put(const TopicMessage& message, std::size_t most);
    /// Make what is in the inbox the batch.
    void take_inbox() noexcept;
    /// Give the batch to all subscribers, as far as none gets more than it could take if it had its turn.
    /// returns  whether that was all of it
    bool deliver(PortCounters& counters);
};

}  // namespace hyperlane::hub
