// Proves that the CSV form is read as documented, whatever the order of its columns, and that each
// fault names its line and column and nobody's data.
#include "base/limits.hpp"
#include "manifest/passenger_list.hpp"
#include "manifest/paxlst_test_text.hpp"

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
using ::testing::StartsWith;

constexpr std::string_view header =
    "flight,departure,arrival,departs_at,arrives_at,family_name,given_names,birth_date,sex,"
    "nationality,document_type,document_number,document_issuer,document_expiry,reference,seat,"
    "passenger_reference,kind,embarkation,debarkation,residence\n";
constexpr std::string_view first_row =
    "XX100,AMS,JFK,2026-12-01T09:40,2026-12-01T11:55,DOE,JOHN PAUL,1974-08-12,M,UTO,P,L898902C3,"
    "UTO,2032-04-15,ABC123,12A,U1,passenger,AMS,JFK,UTO\n";

std::string good() {
    return std::string(header) + std::string(first_row) +
           ",,,,,\"ROE, LADY\",JANE,1980-01-02,F,UTO,P,L2,UTO,,,,,crew,,,\n";
}

std::string replaced(std::string_view from, std::string_view to) {
    std::string text = good();
    const std::size_t position = text.find(from);
    EXPECT_NE(position, std::string::npos) << from;
    return text.replace(position, from.size(), to);
}

TEST(CSVList, ReadsEveryColumn) {
    const ListReading reading = read_csv_list(good());
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    ASSERT_EQ(reading.lists.size(), 1U);
    const PassengerList& list = reading.lists[0];
    EXPECT_EQ(list.kind, ListKind::PassengerList);
    EXPECT_EQ(list.purpose, ListFunction::Original);
    ASSERT_EQ(list.legs.size(), 1U);
    EXPECT_EQ(list.legs[0].flight, "XX100");
    EXPECT_EQ(list.legs[0].departure, "AMS");
    EXPECT_EQ(list.legs[0].arrival, "JFK");
    EXPECT_EQ(format_instant(list.legs[0].departs_at.value()), "2026-12-01T09:40:00.000Z");
    EXPECT_EQ(format_instant(list.legs[0].arrives_at.value()), "2026-12-01T11:55:00.000Z");
    ASSERT_EQ(list.travelers.size(), 2U);
    const domain::Traveler& traveler = list.travelers[0];
    EXPECT_EQ(traveler.family_name, "DOE");
    EXPECT_EQ(traveler.given_names, "JOHN PAUL");
    EXPECT_EQ(traveler.birth_date, (domain::PartialDate{1974, 8, 12}));
    EXPECT_EQ(traveler.sex, domain::Sex::Male);
    EXPECT_EQ(traveler.nationality, "UTO");
    EXPECT_THAT(
        traveler.documents,
        ElementsAre(
            domain::TravelDocument{"P", "L898902C3", "UTO", domain::PartialDate{2032, 4, 15}}
        )
    );
    EXPECT_EQ(traveler.reference, "ABC123");
    EXPECT_EQ(traveler.passenger_reference, "U1");
    EXPECT_EQ(traveler.seat, "12A");
    EXPECT_EQ(traveler.embarkation, "AMS");
    EXPECT_EQ(traveler.debarkation, "JFK");
    EXPECT_EQ(traveler.residence, "UTO");
    EXPECT_EQ(list.travelers[1].family_name, "ROE, LADY");
    EXPECT_EQ(list.travelers[1].kind, domain::TravelerKind::Crew);
}

TEST(CSVList, ReadsColumnsInAnyOrderSeparatedBySemicolons) {
    const ListReading reading =
        read_csv_list("\xEF\xBB\xBF"
                      "Family_Name ; arrival;departure;FLIGHT;document_number;departs_at\r\n"
                      "M\xC3\x9CLLER;JFK;AMS;XX1;D1;2026-12-01 09:40\r\n\r\n;;;;;\r\n");
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    ASSERT_EQ(reading.lists.at(0).travelers.size(), 1U);
    EXPECT_EQ(reading.lists[0].travelers[0].family_name, "M\xC3\x9CLLER");
    EXPECT_EQ(reading.lists[0].main_leg().departure, "AMS");
    EXPECT_TRUE(reading.lists[0].main_leg().departs_at.has_value());
}

TEST(CSVList, MakesAListOfTheRowsOfEachFlight) {
    const ListReading reading =
        read_csv_list("flight,departure,arrival,family_name,document_number,kind\n"
                      "XX1,AMS,JFK,A,1,\nXX2,JFK,AMS,B,2,crew\n,,,C,3,crew\nXX1,AMS,JFK,D,4,\n");
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    ASSERT_EQ(reading.lists.size(), 2U);
    EXPECT_EQ(reading.lists[0].travelers.size(), 2U);
    EXPECT_EQ(reading.lists[0].travelers[1].family_name, "D");
    EXPECT_EQ(reading.lists[1].main_leg().flight, "XX2");
    EXPECT_EQ(reading.lists[1].kind, ListKind::CrewList);
}

