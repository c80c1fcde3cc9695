// Proves: what each kind of message does to the roll of a flight, and how one person is told from
// another.
#include "manifest/flight_roll.hpp"
#include "manifest/internal/roll_order.hpp"
#include "manifest/roll_test_text.hpp"

#include <gmock/gmock.h>

namespace sallyport::manifest {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): this module's test support
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Function = ListFunction;
using Lines = std::vector<std::string>;

TEST(FlightRoll, ListsThoseOfTheFirstList) {
    const FlightRoll roll = roll_from({message(1, Function::Original, {person(1), person(2)})});
    EXPECT_THAT(statuses(roll), ElementsAre("U1 listed", "U2 listed"));
    EXPECT_EQ(roll.leg.flight, "XX100");
    EXPECT_EQ(roll.state, FlightState::Scheduled);
    EXPECT_EQ(roll.count_of(RollStatus::Listed), 2U);
    EXPECT_EQ(roll.entries[0].decided_by, "v1");
    EXPECT_THAT(
        roll.entries[0].aliases,
        ElementsAre("abo:U1", "document:UTO\nD1", "person:FAMILY1\nANNA\n1980-01-02")
    );
    EXPECT_THAT(note_lines(roll), IsEmpty());
}

TEST(FlightRoll, AChangeReplacesAndAdds) {
    domain::Traveler moved = person(1);
    moved.seat = "12A";
    const FlightRoll roll = roll_from(
        {message(1, Function::Original, {person(1), person(2)}),
         message(2, Function::Change, {moved, person(3)})}
    );
    EXPECT_THAT(statuses(roll), ElementsAre("U1 listed", "U2 listed", "U3 listed"));
    EXPECT_EQ(roll.entries[0].traveler.seat, "12A");
    EXPECT_EQ(roll.entries[0].decided_by, "v2");
    EXPECT_EQ(roll.entries[1].decided_by, "v1");
}

TEST(FlightRoll, CancellationsHoldUntilALaterList) {
    const auto versions = std::vector{
        message(1, Function::Original, {person(1), person(2), person(3)}),
        message(2, Function::CancelTravelers, {person(1)}),
        message(3, Function::Reduction, {person(2), person(9)}),
    };
    const FlightRoll roll = roll_from(versions);
    EXPECT_THAT(statuses(roll), ElementsAre("U1 cancelled", "U2 cancelled", "U3 listed"));
    EXPECT_THAT(note_lines(roll), ElementsAre("v3: cancels 1 traveler whom no list named"));

    auto again = versions;
    again.push_back(message(4, Function::Change, {person(1)}));
    EXPECT_THAT(statuses(roll_from(again)), ElementsAre("U1 listed", "U2 cancelled", "U3 listed"));
}

TEST(FlightRoll, AnEarlyCancellationOfALateListIsInTheSendersOrder) {
    // The list was made first and arrives last.
    ListVersion list = message(1, Function::Original, {person(1)});
    list.received_at = minute(50);
    const FlightRoll roll = roll_from({message(2, Function::CancelTravelers, {person(1)}), list});
    EXPECT_THAT(statuses(roll), ElementsAre("U1 cancelled"));
}

TEST(FlightRoll, ATimeOfPreparationAfterTheReceiptCountsAsTheReceipt) {
    ListVersion cancel = message(5, Function::CancelTravelers, {person(1)});
    cancel.list.prepared_at = minute(5000); // a clock that is wrong
    const FlightRoll roll = roll_from(
        {message(1, Function::Original, {person(1)}),
         cancel,
         message(6, Function::Original, {person(1)})}
    );
    EXPECT_THAT(statuses(roll), ElementsAre("U1 listed"));
}

