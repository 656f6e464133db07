#include <hyperlane/net/address.hpp>
#include "net/sockaddr.hpp"

#include <functional>
#include <string>
#include <unordered_set>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace hyperlane {
namespace {

std::string round_trip(std::string_view text) {
    const auto address = Address::parse(text);
    return address ? address->to_string() : "error: " + address.error().message;
}

std::string error_of(std::string_view text) {
    const auto address = Address::parse(text);
    if (address) return "parsed as " + address->to_string();
    EXPECT_EQ(address.error().code, ErrorCode::invalid_argument);
    return address.error().message;
}

TEST(Address, ParsesAndPrintsEachKind) {
    EXPECT_EQ(round_trip("127.0.0.1:80"), "127.0.0.1:80");
    EXPECT_EQ(round_trip("0.0.0.0:0"), "0.0.0.0:0");
    EXPECT_EQ(round_trip("255.255.255.255:65535"), "255.255.255.255:65535");
    EXPECT_EQ(round_trip("[::1]:80"), "[::1]:80");
    EXPECT_EQ(round_trip("[2001:DB8:0:0:0:0:0:1]:443"), "[2001:db8::1]:443");
    EXPECT_EQ(round_trip("[fe80::1%7]:1"), "[fe80::1%7]:1");
    EXPECT_EQ(round_trip("unix:/run/x.sock"), "unix:/run/x.sock");
    EXPECT_EQ(round_trip("unix:@name"), "unix:@name");
}

TEST(Address, KnowsLocalhostWithoutLookup_Rfc6761_6_3) { EXPECT_EQ(round_trip("localhost:80"), "127.0.0.1:80"); }

TEST(Address, FindsTheScopeByTheNameOfAnInterface_Rfc4007_11) {
    const auto address = Address::parse("[fe80::1%lo]:80");
    ASSERT_TRUE(address) << address.error().message;
    EXPECT_EQ(address->scope(), 1U);
}

TEST(Address, SaysWhatIsWrong) {
    EXPECT_NE(error_of("127.0.0.1").find("port is missing"), std::string::npos);
    EXPECT_NE(error_of("[::1]").find("port is missing"), std::string::npos);
    EXPECT_NE(error_of("").find("port is missing"), std::string::npos);
    EXPECT_NE(error_of("::1:80").find("[::1]:8080"), std::string::npos);
    EXPECT_NE(error_of("[::1:80").find("[::1]:8080"), std::string::npos);
    EXPECT_NE(error_of(":80").find("host is missing"), std::string::npos);
    for (const char* port : {"", "x", "-1", "65536", "80 ", "+80", "0x50"}) {
        EXPECT_NE(error_of(std::string("127.0.0.1:") + port).find("port is not a number"), std::string::npos) << port;
    }
    for (const char* host : {"1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "example.org", " 1.2.3.4"}) {
        EXPECT_NE(error_of(std::string(host) + ":80").find("neither an IPv4"), std::string::npos) << host;
    }
    for (const char* host : {"[]", "[:::]", "[1::2::3]", "[12345::]"}) {
        EXPECT_NE(error_of(std::string(host) + ":80").find("IPv6"), std::string::npos) << host;
    }
    EXPECT_NE(error_of("[fe80::1%no-such-interface]:80").find("interface"), std::string::npos);
    EXPECT_NE(error_of("unix:").find("empty"), std::string::npos);
    EXPECT_NE(error_of("unix:@").find("empty"), std::string::npos);
    EXPECT_NE(error_of("unix:" + std::string(108, 'x')).find("107"), std::string::npos);
}

TEST(Address, IsNotCutShortByNul) {
    using namespace std::string_view_literals;
    EXPECT_FALSE(Address::parse("127.0.0.1\0:80"sv));
    EXPECT_FALSE(Address::parse("[::1\0]:80"sv));
    EXPECT_FALSE(Address::parse("unix:/run/\0x"sv));
}

TEST(Address, TakesHostAndPortApart) {
    EXPECT_EQ(Address::parse("10.0.0.1", 8080)->to_string(), "10.0.0.1:8080");
    EXPECT_EQ(Address::parse("::1", 8080)->to_string(), "[::1]:8080");
    EXPECT_EQ(Address::parse("[::1]", 8080)->to_string(), "[::1]:8080");
    EXPECT_EQ(Address::parse("unix:/x", 8080)->to_string(), "unix:/x");
    EXPECT_FALSE(Address::parse("", 80));
    EXPECT_FALSE(Address::parse("1.2.3.4:80", 80));
}

TEST(Address, GivesItsParts) {
    const auto four = *Address::parse("127.0.0.1:80");
    EXPECT_EQ(four.kind(), Address::Kind::ipv4);
    EXPECT_EQ(four.ip(), "127.0.0.1");
    EXPECT_EQ(four.port(), 80);
    EXPECT_EQ(four.ip_bytes(), std::string_view("\x7f\0\0\1", 4));
    EXPECT_EQ(Address::parse("[::1]:80")->ip(), "::1");
    EXPECT_EQ(Address::parse("unix:/x")->path(), "/x");
    EXPECT_EQ(Address::parse("unix:/x")->ip(), "");
    EXPECT_EQ(Address().to_string(), "unknown");
    EXPECT_EQ(Address().kind(), Address::Kind::none);
}

TEST(Address, ComparesAndHashesByValue) {
    const char* const all[] = {"1.2.3.4:1", "1.2.3.4:2", "1.2.3.5:1", "[::1]:1", "[::1%1]:1", "unix:/a", "unix:@a"};
    std::unordered_set<Address> set;
    for (const char* text : all) {
        const Address one = *Address::parse(text);
        Address copy = one;
        EXPECT_EQ(one, copy);
        EXPECT_EQ(std::hash<Address>()(one), std::hash<Address>()(copy));
        copy = Address();
        EXPECT_NE(one, copy);
        EXPECT_TRUE(set.insert(one).second) << text;
    }
    EXPECT_EQ(set.size(), std::size(all));
    EXPECT_LT(*Address::parse("1.2.3.4:1"), *Address::parse("1.2.3.4:2"));
}

TEST(Address, AssignsToItself) {
    Address address = *Address::parse("unix:/a");
    const Address& same = address;
    address = same;
    EXPECT_EQ(address.path(), "/a");
}

TEST(Sockaddr, ConvertsBothWays) {
    for (const char* text : {"127.0.0.1:80", "[2001:db8::1]:443", "[fe80::1%7]:1", "unix:/run/x.sock", "unix:@name"}) {
        const Address address = *Address::parse(text);
        EXPECT_EQ(net::from_sockaddr(net::to_sockaddr(address)).to_string(), text);
    }
    const std::string longest = "unix:/" + std::string(Address::max_path_bytes - 1, 'x');
    EXPECT_EQ(net::from_sockaddr(net::to_sockaddr(*Address::parse(longest))).to_string(), longest);
    const std::string longest_abstract = "unix:@" + std::string(Address::max_path_bytes - 1, 'x');
    EXPECT_EQ(net::from_sockaddr(net::to_sockaddr(*Address::parse(longest_abstract))).to_string(), longest_abstract);
}

TEST(Sockaddr, ShowsMappedIpv4AsIpv4) {
    const Address mapped = *Address::parse("[::ffff:1.2.3.4]:80");
    EXPECT_EQ(mapped.kind(), Address::Kind::ipv6);
    EXPECT_EQ(net::from_sockaddr(net::to_sockaddr(mapped)).to_string(), "1.2.3.4:80");
}

TEST(Sockaddr, TakesAnUnnamedUnixSocketAndAnUnknownFamily) {
    net::SocketAddress native{};
    native.storage.ss_family = AF_UNIX;
    native.length = sizeof(sa_family_t);
    EXPECT_EQ(net::from_sockaddr(native), Address::unnamed_unix_socket());
    native.storage.ss_family = AF_UNSPEC;
    EXPECT_EQ(net::from_sockaddr(native), Address());
    native.length = 0;
    EXPECT_EQ(net::from_sockaddr(native), Address());
}

}  // namespace
}  // namespace hyperlane
