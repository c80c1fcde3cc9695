// Accounts in memory, for tests. Counts its calls, so that a test can see that all refusals cost
// the same. Safe from any thread.
#pragma once

#include "access/account_store.hpp"

#include <map>
#include <mutex>

namespace sallyport::access::testing {

class MemoryAccountStore final : public AccountStore {
public:
    [[nodiscard]] Result<std::optional<Account>> find(const domain::AccountId& id) override;
    [[nodiscard]] Result<std::optional<Account>> find_by_name(std::string_view user_name) override;
    [[nodiscard]] Result<std::optional<Account>> find_by_invitation(const InvitationDigest& digest
    ) override;
    [[nodiscard]] Result<std::vector<Account>> list() override;
    [[nodiscard]] Status add(const Account& account) override;
    [[nodiscard]] Status update(const Account& account) override;

    struct Calls {
        int reads = 0;
        int writes = 0;
        bool operator==(const Calls&) const = default;
    };
    [[nodiscard]] Calls calls();

private:
    template <class Matches>
    [[nodiscard]] std::optional<Account> find_if(Matches matches);

    std::mutex mutex_;
    std::map<domain::AccountId, Account> accounts_;
    Calls calls_;
};

} // namespace sallyport::access::testing
