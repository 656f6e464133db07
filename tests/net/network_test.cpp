#include <hyperlane/net/network.hpp>

#include <string_view>

#include <gtest/gtest.h>

namespace hyperlane::net {
namespace {

TEST(Network, ContainsWhatItsBitsSay) {
    const auto contained = [](std::string_view network, std::string_view address) {
        return Network::parse(network).value().contains(*ip_bytes_of(*parse_node(address)));
    };
    EXPECT_TRUE(contained("0.0.0.0/0", "255.1.2.3"));
    EXPECT_FALSE(contained("0.0.0.0/0", "2001:db8::1"));
    EXPECT_TRUE(contained("::/0", "1.2.3.4")) << "mapped addresses are IPv6 addresses";
    EXPECT_TRUE(contained("172.16.0.0/12", "172.31.255.255"));
    EXPECT_FALSE(contained("172.16.0.0/12", "172.32.0.0"));
    EXPECT_TRUE(contained("192.0.2.129/25", "192.0.2.255"));
    EXPECT_FALSE(contained("192.0.2.129/25", "192.0.2.127"));
    EXPECT_TRUE(contained("1.2.3.4", "::ffff:1.2.3.4"));
    EXPECT_FALSE(contained("1.2.3.4/32", "1.2.3.5"));
    EXPECT_TRUE(contained("2001:db8::/33", "2001:db8:7fff::1"));
    EXPECT_FALSE(contained("2001:db8::/33", "2001:db8:8000::1"));
}

TEST(Network, NodesAreAsProxiesWriteThem_Rfc7239_6) {
    EXPECT_EQ(parse_node("192.0.2.1")->to_string(), parse_node("192.0.2.1:0")->to_string());
    EXPECT_EQ(parse_node("192.0.2.1:80")->port(), 80);
    EXPECT_EQ(parse_node("2001:db8::1")->ip(), "2001:db8::1");
    EXPECT_EQ(parse_node("[2001:db8::1]")->ip(), "2001:db8::1");
    EXPECT_EQ(parse_node("[2001:db8::1]:443")->port(), 443);
    for (const char* bad :
         {"", "unknown", "_hidden", "192.0.2", "192.0.2.1:", "192.0.2.1:65536", "[2001:db8::1", "[]:1"}) {
        EXPECT_FALSE(parse_node(bad)) << bad;
    }
}

TEST(Network, UnixSocketsHaveNoBytes) { EXPECT_FALSE(ip_bytes_of(Address::parse("unix:/run/app.sock").value())); }

}  // namespace
}  // namespace hyperlane::net
