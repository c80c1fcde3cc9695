// Proves what people decide: at a booth the machine decides nothing; who lets somebody through
// without a match says whom and why; opting out takes the picture away at once and is recorded as
// what it is.
#include "verification/testing/fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::verification {
namespace {

using domain::ReferReason;
using ledger::Outcome;
using testing::booth;
using testing::code_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::gate;
using ::testing::IsEmpty;
using testing::json_list;
using testing::listed_from;
using testing::must;
using testing::other_booth;
using testing::other_gate;

// --- a booth, where an officer decides ----------------------------------------------------------

TEST(BoothTransaction, TheMachineDecidesNothing) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto id = site.open_at(booth);
    const TransactionView view = must(site.capture(id, 1));
    EXPECT_EQ(view.verdict, "match");
    EXPECT_EQ(view.row.state, TransactionState::Verdict);
    EXPECT_EQ(view.row.decision, "");
    EXPECT_EQ(view.traveler->state, TravelerState::Expected);
    EXPECT_THAT(view.allowed, ElementsAre("identity_confirmed", "referred"));
    EXPECT_FALSE(site.crossing_of(id));
    EXPECT_EQ(must(site.manifests->context(context)).confirmed, 0U);
}

TEST(BoothTransaction, MatchThenIdentityConfirmedThenAdmitted) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto id = site.open_at(booth);
    must(site.capture(id, 1));
    const TransactionView confirmed = must(site.decide(id, Decision::IdentityConfirmed));
    EXPECT_EQ(confirmed.row.decision, "identity_confirmed");
    EXPECT_THAT(confirmed.allowed, ElementsAre("admitted", "referred"));
    EXPECT_FALSE(site.crossing_of(id));
    EXPECT_EQ(code_of(site.capture(id, 1)), ErrorCode::StateConflict);
    const TransactionView admitted = must(site.decide(id, Decision::Admitted));
    EXPECT_EQ(admitted.row.state, TransactionState::Decided);
    const auto crossing = site.crossing_of(id);
    ASSERT_TRUE(crossing);
    EXPECT_EQ(crossing->outcome, Outcome::Confirmed);
    EXPECT_EQ(crossing->direction, domain::Direction::Entry);
    EXPECT_EQ(site.traveler(context, 1).state, TravelerState::Confirmed);
    EXPECT_EQ(code_of(site.decide(id, Decision::Referred)), ErrorCode::StateConflict);
    EXPECT_THAT(site.event_kinds(booth), Contains("transaction.decided").Times(2));
}

TEST(BoothTransaction, AdmittedNeedsIdentityConfirmedFirst) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto id = site.open_at(booth);
    must(site.capture(id, 1));
    EXPECT_EQ(code_of(site.decide(id, Decision::Admitted)), ErrorCode::StateConflict);
    EXPECT_EQ(
        code_of(site.decide(id, Decision::Admitted, "document", site.id_of(context, 1))),
        ErrorCode::StateConflict
    );
    EXPECT_EQ(code_of(site.decide(id, Decision::Boarded)), ErrorCode::StateConflict);
    EXPECT_FALSE(site.crossing_of(id));
}

TEST(BoothTransaction, WithoutAMatchADocumentAndAReasonAdmitAsManual) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto id = site.open_at(booth);
    for (int attempt = 0; attempt < 3; ++attempt) {
        must(site.capture(id, 50));
    }
    const auto traveler = site.id_of(context, 2);
    EXPECT_EQ(
        code_of(site.decide(id, Decision::IdentityConfirmed, "document")),
        ErrorCode::InvalidArgument
    );
    EXPECT_EQ(
        code_of(site.decide(id, Decision::IdentityConfirmed, "", traveler)),
        ErrorCode::InvalidArgument
    );
    must(site.decide(id, Decision::IdentityConfirmed, "document by hand", traveler));
    must(site.decide(id, Decision::Admitted));
    const auto crossing = site.crossing_of(id);
    ASSERT_TRUE(crossing);
    EXPECT_EQ(crossing->outcome, Outcome::Manual);
    EXPECT_FALSE(crossing->biometrically_confirmed);
    EXPECT_EQ(crossing->traveler, traveler);
    EXPECT_EQ(crossing->reason, "document by hand") << "the reason must not get lost on the way";
    EXPECT_EQ(site.traveler(context, 2).state, TravelerState::Manual);
}

TEST(BoothTransaction, AMatchDoesNotConfirmAnotherTravelerThanTheMatchedOne) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto id = site.open_at(booth);
    must(site.capture(id, 1));
    const auto other = site.id_of(context, 2);
    must(site.decide(id, Decision::IdentityConfirmed, "the document says another", other));
    must(site.decide(id, Decision::Admitted));
    EXPECT_EQ(site.crossing_of(id).value().outcome, Outcome::Manual);
    EXPECT_EQ(site.crossing_of(id).value().traveler, other);
    EXPECT_EQ(site.traveler(context, 1).state, TravelerState::Expected);
    EXPECT_EQ(site.traveler(context, 2).state, TravelerState::Manual);
}

