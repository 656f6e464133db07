#pragma once

/// The chunked transfer coding (RFC 9112 7.1). Wire format:
///
///     *( 1*HEXDIG [ chunk-ext ] CRLF  data CRLF )  1*"0" [ chunk-ext ] CRLF  *( field-line CRLF )  CRLF
///     chunk-ext = *( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] )

#include <hyperlane/http/head.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hyperlane::http::h1 {

struct ChunkLimits {
    std::size_t extension_bytes = 4 * 1024;  ///< of all chunks together; more is refused with 400, as nobody needs them
    std::size_t trailer_bytes = 8 * 1024;    ///< with the empty line; more is 431
    std::size_t trailer_fields = 32;         ///< more is 431
};

enum class ChunkError : std::uint8_t {
    none,
    bad_size,
    size_overflow,
    bad_extension,
    extensions_too_long,
    bad_line_end,
    missing_data_end,
    bad_trailer,
    trailers_too_large,
};

/// The status to answer with (400 or 431); 0 for `none`. Close afterwards: where the next message begins is not known.
[[nodiscard]] int status_of(ChunkError error) noexcept;
[[nodiscard]] std::string_view message_of(ChunkError error) noexcept;

/// Takes a chunked body apart, in whatever pieces it comes. Holds no data: what it gives out are views into what it
/// got.
///
///     for (;;) {
///         auto step = decoder.feed(unread);
///         unread.remove_prefix(step.consumed);          // `step.data` stays where it was
///         if (step.status == data) take(step.data); else break;
///     }
class ChunkedDecoder {
public:
    enum class Status : std::uint8_t {
        need_more,  ///< keep what was not consumed, and call again with more behind it
        data,       ///< `data` is the next piece of the body, never empty; call again
        end,    ///< the body is complete; `data` is the trailer section without its empty line, see `parse_trailers`
        error,  ///< see `error()`
    };

    struct Step {
        Status status = Status::need_more;
        std::size_t consumed = 0;
        std::string_view data;
    };

    explicit ChunkedDecoder(const ChunkLimits& limits = {}) noexcept : limits_(limits) {}

    /// Decode on.
    ///
    /// in       everything received and not consumed yet. Chunks are consumed as they come; an incomplete trailer
    ///          section is not, so that it ends up in one piece: the caller keeps at most `trailer_bytes`
    /// cost     linear; no allocation; data is not looked at
    [[nodiscard]] Step feed(std::string_view in) noexcept;

    [[nodiscard]] ChunkError error() const noexcept { return error_; }

private:
    enum class State : std::uint8_t {
        size_first,
        size,
        size_space,
        extension,
        name,
        name_space,
        value_first,
        value,
        quoted,
        escaped,
        value_end,
        value_space,
        line_feed,
        data,
        data_cr,
        data_lf,
        trailers,
        done,
        failed,
    };

    Step fail(ChunkError error) noexcept;
    Step feed_data(std::string_view in, std::size_t at) noexcept;
    Step feed_trailers(std::string_view in, std::size_t at) noexcept;
    State after_line_byte(char c) noexcept;
    State after_extension_byte(char c) noexcept;
    State add_digit(char c) noexcept;
    State refuse(ChunkError error) noexcept;

    ChunkLimits limits_;
    std::uint64_t left_ = 0;  // size being read, then bytes of data still to come
    std::size_t extension_bytes_ = 0;
    std::size_t trailer_seen_ = 0;  // bytes of the trailer section that were looked at before
    State state_ = State::size_first;
    ChunkError error_ = ChunkError::none;
    std::uint8_t digits_ = 0;
};

/// Find the fields of a trailer section that `ChunkedDecoder` gave out.
///
/// in       `section` is what came with `end`; `out` has room for `trailer_fields`
/// returns  the number of fields in `out`, offsets into `section`. Fields that a trailer must not carry are dropped:
///          framing, routing, authentication, cookies, request modifiers, how to process the content (RFC 9110 6.5.1)
[[nodiscard]] std::size_t parse_trailers(std::string_view section, std::span<Field> out) noexcept;

/// May a trailer section carry a field of this name (RFC 9110 6.5.1)?
[[nodiscard]] bool is_allowed_in_trailers(std::string_view name) noexcept;

inline constexpr std::size_t max_chunk_head_bytes = 16 + 2;

/// "1f4\r\n". The data and "\r\n" must follow. `size` is not 0: that would end the body.
///
/// returns  the end of what was written
char* write_chunk_head(char* out, std::uint64_t size) noexcept;

inline constexpr std::string_view chunk_end = "\r\n";
inline constexpr std::string_view last_chunk = "0\r\n";  ///< then trailer lines, then `chunk_end`
inline constexpr std::string_view last_chunk_no_trailers = "0\r\n\r\n";

}  // namespace hyperlane::http::h1
