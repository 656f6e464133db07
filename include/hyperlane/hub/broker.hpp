#pragma once

/// The seam between a hub and others of its kind: a broker carries what is published to every hub that is connected to
/// it, and decides the order. Without one a hub is on its own and decides by itself.

#include <hyperlane/base/result.hpp>

#include <cstdint>
#include <string_view>

namespace hyperlane {

struct BrokerMessage {
    std::string_view topic;
    std::uint64_t id = 0;  ///< increases within a topic; 0 when publishing, where the broker chooses it
    std::string_view event;
    std::string_view text;
    bool binary = false;
};

class Broker {
public:
    /// The hub, as the broker sees it. Any thread; the calls for one topic come one after the other.
    class Receiver {
    public:
        /// Something was published, by this hub or by another. An id that is not above the latest one of its topic has
        /// been seen already and is dropped; so is what `Hub::publish` would refuse, with a line in the log.
        virtual void on_message(const BrokerMessage& message) = 0;
        /// Messages of this topic may have been lost: subscribers get a `reset`, the replay is forgotten.
        virtual void on_gap(std::string_view topic) = 0;

    protected:
        ~Receiver() = default;
    };

    Broker() = default;
    Broker(const Broker&) = delete;
    Broker& operator=(const Broker&) = delete;
    /// After this nothing is told to the receiver any more.
    virtual ~Broker() = default;

    /// Called once, before anything else. The receiver outlives the broker.
    virtual void attach(Receiver& receiver) = 0;

    /// Carry `message` to all hubs, back to this one as well: its own subscribers hear of it by `on_message` only.
    /// errors   whatever keeps it from being carried; nobody gets it then
    /// threads  any
    virtual Result<> publish(const BrokerMessage& message) = 0;

    /// The hub has its first subscriber of a topic, or has lost the last one. Must not call the receiver before it
    /// returns.
    virtual void on_interest(std::string_view topic, bool wanted) = 0;
};

}  // namespace hyperlane
