#pragma once

/// One request and its response: what a protocol (`h1`) fills and a `Service` answers. Pooled per loop, counted without
/// atomics; everything it holds ends with it, and the next request gets a fresh one.

#include <hyperlane/base/arena.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/http/body.hpp>
#include <hyperlane/http/h1/chunked.hpp>
#include <hyperlane/http/head.hpp>
#include <hyperlane/http/response.hpp>
#include <hyperlane/io/operation.hpp>
#include <hyperlane/net/address.hpp>

#include <cassert>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hyperlane::http {

class Exchange;
class Shard;
class Upgrade;

/// How a service wants the body of a request.
enum class BodyMode : std::uint8_t {
    gather,   ///< all of it before the handler runs
    stream,   ///< the handler runs at once and reads piece by piece
    discard,  ///< nobody will look at it
};

struct BodyPlan {
    BodyMode mode = BodyMode::gather;
    std::uint64_t limit = 0;  ///< more bytes than this are 413
};

/// Where a response stands.
enum class Stage : std::uint8_t {
    open,       ///< nothing has been sent
    streaming,  ///< the head has been sent, the body is being sent
    complete,
};

/// An answer that the server gives instead of the handler, because a limit or a time-out was passed.
struct Refusal {
    int status = 0;           ///< 0: none
    std::string_view reason;  // static text
};

struct WaiterTag;

/// A coroutine that waits until the client has taken enough, or until more of the request body is there.
class TransportWaiter : public io::Operation, public ListHook<WaiterTag> {
public:
    /// Continue the waiter soon; a lost connection is seen in the exchange.
    void wake() noexcept {
        ListHook<WaiterTag>::unlink();
        resume_soon();
    }

protected:
    TransportWaiter() = default;
    ~TransportWaiter() = default;
    void detach() noexcept override { ListHook<WaiterTag>::unlink(); }
};

using WaiterList = IntrusiveList<TransportWaiter, WaiterTag>;

/// What carries an exchange: one request on an HTTP/1.1 connection. All calls come from the exchange's loop.
class Transport {
public:
    /// Send the response as it is set: whole when `whole`, else its head, and `write_data` follows.
    virtual Result<> write_head(Exchange& exchange, bool whole) = 0;
    virtual Result<> write_data(Exchange& exchange, std::string_view data) = 0;
    virtual void write_end(Exchange& exchange) noexcept = 0;
    /// Send the head as it is set, and let `receiver` have the stream when that has been taken.
    virtual Result<> upgrade(Exchange& exchange, Upgrade& receiver) = 0;
    /// The rest of a streamed body will never come: end so that the client can tell that it is not whole.
    virtual void break_off(Exchange& exchange) noexcept = 0;
    /// The chain has ended: send what is not sent, let go of the exchange.
    virtual void finish(Exchange& exchange) noexcept = 0;
    /// Bytes handed over that the client has not taken.
    [[nodiscard]] virtual std::uint64_t unsent_bytes() const noexcept = 0;
    /// Above so many of them, senders wait.
    [[nodiscard]] virtual std::uint64_t unsent_limit() const noexcept = 0;
    /// Wake `waiter` when enough has been taken, or the connection is lost.
    virtual void wait_for_drain(TransportWaiter& waiter) noexcept = 0;
    /// The handler has read what there was: go on receiving.
    virtual void body_wanted(Exchange& exchange) noexcept = 0;
    [[nodiscard]] virtual net::Address peer_address() const = 0;
    [[nodiscard]] virtual net::Address local_address() const = 0;

protected:
    ~Transport() = default;
};

/// The body of a request while it arrives.
struct RequestBody {
    BodyMode mode = BodyMode::gather;
    bool chunked = false;
    bool complete = true;
    bool failed = false;  ///< broken off, malformed or too large; see `Exchange::refusal` for the last two
    bool waits_for_continue = false;
    std::uint64_t limit = 0;
    std::uint64_t received = 0;
    std::uint64_t left = 0;  ///< of Content-Length
    std::string_view text;   ///< gathered; views `into` or `gathered`
    std::span<char> into;    // of the arena, for small bodies of known length
    std::string gathered;
    std::string unread;  ///< streamed, not asked for yet
    std::string handed;  ///< streamed, what the handler is looking at
    h1::ChunkedDecoder decoder;
    WaiterList readers;

    void reset() noexcept {
        assert(readers.empty());
        if (received != 0 || !complete || chunked) empty_out();  // else nothing was ever put in
    }

private:
    void empty_out() noexcept;
};

class Exchange {
public:
    Exchange() : response(arena) {}
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;
    virtual ~Exchange();

    Arena arena;

