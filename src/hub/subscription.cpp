#include <hyperlane/hub/subscription.hpp>
#include "hub/subscriber.hpp"

#include <cassert>
#include <string>

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

Result<> Subscription::result() const {
    const auto of_topic = [this](std::string_view what) {
        return std::string(what) + " \"" + std::string(topic()) + "\"";
    };
    switch (end()) {
        case SubscriptionEnd::too_slow:
            return fail(ErrorCode::unavailable, of_topic("a subscriber is too slow for the topic"));
        case SubscriptionEnd::too_many_topics:
            return fail(ErrorCode::unavailable, of_topic("the hub has too many topics to make"));
        case SubscriptionEnd::bad_name:
            return fail(ErrorCode::invalid_argument, of_topic("expected UTF-8 as the name of a subscriber of"));
        case SubscriptionEnd::none:
        case SubscriptionEnd::closed:
        case SubscriptionEnd::hub_closed:
        case SubscriptionEnd::loop_ended: break;
    }
    return {};
}

SubscriptionCounters Subscription::counters() const noexcept { return subscriber_->counters(); }

void Subscription::observe_end(hub::EndObserver* observer) noexcept { subscriber_->observe_end(observer); }

void Subscription::close() noexcept { subscriber_->close(); }

bool Subscription::Receive::begin() noexcept {
    if (subscriber_ == nullptr || !subscriber_->must_wait()) return true;
    assert(subscriber_->waiter() == nullptr && "two receivers of one subscription at the same time");
    subscriber_->set_waiter(this);
    return false;
}

std::optional<TopicMessage> Subscription::Receive::take() noexcept {
    detach();
    return subscriber_ == nullptr ? std::nullopt : subscriber_->take();
}

void Subscription::Receive::detach() noexcept {
    if (subscriber_ != nullptr && subscriber_->waiter() == this) subscriber_->set_waiter(nullptr);
}

}  // namespace hyperlane
