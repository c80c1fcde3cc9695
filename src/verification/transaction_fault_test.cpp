// Proves that nothing that fails becomes a match: every error code at every step of the engine, a
// missing calibration, a foreign pack, an unfinished or closed gallery, a deadline, and a store
// that fails at any of its calls. What could not be recorded did not happen.
#include "base/limits.hpp"
#include "verification/testing/fixture.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::verification {
namespace {

using domain::ReferReason;
using testing::booth;
using testing::code_of;
using testing::gate;
using ::testing::IsEmpty;
using testing::json_list;
using testing::listed;
using testing::listed_from;
using testing::must;
using testing::picture_of;
using Step = testing::ScriptedFaceEngine::Step;

void expect_refer(const TransactionView& view, ReferReason reason, std::string_view what = "") {
    EXPECT_EQ(view.verdict, "refer") << what;
    ASSERT_TRUE(view.reason) << what;
    EXPECT_EQ(domain::refer_reason_name(*view.reason), domain::refer_reason_name(reason)) << what;
    EXPECT_FALSE(view.traveler) << what;
    EXPECT_EQ(view.row.attempts, 0) << what;
}

// --- the engine ---------------------------------------------------------------------------------

TEST(EngineFault, EveryErrorAtEveryStepRefersAndNeverMatches) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    for (const Step step : {Step::Detect, Step::Locate, Step::Extract}) {
        for (const ErrorCode code : all_error_codes()) {
            const std::string what =
                fmt::format("{} at step {}", error_code_name(code), static_cast<int>(step));
            const auto id = site.open_at(gate);
            site.engine.fail_at(step, code);
            const auto view = must(site.capture(id, 1));
            site.engine.fail_at(step, std::nullopt);
            // A landmark net that sees no face there says so; that is no failure.
            const bool nobody = step == Step::Locate && code == ErrorCode::NotFound;
            expect_refer(
                view, nobody ? ReferReason::NoFace : domain::refer_reason_for(Error(code, "")), what
            );
            EXPECT_FALSE(site.crossing_of(id)) << what;
            must(site.transactions->close(id));
        }
    }
    EXPECT_EQ(must(site.manifests->context(context)).confirmed, 0U);
    // The same person still matches once the engine works.
    EXPECT_EQ(must(site.capture(site.open_at(gate), 1)).verdict, "match");
}

TEST(EngineFault, ATemplateOfNoNumbersNeverMatches) {
    testing::Installation site;
    site.open_flight(3);
    site.engine.describe_as_nan(true);
    expect_refer(must(site.capture(site.open_at(gate), 1)), ReferReason::SystemFault);
}

TEST(EngineFault, HeldPhotosOfNoNumbersAreNotSearched) {
    testing::Installation site;
    site.engine.describe_as_nan(true);
    site.hold_photo(listed(0), picture_of(testing::person(0)));
    const auto context = site.receive(json_list("XX100", listed_from(0, 1)));
    EXPECT_THROW(site.await_gallery(context), std::runtime_error);
    site.assign_everywhere({context});
    site.engine.describe_as_nan(false);
    expect_refer(must(site.capture(site.open_at(gate), 0)), ReferReason::GalleryNotReady);
}

TEST(EngineFault, TemplatesOfAnotherPackAreNotCompared) {
    testing::Installation site;
    site.open_flight(3);
    site.engine.set_pack("scripted 2");
    expect_refer(must(site.capture(site.open_at(gate), 1)), ReferReason::GalleryNotReady);
}

TEST(EngineFault, ACalibrationOfAnotherPackSetsNoThreshold) {
    testing::Installation site;
    site.engine.set_pack("scripted 2");
    site.open_flight(3);
    const TransactionView view = must(site.capture(site.open_at(gate), 1));
    EXPECT_EQ(view.verdict, "refer");
    EXPECT_EQ(view.reason, ReferReason::GalleryNotReady);
    EXPECT_FALSE(view.traveler);
}

TEST(EngineFault, WithoutACalibrationEverySearchRefers) {
    testing::Installation site;
    site.open_flight(3);
    site.set_calibration(std::nullopt);
    expect_refer(must(site.capture(site.open_at(gate), 1)), ReferReason::NotCalibrated);
}

TEST(EngineFault, BeyondWhatTheCalibrationSupportsEverySearchRefers) {
    testing::Installation site;
    // With two templates an FPIR of 0.001 asks for an FMR of 1.7e-4; this one stops at 1e-3.
    site.set_calibration(
        must(domain::Calibration::make(site.engine.version(), {{1e-1, 0.3F}, {1e-3, 0.45F}}, 1e-3))
    );
    site.open_flight(2);
    expect_refer(must(site.capture(site.open_at(gate), 1)), ReferReason::NotCalibrated);
}

