#include <hyperlane/json/json.hpp>
#include <hyperlane/web/typed/validate.hpp>

#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

namespace validated {

struct Numbers {
    int from = 5;
    int to = 5;
    double ratio = 0.5;
    std::uint64_t large = 10;
    std::optional<int> maybe;
    std::vector<int> many;
};

struct Texts {
    std::string name = "abc";
    std::optional<std::string> email;
    std::string code = "AB-12";
    std::string size = "m";
    std::vector<std::string> tags;
    std::map<std::string, std::string> labels;
    hyperlane::json::Bytes bytes = hyperlane::json::Bytes(2);
    int step = 10;
};

struct Inner {
    int age = 20;
};
struct Outer {
    Inner inner;
    std::vector<Inner> list;
    std::map<std::string, Inner> map;
    std::optional<Inner> optional;
    std::variant<Inner, std::string> either;
    std::tuple<int, Inner> pair;
    std::unique_ptr<Outer> next;
    int without_rule = 0;
};

struct Booking {
    int begin = 1;
    int end = 2;
    std::string first = "odd";
};
constexpr bool in_order(const Booking& booking) { return booking.begin < booking.end; }
constexpr bool is_future(const Booking& booking) { return booking.begin > 0; }
constexpr bool is_odd(const std::string& text) { return text.size() % 2 == 1; }

struct BadPattern {
    std::string text;
};
struct NoRules {
    int a = 0;
    std::vector<std::string> b;
};
struct Renamed {
    int count = 0;
};

}  // namespace validated

using namespace validated;

template <>
inline constexpr auto hyperlane::json::options<Numbers> = hyperlane::json::Type<Numbers>()
                                                              .min<&Numbers::from>(1)
                                                              .max<&Numbers::from>(10)
                                                              .above<&Numbers::to>(1)
                                                              .below<&Numbers::to>(10)
                                                              .min<&Numbers::ratio>(0)
                                                              .below<&Numbers::ratio>(0.75)
                                                              .min<&Numbers::large>(1)
                                                              .min<&Numbers::maybe>(3)
                                                              .items<&Numbers::many>(0, 3)
                                                              .max<&Numbers::many>(9)
                                                              .unique<&Numbers::many>();
template <>
inline constexpr auto hyperlane::json::options<Texts> = hyperlane::json::Type<Texts>()
                                                            .length<&Texts::name>(1, 5)
                                                            .email<&Texts::email>()
                                                            .pattern<&Texts::code>("[A-Z]+-[0-9]+")
                                                            .one_of<&Texts::size>("s", "m", "l")
                                                            .length<&Texts::tags>(2)
                                                            .items<&Texts::labels>(0, 1)
                                                            .length<&Texts::labels>(0, 3)
                                                            .length<&Texts::bytes>(2, 2)
                                                            .one_of<&Texts::step>(10, 20);
template <>
inline constexpr auto hyperlane::json::options<Inner> = hyperlane::json::Type<Inner>().min<&Inner::age>(18);
template <>
inline constexpr auto hyperlane::json::options<Booking> = hyperlane::json::Type<Booking>()
                                                              .check<in_order, &Booking::end>("must be after begin")
                                                              .check<is_future>("must lie in the future")
                                                              .satisfies<&Booking::first, is_odd>("must be odd");
template <>
inline constexpr auto hyperlane::json::options<BadPattern> =
    hyperlane::json::Type<BadPattern>().pattern<&BadPattern::text>("[");
template <>
inline constexpr auto hyperlane::json::options<Renamed> =
    hyperlane::json::Type<Renamed>().rename<&Renamed::count>("a/b~c").max<&Renamed::count>(5).with_defaults();