TEST(CSVList, ReportsEachFaultWithItsLineAndColumn) {
    struct Case {
        std::string text;
        std::string fault;
    };
    const std::vector<Case> cases{
        {replaced("family_name", "surname"), "E1 line 1: family_name is a column that must be"},
        {replaced("departure,", "place,"), "E1 line 1: departure is a column that must be"},
        {replaced("sex,", "seat,"), "E1 line 1: seat is a column twice"},
        {replaced("residence", "shoe_size"), "W1 line 1: column 21 is not known"},
        {replaced("1974-08-12", "12.08.1974"), "E2 line 2: birth_date is not a date"},
        {replaced("2032-04-15", "2032-04-31"), "E2 line 2: document_expiry is not a date"},
        {replaced("09:40", "09:40+01:00"), "E2 line 2: departs_at is not a local time"},
        {replaced(",M,", ",Q,"), "E2 line 2: sex is not F, M or X"},
        {replaced(",M,", ",m,"), "W2 line 2: sex is a code in small letters"},
        {replaced("UTO,P,", "uto,P,"), "W2 line 2: nationality is a code in small"},
        {replaced("passenger,AMS", "guest,AMS"), "E2 line 2: kind is not passenger"},
        {replaced("DOE", ""), "E2 line 2: family_name is missing"},
        {replaced("L898902C3", ""), "E2 line 2: document_number is missing"},
        {replaced("P,L2,UTO", ",,"), "W3 line 3: is a traveler without a document"},
        {replaced("XX100", ""), "E2 line 2: flight is missing"},
        {replaced("JOHN PAUL", "JOHN,PAUL"), "E2 line 2: the row has 22 cells, the first line 21"},
        {replaced("JOHN PAUL", "JOHN\"PAUL"), "E0 line 2: a quote inside"},
        {replaced("DOE", "M\xDCLLER"), "W2 line 2: is not UTF-8"},
        {good() + "\"open", "E0 line 4: a quoted field is not closed"},
        {"", "E0 the file has no line of column names"},
        {std::string(header), "E0 the file names no traveler"},
    };
    for (const Case& each : cases) {
        EXPECT_THAT(fault_lines(read_csv_list(each.text)), Contains(StartsWith(each.fault)))
            << each.fault;
    }
}

TEST(CSVList, SaysWhereInTheFileTheRowBegins) {
    const std::string text = replaced("1980-01-02", "1980");
    const std::string broken = replaced("1980-01-02", "80");
    EXPECT_THAT(fault_lines(read_csv_list(text)), IsEmpty()); // the rest is unknown
    const ListReading reading = read_csv_list(broken);
    ASSERT_EQ(reading.faults.size(), 1U);
    EXPECT_EQ(reading.faults[0].offset, header.size() + first_row.size());
    EXPECT_EQ(reading.faults[0].segment, 3U);
}

TEST(CSVList, PutsNoPersonalDataIntoFaults) {
    std::string text = replaced("1974-08-12", "SECRETDATE");
    text.replace(text.find("residence"), 9, "SECRETNAME");
    text += "SECRET,row\n";
    for (const std::string& line : fault_lines(read_csv_list(text))) {
        EXPECT_THAT(line, ::testing::Not(HasSubstr("SECRET")));
    }
}

TEST(CSVList, StopsAtMoreTravelersThanTheLimit) {
    std::string text = "flight,departure,arrival,family_name,document_number\n";
    for (std::size_t row = 0; row <= limits::manifest_travelers_max; ++row) {
        text += "X1,AMS,JFK,A,1\n";
    }
    const ListReading reading = read_csv_list(text);
    EXPECT_THAT(fault_lines(reading), ElementsAre(HasSubstr("more than 20000 travelers")));
    EXPECT_EQ(reading.lists.at(0).travelers.size(), limits::manifest_travelers_max);
}

TEST(CSVList, RefusesAFileOverTheLimit) {
    const ListReading reading = read_csv_list(std::string(limits::manifest_bytes_max + 1, ','));
    EXPECT_THAT(fault_lines(reading), ElementsAre(HasSubstr("larger than the limit")));
}

TEST(CSVList, IsRecognisedByItsColumns) {
    EXPECT_EQ(guess_format(good()), ListFormat::Csv);
    EXPECT_EQ(guess_format("\xEF\xBB\xBF\r\nfamily_name;flight\r\n"), ListFormat::Csv);
    EXPECT_EQ(guess_format("given_names,flight"), ListFormat::Csv); // to say that one is missing
    EXPECT_EQ(guess_format("Dear all, find attached"), ListFormat::Edifact);
    EXPECT_EQ(read_list(good(), guess_format(good())).lists.at(0).travelers.size(), 2U);
}

TEST(CSVList, TheExampleInTheDocumentationHasNoFault) {
    std::ifstream file(SALLYPORT_SOURCE_DIR "/docs/manifests.md");
    std::ostringstream stream;
    stream << file.rdbuf();
    const std::string page = stream.str();
    constexpr std::string_view fence = "```csv\n";
    const std::size_t start = page.find(fence);
    ASSERT_NE(start, std::string::npos);
    const std::size_t end = page.find("```", start + fence.size());
    const std::string example = page.substr(start + fence.size(), end - start - fence.size());
    const ListReading reading = read_list(example, guess_format(example));
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    EXPECT_EQ(reading.lists.at(0).travelers.size(), 2U);
}

TEST(CSVList, SurvivesAnyBytes) {
    const bool holds = rc::check("no crash, text stays UTF-8 without controls", [] {
        std::string text = good();
        const auto edits = *rc::gen::container<std::vector<std::pair<std::size_t, char>>>(
            rc::gen::pair(rc::gen::inRange<std::size_t>(0, text.size()), rc::gen::arbitrary<char>())
        );
        for (const auto& [position, character] : edits) {
            text[position] = character;
        }
        for (const Fault& fault : read_csv_list(text).faults) {
            RC_ASSERT(fault.offset <= text.size());
        }
    });
    EXPECT_TRUE(holds);
}

} // namespace
} // namespace sallyport::manifest