TEST(EngineFault, PastItsDeadlineACaptureIsTimedOutWhereverTheTimeWent) {
    testing::Installation site;
    site.open_flight(3);
    for (const Step step : {Step::Detect, Step::Locate, Step::Extract}) {
        site.engine.slow_down(step, limits::request_deadline + std::chrono::milliseconds(1));
        expect_refer(must(site.capture(site.open_at(gate), 1)), ReferReason::TimedOut);
        site.engine.slow_down(step, std::chrono::microseconds(0));
    }
    // Time in the queue counts too.
    const auto picture = picture_of(testing::person(1));
    CaptureRequest late;
    late.id = site.open_at(gate);
    late.frames = {picture};
    late.received_at = site.clock.steady_now();
    site.clock.advance(limits::request_deadline + std::chrono::milliseconds(1));
    const TransactionView view = must(site.transactions->capture(late));
    expect_refer(view, ReferReason::TimedOut);
    EXPECT_GE(view.timings.queue_ms, 10'000.0);
    site.engine.slow_down(Step::Extract, limits::request_deadline - std::chrono::milliseconds(1));
    EXPECT_EQ(must(site.capture(site.open_at(gate), 1)).verdict, "match");
}

// --- galleries ----------------------------------------------------------------------------------

TEST(GalleryFault, NobodyWithAHeldPhotoRefers) {
    testing::Installation site;
    const auto context = site.receive(json_list("XX100", listed_from(0, 3)));
    site.await_gallery(context);
    site.assign_everywhere({context});
    expect_refer(must(site.capture(site.open_at(gate), 1)), ReferReason::NoHeldPhoto);
}

TEST(GalleryFault, ACheckpointWithoutAContextSearchesNothing) {
    testing::Installation site;
    site.open_flight(3);
    must(site.checkpoints->assign(gate, {}));
    expect_refer(must(site.capture(site.open_at(gate), 1)), ReferReason::GalleryNotReady);
}

TEST(GalleryFault, AGalleryThatWasNeverBuiltRefers) {
    testing::Installation site;
    for (const auto& who : listed_from(0, 2)) {
        site.hold_photo(who, picture_of(testing::person(who.face)));
    }
    site.engine.fail_at(Step::Detect, ErrorCode::Internal);
    const auto context = site.receive(json_list("XX100", listed_from(0, 2)));
    EXPECT_THROW(site.await_gallery(context), std::runtime_error);
    site.engine.fail_at(Step::Detect, std::nullopt);
    site.assign_everywhere({context});
    expect_refer(must(site.capture(site.open_at(gate), 1)), ReferReason::GalleryNotReady);
}

TEST(GalleryFault, AContextThatClosesMeanwhileRefers) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto id = site.open_at(gate);
    must(site.capture(id, 50));
    must(site.contexts->close(context));
    site.checkpoints->release(context);
    const TransactionView view = must(site.capture(id, 1));
    EXPECT_EQ(view.verdict, "refer");
    EXPECT_EQ(view.reason, ReferReason::GalleryNotReady);
    EXPECT_FALSE(view.traveler);
}

TEST(GalleryFault, AClosedContextAmongSeveralIsNotSearchedAndStopsNobodyElse) {
    testing::Installation site;
    const auto first = site.open_flight(2, "XX100");
    site.hold_photo(listed(5), picture_of(testing::person(5)));
    const auto second = site.receive(json_list("YY200", listed_from(5, 1)));
    site.await_gallery(second);
    must(site.checkpoints->assign(gate, {first, second}));
    const auto id = site.open_at(gate);
    must(site.contexts->close(first));
    EXPECT_EQ(must(site.capture(id, 1)).verdict, "no_match");
    const TransactionView view = must(site.capture(id, 5));
    EXPECT_EQ(view.verdict, "match");
    EXPECT_EQ(view.evidence->n, 1U);
}

TEST(GalleryFault, AnUnfinishedContextAmongSeveralStopsTheSearch) {
    testing::Installation site;
    const auto first = site.open_flight(2, "XX100");
    site.hold_photo(listed(5), picture_of(testing::person(5)));
    site.engine.fail_at(Step::Detect, ErrorCode::Internal);
    const auto second = site.receive(json_list("YY200", listed_from(5, 1)));
    EXPECT_THROW(site.await_gallery(second), std::runtime_error);
    site.engine.fail_at(Step::Detect, std::nullopt);
    must(site.checkpoints->assign(gate, {first, second}));
    // Somebody who looks like this traveler may be in the other one.
    expect_refer(must(site.capture(site.open_at(gate), 1)), ReferReason::GalleryNotReady);
}

// --- the store ----------------------------------------------------------------------------------

// What of a transaction must stay as it was.
struct Standing {
    std::string row;
    bool live_photo;
    bool crossing;
    TravelerState traveler;
    std::uint64_t last_event;
    bool operator==(const Standing&) const = default;
};

Standing standing_of(
    testing::Installation& site, const domain::TransactionId& id, const domain::ContextId& context
) {
    const auto told = [](const TransactionRow& row) {
        return fmt::format(
            "{} {} {} {} {} {} {}",
            transaction_state_name(row.state),
            row.attempts,
            row.verdict,
            row.decision,
            row.traveler ? row.traveler->hex() : "-",
            row.captured_at ? format_instant(*row.captured_at) : "-",
            row.evidence
        );
    };
    const auto kept = must(site.store->transaction(id));
    const TransactionView view = must(site.transactions->view(id));
    EXPECT_EQ(told(view.row), told(*kept)) << "memory and record say different things";
    return {
        told(*kept),
        view.live_photo,
        site.crossing_of(id).has_value(),
        site.traveler(context, 1).state,
        must(site.events->last())
    };
}

