// Proves that a hold needs a case, a reason, an end and two people, that it never keeps anything of
// somebody who opted out, and of a citizen or unknown only by order of a court.
#include "retention/hold.hpp"
#include "retention/policy_test_text.hpp"

#include <gtest/gtest.h>

namespace sallyport::retention {
namespace {

using namespace std::chrono_literals;

class Holds : public testing::Test {
protected:
    HoldRequest request() {
        return HoldRequest{
            .case_number = "C-17/2026",
            .reason = "a claim for damages",
            .judicial_reference = std::nullopt,
            .requested_by = one_,
            .approved_by = other_,
            .expires_at = noon_ + 90 * 24h
        };
    }
    ErrorCode refusal(const HoldRequest& request, const HoldSubject& subject) {
        const Result<Hold> hold = place_hold(request, subject, clock_, noon_);
        return hold.has_value() ? ErrorCode::Internal : hold.error().code();
    }

    SeededRandom random_{5};
    domain::AccountId one_ = domain::AccountId::random(random_);
    domain::AccountId other_ = domain::AccountId::random(random_);
    Instant noon_ = parse_instant("2026-11-24T12:00:00Z").value();
    HoldSubject visitor_{
        .citizenship = Citizenship::NonCitizen, .participation = Participation::TookPart
    };
    RecordClock clock_ = start_clock(
                             Policy::read(policy_text()).value(),
                             picture_of(Citizenship::NonCitizen),
                             synchronised_capture(noon_ - 1h),
                             {}
    )
                             .value();
};

TEST_F(Holds, PutErasingOffUntilTheirEnd) {
    const Hold hold = place_hold(request(), visitor_, clock_, noon_).value();
    EXPECT_EQ(hold.count, HoldCount::None);
    const std::array holds{hold};
    EXPECT_EQ(erasing_begins_at(clock_, {}, visitor_, noon_), clock_.begin_erasing_at);
    EXPECT_EQ(erasing_begins_at(clock_, holds, visitor_, noon_), noon_ + 90 * 24h);
    // Over: the clock of the record is what it always was.
    EXPECT_EQ(
        erasing_begins_at(clock_, holds, visitor_, noon_ + 90 * 24h), clock_.begin_erasing_at
    );
}

TEST_F(Holds, NeedCaseReasonEndAndASecondPerson) {
    HoldRequest wrong = request();
    wrong.case_number = "  ";
    EXPECT_EQ(refusal(wrong, visitor_), ErrorCode::InvalidArgument);
    wrong = request();
    wrong.reason.clear();
    EXPECT_EQ(refusal(wrong, visitor_), ErrorCode::InvalidArgument);
    wrong = request();
    wrong.expires_at = noon_;
    EXPECT_EQ(refusal(wrong, visitor_), ErrorCode::InvalidArgument);
    wrong.expires_at = noon_ + 367 * 24h;
    EXPECT_EQ(refusal(wrong, visitor_), ErrorCode::InvalidArgument);
    wrong = request();
    wrong.approved_by = one_;
    EXPECT_EQ(refusal(wrong, visitor_), ErrorCode::Forbidden);
    wrong.approved_by = {};
    EXPECT_EQ(refusal(wrong, visitor_), ErrorCode::Forbidden);
}

TEST_F(Holds, NeverApplyToSomebodyWhoOptedOut) {
    HoldRequest court = request();
    court.judicial_reference = "1 BvR 2/26";
    for (const Citizenship citizenship : all_citizenships) {
        const HoldSubject subject{
            .citizenship = citizenship, .participation = Participation::OptedOut
        };
        EXPECT_EQ(refusal(court, subject), ErrorCode::Forbidden);
    }
    // Opting out later ends a hold, too.
    const Hold hold = place_hold(court, visitor_, clock_, noon_).value();
    EXPECT_TRUE(hold_applies(hold, visitor_, noon_ + 1h));
    visitor_.participation = Participation::OptedOut;
    EXPECT_FALSE(hold_applies(hold, visitor_, noon_ + 1h));
}

TEST_F(Holds, OnCitizensAndUnknownsNeedACourtAndArePubliclyCounted) {
    for (const Citizenship citizenship : {Citizenship::Citizen, Citizenship::Unknown}) {
        const HoldSubject subject{
            .citizenship = citizenship, .participation = Participation::TookPart
        };
        EXPECT_EQ(refusal(request(), subject), ErrorCode::Forbidden);
        HoldRequest court = request();
        court.judicial_reference = " ";
        EXPECT_EQ(refusal(court, subject), ErrorCode::Forbidden);
        court.judicial_reference = "1 BvR 2/26";
        EXPECT_EQ(place_hold(court, subject, clock_, noon_).value().count, HoldCount::Citizen);
    }
}

TEST_F(Holds, StopApplyingWhenThePersonTurnsOutToBeACitizen) {
    const Hold hold = place_hold(request(), visitor_, clock_, noon_).value();
    visitor_.citizenship = Citizenship::Citizen;
    EXPECT_FALSE(hold_applies(hold, visitor_, noon_ + 1h));
}

TEST_F(Holds, ComeTooLateWhenErasingHasBegun) {
    HoldRequest late = request();
    const Instant now = clock_.begin_erasing_at;
    late.expires_at = now + 24h;
    EXPECT_EQ(place_hold(late, visitor_, clock_, now).error().code(), ErrorCode::StateConflict);
}

TEST_F(Holds, AreReleasedOnceByTwoPeople) {
    const Hold hold = place_hold(request(), visitor_, clock_, noon_).value();
    Release release{
        .requested_by = one_, .approved_by = one_, .released_at = noon_ + 2h, .reason = "settled"
    };
    EXPECT_EQ(release_hold(hold, release).error().code(), ErrorCode::Forbidden);
    release.approved_by = other_;
    const Hold released = release_hold(hold, release).value();
    EXPECT_TRUE(hold_applies(released, visitor_, noon_ + 1h));
    EXPECT_FALSE(hold_applies(released, visitor_, noon_ + 2h));
    EXPECT_EQ(release_hold(released, release).error().code(), ErrorCode::StateConflict);
}

} // namespace
} // namespace sallyport::retention
