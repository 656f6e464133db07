#pragma once

/// Walks over the tokens of one text and keeps the first error. What reads typed values (`read.cpp`), json::Value
/// (`read_value.cpp`) and what only checks (`cursor.cpp`) share it.

#include <hyperlane/json/read.hpp>
#include "number.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace hyperlane::json {

/// A string as it stands in the text, without its quotes.
struct RawString {
    std::string_view text;
    bool escaped;  ///< has a backslash
};

/// All steps return false on an error, which is kept; nothing may be read after that. On the way out, each level adds
/// its part of the JSON Pointer with `leave` or `recover`.
///
/// A cursor that may keep several errors is for a text that is known to be JSON: behind an element of the wrong shape
/// the container goes on, and is itself of the wrong shape when it ends.
class Cursor {
public:
    Cursor(std::string_view text, const std::uint32_t* tokens, const ReadOptions& options, std::size_t most_errors = 1)
        : text_(text.data()),
          size_(text.size()),
          next_(tokens),
          backslash_(next_backslash(text_)),
          options_(options),
          depth_left_(options.max_depth < ReadOptions::highest_depth ? options.max_depth : ReadOptions::highest_depth),
          most_errors_(most_errors) {
        if (most_errors > 1)
            depth_left_ = SIZE_MAX;  // has been measured before; what is left early does not count back
    }

    const ReadOptions& options() const noexcept { return options_; }

    /// The first character of the next token; '\0' at the end.
    char peek() const noexcept { return *next_ < size_ ? text_[*next_] : '\0'; }
    std::size_t offset() const noexcept { return *next_; }
    void skip_token() noexcept { ++next_; }

    struct Place {
        const std::uint32_t* next;
        const char* backslash;
    };
    Place place() const noexcept { return {next_, backslash_}; }
    void return_to(Place place) noexcept {
        next_ = place.next;
        backslash_ = place.backslash;
    }

    /// Step over the bracket that was peeked at.
    bool enter() {
        if (depth_left_ == 0) [[unlikely]]
            return fail_depth();
        --depth_left_;
        skip_token();
        return true;
    }
    void leave_container() noexcept { ++depth_left_; }

    /// Behind an element: true to go on with `more` set when there is another one.
    bool separator(char close, bool& more) {
        const char c = peek();
        if (c != ',' && c != close) [[unlikely]]
            return fail_separator(close);
        skip_token();
        more = c == ',';
        return true;
    }

    /// A key and its colon.
    bool key(RawString& out) {
        if (peek() != '"') [[unlikely]]
            return fail_syntax("expected a key in double quotes");
        if (!string(out)) return false;
        if (peek() != ':') [[unlikely]]
            return fail_syntax("expected ':' after the key");
        skip_token();
        return true;
    }

    /// Like take_integer, for reals of up to 15 digits.
    bool take_real(double& out) noexcept {
        if (!parse_short_real(text_ + *next_, text_ + next_[1], out)) return false;
        ++next_;
        return true;
    }

    /// Step over a key and its colon, if they stand there as the writer puts them, as most do: `"name":`.
    bool take_key(std::string_view written) noexcept {
        const std::size_t colon = *next_ + written.size() - 1;
        if (next_[1] != colon || colon >= size_ || !same(text_ + *next_, written.data(), written.size())) return false;
        next_ += 2;
        return true;
    }

    /// Step over an integer of up to 18 digits that is directly followed by the next token. False, without an error,
    /// for all other numbers.
    bool take_integer(std::uint64_t& magnitude, bool& negative) noexcept {
        const char* at = text_ + *next_;
        const char* const limit = text_ + next_[1];
        negative = *at == '-';
        if (negative) ++at;
        if (limit - at > 18 || limit - at < 1 || (*at == '0' && limit - at > 1)) return false;
        std::uint64_t value = 0;
        for (; at < limit; ++at) {
            const auto digit = static_cast<unsigned char>(*at - '0');
            if (digit > 9) return false;
            value = value * 10 + digit;
        }
        magnitude = value;
        ++next_;
        return true;
    }

    /// The string whose quote was peeked at.
    bool string(RawString& out) {
        const char* const open = text_ + *next_++;
        const char* close = text_ + *next_ - 1;  // only white space can stand between a string and the next token
        while (is_space(*close)) --close;
        if (close == open || *close != '"') [[unlikely]]
            return fail(Problem::syntax, open, "this string does not end");
        out.text = {open + 1, static_cast<std::size_t>(close - open - 1)};
        if (backslash_ < open) backslash_ = next_backslash(open);
        out.escaped = backslash_ < close;
        return true;
    }

