#pragma once

/// A WebSocket, of either side (RFC 6455):
///
///     Task<> chat(Context ctx, WebSocket socket) {
///         while (auto message = co_await socket.receive()) co_await socket.send(answer_to(*message));
///     }
///
/// Ping, pong and the close handshake are the library's work. A loop over `receive` ends when the socket is closed, by
/// whichever side; `close_code` and `close_reason` say why. A peer that vanishes without a word is noticed by the
/// heartbeat, and the handler of a server is then cancelled.

#include <hyperlane/base/function.hpp>
#include <hyperlane/base/intrusive_list.hpp>
#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/io/operation.hpp>
#include <hyperlane/ws/close_code.hpp>
#include <hyperlane/ws/message.hpp>
#include <hyperlane/ws/options.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hyperlane {

class WebSocket;

namespace websocket {

class Session;
struct WaitTag;

/// The count of the handles of a session.
class SessionCount {
public:
    SessionCount(const SessionCount&) = delete;
    SessionCount& operator=(const SessionCount&) = delete;

protected:
    SessionCount() = default;
    ~SessionCount() = default;

private:
    friend class SessionPtr;
    std::uint32_t references_ = 0;
};

/// A counted handle. Not thread-safe: it stays on the loop of its session.
class SessionPtr {
public:
    SessionPtr() noexcept = default;
    explicit SessionPtr(SessionCount& session) noexcept : session_(&session) { ++session_->references_; }
    SessionPtr(const SessionPtr& other) noexcept : session_(other.session_) {
        if (session_ != nullptr) ++session_->references_;
    }
    SessionPtr(SessionPtr&& other) noexcept : session_(std::exchange(other.session_, nullptr)) {}
    SessionPtr& operator=(SessionPtr other) noexcept {
        std::swap(session_, other.session_);
        return *this;
    }
    ~SessionPtr() {
        if (session_ != nullptr && --session_->references_ <= 1) let_go(*session_);
    }

    // Defined where Session is.
    [[nodiscard]] Session* get() const noexcept;
    Session& operator*() const noexcept;
    Session* operator->() const noexcept;
    explicit operator bool() const noexcept { return session_ != nullptr; }

private:
    /// The last handle has gone, or the last but the one that an open session has of itself.
    static void let_go(SessionCount& session) noexcept;
    SessionCount* session_ = nullptr;
};

/// Waits for a message, or for a piece of one.
class Reading : public io::Operation {
protected:
    Reading(SessionPtr session, bool piecewise) noexcept : session_(std::move(session)), piecewise_(piecewise) {}
    ~Reading() = default;

    [[nodiscard]] bool try_read();
    void wait() noexcept;

    std::string data_;
    bool got_ = false;
    bool binary_ = false;
    bool last_ = false;

private:
    friend class Session;
    void put(std::string data, bool binary, bool last) noexcept {
        data_ = std::move(data);
        binary_ = binary;
        last_ = last;
        got_ = true;
    }
    bool begin() final {
        if (try_read()) return true;
        wait();
        return false;
    }
    void detach() noexcept override;

    SessionPtr session_;
    bool piecewise_;
};

class [[nodiscard("co_await it")]] Receive final : Reading {
public:
    explicit Receive(SessionPtr session) noexcept : Reading(std::move(session), false) {}
    ~Receive() = default;
    bool await_ready() { return draw() && try_read(); }
    template <typename Promise>
    bool await_suspend(std::coroutine_handle<Promise> waiter) noexcept {
        if (!suspend(waiter)) return false;
        if (!suspended_to_begin_later()) wait();
        return true;
    }
    std::optional<WebSocketMessage> await_resume() {
        throw_if_cancelled();
        std::optional<WebSocketMessage> message;
        if (got_) message.emplace(std::move(data_), binary_);
        return message;
    }
};

class [[nodiscard("co_await it")]] ReceiveFragment final : Reading {
public:
    explicit ReceiveFragment(SessionPtr session) noexcept : Reading(std::move(session), true) {}
    ~ReceiveFragment() = default;
    bool await_ready() { return draw() && try_read(); }
    template <typename Promise>
    bool await_suspend(std::coroutine_handle<Promise> waiter) noexcept {
        if (!suspend(waiter)) return false;
        if (!suspended_to_begin_later()) wait();
        return true;
    }
    std::optional<WebSocketFragment> await_resume() {
        throw_if_cancelled();
        std::optional<WebSocketFragment> fragment;
        if (got_) fragment.emplace(std::move(data_), binary_, last_);
        return fragment;
    }
};

/// Sends a message, when there is room for it.
class [[nodiscard("co_await it: nothing is sent before")]] Send final : io::Operation, ListHook<WaitTag> {
public:
    enum class What : std::uint8_t { text, binary, text_part, binary_part, frames };

