// Proves that boarding passes of one to four legs are read item by item, with and without their
// conditional items, and that a wrong length or item is refused by name and place without a
// character being read beyond the end.
#include "documents/boarding_pass.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace sallyport::documents {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Writes a leg from its items; sizes are computed, as a sender does.
struct LegText {
    std::string locator = "XYZ123 ";
    std::string from = "ZRH";
    std::string to = "LIS";
    std::string carrier = "XX ";
    std::string flight = "0834 ";
    std::string day = "326";
    std::string rest = "J001A0025 1"; // compartment, seat, sequence, status
    std::string variable = {};
};

std::string head(int legs, const std::string& name = "DOE/ANNA MARIA") {
    return fmt::format("M{}{:<20}E", legs, name);
}

std::string text_of(const LegText& leg) {
    return leg.locator + leg.from + leg.to + leg.carrier + leg.flight + leg.day + leg.rest +
           fmt::format("{:02X}", leg.variable.size()) + leg.variable;
}

std::string sized(const std::string& items) {
    return fmt::format("{:02X}{}", items.size(), items);
}

const std::string unique_items = "1WW6325BXX 0014123456003"; // with one baggage tag
const std::string repeated_items = "0141234567890 1XX XX 1234567890123    20K";

TEST(BoardingPass, ReadsTheMandatoryItemsOfOneLeg) {
    const std::string text = head(1) + text_of({});
    ASSERT_EQ(text.size(), 60U);
    const auto pass = read_boarding_pass(text);
    ASSERT_TRUE(pass.has_value()) << pass.error().describe();
    EXPECT_EQ(pass->family_name, "DOE");
    EXPECT_EQ(pass->given_names, "ANNA MARIA");
    EXPECT_TRUE(pass->electronic_ticket);
    EXPECT_EQ(pass->version, 0);
    EXPECT_FALSE(pass->has_security_data);
    EXPECT_THAT(pass->faults, IsEmpty());
    ASSERT_EQ(pass->legs.size(), 1U);
    const BoardingPassLeg& leg = pass->legs[0];
    EXPECT_EQ(leg.record_locator, "XYZ123");
    EXPECT_EQ(leg.departure, "ZRH");
    EXPECT_EQ(leg.arrival, "LIS");
    EXPECT_EQ(leg.carrier, "XX");
    EXPECT_EQ(leg.flight_number, "834");
    EXPECT_EQ(leg.flight(), "XX834");
    EXPECT_EQ(leg.day_of_year, 326);
    EXPECT_EQ(leg.compartment, "J");
    EXPECT_EQ(leg.seat, "1A");
    EXPECT_EQ(leg.check_in_sequence, "0025");
    EXPECT_EQ(leg.passenger_status, "1");
    EXPECT_EQ(leg.ticket_number, "");
    EXPECT_EQ(leg.frequent_flyer, "");
}

TEST(BoardingPass, ReadsConditionalItemsOfSeveralLegs) {
    const std::string text =
        head(3) +
        text_of({.variable = ">6" + sized(unique_items) + sized(repeated_items) + "LX58Z"}) +
        text_of(
            {.locator = "DEF456 ",
             .from = "LIS",
             .to = "GVA",
             .carrier = "YY ",
             .flight = "3664A",
             .day = "001",
             .rest = "CINF 0002 3",
             .variable = sized("0160987654321 1YY YY 55              N") + "OWN USE"}
        ) +
        text_of({.from = "GVA", .to = "ZRH", .day = "   "}) + "^108GIWVC5EH";
    const auto pass = read_boarding_pass(text);
    ASSERT_TRUE(pass.has_value()) << pass.error().describe();
    EXPECT_THAT(pass->faults, IsEmpty());
    EXPECT_EQ(pass->version, 6);
    EXPECT_TRUE(pass->has_security_data);
    ASSERT_EQ(pass->legs.size(), 3U);
    EXPECT_EQ(pass->legs[0].ticket_number, "0141234567890");
    EXPECT_EQ(pass->legs[0].frequent_flyer, "XX 1234567890123");
    EXPECT_EQ(pass->legs[1].flight(), "YY3664A");
    EXPECT_EQ(pass->legs[1].seat, "INF");
    EXPECT_EQ(pass->legs[1].day_of_year, 1);
    EXPECT_EQ(pass->legs[1].ticket_number, "0160987654321");
    EXPECT_EQ(pass->legs[1].frequent_flyer, "YY 55");
    EXPECT_EQ(pass->legs[2].day_of_year, 0); // an open ticket
    EXPECT_EQ(pass->legs[2].ticket_number, "");
}

