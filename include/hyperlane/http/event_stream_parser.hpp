#pragma once

/// The client's side of Server-Sent Events: bytes as they arrive -> events, as the WHATWG HTML standard (9.2.6) says.

#include <hyperlane/base/clock.hpp>
#include <hyperlane/base/result.hpp>

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace hyperlane {

/// An event as a page would get it.
struct ReceivedEvent {
    std::string event;  ///< "message" unless the server named it
    std::string data;
    std::string id;  ///< of this event or, if it has none, of the latest one before that had

    friend bool operator==(const ReceivedEvent&, const ReceivedEvent&) = default;
};

/// Text is passed on as it came: whether it is UTF-8 is not checked.
///
///     parser.feed(bytes);
///     while (const auto event = parser.next()) …
class EventStreamParser {
public:
    /// in  `most_bytes`: of one event, and of one line
    explicit EventStreamParser(std::size_t most_bytes = 1024 * 1024) : most_bytes_(most_bytes) {}

    /// The next bytes of the stream, cut anywhere.
    /// errors   too_large: an event or a line above the limit; nothing more is taken until `reconnected`
    Result<> feed(std::string_view bytes);

    /// returns  events that are complete, in order; nothing when there is none now
    std::optional<ReceivedEvent> next();

    /// For the field Last-Event-ID of the next request; empty: none.
    [[nodiscard]] const std::string& last_event_id() const noexcept { return last_event_id_; }
    /// How long to wait before it, if the server has said so.
    [[nodiscard]] std::optional<std::chrono::milliseconds> retry() const noexcept { return retry_; }

    /// A new response begins: what was incomplete is dropped; the last id and the time to wait stay.
    void reconnected();

private:
    void skip_mark(std::string_view& bytes);
    [[nodiscard]] bool take_line();
    void take_field(std::string_view name, std::string_view value);
    void take_retry(std::string_view digits);
    void dispatch();

    std::size_t most_bytes_;
    std::string line_;  // the part of a line that has come
    std::string event_;
    std::string data_;
    std::string id_;
    std::string last_event_id_;
    std::optional<std::chrono::milliseconds> retry_;
    std::deque<ReceivedEvent> events_;
    std::size_t mark_bytes_ = 0;  // of a byte order mark that have come
    bool at_start_ = true;
    bool after_cr_ = false;
    bool failed_ = false;
};

}  // namespace hyperlane
