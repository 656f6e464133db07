#include <hyperlane/json/write.hpp>
#include <hyperlane/base/utf8.hpp>
#include <hyperlane/json/value.hpp>
#include "base64.hpp"
#include "pointer.hpp"
#include "time.hpp"
#include "write_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace hyperlane::json {
namespace {

constexpr std::size_t longest_number = 40;
constexpr std::size_t key_block = 16;  // what Member::written may be copied in

/// Writes an object by its tables. `out_` runs ahead of what is committed to the sink.
class Writer {
public:
    Writer(Sink& sink, const WriteOptions& options)
        : out_(sink.reserve(0)),
          end_(out_ == nullptr ? nullptr : out_ + sink.room()),
          sink_(sink),
          indent_(options.indent),
          most_depth_(std::min(options.max_depth, WriteOptions::highest_depth)),
          depth_left_(most_depth_) {}

    bool write(const void* value, const TypeInfo& info);
    void commit() {
        if (out_ != nullptr) sink_.commit(out_);
    }
    [[gnu::noinline]] Error error() const;

private:
    bool write_value(const Value& value);
    bool write_value_array(const Value& value);
    bool write_value_object(const Value& value);
    bool write_string(std::string_view text);
    bool write_long_string(std::string_view text);
    bool write_one_escaped(const char*& in, const char* in_end);
    bool write_bytes(const Bytes& bytes);
    bool write_time(const void* time, const TimeInfo& info);
    bool write_enum(const void* value, const EnumInfo& info);
    bool write_optional(const void* optional, const OptionalInfo& info);
    bool write_list(const void* list, const ListInfo& info);
    bool write_tuple(const void* tuple, const TupleInfo& info);
    bool write_map(const void* map, const MapInfo& info);
    bool write_object(const void* object, const ObjectInfo& info, std::string_view tag = {},
                      std::string_view tag_value = {});
    bool write_member(const Member& member, const void* value, bool& first);
    bool write_variant(const void* variant, const VariantInfo& info);
    bool write_key(const void* key, const TypeInfo& info);

    template <typename T>
    [[gnu::noinline]] bool write_number(const void* value) {
        const T number = *static_cast<const T*>(value);
        if (room() >= longest_number) [[likely]] {
            out_ = std::to_chars(out_, out_ + longest_number, number).ptr;
            return true;
        }
        char text[longest_number];
        return write_literal({text, std::to_chars(text, text + longest_number, number).ptr});
    }
    template <typename T>
    [[gnu::noinline]] bool write_real(T value) {
        if (!std::isfinite(value)) return fail(ErrorCode::invalid_argument, "JSON has no infinity and no NaN");
        return write_number<T>(&value);
    }
    bool write_literal(std::string_view word) {
        if (!make_room(word.size())) return false;
        std::memcpy(out_, word.data(), word.size());
        out_ += word.size();
        return true;
    }

    [[gnu::always_inline]] bool open(char bracket) {
        if (depth_left_ == 0) [[unlikely]]
            return fail(ErrorCode::invalid_argument, "arrays and objects are nested too deeply");
        if (!make_room(1)) [[unlikely]]
            return false;
        *out_++ = bracket;
        --depth_left_;
        return true;
    }
    [[gnu::always_inline]] bool close(char bracket, bool empty) {
        ++depth_left_;
        if (indent_ != 0 && !empty && !new_line()) [[unlikely]]
            return false;
        if (!make_room(1)) [[unlikely]]
            return false;
        *out_++ = bracket;
        return true;
    }
    /// What stands before an element: nothing or a comma, and in the long form a new line.
    bool begin_element(bool& first);
    bool new_line();

    // Only what is surely needed is asked for, so that output which just fits a buffer does fit.
    std::size_t room() const { return static_cast<std::size_t>(end_ - out_); }
    bool make_room(std::size_t bytes) { return room() >= bytes || grow(bytes); }
    bool grow(std::size_t bytes);

    [[gnu::noinline]] bool fail(ErrorCode code, std::string_view message) {
        failure_ = std::make_unique<Failure>(code, std::string(message));
        return false;
    }
    [[gnu::noinline]] bool leave(std::string_view step) {
        failure_->path.emplace_back(step);
        return false;
    }
    [[gnu::noinline]] bool leave(std::size_t index) { return leave(std::to_string(index)); }

    class ListVisitor;
    class MapVisitor;

    /// Made when something fails, so that a text that is written well does not pay for it.
    struct Failure {
        ErrorCode code;
        std::string message;
        std::vector<std::string> path;  // innermost step first
    };

