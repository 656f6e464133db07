#pragma once

/// What the tests of this room share: loops with a virtual clock, and tasks that write down what they receive.

#include <hyperlane/hub/hub.hpp>
#include <hyperlane/io/loop.hpp>
#include <hyperlane/io/spawn.hpp>
#include <hyperlane/io/time.hpp>
#include "io/run.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane::testing {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

/// "7:text", "7/event:text", "+name", "-name", "reset 7"
inline std::string describe(const TopicMessage& message) {
    switch (message.kind()) {
        case TopicMessage::Kind::joined: return "+" + std::string(message.text());
        case TopicMessage::Kind::left: return "-" + std::string(message.text());
        case TopicMessage::Kind::reset: return "reset " + std::to_string(message.id());
        case TopicMessage::Kind::message: break;
    }
    const std::string event = message.event().empty() ? "" : "/" + std::string(message.event());
    return std::to_string(message.id()) + event + ":" + std::string(message.text());
}

struct Record {
    Texts texts;
    SubscriptionEnd end = SubscriptionEnd::none;
    SubscriptionCounters counters;
    bool cancelled = false;
};

inline Task<> write_down(Subscription subscription, std::shared_ptr<Record> record) {
    try {
        while (const auto message = co_await subscription.receive()) record->texts.push_back(describe(*message));
    } catch (const Cancelled&) {
        record->cancelled = true;
        throw;
    }
    record->end = subscription.end();
    record->counters = subscription.counters();
}

/// Run `work` on `loop`, and whatever it makes ready.
inline void on(Loop& loop, std::move_only_function<void()> work) {
    loop.post(std::move(work));
    turn(loop);
}

inline Subscription subscribe(Loop& loop, const Hub& hub, std::string topic, SubscribeOptions options = {}) {
    std::optional<Subscription> made;
    on(loop, [&] { made.emplace(hub.subscribe(topic, std::move(options))); });
    return std::move(*made);
}

/// A task on `loop` that receives until the end.
inline std::shared_ptr<Record> follow(Loop& loop, const Hub& hub, std::string topic, SubscribeOptions options = {}) {
    auto record = std::make_shared<Record>();
    on(loop, [&] { spawn(write_down, hub.subscribe(topic, std::move(options)), record); });
    return record;
}

/// Everything that a subscription has now.
inline Texts take_all(Loop& loop, Subscription& subscription) {
    turn(loop);
    Texts texts;
    while (const auto message = subscription.try_receive()) texts.push_back(describe(*message));
    return texts;
}

inline SubscribeOptions after(std::uint64_t id) {
    SubscribeOptions options;
    options.after = id;
    return options;
}

inline SubscribeOptions slow(SlowPolicy policy, std::size_t capacity) {
    SubscribeOptions options;
    options.when_full = policy;
    options.capacity = capacity;
    return options;
}

inline SubscribeOptions named(std::string name, bool hears_presence = true) {
    SubscribeOptions options;
    options.name = std::move(name);
    options.hears_presence = hears_presence;
    return options;
}

class HubTest : public ::testing::Test {
protected:
    /// Ids count from 1, and the clock stands still until a test moves it.
    HubOptions options() {
        HubOptions made;
        made.first_id = 1;
        made.now = [this] { return now; };
        return made;
    }

    TimePoint now = TimePoint(24h);
    Loop loop{io::make_virtual_backend()};
};

}  // namespace hyperlane::testing