TEST(BoardingPass, ReadsNamesAsTheyArePrinted) {
    const auto name = [](const std::string& printed) {
        return *read_boarding_pass(head(1, printed) + text_of({}));
    };
    EXPECT_EQ(name("DOE/JOHNMR").given_names, "JOHNMR");
    EXPECT_EQ(name("DOE").family_name, "DOE");
    EXPECT_EQ(name("DOE").given_names, "");
    EXPECT_EQ(name("DOE/").given_names, "");
    EXPECT_EQ(name("VERYLONGFAMILYNAME/A").given_names, "A");
    EXPECT_THAT(name("").faults, ElementsAre("passenger name: no family name"));
}

TEST(BoardingPass, ShortenedMessagesLeaveItemsOut) {
    const auto leg = [](const std::string& variable) {
        const auto pass = read_boarding_pass(head(1) + text_of({.variable = variable}));
        EXPECT_TRUE(pass.has_value()) << variable;
        return pass->legs[0];
    };
    EXPECT_EQ(leg(">5").ticket_number, "");
    EXPECT_EQ(leg(">500").ticket_number, "");
    EXPECT_EQ(leg(">50000").ticket_number, "");
    EXPECT_EQ(leg(">5000D0141234567890").ticket_number, "0141234567890");
    EXPECT_EQ(leg(">5000D0141234567890").frequent_flyer, "");
    // A later version may add items behind those that are known.
    EXPECT_EQ(
        leg(">8" + sized(unique_items + "NEW") + sized(repeated_items)).ticket_number,
        "0141234567890"
    );
}

TEST(BoardingPass, SaysOdditiesThatDoNotStopTheReading) {
    const auto faults = [](const std::string& text) { return read_boarding_pass(text)->faults; };
    EXPECT_THAT(
        faults(head(1) + text_of({.variable = "OWN"})),
        ElementsAre("leg 1: the variable field states no version; it is not looked at")
    );
    EXPECT_THAT(faults(head(1) + text_of({.variable = ">9"})), ElementsAre("version: not 1 to 8"));
    EXPECT_THAT(
        faults(head(1) + text_of({}) + "ABC"), ElementsAre("3 characters stand behind the last leg")
    );
    EXPECT_THAT(
        faults(head(1) + text_of({.to = "L1S"})),
        ElementsAre("leg 1: a location is not three letters")
    );
    EXPECT_THAT(
        faults(head(1) + text_of({}) + "^102ABC"),
        ElementsAre("1 characters stand behind the last item")
    );
    EXPECT_THAT(faults(head(1) + text_of({}) + "\r\n"), IsEmpty());
}

struct Wrong {
    std::string text;
    std::string message;
};

