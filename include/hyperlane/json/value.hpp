#pragma once

/// Any JSON value, for when there is no type to read into.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace hyperlane::json {

enum class ValueKind : std::uint8_t {
    null,
    boolean,
    integer,           ///< fits std::int64_t
    unsigned_integer,  ///< only fits std::uint64_t
    real,              ///< has a fraction or an exponent, or is an integer beyond 64 bits
    string,
    array,
    object,
};

/// A value in the ordinary sense: copies are deep, comparison is by content.
///
///     auto user = json::Value::object({{"name", "Ada"}, {"tags", json::Value::array({"admin", 7})}});
///     user["name"].get<std::string_view>();   // "Ada"
///     user["tags"][1].get<int>();             // 7
///     user["no"]["such"]["path"].is_null();   // true
///
/// Objects keep the order of insertion. Looking up a key takes time in proportion to the number of members.
class Value {
public:
    struct Member;

    Value() noexcept {}
    Value(std::nullptr_t) noexcept {}
    template <std::same_as<bool> B>  // pointers would convert to a plain bool
    Value(B value) noexcept : kind_(ValueKind::boolean), boolean_(value) {}
    template <std::integral I>
        requires(!std::same_as<I, bool> && !std::same_as<I, char>)
    Value(I value) noexcept {
        if (std::in_range<std::int64_t>(value)) {
            kind_ = ValueKind::integer;
            integer_ = static_cast<std::int64_t>(value);
        } else {
            kind_ = ValueKind::unsigned_integer;
            unsigned_ = static_cast<std::uint64_t>(value);
        }
    }
    template <std::floating_point F>
    Value(F value) noexcept : kind_(ValueKind::real), real_(static_cast<double>(value)) {}
    Value(std::string value) noexcept : kind_(ValueKind::string), string_(std::move(value)) {}
    Value(std::string_view value) : Value(std::string(value)) {}
    Value(const char* value) : Value(std::string(value)) {}

    /// `Value::array({1, "two", nullptr})`; `Value::array()` is empty.
    [[nodiscard]] static Value array(std::initializer_list<Value> elements = {});
    [[nodiscard]] static Value array(std::vector<Value> elements) noexcept;
    /// `Value::object({{"key", 1}})`; of equal keys the last one wins. `Value::object()` is empty.
    [[nodiscard]] static Value object(std::initializer_list<std::pair<std::string_view, Value>> members = {});

    Value(const Value& other);
    Value(Value&& other) noexcept;
    Value& operator=(const Value& other);
    Value& operator=(Value&& other) noexcept;
    ~Value() { clear(); }

    [[nodiscard]] ValueKind kind() const noexcept { return kind_; }
    [[nodiscard]] bool is_null() const noexcept { return kind_ == ValueKind::null; }
    [[nodiscard]] bool is_bool() const noexcept { return kind_ == ValueKind::boolean; }
    [[nodiscard]] bool is_integer() const noexcept {
        return kind_ == ValueKind::integer || kind_ == ValueKind::unsigned_integer;
    }
    [[nodiscard]] bool is_number() const noexcept { return is_integer() || kind_ == ValueKind::real; }
    [[nodiscard]] bool is_string() const noexcept { return kind_ == ValueKind::string; }
    [[nodiscard]] bool is_array() const noexcept { return kind_ == ValueKind::array; }
    [[nodiscard]] bool is_object() const noexcept { return kind_ == ValueKind::object; }

    /// The content as T: bool, an integer type, float, double, std::string or std::string_view (a view into this
    /// value). Empty when it is something else or does not fit; any number may be had as a double.
    template <typename T>
    [[nodiscard]] std::optional<T> get() const;

    template <typename T>
    [[nodiscard]] T get_or(T otherwise) const {
        return get<T>().value_or(std::move(otherwise));
    }

    /// The number of elements or members; 0 for everything else.
    [[nodiscard]] std::size_t size() const noexcept;
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }

    /// The elements of an array; empty for everything else.
    [[nodiscard]] const std::vector<Value>& elements() const noexcept;
    /// The members of an object in the order of insertion; empty for everything else.
    [[nodiscard]] const std::vector<Member>& members() const noexcept;

    /// A member or an element; a null value when there is none. Reading never changes anything.
    [[nodiscard]] const Value& operator[](std::string_view key) const noexcept;
    [[nodiscard]] const Value& operator[](std::size_t index) const noexcept;

    /// A member or an element; nullptr when there is none.
    [[nodiscard]] const Value* find(std::string_view key) const noexcept;
    [[nodiscard]] Value* find(std::string_view key) noexcept;
    [[nodiscard]] const Value* find(std::size_t index) const noexcept;
    [[nodiscard]] Value* find(std::size_t index) noexcept;

    /// What a JSON Pointer ("/users/3/name", RFC 6901) leads to; nullptr when it leads nowhere or is malformed.
    [[nodiscard]] const Value* at_pointer(std::string_view pointer) const;
    [[nodiscard]] Value* at_pointer(std::string_view pointer);

    /// Set a member; what is no object becomes an empty one first. Returns the member's value.
    Value& set(std::string_view key, Value value);
    /// Append an element; what is no array becomes an empty one first. Returns the element.
    Value& push_back(Value value);
    /// Remove a member or an element; false when there is none.
    bool erase(std::string_view key);
    bool erase(std::size_t index);

    /// Numbers are equal when they are mathematically so, whatever their kind; objects whatever the order of members.
    [[nodiscard]] friend bool operator==(const Value& one, const Value& two) { return one.equals(two); }

private:
    friend class ValueReader;

    void clear() noexcept;
    void take(Value& other) noexcept;
    void become_array() noexcept;
    void become_object() noexcept;
    bool equals(const Value& other) const;
    bool equals_object(const Value& other) const;
    bool equals_number(const Value& other) const noexcept;

    ValueKind kind_ = ValueKind::null;
    union {
        bool boolean_;
        std::int64_t integer_;
        std::uint64_t unsigned_;
        double real_;
        std::string string_;
        std::vector<Value> array_;
        std::vector<Member> members_;
    };
};

struct Value::Member {
    std::string key;
    Value value;

    [[nodiscard]] friend bool operator==(const Member&, const Member&) = default;
};

template <typename T>
std::optional<T> Value::get() const {
    if constexpr (std::is_same_v<T, bool>) {
        if (kind_ == ValueKind::boolean) return boolean_;
    } else if constexpr (std::is_integral_v<T>) {
        if (kind_ == ValueKind::integer && std::in_range<T>(integer_)) return static_cast<T>(integer_);
        if (kind_ == ValueKind::unsigned_integer && std::in_range<T>(unsigned_)) return static_cast<T>(unsigned_);
    } else if constexpr (std::is_floating_point_v<T>) {
        if (kind_ == ValueKind::real) return static_cast<T>(real_);
        if (kind_ == ValueKind::integer) return static_cast<T>(integer_);
        if (kind_ == ValueKind::unsigned_integer) return static_cast<T>(unsigned_);
    } else {
        static_assert(std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>,
                      "json: Value::get gives bool, integers, float, double, std::string and std::string_view");
        if (kind_ == ValueKind::string) return T(string_);
    }
    return std::nullopt;
}

}  // namespace hyperlane::json
