#include <hyperlane/web/routing/router.hpp>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane::web {
namespace {

struct Entry {
    std::string pattern;
    MethodSet methods = {GET};
};

/// A table whose routes are numbered by their place in the list, and the answers in readable form.
class Table {
public:
    Table(std::initializer_list<Entry> entries) : Table(std::vector<Entry>(entries)) {}

    explicit Table(const std::vector<Entry>& entries) {
        for (std::uint32_t i = 0; i < entries.size(); ++i) {
            EXPECT_TRUE(router_.insert(entries[i].pattern, entries[i].methods, i)) << entries[i].pattern;
            patterns_.push_back(entries[i].pattern);
        }
        EXPECT_TRUE(router_.build());
    }

    /// "PATTERN name=value …", or "404", "400", "405 Allow".
    std::string get(std::string_view path, Method method = GET) {
        RouteMatch match;
        router_.match(method, path, arena_, match);
        if (match.outcome == RouteOutcome::not_found) return "404";
        if (match.outcome == RouteOutcome::bad_path) return "400";
        if (match.outcome == RouteOutcome::method_not_allowed) return "405 " + match.allowed.to_allow_value();
        std::string text = patterns_[match.route];
        for (std::size_t i = 0; i < match.params.size(); ++i) {
            text += " " + std::string(match.params[i].name) + "=" + std::string(match.params[i].value);
        }
        return text;
    }

