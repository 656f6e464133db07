#pragma once

/// Texts of any characters in fields that have a way to carry them: addresses (Location, Content-Location, Link), and
/// names of files (Content-Disposition).

#include <string>
#include <string_view>

namespace hyperlane::http {

/// An address as it may stand in a field: what no URI may contain (spaces, quotes, backslashes, control characters, all
/// that is not ASCII) becomes "%XX". What is encoded already stays, so that encoding twice changes nothing; a "%" that
/// begins no escape becomes "%25".
///
/// source   RFC 3986 2, RFC 9110 10.2.2
[[nodiscard]] std::string encode_uri_reference(std::string_view text);

/// `attachment; filename="naive plan.pdf"`, and if the name is not plain ASCII `filename*=UTF-8''…` behind it, which
/// every browser prefers. "/" and "\" become "_", as no name that is saved may contain them; so does what is no UTF-8.
///
/// in       type: "attachment" to save, "inline" to show
/// source   RFC 6266, RFC 8187
[[nodiscard]] std::string content_disposition(std::string_view type, std::string_view file_name);

}  // namespace hyperlane::http
