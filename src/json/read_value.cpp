#include "read_value.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace hyperlane::json {
namespace {

constexpr std::uint64_t int64_limit = std::uint64_t{1} << 63;
constexpr std::size_t first_capacity = 8;
constexpr std::size_t unsorted_members = 16;  // compared with each other at no more cost than sorting them

bool all_differ(const std::vector<Value::Member>& members) {
    for (std::size_t one = 1; one < members.size(); ++one) {
        for (std::size_t two = 0; two < one; ++two) {
            if (members[one].key == members[two].key) return false;
        }
    }
    return true;
}

}  // namespace

bool ValueReader::read(Value& out) {
    switch (cursor_.peek()) {
        case '{': return read_object(out);
        case '[': return read_array(out);
        case '"': return read_string(out);
        case 't': return read_literal("true", true, out);
        case 'f': return read_literal("false", false, out);
        case 'n': return read_literal("null", nullptr, out);
        case '-':
        case '0':
        case '1':
        case '2':
        case '3':
        case '4':
        case '5':
        case '6':
        case '7':
        case '8':
        case '9': return read_number(out);
        default: return cursor_.fail_syntax("expected a value");
    }
}

bool ValueReader::read_literal(std::string_view word, Value value, Value& out) {
    out = std::move(value);
    return cursor_.literal(word);
}

bool ValueReader::read_string(Value& out) {
    RawString raw;
    if (!cursor_.string(raw)) return false;
    if (!raw.escaped) {
        out = Value(raw.text);
        return true;
    }
    std::string text;
    if (!cursor_.unescape(raw, text)) return false;
    out = Value(std::move(text));
    return true;
}

bool ValueReader::read_number(Value& out) {
    const std::size_t at = cursor_.offset();
    NumberText number;
    if (!cursor_.number(number)) return false;
    std::uint64_t magnitude = 0;
    if (number.is_integer && number.magnitude(magnitude)) {
        if (!number.negative) {
            out = Value(magnitude);
            return true;
        }
        if (magnitude <= int64_limit) {
            out = Value(static_cast<std::int64_t>(0 - magnitude));
            return true;
        }
    }
    // Integers beyond 64 bits become real: that is how other languages write large reals.
    double real = 0;
    if (!to_real(number, real)) return cursor_.fail(Problem::out_of_range, at, "this number is too large");
    out = Value(real);
    return true;
}

bool ValueReader::read_array(Value& out) {
    if (!cursor_.enter()) return false;
    out = Value::array();
    bool more = cursor_.peek() != ']';
    if (!more) cursor_.skip_token();
    for (std::size_t index = 0; more; ++index) {
        if (!read(out.array_.emplace_back())) return cursor_.leave(index);
        if (!cursor_.separator(']', more)) return false;
    }
    cursor_.leave_container();
    return true;
}

bool ValueReader::read_object(Value& out) {
    if (!cursor_.enter()) return false;
    out = Value::object();
    std::vector<std::size_t> offsets;  // of the keys, for the error; only when duplicates are refused
    bool more = cursor_.peek() != '}';
    if (!more) cursor_.skip_token();
    if (more) out.members_.reserve(first_capacity);
    while (more) {
        RawString key;
        if (cursor_.options().refuse_duplicate_keys) offsets.push_back(cursor_.offset());
        if (!cursor_.key(key)) return false;
        auto& member = out.members_.emplace_back();
        if (!key.escaped) {
            member.key = key.text;
        } else if (!cursor_.unescape(key, member.key)) {
            return false;
        }
        if (!read(member.value)) return cursor_.leave(key);
        if (!cursor_.separator('}', more)) return false;
    }
    cursor_.leave_container();
    return merge_duplicates(out, offsets);
}

// Sorting finds equal keys in n log n steps, where looking each key up would let a peer spend our time in squares.
bool ValueReader::merge_duplicates(Value& out, const std::vector<std::size_t>& offsets) {
    auto& members = out.members_;
    if (members.size() <= unsorted_members && all_differ(members)) return true;
    std::vector<std::size_t> order(members.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t one, std::size_t two) {
        const int compared = members[one].key.compare(members[two].key);
        return compared != 0 ? compared < 0 : one < two;
    });
    std::vector<bool> drop;
    std::size_t first_repeated = std::numeric_limits<std::size_t>::max();
    std::size_t kept = order[0];
    for (std::size_t i = 1; i < order.size(); ++i) {
        if (members[order[i]].key != members[kept].key) {
            kept = order[i];
            continue;
        }
        drop.resize(members.size());
        drop[order[i]] = true;
        first_repeated = std::min(first_repeated, order[i]);
        members[kept].value = std::move(members[order[i]].value);
    }
    if (drop.empty()) return true;
    if (!offsets.empty()) {
        cursor_.fail(Problem::duplicate_key, offsets[first_repeated], "this key has been there before");
        return cursor_.leave(members[first_repeated].key);
    }
    std::size_t at = 0;
    std::erase_if(members, [&](const Value::Member&) { return drop[at++]; });
    return true;
}

}  // namespace hyperlane::json
