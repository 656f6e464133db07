#include <hyperlane/http/h1/write_head.hpp>
#include <hyperlane/http/list.hpp>
#include <hyperlane/http/response.hpp>

#include <algorithm>
#include <charconv>
#include <string>

namespace hyperlane::http {

namespace {

// "no" and the value as a person can read it, cut where it becomes long.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text.substr(0, 80)) {
        if (c == '\r') {
            out += "\\r";
        } else if (c == '\n') {
            out += "\\n";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            out += "\\x";
            out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
            out += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
        } else {
            out += c;
        }
    }
    return out + (text.size() > 80 ? "…\"" : "\"");
}

std::unexpected<Error> bad_value(std::string_view name, std::string_view value, std::string_view why) {
    std::string message = "response header " + quoted(name) + ": ";
    return fail(ErrorCode::invalid_argument, message.append(why) + ", got " + quoted(value));
}

std::unexpected<Error> bad_text(std::string_view name, std::string_view value) {
    return bad_value(name, value, "a value has no line breaks, no control characters and no spaces at its ends");
}

}  // namespace

Result<> Response::set_status(int status) {
    const bool is_final = status >= 200 && status <= 999;
    if (!is_final && status != 101) {
        return fail(ErrorCode::invalid_argument,
                    "response status " + std::to_string(status) + ": the status of a response is 200 to 999");
    }
    status_ = static_cast<std::uint16_t>(status);
    usual_ = usual_ && status == 200;
    return {};
}

Result<> Response::set_reason(std::string_view reason) {
    if (!h1::is_valid_field_value(reason)) {
        return fail(ErrorCode::invalid_argument, "response reason: no control characters, got " + quoted(reason));
    }
    reason_ = arena_->copy(reason);
    usual_ = false;
    return {};
}

Result<> Response::put(std::string_view name, std::string_view value, bool replace) {
    if (!h1::is_valid_field_name(name)) {
        return fail(ErrorCode::invalid_argument,
                    "response header name " + quoted(name) + " is not a token (RFC 9110 5.1)");
    }
    if (!h1::is_valid_field_value(value)) return bad_text(name, value);
    return store(kind_of_field(name), arena_->copy(name), arena_->copy(value), replace);
}

Result<> Response::set(FieldName name, std::string_view value) {
    if (!h1::is_valid_field_value(value)) return bad_text(name, value);
    return store(name.kind(), name, arena_->copy(value), true);
}

Result<> Response::store(FieldKind kind, std::string_view name, std::string_view value, bool replace) {
    if (kind != FieldKind::plain) {
        const auto taken = take_framing(kind, name, value);
        if (!taken) return std::unexpected(taken.error());
        if (*taken) return {};
    }
    if (replace && count_ > 0) erase(name);
    if (count_ == capacity_) grow();
    push(name, value);
    return {};
}

// returns  whether the field is the server's to send
Result<bool> Response::take_framing(FieldKind kind, std::string_view name, std::string_view value) {
    switch (kind) {
        case FieldKind::plain: return false;
        case FieldKind::date:
            has_date_ = true;
            usual_ = false;
            return false;
        case FieldKind::content_type: has_content_type_ = true; return false;
        case FieldKind::transfer_encoding:
            return bad_value(name, value, "the server chooses the transfer coding itself");
        case FieldKind::connection:
            if (equals_ignore_case(value, "upgrade")) return false;
            if (equals_ignore_case(value, "close")) {
                want_close();
            } else if (!equals_ignore_case(value, "keep-alive")) {
                return bad_value(name, value, "the connection is the server's; \"close\" is what a handler may ask");
            }
            return true;
        case FieldKind::content_length: {
            std::uint64_t length = 0;
            const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
            if (error != std::errc() || end != value.data() + value.size()) {
                return bad_value(name, value, "a number of bytes");
            }
            declared_length_ = length;
            usual_ = false;
            return true;
        }
    }
    return false;
}

void Response::erase(std::string_view name) noexcept {
    std::uint32_t kept = 0;
    for (std::uint32_t i = 0; i < count_; ++i) {
        if (fields_[i].name.size() == name.size() && equals_ignore_case(fields_[i].name, name)) {
            field_bytes_ -= fields_[i].name.size() + fields_[i].value.size() + field_overhead_bytes;
        } else {
            fields_[kept++] = fields_[i];
        }
    }
    count_ = kept;
}

void Response::remove(std::string_view name) noexcept {
    erase(name);
    if (equals_ignore_case(name, "Content-Type")) has_content_type_ = false;
    if (equals_ignore_case(name, "Date")) has_date_ = false;
    if (equals_ignore_case(name, "Content-Length")) declared_length_.reset();
}

std::optional<std::string_view> Response::find(std::string_view name) const noexcept {
    for (const ResponseField& field : fields()) {
        if (equals_ignore_case(field.name, name)) return field.value;
    }
    return std::nullopt;
}

void Response::clear_unusual() noexcept {
    reason_ = {};
    declared_length_.reset();
    has_date_ = wants_close_ = false;
    usual_ = true;
}

void Response::grow() {
    const std::uint32_t capacity = capacity_ * 2;
    const auto larger = arena_->allocate_array<ResponseField>(capacity);
    std::copy_n(fields_, count_, larger.data());
    fields_ = larger.data();
    capacity_ = capacity;
}

}  // namespace hyperlane::http
