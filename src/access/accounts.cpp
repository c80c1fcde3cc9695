#include "access/accounts.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <sodium.h>
#include <span>

namespace sallyport::access {

namespace {

constexpr std::size_t invitation_secret_bytes = 32;
constexpr std::string_view sign_in_refused =
    "user name, password or code is wrong, or the account waits after failed attempts";
constexpr std::string_view invitation_refused = "the invitation is unknown, used or too old";

InvitationDigest digest_of(std::string_view secret) {
    InvitationDigest digest{};
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

SecretBytes base64url(const SecretBytes& bytes) {
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    WipedVector<char> text(sodium_base64_encoded_len(bytes.size(), variant));
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
    return {text.begin(), text.end() - 1}; // without the final zero
}

std::string lower_name(std::string_view name) {
    std::string lower(name.substr(0, limits::user_name_chars_max + 1));
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    return lower;
}

// A clock set back must not lock an account for as long as it was set back: the wait then starts
// anew from now.
void mend_lock(Account& account, Instant now) {
    if (account.locked_until && account.failed_at && now < *account.failed_at) {
        account.failed_at = now;
        account.locked_until = now + lock_after(account.failures);
    }
}

bool is_locked(const Account& account, Instant now) {
    return account.locked_until && now < *account.locked_until;
}

void count_failure(Account& account, Instant now) {
    account.failures = std::min(account.failures + 1, 1'000);
    account.failed_at = now;
    const std::chrono::seconds wait = lock_after(account.failures);
    account.locked_until = wait.count() > 0 ? std::optional(now + wait) : std::nullopt;
}

// Counts who is in or before the mutex, so that attempts cannot pile up.
class Turn {
public:
    explicit Turn(std::atomic<std::size_t>& waiting) : waiting_(waiting) {
        admitted_ = waiting_.fetch_add(1) < limits::sign_ins_waiting_max;
    }
    ~Turn() { waiting_.fetch_sub(1); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    [[nodiscard]] Status check() const {
        if (!admitted_) {
            return fail(ErrorCode::QueueFull, "too many people sign in at once; try again");
        }
        return {};
    }

private:
    std::atomic<std::size_t>& waiting_;
    bool admitted_ = false;
};

} // namespace

std::string_view account_state_name(AccountState state) {
    switch (state) {
    case AccountState::Invited:
        return "invited";
    case AccountState::Active:
        return "active";
    case AccountState::Disabled:
        return "disabled";
    }
    return "disabled";
}

std::chrono::seconds lock_after(int failures) {
    if (failures <= failures_free) {
        return std::chrono::seconds(0);
    }
    std::chrono::seconds wait = lock_first;
    for (int count = failures_free + 1; count < failures && wait < lock_longest; ++count) {
        wait *= 2;
    }
    return std::min<std::chrono::seconds>(wait, lock_longest);
}

bool is_role_of_people(Role role) {
    return role != Role::None && role != Role::Kiosk && role != Role::Carrier;
}

Status check_user_name(std::string_view user_name) {
    const bool good_letters = user_name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_"
                              ) == std::string_view::npos;
    if (user_name.size() < 2 || user_name.size() > limits::user_name_chars_max || !good_letters) {
        return fail(
            ErrorCode::InvalidArgument,
            "a user name has 2 to 64 lower-case letters, digits, dots, hyphens or underscores"
        );
    }
    return {};
}

SecretBytes invitation_path(const NewInvitation& invitation) {
    SecretBytes path = secret_from_text("/invitation#");
    path.insert(path.end(), invitation.secret.begin(), invitation.secret.end());
    return path;
}

Result<std::unique_ptr<Accounts>>
Accounts::open(AccountStore& store, Random& random, const Clock& clock, const PasswordCost& cost) {
    if (sodium_init() < 0) {
        return fail(ErrorCode::NotReady, "libsodium does not start");
    }
    std::unique_ptr<Accounts> accounts(new Accounts(store, random, clock, cost));
    SALLYPORT_CHECK(accounts->make_stand_in());
    return accounts;
}

SecretBytes Accounts::random_secret(std::size_t bytes) {
    SecretBytes secret(bytes);
    random_.fill(std::as_writable_bytes(std::span(secret)));
    return secret;
}

// Attempts for unknown names are checked against this account and counted on it, so that they cost
// the same as others. Its hash is random bytes that no password gives, and it is disabled.
Status Accounts::make_stand_in() {
    SALLYPORT_TRY(std::optional<Account> found, store_.find(domain::AccountId{}));
    if (found.has_value()) {
        if (found->password.cost == cost_) {
            return {};
        }
        found->password.cost = cost_;
        return store_.update(*found);
    }
    Account stand_in;
    stand_in.state = AccountState::Disabled;
    stand_in.password.cost = cost_;
    random_.fill(std::as_writable_bytes(std::span(stand_in.password.salt)));
    random_.fill(std::as_writable_bytes(std::span(stand_in.password.hash)));
    stand_in.code_secret = random_secret(code_secret_bytes);
    stand_in.created_at = clock_.now();
    return store_.add(stand_in);
}

Result<NewInvitation> Accounts::renew_invitation(Account& account) {
    NewInvitation made;
    made.id = account.id;
    made.secret = base64url(random_secret(invitation_secret_bytes));
    made.expires_at = clock_.now() + invitation_life;
    const std::string_view text(
        reinterpret_cast<const char*>(made.secret.data()), made.secret.size()
    );
    account.state = AccountState::Invited;
    // What opened the account before opens it no more; the stand-in's cost stays the account's.
    account.password.cost = cost_;
    random_.fill(std::as_writable_bytes(std::span(account.password.salt)));
    random_.fill(std::as_writable_bytes(std::span(account.password.hash)));
    account.code_secret = random_secret(code_secret_bytes);
    account.used_step = -1;
    account.failures = 0;
    account.failed_at.reset();
    account.locked_until.reset();
    account.invitation =
        Invitation{.digest = digest_of(text), .expires_at = made.expires_at, .failures = 0};
    return made;
}

Result<NewInvitation> Accounts::invite(std::string_view user_name, Role role) {
    SALLYPORT_CHECK(check_user_name(user_name));
    if (!is_role_of_people(role)) {
        return fail(ErrorCode::InvalidArgument, "people do not have this role");
    }
    const std::lock_guard lock(mutex_);
    Account account;
    account.id = domain::AccountId::random(random_);
    account.user_name = user_name;
    account.role = role;
    account.created_at = clock_.now();
    SALLYPORT_TRY(NewInvitation made, renew_invitation(account));
    SALLYPORT_CHECK(store_.add(account));
    return made;
}

Result<NewInvitation> Accounts::invite_again(const domain::AccountId& id) {
    const std::lock_guard lock(mutex_);
    SALLYPORT_TRY(std::optional<Account> account, store_.find(id));
    if (!account || id.is_nil()) {
        return fail(ErrorCode::NotFound, "there is no such account");
    }
    if (account->state == AccountState::Disabled) {
        return fail(ErrorCode::StateConflict, "the account is disabled");
    }
    SALLYPORT_TRY(NewInvitation made, renew_invitation(*account));
    SALLYPORT_CHECK(store_.update(*account));
    return made;
}

Status Accounts::disable(const domain::AccountId& id) {
    const std::lock_guard lock(mutex_);
    SALLYPORT_TRY(std::optional<Account> account, store_.find(id));
    if (!account || id.is_nil()) {
        return fail(ErrorCode::NotFound, "there is no such account");
    }
    account->state = AccountState::Disabled;
    account->invitation.reset();
    return store_.update(*account);
}

Result<std::vector<AccountSummary>> Accounts::list() {
    SALLYPORT_TRY(const std::vector<Account> accounts, store_.list());
    std::vector<AccountSummary> summaries;
    for (const Account& account : accounts) {
        if (!account.id.is_nil()) {
            summaries.push_back(
                {.id = account.id,
                 .user_name = account.user_name,
                 .role = account.role,
                 .state = account.state,
                 .created_at = account.created_at}
            );
        }
    }
    return summaries;
}

Result<Account> Accounts::invited_account(std::string_view secret) {
    SALLYPORT_TRY(std::optional<Account> account, store_.find_by_invitation(digest_of(secret)));
    if (!account || account->state != AccountState::Invited || !account->invitation ||
        account->invitation->failures >= limits::invitation_failures_max ||
        account->invitation->expires_at <= clock_.now()) {
        return fail(ErrorCode::Unauthenticated, std::string(invitation_refused));
    }
    return *std::move(account);
}

Result<OpenedInvitation> Accounts::open_invitation(std::string_view secret) {
    SALLYPORT_TRY(const Account account, invited_account(secret));
    return OpenedInvitation{
        .user_name = account.user_name,
        .role = account.role,
        .code_link = code_secret_link(account.code_secret, account.user_name)
    };
}

Status Accounts::accept_invitation(
    std::string_view secret, const SecretBytes& password, std::string_view code
) {
    const Turn turn(waiting_);
    SALLYPORT_CHECK(turn.check());
    const std::lock_guard lock(mutex_);
    SALLYPORT_TRY(Account account, invited_account(secret));
    SALLYPORT_CHECK(check_password(password, account.user_name));
    const auto step = matching_step(account.code_secret, code, clock_.now(), account.used_step);
    if (!step) {
        ++account.invitation->failures;
        SALLYPORT_CHECK(store_.update(account));
        return fail(ErrorCode::Unauthenticated, "the code is not the one of this invitation");
    }
    SALLYPORT_TRY(account.password, hash_password(password, cost_, random_));
    account.used_step = *step;
    account.invitation.reset();
    account.state = AccountState::Active;
    return store_.update(account);
}

// The mutex is held. Looks at everything before it decides anything.
Result<Account> Accounts::check_attempt(const SignInAttempt& attempt) {
    const Instant now = clock_.now();
    const std::string name = lower_name(attempt.user_name);
    const bool well_formed = check_user_name(name).has_value();
    SALLYPORT_TRY(
        std::optional<Account> found, store_.find_by_name(well_formed ? std::string_view(name) : "")
    );
    // Fetched always, so that an unknown name costs no look-up more than a known one.
    SALLYPORT_TRY(std::optional<Account> stand_in, store_.find(domain::AccountId{}));
    if (!stand_in) {
        return fail(ErrorCode::Internal, "the account for unknown names is gone");
    }
    const bool known = found && !found->id.is_nil();
    Account account = known ? *std::move(found) : *std::move(stand_in);
    mend_lock(account, now);
    const bool open = known && account.state == AccountState::Active && !is_locked(account, now);
    const bool fits = attempt.password.size() <= limits::password_bytes_max;
    SALLYPORT_TRY(
        const bool password_right,
        password_matches(fits ? attempt.password : SecretBytes{}, account.password)
    );
    const auto step = matching_step(account.code_secret, attempt.code, now, account.used_step);
    if (open && fits && password_right && step) {
        account.used_step = *step;
        account.failures = 0;
        account.failed_at.reset();
        account.locked_until.reset();
        SALLYPORT_CHECK(store_.update(account));
        ++account.revision; // as the store counts it
        return account;
    }
    // Attempts while the account waits are not judged and do not make it wait longer: otherwise
    // anybody could keep its owner out for ever.
    if (!is_locked(account, now)) {
        count_failure(account, now);
    }
    SALLYPORT_CHECK(store_.update(account));
    return fail(ErrorCode::Unauthenticated, std::string(sign_in_refused));
}

Result<SignedIn> Accounts::sign_in(const SignInAttempt& attempt) {
    const Turn turn(waiting_);
    SALLYPORT_CHECK(turn.check());
    const std::lock_guard lock(mutex_);
    SALLYPORT_TRY(Account account, check_attempt(attempt));
    if (account.password.cost != cost_) {
        // The password is at hand only now: bring its hash to the cost that others have.
        SALLYPORT_TRY(account.password, hash_password(attempt.password, cost_, random_));
        SALLYPORT_CHECK(store_.update(account));
    }
    return SignedIn{.id = account.id, .role = account.role};
}

Status Accounts::change_password(const SignInAttempt& attempt, const SecretBytes& new_password) {
    const Turn turn(waiting_);
    SALLYPORT_CHECK(turn.check());
    const std::lock_guard lock(mutex_);
    SALLYPORT_CHECK(check_password(new_password, lower_name(attempt.user_name)));
    SALLYPORT_TRY(Account account, check_attempt(attempt));
    SALLYPORT_TRY(account.password, hash_password(new_password, cost_, random_));
    return store_.update(account);
}

} // namespace sallyport::access
