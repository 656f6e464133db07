#include <hyperlane/http/h1/connection.hpp>
#include <hyperlane/http/h1/parse_head.hpp>

#include <algorithm>
#include <cstring>

namespace hyperlane::http::h1 {

namespace {

constexpr std::uint64_t arena_body_bytes = 16 * 1024;     // bodies of known length up to this live in the arena
constexpr std::uint32_t most_skipped_bytes = 256 * 1024;  // of a body that nobody wants, to keep the connection
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

// The path of a request, in one function: the calls between its parts cost as much as the parts.

[[gnu::always_inline]] inline void Connection::run() {
    phase_ = Phase::running;
    shard_->service().on_request(*exchange_);
    if (phase_ == Phase::running) set_running_clock();
}

[[gnu::always_inline]] inline void Connection::begin_exchange(std::string_view head_text) {
    ++shard_->counters().requests;
    exchange_ = shard_->take_spare_exchange();
    exchange_->begin(*this, shard_->loop(), head_text);
    const BodyPlan plan = shard_->service().on_head(*exchange_);
    if (exchange_->head().has_body()) {
        begin_body(plan);
    } else {
        run();
    }
}

[[gnu::always_inline]] inline std::size_t Connection::read_head(std::string_view in) {
    const HeadLimits& limits = shard_->head_limits();
    const bool first_bytes = seen_ == 0;
    if (!first_bytes && !head_has_news(in, seen_, limits)) {
        seen_ = static_cast<std::uint32_t>(in.size());
        return 0;
    }
    RequestHead& head = shard_->spare_exchange().prepare_head(limits.fields);
    const HeadResult parsed = parse_request_head(in, head, limits);
    if (parsed.ok()) [[likely]] {
        seen_ = 0;
        begin_exchange(in.substr(0, parsed.used));
        return parsed.used;
    }
    if (!parsed.need_more()) {
        refuse(status_of(parsed.error), message_of(parsed.error));
        return in.size();
    }
    seen_ = static_cast<std::uint32_t>(in.size());
    if (first_bytes) set_deadline(shard_->limits().head_timeout);
    return 0;
}

[[gnu::always_inline]] inline std::size_t Connection::consume_some(std::string_view in) {
    if (phase_ == Phase::head) [[likely]] {
        // A client that asks and asks and never reads is not served further until it has read.
        return output_.pending_bytes() > shard_->limits().unsent_bytes ? 0 : read_head(in);
    }
    switch (phase_) {
        case Phase::head:
        case Phase::body:
        case Phase::skip: return read_body(in);
        case Phase::running: return receiving_body() ? read_body(in) : 0;
        case Phase::upgrading: return 0;  // not HTTP any more
        case Phase::closing: must_linger_ = true; break;
        case Phase::closed: break;
    }
    return in.size();
}

std::size_t Connection::consume(std::string_view in) {
    consuming_ = true;
    std::size_t at = 0;
    while (at < in.size()) {
        const std::size_t used = consume_some(in.substr(at));
        if (used == 0) break;
        at += used;
    }
    consuming_ = false;
    if (deadline_due_ && phase_ == Phase::head) await_request();
    return at;
}

void Connection::resume_input() { input_.consume(consume(input_.view())); }

[[gnu::always_inline]] inline void Connection::receive(std::string_view bytes) {
    if (!input_.empty()) {
        input_.append(bytes);
        resume_input();
    } else {
        const std::size_t used = consume(bytes);
        if (used < bytes.size() && phase_ != Phase::closed) input_.append(bytes.substr(used));
    }
    after_io();
}

void Connection::on_readable() noexcept {
    const auto buffer = shard_->receive_buffer();
    const auto got = stream_->read_some(buffer);
    switch (got.status) {
        case net::IoStatus::ok: receive({buffer.data(), got.bytes}); break;
        case net::IoStatus::would_block: break;
        case net::IoStatus::end: on_end(); break;
        case net::IoStatus::failed: lose(); break;
    }
}

void Connection::begin_body(BodyPlan plan) {
    RequestBody& body = exchange_->body;
    const RequestHead& head = exchange_->head();
    body.mode = plan.mode;
    body.limit = plan.limit;
    body.chunked = head.chunked;
    body.left = head.content_length;
    body.complete = false;
    body.waits_for_continue = head.expect_continue;
    if (body.chunked) body.decoder = ChunkedDecoder();
    if (!head.chunked && head.content_length > plan.limit && plan.mode != BodyMode::discard) {
        exchange_->refusal = {413, "the request body is larger than this resource takes"};
        body.mode = BodyMode::discard;
    }
    body_paused_ = body.waits_for_continue;
    if (body.mode != BodyMode::gather) return run();
    phase_ = Phase::body;
    set_deadline(shard_->limits().body_grace);
    if (!body.chunked && body.left <= arena_body_bytes) {
        body.into = exchange_->arena.allocate_array<char>(static_cast<std::size_t>(body.left));
    }
    if (body.waits_for_continue) {
        body.waits_for_continue = false;
        output_.write(continue_line);
    }
}

bool Connection::receiving_body() const noexcept {
    const RequestBody& body = exchange_->body;
    return body.mode == BodyMode::stream && !body.complete && !body.failed && !body.waits_for_continue &&
           body.unread.size() < shard_->limits().unread_bytes;
}

std::size_t Connection::read_body(std::string_view in) {
    const ExchangePtr keep = exchange_;
    RequestBody& body = keep->body;
    if (body.chunked) return read_chunked(in);
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(body.left, in.size()));
    body.left -= count;
    take_body(in.substr(0, count));
    if (body.left == 0 && exchange_) body_complete();
    return count;
}

std::size_t Connection::read_chunked(std::string_view in) {
    const ExchangePtr keep = exchange_;
    RequestBody& body = keep->body;
    std::size_t at = 0;
    for (;;) {
        const auto step = body.decoder.feed(in.substr(at));
        at += step.consumed;
        switch (step.status) {
            case ChunkedDecoder::Status::need_more: return at;
            case ChunkedDecoder::Status::data:
                take_body(step.data);
                if (body.failed || !exchange_) return in.size();
                if (phase_ == Phase::running && !receiving_body()) return at;
                break;
            case ChunkedDecoder::Status::end:
                if (!step.data.empty()) exchange_->set_trailers(step.data, ChunkLimits().trailer_fields);
                body_complete();
                return at;
            case ChunkedDecoder::Status::error:
                fail_body(status_of(body.decoder.error()), message_of(body.decoder.error()));
                return in.size();
        }
    }
}

void Connection::take_body(std::string_view data) {
    RequestBody& body = exchange_->body;
    body.received += data.size();
    buy_time(data.size());
    if (phase_ == Phase::skip) {
        dropped_bytes_ += static_cast<std::uint32_t>(data.size());
        if (dropped_bytes_ > most_skipped_bytes) give_up_body();
    } else if (body.received > body.limit) {
        fail_body(413, "the request body is larger than this resource takes");
    } else if (body.mode == BodyMode::stream) {
        body.unread.append(data);
        while (!body.readers.empty()) body.readers.front().wake();
        if (receiving_body()) return;
        body_paused_ = true;
        set_running_clock();
    } else if (body.into.data() != nullptr) {
        std::memcpy(body.into.data() + (body.received - data.size()), data.data(), data.size());
    } else {
        body.gathered.append(data);
    }
}

// Each byte buys time, but never more than the grace: neither a stall nor a trickle lasts.
void Connection::buy_time(std::size_t bytes) noexcept {
    const Limits& limits = shard_->limits();
    if (deadline_ == TimePoint::max() || timed_out_) return;
    const TimePoint latest = shard_->loop().now() + limits.body_grace;
    if (limits.body_bytes_per_second == 0) {
        deadline_ = latest;
        return;
    }
    const std::uint64_t counted = std::min<std::uint64_t>(bytes, 1u << 30);
    deadline_ =
        std::min(deadline_ + std::chrono::nanoseconds(counted * 1'000'000'000u / limits.body_bytes_per_second), latest);
}

void Connection::body_complete() {
    RequestBody& body = exchange_->body;
    body.complete = true;
    body.text = body.into.data() != nullptr ? std::string_view(body.into.data(), body.into.size()) : body.gathered;
    if (phase_ == Phase::skip) {
        exchange_ = ExchangePtr();
        return settle();
    }
    if (phase_ == Phase::body) return run();
    while (!body.readers.empty()) body.readers.front().wake();
    set_running_clock();
}

void Connection::fail_body(int status, std::string_view reason) {
    RequestBody& body = exchange_->body;
    body.failed = true;
    if (phase_ == Phase::skip) return give_up_body();
    exchange_->refusal = {status, reason};
    if (phase_ == Phase::body) return run();
    while (!body.readers.empty()) body.readers.front().wake();
    set_running_clock();
}

// The rest of a body that nobody wants is not worth more: what has been answered goes out, then the connection ends.
void Connection::give_up_body() {
    exchange_ = ExchangePtr();
    keep_alive_ = false;
    must_linger_ = true;
    settle();
}

void Connection::body_wanted(Exchange& exchange) noexcept {
    RequestBody& body = exchange.body;
    // An interim response cannot follow the head of the final one.
    if (std::exchange(body.waits_for_continue, false) && exchange.stage() == Stage::open) output_.write(continue_line);
    if (body_paused_ && receiving_body()) {
        body_paused_ = false;
        set_running_clock();
    }
    if (consuming_) return;
    if (!input_.empty()) resume_input();
    after_io();
}

void Connection::on_end() {
    peer_ended_ = true;
    if (phase_ == Phase::running && !shard_->limits().allow_half_close) return lose();
    after_io();
}

// The client has sent its last byte, and everything that could be taken of its input has been taken.
void Connection::on_input_exhausted() {
    switch (phase_) {
        case Phase::head:
            if (output_.pending_bytes() <= shard_->limits().unsent_bytes) phase_ = Phase::closing;
            return;
        case Phase::body:
        case Phase::upgrading: return lose();
        case Phase::running:
            if (receiving_body()) fail_body(400, "the request body was broken off");
            return;
        case Phase::skip: return give_up_body();
        case Phase::closing:
        case Phase::closed: return;
    }
}

bool Connection::has_room_for_input() const noexcept {
    switch (phase_) {
        case Phase::head: return output_.pending_bytes() <= shard_->limits().unsent_bytes;
        case Phase::running: {
            const RequestBody& body = exchange_->body;
            if (body.mode == BodyMode::stream && !body.complete && !body.failed) return receiving_body();
            return input_.size() < shard_->limits().unread_bytes;
        }
        case Phase::upgrading: return false;
        default: return true;
    }
}

}  // namespace hyperlane::http::h1