    char* out_ = nullptr;
    char* end_ = nullptr;
    Sink& sink_;  // views the sink of the caller
    std::size_t indent_;
    std::size_t most_depth_;
    std::size_t depth_left_;

    std::unique_ptr<Failure> failure_;
};

bool Writer::grow(std::size_t bytes) {
    commit();
    out_ = sink_.reserve(bytes);
    if (out_ == nullptr) {
        end_ = nullptr;
        return fail(ErrorCode::too_large, "the output is full");
    }
    end_ = out_ + sink_.room();
    return true;
}

[[gnu::always_inline]] inline bool Writer::write_string(std::string_view text) {
    if (text.size() > block_bytes || room() < text.size() + 2) return write_long_string(text);
    if (!copy_plain_short(text.data(), text.size(), out_ + 1)) return write_long_string(text);
    char* const out = out_;
    *out = '"';
    out[text.size() + 1] = '"';
    out_ = out + text.size() + 2;
    return true;
}

bool Writer::write(const void* value, const TypeInfo& info) {
    switch (info.kind) {
        case Kind::string: return write_string(*static_cast<const std::string*>(value));
        case Kind::int32: return write_number<std::int32_t>(value);
        case Kind::int64: return write_number<std::int64_t>(value);
        case Kind::float64: return write_real(*static_cast<const double*>(value));
        case Kind::boolean: return write_literal(*static_cast<const bool*>(value) ? "true" : "false");
        case Kind::object: return write_object(value, static_cast<const ObjectInfo&>(info));
        case Kind::list: return write_list(value, static_cast<const ListInfo&>(info));
        case Kind::optional: return write_optional(value, static_cast<const OptionalInfo&>(info));
        case Kind::int8: return write_number<std::int8_t>(value);
        case Kind::int16: return write_number<std::int16_t>(value);
        case Kind::uint8: return write_number<std::uint8_t>(value);
        case Kind::uint16: return write_number<std::uint16_t>(value);
        case Kind::uint32: return write_number<std::uint32_t>(value);
        case Kind::uint64: return write_number<std::uint64_t>(value);
        case Kind::float32: return write_real(*static_cast<const float*>(value));
        case Kind::string_view: return write_string(*static_cast<const std::string_view*>(value));
        case Kind::bytes: return write_bytes(*static_cast<const Bytes*>(value));
        case Kind::value: return write_value(*static_cast<const Value*>(value));
        case Kind::time: return write_time(value, static_cast<const TimeInfo&>(info));
        case Kind::enumeration: return write_enum(value, static_cast<const EnumInfo&>(info));
        case Kind::tuple: return write_tuple(value, static_cast<const TupleInfo&>(info));
        case Kind::map: return write_map(value, static_cast<const MapInfo&>(info));
        case Kind::variant: return write_variant(value, static_cast<const VariantInfo&>(info));
        case Kind::null: break;
    }
    return write_literal("null");
}

[[gnu::noinline]] bool Writer::write_long_string(std::string_view text) {
    const char* in = text.data();
    const char* const in_end = in + text.size();
    if (!make_room(text.size() + 2)) return false;
    *out_++ = '"';
    while (true) {
        const EscapeStep step = write_escaped(in, in_end, out_, end_);
        out_ = step.out;
        if (step.in == nullptr) return fail(ErrorCode::invalid_argument, "this text is not UTF-8");
        in = step.in;
        if (in == in_end) break;
        if (!write_one_escaped(in, in_end)) return false;
    }
    return write_literal("\"");
}

// At the end of the room: one character, by a detour.
bool Writer::write_one_escaped(const char*& in, const char* in_end) {
    char text[longest_escape];
    const EscapeStep step = write_escaped(in, std::min(in_end, in + 1), text, text + longest_escape);
    if (step.in == nullptr) {
        const std::size_t length = utf8_length(in, in_end);
        if (length == 0) return fail(ErrorCode::invalid_argument, "this text is not UTF-8");
        if (!write_literal({in, length})) return false;
        in += length;
    } else {
        if (!write_literal({text, step.out})) return false;
        in = step.in;
    }
    return make_room(static_cast<std::size_t>(in_end - in) + 1);
}

[[gnu::noinline]] bool Writer::write_bytes(const Bytes& bytes) {
    if (!make_room(base64_length(bytes.size()) + 2)) return false;
    *out_++ = '"';
    out_ = write_base64(bytes, out_);
    *out_++ = '"';
    return true;
}

[[gnu::noinline]] bool Writer::write_time(const void* time, const TimeInfo& info) {
    char text[longest_time + 2];
    char* end = json::write_time(info.get(time), info, text + 1);
    if (end == nullptr) return fail(ErrorCode::invalid_argument, "RFC 3339 has only the years 0 to 9999");
    text[0] = '"';
    *end++ = '"';
    return write_literal({text, end});
}

const Enumerator* find_enumerator(const void* value, const EnumInfo& info) {
    const std::int64_t wanted = info.get(value);
    const auto found = std::ranges::lower_bound(info.values, wanted, {}, &Enumerator::value);
    return found != info.values.end() && found->value == wanted ? &*found : nullptr;
}

[[gnu::noinline]] bool Writer::write_enum(const void* value, const EnumInfo& info) {
    if (const Enumerator* found = find_enumerator(value, info)) return write_string(found->name);
    return fail(ErrorCode::invalid_argument,
                std::string(info.name) + " has no enumerator " + std::to_string(info.get(value)));
}

[[gnu::noinline]] bool Writer::write_optional(const void* optional, const OptionalInfo& info) {
    const void* inner = info.get(optional);
    return inner != nullptr ? write(inner, *info.inner) : write_literal("null");
}

bool Writer::new_line() {
    const std::size_t spaces = (most_depth_ - depth_left_) * indent_;
    if (!make_room(spaces + 1)) return false;
    *out_++ = '\n';
    std::memset(out_, ' ', spaces);
    out_ += spaces;
    return true;
}

bool Writer::begin_element(bool& first) {
    if (!first) {
        if (!make_room(1)) return false;
        *out_++ = ',';
    }
    first = false;
    return indent_ == 0 || new_line();
}

class Writer::ListVisitor final : public Visitor {
public:
    ListVisitor(Writer& writer, const TypeInfo& element) : writer_(writer), element_(element) {}

