// Proves the life of a context: windows and encounters open as asked, a departure makes exits
// final, return to gate and offloading void them, what is over is searched nowhere, time closes
// what nobody closed, and a step that cannot be stored changes nothing.
#include "verification/testing/fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::verification {
namespace {

using domain::ContextState;
using ledger::MarkKind;
using std::chrono::hours;
using testing::booth;
using testing::code_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::gate;
using ::testing::IsEmpty;
using testing::json_list;
using testing::listed_from;
using testing::must;
using ::testing::Not;
using ::testing::SizeIs;

Instant at(std::string_view time) {
    return must(parse_instant(std::string(time) + ":00Z"));
}

domain::Context context_of(testing::Installation& site, const domain::ContextId& id) {
    return must(site.manifests->context(id)).context;
}

std::vector<domain::ContextId>
searched_at(testing::Installation& site, const domain::CheckpointName& name) {
    const Checkpoint checkpoint = must(site.checkpoints->find(name));
    return site.directory->searchable(checkpoint.profile, checkpoint.contexts);
}

domain::TransactionId board(testing::Installation& site, std::size_t face) {
    const auto id = site.open_at(gate);
    const TransactionView view = must(site.capture(id, face));
    EXPECT_EQ(view.row.decision, "boarded");
    return id;
}

// The mark in force of the crossing that a transaction left; nothing when it has none.
std::optional<MarkKind> mark_of(
    testing::Installation& site, const domain::ContextId& context, const domain::TransactionId& id
) {
    const auto crossing = site.crossing_of(id);
    std::optional<MarkKind> latest;
    for (const ledger::CrossingMark& mark : must(site.store->marks_of_context(context))) {
        if (crossing && mark.crossing == crossing->id) {
            latest = mark.kind;
        }
    }
    return latest;
}

// --- departure ----------------------------------------------------------------------------------

TEST(Departure, ByHandEverybodyBoardedIsOnBoard) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto boarded = board(site, 0);
    must(site.contexts->depart(context, "departed"));
    EXPECT_EQ(context_of(site, context).state, ContextState::Departed);
    EXPECT_EQ(mark_of(site, context, boarded), MarkKind::Final);
    const ContextView view = must(site.manifests->context(context));
    EXPECT_EQ(view.on_board, 1U);
    EXPECT_EQ(view.not_on_board, 2U);
    EXPECT_EQ(site.traveler(context, 0).state, TravelerState::Expected);
    EXPECT_TRUE(must(site.galleries->snapshot(context))->holds(site.id_of(context, 0)));
    EXPECT_FALSE(must(site.galleries->snapshot(context))->holds(site.id_of(context, 1)));
    EXPECT_THAT(searched_at(site, gate), IsEmpty()) << "it has left";
    EXPECT_THAT(searched_at(site, booth), ElementsAre(context));
    EXPECT_EQ(code_of(site.contexts->depart(context, "again")), ErrorCode::StateConflict);
    EXPECT_THAT(site.event_kinds(gate), Contains("context.departed"));
}

TEST(Departure, ClosesAFlightThatArrivesNowhereHere) {
    testing::Installation site;
    const auto context = site.open_flight(2);
    must(site.checkpoints->assign(booth, {}));
    must(site.checkpoints->assign(testing::other_booth, {}));
    const auto boarded = board(site, 1);
    must(site.contexts->depart(context, "departed"));
    const domain::Context now = context_of(site, context);
    EXPECT_EQ(now.state, ContextState::Closed);
    EXPECT_EQ(now.closed_at, site.clock.now());
    EXPECT_EQ(mark_of(site, context, boarded), MarkKind::Final);
    EXPECT_EQ(site.traveler(context, 1).state, TravelerState::Confirmed);
    EXPECT_EQ(code_of(site.galleries->snapshot(context)), ErrorCode::ContextClosed);
    EXPECT_THAT(must(site.checkpoints->find(gate)).contexts, IsEmpty());
}

TEST(Departure, IsExpectedByTheWindowWhereItArrives) {
    testing::Installation site;
    const auto context =
        site.receive(json_list("XX100", listed_from(0, 2), R"("arrives_at":"2026-05-01T18:30",)"));
    const auto window = must(site.contexts->open_window(
        {.name = "", .place = "JFK", .from = at("2026-05-01T18:00"), .to = at("2026-05-01T20:00")}
    ));
    must(site.checkpoints->assign(booth, {window.id}));
    EXPECT_THAT(searched_at(site, booth), ElementsAre(context));
    must(site.contexts->depart(context, "departed"));
    EXPECT_EQ(context_of(site, context).state, ContextState::Departed);
    EXPECT_THAT(searched_at(site, booth), ElementsAre(context));
    // Nobody was to pass an exit here, so nothing is known against anybody on the list.
    EXPECT_EQ(must(site.manifests->context(context)).listed, 2U);
}

