/// Connections that leave HTTP after a 101, at every split of what the client sends (RFC 9110 7.8).

#include <hyperlane/http/upgrade.hpp>
#include "harness.hpp"

#include <cctype>

namespace hyperlane::http::testing {
namespace {

/// A protocol that gives back every byte as a capital.
class Shouting final : public Upgrade, public UpgradedConnection, net::StreamObserver {
public:
    explicit Shouting(Shard& shard) : shard_(&shard) {}
    Shouting(const Shouting&) = delete;
    Shouting& operator=(const Shouting&) = delete;
    ~Shouting() = default;

    void take_over(std::unique_ptr<net::Stream> stream, std::string head,
                   std::string_view early_bytes) noexcept override {
        stream_ = std::move(stream);
        stream_->set_observer(*this);
        stream_->set_read_interest(true);
        shard_->adopt(*this);
        head_ = std::move(head);
        if (!waits) begin();
        early = early_bytes;
        shout(early);
    }
    void drain() noexcept override { end(); }
    void abandon() noexcept override { end(); }

    /// What `take_over` does at the end unless it `waits`.
    void begin() { write(head_); }

    bool waits = false;
    std::string early;
    bool ended = false;

private:
    void on_readable() noexcept override {
        char buffer[4096];
        const auto got = stream_->read_some(buffer);
        if (got.status == net::IoStatus::end || got.status == net::IoStatus::failed) return end();
        shout({buffer, got.bytes});
    }
    void on_writable() noexcept override { write({}); }
    void on_peer_closed(bool) noexcept override { end(); }

    void shout(std::string_view text) {
        std::string loud(text);
        for (char& c : loud) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        write(loud);
    }
    void write(std::string_view text) {
        unsent_ += text;
        const std::string_view all(unsent_);
        unsent_.erase(0, stream_->write_some({&all, 1}).bytes);
        stream_->set_write_interest(!unsent_.empty());
    }
    void end() {
        if (std::exchange(ended, true)) return;
        stream_->close();
        shard_->release(*this);
    }

    Shard* shard_;
    std::unique_ptr<net::Stream> stream_;
    std::string head_;
    std::string unsent_;
};

struct UpgradeWorld : UsualWorld {
    explicit UpgradeWorld(Limits limits = {}) : UsualWorld(limits) {
        service.on_async("/shout", [this](ExchangePtr exchange) { return serve(this, exchange); });
        service.on_sync("/refused", [this](Exchange& exchange) {
            Shouting never_used(shard());
            const auto upgraded = exchange.upgrade(never_used);
            TestService::answer(exchange, 400, upgraded ? "upgraded" : upgraded.error().message);
        });
    }

    static Task<> serve(UpgradeWorld* world, ExchangePtr exchange) {
        const auto mine = std::make_shared<Shouting>(world->shard());
        world->protocols.push_back(mine);
        mine->waits = world->protocols_wait;
        EXPECT_TRUE(exchange->response.set("Upgrade", "shouting"));
        const auto upgraded = exchange->upgrade(*mine);
        EXPECT_TRUE(upgraded);
        while (upgraded && !mine->ended) co_await sleep(1s);
    }