    // The request. Views live as long as the exchange.
    [[nodiscard]] const RequestHead& head() const noexcept { return head_; }
    [[nodiscard]] Method method() const noexcept { return head_.method; }
    [[nodiscard]] std::string_view method_token() const noexcept { return head_.method_token(base_); }
    [[nodiscard]] std::string_view target() const noexcept { return head_.target(base_); }
    [[nodiscard]] std::string_view path() const noexcept { return head_.path(base_); }
    /// The same, for a target that is known to be of that form, as nearly all are.
    [[nodiscard]] std::string_view path_of_origin_form() const noexcept { return head_.path_piece.in(base_); }
    [[nodiscard]] std::string_view query() const noexcept { return head_.query(base_); }
    [[nodiscard]] std::string_view host() const noexcept { return head_.host(base_); }
    [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const noexcept;
    [[nodiscard]] std::size_t field_count() const noexcept { return head_.field_count; }
    [[nodiscard]] ResponseField field_at(std::size_t index) const noexcept {
        const Field& field = head_.storage[index];
        return {field.name(base_), field.value(base_)};
    }
    [[nodiscard]] std::span<const ResponseField> trailers() const noexcept { return trailers_; }

    RequestBody body;
    Response response;
    Refusal refusal;

    /// Fields after the body of a streamed response; sent only where the framing has room for them.
    Result<> add_response_trailer(std::string_view name, std::string_view value);
    [[nodiscard]] std::string_view response_trailers() const noexcept { return response_trailers_; }

    [[nodiscard]] Stage stage() const noexcept { return stage_; }
    [[nodiscard]] bool connected() const noexcept { return transport_ != nullptr; }
    [[nodiscard]] Transport* transport() const noexcept { return transport_; }
    /// Whose request it is; known also after the connection was lost.
    [[nodiscard]] net::Address peer_address() const;
    [[nodiscard]] net::Address local_address() const;
    [[nodiscard]] Loop& loop() const noexcept { return *loop_; }
    [[nodiscard]] Shard& shard() const noexcept { return *shard_; }
    [[nodiscard]] TimePoint started() const noexcept { return started_; }
    [[nodiscard]] std::uint64_t body_bytes_sent() const noexcept { return body_bytes_sent_; }

    /// Below this runs the handler; a lost connection, a time-out, `abort` and shutdown cancel it.
    [[nodiscard]] io::CancelScope& scope() noexcept {
        untouched_ = false;
        return scope_;
    }
    /// Below this runs what must run also when the handler has been cancelled; shutdown cancels it.
    [[nodiscard]] io::CancelScope& after_scope() noexcept;

    /// Stop the handler; what the response says then is sent.
    void abort() noexcept {
        aborted_ = true;
        scope().cancel();
    }
    [[nodiscard]] bool aborted() const noexcept { return aborted_; }

    /// Send now: the whole response if a body is set, else its head, and the body follows by `send_data`.
    /// errors   already_done, closed
    Result<> send();
    /// Send the whole response, with or without a body.
    Result<> send_whole();
    /// One piece of a streamed body; sends the head first if that has not been done, and a text that was set as body.
    /// Empty pieces send nothing.
    /// errors   already_done, closed; invalid_argument: the body that was set is no single text and goes out by `send`
    Result<> send_data(std::string_view data);
    /// End the streamed body, and the connection after it.
    void close() noexcept;
    /// This response goes on for as long as the client likes: when the server ends, it is closed and its handler
    /// cancelled, instead of being waited for.
    void end_at_drain() noexcept { ends_at_drain_ = true; }
    [[nodiscard]] bool ends_at_drain() const noexcept { return ends_at_drain_; }
    /// Give up a streamed body in the middle; the client sees that it is not whole.
    void break_off() noexcept;

    /// Leave HTTP: send the response as a 101 (its `Upgrade` field must be set, `Connection: Upgrade` is added), and
    /// give the connection to `receiver`, perhaps before this returns. Never if the client is lost first: then `scope`
    /// is cancelled; nor if the exchange is finished first: then the connection is closed.
    ///
    /// errors   already_done, closed, invalid_argument (an HTTP/1.0 request, or one whose body has not been read)
    Result<> upgrade(Upgrade& receiver);

    /// The chain has ended. Once; the exchange must not be used afterwards but by those who hold it.
    void finish() noexcept {
        assert(!finished_);
        finished_ = true;
        if (transport_ != nullptr) [[likely]]
            return transport_->finish(*this);
        finish_lost();
    }

    /// Let `outer` carry this exchange from now on, before anything is sent: it passes on to `transport()` as it was.
    /// It must live until the exchange is reset.
    void wrap_transport(Transport& outer) noexcept { transport_ = &outer; }

    // For the protocol that fills it.
    /// A head to parse into, with room for `max_fields`.
    [[nodiscard]] RequestHead& prepare_head(std::size_t max_fields) {
        if (head_.storage.size() < max_fields) [[unlikely]]
            grow_head(max_fields);
        return head_;
    }
    /// The head has been parsed from `head_text`, which is copied.
    void begin(Transport& transport, Loop& loop, std::string_view head_text) {
        transport_ = &transport;
        loop_ = &loop;
        base_ = arena.copy(head_text).data();
        started_ = loop.now();
    }
    void set_trailers(std::string_view section, std::size_t max_fields);
    void set_stage(Stage stage) noexcept { stage_ = stage; }
    void count_body_bytes(std::uint64_t bytes) noexcept { body_bytes_sent_ += bytes; }
    /// The client has gone: cancel the handler.
    void lose_transport() noexcept;
    /// The connection goes its own way: nothing more can be sent, and nothing is cancelled.
    void leave_transport() noexcept;
    /// Give back memory that was taken in advance: this exchange will be there for long.
    void compact();
    /// The response is out: nothing more can be sent.
    void end_transport() noexcept { transport_ = nullptr; }
    [[nodiscard]] bool finished() const noexcept { return finished_; }

    /// Make it as good as new.
    [[gnu::always_inline]] virtual void reset() noexcept {
        body.reset();
        response.clear();
        refusal.status = 0;
        arena.reset();
        if (!untouched_) reset_touched();
        transport_ = nullptr;
        body_bytes_sent_ = 0;
        stage_ = Stage::open;
        aborted_ = finished_ = ends_at_drain_ = false;
    }

protected:
    /// Nobody holds it any more: `reset` and `give_back`, in one call that a derived exchange can have to itself.
    virtual void recycle() noexcept;
    /// To the pool of its loop, which may delete it; see shard.hpp.
    void give_back() noexcept;

private:
    friend class ExchangePtr;
    friend class Shard;

    void add_ref() noexcept { ++references_; }
    void drop_ref() noexcept {
        if (--references_ == 0) recycle();
    }
    void reset_touched() noexcept;
    Result<> send_stream_head();
    void grow_head(std::size_t max_fields);
    void finish_lost() noexcept;

    RequestHead head_;
    const char* base_ = nullptr;  // views the arena
    Transport* transport_ = nullptr;
    Loop* loop_ = nullptr;
    Shard* shard_ = nullptr;
    TimePoint started_;
    io::CancelScope scope_;
    io::CancelScope after_scope_;
    std::span<const ResponseField> trailers_;
    std::string_view response_trailers_;
    std::uint64_t body_bytes_sent_ = 0;
    std::uint32_t references_ = 0;
    Stage stage_ = Stage::open;
    bool aborted_ = false;
    bool finished_ = false;
    bool ends_at_drain_ = false;
    bool untouched_ = true;             // what `reset_touched` resets is as good as new
    std::vector<Field> field_storage_;  // of the head
    net::Address lost_peer_;            // of a connection that is no more
};

/// A counted handle. Not thread-safe: it stays on the loop of its exchange.
class ExchangePtr {
public:
    ExchangePtr() noexcept = default;
    explicit ExchangePtr(Exchange& exchange) noexcept : exchange_(&exchange) { exchange_->add_ref(); }
    ExchangePtr(const ExchangePtr& other) noexcept : exchange_(other.exchange_) {
        if (exchange_ != nullptr) exchange_->add_ref();
    }
    ExchangePtr(ExchangePtr&& other) noexcept : exchange_(other.exchange_) { other.exchange_ = nullptr; }
    ExchangePtr& operator=(ExchangePtr other) noexcept {
        std::swap(exchange_, other.exchange_);
        return *this;
    }
    ~ExchangePtr() { reset(); }
    void reset() noexcept {
        if (Exchange* const held = std::exchange(exchange_, nullptr)) held->drop_ref();
    }

