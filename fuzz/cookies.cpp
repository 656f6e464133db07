/// Bytes -> a Cookie field and a Set-Cookie. Holds: pairs are parts of the field and harmless; a Set-Cookie that was
/// written is a valid field value, adds no attribute, and its pair is read back as it was.

#include <hyperlane/http/cookie.hpp>
#include <hyperlane/http/h1/write_head.hpp>
#include <hyperlane/http/list.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace hyperlane;
using namespace hyperlane::http;

void expect(bool holds) {
    if (!holds) std::abort();
}

void check_field(std::string_view text) {
    for (CookieReader reader(text); const auto pair = reader.next();) {
        expect(is_token(pair->name));
        expect(!pair->value.contains(';') && !pair->value.contains('\r') && !pair->value.contains('\n'));
        expect(pair->value.data() >= text.data() &&
               pair->value.data() + pair->value.size() <= text.data() + text.size());
        expect(find_cookie(text, pair->name).has_value());
    }
}

std::string_view take(std::string_view& text) {
    const std::size_t end = std::min(text.find('\xff'), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
}

void check_set_cookie(std::string_view text, unsigned flags) {
    Cookie cookie;
    cookie.name = take(text);
    cookie.value = take(text);
    cookie.path = take(text);
    cookie.domain = take(text);
    cookie.secure = (flags & 1) != 0;
    cookie.http_only = (flags & 2) != 0;
    cookie.same_site = static_cast<SameSite>(flags >> 2 & 3);
    cookie.partitioned = (flags & 16) != 0;
    if ((flags & 32) != 0) cookie.max_age = std::chrono::seconds(static_cast<std::int64_t>(flags) << 40);
    if ((flags & 64) != 0)
        cookie.expires = std::chrono::sys_seconds(std::chrono::seconds(static_cast<std::int64_t>(flags) << 40));
    Arena arena;
    const auto written = write_set_cookie(cookie, arena);
    if (!written.has_value()) return;
    expect(h1::is_valid_field_value(*written));
    const auto attributes = std::count(written->begin(), written->end(), ';');
    const int expected = !cookie.path.empty() + !cookie.domain.empty() + cookie.secure + cookie.http_only +
                         cookie.partitioned + (cookie.same_site != SameSite::unset) + cookie.max_age.has_value() +
                         cookie.expires.has_value();
    expect(attributes == expected);
    expect(find_cookie(*written, cookie.name) == cookie.value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    check_field(text);
    check_set_cookie(text, data[0]);
    return 0;
}
