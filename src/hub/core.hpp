#pragma once

/// What all handles of a hub share, and its port to each loop.

#include <hyperlane/base/intrusive_list.hpp>
#include <hyperlane/hub/hub.hpp>
#include <hyperlane/io/loop.hpp>
#include "hub/topic.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hyperlane::hub {

class Core;

/// Where messages come into one loop. It is told when the loop ends, and nothing is posted there afterwards.
class Port final : io::CancelHook, public std::enable_shared_from_this<Port> {
public:
    Port(std::shared_ptr<Core> core, Loop& loop);
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;

    // The loop's thread

    /// Listen to the end of the loop, which keeps the port alive until then.
    void open();
    void enter(Subscriber& subscriber, LocalTopic& local) noexcept;
    void leave(Subscriber& subscriber, const std::shared_ptr<LocalTopic>& local) noexcept;
    /// The hub has closed.
    void close() noexcept;

    // Guarded by the lock of the hub

    /// Have `local` drained soon. One post, until it has run, serves all topics.
    void notify(const std::shared_ptr<LocalTopic>& local);
    void post_close();

    [[nodiscard]] const PortCounters& counters() const noexcept { return counters_; }

private:
    void post_drain();
    void drain();
    void end() noexcept;
    void on_cancel() noexcept override;

    std::shared_ptr<Core> core_;
    Loop* loop_;  // null after its end; written by its thread, under the lock
    std::vector<std::shared_ptr<LocalTopic>> queued_;
    bool posted_ = false;

    // The loop's
    IntrusiveList<Subscriber, PortTag> subscribers_;
    std::vector<std::shared_ptr<LocalTopic>> due_;  // whose batches are being delivered
    PortCounters counters_;
    std::shared_ptr<Port> self_;
};

/// Everything is guarded by one lock: what is done under it is a few list operations, and one `post` for each loop that
/// has subscribers. No code of a user or a broker runs under it, but for `Broker::on_interest` and the clock.
class Core final : Broker::Receiver, public std::enable_shared_from_this<Core> {
public:
    Core(HubOptions options, std::unique_ptr<Broker> broker);
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;

    void attach_broker();
    Result<> publish(std::string_view topic, const Publication& publication);
    [[nodiscard]] Subscription subscribe(std::string_view topic, SubscribeOptions options);
    void configure(std::string_view topic, TopicOptions options);
    [[nodiscard]] std::vector<std::string> present(std::string_view topic);
    [[nodiscard]] std::uint64_t last_id(std::string_view topic);
    [[nodiscard]] HubCounters counters();
    void close();

private:
    friend class Port;
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>()(text); }
    };
    template <typename T>
    using ByName = std::unordered_map<std::string, T, Hash, std::equal_to<>>;

    // Broker::Receiver
    void on_message(const BrokerMessage& message) override;
    void on_gap(std::string_view topic) override;

    Result<> distribute(const BrokerMessage& message);
    void left(const Subscriber& subscriber, const std::shared_ptr<LocalTopic>& local, bool last_of_loop);

    // Under the lock
    [[nodiscard]] Topic* find(std::string_view name) const;
    /// Null when there are too many.
    [[nodiscard]] std::shared_ptr<Topic> find_or_make(std::string_view name);
    [[nodiscard]] TopicOptions options_for(std::string_view name) const;
    [[nodiscard]] std::shared_ptr<Port> port_of(Loop& loop);
    [[nodiscard]] std::shared_ptr<LocalTopic> local_of(const std::shared_ptr<Topic>& topic,
                                                       const std::shared_ptr<Port>& port);
    void send(Topic& topic, const TopicMessage& message);
    void announce(Topic& topic, MessageKind kind, const std::string& name);
    void set_empty(Topic& topic);
    void remove(Topic& topic);
    void remove_expired();
    [[nodiscard]] bool make_room();
    [[nodiscard]] TimePoint now() const { return options_.now ? options_.now() : Clock::now(); }

    const HubOptions options_;
    const bool has_broker_;
    std::mutex mutex_;
    std::shared_ptr<Broker> broker_;  // null once closed; a call that is under way holds a share
    ByName<std::shared_ptr<Topic>> topics_;
    ByName<TopicOptions> configured_;
    IntrusiveList<Topic, EmptyTag> empty_;  // in the order in which they became so
    std::unordered_map<Loop*, std::shared_ptr<Port>> ports_;
    std::uint64_t high_id_;  // above every id of a topic that is no more
    HubCounters totals_;     // of the ports that are no more; published and subscriptions of all
    bool closed_ = false;
};

/// Closes the hub when the last handle is gone; subscriptions and ports hold the core on their own.
class Owner {
public:
    Owner(HubOptions options, std::unique_ptr<Broker> broker)
        : core_(std::make_shared<Core>(std::move(options), std::move(broker))) {
        core_->attach_broker();
    }
    Owner(const Owner&) = delete;
    Owner& operator=(const Owner&) = delete;
    ~Owner() { core_->close(); }
    [[nodiscard]] Core& core() const noexcept { return *core_; }

private:
    std::shared_ptr<Core> core_;
};

}  // namespace hyperlane::hub
