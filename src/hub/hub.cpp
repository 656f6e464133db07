#include <hyperlane/hub/hub.hpp>
#include "hub/core.hpp"

#include <utility>

namespace hyperlane {

Hub::Hub() : Hub(HubOptions()) {}

Hub::Hub(HubOptions options, std::unique_ptr<Broker> broker)
    : owner_(std::make_shared<hub::Owner>(std::move(options), std::move(broker))) {}

Result<> Hub::publish(std::string_view topic, const Publication& publication) const {
    return owner_->core().publish(topic, publication);
}

Subscription Hub::subscribe(std::string_view topic) const { return subscribe(topic, SubscribeOptions()); }

Subscription Hub::subscribe(std::string_view topic, SubscribeOptions options) const {
    return owner_->core().subscribe(topic, std::move(options));
}

void Hub::configure(std::string_view topic, TopicOptions options) const { owner_->core().configure(topic, options); }

std::vector<std::string> Hub::present(std::string_view topic) const { return owner_->core().present(topic); }

std::uint64_t Hub::last_id(std::string_view topic) const { return owner_->core().last_id(topic); }

HubCounters Hub::counters() const { return owner_->core().counters(); }

void Hub::close() const { owner_->core().close(); }

}  // namespace hyperlane