TEST(FlightRoll, ControlReferencesCompareAsNumbers) {
    ListVersion list = message(1, Function::Original, {person(1)});
    list.list.interchange_reference = "9";
    ListVersion cancel = message(1, Function::CancelTravelers, {person(1)});
    cancel.id = "a"; // before v1
    cancel.list.interchange_reference = "0010";
    EXPECT_THAT(statuses(roll_from({cancel, list})), ElementsAre("U1 cancelled"));
    EXPECT_LT(internal::compare_references("PAX9", "PAX10"), 0);
    EXPECT_EQ(internal::compare_references("007", "7"), 0);
    EXPECT_GT(internal::compare_references("A2", "A"), 0);
    EXPECT_LT(internal::compare_references("12", "A"), 0);
    EXPECT_LT(
        internal::compare_references("99999999999999999999998", "99999999999999999999999"), 0
    );
}

TEST(FlightRoll, CloseSaysNothingOfWhoIsOnBoard) {
    const FlightRoll roll =
        roll_from({message(1, Function::Original, {person(1)}), message(2, Function::Close)});
    EXPECT_EQ(roll.state, FlightState::Closed);
    EXPECT_THAT(statuses(roll), ElementsAre("U1 listed"));
}

TEST(FlightRoll, AListOfThoseOnBoardMayComeInTwoParts) {
    const FlightRoll roll = roll_from(
        {message(1, Function::Original, {person(1), person(2), person(3), person(4)}),
         message(2, Function::CancelTravelers, {person(4)}),
         message(3, Function::CloseOnBoard, {person(1)}),
         message(4, Function::CloseOnBoard, {person(2), person(5)})}
    );
    EXPECT_THAT(
        statuses(roll),
        ElementsAre("U1 on_board", "U2 on_board", "U3 not_on_board", "U4 cancelled", "U5 on_board")
    );
    EXPECT_EQ(roll.state, FlightState::Closed);
    EXPECT_THAT(
        note_lines(roll), ElementsAre("v4: closes with 1 traveler on board whom no list named")
    );
}

TEST(FlightRoll, AListOfThoseNotOnBoardPutsEverybodyElseOnBoard) {
    const FlightRoll roll = roll_from(
        {message(1, Function::Original, {person(1), person(2), person(3)}),
         message(2, Function::CloseNotOnBoard, {person(2)}),
         message(3, Function::CloseNotOnBoard, {person(3), person(8)})}
    );
    EXPECT_THAT(statuses(roll), ElementsAre("U1 on_board", "U2 not_on_board", "U3 not_on_board"));
    EXPECT_THAT(note_lines(roll), ElementsAre("v3: closes without 1 traveler whom no list named"));
}

TEST(FlightRoll, ACancelledTravelerNamedAsOnBoardIsOnBoard) {
    const auto cancelled = std::vector{
        message(1, Function::Original, {person(1), person(2)}),
        message(2, Function::CancelTravelers, {person(1)}),
    };
    auto on_board = cancelled;
    on_board.push_back(message(3, Function::CloseOnBoard, {person(1)}));
    EXPECT_THAT(statuses(roll_from(on_board)), ElementsAre("U1 on_board", "U2 not_on_board"));
    auto others = cancelled;
    others.push_back(message(3, Function::CloseNotOnBoard));
    EXPECT_THAT(statuses(roll_from(others)), ElementsAre("U1 cancelled", "U2 on_board"));
}

TEST(FlightRoll, AfterTheCloseOutDataIsCorrectedAndNobodyBoards) {
    domain::Traveler corrected = person(1);
    corrected.seat = "1A";
    const FlightRoll roll = roll_from(
        {message(1, Function::Original, {person(1), person(2)}),
         message(2, Function::CancelTravelers, {person(2)}),
         message(3, Function::CloseNotOnBoard),
         message(4, Function::Change, {corrected, person(2), person(3)})}
    );
    EXPECT_THAT(statuses(roll), ElementsAre("U1 on_board", "U2 not_on_board", "U3 not_on_board"));
    EXPECT_EQ(roll.entries[0].traveler.seat, "1A");
    EXPECT_THAT(note_lines(roll), ElementsAre("v4: names 2 travelers anew after the close-out"));
}

