// Proves that what carriers write inside their messages is understood: what a list is for, how it
// travels, names, places and codes in the forms that are seen, messages without an interchange.
#include "manifest/passenger_list.hpp"
#include "manifest/paxlst_test_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::manifest {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using testing::fault_lines;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MessageText;
using testing::one_traveler;
using testing::traveler_text;

ListReading read_named(std::string_view name) {
    MessageText text;
    text.travelers = {traveler_text(name)};
    return read_paxlst(text.str());
}

TEST(PaxlstContent, KnowsWhatEachListIsFor) {
    struct Case {
        std::string bgm;
        ListKind kind;
        ListFunction purpose;
        std::string function;
    };
    const std::vector<Case> cases{
        {"745", ListKind::PassengerList, ListFunction::Original, ""},
        {"745+9", ListKind::PassengerList, ListFunction::Original, "9"},
        {"745++9", ListKind::PassengerList, ListFunction::Original, ""},
        {"745++4", ListKind::PassengerList, ListFunction::Change, ""},
        {"745+CP", ListKind::PassengerList, ListFunction::Change, "CP"},
        {"745+XR", ListKind::PassengerList, ListFunction::CancelTravelers, "XR"},
        {"745+RP", ListKind::PassengerList, ListFunction::Reduction, "RP"},
        {"266+CL", ListKind::FlightStatus, ListFunction::Close, "CL"},
        {"266+CLOB", ListKind::FlightStatus, ListFunction::CloseOnBoard, "CLOB"},
        {"266+CLNB", ListKind::FlightStatus, ListFunction::CloseNotOnBoard, "CLNB"},
        {"266+XF", ListKind::FlightStatus, ListFunction::CancelFlight, "XF"},
        {"266+CF", ListKind::FlightStatus, ListFunction::ChangeFlight, "CF"},
        {"250+C", ListKind::CrewList, ListFunction::Original, "C"},
        {"250+CC", ListKind::CrewList, ListFunction::Change, "CC"},
        {"336+G", ListKind::MasterCrewList, ListFunction::Change, "G"},
        {"336+H", ListKind::MasterCrewList, ListFunction::CancelTravelers, "H"},
        {"336+I", ListKind::MasterCrewList, ListFunction::Change, "I"},
        {"655", ListKind::GatePass, ListFunction::Original, ""},
        {"745+G", ListKind::PassengerList, ListFunction::Unknown, "G"},
        {"745++1", ListKind::PassengerList, ListFunction::Unknown, ""},
    };
    for (const Case& each : cases) {
        MessageText text;
        text.begin = "BGM+" + each.bgm + "'";
        text.travelers = {traveler_text()};
        const ListReading reading = read_paxlst(text.str());
        EXPECT_EQ(reading.lists.at(0).kind, each.kind) << each.bgm;
        EXPECT_EQ(reading.lists[0].purpose, each.purpose) << each.bgm;
        EXPECT_EQ(reading.lists[0].function, each.function) << each.bgm;
        EXPECT_EQ(reading.faults.empty(), each.purpose != ListFunction::Unknown) << each.bgm;
    }
}

TEST(PaxlstContent, AsksNoDataOfTravelersThatAreTakenOffAList) {
    MessageText text;
    text.begin = "BGM+745+XR'";
    text.travelers = {"NAD+FL+++DOE:JOHN'RFF+ABO:U1'"};
    EXPECT_THAT(fault_lines(read_paxlst(text.str())), IsEmpty());
}

TEST(PaxlstContent, AStatusWithoutTravelersNeedsNoTotal) {
    MessageText text;
    text.begin = "BGM+266+XF'";
    text.totals = "COM+1:TE'";
    EXPECT_THAT(fault_lines(read_paxlst(text.str())), IsEmpty());
}

TEST(PaxlstContent, KnowsShipsByTheModeOfTransport) {
    MessageText text;
    text.travelers = {traveler_text()};
    text.flight = "TDT+20+VOY12+1++CRU'LOC+125+DEHAM'DTM+189:202612010940:203'LOC+87+NOBGO'";
    const ListReading numbered = read_paxlst(text.str());
    EXPECT_THAT(fault_lines(numbered), IsEmpty());
    EXPECT_EQ(numbered.lists.at(0).movement, Movement::Voyage);
    EXPECT_EQ(numbered.lists[0].main_leg().flight, "VOY12");
    EXPECT_EQ(numbered.lists[0].main_leg().departure, "DEHAM");
    text.flight.replace(0, text.flight.find('\''), "TDT+20++1++CRU+++9123456:::UTOPIA STAR");
    EXPECT_EQ(read_paxlst(text.str()).lists.at(0).main_leg().flight, "9123456");
}

