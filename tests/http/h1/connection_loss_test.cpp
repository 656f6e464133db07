/// Clients that vanish, half close, read slowly; shutdown; exchanges that outlive their connection.

#include "harness.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace hyperlane::http::testing {
namespace {

using Statuses = std::vector<int>;

const std::vector<std::pair<std::string, std::string>>& phases() {
    static const std::vector<std::pair<std::string, std::string>> all{
        {"nothing sent", ""},
        {"head", "GET / HT"},
        {"idle", get("/hello")},
        {"gathered body", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"},
        {"gathered chunked body", "POST /echo" + std::string(chunked_head) + "5\r\nabc"},
        {"streamed body", "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"},
        {"paused body",
         "POST /never-stream HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + std::string(200'000, 'x')},
        {"handler", get("/never")},
        {"handler with pipelined requests", get("/never") + get("/hello") + get("/never")},
        {"handler with a full input", get("/never") + std::string(300'000, 'x')},
        {"streaming", get("/trickle")},
        {"unread body", "POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"},
        {"skipped body", "POST /ignore" + std::string(chunked_head) + "5\r\nabc"},
        {"unsent response", get("/large")},
        {"unsent response of a skipped body", "POST /large" + std::string(chunked_head) + "5\r\nabc"},
        {"unsent file", get("/file")},
        {"blocked sender", get("/flood")},
        {"refused", "BAD\r\n\r\n"},
        {"closing", get("/hello", "Connection: close\r\n")},
        {"expecting", "POST /upload HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n"},
    };
    return all;
}

Task<> trickle(ExchangePtr exchange) {
    for (;;) {
        const auto sent = co_await Sending(exchange, Sending::What::data, "drop");
        if (!sent) co_return;
        co_await sleep(1s);
    }
}
Task<> flood(ExchangePtr exchange) {
    for (int i = 0; i < 1000; ++i) {
        const auto sent = co_await Sending(exchange, Sending::What::data, std::string(10'000, 'f'));
        if (!sent) co_return;
    }
}

std::shared_ptr<OpenFile> file_of(std::size_t size) {
    char name[] = "/tmp/hyperlane-h1-XXXXXX";
    const int fd = ::mkstemp(name);
    ::unlink(name);
    const std::string text(size, 'F');
    EXPECT_EQ(::write(fd, text.data(), text.size()), static_cast<ssize_t>(size));
    return std::make_shared<OpenFile>(fd);
}

void add_more(TestService& service) {
    service.on_async("/never-stream", never, streamed);
    service.on_async("/trickle", trickle);
    service.on_async("/flood", flood);
    service.on_sync("/ignore", say_hello, streamed);
    service.on_sync("/large", [](Exchange& exchange) { exchange.response.body.set_owned(std::string(3'000'000, 'x')); },
                    {BodyMode::discard, 0});
    service.on_sync("/file",
                    [](Exchange& exchange) { exchange.response.body.add_file(file_of(500'000), 100, 400'000); });
}

struct LossWorld : UsualWorld {
    explicit LossWorld(Limits limits = {}) : UsualWorld(limits) { add_more(service); }
};

// Nothing is left of a connection that ends in any phase and in any way: the destructor of the world sees to that, and
// AddressSanitizer to the rest.
TEST(H1Loss, AResetLeavesNothingInAnyPhase) {
    const Silence silence;
    for (const auto& [name, text] : phases()) {
        LossWorld world;
        Client& client = world.ask(text, {.capacity_bytes = 20'000});
        client.read(false);
        client.reset();
        world.turns();
        EXPECT_EQ(world.shard().connection_count(), 0U) << name;
        EXPECT_EQ(world.service.requests, world.service.finished) << name;
    }
}

TEST(H1Loss, AClosedClientLeavesNothingInAnyPhase) {
    const Silence silence;
    for (const auto& [name, text] : phases()) {
        LossWorld world;
        Client& client = world.connect({.capacity_bytes = 20'000});
        client.read(false);
        client.send(text);
        world.turns();
        client.close();
        world.pass(3s);
        EXPECT_EQ(world.shard().connection_count(), 0U) << name;
    }
}

TEST(H1Loss, AbandoningLeavesNothingInAnyPhase) {
    const Silence silence;
    for (const auto& [name, text] : phases()) {
        LossWorld world;
        Client& client = world.connect({.capacity_bytes = 20'000});
        client.read(false);
        client.send(text);
        world.turns();
        world.shard().abandon();
        EXPECT_EQ(world.shard().connection_count(), 0U) << name;
        world.turns();
        EXPECT_EQ(world.service.requests, world.service.finished) << name;
    }
}

TEST(H1Loss, AShardMayGoBeforeTheLoopHasTidiedUp) {
    for (const std::string& text : {std::string("GET /"), get("/large"), get("/file"), get("/hello")}) {
        LossWorld world;
        Client& client = world.connect({.capacity_bytes = 20'000});
        client.read(false);
        client.send(text);
        world.turns();
        world.drop_shard();
        world.turns();
    }
}

TEST(H1Loss, HalfClosingCancelsTheHandlerUnlessAllowed) {
    for (const bool allowed : {false, true}) {
        Limits limits;
        limits.allow_half_close = allowed;
        LossWorld world(limits);
        Client& client = world.ask(get("/later/1000"));
        client.half_close();
        world.pass(500ms);
        EXPECT_EQ(world.service.cancelled, allowed ? 0 : 1);
        world.pass(1s);
        EXPECT_EQ(client.statuses(), allowed ? Statuses{200} : Statuses{});
        EXPECT_EQ(world.shard().connection_count(), 0U);
        EXPECT_EQ(world.shard().counters().connections_lost.get(), allowed ? 0U : 1U);
    }
}

TEST(H1Loss, AHalfClosedClientGetsAllThatItAskedForIfAllowed) {
    Limits limits;
    limits.allow_half_close = true;
    LossWorld world(limits);
    Client& client = world.connect();
    client.send(get("/later/100") + get("/later/50") + post("/echo", "abc") + get("/hello"));
    client.half_close();
    world.pass(1s);
    EXPECT_EQ(client.statuses(), (Statuses{200, 200, 200, 200}));
    EXPECT_EQ(world.shard().connection_count(), 0U);
}

TEST(H1Loss, AHalfClosedClientThatOwesABodyIsAnsweredIfAllowed) {
    Limits limits;
    limits.allow_half_close = true;
    LossWorld world(limits);
    Client& streaming = world.ask("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    streaming.half_close();
    Client& gathering = world.ask(get("/later/5") + "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    gathering.half_close();
    world.pass(10ms);
    EXPECT_EQ(streaming.statuses(), Statuses{400});
    EXPECT_EQ(gathering.statuses(), Statuses{200});
    EXPECT_EQ(world.shard().connection_count(), 0U);
}

TEST(H1Loss, HalfClosingDoesNotCutOffAResponseThatIsOnItsWay) {
    for (const std::string& text :
         {get("/large"), post("/large", "abc"), "POST /large" + std::string(chunked_head) + "5\r\nabc"}) {
        LossWorld world;
        Client& client = world.connect({.capacity_bytes = 20'000});
        client.read(false);
        client.send(text);
        world.turns();
        client.half_close();
        world.pass(1s);
        client.read(true);
        world.turns(400);
        ASSERT_EQ(client.answers().all.size(), 1U);
        EXPECT_TRUE(client.ended);
    }
}

TEST(H1Loss, AnExchangeOutlivesItsConnection) {
    LossWorld world;
    ExchangePtr kept;
    world.service.on_async("/keep", [&](ExchangePtr exchange) -> Task<> {
        kept = exchange;
        co_await never(exchange);
    });
    net::MemoryPipeOptions options;
    options.client_address = *net::Address::parse("192.0.2.1:4000");
    Client& client = world.ask(get("/keep"), options);
    client.reset();
    world.turns();
    ASSERT_TRUE(kept);
    EXPECT_FALSE(kept->connected());
    EXPECT_EQ(kept->peer_address().to_string(), "192.0.2.1:4000");
    EXPECT_EQ(kept->path(), "/keep");
    EXPECT_FALSE(kept->send().has_value());
    EXPECT_FALSE(kept->send_data("x").has_value());
    kept->close();
    kept->break_off();
    kept = ExchangePtr();
}

TEST(H1Loss, AnExchangeWhoseResponseCouldNotBeSentKnowsThatItsClientIsGone) {
    LossWorld world;
    ExchangePtr kept;
    Client* client = nullptr;
    world.service.on_async("/keep", [&](ExchangePtr exchange) -> Task<> {
        kept = exchange;
        co_await yield();
        client->reset();
        exchange->response.body.set_owned(std::string(100'000, 'x'));
    });
    net::MemoryPipeOptions options;
    options.client_address = *net::Address::parse("192.0.2.1:4000");
    client = &world.connect(options);
    client->send(get("/keep"));
    world.turns();
    EXPECT_EQ(world.service.finished_lost, 1);
    EXPECT_EQ(world.shard().counters().connections_lost.get(), 1U);
    EXPECT_FALSE(kept->connected());
    EXPECT_EQ(kept->peer_address().to_string(), "192.0.2.1:4000");
    kept = ExchangePtr();
}

TEST(H1Loss, AConnectionThatFailsInABurstAnswersTheRestIntoTheVoid) {
    // More than one buffer of responses after the write that failed.
    LossWorld world;
    Client* client = nullptr;
    world.service.on_sync("/reset", [&](Exchange&) { client->reset(); });
    world.service.on_sync("/fat", [](Exchange& exchange) {
        ASSERT_TRUE(exchange.response.set("X-Fat", std::string(1000, 'x')));
        exchange.response.body.set_view("fat");
    });
    std::string burst = get("/reset");
    for (int i = 0; i < 1000; ++i) burst += get("/fat");
    client = &world.connect();
    client->send(burst);
    world.turns();
    EXPECT_EQ(world.shard().connection_count(), 0U);
}

TEST(H1Loss, SendersWaitForASlowReaderAndNoLonger) {
    Limits limits;
    limits.unsent_bytes = 50'000;
    LossWorld world(limits);
    ExchangePtr kept;
    std::size_t sent = 0;
    world.service.on_async("/flow", [&](ExchangePtr exchange) -> Task<> {
        kept = exchange;
        for (int i = 0; i < 100; ++i) {
            const auto result = co_await Sending(exchange, Sending::What::data, std::string(10'000, 'f'));
            EXPECT_TRUE(result.has_value());
            EXPECT_LE(exchange->transport()->unsent_bytes(), 50'000U + 10'020U);
            sent += 10'000;
        }
    });
    Client& client = world.connect({.capacity_bytes = 20'000});
    client.read(false);
    client.send(get("/flow"));
    world.pass(10s);
    EXPECT_LE(sent, 90'000U);
    EXPECT_LE(kept->transport()->unsent_bytes(), 50'000U + 10'020U);
    kept = ExchangePtr();
    client.read(true);
    world.turns(1000);
    ASSERT_EQ(client.answers().all.size(), 1U);
    EXPECT_EQ(client.answers().all[0].body.size(), 1'000'000U);
}

TEST(H1Loss, AClientThatAsksAndNeverReadsIsServedNoFurther) {
    LossWorld world;
    world.service.on_sync("/page",
                          [](Exchange& exchange) { exchange.response.body.set_owned(std::string(20'000, 'p')); });
    Client& client = world.connect({.capacity_bytes = 20'000});
    client.read(false);
    std::string requests;
    for (int i = 0; i < 500; ++i) requests += get("/page");
    client.send(requests);
    world.pass(1s);
    EXPECT_LE(world.service.requests, 6);
    client.read(true);
    world.turns(4000);
    EXPECT_EQ(client.answers().all.size(), 500U);
}

TEST(H1Loss, SendsFilesWholeAndInOrder) {
    for (const std::size_t capacity : {std::size_t{7'000}, std::size_t{10'000'000}}) {
        LossWorld world;
        world.service.on_sync("/mixed", [](Exchange& exchange) {
            const auto file = file_of(3'000'000);
            exchange.response.body.add_view("begin;");
            exchange.response.body.add_file(file, 10, 2'500'000);
            exchange.response.body.add_view(";middle;");
            exchange.response.body.add_file(file, 0, 5);
        });
        Client& client = world.ask(get("/hello") + get("/mixed") + get("/hello"), {.capacity_bytes = capacity});
        world.turns(2000);
        const Answers answers = client.answers();
        ASSERT_EQ(answers.all.size(), 3U);
        EXPECT_EQ(answers.all[1].body, "begin;" + std::string(2'500'000, 'F') + ";middle;FFFFF");
    }
}

TEST(H1Loss, AFileThatHasBecomeShorterEndsTheConnection) {
    LossWorld world;
    world.service.on_sync("/short",
                          [](Exchange& exchange) { exchange.response.body.add_file(file_of(1000), 0, 2000); });
    Client& client = world.ask(get("/short") + get("/hello"));
    EXPECT_TRUE(client.gone());
    EXPECT_TRUE(client.answers().all.empty());
}

TEST(H1Loss, DrainingClosesWhatIsIdleAndFinishesWhatRuns) {
    LossWorld world;
    Client& fresh = world.connect();
    Client& idle = world.ask(get("/hello"));
    Client& busy = world.ask(get("/later/500") + get("/hello"));
    Client& half = world.ask("GET /hello HT");
    Client& slow = world.connect({.capacity_bytes = 20'000});
    slow.read(false);
    slow.send(get("/large"));
    world.service.on_async("/begun", [](ExchangePtr exchange) -> Task<> {
        co_await Sending(exchange, Sending::What::data, "a");
        co_await sleep(1s);
        co_await Sending(exchange, Sending::What::data, "b");
    });
    Client& begun = world.ask(get("/begun"));
    world.shard().drain();
    world.turns();
    EXPECT_TRUE(fresh.ended);
    EXPECT_TRUE(idle.ended);
    EXPECT_EQ(world.shard().connection_count(), 4U);
    half.send("TP/1.1\r\nHost: a\r\n\r\n");
    world.pass(600ms);
    EXPECT_EQ(busy.statuses(), Statuses{200});
    EXPECT_TRUE(busy.answers().all[0].close);
    EXPECT_EQ(half.statuses(), Statuses{200});
    EXPECT_TRUE(half.answers().all[0].close);
    slow.read(true);
    world.pass(500ms);
    world.turns(500);
    EXPECT_EQ(slow.statuses(), Statuses{200});
    EXPECT_TRUE(slow.ended);
    ASSERT_EQ(begun.answers().all.size(), 1U);
    EXPECT_EQ(begun.answers().all[0].body, "ab");
    EXPECT_TRUE(begun.ended);
    world.pass(3s);
    EXPECT_EQ(world.shard().connection_count(), 0U);
}

TEST(H1Loss, BreakingOffShowsTheClientThatTheBodyIsNotWhole) {
    LossWorld world;
    for (const bool measured : {false, true}) {
        world.service.on_sync("/broken", [=](Exchange& exchange) {
            if (measured) {
                ASSERT_TRUE(exchange.response.set("Content-Length", "100"));
            }
            ASSERT_TRUE(exchange.send_data("part"));
            exchange.break_off();
        });
        Client& client = world.ask(get("/broken") + get("/hello"));
        world.pass(3s);
        EXPECT_TRUE(client.ended);
        EXPECT_TRUE(client.answers().all.empty());
        EXPECT_EQ(client.received.find("hello"), std::string::npos);
        Client& old = world.ask("GET /broken HTTP/1.0\r\n\r\n");
        EXPECT_TRUE(measured ? old.ended : old.failed);
    }
}

TEST(H1Loss, AResponseThatWouldNotEndIsClosedWhenTheServerEnds) {
    LossWorld world;
    world.service.on_async("/endless", [](ExchangePtr exchange) {
        exchange->end_at_drain();
        return trickle(exchange);
    });
    Client& client = world.ask(get("/endless"));
    world.pass(2s);
    world.shard().drain();
    world.turns();
    const Answers answers = client.answers();
    ASSERT_EQ(answers.all.size(), 1U);
    EXPECT_EQ(answers.all[0].body, "dropdropdrop");
    EXPECT_TRUE(client.ended);
    EXPECT_EQ(world.service.cancelled, 1);
}

}  // namespace
}  // namespace hyperlane::http::testing
