#pragma once

/// JSON Schemas (draft 2020-12, the dialect of OpenAPI 3.1) of the types that json describes.

#include <hyperlane/json/rules.hpp>
#include <hyperlane/json/type_info.hpp>
#include <hyperlane/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace hyperlane::web {

using RuleList = std::vector<const json::Rule*>;

/// Collects what `#/components/schemas` holds: one entry for each struct and enum that is met.
class SchemaBook {
public:
    /// The schema of a type under the rules of the member that has it. Structs and enums are references.
    [[nodiscard]] json::Value schema_of(const json::TypeInfo& type, const RuleList& rules = {});
    /// The schema of a parameter: text cannot be null, so that an optional one is as its content.
    [[nodiscard]] json::Value schema_of_parameter(const json::TypeInfo& type, const RuleList& rules);
    /// A reference to an entry of ours, which is made when it is first asked for.
    [[nodiscard]] json::Value problem();

    /// All entries, in the order in which they were met.
    [[nodiscard]] json::Value take();

private:
    struct Entry {
        const void* key;
        std::string name;
        json::Value schema;
    };

    json::Value describe(const json::TypeInfo& type, const RuleList& rules);
    json::Value describe_list(const json::ListInfo& type, const RuleList& rules);
    json::Value describe_map(const json::MapInfo& type, const RuleList& rules);
    json::Value describe_tuple(const json::TupleInfo& type);
    json::Value describe_variant(const json::VariantInfo& type);
    json::Value describe_object(const json::ObjectInfo& type);
    json::Value describe_tagged(const json::Alternative& alternative, std::string_view tag);
    json::Value reference_to(const json::TypeInfo& type);
    /// in  wanted: a name of a type, which becomes a readable one that nobody has yet
    std::size_t add_entry(const void* key, std::string_view wanted);
    [[nodiscard]] const Entry* find(const void* key) const;

    std::vector<Entry> entries_;
};

/// Does ECMAScript, whose regular expressions `pattern` has, mean by this what RE2 means? As far as can be seen: it is
/// about the syntax that only RE2 has.
[[nodiscard]] bool is_portable_regex(std::string_view regex);

/// Add that all of a text matches a regular expression of RE2: as `pattern` if it is portable, else in words.
void add_pattern(json::Value& schema, std::string_view regex);

/// "Page<app::User>" as a name of a component: "Page_User". Empty if nothing is left.
[[nodiscard]] std::string readable_type_name(std::string_view type_name);

}  // namespace hyperlane::web
