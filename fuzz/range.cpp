/// Eight bytes of size, then a value -> Range, dates, entity tags and lists. Holds: ranges lie inside, are apart from
/// each other, and ask for what a naive reading asks; a date that was read is written and read again to the same.

#include <hyperlane/http/conditional.hpp>
#include <hyperlane/http/date.hpp>
#include <hyperlane/http/h1/write_head.hpp>
#include <hyperlane/http/list.hpp>
#include <hyperlane/http/range.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace {

using namespace hyperlane::http;

constexpr std::chrono::sys_seconds now{std::chrono::seconds(1'800'000'000)};

void expect(bool holds) {
    if (!holds) std::abort();
}

void check_range(std::string_view value, std::uint64_t size) {
    const RangeSet set = RangeSet::parse(value, size);
    expect((set.kind() == RangeSet::Kind::satisfiable) == !set.ranges().empty());
    std::uint64_t sum = 0;
    std::string rebuilt = "bytes=";
    for (const ByteRange range : set.ranges()) {
        expect(range.size != 0 && range.first < size && range.size <= size - range.first);
        for (const ByteRange other : set.ranges()) {
            if (other == range) continue;
            expect(range.first + range.size < other.first || other.first + other.size < range.first);
        }
        sum += range.size;
        rebuilt += std::to_string(range.first) + "-" + std::to_string(range.last()) + ",";
        char buffer[max_content_range_bytes];
        expect(write_content_range(buffer, range, size) <= buffer + max_content_range_bytes);
    }
    expect(sum <= size);
    if (set.kind() != RangeSet::Kind::satisfiable) return;
    const RangeSet again = RangeSet::parse(rebuilt, size);
    expect(std::equal(set.ranges().begin(), set.ranges().end(), again.ranges().begin(), again.ranges().end()));
}

void check_date(std::string_view text) {
    const auto time = parse_http_date(text, now);
    if (!time.has_value()) return;
    char buffer[http_date_bytes];
    const std::string_view written(buffer, static_cast<std::size_t>(write_http_date(buffer, *time) - buffer));
    expect(written.size() == http_date_bytes && parse_http_date(written, now) == time);
}

void check_lists(std::string_view text) {
    hyperlane::Arena arena;
    for (ListReader list(text); const auto element = list.next();) {
        expect(!element->empty() && trim_ows(*element) == *element);
        const int weight = weight_of(*element);
        expect(weight >= 0 && weight <= 1000);
        (void)find_parameter(*element, "q", arena);
    }
    const Validators has{.etag = text, .last_modified = now};
    (void)evaluate(hyperlane::GET, {.if_match = text, .if_none_match = text, .if_modified_since = text}, has, now);
    if (const auto tag = parse_entity_tag(text); tag.has_value()) {
        expect(if_range_holds(text, has, now) == !tag->weak);
        expect(evaluate(hyperlane::GET, {.if_none_match = text}, has, now) == Verdict::not_modified);
        expect(h1::is_valid_field_value(text));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::uint64_t bytes = 0;
    if (size < sizeof bytes) return 0;
    std::memcpy(&bytes, data, sizeof bytes);
    const std::string_view text(reinterpret_cast<const char*>(data) + sizeof bytes, size - sizeof bytes);
    check_range(text, bytes);
    check_range(text, bytes % 1000);
    check_date(text);
    check_lists(text);
    return 0;
}