    Send(SessionPtr session, What what, std::string_view data, bool last = true) noexcept
        : session_(std::move(session)), data_(data), what_(what), last_(last) {}
    Send(SessionPtr session, const SharedFrames& frames) noexcept
        : session_(std::move(session)), frames_(&frames), what_(What::frames) {}
    ~Send();

    bool await_ready() { return draw() && try_now(); }
    template <typename Promise>
    bool await_suspend(std::coroutine_handle<Promise> waiter) noexcept {
        if (!suspend(waiter)) return false;
        if (!suspended_to_begin_later()) wait();
        return true;
    }
    Result<> await_resume() {
        throw_if_cancelled();
        if (woken_) finish();
        if (error_) return std::unexpected(std::move(*error_));
        return {};
    }

private:
    friend class Session;
    friend class IntrusiveList<Send, WaitTag>;

    [[nodiscard]] bool try_now();
    void wait() noexcept;
    bool begin() override {
        if (try_now()) return true;
        wait();
        return false;
    }
    void finish();
    void wake() noexcept {
        woken_ = true;
        resume_soon();
    }
    void detach() noexcept override { ListHook<WaitTag>::unlink(); }

    SessionPtr session_;
    std::string_view data_;                 // views what the caller of `send` keeps while it awaits
    const SharedFrames* frames_ = nullptr;  // as well
    std::unique_ptr<Error> error_;          // on the heap: few have one, and many frames hold a Send
    What what_;
    bool last_ = true;
    bool woken_ = false;  // and not yet done
};

/// Waits until the connection has ended.
class [[nodiscard("co_await it")]] WaitClosed final : io::Operation, ListHook<WaitTag> {
public:
    explicit WaitClosed(SessionPtr session) noexcept : session_(std::move(session)) {}
    ~WaitClosed() = default;
    bool await_ready() noexcept { return draw() && is_over(); }
    template <typename Promise>
    bool await_suspend(std::coroutine_handle<Promise> waiter) noexcept {
        if (!suspend(waiter)) return false;
        if (!suspended_to_begin_later()) wait();
        return true;
    }
    void await_resume() const { throw_if_cancelled(); }

private:
    friend class Session;
    friend class IntrusiveList<WaitClosed, WaitTag>;

    [[nodiscard]] bool is_over() const noexcept;
    void wait() noexcept;
    bool begin() noexcept override {
        if (is_over()) return true;
        wait();
        return false;
    }
    void wake() noexcept { resume_soon(); }
    void detach() noexcept override { ListHook<WaitTag>::unlink(); }

    SessionPtr session_;
};

struct RemoteLink;

}  // namespace websocket

/// A way to a socket from any thread. What is sent is carried out by the socket's loop, in order, and does nothing once
/// the socket is closed. Nobody can wait here: a message for which there is no room is dropped, unless the socket's
/// policy is to disconnect.
///
/// errors   invalid_argument: text that is no UTF-8, of whoever gives it
class RemoteWebSocket {
public:
    explicit RemoteWebSocket(std::shared_ptr<websocket::RemoteLink> link) noexcept : link_(std::move(link)) {}

    Result<> send(std::string text) const;
    Result<> send(WebSocketMessage message) const;
    Result<> send(EncodedMessage message) const;
    void close(std::uint16_t code = close_code::normal, std::string reason = {}) const;

private:
    void post(Function<void(WebSocket)> work) const;
    std::shared_ptr<websocket::RemoteLink> link_;
};

/// A handle; copies are cheap and mean the same socket. It may be used by several tasks at a time: one that receives,
/// any number that send.
///
/// threads  the loop of the socket; `remote` gives a handle for others
class WebSocket {
public:
    explicit WebSocket(websocket::SessionPtr session) noexcept : session_(std::move(session)) {}