TEST(BoothTransaction, WhoIsNamedByTheirDocumentIsManualEvenWhenTheMachineMatchedThem) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto id = site.open_at(booth);
    must(site.capture(id, 1));
    must(site.decide(id, Decision::IdentityConfirmed));
    must(site.decide(id, Decision::Admitted, "read from the document", site.id_of(context, 1)));
    EXPECT_EQ(site.crossing_of(id).value().outcome, Outcome::Manual);
    EXPECT_FALSE(site.crossing_of(id).value().biometrically_confirmed);
}

TEST(BoothTransaction, WhoWasAdmittedElsewhereMeanwhileIsReferredAndStaysAdmitted) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto here = site.open_at(booth);
    const auto there = site.open_at(other_booth);
    must(site.capture(here, 1));
    must(site.capture(there, 1));
    must(site.decide(there, Decision::IdentityConfirmed));
    must(site.decide(there, Decision::Admitted));
    must(site.decide(here, Decision::IdentityConfirmed));
    EXPECT_EQ(code_of(site.decide(here, Decision::Admitted)), ErrorCode::StateConflict);
    EXPECT_FALSE(site.crossing_of(here));
    must(site.decide(here, Decision::Referred, "somebody used this identity before"));
    EXPECT_EQ(site.crossing_of(here).value().outcome, Outcome::Referred);
    EXPECT_EQ(site.traveler(context, 1).state, TravelerState::Confirmed);
}

// --- a gate -------------------------------------------------------------------------------------

TEST(GateDecision, BoardingWithoutAMatchNeedsATravelerOfTheListAndAReason) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto elsewhere = site.receive(json_list("YY200", listed_from(20, 1)));
    const auto id = site.open_at(gate);
    const auto traveler = site.id_of(context, 2);
    EXPECT_EQ(code_of(site.decide(id, Decision::Boarded)), ErrorCode::InvalidArgument);
    EXPECT_EQ(code_of(site.decide(id, Decision::Boarded, "papers")), ErrorCode::InvalidArgument);
    EXPECT_EQ(
        code_of(site.decide(id, Decision::Boarded, "", traveler)), ErrorCode::InvalidArgument
    );
    EXPECT_EQ(
        code_of(site.decide(id, Decision::Boarded, std::string(201, 'x'), traveler)),
        ErrorCode::InvalidArgument
    );
    EXPECT_EQ(
        code_of(site.decide(id, Decision::Boarded, "papers", site.id_of(elsewhere, 20))),
        ErrorCode::NotFound
    );
    EXPECT_EQ(
        code_of(site.decide(id, Decision::Boarded, "papers", domain::TravelerId())),
        ErrorCode::NotFound
    );
    EXPECT_EQ(
        code_of(site.decide(id, Decision::IdentityConfirmed, "papers", traveler)),
        ErrorCode::StateConflict
    );
    EXPECT_FALSE(site.crossing_of(id));
    must(site.decide(id, Decision::Boarded, "papers", traveler));
    EXPECT_EQ(site.crossing_of(id).value().outcome, Outcome::Manual);
    EXPECT_EQ(site.crossing_of(id).value().reason, "papers");
    EXPECT_EQ(site.traveler(context, 2).state, TravelerState::Manual);
}

TEST(GateDecision, NobodyBoardsTwiceByHand) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    must(site.capture(site.open_at(gate), 1));
    const auto id = site.open_at(other_gate);
    EXPECT_EQ(
        code_of(site.decide(id, Decision::Boarded, "papers", site.id_of(context, 1))),
        ErrorCode::StateConflict
    );
    EXPECT_FALSE(site.crossing_of(id));
    must(site.decide(id, Decision::Referred, "", site.id_of(context, 1)));
    EXPECT_EQ(site.traveler(context, 1).state, TravelerState::Confirmed);
}

TEST(GateDecision, AReferralKeepsTheReasonOfTheMachineUnlessAPersonGivesOne) {
    testing::Installation site;
    site.open_flight(3);
    must(site.capture(site.open_at(gate), 1));
    for (const std::string reason : {"", "agitated"}) {
        const auto id = site.open_at(other_gate);
        must(site.capture(id, 1));
        must(site.decide(id, Decision::Referred, reason));
        EXPECT_EQ(site.crossing_of(id).value().outcome, Outcome::Referred);
        EXPECT_EQ(site.crossing_of(id).value().reason, reason.empty() ? "already_done" : reason);
    }
}

// --- opting out ---------------------------------------------------------------------------------

TEST(OptOut, BeforeACaptureMeansThatNoPictureIsTaken) {
    testing::Installation site;
    site.open_flight(3);
    const auto id = site.open_at(gate);
    const std::size_t looked_at = site.engine.detections();
    const TransactionView view = must(site.transactions->opt_out(id, std::nullopt));
    EXPECT_EQ(view.row.decision, "opted_out");
    EXPECT_EQ(view.attempts_left, 0);
    EXPECT_EQ(code_of(site.capture(id, 1)), ErrorCode::StateConflict);
    EXPECT_EQ(site.engine.detections(), looked_at);
    EXPECT_THAT(site.event_kinds(gate), Contains("transaction.opted_out"));
}

