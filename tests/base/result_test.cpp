#include <hyperlane/base/result.hpp>

#include <cerrno>
#include <set>
#include <string_view>

#include <gtest/gtest.h>

namespace hyperlane {
namespace {

TEST(Result, CarriesAValueOrAnError) {
    const Result<int> good = 7;
    const Result<int> bad = fail(ErrorCode::not_found, "no user 42");
    EXPECT_EQ(*good, 7);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, ErrorCode::not_found);
    EXPECT_EQ(bad.error().message, "no user 42");
    EXPECT_EQ(bad.error().os_error, 0);
}

TEST(Result, FailErrnoSaysWhatWasDoneAndWhyItFailed) {
    const Result<> bad = fail_errno(EADDRINUSE, "bind 127.0.0.1:80");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, ErrorCode::address_in_use);
    EXPECT_EQ(bad.error().os_error, EADDRINUSE);
    EXPECT_EQ(bad.error().message, "bind 127.0.0.1:80: Address already in use");
}

TEST(Result, ErrnoBecomesACode) {
    EXPECT_EQ(Error::from_errno(ENOENT, "open").code, ErrorCode::not_found);
    EXPECT_EQ(Error::from_errno(EMFILE, "accept").code, ErrorCode::unavailable);
    EXPECT_EQ(Error::from_errno(ECONNRESET, "recv").code, ErrorCode::connection_reset);
    EXPECT_EQ(Error::from_errno(EPIPE, "send").code, ErrorCode::closed);
    EXPECT_EQ(Error::from_errno(EXDEV, "rename").code, ErrorCode::system);
}

TEST(Result, EveryCodeHasANameOfItsOwn) {
    std::set<std::string_view> names;
    for (int code = 0; code <= static_cast<int>(ErrorCode::system); ++code) {
        names.insert(name_of(static_cast<ErrorCode>(code)));
    }
    EXPECT_EQ(names.size(), static_cast<std::size_t>(ErrorCode::system) + 1);
    EXPECT_FALSE(names.contains("unknown"));
}

}  // namespace
}  // namespace hyperlane
