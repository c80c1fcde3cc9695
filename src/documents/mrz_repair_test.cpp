// Proves that mistakes of optical reading are undone where the check digits leave one reading, that
// several readings are refused and said to be ambiguous, and that what is changed is always what
// was printed: damage by look-alikes never turns into another zone by a repair.
#include "documents/mrz.hpp"
#include "documents/mrz_test_zone.hpp"

#include <chrono>
#include <cstdio>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace sallyport::documents {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::pick;
using testing::Printed;
using testing::random_zone;
using testing::read_strict;
using testing::read_tolerant;
using testing::zone_text;

constexpr std::string_view lookalikes = "O0I1B8S5Z2G6";

char lookalike(char character) {
    const std::size_t place = lookalikes.find(character);
    return place == std::string_view::npos ? character : lookalikes[place ^ 1U];
}

// The place of line 2, column 1 in a TD3.
constexpr std::size_t second_line = 45;

TEST(MRZRepair, RestoresDigitsInDatesAndLettersInNames) {
    const std::string whole = zone_text({.name = "OBISZEG<<SOFIA", .number = "XTRWQPLKJ"});
    std::string damaged = whole;
    std::size_t changed = 0;
    for (std::size_t i = 0; i < damaged.size(); ++i) {
        const bool name = i >= 2 && i < 44;
        const bool date = i >= second_line + 13 && i < second_line + 28 && i != second_line + 20;
        if ((name || date) && lookalike(damaged[i]) != damaged[i]) {
            damaged[i] = lookalike(damaged[i]);
            ++changed;
        }
    }
    ASSERT_GE(changed, 15U);
    EXPECT_FALSE(read_strict(damaged)->valid);
    const auto reading = read_tolerant(damaged);
    ASSERT_TRUE(reading->valid) << ::testing::PrintToString(reading->faults);
    EXPECT_EQ(reading->text, whole);
    EXPECT_EQ(reading->repairs.size(), changed);
    EXPECT_THAT(reading->faults, IsEmpty());
}

TEST(MRZRepair, RestoresADocumentNumberThatHasOneReading) {
    // One doubtful character: the digit decides.
    const std::string whole = zone_text({.number = "XTR0QPLKJ"});
    std::string damaged = whole;
    damaged[second_line + 3] = 'O';
    const auto reading = read_tolerant(damaged);
    ASSERT_TRUE(reading->valid) << ::testing::PrintToString(reading->faults);
    EXPECT_EQ(reading->fields.document_number, "XTR0QPLKJ");
    ASSERT_EQ(reading->repairs.size(), 1U);
    EXPECT_EQ(reading->repairs[0].line, 2U);
    EXPECT_EQ(reading->repairs[0].column, 4U);
    EXPECT_EQ(reading->repairs[0].from, 'O');
    EXPECT_EQ(reading->repairs[0].to, '0');
}

TEST(MRZRepair, RefusesSeveralReadingsAsAmbiguous) {
    // G and 6 have the same value modulo ten, so a number with either has two readings.
    std::string damaged = zone_text({.number = "XTR0QP6KJ"});
    damaged[second_line + 3] = 'O';
    const auto reading = read_tolerant(damaged);
    EXPECT_FALSE(reading->valid);
    EXPECT_THAT(reading->repairs, IsEmpty());
    EXPECT_EQ(reading->text, damaged);
    EXPECT_THAT(
        reading->faults,
        Contains("document_number: ambiguous, several readings satisfy the check digit")
    );
}

TEST(MRZRepair, LeavesAFieldThatAgreesAsItIs) {
    std::string damaged = zone_text({.number = "XTR0QP6KJ"});
    damaged[second_line + 13] = 'Z'; // 740812 begins with a letter
    const auto no_lookalike = read_tolerant(damaged);
    EXPECT_FALSE(no_lookalike->valid);
    damaged = zone_text({.number = "XTR0QP6KJ"});
    damaged[second_line + 15] = 'O';
    const auto reading = read_tolerant(damaged);
    EXPECT_TRUE(reading->valid);
    EXPECT_EQ(reading->fields.document_number, "XTR0QP6KJ");
    EXPECT_EQ(reading->repairs.size(), 1U);
}

TEST(MRZRepair, RestoresOptionalDataUnderTheCompositeDigit) {
    const std::string whole = zone_text(
        {.format = MRZFormat::TD1, .code = "I<", .optional_data = "XT8K", .optional_data_2 = "QQ"}
    );
    std::string damaged = whole;
    damaged[17] = 'B';
    const auto reading = read_tolerant(damaged);
    ASSERT_TRUE(reading->valid) << ::testing::PrintToString(reading->faults);
    EXPECT_EQ(reading->text, whole);
}

