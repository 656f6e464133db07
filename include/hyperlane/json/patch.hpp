#pragma once

/// A member that may be absent, null or a value, and tells the three apart: what PATCH with a merge document needs
/// (RFC 7396).
///
///     struct Change {
///         std::optional<std::string> title;            // absent and null alike: nothing was said
///         json::Patch<std::chrono::sys_seconds> due;   // absent: as it is; null: cleared; a time: set
///     };
///
///     change.due.apply_to(todo.due);
///
/// Only members of structs can be absent, so it stands nowhere else.

#include <cstddef>
#include <optional>
#include <utility>

namespace hyperlane::json {

template <typename T>
class Patch {
public:
    using value_type = T;

    /// Absent: left out when it is written.
    Patch() = default;
    // NOLINTNEXTLINE(google-explicit-constructor): `.due = nullptr` says what it means
    Patch(std::nullptr_t) noexcept : null_(true) {}
    // NOLINTNEXTLINE(google-explicit-constructor): used like std::optional
    Patch(T value) : value_(std::move(value)) {}

    [[nodiscard]] bool is_absent() const noexcept { return !null_ && !value_; }
    [[nodiscard]] bool is_null() const noexcept { return null_; }
    [[nodiscard]] bool has_value() const noexcept { return value_.has_value(); }
    [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }

    /// Only if it has a value.
    [[nodiscard]] const T& operator*() const noexcept { return *value_; }
    [[nodiscard]] T& operator*() noexcept { return *value_; }
    [[nodiscard]] const T* operator->() const noexcept { return value_.operator->(); }

    /// Make it null.
    void reset() noexcept {
        value_.reset();
        null_ = true;
    }
    T& emplace() {
        null_ = false;
        return value_.emplace();
    }

    /// Leave `target`, a std::optional, as it is, clear it or set it.
    template <typename Target>
    void apply_to(Target& target) const {
        if (null_) target.reset();
        if (value_) target = *value_;
    }

    [[nodiscard]] friend bool operator==(const Patch&, const Patch&) = default;

private:
    std::optional<T> value_;
    bool null_ = false;
};

}  // namespace hyperlane::json
