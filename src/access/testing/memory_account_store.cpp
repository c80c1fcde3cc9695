#include "access/testing/memory_account_store.hpp"

#include <algorithm>

namespace sallyport::access::testing {

template <class Matches>
std::optional<Account> MemoryAccountStore::find_if(Matches matches) {
    const std::lock_guard lock(mutex_);
    ++calls_.reads;
    const auto found =
        std::ranges::find_if(accounts_, [&](const auto& entry) { return matches(entry.second); });
    return found == accounts_.end() ? std::nullopt : std::optional(found->second);
}

Result<std::optional<Account>> MemoryAccountStore::find(const domain::AccountId& id) {
    return find_if([&](const Account& account) { return account.id == id; });
}

Result<std::optional<Account>> MemoryAccountStore::find_by_name(std::string_view user_name) {
    return find_if([&](const Account& account) { return account.user_name == user_name; });
}

Result<std::optional<Account>> MemoryAccountStore::find_by_invitation(const InvitationDigest& digest
) {
    return find_if([&](const Account& account) {
        return account.invitation && account.invitation->digest == digest;
    });
}

Result<std::vector<Account>> MemoryAccountStore::list() {
    const std::lock_guard lock(mutex_);
    std::vector<Account> accounts;
    for (const auto& [id, account] : accounts_) {
        accounts.push_back(account);
    }
    std::ranges::sort(accounts, {}, &Account::user_name);
    return accounts;
}

Status MemoryAccountStore::add(const Account& account) {
    const std::lock_guard lock(mutex_);
    const bool taken = std::ranges::any_of(accounts_, [&](const auto& entry) {
        return entry.first == account.id || entry.second.user_name == account.user_name;
    });
    if (taken) {
        return fail(ErrorCode::AlreadyExists, "there is an account of this name");
    }
    ++calls_.writes;
    accounts_.emplace(account.id, account);
    return {};
}

Status MemoryAccountStore::update(const Account& account) {
    const std::lock_guard lock(mutex_);
    const auto found = accounts_.find(account.id);
    if (found == accounts_.end()) {
        return fail(ErrorCode::NotFound, "there is no such account");
    }
    if (found->second.revision != account.revision) {
        return fail(ErrorCode::StateConflict, "somebody else changed the account");
    }
    ++calls_.writes;
    found->second = account;
    ++found->second.revision;
    return {};
}

MemoryAccountStore::Calls MemoryAccountStore::calls() {
    const std::lock_guard lock(mutex_);
    return calls_;
}

} // namespace sallyport::access::testing
