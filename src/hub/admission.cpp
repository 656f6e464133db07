#include "hub/admission.hpp"
#include <hyperlane/base/utf8.hpp>

#include <algorithm>
#include <string>

namespace hyperlane::hub {

namespace {

bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::unexpected<Error> refused(std::string_view what, const BrokerMessage& message, std::string_view expected) {
    return fail(ErrorCode::invalid_argument, std::string(what) + " of a message to \"" + std::string(message.topic) +
                                                 "\": expected " + std::string(expected));
}

}  // namespace

Result<> check_message(const BrokerMessage& message) {
    if (std::any_of(message.event.begin(), message.event.end(), is_control) || !is_utf8(message.event)) {
        return refused("the event", message, "a name in UTF-8 without control characters");
    }
    if (!message.binary && !is_utf8(message.text)) {
        return refused("the text", message, "UTF-8; bytes are published with `binary`");
    }
    return {};
}

bool is_subscriber_name(std::string_view name) noexcept { return is_utf8(name); }

}  // namespace hyperlane::hub