TEST(PaxlstContent, ReadsOverFlights) {
    MessageText text;
    text.travelers = {traveler_text()};
    text.flight.replace(text.flight.find("+20+"), 4, "+34+");
    const ListReading reading = read_paxlst(text.str());
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    EXPECT_EQ(reading.lists.at(0).movement, Movement::Flight);
    EXPECT_EQ(reading.lists[0].main_leg().arrival, "JFK");
}

TEST(PaxlstContent, ReadsNamesInTheFormsThatAreSeen) {
    struct Case {
        std::string_view sent;
        std::string_view family;
        std::string_view given;
        bool warned;
    };
    const std::vector<Case> cases{
        {"DOE:JOHN", "DOE", "JOHN", false},
        {"DOE:JOHN:PAUL", "DOE", "JOHN PAUL", false},
        {"DOE:JOHN:PAUL:GEORGE:RINGO", "DOE", "JOHN PAUL GEORGE RINGO", false},
        {"DOE::PAUL", "DOE", "PAUL", false},
        {"VAN DOE:JOHN", "VAN DOE", "JOHN", false},
        {"DOE", "DOE", "", false}, // some people have one name
        {"VAN DOE:", "VAN DOE", "", false},
        {"DOE/JOHN PAUL", "DOE", "JOHN PAUL", true},
        {"DOE, JOHN", "DOE", "JOHN", true},
        {"DOE JOHN", "DOE JOHN", "", true},
        {"DOE:JOHN+20 MAIN STREET+ANYCITY+VA+10053+USA", "DOE", "JOHN", false},
    };
    for (const Case& each : cases) {
        const ListReading reading = read_named(each.sent);
        EXPECT_EQ(reading.lists.at(0).travelers.at(0).family_name, each.family) << each.sent;
        EXPECT_EQ(reading.lists[0].travelers[0].given_names, each.given) << each.sent;
        EXPECT_EQ(reading.faults.size(), each.warned ? 1U : 0U) << each.sent;
        EXPECT_FALSE(reading.has_errors()) << each.sent;
    }
    MessageText misplaced;
    misplaced.travelers = {traveler_text()};
    misplaced.travelers[0].replace(0, misplaced.travelers[0].find('\''), "NAD+FL++DOE:JOHN");
    const ListReading reading = read_paxlst(misplaced.str());
    EXPECT_EQ(reading.lists.at(0).travelers.at(0).given_names, "JOHN");
    EXPECT_THAT(fault_lines(reading), ElementsAre(HasSubstr("in the place of an address")));
}

TEST(PaxlstContent, ReadsWhereATravelerWasBornAndIsCleared) {
    const auto born = [](std::string_view place) {
        return read_paxlst(one_traveler(fmt::format("LOC+180+{}'LOC+22+LAX'", place)))
            .lists.at(0)
            .travelers.at(0);
    };
    EXPECT_EQ(born("UTO").birth_place, "UTO");
    EXPECT_EQ(born(":::AMBER HILL GBR").birth_place, "AMBER HILL GBR");
    EXPECT_EQ(born("UTO:::ZENITH+:::NORTH PROVINCE").birth_place, "ZENITH NORTH PROVINCE UTO");
    EXPECT_EQ(born("UTO").clearance, "LAX");
}

TEST(PaxlstContent, NotesDataThatTheCarrierVerified) {
    EXPECT_TRUE(read_paxlst(one_traveler("GEI+4+173'")).lists.at(0).travelers.at(0).data_verified);
    EXPECT_FALSE(read_paxlst(one_traveler("GEI+4+174'")).lists.at(0).travelers.at(0).data_verified);
}

TEST(PaxlstContent, KeepsTheReferenceOfTheTransaction) {
    MessageText text;
    text.begin = "BGM+745'RFF+TN:BART34567890:::1'";
    text.travelers = {traveler_text("DOE:JOHN", "RFF+AEA:1'RFF+CR:2'EMP+1+CR1:110:111'COM+1:TE'")};
    const ListReading reading = read_paxlst(text.str());
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    EXPECT_EQ(reading.lists.at(0).transaction_reference, "BART34567890");
    EXPECT_EQ(reading.lists[0].travelers.at(0).reference, "ABC123");
}