TEST(FlightRoll, ACloseOutCompletesAndReplacesNothing) {
    domain::Traveler short_form;
    short_form.passenger_reference = "U1";
    short_form.seat = "3C";
    const FlightRoll roll = roll_from(
        {message(1, Function::Original, {person(1)}),
         message(2, Function::CloseOnBoard, {short_form})}
    );
    EXPECT_THAT(statuses(roll), ElementsAre("U1 on_board"));
    EXPECT_EQ(roll.entries[0].traveler.family_name, "FAMILY1");
    EXPECT_EQ(roll.entries[0].traveler.documents.size(), 1U);
    EXPECT_EQ(roll.entries[0].traveler.seat, "3C");
}

TEST(FlightRoll, AfterTheReturnToTheGateEarlierCloseOutsDoNotHold) {
    const auto versions = std::vector{
        message(1, Function::Original, {person(1), person(2)}),
        message(2, Function::CloseOnBoard, {person(1), person(3)}),
        message(8, Function::Change, {person(4)}),
    };
    const FlightRoll reopened = roll_of(versions, {.reopened_at = minute(5)});
    EXPECT_EQ(reopened.state, FlightState::Scheduled);
    EXPECT_THAT(
        statuses(reopened), ElementsAre("U1 listed", "U2 listed", "U3 listed", "U4 listed")
    );
    auto again = versions;
    again.push_back(message(9, Function::CloseOnBoard, {person(2)}));
    EXPECT_THAT(
        statuses(roll_of(again, {.reopened_at = minute(5)})),
        ElementsAre("U1 not_on_board", "U2 on_board", "U3 not_on_board", "U4 not_on_board")
    );
}

TEST(FlightRoll, ACloseOutHoldsByItsReceiptWhateverTheSendersClockSays) {
    const auto list = message(1, Function::Original, {person(1), person(2)});
    ListVersion before = message(2, Function::CloseOnBoard, {person(1)});
    ListVersion after = message(3, Function::CloseOnBoard, {person(2)}); // made at minute 3
    after.received_at = minute(20);
    const FlightRoll roll = roll_of(std::vector{list, before, after}, {.reopened_at = minute(10)});
    EXPECT_EQ(roll.state, FlightState::Closed);
    EXPECT_THAT(statuses(roll), ElementsAre("U1 not_on_board", "U2 on_board"));
    ASSERT_EQ(roll.notes.size(), 1U);
    EXPECT_EQ(roll.notes.front().version, before.id);
}

TEST(FlightRoll, IsVisitedAsItIsFolded) {
    const std::vector versions{
        message(3, Function::CancelTravelers, {person(1)}),
        message(1, Function::Original, {person(1), person(2)}),
        message(2, Function::CloseOnBoard, {person(1)}),
        message(4, Function::Change, {person(3)}),
    };
    std::vector<std::string> seen;
    visit_rolls(versions, {}, 2, [&](const auto& version, const auto& before, const auto& after) {
        seen.push_back(version.id);
        const auto upto = [&](Instant made_until) {
            std::vector<ListVersion> part;
            std::copy_if(
                versions.begin(),
                versions.end(),
                std::back_inserter(part),
                [&](const auto& one) { return one.list.prepared_at <= made_until; }
            );
            return roll_of(part, {});
        };
        const Instant made = *version.list.prepared_at;
        EXPECT_TRUE(diff_of(after, upto(made)).empty());
        EXPECT_TRUE(diff_of(before, upto(made - std::chrono::minutes(1))).empty());
    });
    EXPECT_THAT(seen, ElementsAre(versions[0].id, versions[3].id));
}

