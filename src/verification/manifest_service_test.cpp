// Proves that a passenger list either opens its flight completely and sealed, or leaves nothing
// behind; that lists of one flight meet in one context; and that closing and restarting keep to
// what the record says.
#include "base/limits.hpp"
#include "manifest/paxlst_test_text.hpp"
#include "verification/testing/fixture.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::verification {
namespace {

using manifest::ListFormat;
using manifest::testing::MessageText;
using testing::code_of;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::json_list;
using testing::listed;
using testing::listed_from;
using testing::must;
using ::testing::Not;
using ::testing::SizeIs;

std::string
paxlst(const std::string& begin = "BGM+745'", std::string_view name = "QUENTILLARD:ANNA") {
    MessageText text;
    text.begin = begin;
    text.travelers = {manifest::testing::traveler_text(name)};
    return text.str();
}

std::string fault_text(const ManifestOutcome& outcome) {
    std::string text;
    for (const manifest::Fault& fault : outcome.faults) {
        text += fault.text + "\n";
    }
    return text;
}

TEST(ManifestService, OpensAContextWithItsTravelers) {
    testing::Installation site;
    const auto outcome = must(site.manifests->receive(paxlst(), ListFormat::Edifact));
    ASSERT_TRUE(outcome.accepted) << fault_text(outcome);
    ASSERT_THAT(outcome.contexts, SizeIs(1));
    EXPECT_EQ(outcome.travelers, 1U);
    const ContextView view = must(site.manifests->context(outcome.contexts.front()));
    EXPECT_EQ(view.context.designator, "XX100");
    EXPECT_EQ(view.context.departure, "AMS");
    EXPECT_EQ(view.context.arrival, "JFK");
    EXPECT_EQ(view.context.state, domain::ContextState::Open);
    EXPECT_EQ(view.travelers, 1U);
    const auto travelers = must(site.manifests->travelers(outcome.contexts.front()));
    ASSERT_THAT(travelers, SizeIs(1));
    EXPECT_EQ(travelers.front().traveler.family_name, "QUENTILLARD");
    EXPECT_EQ(travelers.front().traveler.documents.front().number, "L898902C3");
    EXPECT_EQ(travelers.front().state, TravelerState::Expected);
    EXPECT_THAT(site.event_kinds(testing::gate), Contains("manifest.received"));
}

TEST(ManifestService, KeepsNoNameAndNoDocumentNumberInClear) {
    testing::Installation site;
    const auto context = site.receive(json_list("XX100", listed_from(0, 3)));
    site.await_gallery(context);
    must(site.records->truncate_log());
    EXPECT_EQ(must(site.manifests->travelers(context)).size(), 3U);
    EXPECT_EQ(site.files_that_hold("QUENTILLARD"), 0);
    EXPECT_EQ(site.files_that_hold("WILHELMINA"), 0);
    EXPECT_EQ(site.files_that_hold(listed(0).document), 0);
    EXPECT_EQ(site.files_that_hold("1980-02-03"), 0);
    // The search does find what is in clear.
    EXPECT_GE(site.files_that_hold("XX100"), 1);
}

TEST(ManifestService, LeavesNothingBehindWhenTheListHasAnError) {
    testing::Installation site;
    const std::string broken = R"({"flight":"XX100","travelers":[{"family_name":7}]})";
    const auto outcome = must(site.manifests->receive(broken, ListFormat::Json));
    EXPECT_FALSE(outcome.accepted);
    EXPECT_THAT(outcome.faults, Not(IsEmpty()));
    EXPECT_THAT(outcome.contexts, IsEmpty());
    EXPECT_THAT(must(site.manifests->contexts()), IsEmpty());
    EXPECT_THAT(site.event_kinds(testing::gate), IsEmpty());
    // It was not received: sending it again is looked at again.
    EXPECT_FALSE(must(site.manifests->receive(broken, ListFormat::Json)).accepted);
}

TEST(ManifestService, LeavesNothingBehindWhicheverStepOfStoringFails) {
    testing::Installation site;
    const std::string list = json_list("XX100", listed_from(0, 2));
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
        ASSERT_THAT(must(site.manifests->contexts()), IsEmpty()) << call;
        ASSERT_EQ(must(site.events->last()), 0U) << call;
    }
    // Two looks, begin, two looks elsewhere for each traveler, context, two travelers, manifest,
    // event, commit.
    EXPECT_EQ(failures, 13);
    EXPECT_THAT(must(site.manifests->contexts()), SizeIs(1));
}

