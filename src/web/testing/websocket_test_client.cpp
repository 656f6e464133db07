#include <hyperlane/http/h1/parse_head.hpp>
#include <hyperlane/web/testing/websocket_test_client.hpp>
#include <hyperlane/ws/handshake.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace hyperlane {

namespace {

constexpr Duration longest_step = std::chrono::seconds(1);

std::string write_head(const websocket::FrameHead& head) {
    std::array<char, websocket::max_frame_head_bytes> bytes;
    const char* const end = websocket::write_frame_head(bytes.data(), head);
    return {bytes.data(), static_cast<std::size_t>(end - bytes.data())};
}

}  // namespace

TestWebSocket::TestWebSocket(TestClient& client, std::string_view target, TestWebSocketOptions options)
    : client_(&client), options_(std::move(options)), connection_(client.connect()) {
    websocket::ClientRequest request{.host = "localhost",
                                     .target = std::string(target),
                                     .key = websocket::random_key(),
                                     .subprotocols = options_.subprotocols,
                                     .extensions = {},
                                     .more_fields = {}};
    for (const auto& [name, value] : options_.headers) {
        request.more_fields.append(name).append(": ").append(value).append("\r\n");
    }
    connection_.send(websocket::write_request(request));
    for (Duration waited{}; waited < options_.patience; waited += longest_step) {
        received_ += connection_.received();
        const std::size_t size = received_.size();
        received_.append(http::h1::head_padding_bytes, '\0');
        const auto agreed = websocket::read_response({received_.data(), size}, request, {});
        received_.resize(size);
        if (!agreed) throw TestClientError(std::string(target) + ": " + agreed.error().message + "\n" + received_);
        if (agreed->head_bytes > 0) {
            subprotocol_ = agreed->subprotocol;
            received_.erase(0, agreed->head_bytes);
            return;
        }
        client.advance(longest_step);
    }
    throw TestClientError(std::string(target) + ": the server does not answer the WebSocket handshake");
}

void TestWebSocket::send_raw(std::string_view bytes) { connection_.send(bytes); }

void TestWebSocket::send_frame(websocket::Opcode opcode, std::string_view payload, bool fin) {
    const websocket::FrameHead head{.length = payload.size(),
                                    .key = websocket::random_mask_key(),
                                    .opcode = opcode,
                                    .fin = fin,
                                    .rsv1 = false,
                                    .masked = true};
    std::string masked(payload);
    websocket::apply_mask(masked, head.key, 0);
    connection_.send(write_head(head) + masked);
}

std::optional<WebSocketMessage> TestWebSocket::receive() {
    Duration step = std::chrono::milliseconds(1);
    for (Duration waited{};; waited += step) {
        look();
        if (!messages_.empty()) {
            WebSocketMessage message = std::move(messages_.front());
            messages_.pop_front();
            return message;
        }
        if (close_code_ != 0) return std::nullopt;
        if (waited > options_.patience) throw TestClientError("the server sends no message");
        step = std::min(step * 2, longest_step);
        client_->advance(step);
    }
}

bool TestWebSocket::has_message() {
    look();
    return !messages_.empty();
}

void TestWebSocket::close(std::uint16_t code, std::string_view reason) {
    const std::array code_bytes{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
    send_frame(websocket::Opcode::close, std::string(code_bytes.data(), code_bytes.size()).append(reason));
}

bool TestWebSocket::closed() {
    look();
    return close_code_ != 0;
}

std::uint16_t TestWebSocket::close_code() {
    look();
    return close_code_;
}

int TestWebSocket::pings() {
    look();
    return pings_;
}

void TestWebSocket::look() {
    using Status = websocket::FrameDecoder::Status;
    received_ += connection_.received();
    std::size_t at = 0;
    for (;;) {
        const auto step = decoder_.feed({received_.data() + at, received_.size() - at});
        at += step.consumed;
        if (step.status == Status::need_more) break;
        if (step.status == Status::error) {
            throw TestClientError("the server broke the protocol: " + std::string(message_of(decoder_.error())));
        }
        if (step.status == Status::head) payload_.clear();
        payload_.append(step.payload.data(), step.payload.size());
        if (step.last) on_frame();
    }
    received_.clear();
    if (close_code_ == 0 && connection_.closed()) close_code_ = close_code::abnormal;
}

void TestWebSocket::on_frame() {
    const websocket::FrameHead& head = decoder_.head();
    switch (head.opcode) {
        case websocket::Opcode::ping:
            ++pings_;
            if (options_.answer_pings) send_frame(websocket::Opcode::pong, payload_);
            return;
        case websocket::Opcode::pong: return;
        case websocket::Opcode::close:
            close_code_ = payload_.size() < 2
                              ? close_code::none
                              : static_cast<std::uint16_t>((static_cast<unsigned char>(payload_[0]) << 8) |
                                                           static_cast<unsigned char>(payload_[1]));
            close_reason_ = payload_.size() < 2 ? std::string() : payload_.substr(2);
            return;
        case websocket::Opcode::text:
        case websocket::Opcode::binary: message_ = {{}, head.opcode == websocket::Opcode::binary}; [[fallthrough]];
        case websocket::Opcode::continuation:
            message_.data += payload_;
            if (head.fin) messages_.push_back(std::move(message_));
            return;
    }
}

}  // namespace hyperlane
