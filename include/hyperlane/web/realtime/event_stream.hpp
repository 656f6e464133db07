#pragma once

/// Server-Sent Events (WHATWG HTML 9.2): a response that stays open, on which events go to a browser's `EventSource`.
///
///     Task<> ticker(Context ctx) {
///         EventStream events(ctx);
///         for (;;) {
///             if (!co_await events.send("tick")) co_return;  // the client has gone
///             co_await sleep(1s);
///         }
///     }

#include <hyperlane/base/clock.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/hub/subscription.hpp>
#include <hyperlane/io/loop.hpp>
#include <hyperlane/io/task.hpp>
#include <hyperlane/web/context.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hyperlane {

class Hub;

/// One event, in UTF-8; all parts may be left out. A client tells its page of those that have data, however short.
struct ServerEvent {
    std::string_view event = {};                                    ///< without CR, LF, NUL; empty: "message"
    std::optional<std::string_view> data = std::nullopt;            ///< of any number of lines
    std::optional<std::string_view> id = std::nullopt;              ///< without CR, LF, NUL; empty: forget the last one
    std::optional<std::chrono::milliseconds> retry = std::nullopt;  ///< how long the client waits before it comes back
    std::optional<std::string_view> comment = std::nullopt;         ///< nobody is told of it
};

struct EventStreamOptions {
    /// After a silence of this length a comment is sent, so that proxies do not take the connection for dead and a
    /// client that has vanished is noticed. Zero: never.
    std::chrono::milliseconds heartbeat{15'000};
    /// Sent first: how long the client waits before it comes back.
    std::optional<std::chrono::milliseconds> retry = std::nullopt;
};

namespace web {

/// Append `event` as it goes over the wire.
/// errors   invalid_argument: text that is no UTF-8, CR, LF or NUL in `event` or `id`, a `retry` below zero; nothing
///          has been appended
Result<> write_event(const ServerEvent& event, std::string& out);

/// The comment of an idle stream: one timer in the stream, no task.
class Heartbeat final : io::Timer {
public:
    Heartbeat(http::Exchange& exchange, Duration length) noexcept : exchange_(&exchange), length_(length) {}
    /// Something has been sent. Costs nothing: the timer looks at this when it fires.
    void note_sent() noexcept;

private:
    void on_timer() noexcept override;

    http::Exchange* exchange_;
    Duration length_;
    TimePoint last_sent_{};
};

}  // namespace web

/// An event stream on the response of a context. Made in a handler, on the stack; the head goes out at once, with
/// Content-Type, Cache-Control: no-store and, against buffering proxies, X-Accel-Buffering: no. When the handler
/// returns the stream ends, and an `EventSource` comes back for more.
///
/// A client that goes away cancels the handler, like that of any request.
///
/// cost     nothing per event, once its buffer has grown; an idle stream holds the frame of its handler
/// threads  the loop of the context
class EventStream {
public:
    class Sent;

    explicit EventStream(Context ctx, EventStreamOptions options = {});
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;

    /// Send an event at once, in one chunk; `co_await` what comes back to be held while the client is slow.
    ///
    /// returns  Result<>: invalid_argument, see `web::write_event`; closed if the client has gone; already_done when
    ///          the response was sent before this stream, or is one to HEAD, which has no body
    /// cancel   throws Cancelled
    Sent send(const ServerEvent& event);
    /// An event that has nothing but data.
    Sent send(std::string_view data);
    /// What `web::write_event` has written.
    Sent send_encoded(std::string_view text);

    /// The id of the last event that the client has got: of the field Last-Event-ID, else of the parameter
    /// `lastEventId` or `last_event_id` of the query; empty if it says none.
    [[nodiscard]] std::string_view last_event_id() const;
    /// The same for `SubscribeOptions::after`. What is no number becomes one that no topic knows.
    [[nodiscard]] std::optional<std::uint64_t> last_event_number() const;

    /// Send what a subscription gives until it ends, with ids for `SubscribeOptions::after`: a message under the event
    /// name of its publisher; joins and leaves as "joined" and "left" with the name as data; "reset" when what was
    /// missed is gone, so that the page loads afresh what it shows. A subscription without `after` begins by telling
    /// the client the present id, so that nothing is missed from there on. Messages that wait go out in one write.
    ///
    /// Bytes go out as base64.
    ///
    /// in       one subscription per stream: ids of different topics mean different things
    /// returns  nothing when the hub has closed; errors: closed: the client has gone; already_done; what
    ///          `Subscription::result` says, which is also a line in the log: the client may come back
    /// cost     a message is encoded once, however many streams send it
    /// cancel   throws Cancelled
    Task<Result<>> forward(Subscription subscription);
    /// Forward `topic` from where the client stopped.
    Task<Result<>> follow(Hub hub, std::string topic);
    Task<Result<>> follow(Hub hub, std::string topic, SubscribeOptions options);

    [[nodiscard]] bool is_connected() const noexcept { return ctx_.is_connected(); }

private:
    [[nodiscard]] Result<> send_now(std::string_view text);
    [[nodiscard]] Sent send_burst(TopicMessage message, Subscription& subscription);

    Context ctx_;
    web::Heartbeat heartbeat_;
    std::string text_;
};

/// Waits, if need be, until the client has taken enough.
class [[nodiscard("co_await it, to be held while the client is slow")]] EventStream::Sent final
    : http::TransportWaiter {
public:
    Sent(http::Exchange& exchange, Result<> result) : exchange_(exchange), result_(std::move(result)) {}
    ~Sent() = default;

    [[nodiscard]] bool await_ready() noexcept { return draw() && has_room(); }
    template <typename Promise>
    bool await_suspend(std::coroutine_handle<Promise> waiter) {
        if (!suspend(waiter)) return false;
        if (!suspended_to_begin_later()) wait();
        return true;
    }
    Result<> await_resume();

private:
    [[nodiscard]] bool has_room() const noexcept;
    void wait() noexcept { exchange_->transport()->wait_for_drain(*this); }
    bool begin() override;

    http::ExchangePtr exchange_;
    Result<> result_;
};

}  // namespace hyperlane
