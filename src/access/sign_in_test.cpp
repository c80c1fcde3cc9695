// Proves that signing in takes name, password and a fresh code, that whatever is wrong gets one
// answer at one cost, and that guessing has to wait longer and longer while the owner does not wait
// for ever.
#include "access/accounts.hpp"
#include "access/testing/account_fixture.hpp"
#include "base/limits.hpp"

#include <ctime>
#include <functional>
#include <thread>

namespace sallyport::access {
namespace {

using namespace std::chrono_literals;

class SigningIn : public testing::AccountTest {
protected:
    void SetUp() override { id_ = make_account("anna.berg", Role::Supervisor); }
    bool opens(const SignInAttempt& attempt) {
        const Result<SignedIn> signed_in = accounts_->sign_in(attempt);
        if (!signed_in.has_value()) {
            EXPECT_EQ(signed_in.error().code(), ErrorCode::Unauthenticated);
            messages_.push_back(signed_in.error().describe());
        }
        return signed_in.has_value();
    }
    bool opens_now() {
        clock_.advance(code_step);
        return opens(attempt("anna.berg"));
    }
    SignInAttempt wrong_password() { return attempt("anna.berg", "quiet river stone"); }
    SignInAttempt wrong_code() {
        SignInAttempt wrong = attempt("anna.berg");
        wrong.code = wrong.code == "123456" ? "123457" : "123456";
        return wrong;
    }
    SignInAttempt unknown_name() {
        SignInAttempt wrong = attempt("anna.berg");
        wrong.user_name = "bert";
        return wrong;
    }
    void fail_times(int count) {
        for (int done = 0; done < count; ++done) {
            ASSERT_FALSE(opens(wrong_password()));
        }
    }

