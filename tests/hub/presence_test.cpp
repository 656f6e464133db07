#include "hub/support.hpp"

namespace hyperlane {
namespace {

using namespace testing;

class Presence : public HubTest {};

TEST_F(Presence, TellsOthersOfJoinsAndLeaves) {
    const Hub hub(options());
    const auto watcher = follow(loop, hub, "room", named(""));
    auto ann = subscribe(loop, hub, "room", named("ann"));
    auto bob = subscribe(loop, hub, "room", named("bob"));
    EXPECT_EQ(hub.present("room"), (Texts{"ann", "bob"}));
    ASSERT_TRUE(hub.publish("room", "hi"));
    on(loop, [&] { bob.close(); });
    EXPECT_EQ(hub.present("room"), Texts{"ann"});
    EXPECT_EQ(watcher->texts, (Texts{"+ann", "+bob", "1:hi", "-bob"}));
    EXPECT_EQ(take_all(loop, ann), (Texts{"+bob", "1:hi", "-bob"})) << "not of itself";
}

TEST_F(Presence, ANameIsThereAsLongAsAnyOfItsSubscriptions) {
    const Hub hub(options());
    const auto watcher = follow(loop, hub, "room", named(""));
    {
        auto first = subscribe(loop, hub, "room", named("ann"));
        auto second = subscribe(loop, hub, "room", named("ann"));
        EXPECT_EQ(hub.present("room"), Texts{"ann"});
        on(loop, [&] { first.close(); });
        EXPECT_EQ(hub.present("room"), Texts{"ann"});
    }
    turn(loop);
    EXPECT_EQ(hub.present("room"), Texts{});
    EXPECT_EQ(watcher->texts, (Texts{"+ann", "-ann"}));
}

TEST_F(Presence, IsNotHeardByThoseWhoDoNotAsk) {
    const Hub hub(options());
    auto deaf = subscribe(loop, hub, "room", named("ann", false));
    auto other = subscribe(loop, hub, "room", named("bob", false));
    EXPECT_EQ(take_all(loop, deaf), Texts{});
    EXPECT_EQ(hub.present("elsewhere"), Texts{});
}

TEST_F(Presence, IsNotReplayedAndTakesNoIds) {
    const Hub hub(options());
    ASSERT_TRUE(hub.publish("room", "one"));
    auto ann = subscribe(loop, hub, "room", named("ann"));
    auto bob = subscribe(loop, hub, "room", named("bob"));
    ASSERT_TRUE(hub.publish("room", "two"));
    auto late = subscribe(loop, hub, "room", [] {
        SubscribeOptions options = named("");
        options.after = 0;
        return options;
    }());
    EXPECT_EQ(take_all(loop, late), (Texts{"1:one", "2:two"}));
}

TEST_F(Presence, OneWhoIsTooSlowLeavesWhenItsOwnerLetsGo) {
    const Hub hub(options());
    const auto watcher = follow(loop, hub, "room", named(""));
    SubscribeOptions tiny = named("ann", false);
    tiny.capacity = 1;
    auto ann = subscribe(loop, hub, "room", tiny);
    ASSERT_TRUE(hub.publish("room", "x"));
    ASSERT_TRUE(hub.publish("room", "y"));
    turn(loop);
    EXPECT_EQ(ann.end(), SubscriptionEnd::too_slow);
    on(loop, [&] { ann.close(); });
    EXPECT_EQ(watcher->texts, (Texts{"+ann", "1:x", "2:y", "-ann"}));
}

TEST_F(Presence, ALoopThatEndsTakesItsPeopleAlong) {
    const Hub hub(options());
    const auto watcher = follow(loop, hub, "room", named(""));
    {
        Loop other(io::make_virtual_backend());
        (void)follow(other, hub, "room", named("ann"));
        EXPECT_EQ(hub.present("room"), Texts{"ann"});
    }
    turn(loop);
    EXPECT_EQ(hub.present("room"), Texts{});
    EXPECT_EQ(watcher->texts, (Texts{"+ann", "-ann"}));
}

}  // namespace
}  // namespace hyperlane
