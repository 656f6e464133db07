#include <hyperlane/http/event_stream_parser.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

namespace hyperlane {

namespace {

constexpr std::string_view byte_order_mark("\xEF\xBB\xBF");
constexpr std::chrono::milliseconds longest_retry = std::chrono::hours(24);

}  // namespace

Result<> EventStreamParser::feed(std::string_view bytes) {
    if (at_start_) skip_mark(bytes);
    while (!failed_ && !bytes.empty()) {
        // The LF of a CRLF whose CR has ended a line already.
        if (std::exchange(after_cr_, false) && bytes.front() == '\n') {
            bytes.remove_prefix(1);
            continue;
        }
        const std::size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
        const bool fits = line_.size() + end <= most_bytes_;
        if (fits) line_.append(bytes.substr(0, end));
        const bool ended = end < bytes.size();
        after_cr_ = ended && bytes[end] == '\r';
        bytes.remove_prefix(ended ? end + 1 : end);
        failed_ = !fits || (ended && !take_line());
    }
    if (!failed_) return {};
    return fail(ErrorCode::too_large,
                "an event stream has a line or an event of more than " + std::to_string(most_bytes_) + " bytes");
}

// One byte order mark at the very start is no part of the stream, even if its bytes come one by one.
void EventStreamParser::skip_mark(std::string_view& bytes) {
    while (at_start_ && !bytes.empty()) {
        if (bytes.front() == byte_order_mark[mark_bytes_]) {
            bytes.remove_prefix(1);
            at_start_ = ++mark_bytes_ < byte_order_mark.size();
        } else {
            line_ = byte_order_mark.substr(0, mark_bytes_);
            at_start_ = false;
        }
    }
}

// returns  whether the event is still within the limit
bool EventStreamParser::take_line() {
    const std::string_view line = line_;
    const std::size_t colon = line.find(':');
    if (line.empty()) {
        dispatch();
    } else if (colon == std::string_view::npos) {
        take_field(line, {});
    } else if (colon > 0) {
        std::string_view value = line.substr(colon + 1);
        if (value.starts_with(' ')) value.remove_prefix(1);
        take_field(line.substr(0, colon), value);
    }
    line_.clear();
    return data_.size() <= most_bytes_ + 1;  // the last line end is no part of the data
}

void EventStreamParser::take_field(std::string_view name, std::string_view value) {
    if (name == "data") {
        data_.append(value).push_back('\n');
    } else if (name == "event") {
        event_ = value;
    } else if (name == "id") {
        if (!value.contains('\0')) id_ = value;
    } else if (name == "retry") {
        take_retry(value);
    }
}

void EventStreamParser::take_retry(std::string_view digits) {
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        return;
    }
    std::uint64_t milliseconds = 0;
    const auto error = std::from_chars(digits.data(), digits.data() + digits.size(), milliseconds).ec;
    const auto longest = static_cast<std::uint64_t>(longest_retry.count());
    if (error != std::errc() || milliseconds > longest) milliseconds = longest;
    retry_ = std::chrono::milliseconds(milliseconds);
}

// An event without data tells its id to the client and nothing to the page.
void EventStreamParser::dispatch() {
    last_event_id_ = id_;
    if (!data_.empty()) {
        data_.pop_back();
        std::string name = event_.empty() ? "message" : std::move(event_);
        events_.push_back({std::move(name), std::move(data_), last_event_id_});
    }
    data_.clear();
    event_.clear();
}

std::optional<ReceivedEvent> EventStreamParser::next() {
    if (events_.empty()) return std::nullopt;
    ReceivedEvent event = std::move(events_.front());
    events_.pop_front();
    return event;
}

void EventStreamParser::reconnected() {
    line_.clear();
    event_.clear();
    data_.clear();
    id_ = last_event_id_;
    mark_bytes_ = 0;
    at_start_ = true;
    after_cr_ = failed_ = false;
}

}  // namespace hyperlane
