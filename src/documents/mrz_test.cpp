// Proves that zones of all five formats are read field by field with every check digit judged, that
// a change of one character is noticed wherever the digits can notice it, that random zones read
// back as they were written, and that text which is no zone is refused with the lengths found.
#include "documents/mrz.hpp"
#include "documents/mrz_test_zone.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace sallyport::documents {
namespace {

using domain::PartialDate;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::padded;
using testing::Printed;
using testing::random_zone;
using testing::read_strict;
using testing::read_tolerant;
using testing::td1_text;
using testing::test_day;
using testing::zone_text;

constexpr std::string_view passport = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
                                      "L898902C36UTO7408122F1204159ZE184226B<<<<<10";
constexpr std::string_view identity_card = "I<UTOD231458907<<<<<<<<<<<<<<<\n"
                                           "7408122F1204159UTO<<<<<<<<<<<6\n"
                                           "ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
constexpr std::string_view small_card = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\n"
                                        "D231458907UTO7408122F1204159<<<<<<<6";
constexpr std::string_view visa_a = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
                                    "L8988901C4XXX4009078F96121096ZE184226B<<<<<<";
constexpr std::string_view visa_b = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\n"
                                    "L8988901C4XXX4009078F9612109<<<<<<<<";

TEST(MRZ, ReadsThePassportSpecimenOfDoc9303) {
    const auto reading = read_strict(passport);
    ASSERT_TRUE(reading.has_value()) << reading.error().describe();
    EXPECT_EQ(reading->format, MRZFormat::TD3);
    EXPECT_TRUE(reading->valid);
    EXPECT_THAT(reading->faults, IsEmpty());
    EXPECT_EQ(reading->text, passport);
    const MRZFields& fields = reading->fields;
    EXPECT_EQ(fields.document_code, "P");
    EXPECT_EQ(fields.issuer, "UTO");
    EXPECT_EQ(fields.family_name, "ERIKSSON");
    EXPECT_EQ(fields.given_names, "ANNA MARIA");
    EXPECT_FALSE(fields.names_truncated);
    EXPECT_EQ(fields.document_number, "L898902C3");
    EXPECT_EQ(fields.nationality, "UTO");
    EXPECT_EQ(fields.birth_date, (PartialDate{1974, 8, 12}));
    EXPECT_EQ(fields.sex, domain::Sex::Female);
    EXPECT_EQ(fields.expiry, (PartialDate{2012, 4, 15}));
    EXPECT_EQ(fields.optional_data, "ZE184226B");
    EXPECT_EQ(fields.optional_data_2, "");
    EXPECT_EQ(reading->checks.document_number, true);
    EXPECT_EQ(reading->checks.birth_date, true);
    EXPECT_EQ(reading->checks.expiry, true);
    EXPECT_EQ(reading->checks.optional_data, true);
    EXPECT_EQ(reading->checks.composite, true);
}

TEST(MRZ, ReadsTheCardSpecimens) {
    for (const std::string_view text : {identity_card, small_card}) {
        const auto reading = read_strict(text);
        ASSERT_TRUE(reading.has_value());
        EXPECT_EQ(reading->format, text == small_card ? MRZFormat::TD2 : MRZFormat::TD1);
        EXPECT_TRUE(reading->valid) << ::testing::PrintToString(reading->faults);
        EXPECT_EQ(reading->fields.document_code, "I");
        EXPECT_EQ(reading->fields.document_number, "D23145890");
        EXPECT_EQ(reading->fields.family_name, "ERIKSSON");
        EXPECT_EQ(reading->fields.given_names, "ANNA MARIA");
        EXPECT_EQ(reading->fields.birth_date, (PartialDate{1974, 8, 12}));
        EXPECT_EQ(reading->fields.expiry, (PartialDate{2012, 4, 15}));
        EXPECT_EQ(reading->checks.composite, true);
        EXPECT_EQ(reading->checks.optional_data, std::nullopt);
    }
}

TEST(MRZ, VisasHaveNoCompositeDigit) {
    for (const std::string_view text : {visa_a, visa_b}) {
        const auto reading = read_strict(text);
        ASSERT_TRUE(reading.has_value());
        EXPECT_EQ(reading->format, text == visa_a ? MRZFormat::MRVA : MRZFormat::MRVB);
        EXPECT_TRUE(reading->valid) << ::testing::PrintToString(reading->faults);
        EXPECT_EQ(reading->checks.composite, std::nullopt);
        EXPECT_EQ(reading->checks.optional_data, std::nullopt);
        EXPECT_EQ(reading->fields.document_number, "L8988901C");
        EXPECT_EQ(reading->fields.nationality, "XXX");
        EXPECT_EQ(reading->fields.birth_date, (PartialDate{1940, 9, 7}));
        EXPECT_EQ(reading->fields.optional_data, text == visa_a ? "6ZE184226B" : "");
    }
}

TEST(MRZ, ReadsGermanysOneLetter) {
    const auto reading = read_strict("P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\n"
                                     "C01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4");
    ASSERT_TRUE(reading.has_value());
    EXPECT_TRUE(reading->valid) << ::testing::PrintToString(reading->faults);
    EXPECT_EQ(reading->fields.issuer, "D");
    EXPECT_EQ(reading->fields.nationality, "D");
    EXPECT_EQ(reading->fields.family_name, "MUSTERMANN");
    EXPECT_EQ(reading->fields.expiry, (PartialDate{2027, 2, 28}));
    // No personal number, and the digit left out.
    EXPECT_EQ(reading->checks.optional_data, std::nullopt);
    EXPECT_EQ(reading->checks.composite, true);
    EXPECT_EQ(iso_code_of_mrz("D"), "DEU");
    EXPECT_EQ(iso_code_of_mrz("D<<"), "DEU");
    EXPECT_EQ(iso_code_of_mrz("CHE"), "CHE");
    EXPECT_EQ(iso_code_of_mrz("XXA"), "XXA");
}

TEST(MRZ, OnlyAnEmptyPersonalNumberMayLeaveItsDigitOut) {
    std::string text = zone_text({.optional_data = ""});
    ASSERT_EQ(text[45 + 42], '0');
    EXPECT_EQ(read_strict(text)->checks.optional_data, true);
    text[45 + 42] = '<';
    EXPECT_EQ(read_strict(text)->checks.optional_data, std::nullopt);
    EXPECT_TRUE(read_strict(text)->valid);
    std::string with_number(passport);
    with_number[45 + 42] = '<';
    EXPECT_EQ(read_strict(with_number)->checks.optional_data, false);
    EXPECT_FALSE(read_strict(with_number)->valid);
}

TEST(MRZ, JoinsALongDocumentNumberWithItsContinuation) {
    const auto specimen = read_strict("I<UTOD23145890<7349<<<<<<<<<<<\n"
                                      "3407127M9507122UTO<<<<<<<<<<<2\n"
                                      "STEVENSON<<PETER<JOHN<<<<<<<<<");
    ASSERT_TRUE(specimen.has_value());
    EXPECT_TRUE(specimen->valid) << ::testing::PrintToString(specimen->faults);
    EXPECT_EQ(specimen->fields.document_number, "D23145890734");
    EXPECT_EQ(specimen->fields.optional_data, "");
    const auto more = read_strict(zone_text(
        {.format = MRZFormat::TD2, .code = "I<", .number = "ABCDEFGHI1K", .optional_data = "7Q"}
    ));
    EXPECT_TRUE(more->valid) << ::testing::PrintToString(more->faults);
    EXPECT_EQ(more->fields.document_number, "ABCDEFGHI1K");
    EXPECT_EQ(more->fields.optional_data, "7Q");
    // Cards are in circulation whose digit counts the filler between the two parts.
    const auto counted = read_strict(zone_text(
        {.format = MRZFormat::TD1, .code = "I<", .number = "ABCDEFGHI1K", .filler_counts = true}
    ));
    EXPECT_TRUE(counted->valid) << ::testing::PrintToString(counted->faults);
    EXPECT_EQ(counted->fields.document_number, "ABCDEFGHI1K");
    // A filler for a digit with nothing behind it is a digit that is missing.
    std::string missing(small_card);
    missing[37 + 9] = '<';
    EXPECT_EQ(read_strict(missing)->checks.document_number, false);
}

TEST(MRZ, ReadsNamesCutShortAndMissing) {
    const auto truncated = read_strict(zone_text(
        {.format = MRZFormat::TD1, .code = "I<", .name = "PAPANDROPOULOUS<<JONATHON<ALEC"}
    ));
    EXPECT_TRUE(truncated->valid);
    EXPECT_TRUE(truncated->fields.names_truncated);
    EXPECT_EQ(truncated->fields.given_names, "JONATHON ALEC");
    const auto single = read_strict(zone_text({.name = "ARKFREITH"}));
    EXPECT_TRUE(single->valid);
    EXPECT_EQ(single->fields.family_name, "ARKFREITH");
    EXPECT_EQ(single->fields.given_names, "");
    const auto double_name = read_strict(zone_text({.name = "VAN<DER<MUELLEN<<R<H"}));
    EXPECT_EQ(double_name->fields.family_name, "VAN DER MUELLEN");
    EXPECT_EQ(double_name->fields.given_names, "R H");
    const auto none = read_strict(zone_text({.name = ""}));
    EXPECT_FALSE(none->valid);
    EXPECT_THAT(none->faults, ElementsAre("name: there is none"));
}

TEST(MRZ, KeepsUnknownPartsOfABirthDateUnknown) {
    const auto birth = [](std::string printed) {
        return read_strict(zone_text({.birth_date = std::move(printed)}));
    };
    EXPECT_TRUE(birth("7408<<")->valid);
    EXPECT_EQ(birth("7408<<")->fields.birth_date, (PartialDate{1974, 8, 0}));
    EXPECT_EQ(birth("74<<<<")->fields.birth_date, (PartialDate{1974, 0, 0}));
    EXPECT_EQ(birth("74<<12")->fields.birth_date, (PartialDate{1974, 0, 0}));
    EXPECT_TRUE(birth("<<<<<<")->valid);
    EXPECT_EQ(birth("<<<<<<")->fields.birth_date, std::nullopt);
    EXPECT_TRUE(birth("<<0229")->valid);
    for (const char* no_date : {"741301", "740230", "740001", "740100", "74081<", "7<0812"}) {
        EXPECT_FALSE(birth(no_date)->valid) << no_date;
        EXPECT_EQ(birth(no_date)->fields.birth_date, std::nullopt) << no_date;
        EXPECT_THAT(birth(no_date)->faults, Contains("birth_date: not a date")) << no_date;
    }
}

TEST(MRZ, ADocumentMayHaveNoExpiryButNotHalfOfOne) {
    const auto open = read_strict(zone_text({.expiry = "<<<<<<"}));
    EXPECT_TRUE(open->valid);
    EXPECT_EQ(open->fields.expiry, std::nullopt);
    const auto half = read_strict(zone_text({.expiry = "2712<<"}));
    EXPECT_FALSE(half->valid);
    EXPECT_THAT(half->faults, ElementsAre("expiry: not a date"));
}

TEST(MRZ, TakesTheCenturyFromToday) {
    const auto birth_year = [](std::string printed) {
        return read_strict(zone_text({.birth_date = std::move(printed)}))->fields.birth_date->year;
    };
    EXPECT_EQ(birth_year("261124"), 2026); // born today
    EXPECT_EQ(birth_year("261125"), 1926);
    EXPECT_EQ(birth_year("000229"), 2000);
    EXPECT_EQ(birth_year("990101"), 1999);
    const auto expiry_year = [](std::string printed) {
        return read_strict(zone_text({.expiry = std::move(printed)}))->fields.expiry->year;
    };
    EXPECT_EQ(expiry_year("761123"), 2076);
    EXPECT_EQ(expiry_year("761124"), 1976);
    EXPECT_EQ(expiry_year("990101"), 1999);
    EXPECT_EQ(expiry_year("000101"), 2000);
    const MRZOptions late{.today = std::chrono::sys_days(std::chrono::year(2070) / 1 / 1)};
    EXPECT_EQ(read_mrz(zone_text({.expiry = "100101"}), late)->fields.expiry->year, 2110);
}

TEST(MRZ, DropsBlanksAndLineEndsAndSplitsLinesRunTogether) {
    for (const std::string_view text : {passport, identity_card, small_card, visa_a, visa_b}) {
        std::string together;
        std::string spaced = "\n";
        for (const char character : text) {
            spaced += character == '\n' ? std::string(" \t\r\n") : std::string(1, character);
            together += character == '\n' ? std::string() : std::string(1, character);
        }
        const auto joined = read_strict(together);
        const auto loose = read_strict(spaced + "  \r\n");
        ASSERT_TRUE(joined.has_value() && loose.has_value());
        EXPECT_TRUE(joined->valid);
        EXPECT_EQ(joined->text, text);
        EXPECT_EQ(loose->text, text);
    }
}

TEST(MRZ, RefusesWhatIsNoZoneWithTheLengthsFound) {
    std::string text(passport);
    text.erase(44, 1);
    const auto long_line = read_strict(text + "0");
    ASSERT_FALSE(long_line.has_value());
    EXPECT_EQ(long_line.error().code(), ErrorCode::MalformedInput);
    EXPECT_THAT(long_line.error().message(), HasSubstr("lines of 89 characters"));
    const auto uneven = read_strict(std::string(passport) + "<");
    EXPECT_THAT(uneven.error().message(), HasSubstr("lines of 44, 45 characters"));
    EXPECT_THAT(read_strict(" \n ").error().message(), HasSubstr("lines of 0 characters"));
    EXPECT_EQ(read_strict(std::string(5'000, '<')).error().code(), ErrorCode::MalformedInput);
    // The right sum of the wrong lines.
    EXPECT_FALSE(read_strict(std::string(30, '<') + "\n" + std::string(58, '<')).has_value());
}

TEST(MRZ, LowerCaseIsAFaultInBothModes) {
    std::string text(passport);
    text[5] = 'e';
    for (const auto& reading : {read_strict(text), read_tolerant(text)}) {
        ASSERT_TRUE(reading.has_value());
        EXPECT_FALSE(reading->valid);
        EXPECT_THAT(
            reading->faults,
            ElementsAre("name: line 1, column 6: a character that may not stand there")
        );
    }
}

TEST(MRZ, FaultsHoldNoPersonalData) {
    std::string text(passport);
    text[45] = 'Q';
    text[45 + 14] = 'Q';
    const auto reading = read_tolerant(text);
    ASSERT_FALSE(reading->faults.empty());
    for (const std::string& fault : reading->faults) {
        EXPECT_THAT(fault, ::testing::Not(HasSubstr("898902"))) << fault;
        EXPECT_THAT(fault, ::testing::Not(HasSubstr("ERIKSSON"))) << fault;
    }
}

TEST(MRZ, AnUnknownStateIsSaidButLeavesTheZoneValid) {
    const auto reading = read_strict(zone_text({.issuer = "QQQ"}));
    EXPECT_TRUE(reading->valid);
    EXPECT_THAT(reading->faults, ElementsAre("issuer: not a code of Doc 9303-3"));
}

TEST(MRZ, EachFormatBeginsWithItsOwnLetters) {
    EXPECT_FALSE(read_strict(zone_text({.code = "I<"}))->valid);
    EXPECT_FALSE(read_strict(zone_text({.format = MRZFormat::TD1, .code = "P<"}))->valid);
    EXPECT_TRUE(read_strict(zone_text({.format = MRZFormat::TD1, .code = "AC"}))->valid);
    EXPECT_TRUE(read_strict(zone_text({.format = MRZFormat::TD1, .code = "C1"}))->valid);
    EXPECT_TRUE(read_strict(zone_text({.code = "PD"}))->valid);
}

TEST(MRZCheckDigit, FollowsDoc9303) {
    EXPECT_EQ(mrz_check_digit("520727"), '3');
    EXPECT_EQ(mrz_check_digit("AB2134<<<"), '5');
    EXPECT_EQ(mrz_check_digit(""), '0');
    EXPECT_EQ(mrz_check_digit("ab"), std::nullopt);
    EXPECT_EQ(mrz_check_digit("A B"), std::nullopt);
}

TEST(MRZStateCodes, KnowsIsoAndDoc9303) {
    for (const char* code : {"D",   "D<<", "CHE", "ABW", "ZWE", "XXA", "XXB", "XXC", "XXX", "XOM",
                             "XPO", "EUE", "UNO", "UNA", "UNK", "GBD", "GBN", "GBO", "GBP", "GBS",
                             "RKS", "UTO", "XBA", "XIM", "XCC", "XCE", "XCO", "XEC", "XMP"}) {
        EXPECT_TRUE(is_known_state_code(code)) << code;
    }
    for (const char* code : {"", "DE", "QQQ", "W A", "AFG AGO", "<<<", "che", "E A"}) {
        EXPECT_FALSE(is_known_state_code(code)) << code;
    }
}

// With weights 7, 3 and 1, all prime to ten, one changed character leaves the sum as it was exactly
// when the two values differ by a multiple of ten.
int value_of(char character) {
    return character == '<'                       ? 0
           : character >= '0' && character <= '9' ? character - '0'
                                                  : character - 'A' + 10;
}

struct CheckedPlaces {
    std::string_view text;
    std::size_t line;
    std::vector<std::pair<std::size_t, std::size_t>> any;     // first and size: letters and digits
    std::vector<std::pair<std::size_t, std::size_t>> numeric; // dates and check digits
};

TEST(MRZ, NoticesEveryChangeOfOneCharacterThatADigitCanNotice) {
    const std::vector<CheckedPlaces> zones{
        {passport, 45, {{0, 9}, {28, 14}}, {{9, 1}, {13, 7}, {21, 7}, {42, 2}}},
        {small_card, 37, {{0, 9}, {28, 7}}, {{9, 1}, {13, 7}, {21, 7}, {35, 1}}},
        {identity_card, 0, {{5, 9}, {15, 15}}, {{14, 1}, {31, 7}, {39, 7}, {60, 1}}},
        {visa_a, 45, {{0, 9}}, {{9, 1}, {13, 7}, {21, 7}}},
        {visa_b, 37, {{0, 9}}, {{9, 1}, {13, 7}, {21, 7}}},
    };
    constexpr std::string_view characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<";
    int changes = 0;
    int collisions = 0;
    for (const CheckedPlaces& zone : zones) {
        const auto change_all = [&](std::size_t first, std::size_t size, bool numeric) {
            for (std::size_t place = zone.line + first; place < zone.line + first + size; ++place) {
                for (const char character : characters) {
                    std::string changed(zone.text);
                    if (changed[place] == character) {
                        continue;
                    }
                    const bool collides =
                        !numeric && (value_of(changed[place]) - value_of(character)) % 10 == 0;
                    changed[place] = character;
                    ++changes;
                    collisions += collides ? 1 : 0;
                    EXPECT_EQ(read_strict(changed)->valid, collides) << changed;
                }
            }
        };
        for (const auto& [first, size] : zone.any) {
            change_all(first, size, false);
        }
        for (const auto& [first, size] : zone.numeric) {
            change_all(first, size, true);
        }
    }
    RecordProperty("changes", changes);
    RecordProperty("collisions", collisions);
    EXPECT_GT(changes, 5'000);
    EXPECT_LT(collisions * 8, changes);
}

TEST(MRZ, ReadsBackEveryZoneThatIsWritten) {
    EXPECT_TRUE(rc::check("a written zone reads back", [] {
        const Printed printed = random_zone();
        const std::string text = zone_text(printed);
        const auto reading = read_strict(text);
        RC_ASSERT(reading.has_value());
        RC_ASSERT(reading->valid);
        RC_ASSERT(reading->faults.empty());
        RC_ASSERT(reading->format == printed.format);
        RC_ASSERT(reading->text == text);
        const MRZFields& fields = reading->fields;
        RC_ASSERT(fields.document_number == printed.number);
        RC_ASSERT(fields.issuer == printed.issuer);
        RC_ASSERT(fields.nationality == printed.nationality);
        RC_ASSERT(fields.optional_data == printed.optional_data);
        RC_ASSERT(fields.optional_data_2 == printed.optional_data_2);
        const std::size_t gap = printed.name.find("<<");
        RC_ASSERT(fields.family_name == printed.name.substr(0, gap));
        RC_ASSERT(fields.given_names == printed.name.substr(gap + 2));
        const std::string born = domain::format_date(*fields.birth_date);
        RC_ASSERT(born.substr(2, 2) + born.substr(5, 2) + born.substr(8, 2) == printed.birth_date);
        RC_ASSERT(read_tolerant(text)->repairs.empty());
    }));
}

} // namespace
} // namespace sallyport::documents
