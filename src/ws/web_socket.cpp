#include <hyperlane/base/utf8.hpp>
#include <hyperlane/ws/session.hpp>
#include <hyperlane/ws/web_socket.hpp>
#include "ws/remote_link.hpp"

#include <utility>

namespace hyperlane {

namespace websocket {

Send::~Send() {
    if (woken_) session_->sender_done();
}

bool Send::try_now() { return session_->try_send(*this, true); }

void Send::wait() noexcept { session_->wait(*this); }

void Send::finish() {
    woken_ = false;
    session_->send_next(*this);
}

bool WaitClosed::is_over() const noexcept { return session_->is_over(); }

void WaitClosed::wait() noexcept { session_->wait(*this); }

}  // namespace websocket

Result<> WebSocket::try_send(std::string_view text) const {
    return session_->try_send_now(websocket::Send(session_, websocket::Send::What::text, text));
}

Result<> WebSocket::try_send_binary(std::string_view data) const {
    return session_->try_send_now(websocket::Send(session_, websocket::Send::What::binary, data));
}

Result<> WebSocket::try_send(const EncodedMessage& message) const {
    return session_->try_send_now(websocket::Send(session_, *message.frames()));
}

void WebSocket::ping(std::string_view payload) const { session_->ping(payload); }

void WebSocket::close(std::uint16_t code, std::string_view reason) const { session_->close(code, reason); }

bool WebSocket::is_open() const noexcept { return session_->is_open(); }

std::uint16_t WebSocket::close_code() const noexcept { return session_->code(); }

std::string_view WebSocket::close_reason() const noexcept { return session_->reason(); }

bool WebSocket::closed_by_peer() const noexcept { return session_->closed_by_peer(); }

std::string_view WebSocket::subprotocol() const noexcept { return session_->subprotocol(); }

bool WebSocket::compresses() const noexcept { return session_->compresses(); }

std::size_t WebSocket::unsent_bytes() const noexcept { return session_->unsent_bytes(); }

std::uint64_t WebSocket::dropped() const noexcept { return session_->dropped(); }

RemoteWebSocket WebSocket::remote() const { return RemoteWebSocket(session_->link()); }

void RemoteWebSocket::post(Function<void(WebSocket)> work) const {
    const std::lock_guard lock(link_->mutex);
    if (link_->session == nullptr) return;
    link_->session->loop().post([link = link_, work = std::move(work)]() mutable {
        websocket::SessionPtr session;
        {
            const std::lock_guard again(link->mutex);
            if (link->session != nullptr) session = websocket::SessionPtr(*link->session);
        }
        if (session) work(WebSocket(std::move(session)));
    });
}

namespace {

std::unexpected<Error> no_text() { return fail(ErrorCode::invalid_argument, "a text message must be UTF-8"); }

}  // namespace

Result<> RemoteWebSocket::send(std::string text) const {
    if (!is_utf8(text)) return no_text();
    post([text = std::move(text)](const WebSocket& socket) {
        if (!socket.try_send(text)) socket.session().count_dropped();
    });
    return {};
}

Result<> RemoteWebSocket::send(WebSocketMessage message) const {
    if (!message.binary && !is_utf8(message.data)) return no_text();
    post([message = std::move(message)](const WebSocket& socket) {
        const auto sent = message.binary ? socket.try_send_binary(message.data) : socket.try_send(message.data);
        if (!sent) socket.session().count_dropped();
    });
    return {};
}

Result<> RemoteWebSocket::send(EncodedMessage message) const {
    if (!message.is_valid()) return no_text();
    post([message = std::move(message)](const WebSocket& socket) {
        if (!socket.try_send(message)) socket.session().count_dropped();
    });
    return {};
}

void RemoteWebSocket::close(std::uint16_t code, std::string reason) const {
    post([code, reason = std::move(reason)](const WebSocket& socket) { socket.close(code, reason); });
}

}  // namespace hyperlane
