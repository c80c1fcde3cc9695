// Time-based one-time codes: RFC 6238 with HMAC-SHA-1, steps of 30 s and six digits, as every
// authenticator app has them. Pure functions; safe from any thread.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret_bytes.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::access {

inline constexpr std::chrono::seconds code_step{30};
inline constexpr int code_drift_steps = 1; // a phone's clock may be that much off, either way
inline constexpr std::size_t code_digits = 6;
inline constexpr std::size_t code_secret_bytes = 20; // RFC 4226, section 4, R6

// Steps of 30 s since 1970.
[[nodiscard]] std::int64_t code_step_of(Instant instant);

// The code of one step, with leading zeros. digits: 6 for people, 8 for the vectors of the RFC.
[[nodiscard]] std::string
one_time_code(const SecretBytes& secret, std::int64_t step, std::size_t digits = code_digits);

// The step that the code belongs to: now, or up to code_drift_steps before or after, and later than
// used_step, so that no code opens twice. Nothing when it fits none. Looks at every step in
// constant time, whatever fits.
[[nodiscard]] std::optional<std::int64_t> matching_step(
    const SecretBytes& secret, std::string_view code, Instant now, std::int64_t used_step
);

// "otpauth://totp/..." for the QR that an authenticator app reads; it contains the secret. The user
// name must be one that check_user_name accepts.
[[nodiscard]] SecretBytes code_secret_link(const SecretBytes& secret, std::string_view user_name);

} // namespace sallyport::access
