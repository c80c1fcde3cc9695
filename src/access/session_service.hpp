// One-time tokens and the sessions they open. A token or session is 32 random bytes in base64url;
// the service keeps only their hashes, in memory, so a restart signs everybody out and a memory
// image opens nothing. Look-up is by hash, so its time says nothing about a stored secret. Lives
// run on the steady clock. Safe from any thread.
#pragma once

#include "access/roles.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sallyport::access {

inline constexpr std::chrono::hours session_life{12};
inline constexpr std::chrono::minutes minted_token_life{10};
inline constexpr std::size_t token_chars = 43; // 32 bytes in base64url without padding

struct NewSession {
    std::string session; // the secret, told once
    Role role = Role::None;
    Instant expires_at{};
};

struct Session {
    Role role = Role::None;
    SteadyInstant expires_at{};
};

class SessionService {
public:
    SessionService(Random& random, const Clock& clock) : random_(random), clock_(clock) {}
    SessionService(const SessionService&) = delete;
    SessionService& operator=(const SessionService&) = delete;

    // A token that waits until it is used: the one the start command shows. QueueFull beyond
    // limits::start_tokens_max unused tokens.
    [[nodiscard]] Result<std::string> make_start_token(Role role);
    // A token that must be used within minted_token_life; made for a further page or device.
    [[nodiscard]] Result<std::string> mint_token(Role role);
    // Uses the token up, whatever follows. Unauthenticated when it is unknown, used or too old;
    // QueueFull when limits::sessions_max sessions are open (the token is then kept).
    [[nodiscard]] Result<NewSession> redeem(std::string_view token);
    // Unauthenticated when there is no such session or it is over.
    [[nodiscard]] Result<Session> find(std::string_view session);
    void end(std::string_view session);

    [[nodiscard]] std::size_t sessions_open();
    [[nodiscard]] std::size_t tokens_waiting();

private:
    using Digest = std::array<std::uint8_t, 32>;
    struct DigestHash {
        std::size_t operator()(const Digest& digest) const noexcept;
    };
    struct Token {
        Role role = Role::None;
        std::optional<SteadyInstant> expires_at;
    };

    [[nodiscard]] static Digest digest_of(std::string_view secret);
    [[nodiscard]] std::string new_secret();
    [[nodiscard]] Result<std::string>
    make_token(Role role, std::optional<SteadyInstant> expires_at);
    void drop_expired(SteadyInstant now); // the mutex is held

    Random& random_;
    const Clock& clock_;
    std::mutex mutex_;
    std::unordered_map<Digest, Token, DigestHash> tokens_;
    std::unordered_map<Digest, Session, DigestHash> sessions_;
};

} // namespace sallyport::access
