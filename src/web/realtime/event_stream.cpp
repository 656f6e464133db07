#include <hyperlane/http/field_names.hpp>
#include <hyperlane/http/media_types.hpp>
#include <hyperlane/hub/hub.hpp>
#include <hyperlane/io/log.hpp>
#include <hyperlane/web/realtime/event_stream.hpp>
#include <hyperlane/web/realtime/wire_forms.hpp>
#include "json/base64.hpp"

#include <cassert>
#include <charconv>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>

namespace hyperlane {

namespace {

constexpr std::size_t most_burst_bytes = 16 * 1024;

}  // namespace

namespace web {

void Heartbeat::note_sent() noexcept {
    if (length_ <= Duration::zero()) return;
    Loop& loop = exchange_->loop();
    last_sent_ = loop.now();
    if (!armed()) loop.arm(*this, loop.now_plus(length_));
}

void Heartbeat::on_timer() noexcept {
    if (!exchange_->connected() || exchange_->stage() != http::Stage::streaming) return;
    Loop& loop = exchange_->loop();
    if (loop.now() < last_sent_ + length_) return loop.arm(*this, last_sent_ + length_);
    // A client that has not even taken what was sent before is the business of `Limits::write_timeout`.
    if (exchange_->transport()->unsent_bytes() == 0) {
        [[maybe_unused]] const auto sent = exchange_->send_data(":\n\n");
    }
    note_sent();
}

namespace {

std::string base64_of(std::string_view bytes) {
    std::string text(json::base64_length(bytes.size()), '\0');
    json::write_base64(std::as_bytes(std::span(bytes)), text.data());
    return text;
}

std::string encode_message(const TopicMessage& message) {
    const std::string id = std::to_string(message.id());
    const std::string bytes = message.binary() ? base64_of(message.text()) : std::string();
    ServerEvent event{.event = message.event(), .data = message.binary() ? bytes : message.text()};
    switch (message.kind()) {
        case TopicMessage::Kind::joined: event.event = "joined"; break;
        case TopicMessage::Kind::left: event.event = "left"; break;
        case TopicMessage::Kind::reset: event.event = "reset"; [[fallthrough]];
        case TopicMessage::Kind::message: event.id = id; break;
    }
    std::string text;
    [[maybe_unused]] const auto written = write_event(event, text);
    assert(written && "the hub has let in what no event stream can carry");
    return text;
}

// The stream ends without a word, and many a handler does not look at the reason.
Result<> report_end(const Subscription& subscription) {
    Result<> ended = subscription.result();
    if (!ended) log(LogLevel::warn, "event stream: ended: " + ended.error().message);
    return ended;
}

}  // namespace

}  // namespace web

EventStream::EventStream(Context ctx, EventStreamOptions options)
    : ctx_(std::move(ctx)), heartbeat_(ctx_.exchange(), options.heartbeat) {
    http::Exchange& exchange = ctx_.exchange();
    if (exchange.stage() != http::Stage::open) return;
    exchange.end_at_drain();
    ctx_.set_response_header(header::content_type, mime::text_event_stream);
    ctx_.set_response_header(header::cache_control, "no-store");
    ctx_.set_response_header(header::x_accel_buffering, "no");
    if (options.retry) {
        [[maybe_unused]] const auto written = web::write_event({.retry = options.retry}, text_);
    }
    [[maybe_unused]] const auto sent = send_now(text_);
}

Result<> EventStream::send_now(std::string_view text) {
    http::Exchange& exchange = ctx_.exchange();
    if (exchange.method() == Method::HEAD && exchange.stage() == http::Stage::streaming) {
        return fail(ErrorCode::already_done, "the response to HEAD has no events");
    }
    auto sent = exchange.send_data(text);
    if (sent) heartbeat_.note_sent();
    return sent;
}

EventStream::Sent EventStream::send(const ServerEvent& event) {
    text_.clear();
    if (auto written = web::write_event(event, text_); !written) return Sent(ctx_.exchange(), std::move(written));
    return send_encoded(text_);
}

EventStream::Sent EventStream::send(std::string_view data) {
    ServerEvent event;
    event.data = data;
    return send(event);
}

EventStream::Sent EventStream::send_encoded(std::string_view text) { return Sent(ctx_.exchange(), send_now(text)); }

std::string_view EventStream::last_event_id() const {
    if (const auto field = ctx_.get_request_header(header::last_event_id); field && !field->empty()) return *field;
    for (const std::string_view name : {"lastEventId", "last_event_id"}) {
        if (const auto value = ctx_.get_request_query(name)) return *value;
    }
    return {};
}

std::optional<std::uint64_t> EventStream::last_event_number() const {
    const std::string_view text = last_event_id();
    if (text.empty()) return std::nullopt;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::numeric_limits<std::uint64_t>::max();
    return number;
}

// One write for all that waits: with a thousand streams, the calls to the kernel are what a burst costs.
EventStream::Sent EventStream::send_burst(TopicMessage message, Subscription& subscription) {
    static thread_local std::string burst;  // of all streams: an idle one holds nothing
    const auto text_of = [](const TopicMessage& of) { return of.wire(web::event_stream_form, web::encode_message); };
    const std::string_view first = text_of(message);
    if (first.size() >= most_burst_bytes || subscription.counters().waiting == 0) return send_encoded(first);
    burst.assign(first);
    while (burst.size() < most_burst_bytes) {
        const auto next = subscription.try_receive();
        if (!next) break;
        burst.append(text_of(*next));
    }
    return send_encoded(burst);
}

Task<Result<>> EventStream::forward(Subscription subscription) {
    if (!subscription.resumes() && subscription.end() == SubscriptionEnd::none) {
        const std::string id = std::to_string(subscription.start_id());
        ServerEvent now;
        now.id = id;
        if (auto sent = co_await send(now); !sent) co_return sent;
    }
    while (auto message = co_await subscription.receive()) {
        if (auto sent = co_await send_burst(std::move(*message), subscription); !sent) co_return sent;
    }
    co_return web::report_end(subscription);
}

Task<Result<>> EventStream::follow(Hub hub, std::string topic) {
    return follow(std::move(hub), std::move(topic), SubscribeOptions());
}

Task<Result<>> EventStream::follow(Hub hub, std::string topic, SubscribeOptions options) {
    if (!options.after) options.after = last_event_number();
    return forward(hub.subscribe(topic, std::move(options)));
}

bool EventStream::Sent::begin() {
    if (has_room()) return true;
    wait();
    return false;
}

bool EventStream::Sent::has_room() const noexcept {
    if (!result_ || exchange_->transport() == nullptr) return true;
    return exchange_->transport()->unsent_bytes() <= exchange_->transport()->unsent_limit();
}

Result<> EventStream::Sent::await_resume() {
    throw_if_cancelled();
    if (result_ && !exchange_->connected()) return fail(ErrorCode::closed, "the client has gone");
    return std::move(result_);
}

}  // namespace hyperlane