TEST(FlightRoll, ACancelledFlightIsReinstatedByALaterList) {
    auto versions = std::vector{
        message(1, Function::Original, {person(1), person(2)}),
        message(2, Function::CloseOnBoard, {person(1)}),
        message(3, Function::CancelFlight),
    };
    EXPECT_EQ(roll_from(versions).state, FlightState::Cancelled);
    versions.push_back(message(4, Function::Close));
    EXPECT_EQ(roll_from(versions).state, FlightState::Cancelled);
    EXPECT_THAT(
        note_lines(roll_from(versions)),
        ElementsAre("v4: closes a flight that is cancelled; nothing was taken from it")
    );
    versions.push_back(message(5, Function::Original, {person(3)}));
    const FlightRoll roll = roll_from(versions);
    EXPECT_EQ(roll.state, FlightState::Scheduled);
    EXPECT_THAT(statuses(roll), ElementsAre("U1 listed", "U2 listed", "U3 listed"));
}

TEST(FlightRoll, AChangeOfTheFlightMovesItAcrossMidnight) {
    ListVersion later = message(2, Function::ChangeFlight);
    later.list.legs[0].departs_at = minute(600 + 16 * 60);
    later.list.legs[0].arrives_at = minute(1000 + 16 * 60);
    domain::Traveler moved = person(1);
    moved.seat = "9F";
    later.list.travelers = {moved};
    // What follows still names the flight by its first times.
    const FlightRoll roll = roll_from(
        {message(1, Function::Original, {person(1)}),
         later,
         message(3, Function::Change, {person(2)})}
    );
    EXPECT_EQ(roll.leg.departs_at, minute(600 + 16 * 60));
    EXPECT_EQ(roll.leg.arrives_at, minute(1000 + 16 * 60));
    EXPECT_THAT(statuses(roll), ElementsAre("U1 listed", "U2 listed"));
    EXPECT_EQ(roll.entries[0].traveler.seat, "9F");
    EXPECT_THAT(
        note_lines(roll),
        ElementsAre("v3: states another flight, place or time than those in force, which stay")
    );
}

TEST(FlightRoll, AnArrivalThatNoLongerFitsBecomesUnknown) {
    ListVersion later = message(2, Function::ChangeFlight);
    later.list.legs[0].departs_at = minute(700);
    later.list.legs[0].arrives_at.reset();
    later.list.legs[0].arrival = "EWR";
    const FlightRoll roll = roll_from({message(1, Function::Original, {person(1)}), later});
    EXPECT_EQ(roll.leg.arrival, "EWR");
    EXPECT_EQ(roll.leg.departs_at, minute(700));
    EXPECT_FALSE(roll.leg.arrives_at.has_value());
}

TEST(FlightRoll, CrewAndPassengersAreClosedApart) {
    ListVersion crew = message(2, Function::Original, {crew_member(7), crew_member(8)});
    crew.list.kind = ListKind::CrewList;
    auto versions = std::vector{
        message(1, Function::Original, {person(1)}),
        crew,
        message(3, Function::CloseOnBoard, {person(1)}),
    };
    EXPECT_THAT(
        statuses(roll_from(versions)),
        ElementsAre("U1 on_board", "FAMILY7 listed", "FAMILY8 listed")
    );
    ListVersion crew_close = message(4, Function::CloseOnBoard, {crew_member(8)});
    crew_close.list.kind = ListKind::CrewList;
    versions[2] = crew_close;
    const FlightRoll crew_only = roll_from(versions);
    EXPECT_THAT(
        statuses(crew_only), ElementsAre("U1 listed", "FAMILY7 not_on_board", "FAMILY8 on_board")
    );
    EXPECT_EQ(crew_only.state, FlightState::Scheduled) << "passengers may still come";
}

TEST(FlightRoll, CrewMemberOneIsNotPassengerOne) {
    domain::Traveler pilot = crew_member(7);
    pilot.passenger_reference = "1";
    domain::Traveler passenger = person(1);
    passenger.passenger_reference = "1";
    ListVersion crew = message(2, Function::Original, {pilot});
    crew.list.kind = ListKind::CrewList;
    EXPECT_EQ(roll_from({message(1, Function::Original, {passenger}), crew}).entries.size(), 2U);
}

