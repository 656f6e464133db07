#include <hyperlane/middleware.hpp>
#include "../support.hpp"
#include "web/middleware/rate_table.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

namespace hyperlane {
namespace {

using namespace testing;

TEST(RateLimit, RefusesMoreThanTheBucketHolds) {
    Server server;
    server.use(rate_limit({.requests = 3, .window = 60s})).route("/", get([](Context) {}));
    TestClient client(server);
    const auto ask = [&] { return client.get("/").header("Accept", "application/json").send(); };
    for (int left = 2; left >= 0; --left) {
        const auto response = ask();
        EXPECT_EQ(response.status(), 200);
        EXPECT_EQ(response.header("RateLimit-Policy"), "\"default\";q=3;w=60");
        EXPECT_EQ(response.header("RateLimit"),
                  "\"default\";r=" + std::to_string(left) + ";t=" + std::to_string(20 * (3 - left)));
    }
    const auto refused = ask();
    EXPECT_EQ(refused.status(), 429);
    EXPECT_EQ(refused.header("Retry-After"), "20");
    EXPECT_EQ(refused.header("RateLimit"), "\"default\";r=0;t=60");
    EXPECT_TRUE(contains(refused.body(), "\"code\":\"too_many_requests\"")) << refused.body();
    client.advance(19s);
    EXPECT_EQ(ask().status(), 429) << "refused requests cost nothing";
    client.advance(1s);
    EXPECT_EQ(ask().status(), 200) << "one token has come back";
    EXPECT_EQ(ask().status(), 429);
    client.advance(1h);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(ask().status(), 200);
    EXPECT_EQ(ask().status(), 429) << "and no more than the bucket holds";
}

TEST(RateLimit, TellsClientsApart) {
    Server server;
    server.use(trusted_proxies({.proxies = {"127.0.0.1"}}));
    server.use(rate_limit({.requests = 1, .window = 60s})).route("/", get([](Context) {}));
    TestClient client(server);
    const auto from = [&](std::string_view address) {
        return client.get("/").header("X-Forwarded-For", address).send().status();
    };
    EXPECT_EQ(from("192.0.2.1"), 200);
    EXPECT_EQ(from("192.0.2.1:77"), 429);
    EXPECT_EQ(from("192.0.2.2"), 200);
    EXPECT_EQ(from("2001:db8::1"), 200);
    EXPECT_EQ(from("2001:db8::2"), 429) << "one person has a whole /64";
    EXPECT_EQ(from("2001:db8:0:1::1"), 200);
}

TEST(RateLimit, CountsByAnyKey) {
    Server server;
    server.use(
        rate_limit({.requests = 1,
                    .window = 60s,
                    .key = [](const Context& ctx) { return std::string(ctx.get_request_header("X-Key").value_or("")); },
                    .name = "by key",
                    .fields = false}));
    server.route("/", get([](Context) {}));
    TestClient client(server);
    EXPECT_EQ(client.get("/").header("X-Key", "a").send().status(), 200);
    EXPECT_EQ(client.get("/").header("X-Key", "a").send().status(), 429);
    EXPECT_EQ(client.get("/").header("X-Key", "b").send().status(), 200);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(client.get("/").send().status(), 200) << "no key, no limit";
    EXPECT_EQ(client.get("/").header("X-Key", "c").send().header("RateLimit"), std::nullopt);
}

TEST(RateLimit, KeepsABurstApartFromTheRate) {
    web::RateTable table({.requests = 60, .window = 60s, .burst = 5});
    const TimePoint start{};
    int allowed = 0;
    for (int i = 0; i < 20; ++i) allowed += table.take("a", start).allowed ? 1 : 0;
    EXPECT_EQ(allowed, 5);
    allowed = 0;
    for (int second = 1; second <= 10; ++second) allowed += table.take("a", start + second * 1s).allowed ? 1 : 0;
    EXPECT_EQ(allowed, 10);
}

TEST(RateLimit, SlidesTheWindow) {
    web::RateTable table({.requests = 10, .window = 10s, .kind = RateLimitKind::sliding_window});
    const TimePoint start{1000s};
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(table.take("a", start + 9s).allowed);
    const auto refused = table.take("a", start + 9s);
    EXPECT_FALSE(refused.allowed);
    EXPECT_FALSE(table.take("a", start + 10s).allowed) << "a fixed window would allow ten more here";
    EXPECT_GE(refused.retry, 1s);
    EXPECT_FALSE(table.take("a", start + 9s + refused.retry - 10ms).allowed);
    EXPECT_TRUE(table.take("a", start + 9s + refused.retry).allowed) << "Retry-After keeps its promise";
    EXPECT_TRUE(table.take("a", start + 30s).allowed);
    EXPECT_EQ(table.take("b", start).remaining, 9u);
}

TEST(RateLimit, NeverAllowsMuchMoreThanTheLimitInAnyWindow) {
    for (const RateLimitKind kind : {RateLimitKind::token_bucket, RateLimitKind::sliding_window}) {
        web::RateTable table({.requests = 20, .window = 1s, .kind = kind});
        std::vector<TimePoint> allowed;
        std::uint32_t random = 5;
        TimePoint now{50s};
        for (int i = 0; i < 20'000; ++i) {
            random = random * 1664525 + 1013904223;
            now += std::chrono::microseconds(random >> 17);
            const auto verdict = table.take("a", now);
            EXPECT_EQ(verdict.allowed, verdict.retry == Duration::zero());
            if (verdict.allowed) allowed.push_back(now);
        }
        std::size_t most = 0;
        for (std::size_t i = 0; i < allowed.size(); ++i) {
            const auto end = std::ranges::lower_bound(allowed, allowed[i] + 1s);
            most = std::max(most, static_cast<std::size_t>(end - allowed.begin()) - i);
        }
        EXPECT_LE(most, 40u) << "a bucket: the burst and what comes back; a window: an estimate";
        EXPECT_GE(allowed.size(), 20u * 300) << "and what is allowed is given, of some 327 seconds";
    }
}

TEST(RateLimit, ForgetsTheOldestWhereThereIsNoRoom) {
    web::RateTable table({.requests = 1, .window = 1h, .most_keys = 128});
    TimePoint now{100s};
    for (int i = 0; i < 100'000; ++i) {
        now += 1ms;
        EXPECT_TRUE(table.take("key " + std::to_string(i), now).allowed);
    }
    EXPECT_FALSE(table.take("key 99999", now).allowed) << "the youngest is still known";
}

TEST(RateLimit, CountsForAllThreadsTogether) {
    web::RateTable table({.requests = 1000, .window = 1h});
    std::atomic<int> allowed{0};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < 1000; ++i) allowed += table.take("a", TimePoint{100s}).allowed ? 1 : 0;
            });
        }
    }
    EXPECT_EQ(allowed, 1000);
}

TEST(RateLimit, RefusesToStartWithLimitsThatMakeNoSense) {
    EXPECT_NE(rate_limit({.requests = 0}).mistake, "");
    EXPECT_NE(rate_limit({.window = 0s}).mistake, "");
    EXPECT_NE(rate_limit({.name = "a\"b"}).mistake, "");
    EXPECT_EQ(rate_limit({}).mistake, "");
}

}  // namespace
}  // namespace hyperlane
