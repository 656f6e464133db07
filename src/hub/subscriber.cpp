#include "hub/subscriber.hpp"
#include "hub/core.hpp"

#include <algorithm>
#include <utility>

namespace hyperlane::hub {

Subscriber::Subscriber(std::string_view topic, SubscribeOptions options, std::shared_ptr<LocalTopic> local,
                       std::uint64_t since, std::uint64_t start_id)
    : topic_(topic), options_(std::move(options)), local_(std::move(local)), since_(since), start_id_(start_id) {
    options_.capacity = std::max<std::size_t>(options_.capacity, 1);
}

Subscriber::~Subscriber() {
    close();
    if (waiter_ != nullptr) waiter_->subscriber_ = nullptr;
}

void Subscriber::offer(const TopicMessage& message, PortCounters& counters) {
    if (end_ != SubscriptionEnd::none || message.order() <= since_) return;
    const bool presence = message.kind() == MessageKind::joined || message.kind() == MessageKind::left;
    if (presence && !options_.hears_presence) return;
    if (queue_.size() >= options_.capacity && !make_room(counters)) return;
    queue_.push(message);
    counters.delivered.add(1);
    wake();
}

void Subscriber::miss(std::uint64_t count, std::uint64_t lost_until, PortCounters& counters) noexcept {
    if (end_ != SubscriptionEnd::none || lost_until <= since_) return;
    dropped_ += count;
    counters.dropped.add(count);
    if (options_.when_full == SlowPolicy::disconnect) end_as_too_slow(counters);
}

bool Subscriber::make_room(PortCounters& counters) noexcept {
    ++dropped_;
    counters.dropped.add(1);
    switch (options_.when_full) {
        case SlowPolicy::drop_oldest: (void)queue_.pop(); return true;
        case SlowPolicy::drop_newest: return false;
        case SlowPolicy::disconnect: break;
    }
    end_as_too_slow(counters);
    return false;
}

// What it would get after a gap is of no use to one that wants no gaps, and its memory is of use to others.
void Subscriber::end_as_too_slow(PortCounters& counters) noexcept {
    dropped_ += waiting();
    counters.dropped.add(waiting());
    counters.disconnected.add(1);
    drop_all();
    finish(SubscriptionEnd::too_slow);
}

void Subscriber::finish(SubscriptionEnd end) noexcept {
    if (end_ != SubscriptionEnd::none) return;
    end_ = end;
    wake();
    if (observer_ != nullptr) observer_->on_end(end);
}

void Subscriber::close() noexcept {
    finish(SubscriptionEnd::closed);
    drop_all();
    if (const auto local = std::exchange(local_, nullptr)) local->port->leave(*this, local);
}

void Subscriber::drop_all() noexcept {
    queue_.clear();
    replay_.clear();
    replayed_ = 0;
}

bool Subscriber::must_wait() const noexcept { return waiting() == 0 && end_ == SubscriptionEnd::none; }

std::optional<TopicMessage> Subscriber::take() noexcept {
    if (waiting() == 0) return std::nullopt;
    ++received_;
    if (replay_.empty()) return queue_.pop();
    TopicMessage message = std::move(replay_[replayed_++]);
    if (replayed_ == replay_.size()) {
        std::vector<TopicMessage>().swap(replay_);
        replayed_ = 0;
    }
    return message;
}

// The receiver stays known until it has resumed, so that it can be told if this is destroyed before that.
void Subscriber::wake() noexcept {
    if (waiter_ != nullptr && !std::exchange(woken_, true)) waiter_->wake();
}

void Subscriber::set_waiter(Subscription::Receive* waiter) noexcept {
    waiter_ = waiter;
    woken_ = false;
}

}  // namespace hyperlane::hub