TEST(FlightRoll, AStatusMessageClosesCancelsAndMovesTheFlight) {
    const auto status = [](int at, Function function) {
        ListVersion version = message(at, function);
        version.list.kind = ListKind::FlightStatus;
        return version;
    };
    const ListVersion list = message(1, Function::Original, {person(1)});
    EXPECT_EQ(roll_from({list, status(2, Function::Close)}).state, FlightState::Closed);
    EXPECT_EQ(roll_from({list, status(2, Function::CancelFlight)}).state, FlightState::Cancelled);
    ListVersion change = status(3, Function::ChangeFlight);
    change.list.legs[0].departs_at = minute(900);
    const FlightRoll moved = roll_from({list, status(2, Function::CancelFlight), change});
    EXPECT_EQ(moved.state, FlightState::Scheduled);
    EXPECT_EQ(moved.leg.departs_at, minute(900));
    EXPECT_THAT(statuses(moved), ElementsAre("U1 listed"));
}

TEST(FlightRoll, OtherMessagesNameNobodyWhoTravels) {
    ListVersion pass = message(2, Function::Original, {person(2)});
    pass.list.kind = ListKind::GatePass;
    const FlightRoll roll = roll_from(
        {message(1, Function::Original, {person(1)}),
         pass,
         message(3, Function::Unknown, {person(3)})}
    );
    EXPECT_THAT(statuses(roll), ElementsAre("U1 listed"));
    EXPECT_EQ(roll.notes.size(), 2U);
}

TEST(FlightRollPeople, ANameIsCorrectedUnderTheSameReference) {
    domain::Traveler corrected = person(1);
    corrected.family_name = "OTHER";
    const FlightRoll roll = roll_from(
        {message(1, Function::Original, {person(1)}), message(2, Function::Change, {corrected})}
    );
    ASSERT_EQ(roll.entries.size(), 1U);
    EXPECT_EQ(roll.entries[0].traveler.family_name, "OTHER");
    EXPECT_THAT(
        roll.entries[0].aliases,
        ElementsAre(
            "abo:U1",
            "document:UTO\nD1",
            "person:FAMILY1\nANNA\n1980-01-02",
            "person:OTHER\nANNA\n1980-01-02"
        )
    );
}

TEST(FlightRollPeople, ADocumentChangesAndOldAndNewBothNameThePerson) {
    domain::Traveler renewed = person(1);
    renewed.passenger_reference.clear();
    renewed.documents[0].number = "NEW1";
    domain::Traveler old_document = person(1);
    old_document.passenger_reference.clear();
    old_document.family_name = "WRITTEN OTHERWISE";
    const FlightRoll roll = roll_from(
        {message(1, Function::Original, {person(1)}),
         message(2, Function::Change, {renewed}),
         message(3, Function::CancelTravelers, {old_document})}
    );
    ASSERT_EQ(roll.entries.size(), 1U);
    EXPECT_EQ(roll.entries[0].traveler.documents[0].number, "NEW1");
    EXPECT_EQ(roll.entries[0].status, RollStatus::Cancelled);
}

TEST(FlightRollPeople, SecondDocumentsNameThePersonAndVisasDoNot) {
    domain::Traveler first = person(1);
    domain::Traveler second = person(2);
    for (domain::Traveler* traveler : {&first, &second}) {
        traveler->passenger_reference.clear();
        traveler->documents.push_back(
            {.type = "V", .number = "GROUP1", .issuer = "UTO", .expiry = {}}
        );
    }
    first.documents.push_back({.type = "I", .number = "ID1", .issuer = "UTO", .expiry = {}});
    domain::Traveler by_identity_card;
    by_identity_card.given_names = "ANNA";
    by_identity_card.family_name = "FAMILY1";
    by_identity_card.documents = {{.type = "I", .number = "id-1", .issuer = "UTO", .expiry = {}}};
    const FlightRoll roll = roll_from(
        {message(1, Function::Original, {first, second}),
         message(2, Function::CancelTravelers, {by_identity_card})}
    );
    EXPECT_THAT(statuses(roll), ElementsAre("FAMILY1 cancelled", "FAMILY2 listed"));
    EXPECT_EQ(roll.entries[1].traveler.documents.size(), 2U);
}

