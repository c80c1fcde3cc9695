#include "access/password.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <optional>
#include <sodium.h>
#include <span>
#include <string>

namespace sallyport::access {

namespace {

// The commonest of those that are long enough, in lower case. Shorter ones need no list.
constexpr std::array<std::string_view, 48> commonest{
    "000000000000",     "111111111111",   "112233445566",   "121212121212",
    "123123123123",     "123456123456",   "1234567890123",  "123456789012",
    "1234567890qwerty", "123456789abc",   "123456789qwe",   "1234567890ab",
    "123qweasdzxc",     "147258369147",   "1q2w3e4r5t6y",   "1q2w3e4r5t6y7u8i",
    "1qaz2wsx3edc",     "1qazxsw23edc",   "987654321012",   "aaaaaaaaaaaa",
    "abc123abc123",     "abcd12345678",   "abcdefghijkl",   "abcdefgh1234",
    "administrator",    "administrator1", "asdfghjkl123",   "changemechangeme",
    "changeme1234",     "iloveyou1234",   "letmeinletmein", "letmein12345",
    "password1234",     "password12345",  "password123456", "password@123",
    "passwordpassword", "passw0rd1234",   "p@ssw0rd1234",   "q1w2e3r4t5y6",
    "qazwsxedcrfv",     "qwerty123456",   "qwertyuiop12",   "qwertyuiop123",
    "qwertyuiopasdf",   "welcome12345",   "welcomewelcome", "zxcvbnmasdfgh",
};

// ASCII alone: enough for the list and for user names.
WipedVector<char> lower_case(const SecretBytes& password) {
    WipedVector<char> lower;
    lower.reserve(password.size());
    for (const std::uint8_t byte : password) {
        const bool capital = byte >= 'A' && byte <= 'Z';
        lower.push_back(static_cast<char>(capital ? byte + ('a' - 'A') : byte));
    }
    return lower;
}

// Bytes that follow the first of a character, or -1 for a byte that cannot be first.
int bytes_following(std::uint8_t first) {
    if (first < 0x80) {
        return 0;
    }
    if (first >= 0xC2 && first < 0xE0) {
        return 1;
    }
    if (first >= 0xE0 && first < 0xF0) {
        return 2;
    }
    return first >= 0xF0 && first < 0xF5 ? 3 : -1;
}

// Characters of UTF-8; nothing when it is broken.
std::optional<std::size_t> characters_of(const SecretBytes& text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) {
        const int following = bytes_following(text[at]);
        if (following < 0 || at + static_cast<std::size_t>(following) >= text.size()) {
            return std::nullopt;
        }
        ++at;
        for (int left = following; left > 0; --left, ++at) {
            if ((text[at] & 0xC0U) != 0x80U) {
                return std::nullopt;
            }
        }
    }
    return count;
}

Status derive(
    const SecretBytes& password,
    const PasswordCost& cost,
    const std::array<std::uint8_t, 16>& salt,
    std::array<std::uint8_t, 32>& out
) {
    static_assert(crypto_pwhash_SALTBYTES == 16);
    // An empty vector may have no address at all, and libsodium asks for one.
    const char* text = password.empty() ? "" : reinterpret_cast<const char*>(password.data());
    if (sodium_init() < 0 || crypto_pwhash(
                                 out.data(),
                                 out.size(),
                                 text,
                                 password.size(),
                                 salt.data(),
                                 cost.passes,
                                 cost.memory_bytes,
                                 crypto_pwhash_ALG_ARGON2ID13
                             ) != 0) {
        return fail(ErrorCode::NotReady, "libsodium cannot hash a password: not enough memory");
    }
    return {};
}

} // namespace

Status check_password(const SecretBytes& password, std::string_view user_name) {
    const auto refused = [](std::string text) {
        return fail(ErrorCode::InvalidArgument, std::move(text));
    };
    if (password.size() > limits::password_bytes_max) {
        return refused("the password is longer than the limit");
    }
    const std::optional<std::size_t> characters = characters_of(password);
    if (!characters) {
        return refused("the password is not UTF-8");
    }
    if (*characters < password_chars_min) {
        return refused("the password needs at least 12 characters");
    }
    const WipedVector<char> lower = lower_case(password);
    const std::string_view text(lower.data(), lower.size());
    if (std::ranges::find(commonest, text) != commonest.end()) {
        return refused("the password is one of the commonest");
    }
    if (text == user_name) {
        return refused("the password must not be the user name");
    }
    return {};
}

Result<PasswordHash>
hash_password(const SecretBytes& password, const PasswordCost& cost, Random& random) {
    PasswordHash made;
    made.cost = cost;
    random.fill(std::as_writable_bytes(std::span(made.salt)));
    SALLYPORT_CHECK(derive(password, cost, made.salt, made.hash));
    return made;
}

Result<bool> password_matches(const SecretBytes& password, const PasswordHash& expected) {
    std::array<std::uint8_t, 32> hash{};
    SALLYPORT_CHECK(derive(password, expected.cost, expected.salt, hash));
    return sodium_memcmp(hash.data(), expected.hash.data(), hash.size()) == 0;
}

SecretBytes secret_from_text(std::string_view text) {
    return {text.begin(), text.end()};
}

} // namespace sallyport::access
