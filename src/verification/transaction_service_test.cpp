// Proves the life of a transaction from opening to verdict: who is matched, what is no match, what
// refers, and that no picture that cannot be used counts as an attempt.
#include "base/limits.hpp"
#include "imaging/codec.hpp"
#include "verification/testing/fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace sallyport::verification {
namespace {

using domain::ReferReason;
using testing::booth;
using testing::code_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::FaceDrawing;
using testing::gate;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using testing::json_list;
using testing::Light;
using testing::listed_from;
using testing::must;
using testing::other_gate;
using testing::person;
using testing::picture_of;
using testing::picture_of_nobody;
using ::testing::SizeIs;

// --- opening ------------------------------------------------------------------------------------

TEST(OpenTransaction, StartsEmptyAndIsInTheQueueOfItsCheckpoint) {
    testing::Installation site;
    const auto context = site.open_flight(2);
    const auto first = site.open_at(gate);
    site.clock.advance(std::chrono::seconds(1));
    const auto second = site.open_at(gate);
    site.open_at(booth);
    const auto queue = must(site.transactions->queue(gate));
    ASSERT_THAT(queue, SizeIs(2));
    EXPECT_EQ(queue[0].row.id, first);
    EXPECT_EQ(queue[1].row.id, second);
    EXPECT_EQ(queue[0].row.state, TransactionState::Open);
    EXPECT_EQ(queue[0].verdict, "");
    EXPECT_EQ(queue[0].attempts_left, 3);
    EXPECT_EQ(queue[0].row.context, context);
    EXPECT_FALSE(queue[0].live_photo);
    EXPECT_EQ(code_of(site.transactions->queue({"nowhere"})), ErrorCode::NotFound);
    EXPECT_EQ(code_of(site.transactions->view(site.new_id())), ErrorCode::NotFound);
}

TEST(OpenTransaction, TheSameIdAgainIsTheSameTransaction) {
    testing::Installation site;
    site.open_flight(2);
    const auto request = site.request_at(gate, site.new_id());
    must(site.transactions->open(request));
    must(site.capture(request.id, 50));
    const TransactionView again = must(site.transactions->open(request));
    EXPECT_EQ(again.row.attempts, 1);
    EXPECT_THAT(must(site.transactions->queue(gate)), SizeIs(1));
    EXPECT_EQ(
        code_of(site.transactions->open(site.request_at(other_gate, request.id))),
        ErrorCode::AlreadyExists
    );
    must(site.transactions->close(request.id));
    EXPECT_EQ(code_of(site.transactions->open(request)), ErrorCode::StateConflict);
}

TEST(OpenTransaction, NeedsTheNoticeInForceShownBeforeNow) {
    testing::Installation site;
    auto request = site.request_at(gate, site.new_id());
    request.notice_version = "3.1";
    const auto other = site.transactions->open(request);
    ASSERT_EQ(code_of(other), ErrorCode::StateConflict);
    EXPECT_THAT(other.error().message(), HasSubstr(site.exit_profile.notice_version));
    request.notice_version = site.exit_profile.notice_version;
    request.notice_shown_at = site.clock.now() + std::chrono::minutes(6);
    EXPECT_EQ(code_of(site.transactions->open(request)), ErrorCode::StateConflict);
    request.notice_shown_at = site.clock.now() + std::chrono::minutes(4); // a clock may run ahead
    EXPECT_TRUE(site.transactions->open(request).has_value());
}

TEST(OpenTransaction, RefusesARequestThatMakesNoSense) {
    testing::Installation site;
    EXPECT_EQ(
        code_of(site.transactions->open(site.request_at(gate, domain::TransactionId()))),
        ErrorCode::InvalidArgument
    );
    EXPECT_EQ(
        code_of(site.transactions->open(site.request_at({"nowhere"}, site.new_id()))),
        ErrorCode::NotFound
    );
    auto two = site.request_at(gate, site.new_id());
    two.subjects = 2;
    EXPECT_EQ(code_of(site.transactions->open(two)), ErrorCode::InvalidArgument);
    EXPECT_THAT(must(site.transactions->queue(gate)), IsEmpty());
}

TEST(OpenTransaction, AtTheLimitTheQueueIsFullUntilOneEnds) {
    testing::Installation site;
    domain::TransactionId first;
    for (std::size_t count = 0; count < limits::transactions_open_max; ++count) {
        const auto id = site.open_at(booth);
        first = count == 0 ? id : first;
    }
    const auto request = site.request_at(booth, site.new_id());
    EXPECT_EQ(code_of(site.transactions->open(request)), ErrorCode::QueueFull);
    must(site.transactions->close(first));
    EXPECT_TRUE(site.transactions->open(request).has_value());
}

// --- a gate, where a match boards ---------------------------------------------------------------

TEST(GateTransaction, AMatchBoardsByRule) {
    testing::Installation site;
    const auto context = site.open_flight(5);
    const auto id = site.open_at(gate);
    site.clock.advance(std::chrono::seconds(2));
    const TransactionView view = must(site.capture(id, 3));
    EXPECT_EQ(view.verdict, "match");
    EXPECT_FALSE(view.reason);
    EXPECT_EQ(view.row.state, TransactionState::Decided);
    EXPECT_EQ(view.row.decision, "boarded");
    ASSERT_TRUE(view.traveler);
    EXPECT_EQ(view.traveler->traveler.id, site.id_of(context, 3));
    EXPECT_EQ(view.traveler->state, TravelerState::Confirmed);
    EXPECT_EQ(view.held_photos, 1U);
    EXPECT_THAT(view.allowed, IsEmpty());
    const auto crossing = site.crossing_of(id);
    ASSERT_TRUE(crossing);
    EXPECT_EQ(crossing->outcome, ledger::Outcome::Confirmed);
    EXPECT_TRUE(crossing->biometrically_confirmed);
    EXPECT_EQ(crossing->traveler, site.id_of(context, 3));
    EXPECT_EQ(crossing->context, context);
    EXPECT_EQ(crossing->direction, domain::Direction::Exit);
    EXPECT_EQ(crossing->captured_at, site.clock.now());
    EXPECT_EQ(must(site.manifests->context(context)).confirmed, 1U);
    EXPECT_THAT(
        site.event_kinds(gate), IsSupersetOf({"transaction.opened", "transaction.verdict"})
    );
}

TEST(GateTransaction, AVerdictSaysWhatItRestsOn) {
    testing::Installation site;
    site.open_flight(5);
    const auto id = site.open_at(gate);
    const auto evidence = must(site.capture(id, 3)).evidence;
    ASSERT_TRUE(evidence);
    EXPECT_EQ(evidence->pack, "scripted 1");
    EXPECT_EQ(evidence->n, 5U);
    EXPECT_EQ(evidence->identities, 5U);
    EXPECT_EQ(evidence->attempt, 1);
    EXPECT_EQ(evidence->attempts_max, 3);
    EXPECT_EQ(evidence->above_threshold, 1U);
    EXPECT_DOUBLE_EQ(evidence->fpir_max, 0.001);
    EXPECT_DOUBLE_EQ(evidence->fmr, must(domain::fmr_for_fpir(0.001, 5, 3)));
    EXPECT_FLOAT_EQ(
        evidence->threshold, must(site.calibration->threshold_for(evidence->fmr)).score
    );
    EXPECT_NEAR(evidence->scores.front(), 1.0F, 0.001F);
    EXPECT_NEAR(evidence->quality.interocular_px, 40.3, 0.5);
    const auto row = must(site.store->transaction(id));
    EXPECT_THAT(row->evidence, HasSubstr("\"n\":5"));
    EXPECT_THAT(row->evidence, HasSubstr("\"threshold\""));
}

TEST(GateTransaction, ShowsTheLivePhotoOfWhoStandsThereAndTheHeldOneOfWhoWasMatched) {
    testing::Installation site;
    site.open_flight(4);
    const auto id = site.open_at(gate);
    must(site.capture(id, 2));
    const auto live = must(imaging::decode_image(must(site.transactions->live_photo(id))));
    const auto held = must(imaging::decode_image(must(site.transactions->held_photo(id, 0))));
    EXPECT_EQ(live.width(), 480);
    EXPECT_EQ(live.height(), 600);
    for (const imaging::Image* picture : {&live, &held}) {
        const auto shown = testing::identity_in(*picture);
        ASSERT_TRUE(shown);
        EXPECT_GT(testing::cosine(*shown, person(2)), 0.95);
    }
    EXPECT_EQ(code_of(site.transactions->held_photo(id, 1)), ErrorCode::NotFound);
}

TEST(GateTransaction, AStrangerMayTryTwiceMoreAndIsThenReferred) {
    testing::Installation site;
    site.open_flight(5);
    const auto id = site.open_at(gate);
    for (int attempt = 1; attempt <= 2; ++attempt) {
        const TransactionView view = must(site.capture(id, 50));
        EXPECT_EQ(view.verdict, "no_match");
        EXPECT_FALSE(view.reason);
        EXPECT_EQ(view.attempts_left, 3 - attempt);
        EXPECT_FALSE(view.traveler);
    }
    const TransactionView last = must(site.capture(id, 50));
    EXPECT_EQ(last.verdict, "refer");
    EXPECT_EQ(last.reason, ReferReason::NotConfirmed);
    EXPECT_EQ(last.attempts_left, 0);
    EXPECT_EQ(code_of(site.capture(id, 3)), ErrorCode::StateConflict);
    EXPECT_FALSE(site.crossing_of(id)) << "nobody decided yet";
}

TEST(GateTransaction, ARetryMayMatch) {
    testing::Installation site;
    site.open_flight(5);
    const auto id = site.open_at(gate);
    must(site.capture(id, picture_of(testing::resembling(3, 0.3, 50, 0.1))));
    const TransactionView view = must(site.capture(id, 3));
    EXPECT_EQ(view.verdict, "match");
    EXPECT_EQ(view.evidence->attempt, 2);
}

TEST(GateTransaction, TwoWhoLookAlikeAreReferredAndNobodyBoards) {
    testing::Installation site;
    const auto context = site.open_flight(5);
    for (const double second : {0.66, 0.72}) {
        const auto id = site.open_at(gate);
        const auto picture = picture_of(testing::resembling(1, 0.69, 2, second));
        const TransactionView view = must(site.capture(id, picture));
        EXPECT_EQ(view.verdict, "refer");
        EXPECT_EQ(view.reason, ReferReason::NearTie);
        EXPECT_FALSE(view.traveler);
        EXPECT_EQ(view.attempts_left, 0);
    }
    EXPECT_EQ(must(site.manifests->context(context)).confirmed, 0U);
}

TEST(GateTransaction, TheSamePersonASecondTimeIsReferred) {
    testing::Installation site;
    site.open_flight(3);
    must(site.capture(site.open_at(gate), 1));
    const auto second = site.open_at(other_gate);
    const TransactionView view = must(site.capture(second, 1));
    EXPECT_EQ(view.verdict, "refer");
    EXPECT_EQ(view.reason, ReferReason::AlreadyDone);
    EXPECT_FALSE(site.crossing_of(second));
}

TEST(GateTransaction, OfTwoGatesAtOnceOnlyOneConfirms) {
    testing::Installation site;
    const auto context = site.open_flight(8);
    for (std::size_t face = 0; face < 8; ++face) {
        const std::array ids{site.open_at(gate), site.open_at(other_gate)};
        std::array<std::optional<TransactionView>, 2> views;
        std::vector<std::thread> gates;
        for (std::size_t side = 0; side < 2; ++side) {
            gates.emplace_back([&, side] { views[side] = must(site.capture(ids[side], face)); });
        }
        for (std::thread& thread : gates) {
            thread.join();
        }
        int matches = 0;
        for (std::size_t side = 0; side < 2; ++side) {
            const bool match = views[side]->verdict == "match";
            matches += match ? 1 : 0;
            EXPECT_EQ(site.crossing_of(ids[side]).has_value(), match);
            if (!match) {
                EXPECT_EQ(views[side]->reason, ReferReason::AlreadyDone);
            }
        }
        EXPECT_EQ(matches, 1) << face;
    }
    EXPECT_EQ(must(site.manifests->context(context)).confirmed, 8U);
}

TEST(GateTransaction, TheNextTravelerEndsTheOneWhoBoarded) {
    testing::Installation site;
    site.open_flight(3);
    const auto boarded = site.open_at(gate);
    must(site.capture(boarded, 1));
    const auto elsewhere = site.open_at(other_gate);
    must(site.capture(elsewhere, 2));
    site.open_at(gate);
    EXPECT_EQ(must(site.transactions->view(boarded)).row.state, TransactionState::Closed);
    EXPECT_FALSE(site.transactions->live_photo(boarded).has_value());
    EXPECT_EQ(must(site.transactions->view(elsewhere)).row.state, TransactionState::Decided);
}

// --- pictures that cannot be used ---------------------------------------------------------------

TEST(UnusablePicture, GivesItsReasonAndIsNoAttempt) {
    testing::Installation site;
    site.open_flight(3);
    const FaceDrawing good{.identity = person(1)};
    FaceDrawing small = good, dark = good, bright = good, cut = good, left = good, right = good;
    small.cell_px = 8;
    small.left_px = 200;
    dark.light = Light::Dark;
    bright.light = Light::Bright;
    cut.left_px = -32;
    left.left_px = 64;
    right.left_px = 256;
    const std::vector<std::pair<testing::Picture, ReferReason>> cases{
        {picture_of_nobody(), ReferReason::NoFace},
        {picture_of({small}), ReferReason::FaceTooSmall},
        {picture_of({dark}), ReferReason::TooDark},
        {picture_of({bright}), ReferReason::TooBright},
        {picture_of({cut}), ReferReason::FaceCutOff},
        {picture_of({left, right}), ReferReason::TooManyFaces},
    };
    const auto id = site.open_at(gate);
    for (const auto& [picture, reason] : cases) {
        const TransactionView view = must(site.capture(id, picture));
        EXPECT_EQ(view.verdict, "refer");
        EXPECT_EQ(view.reason, reason) << domain::refer_reason_name(reason);
        EXPECT_EQ(view.row.attempts, 0);
        EXPECT_EQ(view.attempts_left, 3);
    }
    EXPECT_EQ(must(site.transactions->view(id)).unusable_captures, cases.size());
    EXPECT_EQ(must(site.capture(id, 1)).verdict, "match");
}

TEST(UnusablePicture, EndsInAReferAfterSoMany) {
    testing::Installation site;
    site.open_flight(3);
    const auto id = site.open_at(gate);
    for (int count = 1; count < limits::captures_unusable_max; ++count) {
        EXPECT_EQ(must(site.capture(id, picture_of_nobody())).attempts_left, 3) << count;
    }
    EXPECT_EQ(must(site.capture(id, picture_of_nobody())).attempts_left, 0);
    EXPECT_EQ(code_of(site.capture(id, 1)), ErrorCode::StateConflict);
}

TEST(UnusablePicture, ARequestWithoutAPictureIsAnErrorAndChangesNothing) {
    testing::Installation site;
    site.open_flight(3);
    const auto id = site.open_at(gate);
    EXPECT_EQ(code_of(site.capture(id, testing::Picture{})), ErrorCode::ImageUndecodable);
    EXPECT_EQ(code_of(site.capture(id, {'G', 'I', 'F'})), ErrorCode::ImageUndecodable);
    auto cut = picture_of(person(1));
    cut.resize(cut.size() / 2);
    EXPECT_EQ(code_of(site.capture(id, cut)), ErrorCode::ImageUndecodable);
    CaptureRequest request;
    request.id = id;
    EXPECT_EQ(code_of(site.transactions->capture(request)), ErrorCode::InvalidArgument);
    const auto picture = picture_of(person(1));
    request.frames.assign(limits::capture_frames_max + 1, picture);
    EXPECT_EQ(code_of(site.transactions->capture(request)), ErrorCode::InvalidArgument);
    request.frames.resize(1);
    request.captured_at = site.clock.now() + std::chrono::hours(1);
    EXPECT_EQ(code_of(site.transactions->capture(request)), ErrorCode::InvalidArgument);
    EXPECT_EQ(code_of(site.capture(site.new_id(), 1)), ErrorCode::NotFound);
    const TransactionView view = must(site.transactions->view(id));
    EXPECT_EQ(view.row.state, TransactionState::Open);
    EXPECT_EQ(view.unusable_captures, 0U);
}

TEST(Capture, UsesTheBestOfItsFramesAndPassesOverABrokenOne) {
    testing::Installation site;
    site.open_flight(3);
    const auto id = site.open_at(gate);
    const auto nobody = picture_of_nobody();
    const auto good = picture_of(person(1));
    const testing::Picture broken{1, 2, 3};
    const Instant taken = site.clock.now() - std::chrono::seconds(3);
    CaptureRequest request;
    request.id = id;
    request.frames = {nobody, broken, good};
    request.captured_at = taken;
    request.clock_quality = ClockQuality::FreeRunning;
    const TransactionView view = must(site.transactions->capture(request));
    EXPECT_EQ(view.verdict, "match");
    EXPECT_EQ(view.row.captured_at, taken);
    EXPECT_EQ(site.crossing_of(id).value().clock_quality, ClockQuality::FreeRunning);
}

TEST(Capture, CountsBystandersAndSearchesNoneOfThem) {
    testing::Installation site;
    site.open_flight(3);
    const auto id = site.open_at(gate);
    const FaceDrawing traveler{.identity = person(50)}; // on no list
    const FaceDrawing bystander{.identity = person(1), .left_px = 384, .top_px = 8, .cell_px = 8};
    const TransactionView view = must(site.capture(id, picture_of({traveler, bystander})));
    EXPECT_EQ(view.faces_seen, 2U);
    EXPECT_EQ(view.verdict, "no_match");
}

TEST(Capture, SearchesTheContextsOfItsCheckpointAndNoOther) {
    testing::Installation site;
    const auto first = site.open_flight(2, "XX100");
    site.hold_photo(testing::listed(5), picture_of(person(5)));
    const auto second = site.receive(json_list("YY200", listed_from(5, 1)));
    site.await_gallery(second);
    EXPECT_EQ(must(site.capture(site.open_at(gate), 5)).verdict, "no_match");
    must(site.checkpoints->assign(gate, {first, second}));
    const TransactionView view = must(site.capture(site.open_at(gate), 5));
    EXPECT_EQ(view.verdict, "match");
    EXPECT_EQ(view.row.context, second);
    EXPECT_EQ(view.evidence->n, 3U);
    EXPECT_EQ(must(site.capture(site.open_at(other_gate), 5)).verdict, "no_match");
}

// --- two flights at one checkpoint
// ----------------------------------------------------------------

TEST(ConnectingTraveler, DoesNotTieWithThemselves) {
    testing::Installation site;
    const auto first = site.open_flight(3, "XX100");
    const auto second = site.receive(testing::json_list("YY200", testing::listed_from(1, 3)));
    site.await_gallery(second);
    site.assign_everywhere({first, second});
    const auto id = site.open_at(testing::booth);
    const TransactionView view = testing::must(site.capture(id, 1));
    EXPECT_EQ(view.verdict, "match");
    EXPECT_EQ(view.traveler->traveler.id, site.id_of(first, 1));
    EXPECT_EQ(view.evidence->n, 5U); // the fourth one has no held photo
}

TEST(ConnectingTraveler, TiesWhenNothingSaysThatTheyAreOnePerson) {
    testing::Installation site;
    const auto first = site.open_flight(3, "XX100");
    testing::ListedPerson stranger = testing::listed(30);
    site.hold_photo(stranger, testing::picture_of(testing::person(1)));
    const auto second = site.receive(testing::json_list("YY200", {stranger}));
    site.await_gallery(second);
    site.assign_everywhere({first, second});
    const auto id = site.open_at(testing::booth);
    const TransactionView view = testing::must(site.capture(id, 1));
    EXPECT_EQ(view.verdict, "refer");
    EXPECT_EQ(view.reason, domain::ReferReason::NearTie);
}

} // namespace
} // namespace sallyport::verification
