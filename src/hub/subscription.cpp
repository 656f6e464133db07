#include <hyperlane/hub/subscription.hpp>
#include "hub/subscriber.hpp"

#include <cassert>

namespace hyperlane {

Subscription::Subscription(std::unique_ptr<hub::Subscriber> subscriber) noexcept : subscriber_(std::move(subscriber)) {}
Subscription::Subscription(Subscription&& other) noexcept = default;
Subscription& Subscription::operator=(Subscription&& other) noexcept = default;
Subscription::~Subscription() = default;

std::optional<TopicMessage> Subscription::try_receive() noexcept { return subscriber_->take(); }

std::string_view Subscription::topic() const noexcept { return subscriber_->topic(); }

std::uint64_t Subscription::start_id() const noexcept { return subscriber_->start_id(); }

bool Subscription::resumes() const noexcept { return subscriber_->resumes(); }

SubscriptionEnd Subscription::end() const noexcept { return subscriber_->end(); }

SubscriptionCounters Subscription::counters() const noexcept { return subscriber_->counters(); }

void Subscription::observe_end(hub::EndObserver* observer) noexcept { subscriber_->observe_end(observer); }

void Subscription::close() noexcept { subscriber_->close(); }

bool Subscription::Receive::park() noexcept {
    if (subscriber_ == nullptr || !subscriber_->must_wait()) return false;
    assert(subscriber_->waiter() == nullptr && "two receivers of one subscription at the same time");
    subscriber_->set_waiter(this);
    return true;
}

std::optional<TopicMessage> Subscription::Receive::take() noexcept {
    detach();
    return subscriber_ == nullptr ? std::nullopt : subscriber_->take();
}

void Subscription::Receive::detach() noexcept {
    if (subscriber_ != nullptr && subscriber_->waiter() == this) subscriber_->set_waiter(nullptr);
}

}  // namespace hyperlane
