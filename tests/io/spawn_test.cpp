#include <hyperlane/io/log.hpp>
#include <hyperlane/io/spawn.hpp>
#include <hyperlane/io/time.hpp>
#include "io/run.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane {
namespace {

using namespace std::chrono_literals;

class Spawn : public ::testing::Test {
protected:
    Spawn() {
        set_log_sink([this](LogLevel, std::string_view line) { lines.emplace_back(line); });
    }
    ~Spawn() override { set_log_sink({}); }

    std::vector<std::string> lines;
    Loop loop{io::make_virtual_backend()};
    TimePoint begin = loop.now();
    io::CancelScope scope{&loop.scope()};
};

Task<int> value_after(Duration length, int value) {
    if (length > 0s) co_await sleep(length);
    co_return value;
}

Task<> failure_after(Duration length, std::string what) {
    if (length > 0s) co_await sleep(length);
    throw std::runtime_error(what);
}

Task<> note_end(Duration length, std::vector<std::string>* ends, std::string name) {
    try {
        co_await sleep(length);
        ends->push_back(name);
    } catch (const Cancelled&) {
        ends->push_back(name + " cancelled");
        throw;
    }
}

Task<int> spawn_and_join(Duration length, bool wait_first) {
    auto handle = spawn(value_after, length, 5);
    if (wait_first) co_await sleep(length + 1s);
    EXPECT_EQ(handle.done(), wait_first || length == 0s);
    co_return co_await handle.join();
}

TEST_F(Spawn, JoinGivesTheValueOfATaskThatRunsOrHasEnded) {
    for (const Duration length : {Duration(0s), Duration(1s)}) {
        EXPECT_EQ(testing::run(loop, spawn_and_join(length, false)), 5);
        EXPECT_EQ(testing::run(loop, spawn_and_join(length, true)), 5);
    }
}

Task<> join_failure(Duration length) {
    auto handle = spawn(failure_after, length, std::string("joined"));
    co_await handle.join();
}

TEST_F(Spawn, JoinThrowsWhatTheTaskThrewAndNothingIsLogged) {
    EXPECT_THROW(testing::run(loop, join_failure(0s)), std::runtime_error);
    EXPECT_THROW(testing::run(loop, join_failure(1s)), std::runtime_error);
    EXPECT_TRUE(lines.empty());
}

TEST_F(Spawn, AFailureThatNobodyCanJoinIsLogged) {
    loop.post([] { spawn(failure_after, 0s, std::string("first")); });
    loop.post([] { spawn(failure_after, 1s, std::string("second")); });
    loop.post([] {
        auto handle = spawn(failure_after, 0s, std::string("third"));
        handle = spawn(failure_after, 0s, std::string("fourth"));
    });
    testing::settle(loop);
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_NE(lines[0].find("first"), std::string::npos);
    EXPECT_NE(lines[1].find("third"), std::string::npos);
    EXPECT_NE(lines[2].find("fourth"), std::string::npos);
    EXPECT_NE(lines[3].find("second"), std::string::npos);
}

TEST_F(Spawn, ATaskGoesOnWhenItsHandleIsDropped) {
    std::vector<std::string> ends;
    loop.post([&] { spawn(note_end, 1s, &ends, std::string("a")); });
    testing::settle(loop);
    EXPECT_EQ(ends, std::vector<std::string>{"a"});
}

TEST_F(Spawn, CancelReachesTheTaskAndJoinThrows) {
    std::vector<std::string> ends;
    const auto body = [](std::vector<std::string>* out) -> Task<> {
        auto handle = spawn(note_end, 1s, out, std::string("a"));
        handle.cancel();
        co_await handle.join();
    };
    EXPECT_THROW(testing::run(loop, body(&ends)), Cancelled);
    EXPECT_EQ(ends, std::vector<std::string>{"a cancelled"});
    EXPECT_EQ(loop.now(), begin);
}

TEST_F(Spawn, CancellingWhoJoinsLeavesTheTaskAlone) {
    std::vector<std::string> ends;
    const auto body = [](std::vector<std::string>* out) -> Task<> {
        auto handle = spawn(note_end, 1s, out, std::string("a"));
        co_await handle.join();
    };
    const auto outcome = testing::start(loop, body(&ends), scope);
    testing::turn(loop);
    loop.post([&] { scope.cancel(); });
    testing::settle(loop);
    EXPECT_TRUE(outcome->cancelled);
    EXPECT_EQ(ends, std::vector<std::string>{"a"});
}

TEST_F(Spawn, KeepsAFunctionWithCapturesAliveAsLongAsItsTask) {
    std::string seen;
    loop.post([&] {
        spawn([text = std::make_unique<std::string>("captured"), &seen]() -> Task<> {
            co_await sleep(1s);
            seen = *text;
        });
    });
    testing::settle(loop);
    EXPECT_EQ(seen, "captured");
}

TEST_F(Spawn, TasksAreCancelledWhenTheLoopEnds) {
    std::vector<std::string> ends;
    {
        Loop short_lived(io::make_virtual_backend());
        short_lived.post([&] { spawn(note_end, 1s, &ends, std::string("a")); });
        testing::turn(short_lived);
    }
    EXPECT_EQ(ends, std::vector<std::string>{"a cancelled"});
}

Task<> scope_with(std::vector<std::string>* ends, bool fail_second) {
    Scope tasks;
    tasks.spawn(note_end, 3s, ends, std::string("a"));
    tasks.spawn(note_end, 1s, ends, std::string("b"));
    if (fail_second) tasks.spawn(failure_after, 2s, std::string("c"));
    co_await tasks.join();
    ends->push_back("joined");
}

TEST_F(Spawn, ScopeJoinsAllItsTasks) {
    std::vector<std::string> ends;
    testing::run(loop, scope_with(&ends, false));
    EXPECT_EQ(ends, (std::vector<std::string>{"b", "a", "joined"}));
    EXPECT_EQ(loop.now() - begin, 3s);
}

TEST_F(Spawn, ScopeCancelsTheOthersWhenOneFailsAndThrows) {
    std::vector<std::string> ends;
    EXPECT_THROW(testing::run(loop, scope_with(&ends, true)), std::runtime_error);
    EXPECT_EQ(ends, (std::vector<std::string>{"b", "a cancelled"}));
    EXPECT_EQ(loop.now() - begin, 2s);
    EXPECT_TRUE(lines.empty());
}

TEST_F(Spawn, ScopeThatIsCancelledWaitsUntilItsTasksHaveUnwound) {
    std::vector<std::string> ends;
    const auto outcome = testing::start(loop, scope_with(&ends, false), scope);
    testing::turn(loop);
    loop.post([&] { scope.cancel(); });
    testing::turn(loop);
    EXPECT_TRUE(outcome->cancelled);
    EXPECT_EQ(ends, (std::vector<std::string>{"a cancelled", "b cancelled"}));
}

TEST_F(Spawn, ScopeCancelsItsTasksWhenItIsDestroyed) {
    std::vector<std::string> ends;
    loop.post([&] {
        Scope tasks;
        tasks.spawn(note_end, 3s, &ends, std::string("a"));
    });
    testing::settle(loop);
    EXPECT_EQ(ends, std::vector<std::string>{"a cancelled"});
    EXPECT_EQ(loop.now(), begin);
}

TEST_F(Spawn, ScopeOutsideOfATaskIsCancelledWhenTheLoopEnds) {
    std::vector<std::string> ends;
    Scope tasks;
    {
        Loop short_lived(io::make_virtual_backend());
        short_lived.post([&] { tasks.spawn(note_end, 3s, &ends, std::string("a")); });
        testing::turn(short_lived);
    }
    EXPECT_EQ(ends, std::vector<std::string>{"a cancelled"});
}

TEST_F(Spawn, ScopeLogsAFailureThatNobodyJoins) {
    loop.post([] {
        Scope tasks;
        tasks.spawn(failure_after, 0s, std::string("unseen"));
    });
    testing::settle(loop);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_NE(lines[0].find("unseen"), std::string::npos);
}

Task<> respawn(Scope* tasks, std::vector<std::string>* ends, int left) {
    co_await sleep(1s);
    ends->push_back(std::to_string(left));
    if (left > 0) tasks->spawn(respawn, tasks, ends, left - 1);
}

Task<> join_respawning(std::vector<std::string>* ends) {
    Scope tasks;
    co_await tasks.join();
    tasks.spawn(respawn, &tasks, ends, 3);
    co_await tasks.join();
    ends->push_back("joined");
}

TEST_F(Spawn, ScopeJoinsWhatItsTasksSpawn) {
    std::vector<std::string> ends;
    testing::run(loop, join_respawning(&ends));
    EXPECT_EQ(ends, (std::vector<std::string>{"3", "2", "1", "0", "joined"}));
}

TEST_F(Spawn, ScopeJoinsATaskThatIsSpawnedBetweenTheEndOfTheLastOneAndTheJoin) {
    std::vector<std::string> ends;
    Scope tasks;
    const auto joiner = [](Scope* group, std::vector<std::string>* out) -> Task<> {
        co_await group->join();
        out->push_back("joined");
    };
    std::shared_ptr<testing::Outcome<void>> outcome;
    loop.post([&] {
        tasks.spawn(note_end, 1s, &ends, std::string("a"));
        outcome = testing::start(loop, joiner(&tasks, &ends));
        spawn([&]() -> Task<> {
            co_await sleep(1s);
            tasks.spawn(note_end, 1s, &ends, std::string("b"));
        });
    });
    testing::settle(loop);
    EXPECT_EQ(ends, (std::vector<std::string>{"a", "b", "joined"}));
}

Task<Result<>> fails_by_value(ErrorCode code) {
    co_await sleep(1s);
    co_return fail(code, "no room");
}
Task<Result<int>> gives_a_number() { co_return 7; }

bool names_this_file(const std::string& line) { return line.find("spawn_test.cpp:") != std::string::npos; }

Task<> failure_while_unwinding(std::string what) {
    try {
        co_await sleep(1h);
    } catch (const Cancelled&) {
        throw std::runtime_error(what);
    }
}

TEST_F(Spawn, LogsOnceAnErrorThatATaskReturnsAndNobodyAwaits) {
    loop.post([] { spawn(fails_by_value, ErrorCode::too_large); });
    testing::settle(loop);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_NE(lines[0].find("no room"), std::string::npos) << lines[0];
    EXPECT_TRUE(names_this_file(lines[0])) << lines[0];
}

TEST_F(Spawn, LogsAnErrorWhenTheHandleIsDroppedAfterTheEnd) {
    std::optional<JoinHandle<Result<>>> handle;
    loop.post([&] { handle.emplace(spawn(fails_by_value, ErrorCode::too_large)); });
    testing::settle(loop);
    EXPECT_TRUE(lines.empty());
    handle.reset();
    EXPECT_EQ(lines.size(), 1U);
}

Task<bool> join_failing() {
    auto handle = spawn(fails_by_value, ErrorCode::too_large);
    const auto result = co_await handle.join();
    auto good = spawn(gives_a_number);
    const auto number = co_await good.join();
    co_return !result && *number == 7;
}

TEST_F(Spawn, LogsNoErrorThatIsAwaited) {
    EXPECT_TRUE(testing::run(loop, join_failing()));
    loop.post([] { spawn(gives_a_number); });
    testing::settle(loop);
    EXPECT_TRUE(lines.empty());
}

// The end of a connection is ordinary.
TEST_F(Spawn, LogsNoPeerThatHasGoneAndNoCancellation) {
    loop.post([] {
        spawn(fails_by_value, ErrorCode::closed);
        spawn(fails_by_value, ErrorCode::connection_reset);
        spawn(fails_by_value, ErrorCode::too_large).cancel();
        Scope tasks;
        tasks.spawn(fails_by_value, ErrorCode::too_large);
    });
    testing::settle(loop);
    EXPECT_TRUE(lines.empty()) << lines[0];
}

TEST_F(Spawn, SaysWhereTheCoroutineStandsThatThrew) {
    loop.post([] { spawn(failure_after, 0s, std::string("unseen")); });
    testing::settle(loop);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_TRUE(names_this_file(lines[0])) << lines[0];
}

TEST_F(Spawn, ScopeLogsEveryErrorThatJoinCannotGive) {
    const auto joins = []() -> Task<> {
        Scope tasks;
        tasks.spawn(fails_by_value, ErrorCode::too_large);
        tasks.spawn(fails_by_value, ErrorCode::closed);
        co_await tasks.join();
    };
    testing::run(loop, joins());
    ASSERT_EQ(lines.size(), 1U) << "an error that is returned";
    EXPECT_TRUE(names_this_file(lines[0])) << lines[0];
    lines.clear();

    const auto two_exceptions = []() -> Task<> {
        Scope tasks;
        tasks.spawn(failure_while_unwinding, std::string("first"));
        tasks.spawn(failure_while_unwinding, std::string("second"));
        co_await sleep(1s);
        tasks.cancel();
        co_await tasks.join();
    };
    EXPECT_THROW(testing::run(loop, two_exceptions()), std::runtime_error);
    ASSERT_EQ(lines.size(), 1U) << "a second exception";
    EXPECT_NE(lines[0].find("second"), std::string::npos) << lines[0];
}

TEST(SpawnDeath, OutsideOfALoopSaysWhatIsWrong) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_DEATH(spawn(gives_a_number), "spawn\\(\\) needs a running loop.*Server::on_start");
    EXPECT_DEATH(
        {
            Scope tasks;
            tasks.spawn(gives_a_number);
        },
        "Scope::spawn\\(\\) needs a running loop");
}

}  // namespace
}  // namespace hyperlane
