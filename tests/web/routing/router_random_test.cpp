#include "web/routing/router_model.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane::web {
namespace {

class Dice {
public:
    explicit Dice(std::uint32_t seed) : engine_(seed) {}
    std::size_t operator()(std::size_t below) { return engine_() % below; }

private:
    std::mt19937 engine_;
};

std::string describe(const model::Answer& answer) {
    std::string text = "outcome " + std::to_string(static_cast<int>(answer.outcome)) + " route " +
                       std::to_string(answer.route) + " allow " + answer.allowed.to_allow_value();
    for (const auto& [name, value] : answer.params) text += " " + name + "=" + value;
    return text;
}

TEST(RouterRandom, AgreesWithANaiveScanOfRankedPatterns) {
    std::size_t found = 0;
    std::size_t refused = 0;
    std::size_t not_allowed = 0;
    std::size_t bad = 0;
    for (std::uint32_t seed = 0; seed < 2000; ++seed) {
        Dice dice(seed);
        Router router;
        model::Model naive;
        std::string table;
        const auto count = static_cast<std::uint32_t>(1 + dice(40));
        Router accepted;
        std::vector<model::Route> routes;
        for (std::uint32_t id = 0; id < count; ++id) {
            const auto route = model::random_route(dice);
            const bool fits = naive.insert(route, id);
            ASSERT_EQ(router.insert(route.pattern(), route.methods, id).has_value(), fits)
                << table << "\n+ " << route.pattern();
            if (!fits) ++refused;
            if (!fits) continue;
            routes.push_back(route);
            table += "\n" + std::to_string(id) + " " + route.pattern() + " " + route.methods.to_allow_value();
            ASSERT_TRUE(accepted.insert(route.pattern(), route.methods, id));
        }
        ASSERT_TRUE(accepted.build());
        for (int i = 0; i < 40; ++i) {
            const bool is_near = dice(2) == 0;
            const auto path = is_near ? model::path_near(routes[dice(routes.size())], dice) : model::random_path(dice);
            const auto method = static_cast<Method>(dice(2) == 0 ? dice(4) : dice(10));
            const auto expected = naive.match(method, path);
            const auto actual = model::answer_of(accepted, method, path);
            ASSERT_EQ(actual, expected) << "seed " << seed << " " << name_of(method) << " " << path << table
                                        << "\nrouter: " << describe(actual) << "\nmodel:  " << describe(expected);
            found += expected.outcome == RouteOutcome::found ? 1 : 0;
            not_allowed += expected.outcome == RouteOutcome::method_not_allowed ? 1 : 0;
            bad += expected.outcome == RouteOutcome::bad_path ? 1 : 0;
        }
    }
    // The dice must reach every outcome, or the comparison says little.
    EXPECT_GT(found, 15000U);
    EXPECT_GT(not_allowed, 2000U);
    EXPECT_GT(bad, 1000U);
    EXPECT_GT(refused, 100U);
}

TEST(RouterRandom, OrderOfRegistrationChangesNothing) {
    for (std::uint32_t seed = 0; seed < 300; ++seed) {
        Dice dice(seed);
        model::Model naive;
        std::vector<model::Route> routes;
        std::vector<std::uint32_t> order;
        for (std::uint32_t id = 0; id < 25; ++id) {
            const auto route = model::random_route(dice);
            if (!naive.insert(route, static_cast<std::uint32_t>(routes.size()))) continue;
            order.push_back(static_cast<std::uint32_t>(routes.size()));
            routes.push_back(route);
        }
        Router forward;
        Router shuffled;
        for (const auto id : order) ASSERT_TRUE(forward.insert(routes[id].pattern(), routes[id].methods, id));
        std::shuffle(order.begin(), order.end(), std::mt19937(seed));
        for (const auto id : order) ASSERT_TRUE(shuffled.insert(routes[id].pattern(), routes[id].methods, id));
        ASSERT_TRUE(forward.build());
        ASSERT_TRUE(shuffled.build());
        for (int i = 0; i < 50; ++i) {
            const auto path = model::random_path(dice);
            ASSERT_EQ(model::answer_of(forward, GET, path), model::answer_of(shuffled, GET, path)) << path;
        }
    }
}

}  // namespace
}  // namespace hyperlane::web