TEST(Departure, WhoOptedOutAndWasBoardedLeavesToo) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto boarded = site.open_at(gate);
    must(site.transactions->opt_out(boarded, site.id_of(context, 1)));
    must(site.decide(boarded, Decision::Boarded, "passport", site.id_of(context, 1)));
    const auto left = site.open_at(testing::other_gate);
    must(site.transactions->opt_out(left, site.id_of(context, 2)));
    must(site.transactions->close(left));
    must(site.contexts->depart(context, "departed"));
    EXPECT_EQ(site.traveler(context, 1).listed, ListStatus::OnBoard);
    EXPECT_EQ(site.traveler(context, 1).state, TravelerState::OptedOut);
    EXPECT_EQ(mark_of(site, context, boarded), MarkKind::Final);
    EXPECT_EQ(site.traveler(context, 2).listed, ListStatus::NotOnBoard);
    EXPECT_EQ(mark_of(site, context, left), std::nullopt);
}

// --- return to gate, offloading, cancelling -----------------------------------------------------

TEST(ReturnToGate, VoidsTheExitsAndBoardsAnew) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto first = board(site, 0);
    const auto opted_out = site.id_of(context, 2);
    must(site.transactions->opt_out(site.open_at(testing::other_gate), opted_out));
    must(site.contexts->depart(context, "departed"));
    site.clock.advance(std::chrono::minutes(20));
    must(site.contexts->return_to_gate(context));
    const domain::Context now = context_of(site, context);
    EXPECT_EQ(now.state, ContextState::Open);
    EXPECT_EQ(now.reopened_at, site.clock.now());
    EXPECT_EQ(mark_of(site, context, first), MarkKind::Voided);
    EXPECT_EQ(must(site.manifests->context(context)).listed, 3U);
    EXPECT_EQ(site.traveler(context, 0).state, TravelerState::Expected);
    EXPECT_EQ(must(site.manifests->traveler(opted_out)).state, TravelerState::OptedOut);
    site.await_gallery(context);
    EXPECT_EQ(must(site.galleries->snapshot(context))->template_count(), 2U);
    EXPECT_FALSE(must(site.galleries->snapshot(context))->holds(opted_out));

    const auto second = board(site, 0);
    must(site.contexts->depart(context, "departed"));
    EXPECT_EQ(mark_of(site, context, first), MarkKind::Voided) << "that exit did not take place";
    EXPECT_EQ(mark_of(site, context, second), MarkKind::Final);
}

TEST(ReturnToGate, OpensAClosedFlightForItsCheckpointsAgain) {
    testing::Installation site;
    const auto context = site.open_flight(2);
    must(site.checkpoints->assign(booth, {}));
    must(site.checkpoints->assign(testing::other_booth, {}));
    must(site.contexts->depart(context, "departed"));
    ASSERT_EQ(context_of(site, context).state, ContextState::Closed);
    EXPECT_EQ(code_of(site.galleries->snapshot(context)), ErrorCode::ContextClosed);
    must(site.contexts->return_to_gate(context));
    site.await_gallery(context);
    EXPECT_THAT(searched_at(site, gate), ElementsAre(context));
    board(site, 1);
    EXPECT_EQ(code_of(site.contexts->return_to_gate(context)), ErrorCode::StateConflict);
}

TEST(ReturnToGate, TakesBackTheCloseOutOfTheLists) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto close_out = must(site.manifests->receive(
        json_list("XX100", listed_from(0, 1), R"("function":"close_on_board",)"),
        manifest::ListFormat::Json
    ));
    ASSERT_TRUE(close_out.accepted);
    EXPECT_EQ(must(site.manifests->context(context)).not_on_board, 2U);
    site.clock.advance(std::chrono::minutes(5));
    must(site.contexts->return_to_gate(context));
    EXPECT_EQ(must(site.manifests->context(context)).listed, 3U);
    site.clock.advance(std::chrono::minutes(5));
    must(site.manifests->receive(
        json_list("XX100", listed_from(5, 1), R"("function":"change",)"), manifest::ListFormat::Json
    ));
    EXPECT_EQ(context_of(site, context).state, ContextState::Open);
    EXPECT_EQ(must(site.manifests->context(context)).listed, 4U);
}

