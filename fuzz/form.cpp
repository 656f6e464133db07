/// Bytes -> a form into a struct. Holds: text that was taken is UTF-8; what is wrong is named once per field; without a
/// complaint the rules hold.

#include <hyperlane/base/utf8.hpp>
#include <hyperlane/http/query.hpp>
#include <hyperlane/json/json.hpp>
#include <hyperlane/json/text.hpp>
#include <hyperlane/web/typed/validate.hpp>
#include "web/typed/members.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

enum class Colour : int { red, green };

struct Fields {
    std::string name;
    std::int8_t small = 0;
    std::optional<double> real;
    std::vector<std::uint16_t> many;
    std::optional<Colour> colour;
    std::optional<std::chrono::sys_seconds> when;
    bool flag = false;
    std::optional<std::string> email;
};

}  // namespace

template <>
inline constexpr auto hyperlane::json::options<Fields> = hyperlane::json::Type<Fields>()
                                                             .with_default<&Fields::small, &Fields::flag>()
                                                             .length<&Fields::name>(1, 5)
                                                             .min<&Fields::small>(-5)
                                                             .pattern<&Fields::name>("[^x]*")
                                                             .unique<&Fields::many>()
                                                             .email<&Fields::email>();

namespace {

using namespace hyperlane;

void expect(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    Arena arena;
    Fields fields;
    web::MemberReader reader(&fields, json::type_info<Fields>(), "form");
    for (http::QueryReader pairs(body); const auto pair = pairs.next();) {
        const auto name = http::decode_query_component(pair->name, arena);
        const auto value = http::decode_query_component(pair->value, arena);
        if (name && value) reader.take(*name, *value);
    }
    const std::vector<Violation> violations = reader.finish(web::validator_of<Fields>());
    expect(is_utf8(fields.name));
    for (const Violation& violation : violations) expect(violation.in == "form" && !violation.message.empty());
    if (!violations.empty()) return 0;
    expect(validate(fields).empty());
    expect(fields.name.size() >= 1 && fields.name.size() <= 20 && fields.small >= -5);
    const auto text = to_json(fields);
    expect(text.has_value());
    return 0;
}