TEST(FlightRollPeople, OnePersonTwiceInOneMessageIsOneEntryWithBothDocuments) {
    domain::Traveler second = person(1);
    second.documents[0] = {.type = "I", .number = "ID1", .issuer = "UTO", .expiry = {}};
    second.seat = "4D";
    const auto versions = std::vector{message(1, Function::Original, {person(1), second})};
    const FlightRoll roll = roll_from(versions);
    ASSERT_EQ(roll.entries.size(), 1U);
    EXPECT_EQ(roll.entries[0].traveler.documents.size(), 2U);
    EXPECT_EQ(roll.entries[0].traveler.seat, "4D");
    EXPECT_THAT(note_lines(roll), ElementsAre("v1: names 1 traveler more than once"));
}

TEST(FlightRollPeople, TwoPeopleOfOneNameAndBirthDateAreTwo) {
    domain::Traveler namesake = person(2);
    namesake.family_name = person(1).family_name;
    namesake.birth_date = person(1).birth_date;
    const FlightRoll two = roll_from({message(1, Function::Original, {person(1), namesake})});
    EXPECT_THAT(statuses(two), ElementsAre("U1 listed", "U2 listed"));
    // By name alone nobody knows who of the two is meant.
    domain::Traveler by_name = namesake;
    by_name.passenger_reference.clear();
    by_name.documents.clear();
    const FlightRoll roll = roll_from(
        {message(1, Function::Original, {person(1), namesake}),
         message(2, Function::CancelTravelers, {by_name})}
    );
    EXPECT_THAT(statuses(roll), ElementsAre("U1 listed", "U2 listed"));
    EXPECT_THAT(note_lines(roll), ElementsAre("v2: 1 traveler fit several by name alone"));
    // The same document makes them one, and so does the lack of another one.
    namesake.documents = person(1).documents;
    EXPECT_EQ(
        roll_from({message(1, Function::Original, {person(1), namesake})}).entries.size(), 1U
    );
}

TEST(FlightRollPeople, ParentAndChildOnOnePassportAreTwo) {
    domain::Traveler child = person(2);
    child.documents = person(1).documents;
    child.family_name = person(1).family_name;
    child.given_names = "BERTA";
    domain::Traveler parent = person(1);
    parent.passenger_reference.clear();
    child.passenger_reference.clear();
    const auto list = message(1, Function::Original, {parent, child});
    EXPECT_EQ(roll_from({list}).entries.size(), 2U);
    auto again = list;
    again.id = "again";
    again.received_at = minute(9);
    again.list.prepared_at = minute(9);
    EXPECT_EQ(roll_from({list, again}).entries.size(), 2U);
}

TEST(FlightRollPeople, ADocumentOfTwoPeopleDoesNotCorrectAName) {
    domain::Traveler parent = person(1);
    parent.passenger_reference.clear();
    domain::Traveler child = person(2);
    child.passenger_reference.clear();
    child.documents = parent.documents;
    domain::Traveler twin = child;
    twin.given_names = "BERTA";
    const FlightRoll roll = roll_from(
        {message(1, Function::Original, {parent, child}), message(2, Function::Change, {twin})}
    );
    EXPECT_EQ(roll.entries.size(), 3U);
    // The two differ in nothing but their order in the list.
    const FlightRoll turned = roll_from({message(1, Function::Original, {child, parent})});
    EXPECT_TRUE(
        diff_of(roll_from({message(1, Function::Original, {parent, child})}), turned).empty()
    );
}