TEST(MRZRepair, RestoresTheDigitOfALongDocumentNumber) {
    const std::string whole =
        zone_text({.format = MRZFormat::TD1, .code = "I<", .number = "XTRWQPLKJ7374"});
    ASSERT_EQ(whole.substr(15, 5).find_first_of("OIBSZG"), std::string::npos);
    std::string damaged = whole;
    damaged[19] = lookalike(damaged[19]);
    if (damaged == whole) {
        GTEST_FAIL() << "choose a number whose digit has a look-alike";
    }
    const auto reading = read_tolerant(damaged);
    ASSERT_TRUE(reading->valid) << ::testing::PrintToString(reading->faults);
    EXPECT_EQ(reading->text, whole);
}

TEST(MRZRepair, RefusesWhatIsNoLookalike) {
    std::string damaged = zone_text({});
    damaged[second_line + 14] = '7'; // the birth year, from 4
    const auto reading = read_tolerant(damaged);
    EXPECT_FALSE(reading->valid);
    EXPECT_THAT(reading->repairs, IsEmpty());
    EXPECT_THAT(reading->faults, Not(Contains(HasSubstr("ambiguous"))));
}

TEST(MRZRepair, RepairsAllOrNothing) {
    std::string damaged = zone_text({});
    damaged[5] = '3';                // a name with a character nothing looks like
    damaged[second_line + 15] = 'O'; // a month that could be restored
    const auto reading = read_tolerant(damaged);
    EXPECT_FALSE(reading->valid);
    EXPECT_EQ(reading->text, damaged);
    EXPECT_THAT(reading->repairs, IsEmpty());
}

TEST(MRZRepair, TheWorkGrowsWithTheFieldNotWithItsReadings) {
    // 23 doubtful characters have eight million readings, and the second optional field more.
    std::string text = zone_text(
        {.format = MRZFormat::TD1,
         .code = "I<",
         .number = "BBBBBBBBBBBBBBB",
         .optional_data_2 = "BBBBBBBBBBB"}
    );
    text[5] = 'C';
    const auto start = std::chrono::steady_clock::now();
    const auto reading = read_tolerant(text);
    const auto spent = std::chrono::steady_clock::now() - start;
    EXPECT_FALSE(reading->valid);
    EXPECT_LT(spent, std::chrono::milliseconds(100));
}

// Damages each look-alike with the given chance in percent.
std::string damage(std::string text, int percent) {
    for (char& character : text) {
        if (lookalike(character) != character && pick(0, 100) < percent) {
            character = lookalike(character);
        }
    }
    return text;
}

TEST(MRZRepair, EveryRepairIsWhatWasPrinted) {
    int broken = 0;
    int restored = 0;
    EXPECT_TRUE(rc::check("a repair never makes another zone", [&] {
        const std::string whole = zone_text(random_zone());
        const std::string damaged = damage(whole, *rc::gen::element(3, 10, 30));
        const auto strict = read_strict(damaged);
        const auto reading = read_tolerant(damaged);
        RC_ASSERT(reading.has_value() && strict.has_value());
        broken += strict->valid ? 0 : 1;
        restored += !strict->valid && reading->valid ? 1 : 0;
        for (const MRZRepair& repair : reading->repairs) {
            const std::size_t place =
                (repair.line - 1) * (whole.find('\n') + 1) + repair.column - 1;
            RC_ASSERT(damaged[place] == repair.from);
            RC_ASSERT(whole[place] == repair.to);
        }
        // What is not valid is given as printed; what is valid differs from the document only where
        // the damaged characters satisfied their digit as they were.
        RC_ASSERT(reading->valid || reading->text == damaged);
        RC_ASSERT(!strict->valid || reading->text == damaged);
    }));
    std::printf("%d zones broken by look-alikes, %d restored\n", broken, restored);
    EXPECT_GT(restored, 0);
}

TEST(MRZRepair, RestoresEveryDamageOfDatesAndNames) {
    EXPECT_TRUE(rc::check("dates and names have one reading", [] {
        const Printed printed = random_zone();
        const std::string whole = zone_text(printed);
        std::string damaged = damage(whole, 50);
        const bool td1 = printed.format == MRZFormat::TD1;
        const std::size_t line = whole.find('\n') + 1;
        const std::size_t dates = td1 ? line : line + 13;
        for (std::size_t i = 0; i < whole.size(); ++i) {
            const bool date = i >= dates && i < dates + 15;
            const bool name = td1 ? i >= 2 * line : i >= 5 && i < line;
            if (!date && !name) {
                damaged[i] = whole[i];
            }
        }
        const auto reading = read_tolerant(damaged);
        RC_ASSERT(reading->valid);
        RC_ASSERT(reading->text == whole);
    }));
}

} // namespace
} // namespace sallyport::documents