TEST(ManifestService, TakesTheSameBytesOnce) {
    testing::Installation site;
    const std::string list = json_list("XX100", listed_from(0, 2));
    const auto first = must(site.manifests->receive(list, ListFormat::Json));
    const auto again = site.manifests->receive(list, ListFormat::Json);
    ASSERT_EQ(code_of(again), ErrorCode::AlreadyExists);
    EXPECT_THAT(again.error().message(), HasSubstr(first.id.hex()));
    EXPECT_THAT(must(site.manifests->contexts()), SizeIs(1));
    EXPECT_THAT(must(site.manifests->travelers(first.contexts.front())), SizeIs(2));
}

TEST(ManifestService, ALaterListOfTheFlightAddsOnlyItsNewTravelers) {
    testing::Installation site;
    const auto context = site.receive(json_list("XX100", listed_from(0, 3)));
    const auto before = site.id_of(context, 1);
    const auto later =
        must(site.manifests->receive(json_list("XX100", listed_from(1, 4)), ListFormat::Json));
    ASSERT_TRUE(later.accepted);
    EXPECT_THAT(later.contexts, ::testing::ElementsAre(context));
    EXPECT_EQ(later.travelers, 2U);
    EXPECT_THAT(must(site.manifests->travelers(context)), SizeIs(5));
    EXPECT_EQ(site.id_of(context, 1), before);
}

TEST(ManifestService, TheSameFlightOnAnotherDayIsAnotherContext) {
    testing::Installation site;
    std::string list = json_list("XX100", listed_from(0, 1));
    const auto today = site.receive(list);
    list.replace(list.find("2026-05-01"), 10, "2026-05-02");
    EXPECT_NE(site.receive(list), today);
    EXPECT_THAT(must(site.manifests->contexts()), SizeIs(2));
}

TEST(ManifestService, CrewListAndPassengerListOfOneFlightShareAContext) {
    testing::Installation site;
    const auto passengers = site.receive(json_list("XX100", listed_from(0, 2)));
    const auto crew =
        site.receive(json_list("XX100", listed_from(10, 1), R"("kind":"crew_list",)"));
    EXPECT_EQ(crew, passengers);
    EXPECT_THAT(must(site.manifests->travelers(passengers)), SizeIs(3));
    EXPECT_EQ(site.traveler(passengers, 10).traveler.kind, domain::TravelerKind::Crew);
}

TEST(ManifestService, CrewListAndPassengerListInOneFileShareAContext) {
    testing::Installation site;
    MessageText passengers;
    passengers.travelers = {manifest::testing::traveler_text("QUENTILLARD:ANNA")};
    MessageText crew;
    crew.interchange = "";
    crew.begin = "BGM+250'";
    std::string member = manifest::testing::traveler_text("OSTERWALD:BERT");
    member.replace(member.find("NAD+FL"), 6, "NAD+FM");
    member.replace(member.find("L898902C3"), 9, "M11111111");
    crew.travelers = {member};
    crew.totals = "CNT+41:1'";
    const auto without_trailer = [](std::string text) { return text.substr(0, text.find("UNZ+")); };
    const std::string both =
        without_trailer(passengers.str()) + without_trailer(crew.str()) + "UNZ+2+77'";
    const auto outcome = must(site.manifests->receive(both, ListFormat::Edifact));
    ASSERT_TRUE(outcome.accepted) << fault_text(outcome);
    ASSERT_THAT(outcome.contexts, SizeIs(1));
    EXPECT_THAT(must(site.manifests->contexts()), SizeIs(1));
    const auto travelers = must(site.manifests->travelers(outcome.contexts.front()));
    ASSERT_THAT(travelers, SizeIs(2));
    EXPECT_EQ(
        must(site.manifests->traveler(travelers[1].traveler.id)).traveler.family_name, "OSTERWALD"
    );
}

