#include "document_fixture.hpp"
#include "web/openapi/schema.hpp"

#include <algorithm>

namespace hyperlane::testing {

namespace {

/// What the document says of T.
template <typename T>
Value schemas_of() {
    web::SchemaBook book;
    static_cast<void>(book.schema_of(json::type_info<T>()));
    return book.take();
}

template <typename T>
Value members_of(std::string_view name) {
    return schemas_of<T>()[name]["properties"];
}

}  // namespace

TEST(OpenApiSchema, KnowsEveryKindOfMember) {
    const Value kinds = members_of<openapi_types::Kinds>("Kinds");
    expect_json(kinds["boolean"], R"({"type":"boolean"})");
    expect_json(kinds["tiny"], R"({"type":"integer","minimum":-128,"maximum":127})");
    expect_json(kinds["medium"], R"({"type":"integer","format":"int32"})");
    expect_json(kinds["large"], R"({"type":"integer","format":"int64"})");
    expect_json(kinds["byte"], R"({"type":"integer","minimum":0,"maximum":255})");
    expect_json(kinds["huge"], R"({"type":"integer","minimum":0,"maximum":18446744073709551615})");
    expect_json(kinds["narrow"], R"({"type":"number","format":"float"})");
    expect_json(kinds["wide"], R"({"type":"number","format":"double"})");
    expect_json(kinds["text"], R"({"type":"string"})");
    expect_json(kinds["bytes"], R"({"type":"string","contentEncoding":"base64"})");
    expect_json(kinds["anything"], "{}");
    expect_json(kinds["time"], R"({"type":"string","format":"date-time"})");
    expect_json(kinds["color"], R"({"$ref":"#/components/schemas/Color"})");
    expect_json(kinds["list"], R"({"type":"array","items":{"type":"string"}})");
    expect_json(kinds["pair"],
                R"({"type":"array","prefixItems":[{"type":"integer","format":"int32"},{"type":"string"}],)"
                R"("items":{},"minItems":2,"maxItems":2})");
    expect_json(kinds["map"], R"({"type":"object","additionalProperties":{"type":"integer","format":"int32"}})");
    expect_json(kinds["numbered"]["propertyNames"], R"({"pattern":"^-?[0-9]+$"})");
    expect_json(kinds["colored"]["propertyNames"], R"({"$ref":"#/components/schemas/Color"})");
    expect_json(schemas_of<openapi_types::Kinds>()["Color"], R"({"type":"string","enum":["red","green"]})");
}

TEST(OpenApiSchema, WhatMayBeAbsentMayBeNullAndIsNotRequired) {
    const Value kinds = schemas_of<openapi_types::Kinds>()["Kinds"];
    expect_json(kinds["properties"]["maybe"], R"({"type":["integer","null"],"format":"int32"})");
    expect_json(kinds["properties"]["maybe_color"],
                R"({"anyOf":[{"$ref":"#/components/schemas/Color"},{"type":"null"}]})");
    const auto& required = kinds["required"].elements();
    EXPECT_EQ(required.size(), kinds["properties"].size() - 2);
    EXPECT_EQ(std::ranges::count(required, Value("maybe")), 0);
    EXPECT_EQ(std::ranges::count(required, Value("text")), 1);
    EXPECT_EQ(kinds.find("additionalProperties"), nullptr);
}

TEST(OpenApiSchema, ATypeThatContainsItselfRefersToItself) {
    const Value schemas = schemas_of<openapi_types::Node>();
    EXPECT_EQ(schemas.size(), 1u);
    expect_json(schemas["Node"]["properties"]["children"],
                R"({"type":"array","items":{"$ref":"#/components/schemas/Node"}})");
    expect_json(schemas["Node"]["properties"]["next"],
                R"({"anyOf":[{"$ref":"#/components/schemas/Node"},{"type":"null"}]})");
}

TEST(OpenApiSchema, AlternativesHaveTheirTag) {
    const Value schemas = schemas_of<openapi_types::Drawing>();
    const Value& shapes = schemas["Drawing"]["properties"]["shapes"]["items"]["oneOf"];
    expect_json(shapes[0], R"({"allOf":[{"$ref":"#/components/schemas/Circle"},{"type":"object","properties":)"
                           R"({"type":{"type":"string","const":"Circle"}},"required":["type"]}]})");
    expect_json(shapes[1], R"({"$ref":"#/components/schemas/Tagged_Square"})");
    expect_json(schemas["Tagged_Square"]["required"], R"(["side","type"])");
    expect_json(schemas["Tagged_Square"]["additionalProperties"], "false");
    expect_json(schemas["Drawing"]["properties"]["either"],
                R"({"oneOf":[{"type":"integer","format":"int32"},{"type":"string"}]})");
}

TEST(OpenApiSchema, AnAlternativeThatContainsItselfRefersToItself) {
    const Value schemas = schemas_of<openapi_types::Branch>();
    const Value& inside = schemas["Tagged_Branch"]["properties"]["children"]["items"]["oneOf"];
    expect_json(inside[1], R"({"$ref":"#/components/schemas/Tagged_Branch"})");
    EXPECT_EQ(schemas["Branch"].find("type")->get<std::string>(), "object");
    EXPECT_EQ(schemas["Branch"]["properties"].find("type"), nullptr);
}

TEST(OpenApiSchema, RulesBecomeKeywords) {
    const Value schema = schemas_of<openapi_types::Ruled>()["Ruled"];
    const Value& members = schema["properties"];
    expect_json(members["count"],
                R"({"type":"integer","format":"int32","minimum":1,"maximum":9,"description":"must be even"})");
    expect_json(members["ratio"], R"({"type":"number","format":"double","exclusiveMinimum":0.5,"exclusiveMaximum":1})");
    expect_json(members["name"], R"({"type":"string","minLength":2,"maxLength":80})");
    expect_json(members["code"], R"({"type":"string","pattern":"^(?:[a-z]+|[0-9]+)$"})");
    expect_json(members["mail"], R"({"type":"string","format":"email"})");
    expect_json(members["size"], R"({"type":"string","enum":["s","m","l"]})");
    expect_json(members["level"], R"({"type":["integer","null"],"format":"int32","enum":[1,2,null]})");
    expect_json(members["tags"], R"({"type":"array","items":{"type":"string","minLength":1},"minItems":1,"maxItems":5,)"
                                 R"("uniqueItems":true})");
    expect_json(members["scores"], R"({"type":"object","additionalProperties":{"type":"integer","format":"int32",)"
                                   R"("maximum":10},"maxProperties":3})");
    expect_json(members["key"], R"({"type":"string","contentEncoding":"base64","minLength":24,"maxLength":44})");
    expect_json(members["exotic"],
                R"x({"type":"string","description":"matches the regular expression (?i)abc (RE2)"})x");
    expect_json(schema["additionalProperties"], "false");
    expect_json(schema["description"], R"("count must fit")");
}

TEST(OpenApiSchema, OnlyRegexesThatMeanTheSameAreGivenAsPattern) {
    for (const char* regex : {"[a-z0-9-]+", "\\d{4}-\\d\\d", "(?:a|b)*", "\\p{Lu}", "\\x41", "[\\-x]", ""}) {
        EXPECT_TRUE(web::is_portable_regex(regex)) << regex;
    }
    for (const char* regex : {"(?i)a", "(?P<n>a)", "[[:alpha:]]", "\\pL", "\\p{Greek}", "\\Aa\\z", "\\Qa", "\\x{41}",
                              "a\\-b", "[]a]", "\\"}) {
        EXPECT_FALSE(web::is_portable_regex(regex)) << regex;
    }
}

TEST(OpenApiSchema, NamesAreReadable) {
    EXPECT_EQ(web::readable_type_name("User"), "User");
    EXPECT_EQ(web::readable_type_name("Page<app::User>"), "Page_User");
    EXPECT_EQ(web::readable_type_name("Page<std::__cxx11::basic_string<char> >"), "Page_string");
    EXPECT_EQ(web::readable_type_name("Pair<app::A, std::vector<app::B>>"), "Pair_A_vector_B");
    EXPECT_EQ(web::readable_type_name("<>"), "");
    EXPECT_TRUE(schemas_of<openapi_types::Page<openapi_a::User>>().find("Page_User") != nullptr);
}

}  // namespace hyperlane::testing
