#pragma once

/// Content codings (RFC 9110 8.4.1, zstd: RFC 8878, br: RFC 7932): text in pieces, compressed and back.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hyperlane::http {

enum class Coding : std::uint8_t { br, zstd, gzip, deflate };

/// "br", "zstd", "gzip", "deflate"
[[nodiscard]] std::string_view name_of(Coding coding) noexcept;
/// In any case; also "x-gzip".
[[nodiscard]] std::optional<Coding> parse_coding(std::string_view name) noexcept;

/// What has to come out after a piece.
enum class Until : std::uint8_t {
    later,    ///< whatever the encoder likes
    flushed,  ///< all of the piece can be read by the receiver
    ended,    ///< and nothing follows
};

/// One compressed body. Not thread-safe.
class Encoder {
public:
    Encoder(const Encoder&) = delete;
    Encoder& operator=(const Encoder&) = delete;
    virtual ~Encoder() = default;

    /// Compress one more piece.
    /// out     the compressed bytes are appended
    /// errors  out_of_memory as std::bad_alloc; nothing else can fail
    virtual void write(std::string_view piece, Until until, std::string& out) = 0;

protected:
    Encoder() = default;
};

struct EncoderSettings {
    /// 0: the default, which is fast rather than small. br 1 to 11, zstd 1 to 19, gzip 1 to 9; cut to that.
    int level = 0;
    /// The size of the whole body, if it is known: spares memory for small ones.
    std::optional<std::size_t> size = std::nullopt;
};

[[nodiscard]] std::unique_ptr<Encoder> make_encoder(Coding coding, EncoderSettings settings = {});

/// All of a body at once.
[[nodiscard]] std::string encode(Coding coding, std::string_view text, int level = 0);

/// Reads one compressed body. Not thread-safe.
class Decoder {
public:
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;
    virtual ~Decoder() = default;

    /// Decompress one more piece.
    ///
    /// out     what it means is appended
    /// errors  bad_message: the bytes are not of this coding; too_large: `out` would become larger than `limit`
    virtual Result<> read(std::string_view piece, std::string& out, std::size_t limit) = 0;
    /// Is the body whole? Otherwise it has been cut off.
    [[nodiscard]] virtual bool complete() const noexcept = 0;

protected:
    Decoder() = default;
};

[[nodiscard]] std::unique_ptr<Decoder> make_decoder(Coding coding);

/// All of a body at once.
/// errors  as for `Decoder::read`; bad_message also if it has been cut off
[[nodiscard]] Result<std::string> decode(Coding coding, std::string_view text, std::size_t limit);

}  // namespace hyperlane::http
