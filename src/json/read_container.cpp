#include "reader.hpp"

#include <array>
#include <string>

namespace hyperlane::json {

class Reader::SetFiller final : public Filler {
public:
    SetFiller(Reader& reader, const TypeInfo& element) : reader_(reader), element_(element) {}

    bool fill_key(void*) override { return false; }
    bool replaces() override { return true; }
    bool fill_value(void* value) override { return reader_.read(value, element_); }

private:
    Reader& reader_;
    const TypeInfo& element_;
};

bool Reader::read_list(void* out, const ListInfo& info) {
    if (info.clear == nullptr) return read_array(out, info);
    const std::size_t at = cursor_.offset();
    if (!begin_container('[', "an array")) return false;
    info.clear(out);
    bool more = has_elements(']');
    for (std::size_t index = 0; more; ++index) {
        const std::uint32_t* const begin = cursor_.token();
        bool sound = false;
        if (info.append != nullptr) {
            sound = read(info.append(out), *info.element);
        } else {
            SetFiller filler(*this, *info.element);
            sound = info.add(out, filler);
        }
        if (!sound && !cursor_.recover(begin, index)) return false;
        if (!cursor_.separator(']', more)) return false;
    }
    cursor_.leave_container();
    return cursor_.is_sound(at);
}

// std::array
bool Reader::read_array(void* out, const ListInfo& info) {
    const std::size_t at = cursor_.offset();
    if (!begin_container('[', "an array")) return false;
    const Elements elements = info.elements(out);
    const auto fail_length = [&] {
        return cursor_.fail(Problem::bad_value, at, "expected " + std::to_string(elements.count) + " elements");
    };
    std::byte* element = static_cast<std::byte*>(const_cast<void*>(elements.first));
    bool more = has_elements(']');
    std::size_t index = 0;
    for (; more; ++index, element += info.stride) {
        if (index == elements.count) return fail_length();
        const std::uint32_t* const begin = cursor_.token();
        if (!read(element, *info.element) && !cursor_.recover(begin, index)) return false;
        if (!cursor_.separator(']', more)) return false;
    }
    cursor_.leave_container();
    return index == elements.count ? cursor_.is_sound(at) : fail_length();
}

bool Reader::read_tuple(void* out, const TupleInfo& info) {
    const std::size_t at = cursor_.offset();
    if (!begin_container('[', "an array")) return false;
    const auto fail_length = [&] {
        return cursor_.fail(Problem::bad_value, at, "expected " + std::to_string(info.elements.size()) + " elements");
    };
    const void* addresses[ObjectInfo::max_members];
    info.locate(out, addresses);
    bool more = has_elements(']');
    std::size_t index = 0;
    for (; more; ++index) {
        if (index == info.elements.size()) return fail_length();
        const std::uint32_t* const begin = cursor_.token();
        if (!read(const_cast<void*>(addresses[index]), *info.elements[index]) && !cursor_.recover(begin, index)) {
            return false;
        }
        if (!cursor_.separator(']', more)) return false;
    }
    cursor_.leave_container();
    return index == info.elements.size() ? cursor_.is_sound(at) : fail_length();
}

namespace {

// An integer that is a key, in the one form that the writer gives it.
template <typename T>
bool parse_key(std::string_view text, void* out) {
    NumberText number;
    const char* const end = text.data() + text.size();
    if (text.empty() || text == "-0" || !parse_number(text.data(), end, number)) return false;
    return number.end == end && number.is_integer && fits(number, *static_cast<T*>(out));
}

bool parse_enum_key(std::string_view text, const EnumInfo& info, void* out) {
    for (const Enumerator& each : info.values) {
        if (each.name != text) continue;
        info.set(out, each.value);
        return true;
    }
    return false;
}

bool parse_any_key(std::string_view text, const TypeInfo& info, void* out) {
    switch (info.kind) {
        case Kind::string: static_cast<std::string*>(out)->assign(text); return true;
        case Kind::enumeration: return parse_enum_key(text, static_cast<const EnumInfo&>(info), out);
        case Kind::int8: return parse_key<std::int8_t>(text, out);
        case Kind::int16: return parse_key<std::int16_t>(text, out);
        case Kind::int32: return parse_key<std::int32_t>(text, out);
        case Kind::int64: return parse_key<std::int64_t>(text, out);
        case Kind::uint8: return parse_key<std::uint8_t>(text, out);
        case Kind::uint16: return parse_key<std::uint16_t>(text, out);
        case Kind::uint32: return parse_key<std::uint32_t>(text, out);
        default: return parse_key<std::uint64_t>(text, out);
    }
}

}  // namespace

class Reader::MapFiller final : public Filler {
public:
    MapFiller(Reader& reader, const MapInfo& info, std::string_view key, std::size_t key_offset)
        : reader_(reader), info_(info), key_(key), key_offset_(key_offset) {}

    bool fill_key(void* key) override {
        if (parse_any_key(key_, *info_.key, key)) return true;
        if (info_.key->kind == Kind::enumeration) {
            return cursor().fail(Problem::bad_value, key_offset_,
                                 "expected a key out of " + list_names(static_cast<const EnumInfo&>(*info_.key)));
        }
        return cursor().fail(Problem::bad_value, key_offset_, "this key is no integer, or out of range");
    }
    bool replaces() override {
        if (!cursor().options().refuse_duplicate_keys) return true;
        return cursor().fail(Problem::duplicate_key, key_offset_, "this key has been there before");
    }
    bool fill_value(void* value) override { return reader_.read(value, *info_.mapped); }

private:
    Cursor& cursor() { return reader_.cursor_; }

    Reader& reader_;
    const MapInfo& info_;
    std::string_view key_;
    std::size_t key_offset_;
};

bool Reader::read_map(void* out, const MapInfo& info) {
    const std::size_t at = cursor_.offset();
    if (!begin_container('{', "an object")) return false;
    info.clear(out);
    std::string scratch;
    bool more = has_elements('}');
    while (more) {
        const std::uint32_t* const begin = cursor_.token();
        RawString key;
        if (!cursor_.key(key) || (key.escaped && !cursor_.unescape(key, scratch))) return false;
        const std::string name(key.escaped ? std::string_view(scratch) : key.text);
        MapFiller filler(*this, info, name, *begin);
        if (!info.add(out, filler) && !cursor_.recover(begin, name)) return false;
        if (!cursor_.separator('}', more)) return false;
    }
    cursor_.leave_container();
    return cursor_.is_sound(at);
}

}  // namespace hyperlane::json
