// Proves that only requests that name this server as their host, and come from its own pages when
// they come from a page, get through.
#include "access/origin_check.hpp"

#include <gtest/gtest.h>

namespace sallyport::access {
namespace {

TEST(OriginCheck, TakesTheThreeLoopbackNamesWithThePort) {
    for (const char* host : {"127.0.0.1:8080", "localhost:8080", "[::1]:8080", "LocalHost:8080"}) {
        EXPECT_TRUE(check_origin(host, std::nullopt, 8080).has_value()) << host;
    }
}

TEST(OriginCheck, RefusesEveryOtherHost) {
    for (const char* host :
         {"",
          "127.0.0.1",
          "localhost",
          "127.0.0.1:8081",
          "evil.example:8080",
          "localhost.evil.example:8080",
          "127.0.0.1:8080.evil.example",
          "127.0.0.2:8080",
          "::1:8080",
          "127.0.0.1:08080",
          "localhost:8080 ",
          "a@localhost:8080",
          "localhost:8080/"}) {
        const Status status = check_origin(host, std::nullopt, 8080);
        ASSERT_FALSE(status.has_value()) << host;
        EXPECT_EQ(status.error().code(), ErrorCode::HostRejected);
    }
}

TEST(OriginCheck, LeavesOutThePortOnlyForPort80) {
    EXPECT_TRUE(check_origin("localhost", std::nullopt, 80).has_value());
    EXPECT_TRUE(check_origin("localhost:80", std::nullopt, 80).has_value());
    EXPECT_FALSE(check_origin("localhost", std::nullopt, 8080).has_value());
}

TEST(OriginCheck, TakesTheSameOrigin) {
    EXPECT_TRUE(check_origin("localhost:8080", "http://localhost:8080", 8080).has_value());
    EXPECT_TRUE(check_origin("[::1]:8080", "http://[::1]:8080", 8080).has_value());
}

TEST(OriginCheck, RefusesEveryOtherOrigin) {
    for (const char* origin :
         {"",
          "null",
          "http://evil.example",
          "https://localhost:8080",
          "http://localhost:8081",
          "http://localhost",
          "http://127.0.0.1:8080",
          "http://localhost:8080/",
          "file://",
          "http://localhost:8080.evil.example",
          "localhost:8080"}) {
        EXPECT_FALSE(check_origin("localhost:8080", origin, 8080).has_value()) << origin;
    }
}

TEST(OriginCheck, KnowsLoopbackAddresses) {
    for (const char* address : {"127.0.0.1", "127.9.8.7", "::1", "localhost"}) {
        EXPECT_TRUE(is_loopback_address(address)) << address;
    }
    for (const char* address :
         {"0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "example.org", "", "::ffff:127.0.0.1"}) {
        EXPECT_FALSE(is_loopback_address(address)) << address;
    }
}

} // namespace
} // namespace sallyport::access