TEST(Offloading, VoidsTheExitAndLeavesTheGallery) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto boarded = board(site, 1);
    const auto id = site.id_of(context, 1);
    EXPECT_EQ(code_of(site.contexts->offload(site.id_of(context, 0))), ErrorCode::StateConflict);
    EXPECT_EQ(code_of(site.contexts->offload(domain::TravelerId())), ErrorCode::NotFound);
    must(site.contexts->offload(id));
    EXPECT_EQ(mark_of(site, context, boarded), MarkKind::Voided);
    EXPECT_EQ(site.traveler(context, 1).listed, ListStatus::NotOnBoard);
    EXPECT_EQ(site.traveler(context, 1).state, TravelerState::Expected);
    EXPECT_FALSE(must(site.galleries->snapshot(context))->holds(id));
    EXPECT_THAT(site.event_kinds(gate), Contains("traveler.offloaded"));
    EXPECT_EQ(code_of(site.contexts->offload(id)), ErrorCode::StateConflict);
}

TEST(Cancelling, VoidsExitsAndEndsTheFlight) {
    testing::Installation site;
    const auto context = site.open_flight(2);
    const auto boarded = board(site, 1);
    must(site.contexts->cancel(context, "flight_cancelled"));
    EXPECT_EQ(context_of(site, context).state, ContextState::Cancelled);
    EXPECT_EQ(mark_of(site, context, boarded), MarkKind::Voided);
    EXPECT_THAT(searched_at(site, gate), IsEmpty());
    EXPECT_EQ(code_of(site.galleries->snapshot(context)), ErrorCode::ContextClosed);
    EXPECT_EQ(code_of(site.contexts->cancel(context, "again")), ErrorCode::ContextClosed);
    EXPECT_EQ(code_of(site.contexts->depart(context, "departed")), ErrorCode::ContextClosed);
    EXPECT_EQ(code_of(site.contexts->return_to_gate(context)), ErrorCode::StateConflict);
    EXPECT_EQ(code_of(site.contexts->close(context)), ErrorCode::ContextClosed);
    EXPECT_EQ(code_of(site.contexts->cancel(domain::ContextId(), "nothing")), ErrorCode::NotFound);
}

// --- windows and encounters ---------------------------------------------------------------------

TEST(ArrivalsWindow, StandsForTheFlightsThatArriveInIt) {
    testing::Installation site;
    const auto flight = [&](const char* name, const std::string& more) {
        return site.receive(json_list(name, listed_from(0, 1), more));
    };
    const auto late = flight("XX100", R"("arrives_at":"2026-05-01T19:00",)");
    const auto early = flight("XX200", R"("arrives_at":"2026-05-01T18:00",)");
    flight("XX300", R"("arrives_at":"2026-05-01T20:01",)");
    flight("XX400", "");
    std::string elsewhere =
        json_list("XX500", listed_from(0, 1), R"("arrives_at":"2026-05-01T18:30",)");
    elsewhere.replace(elsewhere.find("JFK"), 3, "LAX");
    site.receive(elsewhere);
    const auto window = must(site.contexts->open_window(
        {.name = "Evening",
         .place = "JFK",
         .from = at("2026-05-01T18:00"),
         .to = at("2026-05-01T20:00")}
    ));
    EXPECT_EQ(window.kind, domain::ContextKind::ArrivalsWindow);
    EXPECT_EQ(window.designator, "Evening");
    must(site.checkpoints->assign(booth, {late, window.id}));
    EXPECT_THAT(searched_at(site, booth), ElementsAre(late, early)) << "each once";
    must(site.contexts->close(window.id));
    EXPECT_THAT(searched_at(site, booth), ElementsAre(late));
    EXPECT_THAT(must(site.checkpoints->find(booth)).contexts, ElementsAre(late));
    EXPECT_EQ(code_of(site.contexts->depart(window.id, "no")), ErrorCode::StateConflict);
}