TEST(FlightRollPeople, EntriesThatProveToBeOnePersonBecomeOne) {
    domain::Traveler without_reference = person(1);
    without_reference.passenger_reference.clear();
    without_reference.family_name = "FAMILY-ONE";
    domain::Traveler without_document = person(1);
    without_document.documents.clear();
    const auto before = std::vector{
        message(1, Function::Original, {without_reference, person(2), without_document}),
    };
    ASSERT_EQ(roll_from(before).entries.size(), 3U);
    auto after = before;
    after.push_back(message(2, Function::Change, {person(1)}));
    const FlightRoll roll = roll_from(after);
    EXPECT_THAT(statuses(roll), ElementsAre("U1 listed", "U2 listed"));
    const RollDiff diff = diff_of(roll_from(before), roll);
    ASSERT_FALSE(diff.empty());
    EXPECT_EQ(diff.travelers[0].kind, RollChangeKind::Cancelled);
}

TEST(FlightRollPeople, SomebodyWithoutAnythingToNameThemIsNoted) {
    const FlightRoll roll = roll_from({message(1, Function::Original, {domain::Traveler{}})});
    EXPECT_THAT(roll.entries, IsEmpty());
    EXPECT_THAT(
        note_lines(roll),
        ElementsAre("v1: 1 traveler without reference, document and name; left out")
    );
}

TEST(FlightRollPeople, NamesAreComparedAsPassportsPrintThem) {
    EXPECT_EQ(internal::normalised_name("  o'Brien-Smith  jr "), "OBRIEN SMITH JR");
    EXPECT_EQ(internal::normalised_name("-"), "");
}

TEST(FlightRollDiff, NamesWhatChanged) {
    domain::Traveler moved = person(1);
    moved.seat = "12A";
    ListVersion later = message(5, Function::ChangeFlight);
    later.list.legs[0].departs_at = minute(700);
    later.list.legs[0].arrives_at = minute(1100);
    const auto list = message(1, Function::Original, {person(1), person(2), person(3)});
    const auto cancel = message(2, Function::CancelTravelers, {person(3)});
    const FlightRoll before = roll_from({list, cancel});
    const FlightRoll after = roll_from(
        {list,
         cancel,
         message(3, Function::CancelTravelers, {person(2)}),
         message(4, Function::Change, {moved, person(3), person(4)}),
         later}
    );
    const RollDiff diff = diff_of(before, after);
    Lines lines;
    for (const RollChange& change : diff.travelers) {
        std::string line = fmt::format(
            "{} {}", change.traveler.passenger_reference, roll_change_name(change.kind)
        );
        for (const FieldChange& field : change.fields) {
            line += fmt::format(" {}:{}>{}", field.field, field.before, field.after);
        }
        lines.push_back(line);
    }
    EXPECT_THAT(
        lines, ElementsAre("U1 changed seat:>12A", "U2 cancelled", "U3 restored", "U4 added")
    );
    ASSERT_EQ(diff.flight.size(), 2U);
    EXPECT_EQ(diff.flight[0].field, "departs_at");
    EXPECT_EQ(diff.flight[0].after, format_instant(minute(700)));
}

TEST(FlightRollDiff, SaysOfSomebodyNewWhetherTheyAreOnBoard) {
    const FlightRoll after = roll_from({message(1, Function::CloseOnBoard, {person(1)})});
    const RollDiff diff = diff_of(FlightRoll{}, after);
    ASSERT_EQ(diff.travelers.size(), 2U);
    EXPECT_EQ(diff.travelers[0].kind, RollChangeKind::Added);
    EXPECT_EQ(diff.travelers[1].kind, RollChangeKind::OnBoard);
}

} // namespace
} // namespace sallyport::manifest
