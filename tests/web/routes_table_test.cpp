#include <hyperlane/typed.hpp>
#include "support.hpp"

#include <algorithm>

namespace hyperlane::testing {

namespace {

std::string ok() { return "ok"; }

}  // namespace

TEST(RoutesTable, ListsWhatIsRegisteredAndWhere) {
    Server server;
    server.route("/", ok);
    server.group("/api", [](Routes& api) {
        api.route("/users/{id}", get(ok));
        api.route("/users", methods({POST, GET}, ok));
    });
    server.openapi({});
    const RoutesTable table = server.routes();
    ASSERT_EQ(table.size(), 4u);
    EXPECT_EQ(table[0].methods_text(), "any");
    EXPECT_EQ(table[0].pattern, "/");
    EXPECT_EQ(table[1].pattern, "/openapi.json");
    EXPECT_EQ(table[2].pattern, "/api/users/{id}");
    EXPECT_EQ(table[3].methods_text(), "GET, POST");
    EXPECT_EQ(table[3].where.line(), table[2].where.line() + 1);
    const std::string text = table.to_string();
    EXPECT_EQ(std::ranges::count(text, '\n'), 4);
    const std::string row = "GET        /api/users/{id}  " + std::string(table[2].where.file_name()) + ":" +
                            std::to_string(table[2].where.line()) + "\n";
    EXPECT_TRUE(contains(text, row)) << text;
}

}  // namespace hyperlane::testing
