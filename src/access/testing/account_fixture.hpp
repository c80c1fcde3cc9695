// Accounts over a store in memory, with cheap hashes and a clock that stands still.
#pragma once

#include "access/accounts.hpp"
#include "access/testing/memory_account_store.hpp"

#include <gtest/gtest.h>

namespace sallyport::access::testing {

class AccountTest : public ::testing::Test {
protected:
    static constexpr std::string_view password = "quiet river stones";

    static std::string_view text_of(const SecretBytes& bytes) {
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    // What the phone of this person shows now.
    std::string code_of(std::string_view user_name) {
        const Account account = store_.find_by_name(user_name).value().value();
        return one_time_code(account.code_secret, code_step_of(clock_.now()));
    }
    void accept(const NewInvitation& invitation, std::string_view user_name) {
        ASSERT_TRUE(
            accounts_
                ->accept_invitation(
                    text_of(invitation.secret), secret_from_text(password), code_of(user_name)
                )
                .has_value()
        );
        clock_.advance(code_step); // the code is used
    }
    domain::AccountId make_account(std::string_view user_name, Role role) {
        const NewInvitation invitation = accounts_->invite(user_name, role).value();
        accept(invitation, user_name);
        return invitation.id;
    }
    SignInAttempt attempt(std::string_view user_name, std::string_view with_password = password) {
        return SignInAttempt{
            .user_name = std::string(user_name),
            .password = secret_from_text(with_password),
            .code = code_of(user_name)
        };
    }

    SeededRandom random_{11};
    ManualClock clock_{Instant(std::chrono::seconds(1'800'000'000))};
    MemoryAccountStore store_;
    std::unique_ptr<Accounts> accounts_ =
        Accounts::open(store_, random_, clock_, {.passes = 1, .memory_bytes = 8'192}).value();
};

} // namespace sallyport::access::testing
