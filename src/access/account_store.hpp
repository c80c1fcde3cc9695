// Where accounts are kept: the port that storage implements. A store seals the name and the code
// secret (they are personal data and a key); look-ups by name go through a keyed hash. Every call
// is atomic and durable when it returns; any thread may call.
#pragma once

#include "access/password.hpp"
#include "access/roles.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret_bytes.hpp"
#include "domain/ids.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::access {

enum class AccountState {
    Invited, // no password yet, or a new one was ordered
    Active,
    Disabled, // signs in no more; kept because events name it
};
[[nodiscard]] std::string_view account_state_name(AccountState state);

using InvitationDigest = std::array<std::uint8_t, 32>;

// A link that is used once. Of the secret in it only the digest is kept.
struct Invitation {
    InvitationDigest digest{};
    Instant expires_at{};
    int failures = 0;
    bool operator==(const Invitation&) const = default;
};

struct Account {
    domain::AccountId id; // nil: the account that stands for every unknown name
    std::string user_name;
    Role role = Role::None;
    AccountState state = AccountState::Invited;
    PasswordHash password;
    SecretBytes code_secret;
    std::int64_t used_step = -1; // of the last code that was accepted
    int failures = 0;            // since the last sign-in
    std::optional<Instant> failed_at;
    std::optional<Instant> locked_until;
    std::optional<Invitation> invitation;
    Instant created_at{};
    std::uint64_t revision = 0; // counts the updates
};

class AccountStore {
public:
    virtual ~AccountStore() = default;
    [[nodiscard]] virtual Result<std::optional<Account>> find(const domain::AccountId& id) = 0;
    [[nodiscard]] virtual Result<std::optional<Account>> find_by_name(std::string_view user_name
    ) = 0;
    [[nodiscard]] virtual Result<std::optional<Account>>
    find_by_invitation(const InvitationDigest& digest) = 0;
    // By user name.
    [[nodiscard]] virtual Result<std::vector<Account>> list() = 0;
    // AlreadyExists when the id or the user name is taken.
    [[nodiscard]] virtual Status add(const Account& account) = 0;
    // Replaces the account of this id, whose stored revision must be that of `account`, and counts
    // the revision up. StateConflict when somebody else changed it, NotFound when there is none.
    [[nodiscard]] virtual Status update(const Account& account) = 0;
};

} // namespace sallyport::access