TEST(BoardingPass, RefusesWrongItemsByNameAndPlace) {
    const std::vector<Wrong> cases{
        {"", "format code at 1: 1 characters are needed, 0 are there"},
        {"S1", "format code at 1: not M"},
        {"M0", "number of legs at 2: not 1 to 4"},
        {"M5", "number of legs at 2: not 1 to 4"},
        {"M1DOE/ANNA", "passenger name at 3: 20 characters are needed, 8 are there"},
        {head(1) + text_of({.day = "367"}), "leg 1, date of flight at 45: not a day of the year"},
        {head(1) + text_of({.day = "000"}), "leg 1, date of flight at 45: not a day of the year"},
        {head(1) + text_of({.day = " 12"}), "leg 1, date of flight at 45: not a day of the year"},
        {(head(1) + text_of({})).substr(0, 58) + "G0",
         "leg 1, size of the variable field at 59: not two hexadecimal digits"},
        {(head(1) + text_of({})).substr(0, 58) + "-1",
         "leg 1, size of the variable field at 59: not two hexadecimal digits"},
        {(head(1) + text_of({})).substr(0, 58) + "05>1",
         "leg 1, variable field at 61: 5 characters are needed, 2 are there"},
        {head(1) + text_of({.variable = ">10"}),
         "leg 1, size of the unique items at 63: 2 characters are needed, 1 are there"},
        {head(1) + text_of({.variable = ">105AB"}),
         "leg 1, unique items at 65: 5 characters are needed, 2 are there"},
        {head(1) + text_of({.variable = ">10005AB"}),
         "leg 1, repeated items at 67: 5 characters are needed, 2 are there"},
        {head(2) + text_of({}) + text_of({.variable = "ZZ"}),
         "leg 2, size of the repeated items at 98: not two hexadecimal digits"},
        {head(2) + text_of({}), "leg 2, record locator at 61: 7 characters are needed"},
        {head(1) + text_of({}) + "^", "security data type at 61: 2 characters are needed"},
        {head(1) + text_of({}) + "^105ABC",
         "security data at 65: 5 characters are needed, 3 are there"},
    };
    for (const Wrong& wrong : cases) {
        const auto pass = read_boarding_pass(wrong.text);
        ASSERT_FALSE(pass.has_value()) << wrong.text;
        EXPECT_EQ(pass.error().code(), ErrorCode::MalformedInput);
        EXPECT_THAT(pass.error().message(), HasSubstr(wrong.message)) << wrong.text;
        EXPECT_THAT(pass.error().message(), ::testing::Not(HasSubstr("DOE")));
    }
    EXPECT_FALSE(read_boarding_pass(head(1) + std::string(3'000, 'A')).has_value());
}

TEST(BoardingPass, EveryCutOfAPassIsRefused) {
    const std::string whole =
        head(2) + text_of({.variable = ">6" + sized(unique_items) + sized(repeated_items)}) +
        text_of({.variable = sized(repeated_items) + "OWN"}) + "^104ABCD";
    ASSERT_TRUE(read_boarding_pass(whole).has_value());
    const std::size_t without_security = whole.find('^');
    for (std::size_t size = 0; size < whole.size(); ++size) {
        // The copy has its own end, so that a sanitizer sees a read beyond it.
        const std::string cut = whole.substr(0, size);
        EXPECT_EQ(read_boarding_pass(cut).has_value(), size == without_security) << size;
    }
}

TEST(BoardingPass, ReadsBackEveryPassThatIsWritten) {
    EXPECT_TRUE(rc::check("a written pass reads back", [] {
        const int count = *rc::gen::inRange(1, 5);
        std::string text = head(count);
        std::vector<LegText> legs;
        for (int i = 0; i < count; ++i) {
            LegText leg;
            leg.day = fmt::format("{:03}", *rc::gen::inRange(1, 367));
            leg.flight = fmt::format("{:04} ", *rc::gen::inRange(1, 10'000));
            const bool conditional = *rc::gen::arbitrary<bool>();
            const auto own = *rc::gen::inRange<std::size_t>(0, 40);
            if (conditional) {
                leg.variable = (i == 0 ? ">6" + sized(unique_items) : "") + sized(repeated_items) +
                               std::string(own, '^');
            }
            text += text_of(leg);
            legs.push_back(leg);
        }
        const auto pass = read_boarding_pass(text);
        RC_ASSERT(pass.has_value());
        RC_ASSERT(pass->faults.empty());
        RC_ASSERT(pass->legs.size() == legs.size());
        for (std::size_t i = 0; i < legs.size(); ++i) {
            RC_ASSERT(pass->legs[i].day_of_year == std::stoi(legs[i].day));
            RC_ASSERT(pass->legs[i].flight_number == std::to_string(std::stoi(legs[i].flight)));
            RC_ASSERT(pass->legs[i].ticket_number.empty() == legs[i].variable.empty());
        }
    }));
}

} // namespace
} // namespace sallyport::documents
