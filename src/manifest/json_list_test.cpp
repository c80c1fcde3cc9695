// Proves that the plain JSON form is read as documented, strictly about types, and that what it
// cannot mean is reported with the path of the field.
#include "base/limits.hpp"
#include "manifest/passenger_list.hpp"
#include "manifest/paxlst_test_text.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

namespace sallyport::manifest {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using testing::fault_lines;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view good = R"({
  "flight": "XX100", "departure": "AMS", "arrival": "JFK",
  "departs_at": "2026-12-01T09:40", "arrives_at": "2026-12-01T11:55:30",
  "sender": "XX", "reference": "L1", "passengers": 1, "crew": 1,
  "travelers": [
    {"family_name": "DOE", "given_names": "JOHN PAUL", "birth_date": "1974-08", "sex": "M",
     "nationality": "UTO", "reference": "ABC123", "passenger_reference": "U1", "seat": "12A",
     "embarkation": "AMS", "debarkation": "JFK", "residence": "UTO",
     "documents": [{"type": "P", "number": "L898902C3", "issuer": "UTO", "expiry": "2032-04-15"},
                   {"number": "777"}]},
    {"kind": "crew", "family_name": "ROE", "documents": [{"number": "1"}]}
  ]})";

std::string replaced(std::string_view from, std::string_view to) {
    std::string text(good);
    const std::size_t position = text.find(from);
    EXPECT_NE(position, std::string::npos) << from;
    return text.replace(position, from.size(), to);
}

TEST(JSONList, ReadsEveryField) {
    const ListReading reading = read_json_list(good);
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    ASSERT_EQ(reading.lists.size(), 1U);
    const PassengerList& list = reading.lists[0];
    EXPECT_EQ(list.kind, ListKind::PassengerList);
    EXPECT_EQ(list.sender, "XX");
    EXPECT_EQ(list.reference, "L1");
    ASSERT_EQ(list.legs.size(), 1U);
    EXPECT_EQ(list.legs[0].flight, "XX100");
    EXPECT_EQ(format_instant(list.legs[0].departs_at.value()), "2026-12-01T09:40:00.000Z");
    EXPECT_EQ(format_instant(list.legs[0].arrives_at.value()), "2026-12-01T11:55:30.000Z");
    ASSERT_EQ(list.travelers.size(), 2U);
    const domain::Traveler& traveler = list.travelers[0];
    EXPECT_EQ(traveler.given_names, "JOHN PAUL");
    EXPECT_EQ(traveler.birth_date, (domain::PartialDate{1974, 8, 0}));
    EXPECT_EQ(traveler.sex, domain::Sex::Male);
    EXPECT_EQ(traveler.passenger_reference, "U1");
    EXPECT_EQ(traveler.residence, "UTO");
    EXPECT_THAT(
        traveler.documents,
        ElementsAre(
            domain::TravelDocument{"P", "L898902C3", "UTO", domain::PartialDate{2032, 4, 15}},
            domain::TravelDocument{"", "777", "", std::nullopt}
        )
    );
    EXPECT_EQ(list.travelers[1].kind, domain::TravelerKind::Crew);
}

TEST(JSONList, TheExampleInTheDocumentationHasNoFault) {
    std::ifstream file(SALLYPORT_SOURCE_DIR "/docs/manifests.md");
    std::ostringstream text;
    text << file.rdbuf();
    const std::string page = text.str();
    constexpr std::string_view fence = "```json\n";
    const std::size_t start = page.find(fence);
    ASSERT_NE(start, std::string::npos);
    const std::size_t end = page.find("```", start + fence.size());
    const std::string example = page.substr(start + fence.size(), end - start - fence.size());
    const ListReading reading = read_list(example, guess_format(example));
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    EXPECT_EQ(reading.lists.at(0).travelers.at(0).documents.at(0).number, "L898902C3");
}

