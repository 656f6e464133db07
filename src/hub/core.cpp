#include "hub/core.hpp"
#include <hyperlane/io/log.hpp>
#include "hub/admission.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <utility>

namespace hyperlane::hub {

namespace {

std::uint64_t id_from_clock() {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count());
}

Subscription ended(std::string_view topic, SubscriptionEnd why) {
    return Subscription(std::make_unique<Subscriber>(topic, why));
}

}  // namespace

Core::Core(HubOptions options, std::unique_ptr<Broker> broker)
    : options_(std::move(options)),
      has_broker_(broker != nullptr),
      broker_(std::move(broker)),
      high_id_(options_.first_id == 0 ? 0 : options_.first_id - 1) {}

void Core::attach_broker() {
    if (has_broker_) broker_->attach(*this);
}

Result<> Core::publish(std::string_view topic, const Publication& publication) {
    const BrokerMessage message{topic, 0, publication.event, publication.text, publication.binary};
    if (auto checked = check_message(message); !checked) return checked;
    if (!has_broker_) return distribute(message);
    std::shared_ptr<Broker> broker;
    {
        const std::lock_guard lock(mutex_);
        broker = broker_;
    }
    if (broker == nullptr) return fail(ErrorCode::closed, "the hub has been closed");
    return broker->publish(message);
}

// Nobody is there to be told but the log: whoever published this did so in another process.
void Core::on_message(const BrokerMessage& message) {
    if (const auto checked = check_message(message); !checked) {
        return log(LogLevel::warn, "hub: dropped what a broker has carried: " + checked.error().message);
    }
    [[maybe_unused]] const auto sent = distribute(message);  // fails only for a hub that has closed
}

Result<> Core::distribute(const BrokerMessage& message) {
    auto shared =
        TopicMessage::make({MessageKind::message, message.topic, message.event, message.text, message.binary, 0});
    const std::lock_guard lock(mutex_);
    if (closed_) return fail(ErrorCode::closed, "the hub has been closed");
    remove_expired();
    Topic* topic = find(message.topic);
    if (topic == nullptr) {
        const TopicOptions wanted = options_for(message.topic);
        const bool kept = wanted.replay_messages > 0 && shared.bytes() <= wanted.replay_bytes;
        if (has_broker_ || !kept) {
            ++totals_.published;
            ++high_id_;  // whoever comes back to this topic has missed something
            return {};
        }
        topic = find_or_make(message.topic).get();
        if (topic == nullptr) return fail(ErrorCode::unavailable, "the hub has too many topics");
    }
    if (message.id != 0 && message.id <= topic->last_id()) return {};
    ++totals_.published;
    topic->stamp(shared, message.id);
    topic->remember(shared);
    send(*topic, shared);
    if (topic->subscriptions == 0) set_empty(*topic);
    return {};
}

void Core::on_gap(std::string_view name) {
    const std::lock_guard lock(mutex_);
    Topic* topic = find(name);
    if (topic == nullptr) return;
    topic->forget_replay();
    TopicMessage reset = topic->make_reset();
    topic->stamp(reset, 0);
    send(*topic, reset);
}

Subscription Core::subscribe(std::string_view name, SubscribeOptions options) {
    Loop* loop = Loop::current();
    assert(loop != nullptr && "subscribe() outside of a running loop");
    if (loop->scope().cancelled()) return ended(name, SubscriptionEnd::loop_ended);
    if (!is_subscriber_name(options.name)) return ended(name, SubscriptionEnd::bad_name);
    const std::lock_guard lock(mutex_);
    if (closed_) return ended(name, SubscriptionEnd::hub_closed);
    remove_expired();
    const auto topic = find_or_make(name);
    if (topic == nullptr) return ended(name, SubscriptionEnd::too_many_topics);

    // Others hear of it; it does not hear of itself, because its place in the order is taken after this.
    if (!options.name.empty() && topic->join(options.name)) announce(*topic, MessageKind::joined, options.name);
    const auto port = port_of(*loop);
    const auto local = local_of(topic, port);
    const auto after = options.after;
    auto subscriber = std::make_unique<Subscriber>(name, std::move(options), local, topic->order(), topic->last_id());
    if (after) subscriber->set_replay(topic->after(*after));
    port->enter(*subscriber, *local);
    topic->unlink();
    ++topic->subscriptions;
    ++totals_.subscriptions;
    return Subscription(std::move(subscriber));
}