TEST(ManifestService, AMessageBeforeTheFirstListOpensItsFlightAndSaysSo) {
    for (const std::string function : {"XR", "RP", "CL", "CLOB", "CLNB", "XF"}) {
        testing::Installation site;
        const auto outcome =
            must(site.manifests->receive(paxlst("BGM+745+" + function + "'"), ListFormat::Edifact));
        EXPECT_TRUE(outcome.accepted) << function << fault_text(outcome);
        EXPECT_THAT(fault_text(outcome), HasSubstr("no list of this flight was received yet"));
        ASSERT_THAT(must(site.manifests->contexts()), SizeIs(1)) << function;
    }
    for (const std::string function : {"CP", "CF"}) {
        testing::Installation site;
        const auto outcome =
            must(site.manifests->receive(paxlst("BGM+745+" + function + "'"), ListFormat::Edifact));
        EXPECT_TRUE(outcome.accepted) << function << fault_text(outcome);
        EXPECT_THAT(must(site.manifests->contexts()), SizeIs(1)) << function;
    }
}

TEST(ManifestService, AMessageBeforeTheFirstListThatNamesNoTimeIsAFault) {
    testing::Installation site;
    const auto outcome = must(site.manifests->receive(
        R"({"function":"cancel_flight","prepared_at":"2026-05-01T06:00:00Z","sender":"XX",)"
        R"("reference":"1","flight":"XX100","departure":"AMS","arrival":"JFK","travelers":[]})",
        ListFormat::Json
    ));
    EXPECT_FALSE(outcome.accepted);
    EXPECT_THAT(fault_text(outcome), HasSubstr("its time is not named"));
    EXPECT_THAT(must(site.manifests->contexts()), IsEmpty());
    EXPECT_EQ(must(site.events->last()), 0U);
}

TEST(ManifestService, ARefusedMessageIsAnsweredAsRejected) {
    testing::Installation site;
    // With an error in a segment; and read without one, but of a kind that is not taken.
    for (const std::string& text : {paxlst("BGM+745'XYZ+1'"), paxlst("BGM+655'")}) {
        const auto outcome = must(site.manifests->receive(text, ListFormat::Edifact));
        ASSERT_FALSE(outcome.accepted);
        EXPECT_THAT(outcome.refusal.json, HasSubstr(R"("action":"rejected")"));
        EXPECT_THAT(outcome.refusal.edifact, HasSubstr("CONTRL:4:1:UN"));
        EXPECT_THAT(outcome.refusal.edifact, HasSubstr("PAXLST:D:05B:UN:IATA+4"));
    }
    const auto json = must(site.manifests->receive("{}", ListFormat::Json));
    ASSERT_FALSE(json.accepted);
    EXPECT_EQ(json.refusal.json, R"({"interchanges":[]})");
    EXPECT_EQ(json.refusal.edifact, "");
}

TEST(ManifestService, RefusesTheListOfPeopleWhoDoNotTravel) {
    testing::Installation site;
    const auto outcome = must(site.manifests->receive(
        json_list("XX100", listed_from(0, 1), R"("kind":"gate_pass",)"), ListFormat::Json
    ));
    EXPECT_FALSE(outcome.accepted);
    EXPECT_THAT(fault_text(outcome), HasSubstr("gate pass"));
}