namespace hyperlane {
namespace {

template <typename T>
std::string all(const T& value) {
    std::string text;
    for (const Violation& each : validate(value)) text += each.pointer + " " + each.message + "\n";
    return text;
}

template <typename T, typename Change>
std::string all_after(Change change) {
    T value;
    change(value);
    return all(value);
}

TEST(Validate, FindsNothingInWhatIsRight) {
    EXPECT_EQ(all(Numbers()), "");
    EXPECT_EQ(all(Texts()), "");
    EXPECT_EQ(all(Outer()), "");
    EXPECT_EQ(all(Booking()), "");
    EXPECT_TRUE(web::validator_of<NoRules>().is_empty());
    EXPECT_TRUE(web::validator_of<std::vector<NoRules>>().is_empty());
    EXPECT_FALSE(web::validator_of<std::vector<Outer>>().is_empty());
}

TEST(Validate, BoundsNumbers) {
    EXPECT_EQ(all_after<Numbers>([](auto& n) { n.from = 0; }), "/from must be at least 1\n");
    EXPECT_EQ(all_after<Numbers>([](auto& n) { n.from = 11; }), "/from must be at most 10\n");
    EXPECT_EQ(all_after<Numbers>([](auto& n) {
                  n.from = 1;
                  n.to = 2;
              }),
              "");
    EXPECT_EQ(all_after<Numbers>([](auto& n) { n.to = 1; }), "/to must be more than 1\n");
    EXPECT_EQ(all_after<Numbers>([](auto& n) { n.to = 10; }), "/to must be less than 10\n");
    EXPECT_EQ(all_after<Numbers>([](auto& n) { n.ratio = -0.1; }), "/ratio must be at least 0\n");
    EXPECT_EQ(all_after<Numbers>([](auto& n) { n.ratio = 0.75; }), "/ratio must be less than 0.75\n");
    EXPECT_EQ(all_after<Numbers>([](auto& n) { n.large = std::numeric_limits<std::uint64_t>::max(); }), "");
    EXPECT_EQ(all_after<Numbers>([](auto& n) { n.maybe = 2; }), "/maybe must be at least 3\n");
}

TEST(Validate, LooksAtEveryElement) {
    EXPECT_EQ(all_after<Numbers>([](auto& n) { n.many = {1, 10, 11}; }),
              "/many/1 must be at most 9\n/many/2 must be at most 9\n");
    EXPECT_EQ(all_after<Numbers>([](auto& n) { n.many = {1, 2, 3, 4}; }), "/many must have at most 3 elements\n");
    EXPECT_EQ(all_after<Numbers>([](auto& n) { n.many = {1, 2, 1}; }), "/many must not have two equal elements\n");
    EXPECT_EQ(all_after<Texts>([](auto& t) { t.tags = {"ab", "c"}; }), "/tags/1 must have at least 2 characters\n");
    EXPECT_EQ(all_after<Texts>([](auto& t) { t.labels = {{"a", "long"}}; }),
              "/labels/a must have at most 3 characters\n");
    EXPECT_EQ(all_after<Texts>([](auto& t) { t.labels = {{"a", ""}, {"b", ""}}; }),
              "/labels must have at most 1 element\n");
}

TEST(Validate, MeasuresTextInCharacters) {
    EXPECT_EQ(all_after<Texts>([](auto& t) { t.name = ""; }), "/name must have from 1 to 5 characters\n");
    EXPECT_EQ(all_after<Texts>([](auto& t) { t.name = "\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC"; }), "");
    EXPECT_EQ(all_after<Texts>([](auto& t) { t.name = "abcdef"; }), "/name must have from 1 to 5 characters\n");
    EXPECT_EQ(all_after<Texts>([](auto& t) { t.bytes.resize(1); }), "/bytes must have exactly 2 bytes\n");
}

TEST(Validate, MatchesWholeTexts) {
    EXPECT_EQ(all_after<Texts>([](auto& t) { t.code = "xAB-12"; }), "/code must match [A-Z]+-[0-9]+\n");
    EXPECT_EQ(all_after<Texts>([](auto& t) { t.code = "AB-12\n"; }), "/code must match [A-Z]+-[0-9]+\n");
    EXPECT_EQ(all_after<Texts>([](auto& t) { t.size = "xl"; }), "/size must be one of \"s\", \"m\", \"l\"\n");
    EXPECT_EQ(all_after<Texts>([](auto& t) { t.step = 15; }), "/step must be one of 10, 20\n");
}

TEST(Validate, TakesAddressesAsBrowsersDo_Html_4_10_5_1_5) {
    for (const char* good : {"a@b", "first.last+tag@sub.example.com", "x@1-2.example", "!#$%&'*+/=?^_`{|}~-@a.b"}) {
        EXPECT_EQ(all_after<Texts>([&](auto& t) { t.email = good; }), "") << good;
    }
    for (const char* bad : {"", "a", "@b", "a@", "a b@c", "a@b c", "a@-b", "a@b-", "a@b..c", "a@b.", "a@@b", "a@b_c",
                            "m\xC3\xBC@b", "a@b\n"}) {
        EXPECT_EQ(all_after<Texts>([&](auto& t) { t.email = bad; }), "/email must be an email address\n") << bad;
    }
    const std::string label(63, 'a');
    EXPECT_EQ(all_after<Texts>([&](auto& t) { t.email = "a@" + label; }), "");
    EXPECT_NE(all_after<Texts>([&](auto& t) { t.email = "a@" + label + "a"; }), "");
}

TEST(Validate, GoesIntoEverything) {
    Outer outer;
    outer.inner.age = 1;
    outer.list = {{20}, {2}};
    outer.map["a/b"].age = 3;
    outer.optional = Inner{4};
    outer.either = Inner{5};
    outer.pair = {0, Inner{6}};
    outer.next = std::make_unique<Outer>();
    outer.next->next = std::make_unique<Outer>();
    outer.next->next->inner.age = 7;
    std::string wanted;
    for (const char* pointer : {"/inner/age", "/list/1/age", "/map/a~1b/age", "/optional/age", "/either/age",
                                "/pair/1/age", "/next/next/inner/age"}) {
        wanted += std::string(pointer) + " must be at least 18\n";
    }
    EXPECT_EQ(all(outer), wanted);
    EXPECT_EQ(all(std::vector<Inner>{{20}, {1}}), "/1/age must be at least 18\n");
}

TEST(Validate, AsksFunctionsOfYourOwn) {
    EXPECT_EQ(all(Booking{.begin = 3, .end = 3}), "/end must be after begin\n");
    EXPECT_EQ(all(Booking{.begin = -1, .end = -1, .first = "even"}),
              "/end must be after begin\n must lie in the future\n/first must be odd\n");
}

TEST(Validate, NamesMembersAsJsonDoes_Rfc6901) { EXPECT_EQ(all(Renamed{6}), "/a~1b~0c must be at most 5\n"); }

TEST(Validate, ReportsNoMoreThanAClientCanRead) {
    const std::vector<Inner> many(1000, Inner{1});
    EXPECT_EQ(validate(many).size(), web::Validator::most_violations);
}

TEST(Validate, SaysWhatIsWrongWithAPattern) {
    const std::string& problem = web::validator_of<BadPattern>().problem();
    EXPECT_NE(problem.find("the pattern of BadPattern::text, \"[\", is no regular expression"), std::string::npos)
        << problem;
}

TEST(Validate, SkipsMembersThatCouldNotBeRead) {
    const Booking booking{.begin = -1, .end = -2, .first = "even"};
    std::vector<Violation> violations;
    web::validator_of<Booking>().check(&booking, "query", web::PointerStyle::name, violations, 1);
    ASSERT_EQ(violations.size(), 1u) << "nothing about the whole either";
    EXPECT_EQ(violations[0].pointer, "first");
    EXPECT_EQ(violations[0].in, "query");
}

TEST(Validate, LeavesOutWhatHasTheWrongShape) {
    const std::vector<Booking> bookings(3, Booking{.begin = -1, .end = -2, .first = "even"});
    std::vector<Violation> violations = {{"body", "/0/first", "wrong"}, {"body", "/2", "wrong"}};
    web::validator_of<std::vector<Booking>>().check_rest(&bookings, violations);
    std::string rest;
    for (std::size_t i = 2; i < violations.size(); ++i) rest += violations[i].pointer + "\n";
    EXPECT_EQ(rest, "/1/end\n/1\n/1/first\n") << "rules about a whole booking need all of it";
}

}  // namespace
}  // namespace hyperlane