    std::vector<std::shared_ptr<Shouting>> protocols;
    bool protocols_wait = false;
};

void service_large(TestService& service) {
    service.on_sync("/large", [](Exchange& exchange) { exchange.response.body.set_owned(std::string(400'000, 'x')); });
}

constexpr std::string_view ask = "Connection: upgrade\r\nUpgrade: shouting\r\n";

TEST(H1Upgrade, A101IsFollowedByTheOtherProtocol_Rfc9110_7_8) {
    UpgradeWorld world;
    Client& client = world.ask(get("/shout", ask));
    const Answers answers = client.answers();
    ASSERT_EQ(answers.statuses(), std::vector<int>{101});
    EXPECT_EQ(answers.all[0].field("Connection"), "Upgrade");
    EXPECT_EQ(answers.all[0].field("Upgrade"), "shouting");
    EXPECT_EQ(answers.all[0].field("Content-Length"), "(absent)");
    client.send("hello");
    world.turns();
    EXPECT_EQ(client.answers().rest, "HELLO");
    EXPECT_EQ(world.shard().connection_count(), 1U);
    client.close();
}

TEST(H1Upgrade, BytesBehindTheRequestReachTheOtherProtocolAtEverySplit) {
    const std::string sent = get("/hello") + get("/shout", ask) + "early bytes";
    for (std::size_t cut = 1; cut < sent.size(); ++cut) {
        UpgradeWorld world;
        Client& client = world.connect();
        client.send(sent.substr(0, cut));
        world.turns();
        client.send(sent.substr(cut));
        world.turns();
        const Answers answers = client.answers();
        ASSERT_EQ(answers.statuses(), (std::vector<int>{200, 101})) << cut;
        ASSERT_EQ(answers.rest, "EARLY BYTES") << cut;
        client.close();
    }
}

// Otherwise it would hear of it, and act on it, while the other protocol does not exist yet.
TEST(H1Upgrade, TheClientHearsNothingBeforeTheOtherProtocolIsReady) {
    UpgradeWorld world;
    world.protocols_wait = true;
    Client& client = world.ask(get("/hello") + get("/shout", ask));
    ASSERT_EQ(client.statuses(), std::vector<int>{200});
    world.protocols.at(0)->begin();
    world.turns();
    EXPECT_EQ(client.statuses(), (std::vector<int>{200, 101}));
    client.close();
}

TEST(H1Upgrade, WaitsUntilEarlierResponsesHaveBeenTaken) {
    UpgradeWorld world;
    service_large(world.service);
    Client& client = world.connect();
    client.read(false);
    client.send(get("/large") + get("/shout", ask) + "early");
    world.turns();
    EXPECT_TRUE(world.protocols.empty() || world.protocols[0]->early.empty());
    client.read(true);
    world.turns(4000);
    EXPECT_EQ(client.statuses(), (std::vector<int>{200, 101}));
    EXPECT_EQ(client.answers().rest, "EARLY");
    client.close();
}

TEST(H1Upgrade, AClientThatVanishesBeforehandCancelsTheHandler) {
    UpgradeWorld world;
    Client& client = world.connect({.capacity_bytes = 16});
    client.send(get("/hello") + get("/shout", ask));
    client.read(false);
    world.turns();
    client.reset();
    world.turns();
    EXPECT_EQ(world.service.cancelled, 1);
    ASSERT_EQ(world.protocols.size(), 1U);
    EXPECT_TRUE(world.protocols[0]->early.empty());
}

TEST(H1Upgrade, AnExchangeThatEndsBeforehandClosesTheConnection) {
    UpgradeWorld world;
    world.service.on_sync("/at-once", [&world](Exchange& exchange) {
        static Shouting never_used(world.shard());
        EXPECT_TRUE(exchange.upgrade(never_used));
    });
    Client& client = world.ask(get("/at-once", ask));
    EXPECT_TRUE(client.gone());
}

TEST(H1Upgrade, IsRefusedToHttp10) {
    UpgradeWorld world;
    Client& client = world.ask("GET /refused HTTP/1.0\r\nHost: a\r\n\r\n");
    ASSERT_EQ(client.answers().all.size(), 1U);
    EXPECT_NE(client.answers().all[0].body.find("HTTP/1.0 has no upgrade"), std::string::npos);
}

TEST(H1Upgrade, AServerThatEndsTellsUpgradedConnections) {
    UpgradeWorld world;
    Client& client = world.ask(get("/shout", ask));
    world.shard().drain();
    world.turns();
    EXPECT_TRUE(client.ended);
    EXPECT_TRUE(world.protocols.at(0)->ended);
    EXPECT_EQ(world.shard().connection_count(), 0U);
}

TEST(H1Upgrade, AServerThatEndsTellsAConnectionThatUpgradesMeanwhile) {
    UpgradeWorld world;
    service_large(world.service);
    Client& client = world.connect();
    client.read(false);
    client.send(get("/large") + get("/shout", ask));
    world.turns();
    world.shard().drain();
    client.read(true);
    world.turns(4000);
    EXPECT_TRUE(client.ended);
    EXPECT_EQ(world.shard().connection_count(), 0U);
}

TEST(H1Upgrade, AbandonDropsUpgradedConnections) {
    UpgradeWorld world;
    Client& client = world.ask(get("/shout", ask));
    world.shard().abandon();
    world.turns();
    EXPECT_TRUE(client.gone());
    EXPECT_EQ(world.shard().connection_count(), 0U);
}

}  // namespace
}  // namespace hyperlane::http::testing