TEST(ManifestService, TheSameListAgainAsksForItsGalleryOnceMore) {
    testing::Installation site;
    const std::string list = json_list("XX100", listed_from(0, 2));
    const auto context = site.receive(list);
    site.await_gallery(context);
    EXPECT_EQ(must(site.galleries->coverage(context)).with_photo, 0U);
    site.hold_photo(listed(1), testing::picture_of(testing::person(1)));
    EXPECT_EQ(code_of(site.manifests->receive(list, ListFormat::Json)), ErrorCode::AlreadyExists);
    site.await_gallery(context);
    EXPECT_EQ(must(site.galleries->coverage(context)).with_photo, 1U);
}

TEST(ManifestService, KeepsAMasterCrewListWithoutOpeningAFlight) {
    testing::Installation site;
    const std::string list = json_list("XX100", listed_from(0, 2), R"("kind":"master_crew_list",)");
    const auto outcome = must(site.manifests->receive(list, ListFormat::Json));
    EXPECT_TRUE(outcome.accepted) << fault_text(outcome);
    EXPECT_THAT(outcome.contexts, IsEmpty());
    EXPECT_THAT(must(site.manifests->contexts()), IsEmpty());
    EXPECT_EQ(code_of(site.manifests->receive(list, ListFormat::Json)), ErrorCode::AlreadyExists);
}

TEST(ManifestService, RefusesWhatIsNoListOrTooLarge) {
    testing::Installation site;
    EXPECT_EQ(code_of(site.manifests->receive("", ListFormat::Json)), ErrorCode::MalformedInput);
    EXPECT_EQ(
        code_of(site.manifests->receive(
            std::string(limits::manifest_bytes_max + 1, ' '), ListFormat::Edifact
        )),
        ErrorCode::PayloadTooLarge
    );
    EXPECT_FALSE(must(site.manifests->receive("no list at all", ListFormat::Edifact)).accepted);
    EXPECT_FALSE(must(site.manifests->receive("[1,2]", ListFormat::Json)).accepted);
}

TEST(ManifestService, OpensTravelersWithNamesOutsideASCIIAgain) {
    testing::Installation site;
    MessageText text;
    text.interchange = "UNB+UNOC:4+XX:ZZ+UTOAPIS:ZZ+261130:1810+77++APIS'";
    text.travelers = {manifest::testing::traveler_text("M\xDCLLER:\xC5SA")}; // ISO 8859-1
    const auto outcome = must(site.manifests->receive(text.str(), ListFormat::Edifact));
    ASSERT_TRUE(outcome.accepted) << fault_text(outcome);
    const auto travelers = must(site.manifests->travelers(outcome.contexts.front()));
    ASSERT_THAT(travelers, SizeIs(1));
    EXPECT_EQ(travelers.front().traveler.family_name, "M\xC3\x9CLLER");
}

TEST(ManifestService, ClosingIsFinalAndWipesTheGallery) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto snapshot = must(site.galleries->snapshot(context));
    must(site.contexts->close(context));
    EXPECT_EQ(snapshot.use_count(), 1) << "somebody still holds the gallery";
    EXPECT_EQ(code_of(site.galleries->snapshot(context)), ErrorCode::ContextClosed);
    EXPECT_EQ(must(site.galleries->coverage(context)).templates, 0U);
    const ContextView view = must(site.manifests->context(context));
    EXPECT_EQ(view.context.state, domain::ContextState::Closed);
    EXPECT_EQ(view.context.closed_at, site.clock.now());
    EXPECT_EQ(code_of(site.contexts->close(context)), ErrorCode::ContextClosed);
    EXPECT_THAT(site.event_kinds(testing::gate), Contains("context.closed"));
    EXPECT_EQ(code_of(site.contexts->close(domain::ContextId())), ErrorCode::NotFound);
}