    /// The number whose first character was peeked at.
    bool number(NumberText& out) {
        const char* const begin = text_ + *next_++;
        const char* const limit = text_ + *next_;
        if (!parse_number(begin, limit, out) || !only_space(out.end, limit)) [[unlikely]] {
            return fail(Problem::syntax, begin, "this is not a number as JSON writes it");
        }
        return true;
    }

    /// `true`, `false` or `null`, whose first character was peeked at.
    bool literal(std::string_view word) {
        const char* const begin = text_ + *next_++;
        const char* const limit = text_ + *next_;
        const auto length = static_cast<std::size_t>(limit - begin);
        if (length < word.size() || std::memcmp(begin, word.data(), word.size()) != 0 ||
            !only_space(begin + word.size(), limit)) [[unlikely]] {
            return fail(Problem::syntax, begin, "expected a value");
        }
        return true;
    }

    /// Without escapes, into `out`; false for a bad escape.
    bool unescape(const RawString& raw, std::string& out);

    /// Check the next value, whatever it is, and step over it.
    bool check_value();

    /// Step over the next value, of which only the brackets are looked at. For looking ahead; fails silently.
    bool skip_unchecked() noexcept;

    /// Nothing may follow the value.
    bool finish() { return *next_ >= size_ || fail_syntax("unexpected text after the value"); }

    bool fail(Problem problem, std::size_t offset, std::string message);
    bool fail(Problem problem, const char* at, std::string message) {
        return fail(problem, static_cast<std::size_t>(at - text_), std::move(message));
    }
    /// At the next token: what was expected there, in the words of a person.
    bool fail_syntax(std::string_view expected);
    /// At the next token: a value of another type than `expected` ("an integer").
    bool fail_type(std::string_view expected);

    /// Adds a step to the JSON Pointer of the latest error.
    bool leave(std::string_view reference);
    bool leave(const RawString& key);
    bool leave(std::size_t index);

    /// The element or entry that begins at the token `begin` failed: adds a step to the JSON Pointers of all errors in
    /// it. True when there is room for more errors; then the cursor stands behind the element.
    bool recover(const std::uint32_t* begin, std::string_view reference);
    bool recover(const std::uint32_t* begin, std::size_t index);
    const std::uint32_t* token() const noexcept { return next_; }

    /// Whether nothing in the container that begins at this offset has failed.
    bool is_sound(std::size_t offset) const noexcept { return faults_.empty() || is_sound_since(offset); }
    bool is_full() const noexcept { return faults_.size() >= most_errors_; }

    ReadError error() const { return to_error(faults_.back()); }
    std::vector<ReadError> errors() const;

private:
    // By words that overlap: keys are too short for a call of memcmp.
    static bool same(const char* one, const char* two, std::size_t size) noexcept {
        if (size >= 8) {
            for (std::size_t i = 0; i + 8 < size; i += 8) {
                if (load<std::uint64_t>(one + i) != load<std::uint64_t>(two + i)) return false;
            }
            return load<std::uint64_t>(one + size - 8) == load<std::uint64_t>(two + size - 8);
        }
        if (size < 4) return std::memcmp(one, two, size) == 0;
        return load<std::uint32_t>(one) == load<std::uint32_t>(two) &&
               load<std::uint32_t>(one + size - 4) == load<std::uint32_t>(two + size - 4);
    }
    template <typename T>
    static T load(const char* at) noexcept {
        T word;
        std::memcpy(&word, at, sizeof(word));
        return word;
    }
    static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
    static bool only_space(const char* at, const char* end) {
        while (at < end && is_space(*at)) ++at;
        return at == end;
    }
    const char* next_backslash(const char* from) const noexcept {
        const char* const end = text_ + size_;
        const void* found = from == end ? nullptr : std::memchr(from, '\\', static_cast<std::size_t>(end - from));
        return found != nullptr ? static_cast<const char*>(found) : end;
    }

    struct Fault {
        Problem problem;
        std::size_t offset;
        std::string message;
        std::vector<std::string> path;  // innermost step first
    };

    bool is_sound_since(std::size_t offset) const noexcept;
    ReadError to_error(const Fault& fault) const;
    bool check_object();
    bool check_array();
    bool fail_depth();
    bool fail_separator(char close);

    const char* text_;  // views the text of the caller
    std::size_t size_;
    const std::uint32_t* next_;
    const char* backslash_;  // the first one at or behind the latest string, or the end
    const ReadOptions& options_;
    std::size_t depth_left_;
    std::size_t most_errors_;
    std::vector<Fault> faults_;  // in the order in which they were found
};

}  // namespace hyperlane::json