TEST(JSONList, KnowsWhatAListIsForByNameOrQualifier) {
    const auto read = [](std::string_view function) {
        return read_json_list(
            replaced("\"sender\"", fmt::format("\"function\": \"{}\", \"sender\"", function))
        );
    };
    EXPECT_EQ(read("").lists.at(0).purpose, ListFunction::Original);
    EXPECT_EQ(read("original").lists.at(0).function, "");
    for (const std::string_view both : {"change", "CP"}) {
        EXPECT_EQ(read(both).lists.at(0).purpose, ListFunction::Change);
        EXPECT_EQ(read(both).lists.at(0).function, "CP");
    }
    EXPECT_EQ(read("cancel_travelers").lists.at(0).function, "XR");
    EXPECT_EQ(read("reduction").lists.at(0).function, "RP");
    EXPECT_EQ(read("close").lists.at(0).function, "CL");
    EXPECT_EQ(read("close_on_board").lists.at(0).function, "CLOB");
    EXPECT_EQ(read("close_not_on_board").lists.at(0).function, "CLNB");
    EXPECT_EQ(read("cancel_flight").lists.at(0).function, "XF");
    EXPECT_EQ(read("change_flight").lists.at(0).function, "CF");
    EXPECT_THAT(fault_lines(read("QQ")), Contains("E0 /function is not a function of a list"));
}

TEST(JSONList, ReadsTheFieldsOfTheMessageAndTheVoyage) {
    const ListReading reading = read_json_list(replaced(
        "\"sender\"",
        R"("movement": "voyage", "prepared_at": "2026-11-30T19:10:00+01:00", "recipient": "YY",
           "interchange_reference": "I1", "transaction_reference": "T1", "sender")"
    ));
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    const PassengerList& list = reading.lists.at(0);
    EXPECT_EQ(list.movement, Movement::Voyage);
    EXPECT_EQ(format_instant(list.prepared_at.value()), "2026-11-30T18:10:00.000Z");
    EXPECT_EQ(list.recipient, "YY");
    EXPECT_EQ(list.interchange_reference, "I1");
    EXPECT_EQ(list.transaction_reference, "T1");
}

TEST(JSONList, ReadsFurtherFieldsOfATraveler) {
    const ListReading reading = read_json_list(replaced(
        "\"seat\"",
        R"("clearance": "LAX", "birth_place": "ZENITH UTO", "data_verified": true, "seat")"
    ));
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    const domain::Traveler& traveler = reading.lists.at(0).travelers.at(0);
    EXPECT_EQ(traveler.clearance, "LAX");
    EXPECT_EQ(traveler.birth_place, "ZENITH UTO");
    EXPECT_TRUE(traveler.data_verified);
}

TEST(JSONList, ReadsSeveralLists) {
    const ListReading reading =
        read_json_list("[" + std::string(good) + "," + replaced("XX100", "XX200") + "]");
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    ASSERT_EQ(reading.lists.size(), 2U);
    EXPECT_EQ(reading.lists[1].main_leg().flight, "XX200");
}

TEST(JSONList, ReadsSeveralLegs) {
    const ListReading reading = read_json_list(
        R"({"legs":[{"flight":"A1","departure":"AMS","arrival":"LHR"},
                    {"flight":"A2","departure":"LHR","arrival":"JFK"}],"travelers":[]})"
    );
    EXPECT_THAT(fault_lines(reading), IsEmpty());
    EXPECT_EQ(reading.lists.at(0).legs.size(), 2U);
    EXPECT_EQ(reading.lists[0].main_leg().arrival, "JFK");
}

