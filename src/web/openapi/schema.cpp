#include "web/openapi/schema.hpp"
#include "web/openapi/keywords.hpp"

#include <algorithm>
#include <utility>

namespace hyperlane::web {

using json::Kind;
using json::Rule;
using json::RuleKind;
using json::TypeInfo;
using json::Value;

namespace {

Value typed(std::string_view type) { return Value::object({{"type", type}}); }

Value integer(Value minimum, Value maximum) {
    return Value::object({{"type", "integer"}, {"minimum", std::move(minimum)}, {"maximum", std::move(maximum)}});
}

Value formatted(std::string_view type, std::string_view format) {
    return Value::object({{"type", type}, {"format", format}});
}

// The names are those of the OpenAPI format registry.
Value time(const json::TimeInfo& type) {
    return formatted("string", type.is_date() ? "date" : type.local ? "date-time-local" : "date-time");
}

// `format` has names for two widths only.
Value scalar(Kind kind) {
    switch (kind) {
        case Kind::null: return typed("null");
        case Kind::boolean: return typed("boolean");
        case Kind::int8: return integer(INT8_MIN, INT8_MAX);
        case Kind::int16: return integer(INT16_MIN, INT16_MAX);
        case Kind::int32: return formatted("integer", "int32");
        case Kind::int64: return formatted("integer", "int64");
        case Kind::uint8: return integer(0, UINT8_MAX);
        case Kind::uint16: return integer(0, UINT16_MAX);
        case Kind::uint32: return integer(0, UINT32_MAX);
        case Kind::uint64: return integer(0, UINT64_MAX);
        case Kind::float32: return formatted("number", "float");
        case Kind::float64: return formatted("number", "double");
        case Kind::string:
        case Kind::string_view: return typed("string");
        case Kind::bytes: return Value::object({{"type", "string"}, {"contentEncoding", "base64"}});
        default: return Value::object();  // json::Value: anything
    }
}

bool is_real(Kind kind) { return kind == Kind::float32 || kind == Kind::float64; }

// Of two bounds the tighter one counts.
void tighten(Value& schema, std::string_view keyword, Value bound, bool is_lower) {
    if (const Value* known = schema.find(keyword)) {
        const auto before = known->get_or<double>(0);
        const auto after = bound.get_or<double>(0);
        if (is_lower ? before >= after : before <= after) return;
    }
    schema.set(keyword, std::move(bound));
}

void tighten_range(Value& schema, std::string_view least, std::string_view most, std::int64_t low, std::int64_t high) {
    if (low > 0) tighten(schema, least, low, true);
    if (high != Rule::no_end) tighten(schema, most, high, false);
}

// Four characters for every three bytes that have begun.
void limit_bytes(Value& schema, const Rule& rule) {
    const auto encoded = [](std::int64_t bytes) { return bytes / 3 * 4 + (bytes % 3 != 0 ? 4 : 0); };
    const bool bounded = rule.high < Rule::no_end / 2;
    tighten_range(schema, "minLength", "maxLength", encoded(std::min(rule.low, Rule::no_end / 2)),
                  bounded ? encoded(rule.high) : Rule::no_end);
}

void add_choices(Value& schema, const RuleList& rules, std::size_t first, std::size_t end, Kind kind) {
    Value choices = Value::array();
    for (std::size_t i = first; i < end; ++i) {
        choices.push_back(kind == Kind::string || kind == Kind::string_view ? Value(rules[i]->text)
                                                                            : Value(rules[i]->low));
    }
    if (schema.find("enum") == nullptr) {
        schema.set("enum", std::move(choices));
        return;
    }
    Value* all = schema.find("allOf");
    if (all == nullptr) all = &schema.set("allOf", Value::array());
    all->push_back(Value::object({{"enum", std::move(choices)}}));
}

void add_rule(Value& schema, const Rule& rule, Kind kind) {
    const Value bound = is_real(kind) ? Value(rule.real) : Value(rule.low);
    switch (rule.kind) {
        case RuleKind::min: return tighten(schema, "minimum", bound, true);
        case RuleKind::max: return tighten(schema, "maximum", bound, false);
        case RuleKind::above: return tighten(schema, "exclusiveMinimum", bound, true);
        case RuleKind::below: return tighten(schema, "exclusiveMaximum", bound, false);
        case RuleKind::length:
            if (kind == Kind::bytes) return limit_bytes(schema, rule);
            return tighten_range(schema, "minLength", "maxLength", rule.low, rule.high);
        case RuleKind::pattern: return add_pattern(schema, rule.text);
        case RuleKind::email: schema.set("format", "email"); return;
        default: return;
    }
}

// Rules of one choice each that follow each other are one rule.
void add_rules(Value& schema, const RuleList& rules, Kind kind) {
    for (std::size_t i = 0; i < rules.size();) {
        std::size_t end = i + 1;
        if (rules[i]->kind != RuleKind::one_of) {
            add_rule(schema, *rules[i], kind);
        } else {
            while (end < rules.size() && rules[end]->kind == RuleKind::one_of) ++end;
            add_choices(schema, rules, i, end, kind);
        }
        i = end;
    }
}

bool is_of_container(const Rule& rule) { return rule.kind == RuleKind::items || rule.kind == RuleKind::unique; }

RuleList rules_inside(const RuleList& rules) {
    RuleList inside;
    std::ranges::copy_if(rules, std::back_inserter(inside),
                         [](const Rule* rule) { return !is_of_container(*rule) && rule->kind != RuleKind::custom; });
    return inside;
}

RuleList without_custom(const RuleList& rules) {
    RuleList others;
    std::ranges::copy_if(rules, std::back_inserter(others),
                         [](const Rule* rule) { return rule->kind != RuleKind::custom; });
    return others;
}

Value to_entry(const std::string& name) { return Value::object({{"$ref", "#/components/schemas/" + name}}); }

Value or_null(Value schema) {
    if (schema.empty()) return schema;  // takes anything as it is
    Value* type = schema.find("type");
    if (type == nullptr || schema.find("allOf") != nullptr) {
        return Value::object({{"anyOf", Value::array({std::move(schema), typed("null")})}});
    }
    if (type->is_string() && *type != Value("null")) *type = Value::array({*type, "null"});
    if (Value* choices = schema.find("enum")) choices->push_back(nullptr);
    return schema;
}

}  // namespace

Value SchemaBook::schema_of(const TypeInfo& type, const RuleList& rules) {
    Value schema = describe(type, without_custom(rules));
    for (const Rule* rule : rules) {
        if (rule->kind == RuleKind::custom) add_description(schema, rule->text);
    }
    return schema;
}

Value SchemaBook::schema_of_parameter(const TypeInfo& type, const RuleList& rules) {
    if (type.kind != Kind::optional) return schema_of(type, rules);
    return schema_of_parameter(*static_cast<const json::OptionalInfo&>(type).inner, rules);
}

Value SchemaBook::describe(const TypeInfo& type, const RuleList& rules) {
    switch (type.kind) {
        case Kind::enumeration:
        case Kind::object: return reference_to(type);
        case Kind::optional: return or_null(describe(*static_cast<const json::OptionalInfo&>(type).inner, rules));
        case Kind::list: return describe_list(static_cast<const json::ListInfo&>(type), rules);
        case Kind::map: return describe_map(static_cast<const json::MapInfo&>(type), rules);
        case Kind::tuple: return describe_tuple(static_cast<const json::TupleInfo&>(type));
        case Kind::variant: return describe_variant(static_cast<const json::VariantInfo&>(type));
        default: {
            Value schema = type.kind == Kind::time ? time(static_cast<const json::TimeInfo&>(type)) : scalar(type.kind);
            add_rules(schema, rules, type.kind);
            return schema;
        }
    }
}

Value SchemaBook::describe_list(const json::ListInfo& type, const RuleList& rules) {
    Value schema = typed("array");
    schema.set("items", schema_of(*type.element, rules_inside(rules)));
    for (const Rule* rule : rules) {
        if (rule->kind == RuleKind::items) tighten_range(schema, "minItems", "maxItems", rule->low, rule->high);
        if (rule->kind == RuleKind::unique) schema.set("uniqueItems", true);
    }
    return schema;
}

Value SchemaBook::describe_map(const json::MapInfo& type, const RuleList& rules) {
    Value schema = typed("object");
    if (type.key->kind == Kind::enumeration) {
        schema.set("propertyNames", reference_to(*type.key));
    } else if (type.key->kind != Kind::string && type.key->kind != Kind::string_view) {
        schema.set("propertyNames", Value::object({{"pattern", "^-?[0-9]+$"}}));
    }
    schema.set("additionalProperties", schema_of(*type.mapped, rules_inside(rules)));
    for (const Rule* rule : rules) {
        if (rule->kind == RuleKind::items) {
            tighten_range(schema, "minProperties", "maxProperties", rule->low, rule->high);
        }
    }
    return schema;
}

Value SchemaBook::describe_tuple(const json::TupleInfo& type) {
    Value elements = Value::array();
    for (const TypeInfo* element : type.elements) elements.push_back(schema_of(*element));
    Value schema = typed("array");
    const auto count = elements.size();
    if (count != 0) schema.set("prefixItems", std::move(elements));
    schema.set("items", Value::object());  // there are none; tools want to see it in every array
    schema.set("minItems", count);
    schema.set("maxItems", count);
    return schema;
}

Value SchemaBook::describe_variant(const json::VariantInfo& type) {
    Value choices = Value::array();
    for (const json::Alternative& alternative : type.alternatives) {
        if (alternative.type->kind == Kind::object) {
            choices.push_back(describe_tagged(alternative, type.tag));
        } else {
            choices.push_back(schema_of(*alternative.type));
        }
    }
    return Value::object({{"oneOf", std::move(choices)}});
}

// The tag is no member of the struct. One that refuses unknown members would refuse the tag beside a reference to it.
// Such an alternative is an entry of its own, because it may contain itself.
Value SchemaBook::describe_tagged(const json::Alternative& alternative, std::string_view tag) {
    const auto& type = static_cast<const json::ObjectInfo&>(*alternative.type);
    const Value tagged = Value::object({{"type", "string"}, {"const", alternative.tag}});
    if (type.refuse_unknown) {
        if (const Entry* known = find(&alternative)) return to_entry(known->name);
        const auto at = add_entry(&alternative, "Tagged " + std::string(type.name));
        Value schema = describe_object(type);
        schema.find("properties")->set(tag, tagged);
        if (schema.find("required") == nullptr) schema.set("required", Value::array());
        schema.find("required")->push_back(tag);
        entries_[at].schema = std::move(schema);
        return to_entry(entries_[at].name);
    }
    Value property = typed("object");
    property.set("properties", Value::object({{tag, tagged}}));
    property.set("required", Value::array({tag}));
    return Value::object({{"allOf", Value::array({reference_to(type), std::move(property)})}});
}

Value SchemaBook::describe_object(const json::ObjectInfo& type) {
    Value schema = typed("object");
    Value properties = Value::object();
    Value required = Value::array();
    for (const json::Member& member : type.members) {
        RuleList rules;
        for (const Rule& rule : type.rules) {
            if (rule.slot == member.slot) rules.push_back(&rule);
        }
        properties.set(member.name, schema_of(*member.type, rules));
        if (member.required) required.push_back(member.name);
    }
    schema.set("properties", std::move(properties));
    if (!required.empty()) schema.set("required", std::move(required));
    if (type.refuse_unknown) schema.set("additionalProperties", false);
    for (const Rule& rule : type.rules) {
        if (rule.slot == Rule::whole) add_description(schema, rule.text);
    }
    return schema;
}

Value SchemaBook::reference_to(const TypeInfo& type) {
    const Entry* known = find(&type);
    if (known == nullptr) {
        // The entry is there before its content: a struct may contain itself.
        const auto at = add_entry(&type, type.name);
        Value schema;
        if (type.kind == Kind::object) {
            schema = describe_object(static_cast<const json::ObjectInfo&>(type));
        } else {
            Value names = Value::array();
            for (const json::Enumerator& each : static_cast<const json::EnumInfo&>(type).values) {
                names.push_back(each.name);
            }
            schema = Value::object({{"type", "string"}, {"enum", std::move(names)}});
        }
        entries_[at].schema = std::move(schema);
        known = &entries_[at];
    }
    return to_entry(known->name);
}

Value SchemaBook::problem() {
    static constexpr char key = 0;
    if (find(&key) == nullptr) {
        const auto at = add_entry(&key, "ProblemDetails");
        const Value text = typed("string");
        const Value item =
            Value::object({{"type", "object"},
                           {"properties", Value::object({{"in", text}, {"pointer", text}, {"detail", text}})},
                           {"required", Value::array({"in", "pointer", "detail"})}});
        entries_[at].schema = Value::object(
            {{"type", "object"},
             {"description", "What went wrong (RFC 9457)."},
             {"properties",
              Value::object({{"type", formatted("string", "uri-reference")},
                             {"title", text},
                             {"status", integer(400, 599)},
                             {"detail", text},
                             {"instance", text},
                             {"code", Value::object({{"type", "string"}, {"description", "Stable: for programs."}})},
                             {"request_id", text},
                             {"errors", Value::object({{"type", "array"}, {"items", item}})}})},
             {"required", Value::array({"type", "title", "status", "code", "request_id"})}});
    }
    return to_entry(find(&key)->name);
}

Value SchemaBook::take() {
    Value schemas = Value::object();
    for (Entry& entry : entries_) schemas.set(entry.name, std::move(entry.schema));
    entries_.clear();
    return schemas;
}

std::size_t SchemaBook::add_entry(const void* key, std::string_view wanted) {
    std::string name = readable_type_name(wanted);
    if (name.empty()) name = "Object";
    name = unique_name(name, [this](const std::string& candidate) {
        return std::ranges::any_of(entries_, [&](const Entry& entry) { return entry.name == candidate; });
    });
    entries_.push_back({key, std::move(name), Value::object()});
    return entries_.size() - 1;
}

const SchemaBook::Entry* SchemaBook::find(const void* key) const {
    const auto found = std::ranges::find(entries_, key, &Entry::key);
    return found == entries_.end() ? nullptr : &*found;
}

std::string readable_type_name(std::string_view type_name) {
    std::string out;
    const auto take_word = [&out](std::string word) {
        if (word.empty() || (word == "char" && out.ends_with("string"))) return;  // basic_string<char>
        if (word == "basic_string") word = "string";
        out += (out.empty() || out.ends_with('_') ? "" : "_") + word;
    };
    std::string word;
    for (const char c : type_name) {
        if (is_word_character(c) || c == '_') {
            word += c;
        } else if (c == ':') {
            word.clear();  // it was a namespace
        } else if (!word.empty()) {
            take_word(std::exchange(word, {}));
        }
    }
    take_word(word);
    return out;
}

}  // namespace hyperlane::web
