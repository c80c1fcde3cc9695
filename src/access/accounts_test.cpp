// Proves that an account begins with a link that is good once and for a day, that no default opens
// anything, and what ends a link or an account.
#include "access/accounts.hpp"
#include "access/testing/account_fixture.hpp"
#include "base/limits.hpp"

namespace sallyport::access {
namespace {

using namespace std::chrono_literals;

class Invitations : public testing::AccountTest {
protected:
    ErrorCode refusal(std::string_view secret) {
        const Result<OpenedInvitation> opened = accounts_->open_invitation(secret);
        return opened.has_value() ? ErrorCode::Internal : opened.error().code();
    }
};

TEST_F(Invitations, ANewInstallationHasNoAccountThatOpens) {
    EXPECT_TRUE(accounts_->list().value().empty());
    for (const char* name : {"", "admin", "operator", "root"}) {
        for (const char* guess : {"", "admin", "password1234"}) {
            EXPECT_EQ(
                accounts_
                    ->sign_in(
                        {.user_name = name, .password = secret_from_text(guess), .code = "000000"}
                    )
                    .error()
                    .code(),
                ErrorCode::Unauthenticated
            );
        }
    }
}

TEST_F(Invitations, ShowTheLinkAndSetPasswordAndCodes) {
    const NewInvitation invitation = accounts_->invite("anna.berg", Role::PrivacyOfficer).value();
    EXPECT_EQ(invitation.secret.size(), 43U);
    EXPECT_TRUE(text_of(invitation_path(invitation)).starts_with("/invitation#"));
    const OpenedInvitation opened = accounts_->open_invitation(text_of(invitation.secret)).value();
    EXPECT_EQ(opened.user_name, "anna.berg");
    EXPECT_EQ(opened.role, Role::PrivacyOfficer);
    EXPECT_TRUE(text_of(opened.code_link).starts_with("otpauth://totp/Sallyport:anna.berg?secret=")
    );
    EXPECT_FALSE(accounts_->sign_in(attempt("anna.berg")).has_value());
    accept(invitation, "anna.berg");
    const SignedIn signed_in = accounts_->sign_in(attempt("anna.berg")).value();
    EXPECT_EQ(signed_in.id, invitation.id);
    EXPECT_EQ(signed_in.role, Role::PrivacyOfficer);
}

TEST_F(Invitations, AreGoodOnce) {
    const NewInvitation invitation = accounts_->invite("anna.berg", Role::Officer).value();
    accept(invitation, "anna.berg");
    EXPECT_EQ(refusal(text_of(invitation.secret)), ErrorCode::Unauthenticated);
    EXPECT_FALSE(accounts_
                     ->accept_invitation(
                         text_of(invitation.secret),
                         secret_from_text("another password"),
                         code_of("anna.berg")
                     )
                     .has_value());
    EXPECT_TRUE(accounts_->sign_in(attempt("anna.berg")).has_value());
}

TEST_F(Invitations, AreGoodForADay) {
    const NewInvitation invitation = accounts_->invite("anna.berg", Role::Officer).value();
    clock_.advance(invitation_life - 1us);
    EXPECT_TRUE(accounts_->open_invitation(text_of(invitation.secret)).has_value());
    clock_.advance(1us);
    EXPECT_EQ(refusal(text_of(invitation.secret)), ErrorCode::Unauthenticated);
}

TEST_F(Invitations, OfAnotherSecretOpenNothing) {
    const NewInvitation invitation = accounts_->invite("anna.berg", Role::Officer).value();
    const std::string secret(text_of(invitation.secret));
    for (const std::string& wrong : {std::string(), secret.substr(1), secret + "A"}) {
        EXPECT_EQ(refusal(wrong), ErrorCode::Unauthenticated);
    }
}

TEST_F(Invitations, AreVoidAfterWrongCodes) {
    const NewInvitation invitation = accounts_->invite("anna.berg", Role::Officer).value();
    for (int count = 0; count < limits::invitation_failures_max; ++count) {
        EXPECT_TRUE(accounts_->open_invitation(text_of(invitation.secret)).has_value());
        EXPECT_FALSE(
            accounts_
                ->accept_invitation(text_of(invitation.secret), secret_from_text(password), "12345")
                .has_value()
        );
    }
    EXPECT_EQ(refusal(text_of(invitation.secret)), ErrorCode::Unauthenticated);
}

TEST_F(Invitations, AWeakPasswordDoesNotUseThemUp) {
    const NewInvitation invitation = accounts_->invite("anna.berg", Role::Officer).value();
    EXPECT_EQ(
        accounts_
            ->accept_invitation(
                text_of(invitation.secret), secret_from_text("password1234"), code_of("anna.berg")
            )
            .error()
            .code(),
        ErrorCode::InvalidArgument
    );
    accept(invitation, "anna.berg");
}

TEST_F(Invitations, NeedAGoodNameAndARoleOfPeople) {
    for (const char* name : {"", "a", "Anna", "anna berg", "anna@berg", "änna"}) {
        EXPECT_EQ(
            accounts_->invite(name, Role::Officer).error().code(), ErrorCode::InvalidArgument
        );
    }
    for (const Role role : all_roles) {
        const Result<NewInvitation> made =
            accounts_->invite("user-" + std::string(role_name(role)), role);
        const bool device = role == Role::None || role == Role::Kiosk || role == Role::Carrier;
        EXPECT_EQ(made.has_value(), !device) << role_name(role);
    }
    EXPECT_EQ(
        accounts_->invite("user-officer", Role::Overseer).error().code(), ErrorCode::AlreadyExists
    );
}

TEST_F(Invitations, ANewOneVoidsPasswordAndCodes) {
    const domain::AccountId id = make_account("anna.berg", Role::Officer);
    const SignInAttempt old_attempt = attempt("anna.berg");
    const NewInvitation first = accounts_->invite_again(id).value();
    EXPECT_FALSE(accounts_->sign_in(old_attempt).has_value());
    const NewInvitation second = accounts_->invite_again(id).value();
    EXPECT_EQ(refusal(text_of(first.secret)), ErrorCode::Unauthenticated);
    accept(second, "anna.berg");
    EXPECT_TRUE(accounts_->sign_in(attempt("anna.berg")).has_value());
}

TEST_F(Invitations, ADisabledAccountOpensNoMore) {
    const domain::AccountId id = make_account("anna.berg", Role::Officer);
    ASSERT_TRUE(accounts_->disable(id).has_value());
    EXPECT_FALSE(accounts_->sign_in(attempt("anna.berg")).has_value());
    EXPECT_EQ(accounts_->invite_again(id).error().code(), ErrorCode::StateConflict);
    EXPECT_EQ(accounts_->list().value().front().state, AccountState::Disabled);
    EXPECT_EQ(accounts_->disable({}).error().code(), ErrorCode::NotFound);
    EXPECT_EQ(accounts_->invite_again({}).error().code(), ErrorCode::NotFound);
}

TEST_F(Invitations, TheStoreKeepsNoSecretOfALink) {
    const NewInvitation invitation = accounts_->invite("anna.berg", Role::Officer).value();
    const Account account = store_.find_by_name("anna.berg").value().value();
    const std::string_view secret = text_of(invitation.secret);
    const std::string_view digest(
        reinterpret_cast<const char*>(account.invitation->digest.data()),
        account.invitation->digest.size()
    );
    EXPECT_EQ(digest.find(secret.substr(0, 8)), std::string_view::npos);
    EXPECT_FALSE(accounts_->open_invitation(digest).has_value());
}

} // namespace
} // namespace sallyport::access
