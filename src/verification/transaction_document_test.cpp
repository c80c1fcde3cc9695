// Proves the step after 1:N: a traveler whom no gallery knows is verified against the chip of the
// passport, and against nothing that is in doubt; a mismatch is a completed comparison and stays
// one.
#include "verification/testing/fixture.hpp"
#include "verification/testing/passports.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::verification {
namespace {

using documents::DataGroup;
using domain::ReferReason;
using ledger::Outcome;
using testing::booth;
using testing::code_of;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using testing::gate;
using testing::land_booth;
using testing::listed;
using testing::must;
using testing::zone_of;

class DocumentTransaction : public ::testing::Test {
protected:
    DocumentTransaction() { site.trust = office.trust(); }

    PresentedDocument
    passport(std::size_t face, std::size_t portrait_of, const testing::PassportText& text = {}) {
        PresentedDocument presented;
        presented.mrz = zone_of(listed(face), text);
        presented.chip =
            office.chip_of(listed(face), testing::picture_of(testing::person(portrait_of)), text);
        return presented;
    }
    Result<TransactionView> present(const domain::TransactionId& id, PresentedDocument document) {
        return site.transactions->present_document({.id = id, .document = std::move(document)});
    }

    testing::PassportOffice office;
    testing::Installation site;
};

// --- on foot: nothing is known in advance
// -----------------------------------------------------------

TEST_F(DocumentTransaction, AWalkerIsVerifiedAgainstTheChipAlone) {
    const auto id = site.open_at(land_booth);
    const TransactionView seen = must(site.capture(id, 40));
    EXPECT_EQ(seen.verdict, "");
    EXPECT_EQ(seen.row.state, TransactionState::Captured);
    const TransactionView view = must(present(id, passport(40, 40)));
    EXPECT_EQ(view.verdict, "match");
    EXPECT_EQ(view.document->chip, ChipVerdict::Genuine);
    EXPECT_EQ(view.document->portrait, PortraitSource::Chip);
    EXPECT_FALSE(view.document->on_list);
    EXPECT_EQ(view.evidence->compared_with, ComparedWith::ChipPhoto);
    EXPECT_EQ(view.evidence->n, 1U);
    EXPECT_DOUBLE_EQ(view.evidence->fmr_max, 0.0005);
    ASSERT_TRUE(view.traveler);
    EXPECT_EQ(view.traveler->traveler.family_name, listed(40).family_name);
    EXPECT_EQ(view.held_photos, 1U);
    EXPECT_TRUE(site.transactions->held_photo(id, 0).has_value());

    must(site.decide(id, Decision::IdentityConfirmed));
    must(site.decide(id, Decision::Admitted));
    const auto crossing = site.crossing_of(id);
    ASSERT_TRUE(crossing);
    EXPECT_EQ(crossing->outcome, Outcome::Confirmed);
    EXPECT_TRUE(crossing->biometrically_confirmed);
    EXPECT_EQ(site.files_that_hold(listed(40).family_name), 0);
}

TEST_F(DocumentTransaction, TheDocumentMayComeBeforeTheFace) {
    const auto id = site.open_at(land_booth);
    const TransactionView shown = must(present(id, passport(40, 40)));
    EXPECT_EQ(shown.verdict, "");
    EXPECT_EQ(shown.attempts_left, 3);
    const TransactionView view = must(site.capture(id, 40));
    EXPECT_EQ(view.verdict, "match");
    EXPECT_EQ(view.document->attempts, 1);
}

TEST_F(DocumentTransaction, AMismatchNeedsEveryAttemptAndIsThenReferredOnly) {
    const auto id = site.open_at(land_booth);
    must(present(id, passport(40, 40)));
    EXPECT_EQ(must(site.capture(id, 41)).verdict, "no_match");
    EXPECT_EQ(must(site.capture(id, 41)).verdict, "no_match");
    const TransactionView last = must(site.capture(id, 41));
    EXPECT_EQ(last.verdict, "refer");
    EXPECT_EQ(last.reason, ReferReason::Mismatch);
    EXPECT_THAT(last.allowed, ElementsAre("referred"));
    EXPECT_EQ(
        code_of(site.decide(id, Decision::IdentityConfirmed, "I know them")),
        ErrorCode::StateConflict
    );
    EXPECT_EQ(code_of(present(id, passport(41, 41))), ErrorCode::StateConflict);
    EXPECT_EQ(code_of(site.capture(id, 40)), ErrorCode::StateConflict);
    must(site.decide(id, Decision::Referred));
    EXPECT_EQ(site.crossing_of(id)->outcome, Outcome::Referred);
    EXPECT_EQ(site.crossing_of(id)->reason, "mismatch");
}

TEST_F(DocumentTransaction, AnOptOutDoesNotCancelAMismatch) {
    const auto id = site.open_at(land_booth);
    must(present(id, passport(40, 40)));
    for (int attempt = 0; attempt < 3; ++attempt) {
        must(site.capture(id, 41));
    }
    const TransactionView view = must(site.transactions->opt_out(id, std::nullopt));
    EXPECT_FALSE(view.live_photo);
    EXPECT_THAT(view.allowed, ElementsAre("referred"));
    must(site.transactions->close(id));
    EXPECT_EQ(site.crossing_of(id)->outcome, Outcome::Referred);
    EXPECT_EQ(site.crossing_of(id)->reason, "mismatch");
}

TEST_F(DocumentTransaction, AnOfficerMayOverrideTheMismatchOfAChildAndOfNobodyElse) {
    const auto mismatch_of = [this](const char* birth_date) {
        const auto id = site.open_at(land_booth);
        must(present(id, passport(40, 40, {.birth_date = birth_date})));
        for (int attempt = 0; attempt < 2; ++attempt) {
            must(site.capture(id, 41));
        }
        return must(site.capture(id, 41)).allowed;
    };
    EXPECT_THAT(mismatch_of("120502"), ElementsAre("identity_confirmed", "referred")); // 13
    EXPECT_THAT(mismatch_of("120501"), ElementsAre("referred"));                       // 14 today
    EXPECT_THAT(mismatch_of("12<<<<"), ElementsAre("identity_confirmed", "referred")); // 13 or 14
    EXPECT_THAT(mismatch_of("80<<<<"), ElementsAre("referred"));
}

TEST_F(DocumentTransaction, AnAlteredChipEndsAsReferWhoeverStandsThere) {
    const auto id = site.open_at(land_booth);
    must(site.capture(id, 40));
    PresentedDocument altered = passport(40, 40);
    altered.chip.groups[DataGroup::DG2].back() ^= 1U;
    const TransactionView view = must(present(id, altered));
    EXPECT_EQ(view.verdict, "refer");
    EXPECT_EQ(view.reason, ReferReason::DocumentAltered);
    EXPECT_EQ(view.document->portrait, PortraitSource::None);
    EXPECT_EQ(code_of(site.capture(id, 40)), ErrorCode::StateConflict);
}

TEST_F(DocumentTransaction, AnUnprovenChipIsReplacedByTheHeldPhoto) {
    site.trust = documents::TrustStore();
    const auto nothing_held = site.open_at(land_booth);
    must(site.capture(nothing_held, 40));
    EXPECT_EQ(must(present(nothing_held, passport(40, 40))).reason, ReferReason::DocumentUnusable);

    // The chip shows somebody else; what is held for this document decides.
    site.hold_photo(listed(40), testing::picture_of(testing::person(40)));
    const auto id = site.open_at(land_booth);
    must(site.capture(id, 40));
    const TransactionView view = must(present(id, passport(40, 41)));
    EXPECT_EQ(view.verdict, "match");
    EXPECT_EQ(view.evidence->compared_with, ComparedWith::HeldPhoto);
}

TEST_F(DocumentTransaction, APortraitThatCannotBeComparedRefers) {
    const auto id = site.open_at(land_booth);
    must(site.capture(id, 40));
    PresentedDocument presented;
    presented.chip = office.chip_of(listed(40), testing::picture_of_nobody());
    const TransactionView view = must(present(id, presented));
    EXPECT_EQ(view.reason, ReferReason::DocumentUnusable);
    EXPECT_THAT(
        view.document->findings,
        Contains(::testing::Field(&documents::Finding::code, "portrait.no_face"))
    );
}

TEST_F(DocumentTransaction, APersonWhomTheMachineCannotConfirmIsLetThroughByHandAndByTheDocument) {
    site.trust = documents::TrustStore();
    const auto id = site.open_at(land_booth);
    must(site.capture(id, 40));
    const TransactionView view = must(present(id, passport(40, 40)));
    EXPECT_EQ(view.reason, ReferReason::DocumentUnusable);
    EXPECT_EQ(code_of(site.decide(id, Decision::IdentityConfirmed)), ErrorCode::InvalidArgument);
    must(site.decide(id, Decision::IdentityConfirmed, "compared by eye"));
    must(site.decide(id, Decision::Admitted));
    const auto crossing = site.crossing_of(id);
    ASSERT_TRUE(crossing);
    EXPECT_EQ(crossing->outcome, Outcome::Manual);
    EXPECT_EQ(crossing->traveler, view.document->traveler);
}

TEST_F(DocumentTransaction, ADocumentThatDoesNotHoldChangesNothing) {
    const auto id = site.open_at(land_booth);
    must(site.capture(id, 40));
    PresentedDocument wrong;
    wrong.mrz = zone_of(listed(40));
    wrong.mrz[45] = '9';
    wrong.mrz[46] = '9';
    EXPECT_EQ(code_of(present(id, wrong)), ErrorCode::InvalidArgument);
    const TransactionView view = must(site.transactions->view(id));
    EXPECT_FALSE(view.document);
    EXPECT_EQ(view.row.state, TransactionState::Captured);
}

TEST_F(DocumentTransaction, NoCalibrationIsNoMatch) {
    site.set_calibration(std::nullopt);
    const auto id = site.open_at(land_booth);
    must(site.capture(id, 40));
    const TransactionView view = must(present(id, passport(40, 40)));
    EXPECT_EQ(view.verdict, "refer");
    EXPECT_EQ(view.reason, ReferReason::NotCalibrated);
}

TEST_F(DocumentTransaction, AFailingStoreLeavesNoVerdictThatIsNotInTheRecord) {
    for (int call = 1; call < 20; ++call) {
        const auto id = site.open_at(land_booth);
        must(site.capture(id, 40));
        site.store->fail_call(call);
        const auto view = present(id, passport(40, 40));
        if (!site.store->work_again()) {
            EXPECT_EQ(must(view).verdict, "match");
            return;
        }
        if (view.has_value()) {
            continue; // a read whose failure refers
        }
        const TransactionView after = must(site.transactions->view(id));
        const auto recorded = must(site.records->records().transaction(id));
        EXPECT_EQ(after.verdict, recorded->verdict) << call;
        EXPECT_EQ(after.row.state, recorded->state) << call;
        must(site.transactions->close(id));
    }
    FAIL() << "more calls than expected";
}

// --- after a search
// -----------------------------------------------------------------------------------

TEST_F(DocumentTransaction, ATravelerWithoutAHeldPhotoIsVerifiedByTheChip) {
    const auto context = site.receive(testing::json_list("XX100", testing::listed_from(0, 3)));
    site.await_gallery(context);
    site.assign_everywhere({context});
    const auto id = site.open_at(gate);
    EXPECT_EQ(must(site.capture(id, 1)).reason, ReferReason::NoHeldPhoto);
    const TransactionView view = must(present(id, passport(1, 1)));
    EXPECT_EQ(view.verdict, "match");
    EXPECT_TRUE(view.document->on_list);
    EXPECT_THAT(view.document->differences, Each(Field(&FieldDifference::minor, true)));
    EXPECT_EQ(view.traveler->traveler.id, site.id_of(context, 1));
    EXPECT_EQ(view.row.decision, "boarded"); // on the list, and matched
    EXPECT_EQ(site.traveler(context, 1).state, TravelerState::Confirmed);
}

TEST_F(DocumentTransaction, ARuleBoardsNobodyWhomTheListDoesNotName) {
    const auto context = site.open_flight(3);
    const auto id = site.open_at(gate);
    for (int attempt = 0; attempt < 3; ++attempt) {
        must(site.capture(id, 40));
    }
    const TransactionView view = must(present(id, passport(40, 40)));
    EXPECT_EQ(view.verdict, "match");
    EXPECT_FALSE(view.document->on_list);
    EXPECT_EQ(view.row.decision, "");
    EXPECT_FALSE(site.crossing_of(id));
    EXPECT_EQ(must(site.manifests->context(context)).confirmed, 0U);
}

TEST_F(DocumentTransaction, ATravelerLetThroughBeforeIsReferredAgainstTheDocumentToo) {
    const auto context = site.open_flight(3);
    const auto first = site.open_at(gate);
    EXPECT_EQ(must(site.capture(first, 1)).row.decision, "boarded");
    const auto second = site.open_at(gate);
    must(present(second, passport(1, 1)));
    const TransactionView view = must(site.capture(second, 1));
    EXPECT_EQ(view.reason, ReferReason::AlreadyDone);
    EXPECT_EQ(site.traveler(context, 1).state, TravelerState::Confirmed);
}

TEST_F(DocumentTransaction, AfterADocumentNoGalleryIsSearched) {
    site.open_flight(3);
    const auto id = site.open_at(booth);
    must(present(id, passport(2, 2)));
    // The face of another traveler of the list: 1:N would have matched.
    const TransactionView view = must(site.capture(id, 1));
    EXPECT_EQ(view.verdict, "no_match");
    EXPECT_EQ(view.evidence->compared_with, ComparedWith::ChipPhoto);
    EXPECT_EQ(view.evidence->n, 1U);
}

TEST_F(DocumentTransaction, AnOptedOutTravelersDocumentIsReadAndNothingIsCompared) {
    site.open_flight(3);
    const auto id = site.open_at(booth);
    must(site.transactions->opt_out(id, std::nullopt));
    const TransactionView view = must(present(id, passport(1, 1)));
    EXPECT_EQ(view.verdict, "");
    EXPECT_EQ(view.document->portrait, PortraitSource::None);
    EXPECT_EQ(view.held_photos, 0U);
    EXPECT_TRUE(view.document->on_list);
}

TEST_F(DocumentTransaction, ThePicturesOfAChipGoWithTheTransaction) {
    const auto id = site.open_at(land_booth);
    must(site.capture(id, 40));
    must(present(id, passport(40, 40)));
    must(site.transactions->close(id));
    EXPECT_EQ(code_of(site.transactions->held_photo(id, 0)), ErrorCode::NotFound);
    EXPECT_EQ(code_of(present(id, passport(40, 40))), ErrorCode::StateConflict);
}

// --- what a second document cannot do
// ---------------------------------------------------------------

TEST_F(DocumentTransaction, ShowingTheDocumentAgainGivesNoFurtherAttempt) {
    const auto id = site.open_at(land_booth);
    must(present(id, passport(40, 40)));
    EXPECT_EQ(must(site.capture(id, 41)).verdict, "no_match");
    // The face at hand is compared at once: the second attempt.
    EXPECT_EQ(must(present(id, passport(40, 40))).verdict, "no_match");
    EXPECT_EQ(must(site.capture(id, 41)).reason, ReferReason::Mismatch);
    EXPECT_EQ(code_of(present(id, passport(40, 40))), ErrorCode::StateConflict);
}

TEST_F(DocumentTransaction, AnAlteredChipIsNotForgottenByLeavingItOut) {
    const auto context = site.open_flight(3);
    const auto id = site.open_at(gate);
    PresentedDocument altered = passport(1, 1);
    altered.chip.groups[DataGroup::DG2].back() ^= 1U;
    EXPECT_EQ(must(present(id, altered)).reason, ReferReason::DocumentAltered);
    PresentedDocument printed;
    printed.mrz = zone_of(listed(1));
    EXPECT_EQ(code_of(present(id, printed)), ErrorCode::StateConflict);
    EXPECT_EQ(must(site.manifests->context(context)).confirmed, 0U);
}

TEST_F(DocumentTransaction, WhoWasLetThroughBeforeDoesNotBoardOnAnotherPassport) {
    const auto context = site.open_flight(3);
    must(site.capture(site.open_at(gate), 1));
    const auto id = site.open_at(gate);
    EXPECT_EQ(must(site.capture(id, 1)).reason, ReferReason::AlreadyDone);
    const TransactionView view = must(present(id, passport(2, 1)));
    EXPECT_EQ(view.row.decision, "");
    EXPECT_EQ(site.traveler(context, 2).state, TravelerState::Expected);
}

TEST_F(DocumentTransaction, NoDocumentFollowsAConfirmedIdentity) {
    const auto id = site.open_at(land_booth);
    must(site.capture(id, 40));
    must(present(id, passport(41, 41)));
    must(site.decide(id, Decision::IdentityConfirmed, "compared by eye"));
    EXPECT_EQ(code_of(present(id, passport(40, 40))), ErrorCode::StateConflict);
    must(site.decide(id, Decision::Admitted));
    EXPECT_EQ(site.crossing_of(id)->outcome, Outcome::Manual);
}

// --- what a rule does not do by itself
// --------------------------------------------------------------

TEST_F(DocumentTransaction, ARuleBoardsNobodyWhoLeftTheListMeanwhile) {
    site.open_flight(3);
    const auto id = site.open_at(gate);
    must(present(id, passport(1, 1)));
    site.clock.advance(std::chrono::seconds(1)); // of two messages of one instant none is the later
    site.receive(testing::json_list("XX100", {listed(1)}, R"("function":"cancel_travelers",)"));
    const TransactionView view = must(site.capture(id, 1));
    EXPECT_EQ(view.row.decision, "");
    EXPECT_FALSE(site.crossing_of(id));
}

TEST_F(DocumentTransaction, ARuleBoardsNobodyFromAFlightThatLeft) {
    const auto context = site.open_flight(3);
    const auto id = site.open_at(gate);
    must(present(id, passport(1, 1)));
    must(site.contexts->depart(context, "test"));
    const auto view = site.capture(id, 1);
    EXPECT_TRUE(!view.has_value() || view->row.decision.empty());
    EXPECT_FALSE(site.crossing_of(id));
}

TEST_F(DocumentTransaction, ARuleBoardsNobodyWhoseDocumentContradictsTheList) {
    site.open_flight(3);
    const auto id = site.open_at(gate);
    testing::ListedPerson other = listed(1);
    other.family_name = "SOMEBODYELSE";
    PresentedDocument printed;
    printed.mrz = zone_of(other);
    must(present(id, printed));
    const TransactionView view = must(site.capture(id, 1));
    EXPECT_EQ(view.verdict, "match");
    EXPECT_EQ(view.row.decision, "");
}

TEST_F(DocumentTransaction, ASwappedPassportIsHeldAgainstTheTravelerWhomTheFaceFound) {
    site.open_flight(3);
    const auto id = site.open_at(booth);
    EXPECT_EQ(must(site.capture(id, 1)).verdict, "match");
    const TransactionView view = must(present(id, passport(2, 2)));
    EXPECT_EQ(view.verdict, "match");
    EXPECT_THAT(
        view.document->differences,
        Contains(::testing::AllOf(
            Field(&FieldDifference::field, "document_number"), Field(&FieldDifference::minor, false)
        ))
    );
}

TEST_F(DocumentTransaction, OnlyTheHolderOfThisDocumentMayBeNamed) {
    const auto first = site.open_at(land_booth);
    must(site.capture(first, 40));
    const TransactionView walker = must(present(first, passport(40, 40)));
    const auto second = site.open_at(land_booth);
    must(site.capture(second, 41));
    EXPECT_EQ(
        code_of(site.decide(second, Decision::IdentityConfirmed, "x", walker.document->traveler)),
        ErrorCode::NotFound
    );
}

TEST_F(DocumentTransaction, ADocumentWithoutAPhotoDoesNotStopTheSearch) {
    site.open_flight(3);
    const auto id = site.open_at(booth);
    PresentedDocument unknown;
    unknown.mrz = zone_of(listed(40));
    EXPECT_EQ(must(present(id, unknown)).verdict, "");
    EXPECT_EQ(must(site.capture(id, 1)).verdict, "match");
}

// --- time, failures, restarts
// -------------------------------------------------------------------------

TEST_F(DocumentTransaction, ASlowComparisonIsNoMatch) {
    const auto id = site.open_at(land_booth);
    must(present(id, passport(40, 40)));
    site.engine.slow_down(testing::ScriptedFaceEngine::Step::Extract, std::chrono::seconds(11));
    EXPECT_EQ(must(site.capture(id, 40)).reason, ReferReason::TimedOut);
}

TEST_F(DocumentTransaction, NothingIsTakenOrPresentedAfterItsTime) {
    const auto id = site.open_at(land_booth);
    site.clock.advance(std::chrono::seconds(121));
    EXPECT_EQ(code_of(site.capture(id, 40)), ErrorCode::StateConflict);
    EXPECT_EQ(code_of(present(id, passport(40, 40))), ErrorCode::StateConflict);
}

TEST_F(DocumentTransaction, AnOptOutThatCannotBeWrittenTakesNoPictureAnyMore) {
    site.open_flight(3);
    const auto id = site.open_at(booth);
    must(present(id, passport(1, 1)));
    site.store->refuse_writes();
    EXPECT_FALSE(site.transactions->opt_out(id, std::nullopt).has_value());
    site.store->work_again();
    EXPECT_EQ(code_of(site.capture(id, 1)), ErrorCode::StateConflict);
}

TEST_F(DocumentTransaction, AMismatchStaysAReferralAfterARestart) {
    const auto id = site.open_at(land_booth);
    must(present(id, passport(40, 40)));
    for (int attempt = 0; attempt < 3; ++attempt) {
        must(site.capture(id, 41));
    }
    must(site.transactions->opt_out(id, std::nullopt));
    site.restart();
    const auto crossing = site.crossing_of(id);
    ASSERT_TRUE(crossing);
    EXPECT_EQ(crossing->outcome, Outcome::Referred);
    EXPECT_EQ(crossing->reason, "mismatch");
}

} // namespace
} // namespace sallyport::verification
