#include "access/one_time_code.hpp"

#include <algorithm>
#include <array>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

namespace sallyport::access {

namespace {

constexpr std::uint32_t powers_of_ten[] = {
    1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000
};

// RFC 4648 without padding: authenticator apps want it so.
void append_base32(SecretBytes& out, const SecretBytes& bytes) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const std::uint8_t byte : bytes) {
        bits = (bits << 8U) | byte;
        held += 8;
        while (held >= 5) {
            held -= 5;
            out.push_back(static_cast<std::uint8_t>(letters[(bits >> held) & 31U]));
        }
    }
    if (held > 0) {
        out.push_back(static_cast<std::uint8_t>(letters[(bits << (5 - held)) & 31U]));
    }
}

} // namespace

std::int64_t code_step_of(Instant instant) {
    return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch() / code_step;
}

std::string one_time_code(const SecretBytes& secret, std::int64_t step, std::size_t digits) {
    std::array<std::uint8_t, 8> counter{};
    for (std::size_t at = 0; at < counter.size(); ++at) {
        counter[at] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(step) >> (56 - 8 * at));
    }
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> mac{};
    unsigned mac_bytes = 0;
    HMAC(
        EVP_sha1(),
        secret.data(),
        static_cast<int>(secret.size()),
        counter.data(),
        counter.size(),
        mac.data(),
        &mac_bytes
    );
    // RFC 4226, section 5.3: the last four bits say where the 31 bits of the code begin.
    const std::size_t at = mac[19] & 0x0FU;
    const std::uint32_t bits = (static_cast<std::uint32_t>(mac[at] & 0x7FU) << 24U) |
                               (static_cast<std::uint32_t>(mac[at + 1]) << 16U) |
                               (static_cast<std::uint32_t>(mac[at + 2]) << 8U) | mac[at + 3];
    digits = std::min(digits, std::size(powers_of_ten) - 1);
    std::string code = std::to_string(bits % powers_of_ten[digits]);
    code.insert(0, digits - code.size(), '0');
    return code;
}

std::optional<std::int64_t> matching_step(
    const SecretBytes& secret, std::string_view code, Instant now, std::int64_t used_step
) {
    // Longer or shorter texts are compared like others and cannot fit.
    std::array<char, code_digits> given{};
    std::copy_n(code.begin(), std::min(code.size(), given.size()), given.begin());
    const std::int64_t current = code_step_of(now);
    std::optional<std::int64_t> found;
    for (std::int64_t step = current - code_drift_steps; step <= current + code_drift_steps;
         ++step) {
        const std::string expected = one_time_code(secret, step);
        const bool equal = sodium_memcmp(expected.data(), given.data(), given.size()) == 0;
        if (equal && step > used_step && code.size() == code_digits) {
            found = step; // the latest, so that none of them opens again
        }
    }
    return found;
}

SecretBytes code_secret_link(const SecretBytes& secret, std::string_view user_name) {
    SecretBytes link;
    const auto append = [&link](std::string_view text) {
        link.insert(link.end(), text.begin(), text.end());
    };
    append("otpauth://totp/Sallyport:");
    append(user_name);
    append("?secret=");
    append_base32(link, secret);
    append("&issuer=Sallyport&algorithm=SHA1&digits=6&period=30");
    return link;
}

} // namespace sallyport::access