    bool visit(const void*, const void* value) override {
        if (!writer_.begin_element(first_)) return false;
        if (!writer_.write(value, element_)) return writer_.leave(index_);
        ++index_;
        return true;
    }
    bool empty() const { return first_; }

private:
    Writer& writer_;
    const TypeInfo& element_;
    std::size_t index_ = 0;
    bool first_ = true;
};

[[gnu::noinline]] bool Writer::write_list(const void* list, const ListInfo& info) {
    if (!open('[')) return false;
    ListVisitor visitor(*this, *info.element);
    if (info.elements == nullptr) {
        return info.visit(list, visitor) && close(']', visitor.empty());
    }
    const Elements elements = info.elements(list);
    const auto* element = static_cast<const std::byte*>(elements.first);
    for (std::size_t i = 0; i < elements.count; ++i, element += info.stride) {
        if (!visitor.visit(nullptr, element)) return false;
    }
    return close(']', visitor.empty());
}

[[gnu::noinline]] bool Writer::write_tuple(const void* tuple, const TupleInfo& info) {
    const void* addresses[ObjectInfo::max_members];
    info.locate(tuple, addresses);
    if (!open('[')) return false;
    bool first = true;
    for (std::size_t i = 0; i < info.elements.size(); ++i) {
        if (!begin_element(first)) return false;
        if (!write(addresses[i], *info.elements[i])) return leave(i);
    }
    return close(']', first);
}

bool Writer::write_key(const void* key, const TypeInfo& info) {
    if (info.kind == Kind::string || info.kind == Kind::string_view || info.kind == Kind::enumeration)
        return write(key, info);
    if (!make_room(longest_number + 2)) return false;
    *out_++ = '"';
    if (!write(key, info) || !make_room(1)) return false;
    *out_++ = '"';
    return true;
}

std::string key_step(const void* key, const TypeInfo& info) {
    if (info.kind == Kind::string) return *static_cast<const std::string*>(key);
    if (info.kind == Kind::string_view) return std::string(*static_cast<const std::string_view*>(key));
    return "?";
}

class Writer::MapVisitor final : public Visitor {
public:
    MapVisitor(Writer& writer, const MapInfo& info) : writer_(writer), info_(info) {}

