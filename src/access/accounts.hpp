// People who sign in: user name, password and a code from their phone. There are no default
// passwords: an account begins with an invitation, a link that is good once, with which its owner
// sets both. Unknown name, wrong password, wrong code, disabled and locked account get the same
// answer at the same cost: one password hash, one code check, one write. Any thread may call;
// attempts wait for each other, because hashing takes memory, and beyond
// limits::sign_ins_waiting_max the answer is QueueFull.
#pragma once

#include "access/account_store.hpp"
#include "access/one_time_code.hpp"
#include "access/password.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::access {

inline constexpr std::chrono::hours invitation_life{24};
// Failures that cost nothing; then each doubles the wait, from the first to the longest.
inline constexpr int failures_free = 4;
inline constexpr std::chrono::seconds lock_first{30};
inline constexpr std::chrono::hours lock_longest{1};
// How long an account waits after so many failures.
[[nodiscard]] std::chrono::seconds lock_after(int failures);

// The roles that people have; a kiosk and a carrier are devices and systems.
[[nodiscard]] bool is_role_of_people(Role role);
// InvalidArgument unless 2 to limits::user_name_chars_max of a-z, 0-9, dot, hyphen, underscore.
[[nodiscard]] Status check_user_name(std::string_view user_name);

struct SignInAttempt {
    std::string user_name; // any case
    SecretBytes password;
    std::string code;
};
struct SignedIn {
    domain::AccountId id;
    Role role = Role::None;
};

struct NewInvitation {
    domain::AccountId id;
    SecretBytes secret; // in base64url; told once, kept by nobody
    Instant expires_at{};
};
// "/invitation#...": the secret stands in the fragment, which browsers send to no server.
[[nodiscard]] SecretBytes invitation_path(const NewInvitation& invitation);

// What the invited person's page shows.
struct OpenedInvitation {
    std::string user_name;
    Role role = Role::None;
    SecretBytes code_link; // for the QR: the secret of the codes
};

// What lists show: nothing that opens anything.
struct AccountSummary {
    domain::AccountId id;
    std::string user_name;
    Role role = Role::None;
    AccountState state = AccountState::Invited;
    Instant created_at{};
};

class Accounts {
public:
    // The store must outlive it. Makes the account that stands for unknown names, if there is none.
    [[nodiscard]] static Result<std::unique_ptr<Accounts>>
    open(AccountStore& store, Random& random, const Clock& clock, const PasswordCost& cost = {});
    Accounts(const Accounts&) = delete;
    Accounts& operator=(const Accounts&) = delete;

    // InvalidArgument for a bad name or a role that people do not have, AlreadyExists.
    [[nodiscard]] Result<NewInvitation> invite(std::string_view user_name, Role role);
    // A new link for somebody who lost phone, password or link: password and codes so far are void.
    // NotFound; StateConflict for a disabled account.
    [[nodiscard]] Result<NewInvitation> invite_again(const domain::AccountId& id);
    [[nodiscard]] Status disable(const domain::AccountId& id);
    [[nodiscard]] Result<std::vector<AccountSummary>> list();

    // Unauthenticated when the link is unknown, used or too old. Can be opened again until
    // accepted.
    [[nodiscard]] Result<OpenedInvitation> open_invitation(std::string_view secret);
    // Sets the password and proves that the phone shows the right codes; uses the link up.
    // InvalidArgument by the rules of check_password; Unauthenticated for a wrong code, and after
    // limits::invitation_failures_max of them the link is void.
    [[nodiscard]] Status
    accept_invitation(std::string_view secret, const SecretBytes& password, std::string_view code);

    // Unauthenticated, always with the same sentence; QueueFull; NotReady without memory.
    [[nodiscard]] Result<SignedIn> sign_in(const SignInAttempt& attempt);
    // Signs in with the old password, then sets the new one. InvalidArgument by check_password.
    [[nodiscard]] Status
    change_password(const SignInAttempt& attempt, const SecretBytes& new_password);

private:
    Accounts(AccountStore& store, Random& random, const Clock& clock, const PasswordCost& cost)
        : store_(store), random_(random), clock_(clock), cost_(cost) {}

    [[nodiscard]] Status make_stand_in();
    [[nodiscard]] Result<NewInvitation> renew_invitation(Account& account);
    [[nodiscard]] Result<Account> invited_account(std::string_view secret);
    [[nodiscard]] Result<Account> check_attempt(const SignInAttempt& attempt);
    [[nodiscard]] SecretBytes random_secret(std::size_t bytes);

    AccountStore& store_;
    Random& random_;
    const Clock& clock_;
    PasswordCost cost_;
    std::mutex mutex_; // one hash at a time
    std::atomic<std::size_t> waiting_{0};
};

} // namespace sallyport::access