TEST(OptOut, AfterAVerdictThePictureGoesAtOnceAndTheTemplatesAreWiped) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto id = site.open_at(booth);
    must(site.capture(id, 1));
    ASSERT_TRUE(site.transactions->live_photo(id).has_value());
    const TransactionView view = must(site.transactions->opt_out(id, std::nullopt));
    EXPECT_FALSE(view.live_photo);
    EXPECT_EQ(code_of(site.transactions->live_photo(id)), ErrorCode::NotFound);
    EXPECT_EQ(code_of(site.transactions->held_photo(id, 0)), ErrorCode::NotFound);
    EXPECT_FALSE(must(site.galleries->snapshot(context))->holds(site.id_of(context, 1)));
    EXPECT_EQ(site.traveler(context, 1).state, TravelerState::OptedOut);
    // A camera elsewhere does not find them any more.
    EXPECT_EQ(must(site.capture(site.open_at(gate), 1)).verdict, "no_match");
    // Nor after a restart.
    site.restart();
    site.await_gallery(context);
    EXPECT_FALSE(must(site.galleries->snapshot(context))->holds(site.id_of(context, 1)));
}

TEST(OptOut, ThePictureGoesEvenWhenTheRecordCannotBeWritten) {
    testing::Installation site;
    site.open_flight(3);
    const auto id = site.open_at(booth);
    must(site.capture(id, 1));
    site.store->refuse_writes();
    EXPECT_EQ(code_of(site.transactions->opt_out(id, std::nullopt)), ErrorCode::StorageReadOnly);
    EXPECT_EQ(code_of(site.transactions->live_photo(id)), ErrorCode::NotFound);
    site.store->work_again();
    EXPECT_EQ(must(site.transactions->opt_out(id, std::nullopt)).row.decision, "opted_out");
}

TEST(OptOut, BoardingByHandAfterwardsIsRecordedAsOptedOut) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto id = site.open_at(gate);
    must(site.capture(id, 50));
    must(site.transactions->opt_out(id, site.id_of(context, 2)));
    EXPECT_EQ(site.traveler(context, 2).state, TravelerState::OptedOut);
    must(site.decide(id, Decision::Boarded, "papers", site.id_of(context, 2)));
    const auto crossing = site.crossing_of(id);
    ASSERT_TRUE(crossing);
    EXPECT_EQ(crossing->outcome, Outcome::OptedOut);
    EXPECT_FALSE(crossing->biometrically_confirmed);
    EXPECT_EQ(crossing->traveler, site.id_of(context, 2));
    EXPECT_EQ(site.traveler(context, 2).state, TravelerState::OptedOut);
    EXPECT_EQ(code_of(site.transactions->held_photo(id, 0)), ErrorCode::NotFound);
    EXPECT_EQ(must(site.manifests->context(context)).opted_out, 1U);
}

TEST(OptOut, AtABoothThePersonCanStillBeAdmittedByHand) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto id = site.open_at(booth);
    must(site.transactions->opt_out(id, std::nullopt));
    must(site.decide(id, Decision::IdentityConfirmed, "papers", site.id_of(context, 2)));
    const TransactionView view = must(site.decide(id, Decision::Admitted));
    EXPECT_EQ(view.row.decision, "admitted");
    EXPECT_EQ(site.crossing_of(id).value().outcome, Outcome::OptedOut);
    EXPECT_EQ(site.traveler(context, 2).state, TravelerState::OptedOut);
    EXPECT_FALSE(must(site.galleries->snapshot(context))->holds(site.id_of(context, 2)));
}

TEST(OptOut, AfterBoardingIsTooLate) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto id = site.open_at(gate);
    must(site.capture(id, 1));
    EXPECT_EQ(code_of(site.transactions->opt_out(id, std::nullopt)), ErrorCode::StateConflict);
    EXPECT_EQ(site.traveler(context, 1).state, TravelerState::Confirmed);
}

TEST(OptOut, OfSomebodyOnNoListOfTheCheckpointIsRefused) {
    testing::Installation site;
    site.open_flight(3);
    const auto elsewhere = site.receive(json_list("YY200", listed_from(20, 1)));
    const auto id = site.open_at(gate);
    EXPECT_EQ(
        code_of(site.transactions->opt_out(id, site.id_of(elsewhere, 20))), ErrorCode::NotFound
    );
    EXPECT_EQ(site.traveler(elsewhere, 20).state, TravelerState::Expected);
}

TEST(OptOut, DoesNotUndoThatATravelerWasLetThroughBefore) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto second = site.open_at(booth);
    must(site.capture(second, 1));
    must(site.capture(site.open_at(gate), 1));
    EXPECT_EQ(must(site.transactions->opt_out(second, std::nullopt)).row.decision, "opted_out");
    EXPECT_EQ(site.traveler(context, 1).state, TravelerState::Confirmed);
    EXPECT_FALSE(site.transactions->live_photo(second).has_value());
}

} // namespace
} // namespace sallyport::verification
