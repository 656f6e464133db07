#include <hyperlane/middleware.hpp>
#include "../support.hpp"

namespace hyperlane {
namespace {

using namespace testing;

struct Row {
    const char* peer;
    std::vector<const char*> lines;
    const char* client;
};

void expect_all(const TrustedProxiesOptions& options, const char* field, const std::vector<Row>& rows) {
    Server server;
    server.use(trusted_proxies(options));
    server.route("/", get([](Context ctx) { ctx.set_response_body(client_address(ctx).to_string()); }));
    for (const Row& row : rows) {
        TestClient client(server, {.peer = row.peer});
        auto request = client.get("/");
        std::string all;
        for (const char* line : row.lines) {
            std::move(request).header(field, line);
            all += std::string(line) + " | ";
        }
        EXPECT_EQ(std::move(request).send().body(), row.client) << row.peer << ": " << all;
    }
}

TEST(TrustedProxies, GoesFromRightToLeftAsFarAsProxiesAreKnown) {
    expect_all({.proxies = {"10.0.0.0/8", "fd00::/8", "unix"}}, "X-Forwarded-For",
               {
                   {"203.0.113.9:5000", {}, "203.0.113.9:5000"},
                   {"203.0.113.9:5000", {"1.2.3.4"}, "203.0.113.9:5000"},  // it is no proxy
                   {"10.0.0.1:5000", {}, "10.0.0.1:5000"},
                   {"10.0.0.1:5000", {"1.2.3.4"}, "1.2.3.4:0"},
                   {"10.0.0.1:5000", {"9.9.9.9, 1.2.3.4"}, "1.2.3.4:0"},  // what it says itself does not count
                   {"10.0.0.1:5000", {"1.2.3.4, 10.1.1.1, 10.2.2.2"}, "1.2.3.4:0"},
                   {"10.0.0.1:5000", {"9.9.9.9", "1.2.3.4", "10.1.1.1"}, "1.2.3.4:0"},  // several lines are one list
                   {"10.0.0.1:5000", {"10.3.3.3, 10.1.1.1"}, "10.3.3.3:0"},             // all of them proxies
                   {"10.0.0.1:5000", {"1.2.3.4:1234"}, "1.2.3.4:1234"},
                   {"10.0.0.1:5000", {"1.2.3.4, unknown"}, "10.0.0.1:5000"},
                   {"10.0.0.1:5000", {"1.2.3.4, nonsense, 10.1.1.1"}, "10.1.1.1:0"},
                   {"10.0.0.1:5000", {"localhost"}, "10.0.0.1:5000"},
                   {"10.0.0.1:5000", {"1.2.3.4:99999"}, "10.0.0.1:5000"},
                   {"10.0.0.1:5000", {", ,"}, "10.0.0.1:5000"},
                   {"[fd00::1]:5000", {"2001:db8::7"}, "[2001:db8::7]:0"},
                   {"[fd00::1]:5000", {"[2001:db8::7]"}, "[2001:db8::7]:0"},
                   {"[fd00::1]:5000", {"[2001:db8::7]:80"}, "[2001:db8::7]:80"},
                   {"[::ffff:10.0.0.1]:5000", {"1.2.3.4"}, "1.2.3.4:0"},
                   {"unix:/run/proxy.sock", {"1.2.3.4"}, "1.2.3.4:0"},
               });
}

TEST(TrustedProxies, ReadsForwarded_Rfc7239) {
    expect_all({.proxies = {"10.0.0.1", "10.0.0.2"}, .field = ProxyField::forwarded}, "Forwarded",
               {
                   {"10.0.0.1:1", {"for=192.0.2.60;proto=http;by=203.0.113.43"}, "192.0.2.60:0"},
                   {"10.0.0.1:1", {"For=\"[2001:db8:cafe::17]:4711\""}, "[2001:db8:cafe::17]:4711"},
                   {"10.0.0.1:1", {"for=192.0.2.43, for=198.51.100.17"}, "198.51.100.17:0"},
                   {"10.0.0.1:1", {"for=192.0.2.43", "by=x;for=10.0.0.2"}, "192.0.2.43:0"},
                   {"10.0.0.1:1", {"for=_hidden"}, "10.0.0.1:1"},
                   {"10.0.0.1:1", {"proto=https"}, "10.0.0.1:1"},
                   {"10.0.0.3:1", {"for=192.0.2.60"}, "10.0.0.3:1"},
               });
    expect_all({.proxies = {"10.0.0.1"}, .field = ProxyField::forwarded}, "X-Forwarded-For",
               {{"10.0.0.1:1", {"1.2.3.4"}, "10.0.0.1:1"}});
}

TEST(TrustedProxies, RefusesToStartWithoutNetworks) {
    EXPECT_NE(trusted_proxies({}).mistake, "");
    for (const char* bad : {"10.0.0.0/33", "::/129", "10.0.0/8", "proxy.example", "", "10.0.0.1:80", "10.0.0.0/", "/8",
                            "10.0.0.0/-1", "10.0.0.0/8x"}) {
        EXPECT_TRUE(contains(trusted_proxies({.proxies = {bad}}).mistake, "is not a network")) << bad;
    }
}

}  // namespace
}  // namespace hyperlane