TEST(JSONList, ReportsWrongValuesWithTheirPath) {
    struct Case {
        std::string text;
        std::string fault;
    };
    const std::vector<Case> cases{
        {replaced("\"XX100\"", "100"), "E0 /flight must be a text"},
        {replaced("\"flight\": \"XX100\", ", ""), "E0 /flight is missing"},
        {replaced("\"AMS\"", "\"\""), "E0 /departure is missing"},
        {replaced("09:40", "09:40+01:00"), "E0 /departs_at is not a local time"},
        {replaced("09:40", "09:61"), "E0 /departs_at is not a local time"},
        {replaced("\"1974-08\"", "\"1974-13\""), "E0 /travelers/0/birth_date is not a date"},
        {replaced("\"1974-08\"", "19740812"), "E0 /travelers/0/birth_date must be a text"},
        {replaced("\"sex\": \"M\"", "\"sex\": \"male\""), "E0 /travelers/0/sex is not F, M or X"},
        {replaced("\"DOE\"", "null"), "E0 /travelers/0/family_name is missing"},
        {replaced("\"crew\", \"family", "\"cook\", \"family"), "E0 /travelers/1/kind is not a kind"
        },
        {replaced("2032-04-15", "2032-02-30"), "E0 /travelers/0/documents/0/expiry is not a date"},
        {replaced("\"sender\"", "\"movement\": \"train\", \"sender\""), "E0 /movement is not"},
        {replaced("\"sender\"", "\"prepared_at\": \"today\", \"sender\""), "E0 /prepared_at is not"
        },
        {replaced("\"seat\"", "\"data_verified\": 1, \"seat\""),
         "E0 /travelers/0/data_verified must"},
        {replaced("\"777\"", "777"), "E0 /travelers/0/documents/1/number must be a text"},
        {replaced("[{\"number\": \"1\"}]", "{}"), "E0 /travelers/1/documents must be an array"},
        {replaced("[{\"number\": \"1\"}]", "[1]"), "E0 /travelers/1/documents/0 must be an object"},
        {replaced("\"passengers\": 1", "\"passengers\": 9"),
         "E0 /passengers states 9, the list has 1"},
        {replaced("\"crew\": 1", "\"crew\": -1"), "E0 /crew must be a whole number"},
        {replaced("\"crew\": 1", "\"crew\": 1.5"), "E0 /crew must be a whole number"},
        {replaced("\"JOHN PAUL\"", "\"J\\u001bN\""), "E0 /travelers/0/given_names holds control"},
        {replaced("\"sender\"", "\"sendr\""), "W0 / has an unknown field: sendr"},
        {replaced("\"seat\"", "\"DOE JANE\""), "W0 /travelers/0 has an unknown field"},
        {replaced("[{\"number\": \"1\"}]", "[]"), "W0 /travelers/1 is a traveler without a document"
        },
        {R"({"flight":"A1","departure":"AMS","arrival":"JFK"})", "E0 /travelers is missing"},
        {"[1]", "E0 /0 must be an object"},
        {"[]", "E0 the file must hold a list"},
        {"17", "E0 the file must hold a list"},
        {std::string(good) + "x", "E0 something follows the end"},
        {"{\"flight\":", "E0 the file ends inside the list"},
        {"{flight:1}", "E0 this is not JSON"},
        {"", "E0 the file ends inside the list"},
        {"{\"flight\":\"\xFF\"}", "E0 this is not JSON"},
        {std::string(40, '['), "E0 nested too deeply"},
    };
    for (const Case& each : cases) {
        EXPECT_THAT(
            fault_lines(read_json_list(each.text)), Contains(::testing::StartsWith(each.fault))
        ) << each.text;
    }
}

TEST(JSONList, NamesNoUnknownFieldThatMayBePersonal) {
    for (const std::string& line :
         fault_lines(read_json_list(replaced("\"seat\"", "\"DOE JANE\"")))) {
        EXPECT_THAT(line, ::testing::Not(HasSubstr("DOE")));
    }
}

TEST(JSONList, NoticesAFieldThatIsGivenTwice) {
    const std::string text = replaced("\"seat\": \"12A\"", "\"birth_date\": \"1980-01-01\"");
    const ListReading reading = read_json_list(text);
    EXPECT_THAT(fault_lines(reading), Contains("E0 an object has the same field twice"));
    ASSERT_FALSE(reading.faults.empty());
    EXPECT_NEAR(
        static_cast<double>(reading.faults.back().offset),
        static_cast<double>(text.rfind("birth_date")),
        12.0
    );
}

TEST(JSONList, AllowsTheSameFieldInDifferentObjects) {
    EXPECT_THAT(fault_lines(read_json_list(good)), IsEmpty()); // "reference" and "number" recur
}

TEST(JSONList, RefusesAFileOverTheLimit) {
    const ListReading reading =
        read_json_list(std::string(good) + std::string(limits::manifest_bytes_max, ' '));
    EXPECT_THAT(fault_lines(reading), ElementsAre(HasSubstr("larger than the limit")));
}

TEST(JSONList, ATruncatedListIsAnError) {
    for (std::size_t length = 0; length < good.size(); ++length) {
        ASSERT_TRUE(read_json_list(good.substr(0, length)).has_errors()) << length;
    }
}

} // namespace
} // namespace sallyport::manifest
