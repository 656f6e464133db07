/// Properties of whole types: random values survive writing and reading, and the tables say what a schema needs.

#include <hyperlane/json/describe.hpp>
#include <hyperlane/json/read.hpp>
#include <hyperlane/json/value.hpp>
#include <hyperlane/json/write.hpp>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

namespace describe_test {

enum class Mood : std::int16_t { sad = -5, fine = 0, joyful = 200 };

struct Leaf {
    std::int8_t tiny = 0;
    std::uint64_t huge = 0;
    double real = 0;
    float small_real = 0;
    std::string text;

    friend bool operator==(const Leaf&, const Leaf&) = default;
};
struct Other {
    bool flag = false;
    std::optional<Leaf> leaf;

    friend bool operator==(const Other&, const Other&) = default;
};

struct Tree {
    Leaf leaf;
    Mood mood = Mood::fine;
    std::variant<std::monostate, Leaf, Other, std::string, std::int64_t> choice;
    std::map<std::string, Leaf> by_name;
    std::unordered_map<std::int32_t, bool> by_number;
    std::map<Mood, std::uint16_t> by_mood;
    std::vector<std::optional<std::string>> maybe_texts;
    std::vector<bool> bits;
    std::set<std::int64_t> numbers;
    std::array<std::uint32_t, 3> fixed = {};
    std::tuple<bool, std::string, Leaf> mix;
    std::chrono::sys_time<std::chrono::nanoseconds> time;
    hyperlane::json::Bytes bytes;
    hyperlane::json::Value any;
    std::vector<Tree> children;

    friend bool operator==(const Tree&, const Tree&) = default;
};

struct Documented {
    int id = 0;
    std::optional<std::string> nick_name;
    std::string secret;
    int with_default = 5;
};

}  // namespace describe_test

using namespace describe_test;
namespace json = hyperlane::json;

template <>
inline constexpr auto hyperlane::json::options<Documented> = json::Type<Documented>()
                                                                 .rename_all(json::Case::pascal)
                                                                 .ignore<&Documented::secret>()
                                                                 .with_default<&Documented::with_default>()
                                                                 .refuse_unknown_members();

namespace {

class Random {
public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}

    std::uint64_t bits() { return engine_(); }
    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(bits() % limit); }
    bool coin() { return below(2) == 0; }

    // Often a value at a limit, where mistakes live.
    template <typename T>
    T integer() {
        switch (below(4)) {
            case 0: return std::numeric_limits<T>::min();
            case 1: return std::numeric_limits<T>::max();
            default: return static_cast<T>(bits() >> below(64));
        }
    }
    template <typename T>
    T real() {
        T value = 0;
        do {
            const std::uint64_t random = bits();
            std::memcpy(&value, &random, sizeof(value));
        } while (!std::isfinite(value));
        return coin() ? value : static_cast<T>(integer<std::int16_t>()) / T{100};
    }
    std::string text() {
        static constexpr std::string_view parts[] = {"a",
                                                     "0123456789",
                                                     "\"",
                                                     "\\",
                                                     "/",
                                                     "\n",
                                                     "\x01",
                                                     "\x7F",
                                                     "\xC3\xA9",
                                                     " ",
                                                     "}",
                                                     "\xE2\x82\xAC",
                                                     "\xF0\x9F\x98\x80",
                                                     "end"};
        std::string result;
        for (std::size_t i = below(12); i > 0; --i) result += parts[below(std::size(parts))];
        if (below(8) == 0) result += '\0';
        return result;
    }

    Leaf leaf() { return {integer<std::int8_t>(), integer<std::uint64_t>(), real<double>(), real<float>(), text()}; }
    Mood mood() { return std::array{Mood::sad, Mood::fine, Mood::joyful}[below(3)]; }
    json::Value any(int depth) {
        switch (below(depth > 0 ? 8 : 6)) {
            case 0: return nullptr;
            case 1: return coin();
            case 2: return integer<std::int64_t>();
            case 3: return integer<std::uint64_t>();
            case 4: return real<double>();
            case 5: return text();
            case 6: {
                json::Value array = json::Value::array();
                for (std::size_t i = below(4); i > 0; --i) array.push_back(any(depth - 1));
                return array;
            }
            default: {
                json::Value object = json::Value::object();
                for (std::size_t i = below(30); i > 0; --i) object.set(text(), any(depth - 1));
                return object;
            }
        }
    }
    Tree tree(int depth) {
        Tree tree;
        tree.leaf = leaf();
        tree.mood = mood();
        switch (below(5)) {
            case 0: break;
            case 1: tree.choice = leaf(); break;
            case 2: tree.choice = Other{coin(), coin() ? std::optional(leaf()) : std::nullopt}; break;
            case 3: tree.choice = text(); break;
            default: tree.choice = integer<std::int64_t>();
        }
        for (std::size_t i = below(3); i > 0; --i) tree.by_name[text()] = leaf();
        for (std::size_t i = below(3); i > 0; --i) tree.by_number[integer<std::int32_t>()] = coin();
        for (std::size_t i = below(3); i > 0; --i) tree.by_mood[mood()] = integer<std::uint16_t>();
        for (std::size_t i = below(3); i > 0; --i)
            tree.maybe_texts.push_back(coin() ? std::optional(text()) : std::nullopt);
        for (std::size_t i = below(9); i > 0; --i) tree.bits.push_back(coin());
        for (std::size_t i = below(5); i > 0; --i) tree.numbers.insert(integer<std::int64_t>());
        for (auto& number : tree.fixed) number = integer<std::uint32_t>();
        tree.mix = {coin(), text(), leaf()};
        tree.time = decltype(tree.time)(std::chrono::nanoseconds(integer<std::int64_t>()));
        for (std::size_t i = below(9); i > 0; --i) tree.bytes.push_back(static_cast<std::byte>(below(256)));
        tree.any = any(3);
        if (depth > 0) {
            for (std::size_t i = below(3); i > 0; --i) tree.children.push_back(this->tree(depth - 1));
        }
        return tree;
    }

