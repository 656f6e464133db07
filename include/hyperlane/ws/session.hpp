#pragma once

/// One connection that speaks WebSocket, as server or as client: takes frames apart, puts messages together, answers
/// pings, closes. Everything runs in calls of the loop; nothing blocks.
///
/// Idle, it holds no buffer: bytes are received and sent through buffers that all sessions of a thread share, and
/// compressors without a context come from a pool.

#include <hyperlane/base/clock.hpp>
#include <hyperlane/base/intrusive_list.hpp>
#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/base/utf8.hpp>
#include <hyperlane/http/upgrade.hpp>
#include <hyperlane/io/loop.hpp>
#include <hyperlane/net/stream.hpp>
#include <hyperlane/ws/deflate.hpp>
#include <hyperlane/ws/frame.hpp>
#include <hyperlane/ws/options.hpp>
#include <hyperlane/ws/web_socket.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hyperlane::http {
class Shard;
}

namespace hyperlane::websocket {

struct Cork;
struct Pending;

struct SessionSetup {
    Role role = Role::server;
    std::shared_ptr<const WebSocketOptions> options;
    std::optional<DeflateParameters> deflate;
    std::string_view subprotocol;      ///< of `options`
    http::Shard* shard = nullptr;      ///< whose connection it is, if it is one
    io::CancelScope* scope = nullptr;  ///< cancelled when the peer has vanished, and some time after an orderly end
    std::string head = {};             ///< goes before all frames; with it, nothing goes before `release_output`
};

class Session final : public SessionCount,
                      net::StreamObserver,
                      io::Timer,
                      io::CancelHook,
                      public http::UpgradedConnection {
public:
    /// Speak on a stream that is attached to somebody else.
    /// in  early_bytes: what came behind the handshake; not kept
    [[nodiscard]] static SessionPtr start(Loop& loop, std::unique_ptr<net::Stream> stream, SessionSetup setup,
                                          std::string_view early_bytes);
    ~Session();

    [[nodiscard]] Loop& loop() const noexcept { return *loop_; }
    [[nodiscard]] const WebSocketOptions& options() const noexcept { return *options_; }
    [[nodiscard]] bool is_open() const noexcept { return phase_ == Phase::open; }
    [[nodiscard]] bool is_over() const noexcept { return phase_ == Phase::closed; }
    [[nodiscard]] std::uint16_t code() const noexcept { return close_code_; }
    [[nodiscard]] std::string_view reason() const noexcept {
        return rare_ != nullptr ? std::string_view(rare_->close_reason) : std::string_view();
    }
    [[nodiscard]] bool closed_by_peer() const noexcept { return closed_by_peer_; }
    [[nodiscard]] std::string_view subprotocol() const noexcept { return subprotocol_; }
    [[nodiscard]] bool compresses() const noexcept { return deflate_; }
    [[nodiscard]] std::size_t unsent_bytes() const noexcept;
    [[nodiscard]] std::uint64_t dropped() const noexcept { return rare_ != nullptr ? rare_->dropped : 0; }

    /// Cancelled from now on instead of the one that it began with.
    void set_scope(io::CancelScope& scope) noexcept {
        scope_ = &scope;
        if (phase_ == Phase::closed) scope_->cancel();
    }
    /// What has been held back goes out when the loop is next at leisure: what runs now comes before it.
    void release_output() noexcept {
        holding_ = false;
        update_write_interest();
    }
    /// The handler has ended: its scope is nothing to this session any more.
    void forget_scope() noexcept { scope_ = nullptr; }

    // For the awaiters.
    [[nodiscard]] bool try_read(Reading& reading);
    void wait(Reading& reading) noexcept;
    void forget(const Reading& reading) noexcept;
    /// returns  false if the sender has to wait
    [[nodiscard]] bool try_send(Send& send, bool may_wait);
    [[nodiscard]] Result<> try_send_now(Send send);
    void wait(Send& send) noexcept { senders_.push_back(send); }
    /// What a sender does that has waited and was woken.
    void send_next(Send& send);
    void sender_done() noexcept;
    void wait(WaitClosed& closing) noexcept { rare().closers.push_back(closing); }
    void count_dropped() { ++rare().dropped; }

    void ping(std::string_view payload);
    void close(std::uint16_t code, std::string_view reason) noexcept;
    [[nodiscard]] std::shared_ptr<RemoteLink> link();

    // http::UpgradedConnection
    void drain() noexcept override;
    void abandon() noexcept override;

private:
    friend class SessionPtr;
    friend struct Cork;

    enum class Phase : std::uint8_t {
        open,
        closing,  // our close frame is sent, the peer's is awaited
        ending,   // nothing more is said or heard: flush, and let the peer end the connection
        closed,
    };
    struct Received {
        std::string data;
        bool binary;
    };

    /// What most sessions never have.
    struct Rare {
        std::string control;          // of a control frame that has not come whole
        std::string input;            // received while nobody wanted it
        std::vector<Received> ready;  // messages that nobody has received, from `first_ready` on
        std::size_t first_ready = 0;
        std::size_t backlog = 0;  // bytes of `ready`
        IntrusiveList<WaitClosed, WaitTag> closers;
        std::shared_ptr<RemoteLink> link;
        std::string close_reason;
        std::uint64_t dropped = 0;
    };

    Session(Loop& loop, std::unique_ptr<net::Stream> stream, SessionSetup&& setup);
    [[nodiscard]] Rare& rare() {
        if (rare_ == nullptr) rare_ = std::make_unique<Rare>();
        return *rare_;
    }
    [[nodiscard]] bool has_input() const noexcept { return rare_ != nullptr && !rare_->input.empty(); }
    [[nodiscard]] bool has_ready() const noexcept { return rare_ != nullptr && !rare_->ready.empty(); }

    // net::StreamObserver
    void on_readable() noexcept override;
    void on_writable() noexcept override;
    void on_peer_closed(bool failed) noexcept override;
    // io::Timer
    void on_timer() noexcept override;
    // io::CancelHook: the loop ends
    void on_cancel() noexcept override { abandon(); }

    // Reading: session_read.cpp
    void take(std::span<char> bytes);
    std::size_t consume(std::span<char> in);
    [[nodiscard]] bool wants_input() const noexcept;
    void consume_input();
    void on_head();
    void check_size(const FrameHead& head);
    [[nodiscard]] std::string too_large_text() const;
    void on_payload(std::span<char> payload, bool last);
    [[nodiscard]] bool add_payload(std::string_view payload);
    [[nodiscard]] bool check_inflated(Inflater::Status status, std::size_t before);
    [[nodiscard]] bool check_text(std::size_t from);
    [[nodiscard]] bool end_message();
    void deliver(bool last);
    [[nodiscard]] bool take_ready(Reading& reading);
    void on_control(std::string_view payload, bool last);
    void on_close_frame(std::string_view payload);
    void answer_close();
    [[nodiscard]] Inflater& inflater();
    void return_inflater() noexcept;
    void wake_reader() noexcept;
    void on_end();

    // Writing: session_write.cpp
    [[nodiscard]] Result<> write_message(Send::What what, std::string_view data, bool last);
    [[nodiscard]] Result<> write_compressed(Opcode opcode, std::string_view data);
    [[nodiscard]] Result<> write_shared(const SharedFrames& message);
    void write_frame(Opcode opcode, std::string_view payload, bool fin = true, bool compressed = false);
    void write_large(const FrameHead& head, std::string_view payload);
    void write_close(std::uint16_t code, std::string_view reason);

    // Bytes on their way: session_output.cpp
    [[nodiscard]] bool is_full() const noexcept;
    void append(std::string_view bytes);
    void write_parts(std::span<const std::string_view> parts, const SharedFrames* frames);
    void keep(std::string_view text, std::shared_ptr<const void> owner);
    void flush() noexcept;
    void settle_soon() noexcept;
    void flush_pending();
    void written(std::size_t bytes);
    void update_write_interest() noexcept;
    [[nodiscard]] bool must_wait(const Send& send) noexcept;
    void send_now(Send& send);
    void wake_sender() noexcept;

    // The end: session.cpp
    void fail_connection(std::uint16_t code, std::string_view reason);
    void begin_ending();
    void set_code(std::uint16_t code, std::string_view reason, bool by_peer);
    void lose() noexcept;
    void finish(bool reset) noexcept;
    void after_io();
    void update_timer() noexcept;
    [[nodiscard]] TimePoint next_deadline() const noexcept;
    void on_heartbeat();

    Loop* loop_;
    std::unique_ptr<net::Stream> stream_;
    SessionPtr self_;  // until the connection has ended
    std::shared_ptr<const WebSocketOptions> options_;
    http::Shard* shard_;
    io::CancelScope* scope_;
    std::string_view subprotocol_;

    FrameDecoder decoder_;
    Utf8Checker utf8_;
    std::uint32_t fragments_ = 0;  // of the message that is arriving
    std::string message_;          // what has arrived of it and was not handed on
    Reading* reader_ = nullptr;
    std::unique_ptr<Rare> rare_;

    std::unique_ptr<Pending> pending_;
    IntrusiveList<Send, WaitTag> senders_;
    std::unique_ptr<Deflater> deflater_;
    std::unique_ptr<Inflater> inflater_;

    TimePoint last_received_;
    TimePoint deadline_ = TimePoint::max();  // of a ping that was sent, or of closing
    std::uint16_t close_code_ = 0;
    Role role_;
    Phase phase_ = Phase::open;
    std::uint8_t own_window_bits_ = 15;
    std::uint8_t peer_window_bits_ = 15;
    bool deflate_ : 1 = false;
    bool own_context_ : 1 = false;
    bool peer_context_ : 1 = false;
    bool in_message_ : 1 = false;
    bool binary_ : 1 = false;
    bool compressed_ : 1 = false;     // the message that is arriving
    bool sending_parts_ : 1 = false;  // a message that is sent in pieces is not whole yet
    bool passing_ : 1 = false;        // a sender has been woken and comes next
    bool consuming_ : 1 = false;      // `consume` is on the stack and will go on by itself
    bool may_resume_ : 1 = false;     // the loop has called: readers may be resumed at once
    bool reading_ : 1 = true;
    bool write_interest_ : 1 = false;
    bool holding_ : 1 = false;  // see `release_output`
    bool failed_ : 1 = false;   // writing has
    bool peer_ended_ : 1 = false;
    bool said_end_ : 1 = false;  // shutdown_write
    bool closed_by_peer_ : 1 = false;
    bool ping_sent_ : 1 = false;
    bool close_waits_ : 1 = false;  // the peer has closed; messages from before that are still to be received
};

inline Session* SessionPtr::get() const noexcept { return static_cast<Session*>(session_); }
inline Session& SessionPtr::operator*() const noexcept { return *get(); }
inline Session* SessionPtr::operator->() const noexcept { return get(); }

}  // namespace hyperlane::websocket
