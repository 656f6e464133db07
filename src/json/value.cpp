#include <hyperlane/json/value.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

namespace hyperlane::json {
namespace {

// Above this many members, comparing objects sorts them instead of looking each key up.
constexpr std::size_t compared_members = 16;

const Value null_value;
const std::vector<Value> no_elements;
const std::vector<Value::Member> no_members;

std::vector<const Value::Member*> sorted(const std::vector<Value::Member>& members) {
    std::vector<const Value::Member*> result;
    result.reserve(members.size());
    for (const auto& member : members) result.push_back(&member);
    std::ranges::sort(result, {}, [](const Value::Member* member) -> const std::string& { return member->key; });
    return result;
}

// Whether an integer and a real number are the same number; converting the integer could round.
template <typename I>
bool same_number(I integer, double real) {
    if (!(std::trunc(real) == real)) return false;
    const double limit = std::ldexp(1.0, std::is_signed_v<I> ? 63 : 64);
    if (real >= limit || real < (std::is_signed_v<I> ? -limit : 0.0)) return false;
    return static_cast<I>(real) == integer;
}

// One reference token of a JSON Pointer, unescaped: "~1" is '/', "~0" is '~'. False when malformed.
bool unescape_reference(std::string_view text, std::string& out) {
    out.clear();
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '~') {
            out += text[i];
        } else if (i + 1 < text.size() && (text[i + 1] == '0' || text[i + 1] == '1')) {
            out += text[++i] == '0' ? '~' : '/';
        } else {
            return false;
        }
    }
    return true;
}

// An array index in a JSON Pointer has digits only and no leading zero.
std::optional<std::size_t> parse_index(std::string_view text) {
    if (text.empty() || text.size() > 18 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
    std::size_t index = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        index = index * 10 + static_cast<std::size_t>(c - '0');
    }
    return index;
}

}  // namespace

Value Value::array(std::initializer_list<Value> elements) { return array(std::vector<Value>(elements)); }

Value Value::array(std::vector<Value> elements) noexcept {
    Value result;
    result.become_array();
    result.array_ = std::move(elements);
    return result;
}

Value Value::object(std::initializer_list<std::pair<std::string_view, Value>> members) {
    Value result;
    result.become_object();
    result.members_.reserve(members.size());
    for (const auto& [key, value] : members) result.set(key, value);
    return result;
}

Value::Value(const Value& other) {
    switch (other.kind_) {
        case ValueKind::string: std::construct_at(&string_, other.string_); break;
        case ValueKind::array: std::construct_at(&array_, other.array_); break;
        case ValueKind::object: std::construct_at(&members_, other.members_); break;
        case ValueKind::boolean: boolean_ = other.boolean_; break;
        case ValueKind::real: real_ = other.real_; break;
        case ValueKind::null: break;
        default: unsigned_ = other.unsigned_;
    }
    kind_ = other.kind_;
}

Value::Value(Value&& other) noexcept { take(other); }

Value& Value::operator=(const Value& other) {
    if (this != &other) *this = Value(other);
    return *this;
}

Value& Value::operator=(Value&& other) noexcept {
    // The other value may be a part of this one, so it leaves before this one's content goes.
    Value taken(std::move(other));
    clear();
    take(taken);
    return *this;
}

// Expects this value to be null; leaves the other one null.
void Value::take(Value& other) noexcept {
    switch (other.kind_) {
        case ValueKind::string: std::construct_at(&string_, std::move(other.string_)); break;
        case ValueKind::array: std::construct_at(&array_, std::move(other.array_)); break;
        case ValueKind::object: std::construct_at(&members_, std::move(other.members_)); break;
        case ValueKind::boolean: boolean_ = other.boolean_; break;
        case ValueKind::real: real_ = other.real_; break;
        case ValueKind::null: break;
        default: unsigned_ = other.unsigned_;
    }
    kind_ = other.kind_;
    other.clear();
}

void Value::clear() noexcept {
    if (kind_ == ValueKind::string) std::destroy_at(&string_);
    if (kind_ == ValueKind::array) std::destroy_at(&array_);
    if (kind_ == ValueKind::object) std::destroy_at(&members_);
    kind_ = ValueKind::null;
}

void Value::become_array() noexcept {
    if (kind_ == ValueKind::array) return;
    clear();
    std::construct_at(&array_);
    kind_ = ValueKind::array;
}

void Value::become_object() noexcept {
    if (kind_ == ValueKind::object) return;
    clear();
    std::construct_at(&members_);
    kind_ = ValueKind::object;
}