TEST(ArrivalsWindow, AsksForAPlaceAndASpan) {
    testing::Installation site;
    const Instant from = at("2026-05-01T18:00");
    const auto refused = [&](std::string place, Instant to) {
        return code_of(site.contexts->open_window(
                   {.name = "", .place = std::move(place), .from = from, .to = to}
               )) == ErrorCode::InvalidArgument;
    };
    EXPECT_TRUE(refused("", from + hours(1)));
    EXPECT_TRUE(refused("jfk", from + hours(1)));
    EXPECT_TRUE(refused("JFK", from));
    EXPECT_TRUE(refused("JFK", from - hours(1)));
    EXPECT_TRUE(refused("JFK", from + hours(48) + std::chrono::microseconds(1)));
    EXPECT_FALSE(refused("JFK", from + hours(48)));
}

TEST(Encounters, AreOneContextForACheckpointAndADay) {
    testing::Installation site;
    const auto first = must(site.contexts->encounters_at(booth));
    EXPECT_EQ(first.kind, domain::ContextKind::Encounters);
    EXPECT_EQ(first.closes_at, at("2026-05-02T02:00"));
    EXPECT_EQ(must(site.contexts->encounters_at(booth)).id, first.id);
    EXPECT_NE(must(site.contexts->encounters_at(testing::other_booth)).id, first.id);
    site.restart();
    EXPECT_EQ(must(site.contexts->encounters_at(booth)).id, first.id);
    site.clock.advance(hours(16)); // midnight
    EXPECT_NE(must(site.contexts->encounters_at(booth)).id, first.id);
    EXPECT_EQ(code_of(site.contexts->encounters_at({"nowhere"})), ErrorCode::NotFound);
    EXPECT_EQ(code_of(site.galleries->coverage(first.id)), ErrorCode::NotFound);
}

TEST(Encounters, AreFoundWhileAListIsBeingTaken) {
    testing::Installation site;
    const auto first = must(site.contexts->encounters_at(booth));
    const auto turn = site.contexts->turn();
    EXPECT_EQ(must(site.contexts->encounters_at(booth)).id, first.id);
}

// --- time ---------------------------------------------------------------------------------------

TEST(Expiry, LetsGoOfWhatIsOverADayLater) {
    testing::Installation site;
    const auto flight = site.open_flight(2);
    site.clock.advance(hours(52)); // twelve on the third
    EXPECT_EQ(must(site.contexts->expire()), 1U);
    EXPECT_TRUE(site.directory->find(flight));
    EXPECT_TRUE(site.galleries->coverage(flight).has_value());
    site.clock.advance(hours(24));
    EXPECT_EQ(must(site.contexts->expire()), 0U);
    EXPECT_FALSE(site.directory->find(flight));
    EXPECT_EQ(code_of(site.galleries->coverage(flight)), ErrorCode::NotFound);
    site.restart();
    EXPECT_FALSE(site.directory->find(flight));
    // The record has it, and it can be brought back all the same.
    must(site.contexts->return_to_gate(flight));
    site.await_gallery(flight);
    EXPECT_EQ(must(site.galleries->snapshot(flight))->template_count(), 2U);
}

TEST(Expiry, ClosesWhatNobodyClosed) {
    testing::Installation site;
    const auto flight = site.open_flight(2); // leaves at 10:00 on the first, arrives some time
    const auto arriving =
        site.receive(json_list("YY200", listed_from(5, 1), R"("arrives_at":"2026-05-01T18:00",)"));
    const auto window = must(site.contexts->open_window(
        {.name = "", .place = "JFK", .from = at("2026-05-01T18:00"), .to = at("2026-05-01T20:00")}
    ));
    EXPECT_EQ(context_of(site, flight).closes_at, at("2026-05-03T12:00"));
    EXPECT_EQ(context_of(site, arriving).closes_at, at("2026-05-02T20:00"));
    EXPECT_EQ(window.closes_at, at("2026-05-02T10:00"));
    const auto snapshot = must(site.galleries->snapshot(flight));

    EXPECT_EQ(must(site.contexts->expire()), 0U);
    site.clock.advance(hours(26)); // 10:00 on the second
    EXPECT_EQ(must(site.contexts->expire()), 1U);
    EXPECT_EQ(context_of(site, window.id).state, ContextState::Closed);
    site.clock.advance(hours(10));
    EXPECT_EQ(must(site.contexts->expire()), 1U);
    EXPECT_EQ(context_of(site, arriving).state, ContextState::Closed);
    site.clock.advance(hours(16) - std::chrono::microseconds(1));
    EXPECT_EQ(must(site.contexts->expire()), 0U);
    EXPECT_THAT(searched_at(site, gate), ElementsAre(flight));
    site.clock.advance(std::chrono::microseconds(1));
    // Over, whether or not the timer has run.
    EXPECT_THAT(searched_at(site, gate), IsEmpty());
    EXPECT_EQ(must(site.contexts->expire()), 1U);
    EXPECT_EQ(snapshot.use_count(), 1) << "somebody still holds the gallery";
    EXPECT_EQ(must(site.contexts->expire()), 0U);
    EXPECT_THAT(site.event_kinds(gate), Contains("context.closed").Times(3));
}

