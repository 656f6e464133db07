#include <hyperlane/http/method.hpp>

#include <gtest/gtest.h>

namespace hyperlane {
namespace {

TEST(MethodName, GoesThereAndBack_Rfc9110_9_1) {
    for (const Method method : {GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE, CONNECT}) {
        EXPECT_FALSE(name_of(method).empty());
        EXPECT_EQ(parse_method(name_of(method)), method);
    }
    EXPECT_EQ(parse_method("get"), OTHER);
    EXPECT_EQ(parse_method(""), OTHER);
    EXPECT_EQ(parse_method("GETX"), OTHER);
    EXPECT_EQ(name_of(OTHER), "");
}

TEST(MethodSet, HoldsWhatWasPutIn) {
    MethodSet set{GET, POST};
    EXPECT_TRUE(set.contains(GET));
    EXPECT_FALSE(set.contains(PUT));
    set.insert(PUT);
    set.insert(MethodSet{OTHER});
    EXPECT_TRUE(set.contains(PUT));
    EXPECT_TRUE(set.contains(OTHER));
    EXPECT_TRUE(MethodSet{}.empty());
    EXPECT_EQ(set, (MethodSet{PUT, POST, GET, OTHER}));
}

TEST(MethodSet, WritesAllow_Rfc9110_10_2_1) {
    EXPECT_EQ((MethodSet{POST, GET, OTHER}).to_allow_value(), "GET, POST");
    EXPECT_EQ(MethodSet{}.to_allow_value(), "");
    EXPECT_EQ(all_methods.to_allow_value(), "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE, CONNECT");
}

}  // namespace
}  // namespace hyperlane