std::size_t Value::size() const noexcept {
    if (kind_ == ValueKind::array) return array_.size();
    return kind_ == ValueKind::object ? members_.size() : 0;
}

const std::vector<Value>& Value::elements() const noexcept { return kind_ == ValueKind::array ? array_ : no_elements; }

const std::vector<Value::Member>& Value::members() const noexcept {
    return kind_ == ValueKind::object ? members_ : no_members;
}

const Value* Value::find(std::string_view key) const noexcept {
    for (const Member& member : members()) {
        if (member.key == key) return &member.value;
    }
    return nullptr;
}

const Value* Value::find(std::size_t index) const noexcept {
    return index < elements().size() ? &array_[index] : nullptr;
}

Value* Value::find(std::string_view key) noexcept { return const_cast<Value*>(std::as_const(*this).find(key)); }
Value* Value::find(std::size_t index) noexcept { return const_cast<Value*>(std::as_const(*this).find(index)); }

const Value& Value::operator[](std::string_view key) const noexcept {
    const Value* found = find(key);
    return found != nullptr ? *found : null_value;
}

const Value& Value::operator[](std::size_t index) const noexcept {
    const Value* found = find(index);
    return found != nullptr ? *found : null_value;
}

const Value* Value::at_pointer(std::string_view pointer) const {
    const Value* at = this;
    std::string reference;
    while (!pointer.empty() && at != nullptr) {
        if (pointer[0] != '/') return nullptr;
        pointer.remove_prefix(1);
        const std::size_t length = std::min(pointer.find('/'), pointer.size());
        if (!unescape_reference(pointer.substr(0, length), reference)) return nullptr;
        if (at->is_array()) {
            const std::optional<std::size_t> index = parse_index(reference);
            at = index ? at->find(*index) : nullptr;
        } else {
            at = at->find(std::string_view(reference));
        }
        pointer.remove_prefix(length);
    }
    return at;
}

Value* Value::at_pointer(std::string_view pointer) {
    return const_cast<Value*>(std::as_const(*this).at_pointer(pointer));
}

Value& Value::set(std::string_view key, Value value) {
    become_object();
    if (Value* found = find(key)) {
        *found = std::move(value);
        return *found;
    }
    return members_.emplace_back(Member{std::string(key), std::move(value)}).value;
}

Value& Value::push_back(Value value) {
    become_array();
    return array_.emplace_back(std::move(value));
}

bool Value::erase(std::string_view key) {
    if (!is_object()) return false;
    return std::erase_if(members_, [key](const Member& member) { return member.key == key; }) > 0;
}

bool Value::erase(std::size_t index) {
    if (find(index) == nullptr) return false;
    array_.erase(array_.begin() + static_cast<std::ptrdiff_t>(index));
    return true;
}

bool Value::equals(const Value& other) const {
    if (is_number() && other.is_number()) return equals_number(other);
    if (kind_ != other.kind_) return false;
    switch (kind_) {
        case ValueKind::boolean: return boolean_ == other.boolean_;
        case ValueKind::string: return string_ == other.string_;
        case ValueKind::array: return array_ == other.array_;
        case ValueKind::object: return equals_object(other);
        default: return true;
    }
}

bool Value::equals_number(const Value& other) const noexcept {
    if (kind_ == ValueKind::real && other.kind_ == ValueKind::real) return real_ == other.real_;
    if (kind_ == ValueKind::real) return other.equals_number(*this);
    if (other.kind_ == ValueKind::real) {
        return kind_ == ValueKind::integer ? same_number(integer_, other.real_) : same_number(unsigned_, other.real_);
    }
    return kind_ == other.kind_ && unsigned_ == other.unsigned_;  // the two kinds of integers have no value in common
}

// Every value is compared once at most: comparing it in a second way would double the work on each level.
bool Value::equals_object(const Value& other) const {
    if (members_.size() != other.members_.size()) return false;
    const bool same_order = std::ranges::equal(members_, other.members_, {}, &Member::key, &Member::key);
    if (same_order) return std::ranges::equal(members_, other.members_, {}, &Member::value, &Member::value);
    if (members_.size() <= compared_members) {
        return std::ranges::all_of(members_, [&other](const Member& member) {
            const Value* found = other.find(member.key);
            return found != nullptr && *found == member.value;
        });
    }
    return std::ranges::equal(sorted(members_), sorted(other.members_),
                              [](const Member* one, const Member* two) { return *one == *two; });
}

}  // namespace hyperlane::json