TEST(PaxlstContent, MendsCodesInSmallLettersWithAWarning) {
    MessageText text;
    text.interchange.replace(text.interchange.find("UNOA"), 4, "UNOC");
    text.travelers = {
        "NAD+FL+++Doe:John'ATT+2++f'DTM+329:740812'LOC+178+ams'NAT+2+uto'DOC+p+1'LOC+91+uto'"
    };
    const ListReading reading = read_paxlst(text.str());
    EXPECT_FALSE(reading.has_errors());
    EXPECT_EQ(reading.faults.size(), 5U);
    const domain::Traveler& traveler = reading.lists.at(0).travelers.at(0);
    EXPECT_EQ(traveler.family_name, "Doe");
    EXPECT_EQ(traveler.sex, domain::Sex::Female);
    EXPECT_EQ(traveler.embarkation, "AMS");
    EXPECT_EQ(traveler.nationality, "UTO");
    EXPECT_EQ(traveler.documents.at(0).type, "P");
    EXPECT_EQ(traveler.documents[0].issuer, "UTO");
}

TEST(PaxlstContent, MendsASexThatIsAWord) {
    const ListReading reading = read_paxlst(one_traveler("ATT+2++Female'"));
    EXPECT_EQ(reading.lists.at(0).travelers.at(0).sex, domain::Sex::Female);
    EXPECT_FALSE(reading.has_errors());
    EXPECT_THAT(fault_lines(reading), Contains(HasSubstr("the sex is a word")));
}

TEST(PaxlstContent, AcceptsATotalOfAllTravelers) {
    MessageText text;
    text.travelers = {traveler_text(), traveler_text()};
    text.travelers[1].replace(4, 2, "FM");
    for (const std::string totals : {"CNT+3:2'", "CNT+3:1'", "CNT+42:1'CNT+41:1'"}) {
        text.totals = totals;
        EXPECT_THAT(fault_lines(read_paxlst(text.str())), IsEmpty()) << totals;
    }
    text.totals = "CNT+3:7'";
    EXPECT_TRUE(read_paxlst(text.str()).has_errors());
}

TEST(PaxlstContent, TakesADayWithoutATimeAsItsMidnight) {
    MessageText text;
    text.travelers = {traveler_text()};
    text.flight.replace(text.flight.find("2612010940:201"), 14, "261201:101");
    const ListReading reading = read_paxlst(text.str());
    EXPECT_EQ(
        format_instant(reading.lists.at(0).legs.at(0).departs_at.value()),
        "2026-12-01T00:00:00.000Z"
    );
    EXPECT_THAT(fault_lines(reading), ElementsAre(HasSubstr("taken as midnight")));
}

TEST(PaxlstContent, ReadsAMessageWithoutAnInterchange) {
    MessageText text;
    text.interchange = "";
    text.travelers = {traveler_text()};
    std::string bare = text.str();
    bare.erase(bare.find("UNZ"));
    const ListReading reading = read_paxlst("QU UTOXXHDR\r\n" + bare + "\r\nNNNN");
    EXPECT_FALSE(reading.has_errors());
    EXPECT_THAT(
        fault_lines(reading),
        Contains("W1 UNB and UNZ are missing: a message without its interchange")
    );
    ASSERT_EQ(reading.lists.size(), 1U);
    EXPECT_FALSE(reading.lists[0].prepared_at.has_value());
    // The century comes from the departure.
    EXPECT_EQ(reading.lists[0].travelers.at(0).birth_date, (domain::PartialDate{1974, 8, 12}));
    EXPECT_TRUE(read_paxlst(bare.substr(0, bare.find("UNT"))).has_errors());
}

TEST(PaxlstContent, ReadsInterchangesWithSeparatorsOfTheirOwn) {
    MessageText text;
    text.travelers = {traveler_text()};
    std::string level_b = text.str();
    level_b.replace(level_b.find("UNOA"), 4, "UNOB");
    for (char& character : level_b) {
        const std::size_t index = std::string_view("+:'").find(character);
        character = index == std::string_view::npos ? character : "\x1D\x1F\x1C"[index];
    }
    const ListReading reading =
        read_paxlst("UNA:+.? '" + text.str() + "\r\nNNNN\r\n" + level_b + "\r\n" + text.str());
    EXPECT_THAT(fault_lines(reading), ElementsAre("W0 4 bytes follow the end (UNZ)"));
    ASSERT_EQ(reading.lists.size(), 3U);
    for (const PassengerList& list : reading.lists) {
        EXPECT_EQ(list.travelers.at(0).documents.at(0).number, "L898902C3");
    }
}

} // namespace
} // namespace sallyport::manifest
