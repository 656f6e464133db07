#include "hub/topic.hpp"

#include <algorithm>
#include <utility>

namespace hyperlane::hub {

void Topic::stamp(TopicMessage& message, std::uint64_t broker_id) noexcept {
    MessageData& data = message.data();
    data.order = ++order_;
    if (data.kind != MessageKind::message) return;
    // What a broker carried before this topic was wanted here is not known.
    if (broker_id != 0 && last_id_ == 0) floor_ = broker_id - 1;
    data.id = last_id_ = broker_id != 0 ? broker_id : last_id_ + 1;
}

void Topic::remember(const TopicMessage& message) {
    replay_.push_back(message);
    replay_bytes_ += message.bytes();
    trim();
}

void Topic::trim() noexcept {
    while (!replay_.empty() && (replay_.size() > options_.replay_messages || replay_bytes_ > options_.replay_bytes)) {
        floor_ = replay_.front().id();
        replay_bytes_ -= replay_.front().bytes();
        replay_.pop_front();
    }
}

void Topic::forget_replay() noexcept {
    replay_.clear();
    replay_bytes_ = 0;
    floor_ = last_id_;
}

void Topic::configure(TopicOptions options) noexcept {
    options_ = options;
    trim();
}

std::vector<TopicMessage> Topic::after(std::uint64_t id) const {
    if (id < floor_ || id > last_id_) return {make_reset()};
    const auto first =
        std::upper_bound(replay_.begin(), replay_.end(), id,
                         [](std::uint64_t wanted, const TopicMessage& kept) { return wanted < kept.id(); });
    return {first, replay_.end()};
}

TopicMessage Topic::make_reset() const {
    return TopicMessage::make({.kind = MessageKind::reset, .topic = name_, .event = {}, .text = {}, .id = last_id_});
}

bool Topic::join(const std::string& name) { return ++members_[name] == 1; }

bool Topic::leave(const std::string& name) {
    const auto found = members_.find(name);
    if (found == members_.end() || --found->second > 0) return false;
    members_.erase(found);
    return true;
}

std::vector<std::string> Topic::present() const {
    std::vector<std::string> names;
    names.reserve(members_.size());
    for (const auto& [name, count] : members_) names.push_back(name);
    return names;
}

void LocalTopic::put(const TopicMessage& message, std::size_t most) {
    if (inbox.size() >= std::max<std::size_t>(most, 1)) {
        ++lost;
        lost_until = inbox.front().order();
        inbox.erase(inbox.begin());
    }
    inbox.push_back(message);
}

void LocalTopic::take_inbox() noexcept {
    batch.swap(inbox);
    batch_lost = std::exchange(lost, 0);
    batch_lost_until = lost_until;
}

bool LocalTopic::deliver(PortCounters& counters) {
    if (const std::uint64_t count = std::exchange(batch_lost, 0); count > 0) {
        subscribers.for_each([&](Subscriber& subscriber) { subscriber.miss(count, batch_lost_until, counters); });
    }
    bool somebody_full = false;
    const auto look = [&](const Subscriber& subscriber) {
        somebody_full = somebody_full || subscriber.is_full_before_its_turn();
    };
    subscribers.for_each(look);
    while (delivered < batch.size() && !somebody_full) {
        const TopicMessage& message = batch[delivered++];
        subscribers.for_each([&](Subscriber& subscriber) {
            subscriber.offer(message, counters);
            look(subscriber);
        });
    }
    if (delivered < batch.size()) return false;
    batch.clear();
    delivered = 0;
    return true;
}

}  // namespace hyperlane::hub