    domain::AccountId id_;
    std::vector<std::string> messages_;
};

TEST_F(SigningIn, TakesNamePasswordAndCode) {
    const SignedIn signed_in = accounts_->sign_in(attempt("anna.berg")).value();
    EXPECT_EQ(signed_in.id, id_);
    EXPECT_EQ(signed_in.role, Role::Supervisor);
    clock_.advance(code_step);
    SignInAttempt capitals = attempt("anna.berg");
    capitals.user_name = "Anna.Berg";
    EXPECT_TRUE(opens(capitals));
}

TEST_F(SigningIn, GivesOneAnswerToWhateverIsWrong) {
    SignInAttempt endless = attempt("anna.berg");
    endless.password = SecretBytes(limits::password_bytes_max + 1, 'q');
    SignInAttempt odd_name = attempt("anna.berg");
    odd_name.user_name = std::string(10'000, 'x');
    SignInAttempt nobody = attempt("anna.berg");
    nobody.user_name.clear();
    for (const SignInAttempt& wrong :
         {wrong_password(), wrong_code(), unknown_name(), endless, odd_name, nobody}) {
        EXPECT_FALSE(opens(wrong));
    }
    fail_times(3);
    EXPECT_FALSE(opens(attempt("anna.berg"))); // locked by now, though all is right
    for (const std::string& message : messages_) {
        EXPECT_EQ(message, messages_.front());
        EXPECT_EQ(message.find("anna"), std::string::npos);
    }
}

TEST_F(SigningIn, ACodeOpensOnce) {
    const SignInAttempt once = attempt("anna.berg");
    EXPECT_TRUE(opens(once));
    EXPECT_FALSE(opens(once));
    EXPECT_TRUE(opens_now());
}

TEST_F(SigningIn, TheCodeOfAnEarlierStepDoesNotOpenAfterALaterOne) {
    const SignInAttempt early = attempt("anna.berg");
    EXPECT_TRUE(opens_now());
    EXPECT_FALSE(opens(early)); // still within the drift, but older than the last used one
}

TEST_F(SigningIn, TwoThreadsCannotUseOneCode) {
    const SignInAttempt once = attempt("anna.berg");
    std::atomic<int> opened{0};
    {
        std::vector<std::jthread> threads;
        for (int count = 0; count < 6; ++count) {
            threads.emplace_back([&] { opened += accounts_->sign_in(once).has_value() ? 1 : 0; });
        }
    }
    EXPECT_EQ(opened.load(), 1);
}

TEST_F(SigningIn, WaitsGrowFromThirtySecondsToAnHour) {
    EXPECT_EQ(lock_after(failures_free), 0s);
    EXPECT_EQ(lock_after(failures_free + 1), 30s);
    EXPECT_EQ(lock_after(failures_free + 2), 60s);
    EXPECT_EQ(lock_after(failures_free + 3), 120s);
    EXPECT_EQ(lock_after(failures_free + 8), 3600s);
    EXPECT_EQ(lock_after(1'000), 3600s);
    for (int count = 1; count < 40; ++count) {
        EXPECT_LE(lock_after(count), lock_after(count + 1));
    }
}

TEST_F(SigningIn, AFewMistakesCostNothing) {
    fail_times(failures_free);
    EXPECT_TRUE(opens(attempt("anna.berg")));
}

TEST_F(SigningIn, TheRightPasswordWaitsToo) {
    fail_times(failures_free + 1);
    EXPECT_FALSE(opens(attempt("anna.berg")));
    clock_.advance(lock_first - 1us);
    EXPECT_FALSE(opens(attempt("anna.berg")));
    clock_.advance(1us);
    EXPECT_TRUE(opens(attempt("anna.berg")));
}

TEST_F(SigningIn, AttemptsDuringTheWaitDoNotMakeItLonger) {
    fail_times(failures_free + 1);
    fail_times(50);
    clock_.advance(lock_first);
    EXPECT_TRUE(opens(attempt("anna.berg")));
}

TEST_F(SigningIn, TheNextFailureAfterAWaitWaitsTwiceAsLong) {
    fail_times(failures_free + 1);
    clock_.advance(lock_first);
    fail_times(1);
    clock_.advance(2 * lock_first - 1us);
    EXPECT_FALSE(opens(attempt("anna.berg")));
    clock_.advance(1us);
    EXPECT_TRUE(opens(attempt("anna.berg")));
    // Success forgets the failures.
    clock_.advance(code_step);
    fail_times(failures_free);
    EXPECT_TRUE(opens(attempt("anna.berg")));
}

TEST_F(SigningIn, AClockSetBackADayDoesNotLockForADay) {
    fail_times(failures_free + 1);
    clock_.advance(-24h);
    EXPECT_FALSE(opens(attempt("anna.berg")));
    clock_.advance(lock_first);
    // The codes of yesterday were not used: only steps up to that of the invitation are.
    Account account = store_.find_by_name("anna.berg").value().value();
    EXPECT_LE(*account.locked_until, clock_.now());
}

TEST_F(SigningIn, EveryRefusalCostsTheSameReadsAndWrites) {
    const auto cost_of = [&](const SignInAttempt& attempt) {
        const auto before = store_.calls();
        EXPECT_FALSE(opens(attempt));
        const auto after = store_.calls();
        return testing::MemoryAccountStore::Calls{
            .reads = after.reads - before.reads, .writes = after.writes - before.writes
        };
    };
    const auto expected = cost_of(wrong_password());
    EXPECT_EQ(expected.writes, 1);
    EXPECT_EQ(cost_of(wrong_code()), expected);
    EXPECT_EQ(cost_of(unknown_name()), expected);
    fail_times(5);
    EXPECT_EQ(cost_of(attempt("anna.berg")), expected); // locked
    ASSERT_TRUE(accounts_->disable(id_).has_value());
    EXPECT_EQ(cost_of(attempt("anna.berg")), expected);
}

// Processor time of this thread, so that other work on the machine does not count.
std::chrono::nanoseconds processor_time_of(const std::function<void()>& work) {
    const auto now = [] {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
    };
    auto best = std::chrono::nanoseconds::max();
    for (int run = 0; run < 5; ++run) {
        const auto before = now();
        work();
        best = std::min(best, now() - before);
    }
    return best;
}

TEST_F(SigningIn, EveryRefusalCostsTheSameTime) {
    // A hash of about 10 ms, so that a path without one would show.
    testing::MemoryAccountStore store;
    SeededRandom random(13);
    const auto accounts =
        Accounts::open(store, random, clock_, {.passes = 2, .memory_bytes = 8U << 20U}).value();
    const NewInvitation invitation = accounts->invite("anna.berg", Role::Officer).value();
    const auto code = [&] {
        return one_time_code(
            store.find_by_name("anna.berg").value()->code_secret, code_step_of(clock_.now())
        );
    };
    ASSERT_TRUE(
        accounts->accept_invitation(text_of(invitation.secret), secret_from_text(password), code())
            .has_value()
    );
    clock_.advance(code_step);
    const auto time_of = [&](std::string_view name, std::string_view with, const std::string& given
                         ) {
        const SignInAttempt attempt{
            .user_name = std::string(name), .password = secret_from_text(with), .code = given
        };
        return static_cast<double>(processor_time_of([&] {
                                       EXPECT_FALSE(accounts->sign_in(attempt).has_value());
                                   }).count());
    };
    const double wrong_code_time = time_of("anna.berg", password, "nocode");
    clock_.advance(2 * lock_longest);
    const double wrong_password_time = time_of("anna.berg", "quiet river stone", code());
    const double locked_time = time_of("anna.berg", password, code());
    const double unknown_time = time_of("bert", password, code());
    for (const double other : {wrong_password_time, locked_time, unknown_time}) {
        EXPECT_GT(other, wrong_code_time * 0.6);
        EXPECT_LT(other, wrong_code_time * 1.6);
    }
}

TEST_F(SigningIn, BringsAnOldHashToTheCostOfToday) {
    const PasswordCost cost{.passes = 2, .memory_bytes = 16'384};
    accounts_ = Accounts::open(store_, random_, clock_, cost).value();
    EXPECT_TRUE(opens(attempt("anna.berg")));
    EXPECT_EQ(store_.find_by_name("anna.berg").value()->password.cost, cost);
    EXPECT_EQ(store_.find(domain::AccountId{}).value()->password.cost, cost);
    EXPECT_TRUE(opens_now());
}

TEST_F(SigningIn, ChangingAPasswordTakesTheOldOne) {
    const SecretBytes fresh = secret_from_text("three green kettles");
    EXPECT_EQ(
        accounts_->change_password(wrong_password(), fresh).error().code(),
        ErrorCode::Unauthenticated
    );
    EXPECT_EQ(
        accounts_->change_password(attempt("anna.berg"), secret_from_text("short")).error().code(),
        ErrorCode::InvalidArgument
    );
    ASSERT_TRUE(accounts_->change_password(attempt("anna.berg"), fresh).has_value());
    clock_.advance(code_step);
    EXPECT_FALSE(opens(attempt("anna.berg")));
    EXPECT_TRUE(opens(attempt("anna.berg", "three green kettles")));
}

TEST_F(SigningIn, AStoreThatFailsOpensNothing) {
    // Somebody else changed the account between look-up and write.
    class Racing final : public AccountStore {
    public:
        explicit Racing(AccountStore& store) : store_(store) {}
        Result<std::optional<Account>> find(const domain::AccountId& id) override {
            return store_.find(id);
        }
        Result<std::optional<Account>> find_by_name(std::string_view name) override {
            return store_.find_by_name(name);
        }
        Result<std::optional<Account>> find_by_invitation(const InvitationDigest& digest) override {
            return store_.find_by_invitation(digest);
        }
        Result<std::vector<Account>> list() override { return store_.list(); }
        Status add(const Account& account) override { return store_.add(account); }
        Status update(const Account& /*account*/) override {
            return fail(ErrorCode::StateConflict, "somebody else changed the account");
        }

    private:
        AccountStore& store_;
    };
    Racing racing(store_);
    const auto accounts =
        Accounts::open(racing, random_, clock_, {.passes = 1, .memory_bytes = 8'192}).value();
    EXPECT_EQ(accounts->sign_in(attempt("anna.berg")).error().code(), ErrorCode::StateConflict);
}

} // namespace
} // namespace sallyport::access
