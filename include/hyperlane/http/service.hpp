#pragma once

/// The seam between the protocol and what answers: `web::Server` implements it, and so do tests.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/http/exchange.hpp>

namespace hyperlane::http {

/// Shared by all loops; its members are called on each of them.
class Service {
public:
    virtual ~Service() = default;

    /// An exchange for the pool of one loop; a service that keeps data of its own per request derives from Exchange.
    [[nodiscard]] virtual std::unique_ptr<Exchange> make_exchange() { return std::make_unique<Exchange>(); }

    /// The head is there: say how the body is to be taken. `exchange.refusal` may be set already.
    [[nodiscard]] virtual BodyPlan on_head(Exchange& exchange) noexcept = 0;

    /// Answer, now or later, and call `exchange.finish()` once. Hold the exchange (by an ExchangePtr) from the start:
    /// its connection lets go of it when it is finished, and whenever the client is lost.
    virtual void on_request(Exchange& exchange) noexcept = 0;

    /// The exchange is over: everything is handed to the network, or the client has gone. Called only if the service
    /// watches ends.
    virtual void on_finished(Exchange&) noexcept {}
    [[nodiscard]] bool watches_ends() const noexcept { return watches_ends_; }

protected:
    /// Before it serves, once: a request is not charged for a call that does nothing.
    void watch_ends() noexcept { watches_ends_ = true; }

private:
    bool watches_ends_ = false;
};

}  // namespace hyperlane::http