void Core::left(const Subscriber& subscriber, const std::shared_ptr<LocalTopic>& local, bool last_of_loop) {
    const std::lock_guard lock(mutex_);
    Topic& topic = *local->topic;
    if (last_of_loop) std::erase(topic.locals, local);
    --topic.subscriptions;
    --totals_.subscriptions;
    if (closed_) return;
    if (!subscriber.name().empty() && topic.leave(subscriber.name())) {
        announce(topic, MessageKind::left, subscriber.name());
    }
    if (topic.subscriptions == 0) set_empty(topic);
}

void Core::announce(Topic& topic, MessageKind kind, const std::string& name) {
    if (topic.locals.empty()) return;
    auto message = TopicMessage::make({kind, topic.name(), {}, name, false, 0});
    topic.stamp(message, 0);
    send(topic, message);
}

void Core::send(Topic& topic, const TopicMessage& message) {
    for (const auto& local : topic.locals) {
        local->put(message, options_.loop_backlog);
        local->port->notify(local);
    }
}

void Core::configure(std::string_view name, TopicOptions options) {
    const std::lock_guard lock(mutex_);
    configured_.insert_or_assign(std::string(name), options);
    if (Topic* topic = find(name)) topic->configure(options);
}

std::vector<std::string> Core::present(std::string_view name) {
    const std::lock_guard lock(mutex_);
    const Topic* topic = find(name);
    return topic == nullptr ? std::vector<std::string>() : topic->present();
}

std::uint64_t Core::last_id(std::string_view name) {
    const std::lock_guard lock(mutex_);
    const Topic* topic = find(name);
    return topic == nullptr ? 0 : topic->last_id();
}

HubCounters Core::counters() {
    const std::lock_guard lock(mutex_);
    HubCounters sum = totals_;
    sum.topics = topics_.size();
    for (const auto& [loop, port] : ports_) {
        sum.delivered += port->counters().delivered.get();
        sum.dropped += port->counters().dropped.get();
        sum.disconnected += port->counters().disconnected.get();
    }
    return sum;
}

void Core::close() {
    std::shared_ptr<Broker> broker;  // destroyed without the lock: its threads may be waiting for it
    const std::lock_guard lock(mutex_);
    if (std::exchange(closed_, true)) return;
    broker.swap(broker_);
    for (const auto& [loop, port] : ports_) port->post_close();
    topics_.clear();
}

Topic* Core::find(std::string_view name) const {
    const auto found = topics_.find(name);
    return found == topics_.end() ? nullptr : found->second.get();
}

TopicOptions Core::options_for(std::string_view name) const {
    const auto found = configured_.find(name);
    return found == configured_.end() ? options_.topic : found->second;
}

std::shared_ptr<Topic> Core::find_or_make(std::string_view name) {
    if (const auto found = topics_.find(name); found != topics_.end()) return found->second;
    if (topics_.size() >= options_.topics && !make_room()) return nullptr;
    std::uint64_t before = 0;  // a broker has ids of its own
    if (!has_broker_) before = std::max(high_id_, options_.first_id == 0 ? id_from_clock() : 0);
    auto topic = std::make_shared<Topic>(name, options_for(name), before);
    topics_.emplace(name, topic);
    if (broker_ != nullptr) broker_->on_interest(name, true);
    return topic;
}

std::shared_ptr<Port> Core::port_of(Loop& loop) {
    auto& port = ports_[&loop];
    if (port == nullptr) {
        port = std::make_shared<Port>(shared_from_this(), loop);
        port->open();
    }
    return port;
}

std::shared_ptr<LocalTopic> Core::local_of(const std::shared_ptr<Topic>& topic, const std::shared_ptr<Port>& port) {
    for (const auto& local : topic->locals) {
        if (local->port == port) return local;
    }
    auto local = std::make_shared<LocalTopic>();
    local->topic = topic;
    local->port = port;
    topic->locals.push_back(local);
    return local;
}

void Core::set_empty(Topic& topic) {
    if (!topic.keeps_anything()) return remove(topic);
    topic.unlink();
    topic.empty_since = now();
    empty_.push_back(topic);
}

void Core::remove(Topic& topic) {
    high_id_ = std::max(high_id_, topic.last_id());
    if (broker_ != nullptr) broker_->on_interest(topic.name(), false);
    topics_.erase(topics_.find(topic.name()));
}

void Core::remove_expired() {
    if (empty_.empty()) return;
    const TimePoint expired = now() - options_.empty_topic_time;
    while (!empty_.empty() && empty_.front().empty_since <= expired) remove(empty_.front());
}

bool Core::make_room() {
    if (empty_.empty()) return false;
    remove(empty_.front());
    return true;
}

}  // namespace hyperlane::hub
