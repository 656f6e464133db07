/// Bytes -> a target, an authority, a query. Holds: what was accepted has only permitted bytes; parts are parts of the
/// whole; decoding is exact; decode(encode(x)) == x.

#include <hyperlane/http/chars.hpp>
#include <hyperlane/http/query.hpp>
#include <hyperlane/http/target.hpp>

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

void check_target(std::string_view text, Method method) {
    const auto target = split_target(text, method);
    if (!target.has_value()) return;
    expect(std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '#'; }));
    expect(is_valid_percent_encoding(text));
    std::string joined;
    if (target->form == TargetForm::absolute) joined = text.substr(0, text.find("://") + 3);
    joined += target->authority;
    joined += target->path;
    if (target->has_query) joined += "?" + std::string(target->query);
    expect(joined == text);
    expect(target->form != TargetForm::origin || target->path.starts_with('/'));
    expect((target->form == TargetForm::authority) == (method == CONNECT));
    expect(target->authority.empty() || is_valid_authority(target->authority));
}

void check_percent(std::string_view text) {
    std::string buffer(text);
    const auto decoded = percent_decode(buffer, buffer.data());
    expect(decoded.has_value() == is_valid_percent_encoding(text));
    if (!decoded.has_value()) return;
    const auto percents = static_cast<std::size_t>(std::count(text.begin(), text.end(), '%'));
    expect(decoded->size() == text.size() - 2 * percents);
}

void check_query(std::string_view text, Arena& arena) {
    for (QueryReader reader(text); const auto pair = reader.next();) {
        const auto name = decode_query_component(pair->name, arena);
        if (name.has_value()) {
            const auto value = find_query_value(text, *name, arena);
            // The first pair of that name may have a value that cannot be decoded.
            expect(value.has_value() || !is_valid_percent_encoding(text));
        }
    }
}

void check_round_trip(std::string_view text, Arena& arena) {
    std::string encoded;
    append_query_component(encoded, text);
    expect(decode_query_component(encoded, arena) == text);
    expect(find_query_value("a=b&" + encoded + "=" + encoded, text, arena) == (text == "a" ? "b" : text));
    std::string segment;
    append_path_segment(segment, text);
    expect(!segment.contains('/') && !segment.contains('?'));
    expect(split_target("/" + segment, GET).has_value());
    expect(percent_decode(segment, segment.data()) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Arena arena;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const Method method : {GET, OPTIONS, CONNECT}) check_target(text, method);
    check_target("http://" + std::string(text), GET);
    (void)is_valid_authority(text);
    check_percent(text);
    check_query(text, arena);
    check_round_trip(text, arena);
    return 0;
}
