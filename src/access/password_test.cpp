// Proves what a password must be and what it need not, and that a hash opens to its password alone.
#include "access/password.hpp"
#include "base/limits.hpp"

#include <gtest/gtest.h>

namespace sallyport::access {
namespace {

constexpr PasswordCost cheap{.passes = 1, .memory_bytes = 8'192};

bool accepted(std::string_view password) {
    const Status status = check_password(secret_from_text(password), "anna.berg");
    if (!status.has_value()) {
        EXPECT_EQ(status.error().code(), ErrorCode::InvalidArgument);
        EXPECT_EQ(status.error().message().find(password), std::string::npos);
    }
    return status.has_value();
}

TEST(PasswordRules, TwelveCharactersAreEnoughWhateverTheyAre) {
    EXPECT_TRUE(accepted("quietriverst"));
    EXPECT_TRUE(accepted("four words and spaces"));
    EXPECT_TRUE(accepted("918273645546"));
    EXPECT_FALSE(accepted("quietrivers"));
    EXPECT_FALSE(accepted("Xy7$Xy7$"));
}

TEST(PasswordRules, CountCharactersNotBytes) {
    EXPECT_TRUE(accepted("überßtraßenö")); // 12 characters
    EXPECT_FALSE(accepted("überßtraßen")); // 11 characters, 14 bytes
    EXPECT_TRUE(accepted("日本語日本語日本語日本語"));
}

TEST(PasswordRules, RefuseBrokenUtf8AndEndlessOnes) {
    EXPECT_FALSE(accepted("abcdefghijkl\xFF"));
    EXPECT_FALSE(accepted("abcdefghijkl\xC3"));
    EXPECT_FALSE(accepted("abcdefghijkl\xC0\x80"));
    EXPECT_FALSE(accepted("\xE2\x28\xA1 abcdefghijkl"));
    EXPECT_TRUE(accepted(std::string(limits::password_bytes_max, 'q')));
    EXPECT_FALSE(accepted(std::string(limits::password_bytes_max + 1, 'q')));
}

TEST(PasswordRules, RefuseTheCommonestAndTheUserName) {
    for (const char* password :
         {"password1234", "PassWord1234", "123456789012", "administrator", "qwerty123456"}) {
        EXPECT_FALSE(accepted(password)) << password;
    }
    EXPECT_FALSE(check_password(secret_from_text("Long.User.Name"), "long.user.name").has_value());
}

TEST(PasswordHashes, OpenToTheirPasswordAlone) {
    SeededRandom random(1);
    const SecretBytes password = secret_from_text("quiet river stones");
    const PasswordHash hash = hash_password(password, cheap, random).value();
    EXPECT_EQ(hash.cost, cheap);
    EXPECT_TRUE(password_matches(password, hash).value());
    EXPECT_FALSE(password_matches(secret_from_text("quiet river stoneS"), hash).value());
    EXPECT_FALSE(password_matches(secret_from_text("quiet river stone"), hash).value());
    EXPECT_FALSE(password_matches({}, hash).value());
    // The same password again has another salt.
    EXPECT_NE(hash_password(password, cheap, random).value().hash, hash.hash);
}

TEST(PasswordHashes, DependOnTheStoredParameters) {
    SeededRandom random(1);
    const SecretBytes password = secret_from_text("quiet river stones");
    PasswordHash hash = hash_password(password, cheap, random).value();
    hash.cost.passes = 2;
    EXPECT_FALSE(password_matches(password, hash).value());
    hash.cost.memory_bytes = 1; // below what Argon2id allows: an answer, not a crash
    EXPECT_EQ(password_matches(password, hash).error().code(), ErrorCode::NotReady);
}

TEST(PasswordHashes, OfTheDefaultCostWork) {
    SeededRandom random(1);
    const SecretBytes password = secret_from_text("quiet river stones");
    const PasswordHash hash = hash_password(password, {}, random).value();
    EXPECT_EQ(hash.cost.memory_bytes, 256U << 20U);
    EXPECT_TRUE(password_matches(password, hash).value());
}

} // namespace
} // namespace sallyport::access
