// Proves that a token opens one session and no second one, that lives end when they should and not
// before, that limits refuse instead of growing, and that the names of roles round-trip.
#include "access/session_service.hpp"
#include "base/limits.hpp"

#include <gtest/gtest.h>
#include <set>
#include <thread>
#include <vector>

namespace sallyport::access {
namespace {

using namespace std::chrono_literals;

class Sessions : public testing::Test {
protected:
    SeededRandom random_{7};
    ManualClock clock_{Instant(std::chrono::microseconds(1'700'000'000'000'000))};
    SessionService service_{random_, clock_};
};

TEST_F(Sessions, ATokenIsThirtyTwoBytesInBase64Url) {
    const std::string token = service_.make_start_token(Role::Operator).value();
    EXPECT_EQ(token.size(), token_chars);
    EXPECT_EQ(
        token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
        std::string::npos
    );
}

TEST_F(Sessions, TokensDifferFromEachOther) {
    std::set<std::string> tokens;
    for (int count = 0; count < 20; ++count) {
        tokens.insert(service_.mint_token(Role::Kiosk).value());
    }
    EXPECT_EQ(tokens.size(), 20U);
}

TEST_F(Sessions, ATokenOpensASessionOfItsRole) {
    const NewSession opened = service_.redeem(service_.mint_token(Role::Kiosk).value()).value();
    EXPECT_EQ(opened.role, Role::Kiosk);
    EXPECT_EQ(opened.expires_at, clock_.now() + session_life);
    EXPECT_EQ(service_.find(opened.session).value().role, Role::Kiosk);
}

TEST_F(Sessions, ATokenIsUsedUpByItsFirstUse) {
    const std::string token = service_.make_start_token(Role::Officer).value();
    ASSERT_TRUE(service_.redeem(token).has_value());
    EXPECT_EQ(service_.redeem(token).error().code(), ErrorCode::Unauthenticated);
}

TEST_F(Sessions, TheTokenIsNotTheSession) {
    const std::string token = service_.make_start_token(Role::Officer).value();
    const NewSession opened = service_.redeem(token).value();
    EXPECT_NE(opened.session, token);
    EXPECT_FALSE(service_.find(token).has_value());
    EXPECT_FALSE(service_.redeem(opened.session).has_value());
}

TEST_F(Sessions, AnUnknownTokenOpensNothing) {
    EXPECT_EQ(service_.redeem("").error().code(), ErrorCode::Unauthenticated);
    EXPECT_EQ(
        service_.redeem(std::string(token_chars, 'A')).error().code(), ErrorCode::Unauthenticated
    );
    EXPECT_EQ(service_.sessions_open(), 0U);
}

TEST_F(Sessions, ATokenThatIsCutShortOpensNothing) {
    const std::string token = service_.make_start_token(Role::Officer).value();
    EXPECT_FALSE(service_.redeem(token.substr(0, token.size() - 1)).has_value());
    EXPECT_FALSE(service_.redeem(token + "A").has_value());
    EXPECT_TRUE(service_.redeem(token).has_value());
}

TEST_F(Sessions, AMintedTokenDiesAfterTenMinutes) {
    const std::string early = service_.mint_token(Role::Kiosk).value();
    const std::string late = service_.mint_token(Role::Kiosk).value();
    clock_.advance(10min - 1us);
    EXPECT_TRUE(service_.redeem(early).has_value());
    clock_.advance(1us);
    EXPECT_EQ(service_.redeem(late).error().code(), ErrorCode::Unauthenticated);
}

TEST_F(Sessions, AStartTokenWaitsUntilItIsUsed) {
    const std::string token = service_.make_start_token(Role::Operator).value();
    clock_.advance(48h);
    EXPECT_TRUE(service_.redeem(token).has_value());
}

TEST_F(Sessions, ASessionEndsAfterTwelveHours) {
    const NewSession opened = service_.redeem(service_.mint_token(Role::Officer).value()).value();
    clock_.advance(12h - 1us);
    EXPECT_TRUE(service_.find(opened.session).has_value());
    clock_.advance(1us);
    EXPECT_EQ(service_.find(opened.session).error().code(), ErrorCode::Unauthenticated);
    EXPECT_EQ(service_.sessions_open(), 0U);
}

TEST_F(Sessions, AnEndedSessionIsOver) {
    const NewSession opened = service_.redeem(service_.mint_token(Role::Officer).value()).value();
    service_.end(opened.session);
    EXPECT_FALSE(service_.find(opened.session).has_value());
}

TEST_F(Sessions, TokensBeyondTheLimitAreRefused) {
    for (std::size_t count = 0; count < limits::start_tokens_max; ++count) {
        ASSERT_TRUE(service_.mint_token(Role::Kiosk).has_value());
    }
    EXPECT_EQ(service_.mint_token(Role::Kiosk).error().code(), ErrorCode::QueueFull);
    clock_.advance(minted_token_life);
    EXPECT_TRUE(service_.mint_token(Role::Kiosk).has_value());
    EXPECT_EQ(service_.tokens_waiting(), 1U);
}

TEST_F(Sessions, SessionsBeyondTheLimitAreRefusedAndTheTokenIsKept) {
    for (std::size_t count = 0; count < limits::sessions_max; ++count) {
        ASSERT_TRUE(service_.redeem(service_.mint_token(Role::Kiosk).value()).has_value());
    }
    const std::string token = service_.make_start_token(Role::Operator).value();
    EXPECT_EQ(service_.redeem(token).error().code(), ErrorCode::QueueFull);
    clock_.advance(session_life);
    EXPECT_TRUE(service_.redeem(token).has_value());
}

TEST_F(Sessions, NobodyGetsATokenWithoutARole) {
    EXPECT_EQ(service_.make_start_token(Role::None).error().code(), ErrorCode::InvalidArgument);
}

TEST_F(Sessions, OneTokenOpensOneSessionForManyThreads) {
    const std::string token = service_.make_start_token(Role::Operator).value();
    std::atomic<int> opened{0};
    {
        std::vector<std::jthread> threads;
        for (int count = 0; count < 8; ++count) {
            threads.emplace_back([&] {
                if (service_.redeem(token).has_value()) {
                    ++opened;
                }
            });
        }
    }
    EXPECT_EQ(opened.load(), 1);
}

TEST(Roles, NamesRoundTripAndNoneCannotSignIn) {
    for (const Role role : all_roles) {
        const Result<Role> read = role_from_name(role_name(role));
        EXPECT_EQ(read.has_value(), role != Role::None);
        if (read.has_value()) {
            EXPECT_EQ(*read, role);
        }
    }
    EXPECT_FALSE(role_from_name("admin").has_value());
    EXPECT_FALSE(role_from_name("").has_value());
}

TEST(Roles, ASetWithNoneIsOpenToEverybody) {
    constexpr RoleSet everybody{Role::None};
    constexpr RoleSet staff{Role::Operator, Role::Officer};
    for (const Role role : all_roles) {
        EXPECT_TRUE(everybody.allows(role));
    }
    EXPECT_TRUE(staff.allows(Role::Officer));
    EXPECT_FALSE(staff.allows(Role::Kiosk));
    EXPECT_FALSE(staff.allows(Role::None));
    EXPECT_FALSE(RoleSet{}.allows(Role::Operator));
}

} // namespace
} // namespace sallyport::access
