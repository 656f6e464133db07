#include <hyperlane/http/head.hpp>
#include <hyperlane/http/list.hpp>

namespace hyperlane::http {

const Field* MessageHead::find(const char* base, std::string_view name) const noexcept {
    for (const Field& field : fields()) {
        if (equals_ignore_case(field.name(base), name)) return &field;
    }
    return nullptr;
}

int status_of(HeadError error) noexcept {
    switch (error) {
        case HeadError::none:
        case HeadError::incomplete: return 0;
        case HeadError::request_line_too_long: return 414;
        case HeadError::head_too_large:
        case HeadError::too_many_fields: return 431;
        case HeadError::unknown_transfer_coding: return 501;
        case HeadError::unsupported_version: return 505;
        case HeadError::unknown_expectation: return 417;
        default: return 400;
    }
}

std::string_view message_of(HeadError error) noexcept {
    switch (error) {
        case HeadError::none: return "the head is well-formed";
        case HeadError::incomplete: return "the head is not complete yet";
        case HeadError::bad_method: return "the request does not begin with a method token and one space";
        case HeadError::bad_target: return "the request target holds a control character or a byte outside ASCII";
        case HeadError::bad_percent_encoding:
            return "a percent sign in the request target is not followed by two hexadecimal digits";
        case HeadError::fragment_in_target: return "the request target holds a fragment";
        case HeadError::bad_target_form: return "the request target has no form that this method may use";
        case HeadError::bad_request_line:
            return "the request line is not a method, a target and a version with one space between them";
        case HeadError::bad_version: return "the request line does not end with an HTTP version";
        case HeadError::unsupported_version: return "the major version of HTTP is not 1";
        case HeadError::bad_status_line: return "the status line is malformed";
        case HeadError::request_line_too_long: return "the request line is too long";
        case HeadError::head_too_large: return "the head is too large";
        case HeadError::too_many_fields: return "the head has too many fields";
        case HeadError::bare_cr: return "a carriage return is not followed by a line feed";
        case HeadError::bare_lf: return "a line feed is not preceded by a carriage return";
        case HeadError::folded_line: return "a field line begins with whitespace";
        case HeadError::space_before_colon: return "there is whitespace between a field name and its colon";
        case HeadError::bad_field_name: return "a field line does not begin with a token and a colon";
        case HeadError::bad_field_value: return "a field value holds a control character";
        case HeadError::missing_host: return "the Host field is missing";
        case HeadError::repeated_host: return "there is more than one Host field";
        case HeadError::bad_host: return "the Host field is not a host with an optional port";
        case HeadError::bad_content_length: return "Content-Length is not one decimal number within range";
        case HeadError::repeated_content_length: return "there is more than one Content-Length field";
        case HeadError::bad_transfer_encoding: return "Transfer-Encoding does not end with one chunked coding";
        case HeadError::repeated_transfer_encoding: return "there is more than one Transfer-Encoding field";
        case HeadError::unknown_transfer_coding: return "a transfer coding other than chunked is not understood";
        case HeadError::transfer_encoding_in_1_0: return "an HTTP/1.0 message has a Transfer-Encoding field";
        case HeadError::both_framings: return "there are both a Transfer-Encoding and a Content-Length field";
        case HeadError::unknown_expectation: return "an expectation other than 100-continue cannot be met";
    }
    return "the head is malformed";
}

}  // namespace hyperlane::http