    const Router& router() const { return router_; }

private:
    Router router_;
    Arena arena_;
    std::vector<std::string> patterns_;
};

TEST(Router, AnEmptyTableFindsNothing) {
    Table table({});
    EXPECT_EQ(table.get("/"), "404");
    EXPECT_EQ(table.get("/a/b"), "404");
}

TEST(Router, FindsStaticPathsOfEveryLength) {
    std::vector<Entry> entries{{"/"}};
    for (std::size_t size = 1; size < 40; ++size) entries.push_back({"/" + std::string(size, 'x')});
    Table table(entries);
    EXPECT_EQ(table.get("/"), "/");
    for (const auto& entry : entries) EXPECT_EQ(table.get(entry.pattern), entry.pattern);
    EXPECT_EQ(table.get("/" + std::string(40, 'x')), "404");
    EXPECT_EQ(table.get("/" + std::string(7, 'x') + "y"), "404");
}

TEST(Router, FindsStaticSegmentsOfEveryLengthBeforeAParameter) {
    std::vector<Entry> entries;
    for (std::size_t size = 0; size < 40; ++size) entries.push_back({"/" + std::string(size, 'x') + "/{id}"});
    Table table(entries);
    for (std::size_t size = 0; size < 40; ++size) {
        const auto prefix = "/" + std::string(size, 'x');
        EXPECT_EQ(table.get(prefix + "/7"), prefix + "/{id} id=7");
        EXPECT_EQ(table.get(prefix + "y/7"), "404");
        EXPECT_EQ(table.get(prefix), "404");
    }
}

TEST(Router, StaticBeatsRegexBeatsDynamicBeatsTailInEveryOrderOfRegistration) {
    std::vector<Entry> entries{{"/u/me"}, {"/u/{id:\\d+}"}, {"/u/{id}"}, {"/u/{path:^.*$}"}};
    const auto before = [](const Entry& a, const Entry& b) { return a.pattern < b.pattern; };
    std::ranges::sort(entries, before);
    do {
        Table table(entries);
        EXPECT_EQ(table.get("/u/me"), "/u/me");
        EXPECT_EQ(table.get("/u/42"), "/u/{id:\\d+} id=42");
        EXPECT_EQ(table.get("/u/abc"), "/u/{id} id=abc");
        EXPECT_EQ(table.get("/u/abc/d"), "/u/{path:^.*$} path=abc/d");
        EXPECT_EQ(table.get("/u/"), "/u/{path:^.*$} path=");
    } while (std::ranges::next_permutation(entries, before).found);
}

TEST(Router, TextAroundAParameterRanksBetweenStaticAndBare) {
    Table table({{"/{x:\\w+}"}, {"/{x}"}, {"/v{x}"}, {"/v{x:\\d+}"}, {"/v1{x}"}, {"/v12"}, {"/{x}.json"}});
    EXPECT_EQ(table.get("/v12"), "/v12");
    EXPECT_EQ(table.get("/v13"), "/v1{x} x=3");
    EXPECT_EQ(table.get("/v23"), "/v{x:\\d+} x=23");
    EXPECT_EQ(table.get("/vab"), "/v{x} x=ab");
    EXPECT_EQ(table.get("/v"), "/{x:\\w+} x=v");
    EXPECT_EQ(table.get("/v1.json"), "/{x}.json x=v1");
    EXPECT_EQ(table.get("/.json"), "/{x} x=.json");
    EXPECT_EQ(table.get("/a-b"), "/{x} x=a-b");
}

TEST(Router, PrefixAndSuffixMayNotShareText) {
    Table table({{"/aba{x:\\d*}aba"}});
    EXPECT_EQ(table.get("/aba"), "404");
    EXPECT_EQ(table.get("/ababa"), "404");
    EXPECT_EQ(table.get("/abaaba"), "/aba{x:\\d*}aba x=");
}

TEST(Router, SeveralParametersInASegmentAreCutGreedily) {
    Table table({{"/{name}.{ext}"}, {"/{a}-{b}-{c}"}});
    EXPECT_EQ(table.get("/archive.tar.gz"), "/{name}.{ext} name=archive.tar ext=gz");
    EXPECT_EQ(table.get("/1-2-3-4"), "/{a}-{b}-{c} a=1-2 b=3 c=4");
    EXPECT_EQ(table.get("/a--b-c"), "/{a}-{b}-{c} a=a- b=b c=c");
    EXPECT_EQ(table.get("/a."), "404");
    EXPECT_EQ(table.get("/.a"), "404");
    EXPECT_EQ(table.get("/a.."), "/{name}.{ext} name=a ext=.");
    EXPECT_EQ(table.get("/--"), "404");
}

TEST(Router, GoesBackWhenABetterSegmentLeadsNowhere) {
    Table table({{"/a/b/c"}, {"/a/{x}/d"}, {"/{y}/b/e"}, {"/{y:[a-z]+}/{z}/f"}, {"/a/{rest:.*}"}});
    EXPECT_EQ(table.get("/a/b/c"), "/a/b/c");
    EXPECT_EQ(table.get("/a/b/d"), "/a/{x}/d x=b");
    EXPECT_EQ(table.get("/a/b/e"), "/a/{rest:.*} rest=b/e");
    EXPECT_EQ(table.get("/b/b/e"), "/{y}/b/e y=b");
    EXPECT_EQ(table.get("/b/b/f"), "/{y:[a-z]+}/{z}/f y=b z=b");
}

TEST(Router, ParametersOfAnAbandonedBranchAreForgotten) {
    Table table({{"/{a:\\d+}/{b:\\d+}/x"}, {"/{c}/y/{d}"}, {"/1/{e}/{f}/{g}"}});
    EXPECT_EQ(table.get("/1/2/x"), "/{a:\\d+}/{b:\\d+}/x a=1 b=2");
    EXPECT_EQ(table.get("/1/y/2"), "/{c}/y/{d} c=1 d=2");
}

TEST(Router, TailTakesTheRestOfThePath) {
    Table table({{"/files/{path:^.*$}"}, {"/some/{path:.+}"}, {"/star/{*path}"}});
    EXPECT_EQ(table.get("/files/a/b.txt"), "/files/{path:^.*$} path=a/b.txt");
    EXPECT_EQ(table.get("/files/"), "/files/{path:^.*$} path=");
    EXPECT_EQ(table.get("/files"), "404");
    EXPECT_EQ(table.get("/files//"), "/files/{path:^.*$} path=/");
    EXPECT_EQ(table.get("/some/"), "404");
    EXPECT_EQ(table.get("/some//"), "/some/{path:.+} path=/");
    EXPECT_EQ(table.get("/star/x/"), "/star/{*path} path=x/");
}

TEST(Router, ATailAtTheRootIsACatchAll) {
    Table table({{"/{path:.*}"}, {"/a"}});
    EXPECT_EQ(table.get("/"), "/{path:.*} path=");
    EXPECT_EQ(table.get("/a"), "/a");
    EXPECT_EQ(table.get("/a/"), "/{path:.*} path=a/");
}

TEST(Router, NonEmptyTailBeatsAnyTail) {
    Table table({{"/f/{all:.*}"}, {"/f/{some:.+}"}});
    EXPECT_EQ(table.get("/f/"), "/f/{all:.*} all=");
    EXPECT_EQ(table.get("/f/x/y"), "/f/{some:.+} some=x/y");
}

TEST(Router, OtherRegexesNeverReadPastASlash) {
    Table table({{"/f/{path:.*\\.txt}"}, {"/g/{path:.*}/end"}});
    EXPECT_EQ(table.get("/f/a.txt"), "/f/{path:.*\\.txt} path=a.txt");
    EXPECT_EQ(table.get("/f/a/b.txt"), "404");
    EXPECT_EQ(table.get("/g//end"), "/g/{path:.*}/end path=");
    EXPECT_EQ(table.get("/g/a/b/end"), "404");
}

TEST(Router, TrailingSlashesAndEmptySegmentsCount) {
    Table table({{"/a"}, {"/b/"}, {"/c//d"}, {"/e/{x}"}});
    EXPECT_EQ(table.get("/a"), "/a");
    EXPECT_EQ(table.get("/a/"), "404");
    EXPECT_EQ(table.get("/b"), "404");
    EXPECT_EQ(table.get("/b/"), "/b/");
    EXPECT_EQ(table.get("/c/d"), "404");
    EXPECT_EQ(table.get("/c//d"), "/c//d");
    EXPECT_EQ(table.get("//a"), "404");
    EXPECT_EQ(table.get("/e/"), "404");
    EXPECT_EQ(table.get("/e/x/"), "404");
}

TEST(Router, DecodesAfterSplitting_Rfc3986_2_4) {
    Table table({{"/a/{x}"}, {"/caf%C3%A9"}, {"/hello world"}, {"/s%2Ft"}, {"/t/{path:.*}"}, {"/n/{a}/{b}"}});
    EXPECT_EQ(table.get("/a/b%2Fc"), "/a/{x} x=b/c");
    EXPECT_EQ(table.get("/a%2Fb"), "404");
    EXPECT_EQ(table.get("/%61/b"), "/a/{x} x=b");
    EXPECT_EQ(table.get("/caf%c3%a9"), "/caf%C3%A9");
    EXPECT_EQ(table.get("/caf\xC3\xA9"), "/caf%C3%A9");
    EXPECT_EQ(table.get("/hello%20world"), "/hello world");
    EXPECT_EQ(table.get("/s%2ft"), "/s%2Ft");
    EXPECT_EQ(table.get("/s/t"), "404");
    EXPECT_EQ(table.get("/t/a%20b/c%2Fd/"), "/t/{path:.*} path=a b/c/d/");
    EXPECT_EQ(table.get("/n/%2541/+"), "/n/{a}/{b} a=%41 b=+") << "decoded once, and '+' is no space in a path";
}

TEST(Router, RefusesBrokenEscapesAndEncodedNul) {
    Table table({{"/a/{x}"}, {"/{path:.*}", all_methods}});
    for (const auto* path : {"/a/%", "/a/%4", "/a/%4g", "/a/%g4", "/a/%%41", "/a/%00", "/%00", "/a/b%", "/a/% 1"}) {
        EXPECT_EQ(table.get(path), "400") << path;
    }
    EXPECT_EQ(table.get("/nowhere/%zz"), "400") << "also where no route looks at the segment";
}

TEST(Router, RefusesWhatIsNoPath) {
    Table table({{"/{path:.*}", all_methods}});
    EXPECT_EQ(table.get(""), "400");
    EXPECT_EQ(table.get("*"), "400");
    EXPECT_EQ(table.get("a/b"), "400");
}

TEST(Router, UndecodedValuesAreViewsIntoThePath) {
    Table table({{"/u/{id}"}});
    const std::string path = "/u/abc";
    Arena arena;
    RouteMatch match;
    table.router().match(GET, path, arena, match);
    ASSERT_EQ(match.params.size(), 1U);
    EXPECT_EQ(match.params[0].value.data(), path.data() + 3);
    EXPECT_EQ(match.params.find("id"), "abc");
    EXPECT_EQ(match.params.find("other"), std::nullopt);
}

TEST(Router, RoutesOfOnePatternMergeByMethodAndKeepTheirOwnNames) {
    Table table({{"/u/{id}", {GET}}, {"/u/{name}", {POST, PUT}}});
    EXPECT_EQ(table.get("/u/1", GET), "/u/{id} id=1");
    EXPECT_EQ(table.get("/u/1", PUT), "/u/{name} name=1");
    EXPECT_EQ(table.get("/u/1", DELETE), "405 GET, HEAD, POST, PUT, OPTIONS");
}

TEST(Router, HeadFallsBackToGet_Rfc9110_9_3_2) {
    Table table(
        {{"/a", {GET}}, {"/b/{x}", {GET}}, {"/b/{y}", {HEAD}}, {"/c", {POST}}, {"/d", {GET}}, {"/d", all_methods}});
    EXPECT_EQ(table.get("/a", HEAD), "/a");
    EXPECT_EQ(table.get("/b/1", HEAD), "/b/{y} y=1");
    EXPECT_EQ(table.get("/c", HEAD), "405 POST, OPTIONS");
    EXPECT_EQ(table.get("/d", HEAD), "/d");
}

TEST(Router, AnyMethodYieldsToANamedOneAtItsPattern) {
    Router router;
    ASSERT_TRUE(router.insert("/{a}", all_methods, 1));
    ASSERT_TRUE(router.insert("/{b}", {GET}, 2));
    ASSERT_TRUE(router.build());
    Arena arena;
    RouteMatch match;
    const std::map<Method, std::uint32_t> expected{{GET, 2}, {HEAD, 2}, {POST, 1}, {OPTIONS, 1}, {OTHER, 1}};
    for (const auto& [method, route] : expected) {
        router.match(method, "/x", arena, match);
        EXPECT_EQ(match.route, route) << name_of(method);
        EXPECT_EQ(match.params[0].name, route == 1 ? "a" : "b");
    }
}

TEST(Router, ExtensionMethodsReachOnlyAnyMethodRoutes) {
    Table table({{"/a", {GET, POST}}, {"/b", all_methods}});
    EXPECT_EQ(table.get("/a", OTHER), "405 GET, HEAD, POST, OPTIONS");
    EXPECT_EQ(table.get("/b", OTHER), "/b");
}

TEST(Router, TheMethodIsPartOfTheMatch) {
    Table table({{"/users/me", {GET}}, {"/users/{id}", {POST}}, {"/users/{id:\\d+}", {PUT}}, {"/{all:.*}", {DELETE}}});
    EXPECT_EQ(table.get("/users/me", GET), "/users/me");
    EXPECT_EQ(table.get("/users/me", POST), "/users/{id} id=me");
    EXPECT_EQ(table.get("/users/7", POST), "/users/{id} id=7");
    EXPECT_EQ(table.get("/users/7", PUT), "/users/{id:\\d+} id=7");
    EXPECT_EQ(table.get("/users/me", DELETE), "/{all:.*} all=users/me");
}

TEST(Router, AllowIsTheUnionOverEveryPatternOfThePath_Rfc9110_10_2_1) {
    Table table({{"/users/me", {GET}}, {"/users/{id}", {POST}}, {"/users/{id:\\d+}", {PUT}}, {"/users", {PATCH}}});
    EXPECT_EQ(table.get("/users/me", DELETE), "405 GET, HEAD, POST, OPTIONS");
    EXPECT_EQ(table.get("/users/7", DELETE), "405 POST, PUT, OPTIONS");
    EXPECT_EQ(table.get("/users/x", GET), "405 POST, OPTIONS");
    EXPECT_EQ(table.get("/users/x", OPTIONS), "405 POST, OPTIONS");
    EXPECT_EQ(table.get("/nothing", DELETE), "404");
}

TEST(Router, AMatchIsWrittenWholeWhenItIsUsedAgain) {
    Table table({{"/u/{id}"}, {"/s"}});
    Arena arena;
    RouteMatch match;
    table.router().match(POST, "/u/1", arena, match);
    EXPECT_FALSE(match.allowed.empty());
    table.router().match(GET, "/u/1", arena, match);
    EXPECT_TRUE(match.allowed.empty());
    EXPECT_EQ(match.params.size(), 1U);
    table.router().match(GET, "/s", arena, match);
    EXPECT_TRUE(match.params.empty());
    table.router().match(GET, "/u/1", arena, match);
    table.router().match(GET, "/none", arena, match);
    EXPECT_TRUE(match.params.empty());
}

TEST(Router, FindsEachOfTenThousandRoutes) {
    std::vector<Entry> entries;
    for (int i = 0; i < 5000; ++i) {
        entries.push_back({"/static/number-" + std::to_string(i)});
        entries.push_back({"/group-" + std::to_string(i) + "/{id}"});
    }
    Table table(entries);
    for (int i = 0; i < 5000; ++i) {
        const auto number = std::to_string(i);
        ASSERT_EQ(table.get("/static/number-" + number), "/static/number-" + number);
        ASSERT_EQ(table.get("/group-" + number + "/x"), "/group-" + number + "/{id} id=x");
    }
    EXPECT_EQ(table.get("/group-5000/x"), "404");
}

/// Each level offers a static child and a parameter, and every branch dies at the last segment. Trying every
/// combination would take 2^15 ways for each of these lookups; the tree has some 150 nodes, and no node is visited
/// twice.
TEST(Router, BacktrackingDoesNotMultiply) {
    constexpr int levels = 15;
    std::vector<Entry> entries;
    for (int special = 0; special < levels; ++special) {
        std::string pattern;
        for (int level = 0; level < levels; ++level) {
            pattern += level == special ? "/a" : "/{p" + std::to_string(level) + "}";
        }
        entries.push_back({pattern + "/end"});
    }
    Table table(entries);
    std::string path;
    for (int level = 0; level < levels; ++level) path += "/a";
    for (int i = 0; i < 20'000; ++i) ASSERT_EQ(table.get(path + "/no"), "404");
    EXPECT_NE(table.get(path + "/end"), "404");
}

TEST(Router, ManyThreadsMayMatchAtOnce) {
    Table table({{"/a/{x:(?:b|c)+}"}, {"/a/{x:\\d+}"}, {"/s"}});
    std::vector<std::thread> threads;
    std::array<int, 4> found{};
    for (auto& count : found) {
        threads.emplace_back([&table, &count] {
            Arena arena;
            RouteMatch match;
            for (int i = 0; i < 2000; ++i) {
                for (const auto* path : {"/a/bcb", "/a/42", "/s", "/a/%62"}) {
                    table.router().match(GET, path, arena, match);
                    count += match.outcome == RouteOutcome::found ? 1 : 0;
                }
                arena.reset();
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(found, (std::array{8000, 8000, 8000, 8000}));
}

}  // namespace
}  // namespace hyperlane::web
