/// 1,000 random requests on one connection against a model of what must come back: nothing survives from one request
/// into the next.

#include "harness.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <random>

namespace hyperlane::http::testing {
namespace {

struct Request {
    std::string text;
    bool head = false;
};

struct Expected {
    int status;
    std::string body;
};

class Model {
public:
    explicit Model(unsigned seed) : random_(seed) {}

    // One request and what must come back for it.
    void add() {
        const std::string path = std::vector<std::string>{
            "/sync", "/async/" + number(9), "/streamed", "/respond/" + number(4), "/none", "/ignored"}[pick(6)];
        const bool head = pick(8) == 0;
        const std::string method =
            head ? "HEAD" : std::vector<std::string>{"GET", "POST", "PUT", "DELETE", "PURGE"}[pick(5)];
        const std::string body = pick(2) == 0 ? "" : text(pick(4) == 0 ? 20'000 : 300);
        const std::string tag = pick(2) == 0 ? "" : text(20);
        const int status = std::vector<int>{0, 0, 201, 404, 500, 204}[pick(6)];

        std::string request = method + " " + path + "?q=" + number(1000) + " HTTP/1.1\r\nHost: h" + number(10) + "\r\n";
        if (!tag.empty()) request += "X-Tag: " + tag + "\r\n";
        if (status != 0) request += "X-Status: " + std::to_string(status) + "\r\n";
        for (std::size_t i = pick(4); i > 0; --i) request += "X-Noise-" + number(100) + ": " + text(40) + "\r\n";
        request += framed(body);
        sent += request;

        std::string reply = method + " " + path + " tag=" + tag + " body=" + std::to_string(body.size()) + ":" +
                            std::to_string(std::hash<std::string>()(body)) + " before=";
        if (path == "/none") reply = "not found";
        if (path == "/ignored") reply = "hello";
        const bool plain = path == "/none" || path == "/ignored";
        const int code = path == "/none" ? 404 : plain || status == 0 ? 200 : status;
        expected.push_back({code, head || code == 204 ? "" : reply});
        heads.push_back(head);
    }

    [[nodiscard]] std::size_t pick(std::size_t below) { return random_() % below; }

    std::string sent;
    std::vector<Expected> expected;
    std::vector<bool> heads;

private:
    std::string number(std::size_t below) { return std::to_string(pick(below)); }
    std::string text(std::size_t at_most) {
        std::string out(1 + pick(at_most), 'x');
        for (char& c : out) c = static_cast<char>('a' + pick(26));
        return out;
    }
    std::string framed(const std::string& body) {
        if (body.empty() && pick(2) == 0) return "\r\n";
        if (pick(2) == 0) return "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        std::string out = "Transfer-Encoding: chunked\r\n\r\n";
        for (std::size_t at = 0; at < body.size();) {
            const std::size_t size = std::min(body.size() - at, 1 + pick(pick(2) == 0 ? 20 : 5000));
            std::array<char, h1::max_chunk_head_bytes> head;
            out.append(head.data(), h1::write_chunk_head(head.data(), size));
            out += body.substr(at, size) + "\r\n";
            at += size;
        }
        out += pick(3) == 0 ? "0\r\nX-Trailer: " + text(10) + "\r\n\r\n" : "0\r\n\r\n";
        return out;
    }

    std::mt19937 random_;
};

// What a handler finds and leaves behind: the reply tells if anything of an earlier request is still there.
void describe(Exchange& exchange, std::size_t body_bytes, std::size_t body_hash) {
    auto& attributes = static_cast<TestExchange&>(exchange).attributes;
    std::string before;
    for (const auto& [name, value] : attributes) before += name + value;
    if (exchange.response.answered() || !exchange.response.fields().empty() || exchange.aborted()) before += "response";
    if (!exchange.response_trailers().empty()) before += "trailers";
    const std::string tag(exchange.field("X-Tag").value_or(""));
    if (!tag.empty()) {
        attributes["tag"] = tag;
        EXPECT_TRUE(exchange.response.set("X-Echo", tag));
        EXPECT_TRUE(exchange.add_response_trailer("X-Trailer", tag));
    }
    if (const auto status = exchange.field("X-Status")) {
        EXPECT_TRUE(exchange.response.set_status(number_in(*status)));
    }
    exchange.response.body.set_owned(std::string(exchange.method_token()) + " " + std::string(exchange.path()) +
                                     " tag=" + tag + " body=" + std::to_string(body_bytes) + ":" +
                                     std::to_string(body_hash) + " before=" + before);
}
void describe_gathered(Exchange& exchange) {
    describe(exchange, exchange.body.text.size(), std::hash<std::string_view>()(exchange.body.text));
}

Task<> describe_later(ExchangePtr exchange) {
    co_await sleep(std::chrono::milliseconds(number_in(exchange->path())));
    describe_gathered(*exchange);
}
Task<> describe_streamed(ExchangePtr exchange) {
    std::string body;
    for (;;) {
        const auto piece = co_await BodyReading(exchange);
        EXPECT_TRUE(piece.has_value());
        if (!piece || piece->empty()) break;
        body += *piece;
    }
    describe(*exchange, body.size(), std::hash<std::string>()(body));
}
// Gives the reply in pieces.
Task<> describe_in_pieces(ExchangePtr exchange) {
    describe_gathered(*exchange);
    const std::string text(exchange->response.body.text());
    exchange->response.body.clear();
    const std::size_t cut = text.size() / 2;
    co_await Sending(exchange, Sending::What::data, text.substr(0, cut));
    co_await sleep(std::chrono::milliseconds(number_in(exchange->path())));
    co_await Sending(exchange, Sending::What::data, text.substr(cut));
}

void run_model(unsigned seed) {
    Model model(seed);
    for (int i = 0; i < 1000; ++i) model.add();
    UsualWorld world;
    world.service.on_sync("/sync", describe_gathered);
    world.service.on_async("/async/*", describe_later);
    world.service.on_async("/streamed", describe_streamed, streamed);
    world.service.on_async("/respond/*", describe_in_pieces);
    world.service.on_sync("/ignored", say_hello, streamed);
    net::MemoryPipeOptions pipe;
    if (seed % 3 == 1) pipe.max_read_bytes = 50 + seed * 31;
    if (seed % 3 == 2) pipe = {.capacity_bytes = 1000, .max_read_bytes = 700, .max_write_bytes = 300};
    Client& client = world.connect(pipe);
    for (std::size_t at = 0; at < model.sent.size();) {
        const std::size_t size = 1 + model.pick(model.pick(3) == 0 ? 10 : 60'000);
        client.send(std::string_view(model.sent).substr(at, size));
        at += size;
        world.turns(2);
    }
    world.until([&] { return world.service.finished >= 1000; });
    world.turns(400);

    const Answers answers =
        client.answers([&](std::size_t index) { return index < model.heads.size() && model.heads[index]; });
    ASSERT_EQ(answers.all.size(), model.expected.size()) << "seed " << seed;
    EXPECT_EQ(answers.rest, "");
    for (std::size_t i = 0; i < answers.all.size(); ++i) {
        ASSERT_EQ(answers.all[i].status, model.expected[i].status) << "request " << i << ", seed " << seed;
        ASSERT_EQ(answers.all[i].body, model.expected[i].body) << "request " << i << ", seed " << seed;
    }
    EXPECT_FALSE(client.gone());
}

TEST(H1Model, NothingSurvivesFromOneOfAThousandRequestsIntoTheNext) {
    for (unsigned seed = 1; seed <= 12; ++seed) run_model(seed);
}

}  // namespace
}  // namespace hyperlane::http::testing
