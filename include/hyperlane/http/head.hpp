#pragma once

/// The head of a message as the parser leaves it: where things are, not what they are.
///
/// Everything is an offset from the first byte of the head, so that a head can be parsed where it was received, its
/// bytes be copied elsewhere, and nothing needs to be touched: pass the base of the copy to the accessors from then on.

#include <hyperlane/http/field_range.hpp>
#include <hyperlane/http/method.hpp>
#include <hyperlane/http/target.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace hyperlane::http {

/// A piece of the head.
struct Piece {
    std::uint32_t at = 0;
    std::uint32_t size = 0;

    // The cast: else each program compiles the concepts of iterators, for a constructor that this does not mean.
    [[nodiscard]] std::string_view in(const char* base) const noexcept { return {base + at, std::size_t{size}}; }
};

/// One field line; the value is without surrounding whitespace.
struct Field {
    Piece name_piece;
    Piece value_piece;

    [[nodiscard]] std::string_view name(const char* base) const noexcept { return name_piece.in(base); }
    [[nodiscard]] std::string_view value(const char* base) const noexcept { return value_piece.in(base); }
};

/// What both kinds of head have: the field lines, and what they say about framing and about the connection.
struct MessageHead {
    std::span<Field> storage;          ///< given by the caller; bounds the number of fields
    std::uint64_t content_length = 0;  ///< meaningful if `has_content_length`
    std::uint32_t field_count = 0;
    std::uint8_t minor_version = 1;  ///< 0 or 1; a later minor version is read as 1 (RFC 9110 2.5)
    bool has_content_length = false;
    bool chunked = false;
    bool connection_close = false;
    bool connection_keep_alive = false;
    bool connection_upgrade = false;  ///< the option of Connection
    bool has_upgrade = false;         ///< there is an Upgrade field

    [[nodiscard]] FieldRange<Field> fields() const noexcept { return {storage.data(), field_count}; }

    /// Does this message let the connection live on (RFC 9112 9.3)?
    [[nodiscard]] bool keep_alive() const noexcept {
        return !connection_close && (minor_version != 0 || connection_keep_alive);
    }

    /// The first field of that name, in any case, or nullptr.
    [[nodiscard]] const Field* find(const char* base, std::string_view name) const noexcept;
};

struct RequestHead : MessageHead {
    Piece method_piece;
    Piece target_piece;
    Piece path_piece;   ///< empty for "http://host" and in authority-form: see `path`
    Piece query_piece;  ///< without "?"
    Piece host_piece;   ///< authority of the target if it has one, else the value of Host; maybe empty
    Method method = Method::OTHER;
    TargetForm form = TargetForm::origin;
    bool has_host = false;
    bool has_query = false;
    bool path_has_percent = false;  ///< nothing to decode if not
    bool expect_continue = false;   ///< never with HTTP/1.0 (RFC 9110 10.1.1)

    RequestHead() = default;
    explicit RequestHead(std::span<Field> field_storage) noexcept { storage = field_storage; }

    [[nodiscard]] bool has_body() const noexcept { return chunked || (has_content_length && content_length != 0); }

    /// Not decoded; "/" if an absolute-form target has none, "*" in asterisk-form, empty in authority-form.
    [[nodiscard]] std::string_view path(const char* base) const noexcept {
        return path_piece.size == 0 && form == TargetForm::absolute ? "/" : path_piece.in(base);
    }
    [[nodiscard]] std::string_view query(const char* base) const noexcept { return query_piece.in(base); }
    [[nodiscard]] std::string_view host(const char* base) const noexcept { return host_piece.in(base); }
    [[nodiscard]] std::string_view target(const char* base) const noexcept { return target_piece.in(base); }
    [[nodiscard]] std::string_view method_token(const char* base) const noexcept { return method_piece.in(base); }
};

struct ResponseHead : MessageHead {
    Piece reason_piece;
    int status = 0;

    ResponseHead() = default;
    explicit ResponseHead(std::span<Field> field_storage) noexcept { storage = field_storage; }

    [[nodiscard]] std::string_view reason(const char* base) const noexcept { return reason_piece.in(base); }
};

/// Offsets are 32 bits wide: `head_bytes` must be below 2 GiB.
struct HeadLimits {
    std::size_t request_line_bytes = 8 * 1024;  ///< with its CRLF; more is 414
    std::size_t head_bytes = 32 * 1024;         ///< with the empty line; more is 431
    std::size_t fields = 100;                   ///< more is 431
};

/// Why a head was refused; `none` and `incomplete` are no refusals.
enum class HeadError : std::uint8_t {
    none,
    incomplete,
    bad_method,
    bad_target,
    bad_percent_encoding,
    fragment_in_target,
    bad_target_form,
    bad_request_line,
    bad_version,
    unsupported_version,
    bad_status_line,
    request_line_too_long,
    head_too_large,
    too_many_fields,
    bare_cr,
    bare_lf,
    folded_line,
    space_before_colon,
    bad_field_name,
    bad_field_value,
    missing_host,
    repeated_host,
    bad_host,
    bad_content_length,
    repeated_content_length,
    bad_transfer_encoding,
    repeated_transfer_encoding,
    unknown_transfer_coding,
    transfer_encoding_in_1_0,
    both_framings,
    unknown_expectation,
};

/// The status to answer with; 0 for `none` and `incomplete`. Always close afterwards: the framing is in doubt.
[[nodiscard]] int status_of(HeadError error) noexcept;

/// A sentence that names what was wrong; static text.
[[nodiscard]] std::string_view message_of(HeadError error) noexcept;

struct HeadResult {
    std::size_t used = 0;  ///< bytes of the head, if ok
    HeadError error = HeadError::none;

    [[nodiscard]] bool ok() const noexcept { return error == HeadError::none; }
    [[nodiscard]] bool need_more() const noexcept { return error == HeadError::incomplete; }
};

}  // namespace hyperlane::http
