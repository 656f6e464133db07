#pragma once

/// What may enter a hub. Whatever is in it goes to many, so it is refused to the one who brings it: a text that cannot
/// be sent would otherwise end the subscription of everybody who listens.

#include <hyperlane/hub/broker.hpp>

#include <string_view>

namespace hyperlane::hub {

/// A message on its way in, from a program or from a broker.
/// errors   invalid_argument: a text that is no UTF-8 and not `binary`; an event name that is no UTF-8 or has a control
///          character
[[nodiscard]] Result<> check_message(const BrokerMessage& message);

/// May a subscriber be known by this name? Text for others.
[[nodiscard]] bool is_subscriber_name(std::string_view name) noexcept;

}  // namespace hyperlane::hub
