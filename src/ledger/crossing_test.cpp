// Proves that outcomes have stable names of their own, and that what was recorded and what a face
// confirmed cannot be mixed up in a crossing.
#include "ledger/crossing.hpp"
#include "ledger/crossing_rules.hpp"

#include <gtest/gtest.h>
#include <set>

namespace sallyport::ledger {
namespace {

constexpr Outcome all_outcomes[] = {
    Outcome::Confirmed,
    Outcome::Manual,
    Outcome::Referred,
    Outcome::OptedOut,
    Outcome::Abandoned,
    Outcome::Interrupted,
};

Crossing crossing_with(Outcome outcome, bool by_face, bool known) {
    SeededRandom random(3);
    Crossing crossing;
    crossing.id = domain::CrossingId::random(random);
    crossing.transaction = domain::TransactionId::random(random);
    crossing.checkpoint.value = "gate-b12";
    crossing.outcome = outcome;
    crossing.biometrically_confirmed = by_face;
    if (known) {
        crossing.traveler = domain::TravelerId::random(random);
    }
    return crossing;
}

TEST(Outcome, HasAStableNameOfItsOwn) {
    std::set<std::string_view> names;
    for (const Outcome outcome : all_outcomes) {
        EXPECT_TRUE(names.insert(outcome_name(outcome)).second) << outcome_name(outcome);
    }
    EXPECT_EQ(outcome_name(Outcome::Confirmed), "confirmed");
    EXPECT_EQ(outcome_name(Outcome::OptedOut), "opted_out");
}

TEST(CrossingRules, AcceptEveryOutcomeInItsUsualForm) {
    for (const Outcome outcome : all_outcomes) {
        EXPECT_TRUE(check_crossing(crossing_with(outcome, outcome == Outcome::Confirmed, true)))
            << outcome_name(outcome);
    }
}

TEST(CrossingRules, RefuseAConfirmationWithoutAFace) {
    const Status status = check_crossing(crossing_with(Outcome::Confirmed, false, true));
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), ErrorCode::InvalidArgument);
}

TEST(CrossingRules, RefuseAFaceWithoutAPerson) {
    EXPECT_FALSE(check_crossing(crossing_with(Outcome::Confirmed, true, false)));
    EXPECT_FALSE(check_crossing(crossing_with(Outcome::Referred, true, false)));
}

TEST(CrossingRules, RefuseAManualCheckThatClaimsAMatch) {
    EXPECT_FALSE(check_crossing(crossing_with(Outcome::Manual, true, true)));
    EXPECT_FALSE(check_crossing(crossing_with(Outcome::OptedOut, true, true)));
}

TEST(CrossingRules, KeepAMatchThatAnOfficerReferredAllTheSame) {
    EXPECT_TRUE(check_crossing(crossing_with(Outcome::Referred, true, true)));
}

TEST(CrossingRules, RefuseACrossingWithoutItsNames) {
    Crossing nameless = crossing_with(Outcome::Manual, false, true);
    nameless.id = domain::CrossingId();
    EXPECT_FALSE(check_crossing(nameless));
    Crossing unplaced = crossing_with(Outcome::Manual, false, true);
    unplaced.checkpoint.value.clear();
    EXPECT_FALSE(check_crossing(unplaced));
    Crossing loose = crossing_with(Outcome::Manual, false, true);
    loose.transaction = domain::TransactionId();
    EXPECT_FALSE(check_crossing(loose));
}

} // namespace
} // namespace sallyport::ledger
