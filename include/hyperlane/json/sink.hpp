#pragma once

/// Where JSON text goes: a stretch of memory that can be asked for more. The writer fills the stretch in place, so a
/// sink over a buffer that is large enough costs no allocation and one virtual call at most.

#include <cassert>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace hyperlane::json {

/// Derive from this to write into a buffer of your own: keep `next_` and `end_` right, and make room in `grow`.
class Sink {
public:
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;

    /// At least `bytes` writable characters, or nullptr when the sink cannot hold as many. Valid until the next call.
    [[nodiscard]] char* reserve(std::size_t bytes) {
        if (static_cast<std::size_t>(end_ - next_) >= bytes) [[likely]]
            return next_;
        return grow(bytes) ? next_ : nullptr;
    }

    /// How many characters may be written at what `reserve` gave; never less than what was asked for.
    [[nodiscard]] std::size_t room() const noexcept { return static_cast<std::size_t>(end_ - next_); }

    /// Everything before `end`, which lies in the stretch that `reserve` gave, is now part of the text.
    void commit(char* end) noexcept {
        assert(end >= next_ && end <= end_);
        next_ = end;
    }

protected:
    Sink() = default;
    Sink(char* next, char* end) noexcept : next_(next), end_(end) {}
    ~Sink() = default;

    /// Make `end_ - next_` at least `bytes`, keeping what is committed; false when that is impossible.
    virtual bool grow(std::size_t bytes) = 0;

    char* next_ = nullptr;
    char* end_ = nullptr;
};

/// Memory of a fixed size; text that does not fit is an error of the writer.
class SpanSink final : public Sink {
public:
    explicit SpanSink(std::span<char> memory) noexcept
        : Sink(memory.data(), memory.data() + memory.size()), first_(memory.data()) {}

    /// What has been written. Views the memory.
    [[nodiscard]] std::string_view text() const noexcept { return {first_, static_cast<std::size_t>(next_ - first_)}; }

private:
    bool grow(std::size_t) override { return false; }

    char* first_;  // views the memory of the caller
};

/// Appends to a string. The string has its final length only after `finish` or the sink's destruction.
class StringSink final : public Sink {
public:
    explicit StringSink(std::string& text) : text_(text), committed_(text.size()) { open(); }
    ~StringSink() { finish(); }

    void finish() {
        if (open_) text_.resize(static_cast<std::size_t>(next_ - text_.data()));
        open_ = false;
        next_ = end_ = text_.data() + text_.size();
    }

private:
    bool grow(std::size_t bytes) override;
    void open();

    std::string& text_;  // views the string of the caller
    std::size_t committed_;
    bool open_ = false;
};

}  // namespace hyperlane::json