// Makes each call to the store fail in turn; gives how many calls there were.
template <class Act>
int with_each_call_failing(
    testing::Installation& site,
    const domain::TransactionId& id,
    const domain::ContextId& context,
    testing::FailingStore::Calls calls,
    Act act
) {
    for (int call = 1;; ++call) {
        const Standing before = standing_of(site, id, context);
        site.store->fail_call(call, calls, ErrorCode::StorageFull);
        const Result<TransactionView> result = act();
        if (!site.store->work_again()) {
            EXPECT_TRUE(result.has_value());
            return call - 1;
        }
        EXPECT_EQ(code_of(result), ErrorCode::StorageFull) << "call " << call;
        const Standing after = standing_of(site, id, context);
        if (after == before) {
            continue;
        }
        // The answer may get lost after the commit; then all of it happened.
        EXPECT_EQ(calls, testing::FailingStore::Calls::All) << "call " << call;
        return call - 1;
    }
}

TEST(StoreFault, AMatchThatCannotBeCommittedBoardsNobody) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto id = site.open_at(gate);
    const int failures =
        with_each_call_failing(site, id, context, testing::FailingStore::Calls::Commits, [&] {
            return site.capture(id, 1);
        });
    EXPECT_EQ(failures, 1);
    EXPECT_EQ(site.crossing_of(id).value().outcome, ledger::Outcome::Confirmed);
}

TEST(StoreFault, WhicheverCallFailsAMatchHappensWhollyOrNotAtAll) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto id = site.open_at(gate);
    const int failures =
        with_each_call_failing(site, id, context, testing::FailingStore::Calls::All, [&] {
            return site.capture(id, 1);
        });
    // begin, traveler, crossing, state, transaction, event, commit; then the answer is put
    // together.
    EXPECT_EQ(failures, 7);
    EXPECT_EQ(site.crossing_of(id).value().outcome, ledger::Outcome::Confirmed);
    EXPECT_EQ(site.traveler(context, 1).state, TravelerState::Confirmed);
    EXPECT_EQ(must(site.transactions->view(id)).row.decision, "boarded");
}

TEST(StoreFault, WhicheverCallFailsADecisionHappensWhollyOrNotAtAll) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto id = site.open_at(booth);
    must(site.capture(id, 1));
    must(site.decide(id, Decision::IdentityConfirmed));
    const int failures =
        with_each_call_failing(site, id, context, testing::FailingStore::Calls::All, [&] {
            return site.decide(id, Decision::Admitted);
        });
    EXPECT_GE(failures, 7);
    EXPECT_EQ(site.crossing_of(id).value().outcome, ledger::Outcome::Confirmed);
}

TEST(StoreFault, WhicheverCallFailsClosingWritesOneCrossing) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto id = site.open_at(booth);
    must(site.capture(id, 50));
    const int failures =
        with_each_call_failing(site, id, context, testing::FailingStore::Calls::All, [&] {
            return site.transactions->close(id);
        });
    EXPECT_GE(failures, 4);
    EXPECT_EQ(site.crossing_of(id).value().outcome, ledger::Outcome::Abandoned);
}

TEST(StoreFault, ATransactionThatCouldNotBeOpenedIsNotThere) {
    testing::Installation site;
    site.open_flight(3);
    const auto request = site.request_at(gate, site.new_id());
    int failures = 0;
    for (int call = 1;; ++call) {
        site.store->fail_call(call);
        const auto opened = site.transactions->open(request);
        if (!site.store->work_again()) {
            EXPECT_TRUE(opened.has_value());
            break;
        }
        ++failures;
        EXPECT_EQ(code_of(opened), ErrorCode::StorageFull);
        EXPECT_EQ(code_of(site.transactions->view(request.id)), ErrorCode::NotFound);
        EXPECT_THAT(must(site.transactions->queue(gate)), IsEmpty());
    }
    EXPECT_EQ(failures, 5); // a look, begin, transaction, event, commit
}

TEST(StoreFault, ExpiringTakesEveryPictureEvenWhenNothingCanBeWritten) {
    testing::Installation site;
    site.open_flight(3);
    std::vector<domain::TransactionId> ids;
    for (std::size_t face = 0; face < 3; ++face) {
        ids.push_back(site.open_at(booth));
        must(site.capture(ids.back(), face));
    }
    site.clock.advance(site.entry_profile.timeout);
    site.store->refuse_writes();
    EXPECT_EQ(code_of(site.transactions->expire()), ErrorCode::StorageReadOnly);
    for (const auto& id : ids) {
        EXPECT_FALSE(site.transactions->live_photo(id).has_value());
        EXPECT_FALSE(site.crossing_of(id));
    }
    site.store->work_again();
    EXPECT_EQ(must(site.transactions->expire()), 3U);
    for (const auto& id : ids) {
        EXPECT_TRUE(site.crossing_of(id));
    }
}

} // namespace
} // namespace sallyport::verification
