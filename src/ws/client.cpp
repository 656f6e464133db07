#include <hyperlane/http/h1/parse_head.hpp>
#include <hyperlane/http/h1/write_head.hpp>
#include <hyperlane/io/time.hpp>
#include <hyperlane/net/connect.hpp>
#include <hyperlane/net/dns.hpp>
#include <hyperlane/ws/client.hpp>
#include <hyperlane/ws/handshake.hpp>
#include <hyperlane/ws/session.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <utility>

namespace hyperlane::websocket {

namespace {

constexpr std::size_t most_head_bytes = 32 * 1024;

/// The bytes of a handshake on their way.
class HandshakeIo final : net::StreamObserver {
public:
    HandshakeIo(Loop& loop, std::unique_ptr<net::Stream> stream, std::string request)
        : loop_(&loop), stream_(std::move(stream)), unsent_(std::move(request)) {}
    HandshakeIo(const HandshakeIo&) = delete;
    HandshakeIo& operator=(const HandshakeIo&) = delete;
    ~HandshakeIo() {
        if (stream_ == nullptr) return;
        stream_->close();
        loop_->dispose(std::move(stream_));
    }

    [[nodiscard]] Result<> start() {
        if (auto attached = stream_->attach(*loop_, *this); !attached) return attached;
        push();
        return {};
    }

    class More final : public io::Operation {
    public:
        explicit More(HandshakeIo& io) noexcept : io_(&io) {}
        ~More() = default;
        bool await_ready() const noexcept { return false; }
        template <typename Promise>
        bool await_suspend(std::coroutine_handle<Promise> waiter) noexcept {
            return suspend_unless_ready(waiter);
        }
        void await_resume() const {
            throw_if_cancelled();
            io_->news_ = false;
        }
        void wake() noexcept { resume_soon(); }

    private:
        bool begin() noexcept override {
            if (!io_->news_) io_->waiter_ = this;
            return io_->news_;
        }
        void detach() noexcept override { io_->waiter_ = nullptr; }
        HandshakeIo* io_;
    };
    [[nodiscard]] More more() noexcept { return More(*this); }

    std::string received;
    bool over = false;
    [[nodiscard]] std::unique_ptr<net::Stream> take_stream() noexcept { return std::move(stream_); }
    [[nodiscard]] Loop& loop() const noexcept { return *loop_; }

private:
    void on_readable() noexcept override {
        std::array<char, 4096> buffer;
        const auto got = stream_->read_some(buffer);
        received.append(buffer.data(), got.bytes);
        tell(got.status == net::IoStatus::end || got.status == net::IoStatus::failed);
    }
    void on_writable() noexcept override { push(); }
    void on_peer_closed(bool failed) noexcept override { tell(failed); }

    void push() noexcept {
        const std::string_view text = unsent_;
        const auto sent = stream_->write_some({&text, 1});
        if (sent.status == net::IoStatus::end || sent.status == net::IoStatus::failed) return tell(true);
        unsent_.erase(0, sent.bytes);
        stream_->set_write_interest(!unsent_.empty());
    }

    void tell(bool ended) noexcept {
        over = over || ended;
        news_ = true;
        if (waiter_ != nullptr) std::exchange(waiter_, nullptr)->wake();
    }

