// Proves that the lint output has exactly the fields of its contract, and that people find flight,
// travelers and faults in the readable form.
#include "manifest/lint.hpp"
#include "manifest/paxlst_test_text.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::manifest {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::MessageText;
using testing::traveler_text;

std::vector<std::string> keys_of(const json::value& value) {
    std::vector<std::string> keys;
    for (const auto& entry : value.as_object()) {
        keys.emplace_back(entry.key());
    }
    return keys;
}

LintedFile faulty_file() {
    MessageText text;
    text.travelers = {traveler_text("DOE:ZO\xC3\x8B"), traveler_text("ROE:J", "ATT+2++Q'")};
    text.totals = "CNT+42:3'";
    return {"a.edi", read_paxlst(text.str())};
}

TEST(Lint, JSONHasTheFieldsOfItsContract) {
    const std::vector<LintedFile> files{faulty_file()};
    const json::value root = json::parse(lint_json(files));
    EXPECT_THAT(keys_of(root), ElementsAre("files"));
    const json::value& file = root.at("files").at(0);
    EXPECT_THAT(keys_of(file), ElementsAre("file", "messages"));
    EXPECT_EQ(file.at("file").as_string(), "a.edi");
    const json::value& message = file.at("messages").at(0);
    EXPECT_THAT(
        keys_of(message),
        ElementsAre(
            "kind",
            "function",
            "purpose",
            "movement",
            "prepared_at",
            "flight",
            "departure",
            "arrival",
            "passengers",
            "crew",
            "travelers",
            "faults"
        )
    );
    EXPECT_EQ(message.at("kind").as_string(), "passenger_list");
    EXPECT_EQ(message.at("function").as_string(), "");
    EXPECT_EQ(message.at("purpose").as_string(), "original");
    EXPECT_EQ(message.at("movement").as_string(), "flight");
    EXPECT_EQ(message.at("prepared_at").as_string(), "2026-11-30T18:10:00.000Z");
    EXPECT_EQ(message.at("flight").as_string(), "XX100");
    EXPECT_EQ(message.at("departure").as_string(), "AMS");
    EXPECT_EQ(message.at("arrival").as_string(), "JFK");
    EXPECT_EQ(message.at("passengers").to_number<int>(), 2);
    EXPECT_EQ(message.at("crew").to_number<int>(), 0);
    const json::value& traveler = message.at("travelers").at(0);
    EXPECT_THAT(
        keys_of(traveler),
        ElementsAre(
            "family_name",
            "given_names",
            "birth_date",
            "sex",
            "nationality",
            "documents",
            "reference",
            "seat"
        )
    );
    EXPECT_EQ(traveler.at("given_names").as_string(), "ZO\xC3\x8B");
    EXPECT_EQ(traveler.at("birth_date").as_string(), "1974-08-12");
    EXPECT_EQ(traveler.at("sex").as_string(), "M");
    EXPECT_THAT(
        keys_of(traveler.at("documents").at(0)), ElementsAre("type", "number", "issuer", "expiry")
    );
    EXPECT_EQ(traveler.at("documents").at(0).at("expiry").as_string(), "2032-04-15");
}

TEST(Lint, JSONNamesSeverityAndPlaceOfEachFault) {
    const std::vector<LintedFile> files{faulty_file()};
    const json::value root = json::parse(lint_json(files));
    const json::value& faults = root.at("files").at(0).at("messages").at(0).at("faults");
    ASSERT_EQ(faults.as_array().size(), 3U);
    EXPECT_THAT(keys_of(faults.at(0)), ElementsAre("severity", "segment", "offset", "text"));
    EXPECT_EQ(faults.at(0).at("severity").as_string(), "warning");
    EXPECT_EQ(faults.at(2).at("severity").as_string(), "error");
    EXPECT_EQ(faults.at(2).at("text").as_string(), "CNT+42 states 3, the list has 2");
    EXPECT_EQ(faults.at(2).at("segment").to_number<int>(), 36);
}

