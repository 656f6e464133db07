#include <hyperlane/http/exchange.hpp>
#include <hyperlane/http/h1/write_head.hpp>
#include <hyperlane/http/list.hpp>
#include <hyperlane/http/shard.hpp>
#include <hyperlane/http/upgrade.hpp>

#include <algorithm>
#include <cassert>

namespace hyperlane::http {

namespace {

constexpr std::size_t kept_text_bytes = 16 * 1024;

// An exchange that once held a large body must not hold its memory for ever.
void forget(std::string& text) noexcept {
    if (text.capacity() > kept_text_bytes) {
        std::string().swap(text);
    } else {
        text.clear();
    }
}

ErrorCode code_of_refusal(int status) noexcept {
    switch (status) {
        case 408: return ErrorCode::timed_out;
        case 413: return ErrorCode::too_large;
        default: return ErrorCode::bad_message;
    }
}

}  // namespace

void RequestBody::empty_out() noexcept {
    mode = BodyMode::gather;
    chunked = failed = waits_for_continue = false;
    complete = true;
    limit = received = left = 0;
    text = {};
    into = {};
    forget(gathered);
    forget(unread);
    forget(handed);
}

Exchange::~Exchange() = default;

std::optional<std::string_view> Exchange::field(std::string_view name) const noexcept {
    const Field* found = head_.find(base_, name);
    if (found == nullptr) return std::nullopt;
    return found->value(base_);
}

void Exchange::grow_head(std::size_t max_fields) {
    field_storage_ = std::vector<Field>(max_fields);
    head_.storage = field_storage_;
}

void Exchange::set_trailers(std::string_view section, std::size_t max_fields) {
    const std::string_view kept = arena.copy(section);
    const auto found = arena.allocate_array<Field>(max_fields);
    const std::size_t count = h1::parse_trailers(kept, found);
    const auto trailers = arena.allocate_array<ResponseField>(count);
    for (std::size_t i = 0; i < count; ++i) {
        trailers[i] = {found[i].name(kept.data()), found[i].value(kept.data())};
    }
    trailers_ = trailers;
    untouched_ = false;
}

Result<> Exchange::add_response_trailer(std::string_view name, std::string_view value) {
    if (!h1::is_valid_field_name(name) || !h1::is_valid_field_value(value) || !h1::is_allowed_in_trailers(name)) {
        return fail(ErrorCode::invalid_argument, "response trailer \"" + std::string(name) +
                                                     "\": a name that trailers may carry and a value without control "
                                                     "characters (RFC 9110 6.5.1)");
    }
    const std::size_t size = response_trailers_.size() + name.size() + value.size() + h1::field_overhead_bytes;
    char* text = arena.allocate_text(size);
    h1::write_field(h1::write_text(text, response_trailers_), name, value);
    response_trailers_ = {text, size};
    untouched_ = false;
    return {};
}

Result<> Exchange::send() {
    if (stage_ != Stage::open) return fail(ErrorCode::already_done, "the response has been sent already");
    if (transport_ == nullptr) return fail(ErrorCode::closed, "the client has gone");
    return transport_->write_head(*this, response.body.is_set());
}

Result<> Exchange::send_whole() {
    if (stage_ != Stage::open) return fail(ErrorCode::already_done, "the response has been sent already");
    if (transport_ == nullptr) return fail(ErrorCode::closed, "the client has gone");
    return transport_->write_head(*this, true);
}

Result<> Exchange::send_data(std::string_view data) {
    if (stage_ == Stage::complete) return fail(ErrorCode::already_done, "the response is complete already");
    if (transport_ == nullptr) return fail(ErrorCode::closed, "the client has gone");
    if (stage_ == Stage::open) {
        if (auto sent = send_stream_head(); !sent) return sent;
    }
    if (data.empty()) return {};
    return transport_->write_data(*this, data);
}

// A body that was set before is the first piece.
Result<> Exchange::send_stream_head() {
    if (!response.body.is_text()) {
        return fail(ErrorCode::invalid_argument,
                    "the body that was set is a file or has several pieces: it is sent whole, nothing can follow it");
    }
    auto sent = transport_->write_head(*this, false);
    const std::string_view first = response.body.text();
    if (sent && !first.empty()) sent = transport_->write_data(*this, first);
    return sent;
}

Result<> Exchange::upgrade(Upgrade& receiver) {
    if (stage_ != Stage::open) return fail(ErrorCode::already_done, "the response has been sent already");
    if (transport_ == nullptr) return fail(ErrorCode::closed, "the client has gone");
    if (head_.minor_version == 0) {
        return fail(ErrorCode::invalid_argument, "HTTP/1.0 has no upgrade (RFC 9110 7.8)");
    }
    if (!body.complete) {
        return fail(ErrorCode::invalid_argument, "an upgrade waits until the request's body has been read");
    }
    response.body.clear();
    if (auto set = response.set_status(101); !set) return set;
    return transport_->upgrade(*this, receiver);
}

void Exchange::close() noexcept {
    response.want_close();
    if (stage_ == Stage::streaming && transport_ != nullptr) transport_->write_end(*this);
}

void Exchange::break_off() noexcept {
    if (stage_ == Stage::streaming && transport_ != nullptr) transport_->break_off(*this);
}

io::CancelScope& Exchange::after_scope() noexcept {
    untouched_ = false;
    after_scope_.attach(&loop_->scope());
    return after_scope_;
}

void Exchange::finish_lost() noexcept {
    if (shard_ != nullptr && shard_->service().watches_ends()) shard_->service().on_finished(*this);
}

net::Address Exchange::peer_address() const {
    if (transport_ != nullptr) return transport_->peer_address();
    return lost_peer_;
}

net::Address Exchange::local_address() const {
    return transport_ != nullptr ? transport_->local_address() : net::Address();
}

void Exchange::compact() {
    if (field_storage_.size() == head_.field_count) return;
    const auto fields = head_.fields();
    field_storage_ = std::vector<Field>(fields.begin(), fields.end());
    head_.storage = field_storage_;
}

void Exchange::leave_transport() noexcept {
    untouched_ = false;
    lost_peer_ = transport_->peer_address();
    transport_ = nullptr;
    while (!body.readers.empty()) body.readers.front().wake();
}

void Exchange::lose_transport() noexcept {
    leave_transport();
    scope().cancel();
}

void Exchange::reset_touched() noexcept {
    lost_peer_ = net::Address();
    scope_.reset();
    after_scope_.reset();
    trailers_ = {};
    response_trailers_ = {};
    untouched_ = true;
}

void Exchange::recycle() noexcept {
    reset();
    give_back();
}

bool Sending::await_ready() { return draw() && send(); }

bool Sending::begin() {
    if (send()) return true;
    wait();
    return false;
}

bool Sending::send() {
    switch (what_) {
        case What::response: result_ = exchange_->send(); break;
        case What::whole: result_ = exchange_->send_whole(); break;
        case What::data: result_ = exchange_->send_data(data_); break;
    }
    if (!result_ || exchange_->transport() == nullptr) return true;
    return exchange_->transport()->unsent_bytes() <= exchange_->transport()->unsent_limit();
}

Result<> Sending::await_resume() {
    throw_if_cancelled();
    if (result_ && !exchange_->connected() && exchange_->stage() != Stage::complete) {
        return fail(ErrorCode::closed, "the client has gone");
    }
    return std::move(result_);
}

bool BodyReading::await_ready() { return draw() && is_there(); }

bool BodyReading::begin() {
    if (is_there()) return true;
    wait();
    return false;
}

bool BodyReading::is_there() {
    RequestBody& body = exchange_->body;
    body.handed.clear();
    if (body.unread.empty() && !body.complete && exchange_->connected())
        exchange_->transport()->body_wanted(*exchange_);
    return !body.unread.empty() || body.complete || body.failed || !exchange_->connected();
}

Result<std::string_view> BodyReading::await_resume() {
    throw_if_cancelled();
    RequestBody& body = exchange_->body;
    if (!body.unread.empty()) {
        body.handed.swap(body.unread);
        if (!body.complete && exchange_->connected()) exchange_->transport()->body_wanted(*exchange_);
        return std::string_view(body.handed);
    }
    if (body.failed) {
        return fail(code_of_refusal(exchange_->refusal.status), std::string(exchange_->refusal.reason));
    }
    if (!body.complete) return fail(ErrorCode::closed, "the client has gone before its body was complete");
    return std::string_view();
}

}  // namespace hyperlane::http