    /// `while (auto message = co_await socket.receive())` waits for a whole message.
    ///
    /// returns  nothing when the socket is closed and all messages before that have been received
    /// cancel   throws `Cancelled`; no message is taken
    [[nodiscard]] websocket::Receive receive() const { return websocket::Receive(session_); }

    /// The next piece of a message, as soon as it is there: for messages that are never in memory as a whole. The limit
    /// of a message then counts for what waits to be asked for.
    [[nodiscard]] websocket::ReceiveFragment receive_fragment() const { return websocket::ReceiveFragment(session_); }

    /// Send a message. Encoded at once when there is room, so nothing is copied; written at the end of this turn of the
    /// loop, with whatever else is sent by then.
    ///
    /// in       the text must stay until the await has ended, as an argument does; UTF-8
    /// errors   closed; invalid_argument (no UTF-8); unavailable (no memory to compress)
    /// overlap  messages are sent in the order in which they were given
    /// cancel   throws `Cancelled`; nothing is sent
    [[nodiscard]] websocket::Send send(std::string_view text) const {
        return {session_, websocket::Send::What::text, text};
    }
    [[nodiscard]] websocket::Send send_binary(std::string_view data) const {
        return {session_, websocket::Send::What::binary, data};
    }
    [[nodiscard]] websocket::Send send(const WebSocketMessage& message) const {
        return {session_, message.binary ? websocket::Send::What::binary : websocket::Send::What::text, message.data};
    }
    [[nodiscard]] websocket::Send send(const EncodedMessage& message) const { return {session_, *message.frames()}; }
    [[nodiscard]] websocket::Send send(const websocket::SharedFrames& message) const { return {session_, message}; }

    /// Send a message in pieces, the last of which says so. Messages of other tasks wait until it is whole. Not
    /// compressed.
    [[nodiscard]] websocket::Send send_fragment(std::string_view text, bool last) const {
        return {session_, websocket::Send::What::text_part, text, last};
    }
    [[nodiscard]] websocket::Send send_binary_fragment(std::string_view data, bool last) const {
        return {session_, websocket::Send::What::binary_part, data, last};
    }

    /// Send without waiting, from code that is no coroutine.
    /// errors   as `send`; unavailable: no room, and the policy is to wait
    Result<> try_send(std::string_view text) const;
    Result<> try_send_binary(std::string_view data) const;
    Result<> try_send(const EncodedMessage& message) const;

    /// Ask the peer for a sign of life now. `payload` is cut to 125 bytes.
    void ping(std::string_view payload = {}) const;

    /// Begin to close: nothing more is sent or received. Later calls do nothing.
    ///
    /// in  code: 1000 to 1003, 1007 to 1014, 3000 to 4999; anything else becomes 1000;
    ///     reason: UTF-8, cut to 123 bytes
    void close(std::uint16_t code = close_code::normal, std::string_view reason = {}) const;

    /// Wait until the connection has ended, at most `WebSocketOptions::close_timeout` after `close`.
    [[nodiscard]] websocket::WaitClosed wait_closed() const { return websocket::WaitClosed(session_); }

    [[nodiscard]] bool is_open() const noexcept;
    /// The code of whoever closed first; 1005 if the peer gave none, 1006 if it was lost; 0 while open.
    [[nodiscard]] std::uint16_t close_code() const noexcept;
    /// Views the socket.
    [[nodiscard]] std::string_view close_reason() const noexcept;
    /// Has the peer closed, rather than this side?
    [[nodiscard]] bool closed_by_peer() const noexcept;

    /// What both sides have agreed on; empty if nothing. Views the socket.
    [[nodiscard]] std::string_view subprotocol() const noexcept;
    [[nodiscard]] bool compresses() const noexcept;
    /// Bytes that the peer has not taken yet.
    [[nodiscard]] std::size_t unsent_bytes() const noexcept;
    /// Messages that were dropped for want of room.
    [[nodiscard]] std::uint64_t dropped() const noexcept;

    [[nodiscard]] RemoteWebSocket remote() const;

    /// The layer below.
    [[nodiscard]] websocket::Session& session() const noexcept { return *session_; }

private:
    websocket::SessionPtr session_;
};

}  // namespace hyperlane
