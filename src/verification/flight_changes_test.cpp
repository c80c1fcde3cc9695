// Proves that the messages about a flight come to the same whatever their order, that each function
// does to the rows what it says, that a person keeps id and opt-out through changes and across
// flights, and that a message which cannot be stored changes nothing.
#include "verification/testing/fixture.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::verification {
namespace {

using domain::ContextState;
using manifest::ListFormat;
using testing::booth;
using testing::code_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::gate;
using ::testing::HasSubstr;
using testing::json_list;
using testing::listed;
using testing::listed_from;
using testing::ListedPerson;
using testing::must;
using ::testing::Not;
using ::testing::SizeIs;

// A message made by its sender so many minutes after midnight.
std::string message(
    std::string_view function,
    const std::vector<ListedPerson>& people,
    int minute,
    std::string_view flight = "XX100",
    std::string_view more = ""
) {
    return json_list(
        flight,
        people,
        fmt::format(
            R"("function":"{}","prepared_at":"2026-05-01T{:02}:{:02}:00Z",{})",
            function,
            minute / 60,
            minute % 60,
            more
        )
    );
}

ManifestOutcome taken(testing::Installation& site, const std::string& list) {
    ManifestOutcome outcome = must(site.manifests->receive(list, ListFormat::Json));
    EXPECT_TRUE(outcome.accepted) << (outcome.faults.empty() ? "" : outcome.faults.front().text);
    return outcome;
}

// One line for each traveler, in the order of their names: what the record says in the end.
std::vector<std::string> rows_of(testing::Installation& site, const domain::ContextId& context) {
    std::vector<std::string> lines;
    for (const TravelerView& view : must(site.manifests->travelers(context))) {
        std::string documents;
        for (const auto& document : view.traveler.documents) {
            documents += " " + document.number;
        }
        lines.push_back(fmt::format(
            "{} {}{} {}",
            view.traveler.family_name,
            view.traveler.seat,
            documents,
            list_status_name(view.listed)
        ));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

domain::ContextState state_of(testing::Installation& site, const domain::ContextId& context) {
    return must(site.manifests->context(context)).context.state;
}

ListStatus
listed_as(testing::Installation& site, const domain::ContextId& context, std::size_t face) {
    return site.traveler(context, face).listed;
}

TEST(FlightChanges, AChangeReplacesWhatWasKnownAndKeepsTheId) {
    testing::Installation site;
    const auto context = taken(site, message("original", listed_from(0, 3), 60)).contexts.front();
    const auto id = site.id_of(context, 1);
    ListedPerson renewed = listed(1);
    renewed.document = "ZQRENEWED";
    const auto outcome = taken(site, message("change", {renewed, listed(7)}, 61));
    EXPECT_THAT(outcome.contexts, ElementsAre(context));
    EXPECT_EQ(outcome.changes.changed, 1U);
    EXPECT_EQ(outcome.changes.added, 1U);
    EXPECT_EQ(site.id_of(context, 1), id);
    EXPECT_EQ(site.traveler(context, 1).traveler.documents.front().number, "ZQRENEWED");
    EXPECT_THAT(must(site.manifests->travelers(context)), SizeIs(4));
    EXPECT_THAT(site.event_kinds(gate), Contains("context.changed"));
}

TEST(FlightChanges, CancelledTravelersLeaveTheGalleryAndMayComeBack) {
    testing::Installation site;
    for (const ListedPerson& who : listed_from(0, 3)) {
        site.hold_photo(who, testing::picture_of(testing::person(who.face)));
    }
    const auto context = taken(site, message("original", listed_from(0, 3), 60)).contexts.front();
    site.await_gallery(context);
    const auto id = site.id_of(context, 1);
    ASSERT_TRUE(must(site.galleries->snapshot(context))->holds(id));
    const auto outcome = taken(site, message("cancel_travelers", {listed(1)}, 61));
    EXPECT_EQ(outcome.changes.cancelled, 1U);
    // At once, not with the next build.
    EXPECT_FALSE(must(site.galleries->snapshot(context))->holds(id));
    EXPECT_EQ(listed_as(site, context, 1), ListStatus::Cancelled);
    const ContextView view = must(site.manifests->context(context));
    EXPECT_EQ(view.cancelled, 1U);
    EXPECT_EQ(view.listed, 2U);
    EXPECT_EQ(view.travelers, 3U);

    const auto back = taken(site, message("change", {listed(1)}, 62));
    EXPECT_EQ(back.changes.restored, 1U);
    EXPECT_EQ(site.id_of(context, 1), id);
    site.await_gallery(context);
    EXPECT_TRUE(must(site.galleries->snapshot(context))->holds(id));
}

TEST(FlightChanges, AReductionTakesThoseItNamesOutOfTheirParty) {
    testing::Installation site;
    const auto context = taken(site, message("original", listed_from(0, 3), 60)).contexts.front();
    taken(site, message("reduction", {listed(0), listed(2)}, 61));
    EXPECT_EQ(listed_as(site, context, 0), ListStatus::Cancelled);
    EXPECT_EQ(listed_as(site, context, 1), ListStatus::Listed);
    EXPECT_EQ(listed_as(site, context, 2), ListStatus::Cancelled);
}

TEST(FlightChanges, AMessageThatNamesAStrangerIsKeptWithANote) {
    testing::Installation site;
    taken(site, message("original", listed_from(0, 2), 60));
    const auto outcome = taken(site, message("cancel_travelers", {listed(9)}, 61));
    ASSERT_FALSE(outcome.faults.empty());
    EXPECT_EQ(outcome.faults.back().severity, manifest::Severity::Warning);
    EXPECT_THAT(outcome.faults.back().text, HasSubstr("whom no list named"));
}

// Every order of five messages gives the rows that the order of their making gives.
TEST(FlightChanges, EveryOrderOfReceiptGivesTheSameRows) {
    ListedPerson renewed = listed(1);
    renewed.document = "ZQRENEWED";
    const std::vector<std::string> messages{
        message("original", listed_from(0, 4), 60),
        message("change", {renewed, listed(5)}, 61),
        message("cancel_travelers", {listed(2), listed(5)}, 62),
        message("change", {listed(5)}, 63),
        message("close_on_board", {listed(0), listed(5)}, 64),
    };
    std::vector<std::string> expected;
    std::vector<std::size_t> order{0, 1, 2, 3, 4};
    do {
        // What cancels or closes is refused before the flight is known, as the sender is told.
        if (order.front() == 2 || order.front() == 4) {
            continue;
        }
        testing::Installation site;
        site.clock.advance(std::chrono::hours(1));
        domain::ContextId context;
        for (const std::size_t index : order) {
            context = taken(site, messages[index]).contexts.front();
        }
        ASSERT_THAT(must(site.manifests->contexts()), SizeIs(1));
        const auto rows = rows_of(site, context);
        if (expected.empty()) {
            expected = rows;
            ASSERT_THAT(expected, SizeIs(5));
            EXPECT_THAT(expected, Contains(HasSubstr("QUENTILLARDAA")).Times(1));
            EXPECT_THAT(expected, Contains(HasSubstr("ZQRENEWED not_on_board")));
        }
        ASSERT_EQ(rows, expected) << ::testing::PrintToString(order);
        ASSERT_EQ(state_of(site, context), ContextState::Closed) << ::testing::PrintToString(order);
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST(FlightChanges, ARestartInBetweenChangesNothing) {
    const std::vector<std::string> messages{
        message("original", listed_from(0, 4), 60),
        message("cancel_travelers", {listed(2)}, 62),
        message("change", {listed(2), listed(5)}, 61),
        message("close_not_on_board", {listed(3)}, 64),
    };
    testing::Installation straight;
    testing::Installation stopped;
    domain::ContextId there;
    domain::ContextId here;
    for (const std::string& list : messages) {
        there = taken(straight, list).contexts.front();
        here = taken(stopped, list).contexts.front();
        stopped.restart();
    }
    EXPECT_EQ(rows_of(straight, there), rows_of(stopped, here));
    EXPECT_EQ(state_of(straight, there), state_of(stopped, here));
    EXPECT_THAT(must(stopped.manifests->versions(here)), SizeIs(4));
}

// The message with another time of departure.
std::string leaving_at(std::string text, std::string_view time) {
    return text.replace(text.find("2026-05-01T10:00"), 16, time);
}

TEST(FlightChanges, AFlightThatMovesIsFoundByItsOldAndItsNewTime) {
    testing::Installation site;
    const auto context =
        taken(site, leaving_at(message("original", listed_from(0, 2), 60), "2026-05-01T20:00"))
            .contexts.front();
    const std::string moved = leaving_at(message("change_flight", {}, 61), "2026-05-02T01:30");
    EXPECT_THAT(taken(site, moved).contexts, ElementsAre(context));
    const domain::Context now = must(site.manifests->context(context)).context;
    EXPECT_EQ(now.departs_at, must(parse_instant("2026-05-02T01:30:00Z")));
    EXPECT_EQ(now.closes_at, *now.departs_at + std::chrono::hours(50));
    EXPECT_THAT(must(site.manifests->travelers(context)), SizeIs(2));

    const std::string by_old_day =
        leaving_at(message("change", {listed(5)}, 62), "2026-05-01T20:00");
    EXPECT_THAT(taken(site, by_old_day).contexts, ElementsAre(context));
    const std::string by_new_day =
        leaving_at(message("change", {listed(6)}, 63), "2026-05-02T01:30");
    EXPECT_THAT(taken(site, by_new_day).contexts, ElementsAre(context));
    EXPECT_THAT(must(site.manifests->travelers(context)), SizeIs(4));

    // The flight of the number on the next day is another one.
    const std::string tomorrow =
        leaving_at(message("original", listed_from(10, 2), 64), "2026-05-02T20:00");
    EXPECT_THAT(taken(site, tomorrow).contexts, Not(Contains(context)));
}

TEST(FlightChanges, AChangeOfTomorrowsFlightLeavesTodaysAlone) {
    testing::Installation site;
    const auto today = taken(site, message("original", listed_from(0, 2), 60)).contexts.front();
    const std::string moved = leaving_at(message("change_flight", {}, 61), "2026-05-02T11:00");
    const auto opened = taken(site, moved).contexts;
    ASSERT_THAT(opened, SizeIs(1));
    EXPECT_NE(opened.front(), today);
    EXPECT_EQ(
        must(site.manifests->context(today)).context.departs_at,
        must(parse_instant("2026-05-01T10:00:00Z"))
    );
    // Its list finds it, as it was announced.
    const std::string list =
        leaving_at(message("original", listed_from(10, 2), 62), "2026-05-02T10:00");
    EXPECT_THAT(taken(site, list).contexts, ElementsAre(opened.front()));
}

TEST(FlightChanges, AChangedFlightThatComesFirstMeetsItsList) {
    testing::Installation site;
    const std::string moved = leaving_at(message("change_flight", {}, 61), "2026-05-02T01:30");
    const auto context = taken(site, moved).contexts.front();
    const std::string list =
        leaving_at(message("original", listed_from(0, 2), 60), "2026-05-01T20:00");
    EXPECT_THAT(taken(site, list).contexts, ElementsAre(context));
    const domain::Context now = must(site.manifests->context(context)).context;
    EXPECT_EQ(now.departs_at, must(parse_instant("2026-05-02T01:30:00Z")));
    EXPECT_THAT(must(site.manifests->travelers(context)), SizeIs(2));
}

TEST(FlightChanges, ATransactionReferenceFindsTheFlight) {
    testing::Installation site;
    const std::string reference = R"("transaction_reference":"TN4711",)";
    const auto context = taken(site, message("original", listed_from(0, 2), 60, "XX100", reference))
                             .contexts.front();
    std::string change = message("change", {listed(5)}, 61, "XX100", reference);
    change.replace(change.find("2026-05-01T10:00"), 16, "2026-05-03T10:00");
    EXPECT_THAT(taken(site, change).contexts, ElementsAre(context));
}

TEST(FlightChanges, CancellingTheFlightVoidsExitsAndALaterListBringsItBack) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto boarded = site.open_at(gate);
    must(site.capture(boarded, 1));
    ASSERT_EQ(site.traveler(context, 1).state, TravelerState::Confirmed);
    taken(site, message("cancel_flight", {}, 481));
    EXPECT_EQ(state_of(site, context), ContextState::Cancelled);
    EXPECT_EQ(site.traveler(context, 1).state, TravelerState::Expected);
    EXPECT_EQ(code_of(site.galleries->snapshot(context)), ErrorCode::ContextClosed);
    const auto marks = must(site.store->marks_of_context(context));
    ASSERT_THAT(marks, SizeIs(1));
    EXPECT_EQ(marks.front().kind, ledger::MarkKind::Voided);
    EXPECT_EQ(marks.front().reason, "flight_cancelled");
    EXPECT_EQ(marks.front().crossing, site.crossing_of(boarded)->id);
    EXPECT_THAT(site.event_kinds(gate), Contains("context.cancelled"));

    site.clock.advance(std::chrono::minutes(10));
    taken(site, message("change", {listed(1)}, 485));
    EXPECT_EQ(state_of(site, context), ContextState::Open);
    site.await_gallery(context);
    EXPECT_EQ(must(site.galleries->snapshot(context))->template_count(), 3U);
}

TEST(FlightChanges, ACloseOutMakesExitsFinalAndVoidsTheOthers) {
    testing::Installation site;
    const auto context = site.open_flight(4);
    std::vector<domain::TransactionId> boarded;
    for (const std::size_t face : {0U, 1U}) {
        boarded.push_back(site.open_at(gate));
        must(site.capture(boarded.back(), face));
    }
    // Traveler 1 boarded and is not on board; traveler 2 is on board without having been seen.
    taken(site, message("close_on_board", {listed(0), listed(2)}, 481));
    // A booth of this installation may search the flight: it is expected there.
    EXPECT_EQ(state_of(site, context), ContextState::Departed);
    EXPECT_EQ(listed_as(site, context, 0), ListStatus::OnBoard);
    EXPECT_EQ(listed_as(site, context, 1), ListStatus::NotOnBoard);
    EXPECT_EQ(listed_as(site, context, 2), ListStatus::OnBoard);
    EXPECT_EQ(listed_as(site, context, 3), ListStatus::NotOnBoard);
    const auto marks = must(site.store->marks_of_context(context));
    ASSERT_THAT(marks, SizeIs(2));
    for (const ledger::CrossingMark& mark : marks) {
        const bool first = mark.crossing == site.crossing_of(boarded[0])->id;
        EXPECT_EQ(mark.kind, first ? ledger::MarkKind::Final : ledger::MarkKind::Voided);
        EXPECT_EQ(mark.reason, first ? "close_out" : "not_on_board");
    }
    // Whom it carries is expected where it arrives, and nobody else.
    EXPECT_EQ(site.traveler(context, 0).state, TravelerState::Expected);
    const auto snapshot = must(site.galleries->snapshot(context));
    EXPECT_TRUE(snapshot->holds(site.id_of(context, 0)));
    EXPECT_TRUE(snapshot->holds(site.id_of(context, 2)));
    EXPECT_FALSE(snapshot->holds(site.id_of(context, 1)));
    EXPECT_FALSE(snapshot->holds(site.id_of(context, 3)));
    const auto arrival = site.open_at(booth);
    EXPECT_EQ(must(site.capture(arrival, 0)).verdict, "match");

    // A correction by the carrier: traveler 1 was on board after all.
    site.clock.advance(std::chrono::minutes(10));
    taken(site, message("close_on_board", {listed(1)}, 485));
    EXPECT_EQ(listed_as(site, context, 1), ListStatus::OnBoard);
    const auto corrected = must(site.store->marks_of_context(context));
    ASSERT_THAT(corrected, SizeIs(3));
    EXPECT_EQ(corrected.back().crossing, site.crossing_of(boarded[1])->id);
    EXPECT_EQ(corrected.back().kind, ledger::MarkKind::Final);
}

TEST(FlightChanges, AnOptOutFollowsThePersonToAnotherFlight) {
    testing::Installation site;
    const auto first = site.open_flight(3);
    const auto old_id = site.id_of(first, 1);
    must(site.transactions->opt_out(site.open_at(gate), old_id));
    taken(site, message("cancel_travelers", {listed(1)}, 481));
    const auto outcome = taken(site, message("original", listed_from(1, 2), 482, "YY200"));
    const auto second = outcome.contexts.front();
    EXPECT_EQ(site.traveler(second, 1).state, TravelerState::OptedOut);
    EXPECT_EQ(site.traveler(second, 2).state, TravelerState::Expected);
    EXPECT_EQ(outcome.changes.opted_out, 1U);
    EXPECT_EQ(outcome.changes.moved, 2U); // from the same place on the same day
    site.await_gallery(second);
    EXPECT_FALSE(must(site.galleries->snapshot(second))->holds(site.id_of(second, 1)));
    bool told = false;
    for (const EventRow& event : must(site.store->events_after(gate, 0, 1000))) {
        told = told || (event.kind == "traveler.moved" &&
                        event.body.find(old_id.hex()) != std::string::npos &&
                        event.body.find(site.id_of(second, 1).hex()) != std::string::npos);
    }
    EXPECT_TRUE(told);
}

TEST(FlightChanges, AConnectionIsNoMove) {
    testing::Installation site;
    taken(site, message("original", listed_from(0, 2), 60));
    std::string onward = message("original", listed_from(0, 2), 61, "YY200");
    onward.replace(onward.find("AMS"), 3, "JFK");
    onward.replace(onward.find(R"("arrival":"JFK)"), 14, R"("arrival":"LAX)");
    EXPECT_EQ(taken(site, onward).changes.moved, 0U);
    EXPECT_THAT(site.event_kinds(gate), Not(Contains("traveler.moved")));
}

TEST(FlightChanges, AnOptOutEndsWithItsFlight) {
    testing::Installation site;
    const auto first = site.open_flight(3);
    must(site.transactions->opt_out(site.open_at(gate), site.id_of(first, 1)));
    must(site.contexts->close(first));
    const auto second =
        taken(site, message("original", listed_from(1, 1), 482, "YY200")).contexts.front();
    EXPECT_EQ(site.traveler(second, 1).state, TravelerState::Expected);
}

TEST(FlightChanges, VersionsTellWhatEachMessageChanged) {
    testing::Installation site;
    site.clock.advance(std::chrono::hours(1));
    const auto first = taken(site, message("original", listed_from(0, 3), 60));
    const auto context = first.contexts.front();
    const auto late = taken(site, message("cancel_travelers", {listed(2)}, 65));
    ListedPerson renewed = listed(2);
    renewed.document = "ZQRENEWED";
    const auto between = taken(site, message("change", {renewed, listed(8)}, 62));
    const auto versions = must(site.manifests->versions(context));
    ASSERT_THAT(versions, SizeIs(3));
    EXPECT_EQ(versions[0].manifest, first.id);
    EXPECT_EQ(versions[1].manifest, between.id) << "in the order of effect";
    EXPECT_EQ(versions[2].manifest, late.id);
    EXPECT_EQ(versions[1].prepared_at, must(parse_instant("2026-05-01T01:02:00Z")));
    EXPECT_EQ(versions[1].purpose, manifest::ListFunction::Change);
    EXPECT_EQ(versions[1].travelers, 2U);
    ASSERT_TRUE(versions[0].changes && versions[1].changes && versions[2].changes);
    EXPECT_EQ(versions[0].changes->added, 3U);
    EXPECT_EQ(versions[1].changes->added, 1U);
    EXPECT_EQ(versions[1].changes->changed, 1U);
    EXPECT_EQ(versions[2].changes->cancelled, 1U);

    const auto diff = must(site.manifests->diff(context, between.id));
    ASSERT_THAT(diff.travelers, SizeIs(2));
    EXPECT_EQ(code_of(site.manifests->diff(context, domain::ManifestId())), ErrorCode::NotFound);
    EXPECT_EQ(code_of(site.manifests->versions(domain::ContextId())), ErrorCode::NotFound);
}

TEST(FlightChanges, SeveralFlightsAndListsInOneMessageFindTheirContextsAgain) {
    testing::Installation site;
    const std::string both = fmt::format(
        "[{},{},{}]",
        json_list("XX100", listed_from(0, 2)),
        json_list("YY200", listed_from(5, 2)),
        json_list("XX100", listed_from(9, 1), R"("kind":"crew_list",)")
    );
    const auto outcome = taken(site, both);
    ASSERT_THAT(outcome.contexts, SizeIs(2));
    const auto first = outcome.contexts[0];
    const auto second = outcome.contexts[1];
    EXPECT_THAT(must(site.manifests->travelers(first)), SizeIs(3));
    EXPECT_THAT(must(site.manifests->travelers(second)), SizeIs(2));
    site.restart();
    // Folding again from what was kept adds nobody to the wrong flight.
    taken(site, message("change", {listed(0)}, 481));
    EXPECT_THAT(must(site.manifests->travelers(first)), SizeIs(3));
    taken(site, message("change", {listed(5)}, 481, "YY200"));
    EXPECT_THAT(must(site.manifests->travelers(second)), SizeIs(2));
    EXPECT_THAT(must(site.manifests->versions(first)), SizeIs(2));
}

TEST(FlightChanges, AVisitorWhomNoListNamesStays) {
    testing::Installation site;
    const auto context = site.open_flight(2);
    domain::Traveler visitor;
    visitor.family_name = "VISITOR";
    visitor.documents.push_back({.type = "I", .number = "V1", .issuer = "UTO", .expiry = {}});
    const auto added = must(site.manifests->add_traveler(context, visitor));
    taken(site, message("change", {listed(7)}, 481));
    taken(site, message("close_on_board", {listed(0)}, 482));
    EXPECT_EQ(must(site.manifests->traveler(added.id)).listed, ListStatus::Listed);
}

TEST(FlightChanges, WhatWasDoneByHandStaysUntilAMessageSaysOtherwise) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    for (const std::size_t face : {0U, 1U}) {
        must(site.capture(site.open_at(gate), face));
    }
    must(site.contexts->offload(site.id_of(context, 1)));
    EXPECT_EQ(listed_as(site, context, 1), ListStatus::NotOnBoard);
    taken(site, message("change", {listed(1), listed(7)}, 481));
    EXPECT_EQ(listed_as(site, context, 1), ListStatus::NotOnBoard);
    taken(site, message("close_on_board", {listed(0), listed(1)}, 482));
    EXPECT_EQ(listed_as(site, context, 1), ListStatus::OnBoard);
}

// Whatever call to the store fails, the message is stored and applied whole or not at all, and the
// same bytes again do what they would have done.
TEST(FlightChanges, AFailingStoreLeavesNothingHalfApplied) {
    for (const std::string& list :
         {message("change", {listed(1), listed(7)}, 481),
          message("cancel_travelers", {listed(1)}, 481),
          message("close_on_board", {listed(0), listed(2)}, 481),
          message("cancel_flight", {}, 481)}) {
        testing::Installation site;
        const auto context = site.open_flight(3);
        must(site.capture(site.open_at(gate), 1));
        const auto before = rows_of(site, context);
        const auto events_before = must(site.events->last());
        int failures = 0;
        for (int call = 1;; ++call) {
            site.store->fail_call(call);
            const auto outcome = site.manifests->receive(list, ListFormat::Json);
            if (!site.store->work_again()) {
                EXPECT_TRUE(must(outcome).accepted);
                break;
            }
            ++failures;
            ASSERT_EQ(code_of(outcome), ErrorCode::StorageFull) << call;
            ASSERT_EQ(rows_of(site, context), before) << call;
            ASSERT_EQ(must(site.events->last()), events_before) << call;
            ASSERT_EQ(state_of(site, context), ContextState::Open) << call;
            ASSERT_TRUE(must(site.store->marks_of_context(context)).empty()) << call;
            ASSERT_EQ(site.traveler(context, 1).state, TravelerState::Confirmed) << call;
            ASSERT_EQ(must(site.galleries->snapshot(context))->template_count(), 3U) << call;
        }
        EXPECT_GE(failures, 9);
        EXPECT_NE(must(site.events->last()), events_before);
        EXPECT_THAT(must(site.manifests->versions(context)), SizeIs(2));
    }
}

} // namespace
} // namespace sallyport::verification
