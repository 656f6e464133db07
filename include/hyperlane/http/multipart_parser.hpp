#pragma once

/// multipart/form-data as it arrives (RFC 2046 5.1.1, RFC 7578):
///
///     [preamble CRLF]
///     "--" boundary *LWSP CRLF
///     Content-Disposition: form-data; name="field"; filename="a.txt" CRLF
///     Content-Type: text/plain CRLF
///     CRLF
///     data CRLF
///     "--" boundary *LWSP CRLF …
///     "--" boundary "--" *LWSP [CRLF epilogue]
///
/// Strict: lines end with CRLF, what looks like a delimiter is one, every part has a name, the last delimiter must
/// come.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hyperlane {

struct MultipartLimits {
    std::size_t parts = 100;
    std::size_t head_bytes = 8 * 1024;              ///< the fields of one part
    std::uint64_t part_bytes = 64 * 1024 * 1024;    ///< the data of one part
    std::uint64_t total_bytes = 256 * 1024 * 1024;  ///< the whole body
    std::size_t text_bytes = 1024 * 1024;           ///< of a part that is taken into memory with `text`
};

/// What stands above the data of a part.
struct PartHead {
    std::string name;
    std::optional<std::string> file_name;  ///< as the client says: not to be trusted, and never a path to write to
    std::string content_type;              ///< as the client says; empty if it says nothing
};

namespace http {

/// The boundary in a Content-Type; nothing if it is absent or breaks RFC 2046 5.1.1.
[[nodiscard]] std::optional<std::string> find_boundary(std::string_view content_type);

class MultipartParser {
public:
    enum class Event : std::uint8_t {
        need_more,  ///< feed it, or say that the input has ended
        part,       ///< a part begins: `head`
        data,       ///< a piece of it, not empty: `data`
        part_end,
        end,     ///< of all
        failed,  ///< for good: `error`
    };

    MultipartParser(std::string_view boundary, const MultipartLimits& limits);

    void set_limits(const MultipartLimits& limits) noexcept { limits_ = limits; }
    /// More input, which is copied. Ends the life of `data`.
    void feed(std::string_view piece);
    void end_input() noexcept { ended_ = true; }
    /// What comes next in the input so far. Ends the life of `data`.
    [[nodiscard]] Event next();

    [[nodiscard]] const PartHead& head() const noexcept { return head_; }
    [[nodiscard]] std::string_view data() const noexcept { return data_; }
    /// What is wrong: "the body ends in the middle of a part".
    [[nodiscard]] const std::string& error() const noexcept { return error_; }
    /// Was it a limit, not the grammar?
    [[nodiscard]] bool is_too_large() const noexcept { return too_large_; }

private:
    enum class State : std::uint8_t { preamble, delimiter, head, empty_line, data, epilogue, end, failed };

    Event skip_preamble();
    Event read_delimiter();
    Event read_head();
    Event skip_empty_line();
    Event read_data();
    Event skip_epilogue();
    Event fail(std::string_view message);
    Event fail_large(std::string_view what, std::uint64_t limit);
    Event wait_or_fail(std::string_view message);
    bool parse_head(std::string_view lines);
    bool parse_field(std::string_view line);
    bool parse_disposition(std::string_view value);
    bool take_name(std::string_view text, std::string& out, std::string_view what);
    [[nodiscard]] std::string_view rest() const noexcept { return std::string_view(buffer_).substr(at_); }

    std::string delimiter_;  // CRLF "--" boundary
    MultipartLimits limits_;
    std::string buffer_;
    std::size_t at_ = 0;     // what is before it has been used
    std::string_view data_;  // views buffer_
    PartHead head_;
    std::string error_;
    std::uint64_t fed_ = 0;
    std::uint64_t part_bytes_ = 0;
    std::size_t parts_ = 0;
    State state_ = State::preamble;
    bool has_disposition_ = false;
    bool ended_ = false;
    bool too_large_ = false;
};

}  // namespace http

}  // namespace hyperlane
