#pragma once

/// What goes through a topic: one counted, immutable buffer that all subscribers on all loops look at.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace hyperlane {

namespace hub {

/// Where the encoding of a message for one kind of connection is kept. The room that encodes names its places.
enum class WireForm : std::uint8_t {};
inline constexpr std::size_t wire_form_count = 4;

enum class MessageKind : std::uint8_t {
    message,
    joined,  ///< somebody is in the topic now: `text()` is the name
    left,
    reset,  ///< what was missed is not there any more: start over from other sources
};

struct MessageData {
    std::atomic<std::uint32_t> references{1};
    MessageKind kind = MessageKind::message;
    bool binary = false;
    std::size_t topic_bytes = 0;
    std::size_t event_bytes = 0;
    std::size_t text_bytes = 0;
    std::uint64_t id = 0;
    std::uint64_t order = 0;  ///< place among everything that went through the topic
    std::array<std::atomic<const std::string*>, wire_form_count> forms{};
    // topic, event and text follow in the same block of memory

    [[nodiscard]] const char* bytes() const noexcept { return reinterpret_cast<const char*>(this + 1); }
};

/// What a message is made of.
struct MessageParts {
    MessageKind kind = MessageKind::message;
    std::string_view topic;
    std::string_view event;
    std::string_view text;
    bool binary = false;
    std::uint64_t id = 0;
};

}  // namespace hub

/// A counted handle to a message. Copies are cheap; any thread, each handle by one at a time.
class TopicMessage {
public:
    using Kind = hub::MessageKind;

    TopicMessage() noexcept = default;
    TopicMessage(const TopicMessage& other) noexcept : data_(other.data_) {
        if (data_ != nullptr) data_->references.fetch_add(1, std::memory_order_relaxed);
    }
    TopicMessage(TopicMessage&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
    TopicMessage& operator=(TopicMessage other) noexcept {
        std::swap(data_, other.data_);
        return *this;
    }
    ~TopicMessage() { drop(); }

    /// Parts are copied, with one allocation.
    [[nodiscard]] static TopicMessage make(const hub::MessageParts& parts);

    [[nodiscard]] Kind kind() const noexcept { return data_->kind; }
    /// Increases within a topic; 0 for joins and leaves, the latest id of the topic for a reset.
    [[nodiscard]] std::uint64_t id() const noexcept { return data_->id; }
    [[nodiscard]] std::string_view topic() const noexcept { return {data_->bytes(), data_->topic_bytes}; }
    /// What the publisher calls this kind of message; may be empty.
    [[nodiscard]] std::string_view event() const noexcept {
        return {data_->bytes() + data_->topic_bytes, data_->event_bytes};
    }
    [[nodiscard]] std::string_view text() const noexcept {
        return {data_->bytes() + data_->topic_bytes + data_->event_bytes, data_->text_bytes};
    }
    /// Bytes rather than UTF-8 text?
    [[nodiscard]] bool binary() const noexcept { return data_->binary; }

    /// The encoding of this message for one kind of connection, made by `encode(*this)` (a std::string) when it is
    /// asked for the first time, and kept as long as the message lives.
    ///
    /// cost     one encoding per message, however many subscribers; two loops that ask at the same moment may both
    ///          encode, and one result is kept
    /// threads  any
    template <typename Encode>
    [[nodiscard]] std::string_view wire(hub::WireForm form, Encode&& encode) const {
        const auto& place = data_->forms[static_cast<std::size_t>(form)];
        if (const std::string* text = place.load(std::memory_order_acquire)) return *text;
        return keep(form, std::forward<Encode>(encode)(*this));
    }

    [[nodiscard]] explicit operator bool() const noexcept { return data_ != nullptr; }

    // For the hub.
    [[nodiscard]] hub::MessageData& data() const noexcept { return *data_; }
    [[nodiscard]] std::uint64_t order() const noexcept { return data_->order; }
    /// What it costs to keep it, without its encodings.
    [[nodiscard]] std::size_t bytes() const noexcept;

private:
    explicit TopicMessage(hub::MessageData* data) noexcept : data_(data) {}
    void drop() noexcept {
        if (data_ != nullptr && data_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy();
    }
    void destroy() noexcept;
    std::string_view keep(hub::WireForm form, std::string text) const;

    hub::MessageData* data_ = nullptr;
};

}  // namespace hyperlane
