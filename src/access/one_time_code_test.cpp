// Proves the codes against the vectors of RFC 6238 and RFC 4226, how far a clock may be off, and
// that no code opens twice.
#include "access/one_time_code.hpp"
#include "access/password.hpp"

#include <gtest/gtest.h>

namespace sallyport::access {
namespace {

const SecretBytes rfc_secret = secret_from_text("12345678901234567890");

Instant at_second(std::int64_t second) {
    return Instant(std::chrono::seconds(second));
}

TEST(OneTimeCodes, AreThoseOfRfc6238AppendixB) {
    struct Vector {
        std::int64_t second;
        std::string_view code;
    };
    for (const Vector& vector :
         {Vector{59, "94287082"},
          Vector{1111111109, "07081804"},
          Vector{1111111111, "14050471"},
          Vector{1234567890, "89005924"},
          Vector{2000000000, "69279037"},
          Vector{20000000000, "65353130"}}) {
        const std::int64_t step = code_step_of(at_second(vector.second));
        EXPECT_EQ(one_time_code(rfc_secret, step, 8), vector.code);
        EXPECT_EQ(one_time_code(rfc_secret, step), vector.code.substr(2));
    }
}

TEST(OneTimeCodes, AreThoseOfRfc4226AppendixD) {
    constexpr std::string_view codes[] = {
        "755224",
        "287082",
        "359152",
        "969429",
        "338314",
        "254676",
        "287922",
        "162583",
        "399871",
        "520489"
    };
    for (std::int64_t count = 0; count < 10; ++count) {
        EXPECT_EQ(one_time_code(rfc_secret, count), codes[count]);
    }
}

TEST(OneTimeCodes, MayBeOneStepOff) {
    const Instant now = at_second(1'000'000'005);
    const std::int64_t step = code_step_of(now);
    for (const int off : {-2, -1, 0, 1, 2}) {
        const auto found =
            matching_step(rfc_secret, one_time_code(rfc_secret, step + off), now, -1);
        EXPECT_EQ(found.has_value(), off >= -1 && off <= 1) << off;
        if (found) {
            EXPECT_EQ(*found, step + off);
        }
    }
}

TEST(OneTimeCodes, OpenOnce) {
    const Instant now = at_second(1'000'000'005);
    const std::int64_t step = code_step_of(now);
    const std::string code = one_time_code(rfc_secret, step);
    EXPECT_FALSE(matching_step(rfc_secret, code, now, step).has_value());
    EXPECT_FALSE(
        matching_step(rfc_secret, one_time_code(rfc_secret, step - 1), now, step).has_value()
    );
    EXPECT_TRUE(
        matching_step(rfc_secret, one_time_code(rfc_secret, step + 1), now, step).has_value()
    );
}

TEST(OneTimeCodes, OfAnotherLengthOpenNothing) {
    const Instant now = at_second(1'000'000'005);
    const std::string code = one_time_code(rfc_secret, code_step_of(now));
    for (const std::string& wrong :
         {std::string(), code.substr(0, 5), code + "0", code + " ", " " + code, std::string(6, '\0')
         }) {
        EXPECT_FALSE(matching_step(rfc_secret, wrong, now, -1).has_value());
    }
}

TEST(OneTimeCodes, TheLinkCarriesTheSecretInBase32) {
    const SecretBytes link = code_secret_link(rfc_secret, "anna");
    EXPECT_EQ(
        std::string(link.begin(), link.end()),
        "otpauth://totp/Sallyport:anna?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Sallyport"
        "&algorithm=SHA1&digits=6&period=30"
    );
    // RFC 4648, section 10.
    const SecretBytes short_link = code_secret_link(secret_from_text("foob"), "anna");
    EXPECT_NE(
        std::string(short_link.begin(), short_link.end()).find("secret=MZXW6YQ&"), std::string::npos
    );
}

} // namespace
} // namespace sallyport::access
