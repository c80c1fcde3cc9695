#include "access/session_service.hpp"

#include "base/limits.hpp"

#include <cstring>
#include <sodium.h>

namespace sallyport::access {

std::size_t SessionService::DigestHash::operator()(const Digest& digest) const noexcept {
    std::size_t value = 0;
    std::memcpy(&value, digest.data(), sizeof value);
    return value;
}

SessionService::Digest SessionService::digest_of(std::string_view secret) {
    Digest digest{};
    crypto_generichash(
        digest.data(),
        digest.size(),
        reinterpret_cast<const unsigned char*>(secret.data()),
        secret.size(),
        nullptr,
        0
    );
    return digest;
}

std::string SessionService::new_secret() {
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::array<std::byte, 32> bytes{};
    random_.fill(bytes);
    std::array<char, sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING)> text{
    };
    sodium_bin2base64(
        text.data(),
        text.size(),
        reinterpret_cast<const unsigned char*>(bytes.data()),
        bytes.size(),
        variant
    );
    std::string secret(text.data());
    sodium_memzero(bytes.data(), bytes.size());
    sodium_memzero(text.data(), text.size());
    return secret;
}

void SessionService::drop_expired(SteadyInstant now) {
    std::erase_if(tokens_, [&](const auto& entry) {
        return entry.second.expires_at.has_value() && *entry.second.expires_at <= now;
    });
    std::erase_if(sessions_, [&](const auto& entry) { return entry.second.expires_at <= now; });
}

Result<std::string> SessionService::make_token(Role role, std::optional<SteadyInstant> expires_at) {
    if (role == Role::None) {
        return fail(ErrorCode::InvalidArgument, "a token needs a role");
    }
    const std::lock_guard lock(mutex_);
    drop_expired(clock_.steady_now());
    if (tokens_.size() >= limits::start_tokens_max) {
        return fail(ErrorCode::QueueFull, "too many sign-in tokens wait to be used");
    }
    std::string secret = new_secret();
    tokens_.emplace(digest_of(secret), Token{.role = role, .expires_at = expires_at});
    return secret;
}

Result<std::string> SessionService::make_start_token(Role role) {
    return make_token(role, std::nullopt);
}

Result<std::string> SessionService::mint_token(Role role) {
    return make_token(role, clock_.steady_now() + minted_token_life);
}

Result<NewSession> SessionService::redeem(std::string_view token) {
    const std::lock_guard lock(mutex_);
    const SteadyInstant now = clock_.steady_now();
    drop_expired(now);
    const auto found = tokens_.find(digest_of(token));
    if (found == tokens_.end()) {
        return fail(ErrorCode::Unauthenticated, "the token is unknown, used or too old");
    }
    if (sessions_.size() >= limits::sessions_max) {
        return fail(ErrorCode::QueueFull, "too many sessions are open");
    }
    const Role role = found->second.role;
    tokens_.erase(found);
    NewSession opened{
        .session = new_secret(), .role = role, .expires_at = clock_.now() + session_life
    };
    sessions_.emplace(
        digest_of(opened.session), Session{.role = role, .expires_at = now + session_life}
    );
    return opened;
}

Result<Session> SessionService::find(std::string_view session) {
    const Digest digest = digest_of(session);
    const std::lock_guard lock(mutex_);
    const auto found = sessions_.find(digest);
    if (found == sessions_.end()) {
        return fail(ErrorCode::Unauthenticated, "sign in first");
    }
    if (found->second.expires_at <= clock_.steady_now()) {
        sessions_.erase(found);
        return fail(ErrorCode::Unauthenticated, "the session is over; sign in again");
    }
    return found->second;
}

void SessionService::end(std::string_view session) {
    const Digest digest = digest_of(session);
    const std::lock_guard lock(mutex_);
    sessions_.erase(digest);
}

std::size_t SessionService::sessions_open() {
    const std::lock_guard lock(mutex_);
    drop_expired(clock_.steady_now());
    return sessions_.size();
}

std::size_t SessionService::tokens_waiting() {
    const std::lock_guard lock(mutex_);
    drop_expired(clock_.steady_now());
    return tokens_.size();
}

} // namespace sallyport::access