    [[nodiscard]] Exchange* get() const noexcept { return exchange_; }
    Exchange& operator*() const noexcept { return *exchange_; }
    Exchange* operator->() const noexcept { return exchange_; }
    explicit operator bool() const noexcept { return exchange_ != nullptr; }

private:
    Exchange* exchange_ = nullptr;
};

/// Waits, if need be, until a client has taken what was sent; gives the result of the sending.
class [[nodiscard("co_await it: nothing is sent before")]] Sending final : TransportWaiter {
public:
    enum class What : std::uint8_t { response, whole, data };
    Sending(ExchangePtr exchange, What what, std::string data = {}) noexcept
        : exchange_(std::move(exchange)), data_(std::move(data)), what_(what) {}
    ~Sending() = default;

    bool await_ready();
    template <typename Promise>
    bool await_suspend(std::coroutine_handle<Promise> waiter) {
        if (!suspend(waiter)) return false;
        if (!suspended_to_begin_later()) wait();
        return true;
    }
    Result<> await_resume();

private:
    [[nodiscard]] bool send();
    void wait() noexcept { exchange_->transport()->wait_for_drain(*this); }
    bool begin() override;

    ExchangePtr exchange_;
    std::string data_;
    Result<> result_;
    What what_;
};

/// Waits for more of a streamed request body.
class [[nodiscard("co_await it")]] BodyReading final : TransportWaiter {
public:
    explicit BodyReading(ExchangePtr exchange) noexcept : exchange_(std::move(exchange)) {}
    ~BodyReading() = default;

    bool await_ready();
    template <typename Promise>
    bool await_suspend(std::coroutine_handle<Promise> waiter) {
        if (!suspend(waiter)) return false;
        if (!suspended_to_begin_later()) wait();
        return true;
    }
    Result<std::string_view> await_resume();

private:
    [[nodiscard]] bool is_there();
    void wait() noexcept { exchange_->body.readers.push_back(*this); }
    bool begin() override;

    ExchangePtr exchange_;
};

}  // namespace hyperlane::http
