#pragma once

/// permessage-deflate (RFC 7692): what both sides agree on, and the two directions of compression.

#include <hyperlane/base/pointers.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hyperlane {

/// What a side is willing to do. "Context" is what messages before have left in the compressor: keeping it makes
/// similar messages smaller, and costs up to 300 KiB for a socket that sends and 40 KiB for one that receives. Without
/// it, all sockets of a thread share one.
struct DeflateOptions {
    bool enabled = false;
    bool own_context = false;           ///< keep it over the messages that we send, if the peer allows
    bool peer_context = false;          ///< let the peer keep it over those that it sends
    int own_window_bits = 15;           ///< 9 to 15
    int peer_window_bits = 15;          ///< 9 to 15: asked of the peer, where it can do that
    int level = 1;                      ///< of zlib: 1 (fast) to 9 (small)
    std::size_t smallest_message = 64;  ///< shorter ones are sent as they are
};

namespace websocket {

/// The parameters of a connection (RFC 7692 section 7.1).
struct DeflateParameters {
    bool server_no_context_takeover = false;
    bool client_no_context_takeover = false;
    int server_max_window_bits = 15;  ///< 8 to 15
    int client_max_window_bits = 15;

    friend bool operator==(const DeflateParameters&, const DeflateParameters&) = default;
};

struct DeflateAnswer {
    DeflateParameters parameters;
    std::string text;  ///< for Sec-WebSocket-Extensions of the response
};

/// A server's choice: the first offer of permessage-deflate that is well-formed and can be met.
///
/// in       offers: the Sec-WebSocket-Extensions of a request, all of its lines joined by commas
/// returns  nothing if there is none; the connection then goes without compression (RFC 7692 section 5)
[[nodiscard]] std::optional<DeflateAnswer> accept_deflate(std::string_view offers, const DeflateOptions& options);

/// What a client offers.
[[nodiscard]] std::string offer_deflate(const DeflateOptions& options);

/// Does a server's answer fit what `offer_deflate` has offered?
/// returns  nothing if it does not, or names another extension: the client must fail the connection
[[nodiscard]] std::optional<DeflateParameters> check_deflate_answer(std::string_view answer,
                                                                    const DeflateOptions& options);

/// Makes payloads of compressed messages.
class Deflater {
public:
    /// in  window_bits: 9 to 15
    Deflater(int window_bits, int level);
    ~Deflater();

    /// Append one message to `out`, without the 4 bytes that every message would end in.
    /// errors   false when there is no memory; `out` is then as it was
    [[nodiscard]] bool compress(std::string_view message, std::string& out);

    /// Forget the context: the next message refers to none before it.
    void reset() noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Takes them apart again, in pieces as they arrive.
class Inflater {
public:
    enum class Status : std::uint8_t { ok, bad_data, too_large, no_memory };

    /// in  window_bits: 8 to 15
    explicit Inflater(int window_bits);
    ~Inflater();

    /// Append what `piece` inflates to. `out` never grows beyond `limit`.
    [[nodiscard]] Status feed(std::string_view piece, std::string& out, std::size_t limit);
    /// The message has ended.
    [[nodiscard]] Status finish(std::string& out, std::size_t limit);

    void reset() noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace websocket
}  // namespace hyperlane
