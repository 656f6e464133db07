#include <hyperlane/http/h1/write_head.hpp>
#include <hyperlane/http/list.hpp>
#include <hyperlane/web/dispatcher.hpp>
#include <hyperlane/web/server.hpp>
#include <hyperlane/web/testing/test_client.hpp>
#include "web/testing/response_reader.hpp"
#include "web/testing/virtual_server.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hyperlane {

namespace {

std::optional<std::string_view> find(const TestResponse::Fields& fields, std::string_view name) noexcept {
    for (const auto& [field, value] : fields) {
        if (http::equals_ignore_case(field, name)) return value;
    }
    return std::nullopt;
}

void check_field(std::string_view name, std::string_view value) {
    if (http::h1::is_valid_field_name(name) && http::h1::is_valid_field_value(value)) return;
    throw TestClientError("request header \"" + std::string(name) +
                          "\": such a field cannot be sent; raw() sends anything");
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    constexpr std::string_view unreserved = "-._~";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (plain || unreserved.find(c) != std::string_view::npos) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += {'%', hex[byte >> 4], hex[byte & 15]};
        }
    }
    return out;
}

std::string chunk_of(std::string_view piece) {
    std::array<char, http::h1::max_chunk_head_bytes> head;
    const char* end = http::h1::write_chunk_head(head.data(), piece.size());
    return std::string(head.data(), static_cast<std::size_t>(end - head.data()))
        .append(piece)
        .append(http::h1::chunk_end);
}

void append_fields(std::string& text, const TestResponse::Fields& fields) {
    for (const auto& [name, value] : fields) text.append(name).append(": ").append(value).append("\r\n");
}

std::unique_ptr<web::Dispatcher> dispatcher_of(const Server& server) {
    auto dispatcher = server.make_dispatcher();
    if (!dispatcher) throw TestClientError(dispatcher.error().message);
    return std::move(*dispatcher);
}

}  // namespace

std::optional<std::string_view> TestResponse::header(std::string_view name) const noexcept {
    return find(headers_, name);
}

std::optional<std::string_view> TestResponse::trailer(std::string_view name) const noexcept {
    return find(trailers_, name);
}

std::vector<std::string> TestResponse::headers(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [field, value] : headers_) {
        if (http::equals_ignore_case(field, name)) values.push_back(value);
    }
    return values;
}

PendingResponse::PendingResponse(std::shared_ptr<web::TestCore> core, std::unique_ptr<web::TestWire> wire, bool to_head)
    : core_(std::move(core)), wire_(std::move(wire)), reader_(std::make_unique<web::TestReader>(to_head)) {}

PendingResponse::PendingResponse(PendingResponse&&) noexcept = default;

PendingResponse& PendingResponse::operator=(PendingResponse&& other) noexcept {
    give_back();
    core_ = std::move(other.core_);
    wire_ = std::move(other.wire_);
    reader_ = std::move(other.reader_);
    return *this;
}

PendingResponse::~PendingResponse() { give_back(); }

// A connection whose response has been read may serve the next request; any other is of no use.
void PendingResponse::give_back() noexcept {
    if (!wire_) return;
    const bool usable = reader_->done() && reader_->response().keeps_alive() && wire_->received.empty();
    if (usable && !wire_->closed_by_us()) core_->keep_wire(std::move(wire_));
    wire_.reset();
}

void PendingResponse::look() {
    if (wire_ && !wire_->closed_by_us()) reader_->feed(wire_->received, wire_->ended(), wire_->was_reset());
}

bool PendingResponse::done() {
    core_->settle();
    look();
    return reader_->done();
}

bool PendingResponse::begun() {
    core_->settle();
    look();
    return reader_->begun();
}

bool PendingResponse::broken_off() {
    core_->settle();
    look();
    return reader_->broken_off();
}

void PendingResponse::wait_for(bool (*enough)(web::TestReader&)) {
    const auto stop = [&] {
        look();
        return enough(*reader_) || reader_->broken_off();
    };
    if (wire_ && wire_->closed_by_us()) throw TestClientError("the client has disconnected; " + reader_->progress());
    const auto rest = core_->run(core_->options().patience, false, stop);
    if (enough(*reader_)) return;
    if (reader_->broken_off())
        throw TestClientError("the server closed the connection too early; " + reader_->progress());
    if (rest == web::TestBackend::Rest::nothing_left) {
        throw TestClientError("the server never answers: nothing is left that could go on; " + reader_->progress());
    }
    throw TestClientError("the server has not answered within " + std::to_string(core_->options().patience.count()) +
                          " s of virtual time; " + reader_->progress());
}

TestResponse PendingResponse::response() {
    wait_for([](web::TestReader& reader) { return reader.done(); });
    return reader_->response();
}

const TestResponse& PendingResponse::head() {
    wait_for([](web::TestReader& reader) { return reader.begun(); });
    return reader_->response();
}

std::optional<std::string> PendingResponse::next_chunk() {
    if (auto piece = reader_->take_piece()) return piece;
    wait_for([](web::TestReader& reader) { return reader.has_piece() || reader.done(); });
    return reader_->take_piece();
}

PendingResponse& PendingResponse::send_chunk(std::string_view piece) {
    if (!piece.empty()) wire_->send(chunk_of(piece));
    core_->settle();
    return *this;
}

PendingResponse& PendingResponse::end_body() {
    wire_->send(http::h1::last_chunk_no_trailers);
    core_->settle();
    return *this;
}