    Loop* loop_;
    std::unique_ptr<net::Stream> stream_;
    std::string unsent_;
    More* waiter_ = nullptr;
    bool news_ = false;
};

std::unexpected<Error> bad_url(std::string_view url, std::string_view why) {
    return fail(ErrorCode::invalid_argument, "WebSocket URL \"" + std::string(url) + "\": " + std::string(why));
}

bool is_plain(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

Result<std::string> write_fields(const ConnectOptions& options) {
    std::string lines;
    for (const auto& [name, value] : options.fields) {
        if (!http::h1::is_valid_field_name(name) || !http::h1::is_valid_field_value(value)) {
            return fail(ErrorCode::invalid_argument, "field \"" + name + "\" cannot be sent");
        }
        lines.append(name).append(": ").append(value).append("\r\n");
    }
    return lines;
}

Result<WebSocket> begin_session(HandshakeIo& io, const ClientAgreement& agreement,
                                std::shared_ptr<const WebSocketOptions> options) {
    SessionSetup setup{.role = Role::client, .options = options, .deflate = agreement.deflate, .subprotocol = {}};
    const auto& ours = options->subprotocols;
    const auto chosen = std::find(ours.begin(), ours.end(), agreement.subprotocol);
    if (chosen != ours.end()) setup.subprotocol = *chosen;
    const std::string_view early = std::string_view(io.received).substr(agreement.head_bytes);
    return WebSocket(Session::start(io.loop(), io.take_stream(), std::move(setup), early));
}

Task<Result<WebSocket>> shake_hands(std::unique_ptr<net::Stream> stream, ClientRequest request,
                                    std::shared_ptr<const WebSocketOptions> options) {
    HandshakeIo io(*Loop::current(), std::move(stream), write_request(request));
    if (const auto started = io.start(); !started) co_return std::unexpected(started.error());
    for (;;) {
        co_await io.more();
        const std::size_t size = io.received.size();
        io.received.append(http::h1::head_padding_bytes, '\0');
        const auto agreement = read_response(std::string_view(io.received.data(), size), request, options->deflate);
        io.received.resize(size);
        if (!agreement) co_return std::unexpected(agreement.error());
        if (agreement->head_bytes > 0) co_return begin_session(io, *agreement, options);
        if (io.over) co_return fail(ErrorCode::closed, "the server closed the connection during the handshake");
        if (size > most_head_bytes) co_return fail(ErrorCode::too_large, "the server's response has no end");
    }
}

Task<Result<WebSocket>> resolve_and_open(Url url, ConnectOptions options) {
    auto addresses = co_await net::resolve(url.host, url.port);
    if (!addresses) co_return std::unexpected(addresses.error());
    auto stream = co_await net::connect(std::move(*addresses));
    if (!stream) co_return std::unexpected(stream.error());
    co_return co_await open(std::move(*stream), std::move(url), std::move(options));
}

Task<Result<WebSocket>> connect_within(Url url, ConnectOptions options) {
    const auto length = options.timeout;
    if (length.count() == 0) co_return co_await resolve_and_open(std::move(url), std::move(options));
    auto opened = co_await timeout(length, resolve_and_open(std::move(url), std::move(options)));
    if (!opened) co_return std::unexpected(opened.error());
    co_return std::move(*opened);
}

Task<Result<WebSocket>> give(Error error) { co_return std::unexpected(std::move(error)); }

}  // namespace

Result<Url> parse_url(std::string_view text) {
    if (text.starts_with("wss://")) {
        return fail(ErrorCode::unsupported,
                    "WebSocket URL \"" + std::string(text) + "\": there is no TLS yet, use ws://");
    }
    if (!text.starts_with("ws://")) return bad_url(text, "it must begin with \"ws://\"");
    if (!is_plain(text)) return bad_url(text, "spaces, controls and other than ASCII must be percent-encoded");
    std::string_view rest = text.substr(5);
    rest = rest.substr(0, rest.find('#'));  // never sent (RFC 6455 section 3)
    const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
    const std::string_view authority = rest.substr(0, end);
    const std::string_view target = rest.substr(end);
    Url url;
    std::string_view host = authority;
    const std::size_t colon = authority.rfind(':');
    if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
        host = authority.substr(0, colon);
        const std::string_view digits = authority.substr(colon + 1);
        const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
        if (error != std::errc() || stop != digits.data() + digits.size() || url.port == 0) {
            return bad_url(text, "the port must be a number up to 65535");
        }
    }
    if (host.empty() || host.find('@') != std::string_view::npos) return bad_url(text, "the host is missing or odd");
    url.authority = url.port == 80 ? std::string(host) : std::string(authority);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    url.host = host;
    if (!target.empty()) url.target = target.starts_with('?') ? "/" + std::string(target) : std::string(target);
    return url;
}

Task<Result<WebSocket>> open(std::unique_ptr<net::Stream> stream, Url url, ConnectOptions options) {
    auto fields = write_fields(options);
    if (!fields) return give(std::move(fields.error()));
    ClientRequest request{.host = std::move(url.authority),
                          .target = std::move(url.target),
                          .key = random_key(),
                          .subprotocols = options.socket.subprotocols,
                          .extensions = offer_deflate(options.socket.deflate),
                          .more_fields = std::move(*fields)};
    return shake_hands(std::move(stream), std::move(request),
                       std::make_shared<const WebSocketOptions>(std::move(options.socket)));
}

Task<Result<WebSocket>> connect(std::string url, ConnectOptions options) {
    auto parsed = parse_url(url);
    if (!parsed) return give(std::move(parsed.error()));
    return connect_within(std::move(*parsed), std::move(options));
}

Task<Result<WebSocket>> connect(std::string url) { return connect(std::move(url), ConnectOptions()); }

}  // namespace hyperlane::websocket