TEST(ManifestService, TakesNoListAndNoTravelerForAClosedFlight) {
    testing::Installation site;
    const auto context = site.open_flight(2);
    must(site.contexts->close(context));
    EXPECT_EQ(
        code_of(site.manifests->receive(json_list("XX100", listed_from(5, 1)), ListFormat::Json)),
        ErrorCode::ContextClosed
    );
    domain::Traveler visitor;
    visitor.family_name = "VISITOR";
    EXPECT_EQ(code_of(site.manifests->add_traveler(context, visitor)), ErrorCode::ContextClosed);
    EXPECT_THAT(must(site.manifests->travelers(context)), SizeIs(2));
}

TEST(ManifestService, AddsAVisitorToAnOpenFlight) {
    testing::Installation site;
    const auto context = site.open_flight(2);
    domain::Traveler visitor;
    EXPECT_EQ(code_of(site.manifests->add_traveler(context, visitor)), ErrorCode::InvalidArgument);
    visitor.family_name = "VISITOR";
    const auto added = must(site.manifests->add_traveler(context, visitor));
    EXPECT_FALSE(added.id.is_nil());
    EXPECT_EQ(must(site.manifests->context(context)).travelers, 3U);
    EXPECT_EQ(must(site.manifests->traveler(added.id)).traveler.family_name, "VISITOR");
    EXPECT_THAT(site.event_kinds(testing::gate), Contains("traveler.added"));
}

TEST(ManifestService, ARestartServesTheSameContextsAndBuildsTheirGalleries) {
    testing::Installation site;
    const auto open = site.open_flight(3);
    const auto closed = site.receive(json_list("YY200", listed_from(20, 1)));
    site.await_gallery(closed);
    must(site.contexts->close(closed));
    site.restart();
    ASSERT_THAT(must(site.manifests->contexts()), SizeIs(2));
    EXPECT_THAT(must(site.manifests->travelers(open)), SizeIs(3));
    EXPECT_EQ(site.traveler(open, 2).traveler.documents.front().number, listed(2).document);
    site.await_gallery(open);
    EXPECT_EQ(must(site.galleries->snapshot(open))->template_count(), 3U);
    EXPECT_EQ(must(site.manifests->context(closed)).context.state, domain::ContextState::Closed);
    EXPECT_FALSE(site.galleries->snapshot(closed).has_value());
    // The list of the closed flight again must not bring its gallery back.
    EXPECT_EQ(
        code_of(site.manifests->receive(json_list("YY200", listed_from(20, 1)), ListFormat::Json)),
        ErrorCode::AlreadyExists
    );
    EXPECT_EQ(code_of(site.galleries->coverage(closed)), ErrorCode::NotFound);
}

TEST(ManifestService, AcceptsAListEvenWhenTooManyGalleriesWait) {
    testing::Installation site;
    site.hold_photo(listed(0), testing::picture_of(testing::person(0)));
    site.engine.hold_after(0);
    site.receive(json_list("XX1", listed_from(0, 1)));
    site.engine.await_held(); // the builder is busy with XX1
    domain::ContextId last;
    for (std::size_t flight = 0; flight < limits::gallery_builds_waiting_max; ++flight) {
        last = site.receive(json_list(fmt::format("YY{}", flight + 1), listed_from(1, 1)));
    }
    const std::string list = json_list("ZZ9", listed_from(1, 1));
    const auto outcome = must(site.manifests->receive(list, ListFormat::Json));
    EXPECT_TRUE(outcome.accepted);
    EXPECT_THAT(fault_text(outcome), HasSubstr("waiting"));
    ASSERT_THAT(outcome.contexts, SizeIs(1));
    EXPECT_EQ(code_of(site.galleries->coverage(outcome.contexts.front())), ErrorCode::NotFound);
    site.engine.release();
    // Sent again later, it is no new list, but its gallery is built.
    site.await_gallery(last);
    EXPECT_EQ(code_of(site.manifests->receive(list, ListFormat::Json)), ErrorCode::AlreadyExists);
    site.await_gallery(outcome.contexts.front());
}

} // namespace
} // namespace sallyport::verification
