// Proves that a good PAXLST message is read whole and without a fault, that every departure from
// the standard is reported where it stands, and that no text, however broken, crashes the reader or
// passes for a whole list.
#include "base/limits.hpp"
#include "manifest/passenger_list.hpp"
#include "manifest/paxlst_test_text.hpp"

#include <array>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sstream>

namespace sallyport::manifest {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using testing::fault_lines;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MessageText;
using ::testing::Not;
using testing::one_traveler;
using ::testing::StartsWith;
using testing::traveler_text;

std::string demo_flight() {
    std::ifstream file(SALLYPORT_SOURCE_DIR "/demo/flight.edi", std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

MessageText good() {
    MessageText text;
    text.travelers = {traveler_text("DOE:JOHN:PAUL"), traveler_text("ROE:JANE")};
    return text;
}

std::string time_text(const std::optional<Instant>& time) {
    return time ? format_instant(*time) : "none";
}

TEST(PaxlstReader, ReadsAGoodMessageWithoutAFault) {
    const ListReading reading = read_paxlst(good().str());
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    ASSERT_EQ(reading.lists.size(), 1U);
    const PassengerList& list = reading.lists[0];
    EXPECT_EQ(list.kind, ListKind::PassengerList);
    EXPECT_EQ(list.function, "");
    EXPECT_EQ(list.purpose, ListFunction::Original);
    EXPECT_EQ(list.movement, Movement::Flight);
    EXPECT_EQ(list.sender, "XX");
    EXPECT_EQ(list.recipient, "UTOAPIS");
    EXPECT_EQ(list.interchange_reference, "77");
    EXPECT_EQ(list.reference, "M1");
    EXPECT_EQ(list.transaction_reference, "");
    EXPECT_EQ(time_text(list.prepared_at), "2026-11-30T18:10:00.000Z");
    EXPECT_EQ(list.stated_count, 2U);
    ASSERT_EQ(list.legs.size(), 1U);
    EXPECT_EQ(list.legs[0].flight, "XX100");
    EXPECT_EQ(list.legs[0].departure, "AMS");
    EXPECT_EQ(list.legs[0].arrival, "JFK");
    EXPECT_EQ(time_text(list.legs[0].departs_at), "2026-12-01T09:40:00.000Z");
    EXPECT_EQ(time_text(list.legs[0].arrives_at), "2026-12-01T11:55:00.000Z");
}

TEST(PaxlstReader, ReadsEveryFieldOfATraveler) {
    const ListReading reading = read_paxlst(good().str());
    ASSERT_EQ(reading.lists.at(0).travelers.size(), 2U);
    const domain::Traveler& traveler = reading.lists[0].travelers[0];
    EXPECT_EQ(traveler.kind, domain::TravelerKind::Passenger);
    EXPECT_EQ(traveler.family_name, "DOE");
    EXPECT_EQ(traveler.given_names, "JOHN PAUL");
    EXPECT_EQ(traveler.sex, domain::Sex::Male);
    EXPECT_EQ(traveler.birth_date, (domain::PartialDate{1974, 8, 12}));
    EXPECT_EQ(traveler.nationality, "UTO");
    EXPECT_EQ(traveler.reference, "ABC123");
    EXPECT_EQ(traveler.passenger_reference, "U1");
    EXPECT_EQ(traveler.seat, "12A");
    EXPECT_EQ(traveler.embarkation, "AMS");
    EXPECT_EQ(traveler.debarkation, "JFK");
    EXPECT_EQ(traveler.residence, "UTO");
    EXPECT_THAT(
        traveler.documents,
        ElementsAre(
            domain::TravelDocument{"P", "L898902C3", "UTO", domain::PartialDate{2032, 4, 15}}
        )
    );
}

TEST(PaxlstReader, KeepsSeveralDocumentsOfOneTravelerApart) {
    MessageText text;
    text.travelers = {traveler_text() + "DOC+V+777'DTM+36:270101'LOC+91+USA'DOC+I+888'"};
    const ListReading reading = read_paxlst(text.str());
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    const auto& documents = reading.lists.at(0).travelers.at(0).documents;
    ASSERT_EQ(documents.size(), 3U);
    EXPECT_EQ(documents[0].issuer, "UTO");
    EXPECT_EQ(
        documents[1], (domain::TravelDocument{"V", "777", "USA", domain::PartialDate{2027, 1, 1}})
    );
    EXPECT_EQ(documents[2], (domain::TravelDocument{"I", "888", "", std::nullopt}));
}

TEST(PaxlstReader, TellsTheKindsOfTravelersApart) {
    MessageText text;
    text.travelers = {traveler_text(), traveler_text(), traveler_text(), traveler_text()};
    constexpr std::array<std::string_view, 4> qualifiers{"FL", "FM", "DDU", "DDT"};
    for (std::size_t index = 0; index < qualifiers.size(); ++index) {
        text.travelers[index].replace(4, 2, qualifiers[index]);
    }
    text.totals = "CNT+42:2'CNT+41:2'";
    const ListReading reading = read_paxlst(text.str());
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    const auto& travelers = reading.lists.at(0).travelers;
    EXPECT_EQ(travelers.at(0).kind, domain::TravelerKind::Passenger);
    EXPECT_EQ(travelers.at(1).kind, domain::TravelerKind::Crew);
    EXPECT_EQ(travelers.at(2).kind, domain::TravelerKind::TransitPassenger);
    EXPECT_EQ(travelers.at(3).kind, domain::TravelerKind::TransitCrew);
    EXPECT_EQ(reading.lists[0].count_of(domain::TravelerKind::Passenger), 2U);
}

TEST(PaxlstReader, ReadsTheSameListWithOtherSeparators) {
    std::string text = good().str();
    for (char& character : text) {
        const std::string_view from = "+:'";
        const std::size_t index = from.find(character);
        character = index == std::string_view::npos ? character : "*;#"[index];
    }
    const ListReading reading = read_paxlst("\r\n UNA;*.! # \r\n" + text);
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    EXPECT_EQ(reading.lists.at(0).travelers.at(1).family_name, "ROE");
}

TEST(PaxlstReader, ReadsNamesWithReleasedCharacters) {
    MessageText text;
    text.travelers = {traveler_text("O?'NEIL?+SMITH:ANNE??:MARIE?:LOU")};
    const ListReading reading = read_paxlst(text.str());
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    EXPECT_EQ(reading.lists.at(0).travelers.at(0).family_name, "O'NEIL+SMITH");
    EXPECT_EQ(reading.lists.at(0).travelers.at(0).given_names, "ANNE? MARIE:LOU");
}

TEST(PaxlstReader, ReadsAnyNamesBackThatWereWrittenReleased) {
    const bool holds = rc::check("names survive", [] {
        const auto letters = rc::gen::elementOf(std::string("ABZ09-.?+:'"));
        const auto family = *rc::gen::nonEmpty(rc::gen::container<std::string>(letters));
        const auto given = *rc::gen::nonEmpty(rc::gen::container<std::string>(letters));
        MessageText text;
        text.travelers = {traveler_text(testing::escaped(family) + ":" + testing::escaped(given))};
        const ListReading reading = read_paxlst(text.str());
        RC_ASSERT(reading.faults.empty());
        RC_ASSERT(reading.lists.at(0).travelers.at(0).family_name == family);
        RC_ASSERT(reading.lists.at(0).travelers.at(0).given_names == given);
    });
    EXPECT_TRUE(holds);
}

TEST(PaxlstReader, NeverTakesATruncatedMessageForAWholeOne) {
    std::string text = demo_flight();
    ASSERT_FALSE(text.empty());
    text.erase(text.find_last_not_of("\r\n") + 1);
    ASSERT_FALSE(read_paxlst(text).has_errors());
    for (std::size_t length = 0; length < text.size(); ++length) {
        ASSERT_TRUE(read_paxlst(std::string_view(text).substr(0, length)).has_errors()) << length;
    }
}

TEST(PaxlstReader, SurvivesAnyBytes) {
    const std::string base = good().str();
    const bool holds = rc::check("no crash, offsets inside the file", [&base] {
        std::string text = base;
        const auto edits = *rc::gen::container<std::vector<std::pair<std::size_t, char>>>(
            rc::gen::pair(rc::gen::inRange<std::size_t>(0, base.size()), rc::gen::arbitrary<char>())
        );
        for (const auto& [position, character] : edits) {
            text[position] = character;
        }
        const ListReading reading = read_paxlst(text);
        for (const Fault& fault : reading.faults) {
            RC_ASSERT(fault.offset <= text.size());
            RC_ASSERT(!fault.text.empty());
        }
    });
    EXPECT_TRUE(holds);
}

TEST(PaxlstReader, TheDemoFlightHasTwentyTravelersAndNoFault) {
    const ListReading reading = read_paxlst(demo_flight());
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    ASSERT_EQ(reading.lists.size(), 1U);
    const PassengerList& list = reading.lists[0];
    EXPECT_EQ(list.travelers.size(), 20U);
    EXPECT_EQ(list.stated_count, 20U);
    EXPECT_EQ(list.main_leg().flight, "XX100");
    EXPECT_EQ(time_text(list.main_leg().departs_at), "2026-12-01T09:40:00.000Z");
    for (const domain::Traveler& traveler : list.travelers) {
        EXPECT_EQ(traveler.nationality, "UTO");
        ASSERT_EQ(traveler.documents.size(), 1U);
        EXPECT_EQ(traveler.documents[0].issuer, "UTO");
    }
    EXPECT_EQ(list.travelers[4].family_name, "COLLINS");
    EXPECT_EQ(list.travelers[4].documents[0].number, "D0000005");
}

TEST(PaxlstReader, SaysWhenTheFileIsEmpty) {
    for (const std::string_view text : {"", "  \r\n\t ", "\xEF\xBB\xBF"}) {
        const ListReading reading = read_paxlst(text);
        EXPECT_TRUE(reading.has_errors());
        EXPECT_THAT(fault_lines(reading), Contains(HasSubstr("the file is empty")));
    }
}

TEST(PaxlstReader, SaysWhenTheFileIsNoEdifact) {
    const ListReading reading = read_paxlst("Dear colleagues, please find attached");
    EXPECT_THAT(fault_lines(reading), ElementsAre(HasSubstr("no EDIFACT message")));
    EXPECT_THAT(reading.lists, IsEmpty());
}

TEST(PaxlstReader, ReadsOnAfterTextThatStandsBeforeTheMessage) {
    const ListReading reading = read_paxlst("QP UTOXXHDR\r\n.HDQ 1\r\n" + good().str());
    EXPECT_FALSE(reading.has_errors());
    EXPECT_THAT(
        fault_lines(reading), ElementsAre("W0 19 bytes stand before the message; passed over")
    );
    EXPECT_EQ(reading.lists.at(0).travelers.size(), 2U);
}

TEST(PaxlstReader, RefusesAFileOverTheLimit) {
    const std::string text = good().str() + std::string(limits::manifest_bytes_max, ' ');
    const ListReading reading = read_paxlst(text);
    EXPECT_THAT(fault_lines(reading), ElementsAre(HasSubstr("larger than the limit")));
    EXPECT_THAT(reading.lists, IsEmpty());
}

TEST(PaxlstReader, StopsAtMoreTravelersThanTheLimit) {
    MessageText text;
    text.travelers.assign(limits::manifest_travelers_max + 5, "NAD+FL+++A:B'");
    const ListReading reading = read_paxlst(text.str());
    EXPECT_THAT(fault_lines(reading), Contains(HasSubstr("more than 20000 travelers")));
    EXPECT_LE(reading.lists.at(0).travelers.size(), limits::manifest_travelers_max + 1);
    EXPECT_LE(reading.faults.size(), limits::manifest_faults_max);
}

TEST(PaxlstReader, StopsAtMoreSegmentsThanTheLimit) {
    std::string text = "UNB+UNOA:4+A+B+261130:1810+77'UNH+M1+PAXLST:D:05B:UN'BGM+745'";
    for (std::size_t count = 0; count <= limits::manifest_segments_max; ++count) {
        text += "COM'";
    }
    const ListReading reading = read_paxlst(text);
    EXPECT_THAT(fault_lines(reading), ElementsAre(HasSubstr("more than 1000000 segments")));
}

TEST(PaxlstReader, ReadsOnBehindASegmentOverTheLimit) {
    const std::string text = one_traveler("FTX+" + std::string(6U << 20U, 'A') + "'");
    const ListReading reading = read_paxlst(text);
    EXPECT_THAT(
        fault_lines(reading),
        ElementsAre("E19 a segment is longer than 4096 characters; passed over")
    );
    EXPECT_EQ(reading.lists.at(0).travelers.at(0).documents.size(), 1U);
}

TEST(PaxlstReader, AddsNothingOfALostTravelerToTheOneBefore) {
    MessageText text = good();
    text.travelers.insert(
        text.travelers.begin() + 1,
        traveler_text("LOST:" + std::string(limits::edifact_segment_chars_max, 'A'))
    );
    text.totals = "CNT+42:3'";
    const ListReading reading = read_paxlst(text.str());
    EXPECT_THAT(
        fault_lines(reading),
        ElementsAre(HasSubstr("a segment is longer"), HasSubstr("CNT+42 states 3, the list has 2"))
    );
    EXPECT_EQ(reading.lists.at(0).travelers.at(0).documents.size(), 1U);
    EXPECT_EQ(reading.lists[0].travelers.at(1).family_name, "ROE");
}

TEST(PaxlstReader, BoundsLegsAndDocuments) {
    MessageText text = good();
    for (std::size_t leg = 0; leg < limits::manifest_legs_max; ++leg) {
        text.flight += "TDT+20+XX1'LOC+92+AMS'LOC+92+JFK'";
    }
    for (std::size_t document = 0; document < limits::manifest_documents_max; ++document) {
        text.travelers[0] += "DOC+V+1'";
    }
    const ListReading reading = read_paxlst(text.str());
    EXPECT_EQ(reading.lists.at(0).legs.size(), limits::manifest_legs_max);
    EXPECT_EQ(reading.lists[0].travelers.at(0).documents.size(), limits::manifest_documents_max);
    EXPECT_THAT(fault_lines(reading), Contains(HasSubstr("more than 64 legs")));
    EXPECT_THAT(fault_lines(reading), Contains(HasSubstr("more than 32 documents")));
}

TEST(PaxlstReader, StopsWhenErrorsFillTheLog) {
    MessageText text;
    text.travelers.assign(2'000, traveler_text("", "DTM+329:999999'"));
    const ListReading reading = read_paxlst(text.str());
    EXPECT_LE(reading.faults.size(), limits::manifest_faults_max);
    EXPECT_THAT(fault_lines(reading), Contains(HasSubstr("reading stopped here")));
}

TEST(PaxlstReader, CountsTheWarningsItDoesNotList) {
    MessageText text;
    text.travelers.assign(2'000, "NAD+FL+++DOE:JOHN'");
    const ListReading reading = read_paxlst(text.str());
    EXPECT_FALSE(reading.has_errors());
    EXPECT_EQ(reading.lists.at(0).travelers.size(), 2'000U);
    EXPECT_THAT(fault_lines(reading).back(), "W0 1500 further warnings are not listed");
}

struct FaultCase {
    std::string_view promise;
    std::string text;
    std::string fault; // begins so: severity, segment, text
};

MessageText with(void (*change)(MessageText&)) {
    MessageText text = good();
    change(text);
    return text;
}

std::vector<FaultCase> envelope_cases() {
    const std::string whole = good().str();
    const auto replaced = [&whole](std::string_view from, std::string_view to) {
        std::string text = whole;
        const std::size_t position = text.find(from);
        EXPECT_NE(position, std::string::npos) << from;
        return text.replace(position, from.size(), to);
    };
    return {
        {"UNB missing", whole.substr(whole.find("UNH")), "E1 UNB is missing"},
        {"time of UNB", replaced(":1810", ":2510"), "W1 UNB: the time of preparation"},
        {"charset", replaced("UNOA", "UNOX"), "E1 UNB: the character set"},
        {"syntax version", replaced("UNOA:4", "UNOA:9"), "E1 UNB: the syntax version"},
        {"date of UNB", replaced("261130:", "261131:"), "E1 UNB: the date of preparation"},
        {"reference of UNB", replaced("+77+", "++"), "E1 UNB has no control reference"},
        {"other message", replaced("PAXLST", "CUSRES"), "E2 UNH: the message is not a PAXLST"},
        {"release", replaced("05B", "96B"), "W2 UNH: the directory"},
        {"UNH reference", replaced("UNH+M1", "UNH+"), "E2 UNH has no message reference"},
        {"BGM missing", replaced("BGM+745'", "COM+1:TE'"), "E3 BGM is missing"},
        {"BGM code", replaced("745", "999"), "E3 BGM: the document code"},
        {"function", replaced("745", "745+QQ"), "W3 BGM: the function"},
        {"TDT missing",
         with([](MessageText& text) { text.flight = ""; }).str(),
         "E31 TDT is missing"},
        {"flight number", replaced("+XX100", "+"), "E4 TDT without a flight number"},
        {"leg place", replaced("LOC+87+JFK'", ""), "E35 a flight leg lacks its place"},
        {"place code", replaced("LOC+87+JFK'", "LOC+87+J1'"), "W7 LOC+87: not a place code"},
        {"departure time", replaced("2612010940", "2612019940"), "E6 DTM+189 is not a date"},
        {"CNT wrong", replaced("CNT+42:2", "CNT+42:3"), "E35 CNT+42 states 3, the list has 2"},
        {"CNT garbled", replaced("CNT+42:2", "CNT+42+2"), "E35 CNT+42 does not state a number"},
        {"CNT unknown", replaced("CNT+42:2", "CNT+7:2"), "W35 CNT: the total is none"},
        {"CNT of all", replaced("CNT+42:2", "CNT+3:5"), "E35 CNT+3 states 5, the list has 2"},
        {"CNT missing", replaced("CNT+42:2'", "COM+1'"), "W36 CNT is missing"},
        {"UNT count", replaced("UNT+35", "UNT+34"), "E36 UNT states 34 segments, there are 35"},
        {"UNT no count", replaced("UNT+35", "UNT+X"), "E36 UNT does not state a number"},
        {"UNT reference",
         replaced("UNT+35+M1", "UNT+35+M2"),
         "E36 UNT does not repeat the reference"},
        {"UNT missing", replaced("UNT+35+M1'", ""), "E36 UNZ inside a message: UNT is missing"},
        {"UNZ count", replaced("UNZ+1", "UNZ+2"), "E37 UNZ states 2 messages, there are 1"},
        {"UNZ reference", replaced("UNZ+1+77", "UNZ+1+78"), "E37 UNZ does not repeat the reference"
        },
        {"UNZ missing", whole.substr(0, whole.find("UNZ")), "E36 UNZ is missing"},
        {"after UNZ", whole + "\n13NOV", "W0 5 bytes follow the end"},
        {"UNE alone", replaced("UNZ", "UNE+1+1'UNZ"), "E37 UNE without a UNG"},
        {"UNE missing",
         replaced("UNH", "UNG+PAXLST+A+B+261130:1810+5+UN+D:05B'UNH"),
         "E38 UNZ inside a group: UNE is missing"},
        {"UNA", "UNA:::::::" + whole, "E0 UNA: six different separators"},
        {"outside", replaced("UNH", "COM+1'UNH"), "E2 a segment outside any message"},
        {"UNB twice",
         replaced("UNZ+1+77", "UNB+UNOA:4+A+B+261130:1810+77++X"),
         "E37 UNB inside an interchange"},
        {"tag", replaced("NAT+2", "XYZ+2"), "E15 not a segment of PAXLST"},
    };
}

TEST(PaxlstReader, ReportsEachFaultOfTheEnvelopeWhereItStands) {
    for (const FaultCase& each : envelope_cases()) {
        EXPECT_THAT(fault_lines(read_paxlst(each.text)), Contains(StartsWith(each.fault)))
            << each.promise;
    }
}

TEST(PaxlstReader, ReportsEachFaultOfATravelerWhereItStands) {
    const std::vector<FaultCase> cases{
        {"birth date", one_traveler("DTM+329:990231'"), "E19 DTM+329 is not a date"},
        {"no name", one_traveler("NAD+FL'"), "E19 NAD+FL without a family name"},
        {"party", one_traveler("NAD+ZZ'"), "W19 NAD: the party"},
        {"sex", one_traveler("ATT+2++Q'"), "W19 ATT+2: the sex"},
        {"record locator", one_traveler("RFF+AVF'"), "W19 RFF+AVF is empty"},
        {"embarkation", one_traveler("LOC+178'"), "W19 LOC+178 is empty"},
        {"no document number", one_traveler("DOC+P'"), "E19 DOC without a document number"},
        {"dashes are no number", one_traveler("DOC+P+--'"), "E19 DOC without a document number"},
        {"document type", one_traveler("DOC++X1'"), "W19 DOC without a document type"},
        {"expiry", one_traveler("DOC+P+X1'DTM+36:310231'"), "E20 DTM+36 is not a date"},
        {"issuer", one_traveler("DOC+P+X1'LOC+91'"), "W20 LOC+91 (issuer) is empty"},
        {"issuer code", one_traveler("DOC+P+X1'LOC+91+US'"), "W20 LOC+91 (issuer) is not a state"},
        {"expiry alone", one_traveler("DTM+36:310101'"), "W19 DTM+36 (expiry) without a DOC"},
        {"issuer alone", one_traveler("LOC+91+UTO'"), "W19 LOC+91 (issuer) without a DOC"},
    };
    for (const FaultCase& each : cases) {
        EXPECT_THAT(fault_lines(read_paxlst(each.text)), Contains(StartsWith(each.fault)))
            << each.promise;
    }
}

TEST(PaxlstReader, SaysWhatATravelerLacks) {
    MessageText text;
    text.travelers = {"NAD+FL+++DOE:JOHN'", traveler_text()};
    EXPECT_THAT(
        fault_lines(read_paxlst(text.str())),
        ElementsAre("W9 traveler without birth date, sex, nationality, document")
    );
}

TEST(PaxlstReader, PutsNoPersonalDataIntoFaults) {
    MessageText text;
    // An apostrophe that was not released cuts the name; the rest looks like a segment.
    text.travelers = {traveler_text("O'LEE+SECRETNAME:X", "DTM+329:SECRETDATE'NAT+2+SECRETSTATE'")};
    const ListReading reading = read_paxlst(text.str());
    EXPECT_TRUE(reading.has_errors());
    for (const std::string& line : fault_lines(reading)) {
        EXPECT_THAT(line, Not(HasSubstr("SECRET")));
        EXPECT_THAT(line, Not(HasSubstr("LEE")));
    }
}

TEST(PaxlstReader, ConvertsLatin1NamesToUTF8) {
    MessageText text;
    text.interchange.replace(text.interchange.find("UNOA"), 4, "UNOC");
    text.travelers = {traveler_text("M\xFCLLER:ZO\xC9")};
    const ListReading reading = read_paxlst(text.str());
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    EXPECT_EQ(reading.lists.at(0).travelers.at(0).family_name, "M\xC3\xBCLLER");
    EXPECT_EQ(reading.lists.at(0).travelers.at(0).given_names, "ZO\xC3\x89");
}

TEST(PaxlstReader, KeepsUndeclaredUTF8WithAWarning) {
    MessageText text;
    text.travelers = {traveler_text("M\xC3\x9CLLER:ZOE")};
    const ListReading reading = read_paxlst(text.str());
    EXPECT_THAT(fault_lines(reading), ElementsAre(StartsWith("W9 UTF-8 under")));
    EXPECT_EQ(reading.lists.at(0).travelers.at(0).family_name, "M\xC3\x9CLLER");
}

TEST(PaxlstReader, ReadsSeveralLegsAndFindsTheOneThatCrossesTheBorder) {
    MessageText text = good();
    text.flight =
        "TDT+20+QQ1+++QQ'LOC+92+MIA'DTM+189:2612010800:201'LOC+92+IAD'DTM+232:2612011000:201'"
        "TDT+20+2+++QQ'LOC+125+IAD'DTM+189:2612011200:201'LOC+87+CDG'DTM+232:2612012300:201'";
    const ListReading reading = read_paxlst(text.str());
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    const PassengerList& list = reading.lists.at(0);
    ASSERT_EQ(list.legs.size(), 2U);
    EXPECT_EQ(list.legs[0].departure, "MIA");
    EXPECT_EQ(list.legs[0].arrival, "IAD");
    EXPECT_FALSE(list.legs[0].crosses_border);
    EXPECT_EQ(list.main_leg().flight, "QQ2"); // the carrier stood beside the number
    EXPECT_EQ(list.main_leg().departure, "IAD");
    EXPECT_EQ(list.main_leg().arrival, "CDG");
}

TEST(PaxlstReader, ReadsFurtherStopsUnderOneFlightNumberAsLegs) {
    MessageText text = good();
    text.flight =
        "TDT+20+QQ1+++QQ'LOC+125+AMS'DTM+189:2612010800:201'LOC+87+JFK'DTM+232:2612011000:201'"
        "LOC+92+MIA'DTM+232:2612011500:201'";
    const ListReading reading = read_paxlst(text.str());
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    const PassengerList& list = reading.lists.at(0);
    ASSERT_EQ(list.legs.size(), 2U);
    EXPECT_EQ(list.legs[1].flight, "QQ1");
    EXPECT_EQ(list.legs[1].departure, "JFK");
    EXPECT_EQ(list.legs[1].arrival, "MIA");
    EXPECT_EQ(time_text(list.legs[1].arrives_at), "2026-12-01T15:00:00.000Z");
    EXPECT_EQ(list.main_leg().arrival, "JFK");
}

TEST(PaxlstReader, TakesTheWholeRouteWhereNoLegIsMarked) {
    MessageText text = good();
    text.flight = "TDT+20+QQ1+++QQ'LOC+92+AMS'DTM+189:2612010800:201'LOC+92+LHR'"
                  "TDT+20+QQ2+++QQ'LOC+92+LHR'LOC+92+JFK'DTM+232:2612011500:201'";
    const FlightLeg leg = read_paxlst(text.str()).lists.at(0).main_leg();
    EXPECT_EQ(leg.flight, "QQ1");
    EXPECT_EQ(leg.departure, "AMS");
    EXPECT_EQ(leg.arrival, "JFK");
    EXPECT_EQ(time_text(leg.arrives_at), "2026-12-01T15:00:00.000Z");
}

TEST(PaxlstReader, ChecksTheCrewTotalOfACrewList) {
    MessageText text;
    text.begin = "BGM+250'";
    text.travelers = {traveler_text()};
    text.travelers[0].replace(4, 2, "FM");
    text.totals = "CNT+41:1'";
    const ListReading right = read_paxlst(text.str());
    EXPECT_THAT(fault_lines(right), IsEmpty());
    EXPECT_EQ(right.lists.at(0).kind, ListKind::CrewList);
    EXPECT_EQ(right.lists[0].stated_crew_count, 1U);
    text.totals = "CNT+41:2'";
    EXPECT_THAT(
        fault_lines(read_paxlst(text.str())), ElementsAre("E22 CNT+41 states 2, the list has 1")
    );
}

TEST(PaxlstReader, AcceptsATotalWithOrWithoutTravelersInTransit) {
    MessageText text = good();
    text.travelers[1].replace(4, 2, "DDU");
    for (const std::string totals : {"CNT+42:1'", "CNT+42:2'"}) {
        text.totals = totals;
        EXPECT_THAT(fault_lines(read_paxlst(text.str())), IsEmpty()) << totals;
    }
    text.totals = "CNT+42:3'";
    EXPECT_TRUE(read_paxlst(text.str()).has_errors());
}

TEST(PaxlstReader, ReadsSeveralMessagesInGroupsAndTiesFaultsToTheirMessage) {
    const std::string one = good().str();
    const std::size_t body = one.find("UNH");
    const std::size_t end = one.find("UNZ");
    std::string second = one.substr(body, end - body);
    second.replace(second.find("CNT+42:2"), 8, "CNT+42:5");
    const std::string text = one.substr(0, body) + "UNG+PAXLST+A+B+261130:1810+5+UN+D:05B'" +
                             one.substr(body, end - body) + second + "UNE+2+5'UNZ+1+77'";
    const ListReading reading = read_paxlst(text);
    EXPECT_THAT(fault_lines(reading), ElementsAre("E71 CNT+42 states 5, the list has 2"));
    EXPECT_EQ(reading.lists.size(), 2U);
    EXPECT_EQ(reading.faults.at(0).message, 1U);
    EXPECT_EQ(text.substr(reading.faults[0].offset, 6), "CNT+42");
}

TEST(PaxlstReader, ReadsSeveralInterchangesInOneFile) {
    const ListReading reading = read_paxlst(good().str() + "\nUNA:+.? '\n" + good().str());
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    EXPECT_EQ(reading.lists.size(), 2U);
}

TEST(PaxlstReader, DatesBirthsByTheDepartureWhenTheInterchangeHasNoDate) {
    std::string text = good().str();
    text.replace(text.find("261130:"), 7, "XXXXXX:");
    const ListReading reading = read_paxlst(text);
    EXPECT_THAT(fault_lines(reading), ElementsAre(StartsWith("E1 UNB: the date of preparation")));
    EXPECT_EQ(reading.lists.at(0).travelers.at(0).birth_date, (domain::PartialDate{1974, 8, 12}));
}

TEST(PaxlstReader, GuessesTheFormatFromTheFirstCharacter) {
    EXPECT_EQ(guess_format(" \n{\"flight\":1}"), ListFormat::Json);
    EXPECT_EQ(guess_format("\xEF\xBB\xBF[]"), ListFormat::Json);
    EXPECT_EQ(guess_format("UNA:+.? '"), ListFormat::Edifact);
    EXPECT_EQ(guess_format(""), ListFormat::Edifact);
}

} // namespace
} // namespace sallyport::manifest
