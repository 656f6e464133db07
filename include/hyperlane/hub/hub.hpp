#pragma once

/// Topics across all loops: whoever publishes need not know who listens, on which loop, or by which protocol.
///
///     Hub hub;
///     server.data(hub);
///     …
///     ctx.get_data<Hub>().publish("news", "hello");               // from any thread
///     Subscription news = ctx.get_data<Hub>().subscribe("news");  // on the loop that it is used on
///     while (const auto message = co_await news.receive()) …

#include <hyperlane/base/clock.hpp>
#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/base/shared_function.hpp>
#include <hyperlane/hub/broker.hpp>
#include <hyperlane/hub/subscription.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hyperlane {

namespace hub {
class Owner;
}

/// What a topic keeps for those who come back. Zero of either keeps nothing.
struct TopicOptions {
    std::size_t replay_messages = 64;
    std::size_t replay_bytes = 64 * 1024;
};

struct HubOptions {
    TopicOptions topic = {};      ///< of every topic that `configure` says nothing about
    std::size_t topics = 10'000;  ///< at most so many; empty ones make room, oldest first
    /// How long the replay of a topic without subscribers is kept, since its last message or its last subscriber. No
    /// timer looks at this: what is too old goes when the hub is used next.
    std::chrono::milliseconds empty_topic_time{60'000};
    /// Messages of one topic on their way to one loop. A loop that is held for so long that more come loses the oldest.
    std::size_t loop_backlog = 4096;
    /// Id of the first message. 0: microseconds since 1970, so that ids go on increasing over a restart and a client
    /// that comes back after one is told that it has missed something.
    std::uint64_t first_id = 0;
    /// The clock, for tests. Any thread.
    SharedFunction<TimePoint()> now = {};
};

struct Publication {
    std::string_view text;        ///< UTF-8, unless `binary`
    std::string_view event = {};  ///< what kind of message this is: UTF-8 without control characters
    bool binary = false;          ///< bytes rather than text; event streams get them as base64
};

struct HubCounters {
    std::uint64_t published = 0;
    std::uint64_t delivered = 0;     ///< messages times subscribers
    std::uint64_t dropped = 0;       ///< by the policies of subscribers
    std::uint64_t disconnected = 0;  ///< by `SlowPolicy::disconnect`
    std::size_t topics = 0;
    std::size_t subscriptions = 0;
};

/// A handle: copies are the same hub, which closes when the last of them is gone. Loops may end before or after that.
///
/// threads  any, except for `subscribe`
/// cost     one lock per call. A message is one allocation, and one `post` to each loop that has subscribers; what a
///          loop does for one of them allocates nothing
class Hub {
public:
    Hub();
    explicit Hub(HubOptions options, std::unique_ptr<Broker> broker = nullptr);

    /// Send to all subscribers of `topic`, in the same order to each.
    ///
    /// returns  when it is on its way; having no subscribers is no error
    /// errors   invalid_argument: text that is no UTF-8, a control character in `event`; closed; unavailable: too many
    ///          topics; what a broker says. Nobody gets anything then
    Result<> publish(std::string_view topic, std::string_view text) const { return publish(topic, Publication{text}); }
    Result<> publish(std::string_view topic, const Publication& publication) const;

    /// Hear of everything that is published to `topic` from now on, or after `options.after`.
    ///
    /// returns  a subscription; one that could not begin has ended, see `Subscription::end`
    /// threads  from within a running loop only
    [[nodiscard]] Subscription subscribe(std::string_view topic) const;
    [[nodiscard]] Subscription subscribe(std::string_view topic, SubscribeOptions options) const;

    /// How much one topic keeps, from its next message on.
    void configure(std::string_view topic, TopicOptions options) const;

    /// Who is in a topic: the names of its subscribers on this hub, sorted, each once. To follow it, subscribe with
    /// `hears_presence` first and ask then: an event about what the list shows already changes nothing.
    [[nodiscard]] std::vector<std::string> present(std::string_view topic) const;

    /// Of the latest message; 0 for a topic that does not exist.
    [[nodiscard]] std::uint64_t last_id(std::string_view topic) const;

    [[nodiscard]] HubCounters counters() const;

    /// End all subscriptions; they still give what is in their queues. Publishing fails from now on. Idempotent.
    void close() const;

private:
    std::shared_ptr<hub::Owner> owner_;
};

}  // namespace hyperlane
