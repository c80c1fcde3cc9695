// Passwords: the rules that one must keep to, and Argon2id hashes with the parameters they were
// made with. Hashing blocks its thread for about a second and takes 256 MB by default. Pure but for
// the salt; safe from any thread. Errors never say anything about the password.
#pragma once

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret_bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sallyport::access {

// Of Argon2id; the defaults are libsodium's "moderate".
struct PasswordCost {
    std::uint64_t passes = 3;
    std::size_t memory_bytes = 256U << 20U;
    bool operator==(const PasswordCost&) const = default;
};

struct PasswordHash {
    PasswordCost cost;
    std::array<std::uint8_t, 16> salt{};
    std::array<std::uint8_t, 32> hash{};
    bool operator==(const PasswordHash&) const = default;
};

inline constexpr std::size_t password_chars_min = 12;

// InvalidArgument for fewer than password_chars_min characters (code points), more than
// limits::password_bytes_max bytes, broken UTF-8, one of the commonest passwords, or the user name.
// Which characters it is made of does not matter.
[[nodiscard]] Status check_password(const SecretBytes& password, std::string_view user_name);

// NotReady when the memory that hashing takes is not to be had.
[[nodiscard]] Result<PasswordHash>
hash_password(const SecretBytes& password, const PasswordCost& cost, Random& random);

// Compared in constant time. NotReady as above.
[[nodiscard]] Result<bool>
password_matches(const SecretBytes& password, const PasswordHash& expected);

[[nodiscard]] SecretBytes secret_from_text(std::string_view text);

} // namespace sallyport::access