TEST(Expiry, GivesAListOfYesterdaysFlightSomeTime) {
    testing::Installation site;
    site.clock.advance(hours(24 * 30));
    const auto context = site.receive(json_list("XX100", listed_from(0, 1)));
    EXPECT_EQ(must(site.contexts->expire()), 0U);
    site.clock.advance(hours(2));
    EXPECT_EQ(must(site.contexts->expire()), 1U);
    EXPECT_EQ(context_of(site, context).state, ContextState::Closed);
}

TEST(Expiry, ReportsAFailureAndTriesAgain) {
    testing::Installation site;
    const auto flight = site.open_flight(2);
    site.clock.advance(hours(24 * 3));
    site.store->refuse_writes();
    EXPECT_EQ(code_of(site.contexts->expire()), ErrorCode::StorageReadOnly);
    EXPECT_EQ(context_of(site, flight).state, ContextState::Open);
    site.store->work_again();
    EXPECT_EQ(must(site.contexts->expire()), 1U);
}

// --- storing ------------------------------------------------------------------------------------

TEST(ContextSteps, AreWholeOrNotAtAll) {
    using Act = std::function<Status(testing::Installation&, const domain::ContextId&)>;
    const std::vector<Act> acts{
        [](auto& site, const auto& id) { return site.contexts->depart(id, "departed"); },
        [](auto& site, const auto& id) { return site.contexts->cancel(id, "flight_cancelled"); },
        [](auto& site, const auto& id) { return site.contexts->offload(site.id_of(id, 1)); },
        [](auto& site, const auto& id) { return site.contexts->close(id); },
    };
    for (const Act& act : acts) {
        testing::Installation site;
        const auto context = site.open_flight(3);
        board(site, 1);
        const auto events_before = must(site.events->last());
        int failures = 0;
        for (int call = 1;; ++call) {
            site.store->fail_call(call);
            Status done;
            try {
                done = act(site, context);
            } catch (const std::runtime_error&) {
                // The fixture's own look at the record failed, before the step.
                done = fail(ErrorCode::StorageFull, "looking");
            }
            if (!site.store->work_again()) {
                EXPECT_TRUE(done.has_value());
                break;
            }
            ++failures;
            ASSERT_EQ(code_of(done), ErrorCode::StorageFull) << call;
            ASSERT_EQ(context_of(site, context).state, ContextState::Open) << call;
            ASSERT_EQ(must(site.events->last()), events_before) << call;
            ASSERT_THAT(must(site.store->marks_of_context(context)), IsEmpty()) << call;
            ASSERT_EQ(site.traveler(context, 1).state, TravelerState::Confirmed) << call;
            ASSERT_EQ(site.traveler(context, 1).listed, ListStatus::Listed) << call;
            ASSERT_EQ(must(site.galleries->snapshot(context))->template_count(), 3U) << call;
        }
        EXPECT_GE(failures, 7);
        EXPECT_GT(must(site.events->last()), events_before);
    }
}

TEST(ContextSteps, SurviveARestart) {
    testing::Installation site;
    const auto departed = site.open_flight(3);
    board(site, 1);
    must(site.contexts->depart(departed, "departed"));
    const auto cancelled = site.receive(json_list("YY200", listed_from(10, 1)));
    must(site.contexts->cancel(cancelled, "flight_cancelled"));
    site.restart();
    EXPECT_EQ(site.directory->find(departed)->state, ContextState::Departed);
    EXPECT_EQ(site.directory->find(cancelled)->state, ContextState::Cancelled);
    site.await_gallery(departed);
    EXPECT_EQ(must(site.galleries->snapshot(departed))->template_count(), 1U);
    EXPECT_FALSE(site.galleries->snapshot(cancelled).has_value());
    EXPECT_THAT(searched_at(site, booth), ElementsAre(departed));
    EXPECT_THAT(searched_at(site, gate), IsEmpty());
}

} // namespace
} // namespace sallyport::verification
