#include <hyperlane/http/h1/connection.hpp>
#include <hyperlane/http/h1/write_head.hpp>
#include <hyperlane/http/media_types.hpp>
#include <hyperlane/http/status.hpp>
#include <hyperlane/io/log.hpp>

#include <array>
#include <cstring>
#include <string>

namespace hyperlane::http::h1 {

namespace {

constexpr std::size_t copied_body_bytes = 16 * 1024;   // larger ones are not copied but gathered
constexpr std::size_t skipped_body_bytes = 64 * 1024;  // rather read so much for nothing than close
constexpr std::size_t framing_bytes = 256;             // status line, Content-Type, Content-Length, Date, Connection

constexpr std::string_view content_type_line = "Content-Type: text/plain; charset=utf-8\r\n";
constexpr std::string_view content_length_name = "Content-Length: ";
constexpr std::string_view chunked_line = "Transfer-Encoding: chunked\r\n";
constexpr std::string_view close_line = "Connection: close\r\n";
constexpr std::string_view upgrade_line = "Connection: Upgrade\r\n";
constexpr std::string_view keep_alive_line = "Connection: keep-alive\r\n";
constexpr std::string_view line_end = "\r\n";

// What is left of the request body would be read and dropped, so that the connection can live on.
bool can_skip(const RequestBody& body) noexcept {
    if (body.failed || body.waits_for_continue) return false;
    return body.chunked || body.left <= skipped_body_bytes;
}

}  // namespace

// After an interim status (never final, RFC 9110 15.2) and after CONNECT nobody knows what the next bytes would mean.
inline void Connection::decide_persistence(const Exchange& exchange) noexcept {
    const Response& response = exchange.response;
    keep_alive_ = exchange.head().keep_alive() && !response.wants_close() && !shard_->draining() &&
                  response.status() >= 200 && exchange.method() != Method::CONNECT &&
                  (exchange.body.complete || can_skip(exchange.body));
}

// A small text answered with 200 on a connection that lives on, as nearly every response is: when it is known that
// nothing about it is special, it is written without asking again. Everything else goes the long way below.
// returns  false if there is something special
[[gnu::always_inline]] inline bool Connection::write_usual(Exchange& exchange) {
    const Response& response = exchange.response;
    const RequestHead& head = exchange.head();
    const std::string_view body = response.body.view();
    const bool usual_request = head.minor_version == 1 && !head.connection_close && exchange.body.complete &&
                               head.method != Method::HEAD && head.method != Method::CONNECT;
    if (!usual_request || !response.is_usual() || !response.body.is_view() || shard_->draining()) return false;
    if (body.size() > copied_body_bytes) return false;
    char* out = output_.reserve(framing_bytes + response.field_bytes() + body.size());
    if (out == nullptr) return false;

    out = write_text(out, "HTTP/1.1 200 OK\r\n");
    for (const ResponseField& field : response.fields()) out = write_field(out, field.name, field.value);
    if (!response.has_content_type() && !body.empty()) out = write_text(out, content_type_line);
    out = write_decimal(write_text(out, content_length_name), body.size());
    out = write_text(out, line_end);
    out = write_text(out, shard_->date_line());
    out = write_text(out, line_end);
    output_.commit(write_text(out, body));
    exchange.set_stage(Stage::complete);
    exchange.count_body_bytes(body.size());
    keep_alive_ = true;
    body_suppressed_ = chunked_ = false;
    return true;
}

Result<> Connection::write_head(Exchange& exchange, bool whole) {
    if (!whole || !write_usual(exchange)) write_special(exchange, whole);
    if (!exchange.finished() && phase_ == Phase::running) set_running_clock();
    after_io();
    if (output_.failed()) return fail(ErrorCode::closed, "the client has gone");
    return {};
}

void Connection::write_special(Exchange& exchange, bool whole) {
    decide_persistence(exchange);
    const Response& response = exchange.response;
    const int status = response.status();
    body_suppressed_ = exchange.method() == Method::HEAD || status_forbids_body(status) || status == 205;
    if (whole) {
        write_whole(exchange);
    } else {
        write_fields(exchange, false, {});
    }
}

// A small body goes out with its head, in one copy into the cork.
inline void Connection::write_whole(Exchange& exchange) {
    Body& body = exchange.response.body;
    if (body_suppressed_ || !body.is_set()) return write_fields(exchange, true, {});
    exchange.count_body_bytes(body.size());
    if (body.is_text() && body.size() <= copied_body_bytes) return write_fields(exchange, true, body.text());
    write_fields(exchange, true, {});
    output_.write_body(body, exchange);
}

void Connection::write_fields(Exchange& exchange, bool whole, std::string_view body) {
    const Response& response = exchange.response;
    const std::size_t most = framing_bytes + response.reason().size() + response.field_bytes() + body.size();
    exchange.set_stage(whole ? Stage::complete : Stage::streaming);
    if (char* const room = output_.reserve(most)) [[likely]] {
        return output_.commit(write_text(write_framing(room, exchange, whole), body));
    }
    // Larger than the cork: rare enough to be put together elsewhere.
    std::string text(most, '\0');
    const char* const end = write_text(write_framing(text.data(), exchange, whole), body);
    text.resize(static_cast<std::size_t>(end - text.data()));
    output_.write(text);
}

char* Connection::write_framing(char* out, Exchange& exchange, bool whole) noexcept {
    const Response& response = exchange.response;
    const int status = response.status();
    out = write_status_line(out, status, response.reason());
    for (const ResponseField& field : response.fields()) out = write_field(out, field.name, field.value);
    if (response.body.is_set() && !response.has_content_type() && response.body.size() > 0) {
        out = write_text(out, content_type_line);
    }

    chunked_ = false;
    std::optional<std::uint64_t> length = response.declared_length();
    // A promise that no body follows may be kept only where none may follow.
    const bool measured = response.body.is_set() || !body_suppressed_ || (!length && status != 304);
    if (whole && measured) length = response.body.size();
    if (status_forbids_content_length(status)) {
        length.reset();
    } else if (status == 205) {
        length = 0;
    } else if (exchange.method() == Method::CONNECT && status / 100 == 2) {
        length.reset();  // RFC 9110 9.3.6
    } else if (!length && !whole && status != 304) {
        chunked_ = exchange.head().minor_version != 0;
        keep_alive_ = keep_alive_ && (chunked_ || body_suppressed_);
        if (chunked_) out = write_text(out, chunked_line);
    }
    if (length) {
        out = write_decimal(write_text(out, content_length_name), *length);
        out = write_text(out, line_end);
    }

    if (!response.has_date()) out = write_text(out, shard_->date_line());
    if (phase_ == Phase::upgrading) {
        out = write_text(out, upgrade_line);
    } else if (!keep_alive_) {
        out = write_text(out, close_line);
    } else if (exchange.head().minor_version == 0) {
        out = write_text(out, keep_alive_line);
    }
    return write_text(out, line_end);
}

Result<> Connection::write_data(Exchange& exchange, std::string_view data) {
    if (output_.failed()) return fail(ErrorCode::closed, "the client has gone");
    if (body_suppressed_) return {};
    const auto declared = exchange.response.declared_length();
    if (declared && exchange.body_bytes_sent() + data.size() > *declared) {
        return fail(ErrorCode::invalid_argument, "more body than the Content-Length of " + std::to_string(*declared));
    }
    exchange.count_body_bytes(data.size());
    if (!chunked_) {
        output_.write_parts({&data, 1});
    } else {
        std::array<char, max_chunk_head_bytes> head;
        const char* head_end = write_chunk_head(head.data(), data.size());
        const std::array parts{std::string_view(head.data(), static_cast<std::size_t>(head_end - head.data())), data,
                               chunk_end};
        output_.write_parts(parts);
    }
    after_io();
    if (output_.failed()) return fail(ErrorCode::closed, "the client has gone");
    return {};
}

void Connection::write_end(Exchange& exchange) noexcept {
    exchange.set_stage(Stage::complete);
    const auto declared = exchange.response.declared_length();
    if (exchange.response.wants_close()) keep_alive_ = false;
    if (!body_suppressed_ && declared && exchange.body_bytes_sent() != *declared) {
        log(LogLevel::error, "a handler sent " + std::to_string(exchange.body_bytes_sent()) + " bytes of a body of " +
                                 std::to_string(*declared) + ": " + std::string(exchange.path()));
        keep_alive_ = false;
    }
    if (chunked_ && !body_suppressed_) {
        output_.write(last_chunk);
        output_.write(exchange.response_trailers());
        output_.write(line_end);
    }
    after_io();
}

Result<> Connection::upgrade(Exchange& exchange, Upgrade& receiver) {
    phase_ = Phase::upgrading;
    upgrade_ = &receiver;
    clear_deadline();
    exchange.set_stage(Stage::complete);
    after_io();
    if (output_.failed()) return fail(ErrorCode::closed, "the client has gone");
    return {};
}

// Not before everything is on its way: what the other protocol writes must not overtake it. It also sends the 101, when
// it is ready for what the client does next.
void Connection::hand_over() {
    const ExchangePtr exchange = std::exchange(exchange_, ExchangePtr());
    const Response& response = exchange->response;
    std::string head(framing_bytes + response.reason().size() + response.field_bytes(), '\0');
    body_suppressed_ = true;
    const char* const end = write_framing(head.data(), *exchange, true);
    head.resize(static_cast<std::size_t>(end - head.data()));
    phase_ = Phase::closed;
    output_.discard();
    shard_->loop().disarm(*this);
    exchange->leave_transport();
    exchange->compact();
    upgrade_->take_over(std::move(stream_), std::move(head), input_.view());
    shard_->connection_ended(*this);
}

void Connection::break_off(Exchange& exchange) noexcept {
    exchange.set_stage(Stage::complete);
    keep_alive_ = false;
    const bool framed = chunked_ || exchange.response.declared_length();
    if (framed || body_suppressed_) return;
    // Closing is how this body ends: only a reset tells the client that this is not the end.
    stream_->close(true);
    lose();
}

// `finish` for what `write_usual` has written while `consume`, which goes on with the next request, is on the stack.
[[gnu::always_inline]] inline void Connection::end_usual(Exchange& exchange) noexcept {
    if (shard_->service().watches_ends()) shard_->service().on_finished(exchange);
    exchange.end_transport();
    exchange_.reset();
    timed_out_ = false;
    phase_ = Phase::head;
    await_request();
}

void Connection::finish(Exchange& exchange) noexcept {
    if (consuming_ && exchange.stage() == Stage::open && write_usual(exchange)) [[likely]]
        return end_usual(exchange);
    if (exchange.stage() == Stage::open) {
        if (!write_usual(exchange)) write_special(exchange, true);
        after_io();
    } else {
        if (exchange.stage() == Stage::streaming) write_end(exchange);
        // Since the head was sent, any of these may have come.
        if (exchange.response.wants_close() || exchange.body.failed || shard_->draining()) keep_alive_ = false;
    }
    if (shard_->service().watches_ends()) shard_->service().on_finished(exchange);
    exchange.end_transport();
    if (phase_ == Phase::closed) return;
    if (phase_ == Phase::upgrading) return end();
    timed_out_ = false;
    while (!exchange.body.readers.empty()) exchange.body.readers.front().wake();
    const bool body_complete = exchange.body.complete;
    if (!keep_alive_) {
        must_linger_ = must_linger_ || exchange.head().keep_alive() || !body_complete;
        exchange_.reset();
    } else if (body_complete) {
        exchange_.reset();
    } else {
        phase_ = Phase::skip;
        dropped_bytes_ = 0;
        set_deadline(shard_->limits().body_grace);
    }
    if (phase_ != Phase::skip) settle();
    if (consuming_) return;
    if (!input_.empty()) resume_input();
    after_io();
}

void Connection::refuse(int status, std::string_view reason) {
    ++shard_->counters().refused;
    if (log_enabled(LogLevel::debug)) {
        log(LogLevel::debug, "refused a request with " + std::to_string(status) + ": " + std::string(reason));
    }
    const std::string body =
        std::to_string(status) + " " + std::string(reason_phrase(status)) + ": " + std::string(reason) + "\n";
    std::array<char, 512> head;
    char* out = write_status_line(head.data(), status);
    out = write_text(out, content_type_line);
    out = write_decimal(write_text(out, content_length_name), body.size());
    out = write_text(out, line_end);
    out = write_text(out, shard_->date_line());
    out = write_text(out, close_line);
    out = write_text(out, line_end);
    output_.write({head.data(), static_cast<std::size_t>(out - head.data())});
    output_.write(body);
    keep_alive_ = false;
    must_linger_ = true;
    settle();
}

void Connection::pass_on_io() {
    if (peer_ended_) [[unlikely]]
        on_input_exhausted();
    if (phase_ == Phase::closed) return;
    output_.flush();
    if (output_.failed()) return lose();
    if (phase_ == Phase::upgrading && !output_.waits_for_stream()) return hand_over();
    if (phase_ == Phase::closing && !output_.waits_for_stream()) return close_down();
    if (const bool wanted = wants_to_read(); wanted != reading_) {
        reading_ = wanted;
        stream_->set_read_interest(wanted);
    }
    if (output_.waits_for_stream()) update_timer();
}

// Closing while bytes are unread makes the kernel reset the connection, which destroys the response on its way. So say
// that nothing more will come, and read until the client has closed too (RFC 9112 9.6).
void Connection::close_down() {
    const auto longest = shard_->limits().linger_timeout;
    if (!must_linger_ || peer_ended_ || longest.count() == 0) return end();
    if (half_closed_) return;
    half_closed_ = true;
    stream_->shutdown_write();
    set_deadline(longest);
    if (!reading_) {
        reading_ = true;
        stream_->set_read_interest(true);
    }
}

}  // namespace hyperlane::http::h1