    bool visit(const void* key, const void* value) override {
        if (!writer_.begin_element(first_) || !writer_.write_key(key, *info_.key)) return false;
        if (!writer_.write_literal(writer_.indent_ != 0 ? ": " : ":")) return false;
        return writer_.write(value, *info_.mapped) || writer_.leave(key_step(key, *info_.key));
    }
    bool empty() const { return first_; }

private:
    Writer& writer_;
    const MapInfo& info_;
    bool first_ = true;
};

[[gnu::noinline]] bool Writer::write_map(const void* map, const MapInfo& info) {
    if (!open('{')) return false;
    MapVisitor visitor(*this, info);
    return info.visit(map, visitor) && close('}', visitor.empty());
}

[[gnu::always_inline]] inline bool Writer::write_member(const Member& member, const void* value, bool& first) {
    const char* key = member.written.data();  // `,"name":`
    std::size_t size = member.written.size();
    if (first || indent_ != 0) {
        ++key;
        --size;
    }
    if (indent_ != 0 && !begin_element(first)) return false;
    first = false;
    if (room() >= size + key_block) [[likely]] {
        for (std::size_t i = 0; i < size; i += key_block) std::memcpy(out_ + i, key + i, key_block);
        out_ += size;
    } else if (!write_literal({key, size})) {
        return false;
    }
    if (indent_ != 0 && !write_literal(" ")) return false;
    const bool written = member.type->kind == Kind::string ? write_string(*static_cast<const std::string*>(value))
                                                           : write(value, *member.type);
    return written || leave(member.name);
}

[[gnu::noinline]] bool is_omitted(const ObjectInfo& info, const Member& member, const void* value) {
    if (member.type->kind != Kind::optional) return false;
    const auto& optional = static_cast<const OptionalInfo&>(*member.type);
    if (optional.is_absent != nullptr) return optional.is_absent(value);
    return info.omit_null && optional.get(value) == nullptr;
}

bool Writer::write_object(const void* object, const ObjectInfo& info, std::string_view tag,
                          std::string_view tag_value) {
    const void* addresses[ObjectInfo::max_members];
    info.locate(object, addresses);
    if (!open('{')) return false;
    bool first = true;
    if (tag.data() != nullptr) {
        if (!begin_element(first) || !write_long_string(tag) || !write_literal(indent_ != 0 ? ": " : ":") ||
            !write_long_string(tag_value)) {
            return false;
        }
    }
    for (const Member& member : info.members) {
        const void* const value = addresses[member.slot];
        if (info.may_omit && is_omitted(info, member, value)) continue;
        if (!write_member(member, value, first)) return false;
    }
    return close('}', first);
}

[[gnu::noinline]] bool Writer::write_variant(const void* variant, const VariantInfo& info) {
    const std::size_t index = info.index(variant);
    if (index >= info.alternatives.size()) return fail(ErrorCode::invalid_argument, "this variant has no value");
    const Alternative& alternative = info.alternatives[index];
    const void* const value = info.get(variant);
    if (alternative.type->kind != Kind::object) return write(value, *alternative.type);
    return write_object(value, static_cast<const ObjectInfo&>(*alternative.type), info.tag, alternative.tag);
}

[[gnu::noinline]] bool Writer::write_value(const Value& value) {
    switch (value.kind()) {
        case ValueKind::null: return write_literal("null");
        case ValueKind::boolean: return write_literal(value.get_or(false) ? "true" : "false");
        case ValueKind::integer: {
            const auto number = value.get_or<std::int64_t>(0);
            return write_number<std::int64_t>(&number);
        }
        case ValueKind::unsigned_integer: {
            const auto number = value.get_or<std::uint64_t>(0);
            return write_number<std::uint64_t>(&number);
        }
        case ValueKind::real: return write_real(value.get_or(0.0));
        case ValueKind::string: return write_string(value.get_or<std::string_view>({}));
        case ValueKind::array: return write_value_array(value);
        case ValueKind::object: return write_value_object(value);
    }
    return false;
}

bool Writer::write_value_array(const Value& value) {
    if (!open('[')) return false;
    bool first = true;
    for (std::size_t i = 0; i < value.elements().size(); ++i) {
        if (!begin_element(first)) return false;
        if (!write_value(value.elements()[i])) return leave(i);
    }
    return close(']', first);
}

bool Writer::write_value_object(const Value& value) {
    if (!open('{')) return false;
    bool first = true;
    for (const Value::Member& member : value.members()) {
        if (!begin_element(first) || !write_string(member.key) || !write_literal(indent_ != 0 ? ": " : ":"))
            return false;
        if (!write_value(member.value)) return leave(member.key);
    }
    return close('}', first);
}

Error Writer::error() const {
    const std::string pointer = join_pointer(failure_->path);
    return Error(failure_->code, "JSON: " + (pointer.empty() ? std::string() : pointer + ": ") + failure_->message);
}

}  // namespace

Result<> write_json(Sink& sink, const void* object, const TypeInfo& info, const WriteOptions& options) {
    Writer writer(sink, options);
    const bool written = writer.write(object, info);
    writer.commit();
    if (!written) return std::unexpected(writer.error());
    return {};
}

}  // namespace hyperlane::json