TEST(Lint, AFileWithoutAMessageHasOneUnknownMessageWithItsFaults) {
    const std::vector<LintedFile> files{{"empty", read_paxlst("")}, faulty_file()};
    const json::value root = json::parse(lint_json(files));
    ASSERT_EQ(root.at("files").as_array().size(), 2U);
    const json::value& messages = root.at("files").at(0).at("messages");
    ASSERT_EQ(messages.as_array().size(), 1U);
    EXPECT_EQ(messages.at(0).at("kind").as_string(), "unknown");
    EXPECT_EQ(messages.at(0).at("faults").as_array().size(), 1U);
}

TEST(Lint, FaultsGoToTheirMessageAndThoseOfTheFileToTheFirst) {
    ListReading reading;
    reading.lists.resize(2);
    reading.faults = {
        {Severity::Error, no_message, 0, 0, "of the file"},
        {Severity::Error, 1, 9, 90, "of the second"},
    };
    const std::vector<LintedFile> files{{"two", reading}};
    const json::value root = json::parse(lint_json(files));
    const json::value& messages = root.at("files").at(0).at("messages");
    EXPECT_EQ(messages.at(0).at("faults").at(0).at("text").as_string(), "of the file");
    EXPECT_EQ(messages.at(1).at("faults").as_array().size(), 1U);
    EXPECT_EQ(messages.at(1).at("faults").at(0).at("offset").to_number<int>(), 90);
}

TEST(Lint, TextShowsFlightTravelersAndFaults) {
    const std::string text = lint_text(faulty_file());
    EXPECT_THAT(text, HasSubstr("a.edi\npassenger_list, passengers: 2, crew: 0\n"));
    EXPECT_THAT(text, HasSubstr("XX100  AMS 2026-12-01T09:40 -> JFK 2026-12-01T11:55"));
    EXPECT_THAT(text, HasSubstr("P L898902C3 UTO to 2032-04-15"));
    EXPECT_THAT(text, HasSubstr("error, segment 36, byte "));
    EXPECT_THAT(text, HasSubstr(": CNT+42 states 3, the list has 2\n"));
}

TEST(Lint, TextNamesWhatTheListDoes) {
    MessageText message;
    message.begin = "BGM+745+XR'";
    message.flight.replace(message.flight.find("+++"), 3, "+1++");
    message.travelers = {traveler_text()};
    EXPECT_THAT(
        lint_text({"x", read_paxlst(message.str())}),
        HasSubstr("passenger_list, cancel_travelers (XR), voyage, passengers: 1")
    );
}

TEST(Lint, TextKeepsColumnsInLineWhenNamesHaveAccents) {
    const std::string text = lint_text(faulty_file());
    const auto column_of_birth = [&text](std::string_view name) {
        const std::size_t start = text.find(name);
        const std::string_view line =
            std::string_view(text).substr(start, text.find("1974-08-12", start) - start);
        return std::count_if(line.begin(), line.end(), [](char character) {
            return (static_cast<unsigned char>(character) & 0xC0U) != 0x80U;
        });
    };
    EXPECT_EQ(column_of_birth("DOE"), column_of_birth("ROE"));
}

TEST(Lint, TextPassesNoControlCharactersToTheTerminal) {
    MessageText message;
    message.travelers = {traveler_text("DOE:\x1B[2J")};
    const std::string text = lint_text({"bad\x1B[2Jname", read_paxlst(message.str())});
    EXPECT_EQ(text.find('\x1B'), std::string::npos);
}

TEST(Lint, TextSaysWhenThereIsNoFault) {
    MessageText message;
    message.travelers = {traveler_text()};
    EXPECT_THAT(lint_text({"good", read_paxlst(message.str())}), HasSubstr("  no faults\n"));
}

} // namespace
} // namespace sallyport::manifest