private:
    std::mt19937_64 engine_;
};

TEST(JsonTypes, SurviveARoundTrip) {
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        const Tree tree = Random(seed).tree(3);
        const json::WriteOptions form{.indent = seed % 3};
        const auto text = hyperlane::to_json(tree, form);
        ASSERT_TRUE(text.has_value()) << seed << text.error().message;
        const auto read = hyperlane::from_json<Tree>(*text);
        ASSERT_TRUE(read.has_value()) << seed << read.error().to_string();
        ASSERT_TRUE(*read == tree) << seed << ": " << *text;
        const auto dynamic = hyperlane::from_json<json::Value>(*text);
        ASSERT_TRUE(dynamic.has_value()) << seed;
        const auto again = hyperlane::from_json<Tree>(hyperlane::to_json(*dynamic).value());
        ASSERT_TRUE(again.has_value() && *again == tree) << seed;
    }
}

// Whatever byte of a document is damaged, reading ends in a value or an error with a place inside the text.
TEST(JsonTypes, SurviveDamage) {
    const std::string text = hyperlane::to_json(Random(7).tree(1)).value();
    Random random(1);
    for (int i = 0; i < 5000; ++i) {
        std::string damaged = text;
        for (std::size_t n = 1 + random.below(3); n > 0; --n)
            damaged[random.below(damaged.size())] = static_cast<char>(random.bits());
        const auto read = hyperlane::from_json<Tree>(damaged);
        if (!read) {
            EXPECT_LE(read.error().offset, damaged.size());
            EXPECT_FALSE(read.error().message.empty());
        }
    }
}

TEST(JsonTypes, AreDescribedByTheirTables) {
    const json::TypeInfo& info = json::type_info<Documented>();
    ASSERT_EQ(info.kind, json::Kind::object);
    EXPECT_EQ(info.name, "Documented");
    const auto& object = static_cast<const json::ObjectInfo&>(info);
    ASSERT_EQ(object.members.size(), 3U);
    EXPECT_EQ(object.members[0].name, "Id");
    EXPECT_TRUE(object.members[0].required);
    EXPECT_EQ(object.members[0].type->kind, json::Kind::int32);
    EXPECT_EQ(object.members[1].name, "NickName");
    EXPECT_FALSE(object.members[1].required);
    EXPECT_EQ(static_cast<const json::OptionalInfo*>(object.members[1].type)->inner->kind, json::Kind::string);
    EXPECT_EQ(object.members[2].name, "WithDefault");
    EXPECT_FALSE(object.members[2].required);
    EXPECT_TRUE(object.refuse_unknown);
    const auto& mood = static_cast<const json::EnumInfo&>(json::type_info<Mood>());
    ASSERT_EQ(mood.values.size(), 3U);
    EXPECT_EQ(mood.values[2].name, "joyful");
    EXPECT_EQ(mood.values[2].value, 200);
}

// Types without linkage are hard for compilers: nothing about them can be defined elsewhere.
enum class LocalColor : int { red, green };
struct LocalLeaf {
    std::optional<LocalColor> color;
};
struct LocalNode {
    std::optional<std::variant<LocalLeaf, bool>> choice;
    std::map<LocalColor, std::vector<LocalLeaf>> leaves;
};

TEST(JsonTypes, MayBeUnnamedOutside) {
    const std::string text = R"({"choice":{"type":"LocalLeaf","color":"green"},"leaves":{"red":[{"color":null}]}})";
    const auto node = hyperlane::from_json<LocalNode>(text);
    ASSERT_TRUE(node.has_value()) << node.error().to_string();
    EXPECT_EQ(hyperlane::to_json(*node).value(), text);
}

TEST(JsonTypes, ThatContainThemselvesHaveOneTable) {
    const auto& tree = static_cast<const json::ObjectInfo&>(json::type_info<Tree>());
    const json::Member& children = tree.members[tree.members.size() - 1];
    EXPECT_EQ(static_cast<const json::ListInfo*>(children.type)->element, &tree);
}

}  // namespace
