#include "hub/core.hpp"

#include <cassert>
#include <utility>

namespace hyperlane::hub {

Port::Port(std::shared_ptr<Core> core, Loop& loop) : core_(std::move(core)), loop_(&loop) {}

void Port::open() {
    self_ = shared_from_this();
    loop_->scope().add(*this);
}

void Port::enter(Subscriber& subscriber, LocalTopic& local) noexcept {
    local.subscribers.push_back(subscriber);
    subscribers_.push_back(subscriber);
}

void Port::leave(Subscriber& subscriber, const std::shared_ptr<LocalTopic>& local) noexcept {
    assert((loop_ == nullptr || Loop::current() == nullptr || Loop::current() == loop_) &&
           "a subscription is used on another loop than its own");
    subscriber.ListHook<TopicTag>::unlink();
    subscriber.ListHook<PortTag>::unlink();
    core_->left(subscriber, local, local->subscribers.empty());
}

void Port::notify(const std::shared_ptr<LocalTopic>& local) {
    if (!std::exchange(local->queued, true)) queued_.push_back(local);
    post_drain();
}

void Port::post_drain() {
    if (!std::exchange(posted_, true)) loop_->post([self = shared_from_this()] { self->drain(); });
}

void Port::post_close() {
    loop_->post([self = shared_from_this()] { self->close(); });
}

// A burst is given in steps, between which the receivers run: who keeps up must not be taken for slow because many
// messages came at once. What is not in a batch yet stays in its inbox, which is bounded.
void Port::drain() {
    bool more = false;
    {
        const std::lock_guard lock(core_->mutex_);
        posted_ = false;
        std::erase_if(queued_, [&](const std::shared_ptr<LocalTopic>& local) {
            if (!local->batch.empty()) {
                more = true;
                return false;
            }
            local->queued = false;
            local->take_inbox();
            due_.push_back(local);
            return true;
        });
    }
    std::erase_if(due_, [this](const std::shared_ptr<LocalTopic>& local) { return local->deliver(counters_); });
    if (due_.empty() && !more) return;
    const std::lock_guard lock(core_->mutex_);
    post_drain();
}

void Port::close() noexcept {
    if (loop_ == nullptr) return;
    drain();
    if (!due_.empty() || !queued_.empty()) return post_close();
    const auto self = std::move(self_);
    unlink();
    end();
    subscribers_.for_each([](Subscriber& subscriber) { subscriber.finish(SubscriptionEnd::hub_closed); });
}

void Port::on_cancel() noexcept {
    const auto self = std::move(self_);
    end();
    // Nobody is woken: whoever waits is cancelled by the same scope.
    subscribers_.for_each([](Subscriber& subscriber) { subscriber.end_with_loop(); });
}

// Nothing comes in any more; subscriptions may live on.
void Port::end() noexcept {
    const std::lock_guard lock(core_->mutex_);
    core_->totals_.delivered += counters_.delivered.get();
    core_->totals_.dropped += counters_.dropped.get();
    core_->totals_.disconnected += counters_.disconnected.get();
    core_->ports_.erase(loop_);
    loop_ = nullptr;
    queued_.clear();
    subscribers_.for_each([](Subscriber& subscriber) {
        const auto& local = subscriber.local();
        std::erase(local->topic->locals, local);
    });
}

}  // namespace hyperlane::hub
