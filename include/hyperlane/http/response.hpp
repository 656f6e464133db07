#pragma once

/// A response while it is being put together. Framing (Content-Length, Transfer-Encoding, Connection) is the
/// library's work: what is set of it here is taken as a wish or refused.

#include <hyperlane/base/arena.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/http/body.hpp>
#include <hyperlane/http/field_range.hpp>
#include <hyperlane/http/field_text.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hyperlane::http {

struct ResponseField {
    std::string_view name;   // views the arena, or the program
    std::string_view value;  // views the arena, or the program
};

/// Belongs to one exchange and keeps its texts in that exchange's arena.
class Response {
public:
    explicit Response(Arena& arena) noexcept : arena_(&arena) {}
    Response(const Response&) = delete;
    Response& operator=(const Response&) = delete;

    Body body;

    /// 100 to 999; anything else is an error of the caller.
    Result<> set_status(int status);
    /// The status to send: 200 if none was set.
    [[nodiscard]] int status() const noexcept { return status_ == 0 ? 200 : status_; }
    [[nodiscard]] bool status_is_set() const noexcept { return status_ != 0; }

    /// Instead of the registered reason phrase.
    Result<> set_reason(std::string_view reason);
    [[nodiscard]] std::string_view reason() const noexcept { return reason_; }

    /// Replace all fields of that name by one.
    ///
    /// errors   invalid_argument: a name that is no token, a value with CR, LF, NUL or another control character;
    ///          Transfer-Encoding;
    ///          Content-Length that is no number; Connection other than close, keep-alive or upgrade
    Result<> set(std::string_view name, std::string_view value) { return put(name, value, true); }
    /// Neither checked again nor copied.
    Result<> set(FieldName name, std::string_view value);
    Result<> set(FieldName name, FieldText value) {
        if (name.kind() == FieldKind::content_type && !has_content_type_ && count_ < capacity_) [[likely]] {
            has_content_type_ = true;
            push(name, value);
            return {};
        }
        return store(name.kind(), name, value, true);
    }
    /// Add one more field of that name. The same errors.
    Result<> add(std::string_view name, std::string_view value) { return put(name, value, false); }
    void remove(std::string_view name) noexcept;

    /// The first field of that name, in any case.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
    [[nodiscard]] FieldRange<ResponseField> fields() const noexcept { return {fields_, count_}; }

    [[nodiscard]] bool has_content_type() const noexcept { return has_content_type_; }
    [[nodiscard]] bool has_date() const noexcept { return has_date_; }
    [[nodiscard]] bool wants_close() const noexcept { return wants_close_; }
    void want_close() noexcept {
        wants_close_ = true;
        usual_ = false;
    }
    /// A 200 with its own reason phrase, whose framing is left to the library, and nothing else to mind.
    [[nodiscard]] bool is_usual() const noexcept { return usual_; }

    /// What the handler says the length is, for a streamed body or the answer to HEAD.
    [[nodiscard]] std::optional<std::uint64_t> declared_length() const noexcept { return declared_length_; }

    /// Has anybody begun to answer: a status or a body?
    [[nodiscard]] bool answered() const noexcept { return status_ != 0 || body.is_set(); }

    /// Bytes that the fields take on the wire.
    [[nodiscard]] std::size_t field_bytes() const noexcept { return field_bytes_; }

    /// Forget status, fields and body; before anything was sent only.
    void clear() noexcept {
        body.clear();
        fields_ = first_fields_.data();
        count_ = 0;
        capacity_ = inline_fields;
        field_bytes_ = 0;
        status_ = 0;
        has_content_type_ = false;
        if (!usual_) clear_unusual();
    }

private:
    Result<> put(std::string_view name, std::string_view value, bool replace);
    Result<> store(FieldKind kind, std::string_view name, std::string_view value, bool replace);
    Result<bool> take_framing(FieldKind kind, std::string_view name, std::string_view value);
    void push(std::string_view name, std::string_view value) noexcept {
        fields_[count_++] = {name, value};
        field_bytes_ += name.size() + value.size() + field_overhead_bytes;
    }
    void erase(std::string_view name) noexcept;
    void clear_unusual() noexcept;
    void grow();

    static constexpr std::uint32_t inline_fields = 8;
    static constexpr std::size_t field_overhead_bytes = 4;  // ": " and CRLF

    Arena* arena_;
    std::array<ResponseField, inline_fields> first_fields_;
    ResponseField* fields_ = first_fields_.data();  // there, or in the arena
    std::uint32_t count_ = 0;
    std::uint32_t capacity_ = inline_fields;
    std::size_t field_bytes_ = 0;
    std::string_view reason_;
    std::optional<std::uint64_t> declared_length_;
    std::uint16_t status_ = 0;
    bool has_content_type_ = false;
    bool has_date_ = false;
    bool wants_close_ = false;
    bool usual_ = true;
};

}  // namespace hyperlane::http