void PendingResponse::disconnect() {
    wire_->close();
    core_->settle();
}

TestRequest::TestRequest(std::shared_ptr<web::TestCore> core, std::string_view method, std::string_view target)
    : core_(std::move(core)), method_(method), target_(target) {}

TestRequest&& TestRequest::header(std::string_view name, std::string_view value) && {
    check_field(name, value);
    headers_.emplace_back(name, value);
    return std::move(*this);
}

TestRequest&& TestRequest::query(std::string_view name, std::string_view value) && {
    target_ += target_.find('?') == std::string::npos ? '?' : '&';
    target_ += percent_encoded(name) + '=' + percent_encoded(value);
    return std::move(*this);
}

TestRequest&& TestRequest::cookie(std::string_view name, std::string_view value) && {
    return std::move(*this).header("Cookie", std::string(name) + '=' + std::string(value));
}

TestRequest&& TestRequest::body(std::string_view text) && {
    body_ = text;
    has_body_ = true;
    return std::move(*this);
}

TestRequest&& TestRequest::json(std::string_view text) && {
    return std::move(*this).header("Content-Type", "application/json").body(text);
}

TestRequest&& TestRequest::chunk(std::string_view piece) && {
    chunked_ = true;
    if (!piece.empty()) body_ += chunk_of(piece);
    return std::move(*this);
}

TestRequest&& TestRequest::trailer(std::string_view name, std::string_view value) && {
    check_field(name, value);
    chunked_ = true;
    trailers_.emplace_back(name, value);
    return std::move(*this);
}

TestRequest&& TestRequest::leave_body_open() && {
    chunked_ = body_open_ = true;
    return std::move(*this);
}

TestRequest&& TestRequest::http_1_0() && {
    version_ = "HTTP/1.0";
    return std::move(*this);
}

TestRequest&& TestRequest::new_connection() && {
    new_connection_ = true;
    return std::move(*this);
}

bool TestRequest::has(std::string_view name) const noexcept { return find(headers_, name).has_value(); }

std::string TestRequest::text() const {
    std::string text = method_ + ' ' + target_ + ' ' + version_ + "\r\n";
    if (!has("Host")) text += "Host: localhost\r\n";
    append_fields(text, headers_);
    if (chunked_) {
        text += "Transfer-Encoding: chunked\r\n";
    } else if (has_body_ && !has("Content-Length")) {
        text += "Content-Length: " + std::to_string(body_.size()) + "\r\n";
    }
    text += "\r\n" + body_;
    if (!chunked_ || body_open_) return text;
    text += http::h1::last_chunk;
    append_fields(text, trailers_);
    return text += "\r\n";
}

PendingResponse TestRequest::start() && {
    auto wire = core_->take_wire(new_connection_);
    wire->send(text());
    PendingResponse pending(core_, std::move(wire), method_ == "HEAD");
    core_->settle();
    return pending;
}

PendingResponse TestRequest::open() && {
    PendingResponse pending = std::move(*this).start();
    [[maybe_unused]] const auto& head = pending.head();
    return pending;
}

TestResponse TestRequest::send() && { return std::move(*this).start().response(); }

TestConnection::TestConnection(std::shared_ptr<web::TestCore> core, std::unique_ptr<web::TestWire> wire) noexcept
    : core_(std::move(core)), wire_(std::move(wire)) {}

TestConnection::TestConnection(TestConnection&&) noexcept = default;

TestConnection& TestConnection::operator=(TestConnection&& other) noexcept {
    wire_ = std::move(other.wire_);
    core_ = std::move(other.core_);
    return *this;
}

TestConnection::~TestConnection() { wire_.reset(); }

TestConnection& TestConnection::send(std::string_view bytes) {
    wire_->send(bytes);
    core_->settle();
    return *this;
}

std::string TestConnection::received() {
    core_->settle();
    return std::exchange(wire_->received, {});
}

bool TestConnection::closed() {
    core_->settle();
    return wire_->ended();
}

bool TestConnection::reset() {
    core_->settle();
    return wire_->was_reset();
}

void TestConnection::stop_reading() { wire_->set_reading(false); }

void TestConnection::read_on() {
    wire_->set_reading(true);
    core_->settle();
}

void TestConnection::half_close() {
    wire_->half_close();
    core_->settle();
}

void TestConnection::disconnect() {
    wire_->close();
    core_->settle();
}

TestClient::TestClient(const Server& server, TestClientOptions options)
    : core_(std::make_shared<web::TestCore>(dispatcher_of(server), std::move(options))) {
    core_->start();
}

TestClient::~TestClient() { core_->end(); }

TestRequest TestClient::request(std::string_view method, std::string_view target) { return {core_, method, target}; }

std::string TestClient::raw(std::string_view bytes) { return connect().send(bytes).received(); }

TestConnection TestClient::connect() { return {core_, core_->connect()}; }

void TestClient::settle() { core_->settle(); }

void TestClient::advance(Duration length) {
    core_->run(length, true, [] { return false; });
    core_->settle();
}

Duration TestClient::elapsed() const noexcept { return core_->now() - core_->started(); }

void TestClient::disconnect() { core_->drop_idle_wires(); }

std::size_t TestClient::connections() const noexcept { return core_->shard().connection_count(); }

Loop& TestClient::loop() noexcept { return core_->loop(); }

}  // namespace hyperlane
