/// Bytes -> an event stream, and events -> bytes -> events. Holds: where a stream is cut changes nothing; names and ids
/// are lines; what was written is read back as it was, with every line end as LF.

#include <hyperlane/http/event_stream_parser.hpp>
#include <hyperlane/web/realtime/event_stream.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace hyperlane;

constexpr std::size_t most_bytes = 64;

void expect(bool holds) {
    if (!holds) std::abort();
}

struct Outcome {
    std::vector<ReceivedEvent> events;
    std::string last_event_id;
    std::optional<std::chrono::milliseconds> retry;
    bool failed = false;

    friend bool operator==(const Outcome&, const Outcome&) = default;
};

bool is_line(std::string_view text) { return text.find_first_of("\r\n") == std::string_view::npos; }

Outcome parse(std::string_view text, std::size_t step) {
    EventStreamParser parser(most_bytes);
    Outcome outcome;
    while (!text.empty() && !outcome.failed) {
        outcome.failed = !parser.feed(text.substr(0, step));
        text.remove_prefix(std::min(step, text.size()));
    }
    while (auto event = parser.next()) {
        expect(!event->event.empty() && is_line(event->event));
        expect(is_line(event->id) && !event->id.contains('\0'));
        expect(!event->data.contains('\r') && event->data.size() <= most_bytes);
        outcome.events.push_back(std::move(*event));
    }
    outcome.last_event_id = parser.last_event_id();
    outcome.retry = parser.retry();
    return outcome;
}

std::string with_line_feeds(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n' && i > 0 && text[i - 1] == '\r') continue;
        out.push_back(text[i] == '\r' ? '\n' : text[i]);
    }
    return out;
}

std::string_view take(std::string_view& text) {
    const std::size_t end = std::min(text.find('\xff'), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
}

void check_writer(std::string_view text) {
    ServerEvent event;
    event.event = take(text);
    event.id = take(text);
    event.comment = take(text);
    event.data = text;
    std::string written("data: before\n\n");
    const bool valid = web::write_event(event, written).has_value();
    const auto fits = [](std::string_view value) { return is_line(value) && !value.contains('\0'); };
    expect(valid == (fits(event.event) && fits(*event.id)));
    if (!valid) return expect(written == "data: before\n\n");
    EventStreamParser parser;
    expect(parser.feed(written).has_value());
    expect(parser.next() == ReceivedEvent{"message", "before", ""});
    const std::string name(event.event.empty() ? "message" : event.event);
    expect(parser.next() == ReceivedEvent{name, with_line_feeds(text), std::string(*event.id)});
    expect(!parser.next());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Outcome whole = parse(text, text.size());
    expect(parse(text, 1) == whole);
    expect(parse(text, 1 + data[0] % 16) == whole);
    check_writer(text);
    return 0;
}
