// Proves that EDIFACT text is cut where ISO 9735 says, whatever separators it declares; that bytes
// become UTF-8 by the declared character set; and that dates get the right century.
#include "base/limits.hpp"
#include "manifest/internal/edifact_dates.hpp"
#include "manifest/internal/edifact_text.hpp"
#include "manifest/internal/edifact_tokenizer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace sallyport::manifest::internal {
namespace {

using Elements = std::vector<std::vector<std::string>>;
using Outcome = EdifactTokenizer::Outcome;

Elements elements_of(const Segment& segment) {
    Elements elements;
    for (std::size_t element = 0; element < segment.elements(); ++element) {
        std::vector<std::string>& components = elements.emplace_back();
        for (std::size_t index = 0; index < segment.components(element); ++index) {
            components.emplace_back(segment.component(element, index));
        }
    }
    return elements;
}

Segment segment_of(Place place, const Elements& elements) {
    Segment segment;
    segment.place = place;
    for (const std::vector<std::string>& components : elements) {
        segment.begin_element();
        segment.append(components.front());
        for (std::size_t index = 1; index < components.size(); ++index) {
            segment.begin_component();
            segment.append(components[index]);
        }
    }
    return segment;
}

Elements only_segment(std::string_view text) {
    EdifactTokenizer tokenizer(text);
    EXPECT_NE(tokenizer.take_advice(), Advice::Unusable);
    Segment segment;
    EXPECT_EQ(tokenizer.next(segment), Outcome::Segment);
    return elements_of(segment);
}

TEST(EdifactTokenizer, CutsElementsAndComponents) {
    EXPECT_EQ(
        only_segment("NAD+FL+++DOE:JOHN'"), (Elements{{"NAD"}, {"FL"}, {""}, {""}, {"DOE", "JOHN"}})
    );
}

TEST(EdifactTokenizer, TakesReleasedSeparatorsAsText) {
    EXPECT_EQ(only_segment("NAD+O?'NEIL?+?:?:X??:?A'"), (Elements{{"NAD"}, {"O'NEIL+::X?", "A"}}));
}

TEST(EdifactTokenizer, UsesTheSeparatorsOfTheServiceStringAdvice) {
    EXPECT_EQ(only_segment("UNA;*.! #NAD*A!#B;C'+:?#"), (Elements{{"NAD"}, {"A#B", "C'+:?"}}));
}

TEST(EdifactTokenizer, HasNoReleaseCharacterWhenTheAdviceLeavesItBlank) {
    EXPECT_EQ(only_segment("UNA:+.  'NAD+A?'"), (Elements{{"NAD"}, {"A?"}}));
}

TEST(EdifactTokenizer, ReadsAnAdviceBetweenBlanksAndLineEnds) {
    EXPECT_EQ(only_segment(" \r\n\tUNA*#.? '  \r\n  BGM#745'"), (Elements{{"BGM"}, {"745"}}));
}

TEST(EdifactTokenizer, RefusesAnAdviceWhoseSeparatorsCannotBeToldApart) {
    for (const std::string_view text :
         {"UNA++.? 'UNB+", "UNA:+.+ 'UNB+", "UNA:+.? :UNB", "UNA:A.? '", "UNA:+.?", "UNA:+.? \n"}) {
        EXPECT_EQ(EdifactTokenizer(text).take_advice(), Advice::Unusable) << text;
    }
}

TEST(EdifactTokenizer, SaysWhereEachSegmentBegins) {
    EdifactTokenizer tokenizer("UNA:+.? '\nUNB+A'\n  UNH+B'");
    ASSERT_EQ(tokenizer.take_advice(), Advice::Taken);
    Segment segment;
    ASSERT_EQ(tokenizer.next(segment), Outcome::Segment);
    EXPECT_EQ(segment.place.segment, 1U);
    EXPECT_EQ(segment.place.offset, 10U);
    ASSERT_EQ(tokenizer.next(segment), Outcome::Segment);
    EXPECT_EQ(segment.place.segment, 2U);
    EXPECT_EQ(segment.place.offset, 19U);
    EXPECT_EQ(tokenizer.next(segment), Outcome::End);
}

TEST(EdifactTokenizer, NoticesASegmentWithoutItsEnd) {
    for (const std::string_view text : {"UNT+3+M1", "UNT+3+M1?'", "UNT?"}) {
        EdifactTokenizer tokenizer(text);
        Segment segment;
        EXPECT_EQ(tokenizer.next(segment), Outcome::Unterminated) << text;
    }
}

TEST(EdifactTokenizer, FindsTheNextSegmentBehindOneOverTheLimit) {
    const std::string text =
        "FTX+" + std::string(limits::edifact_segment_chars_max, 'A') + "?'still inside'BGM+745'";
    EdifactTokenizer tokenizer(text);
    Segment segment;
    ASSERT_EQ(tokenizer.next(segment), Outcome::TooLong);
    EXPECT_EQ(elements_of(segment), (Elements{{"FTX"}}));
    ASSERT_EQ(tokenizer.next(segment), Outcome::Segment);
    EXPECT_EQ(elements_of(segment), (Elements{{"BGM"}, {"745"}}));
    EXPECT_EQ(segment.place.segment, 2U);
}

TEST(EdifactTokenizer, TakesTheFirstOfARepeatedElement) {
    EdifactTokenizer tokenizer("UNA:+.?*'NAT+2+UTO:x*AUT:y+Z'NAT+2+A?*B'");
    ASSERT_EQ(tokenizer.take_advice(), Advice::Taken);
    Segment segment;
    ASSERT_EQ(tokenizer.next(segment), Outcome::Segment);
    EXPECT_EQ(elements_of(segment), (Elements{{"NAT"}, {"2"}, {"UTO", "x"}, {"Z"}}));
    EXPECT_TRUE(segment.repeats);
    ASSERT_EQ(tokenizer.next(segment), Outcome::Segment);
    EXPECT_EQ(elements_of(segment), (Elements{{"NAT"}, {"2"}, {"A*B"}}));
    EXPECT_FALSE(segment.repeats);
}

TEST(EdifactTokenizer, LeavesTheAsteriskAloneWhereNoRepetitionIsDeclared) {
    EXPECT_EQ(
        only_segment("UNB+UNOA:4+APIS*C3K:ZZ'").at(2), (std::vector<std::string>{"APIS*C3K", "ZZ"})
    );
}

TEST(EdifactTokenizer, TakesTheSeparatorsThatUnbShowsWhereUnaIsMissing) {
    EXPECT_EQ(
        only_segment("UNB*UNOA;4*XX;ZZ*YY#\nUNG*PAXLST#").at(2),
        (std::vector<std::string>{"XX", "ZZ"})
    );
    // ISO 9735 level B without UNA.
    EXPECT_EQ(
        only_segment("UNB\x1DUNOB\x1F"
                     "1\x1D"
                     "A+B\x1F"
                     "C\x1C"
                     "UNH\x1D")
            .at(2),
        (std::vector<std::string>{"A+B", "C"})
    );
}

TEST(EdifactTokenizer, TakesTheInformationSeparatorsFromAnAdvice) {
    EXPECT_EQ(
        only_segment("UNA\x1F\x1D.  \x1C"
                     "NAD\x1D"
                     "A\x1F"
                     "B?\x1C"),
        (Elements{{"NAD"}, {"A", "B?"}})
    );
}

TEST(EdifactTokenizer, NoticesAnAdviceThatLostItsBlank) {
    EdifactTokenizer tokenizer("UNA:+.?'UNB+UNOA:4'");
    EXPECT_EQ(tokenizer.take_advice(), Advice::Shortened);
    Segment segment;
    ASSERT_EQ(tokenizer.next(segment), Outcome::Segment);
    EXPECT_EQ(elements_of(segment), (Elements{{"UNB"}, {"UNOA", "4"}}));
}

TEST(EdifactTokenizer, ReadsBackAnyTextThatWasWrittenWithReleases) {
    const bool holds = rc::check("released text survives", [] {
        const auto components = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(
            rc::gen::container<std::string>(rc::gen::elementOf(std::string("AZ09 ?+:'-.,")))
        ));
        std::string text = "NAD+";
        for (std::size_t index = 0; index < components.size(); ++index) {
            text += index > 0 ? ":" : "";
            for (const char character : components[index]) {
                text +=
                    std::string_view("?+:'").find(character) != std::string_view::npos ? "?" : "";
                text += character;
            }
        }
        text += "'";
        RC_PRE(text.size() < limits::edifact_segment_chars_max);
        EdifactTokenizer tokenizer(text);
        Segment segment;
        RC_ASSERT(tokenizer.next(segment) == Outcome::Segment);
        RC_ASSERT(elements_of(segment) == (Elements{{"NAD"}, components}));
        RC_ASSERT(tokenizer.next(segment) == Outcome::End);
    });
    EXPECT_TRUE(holds);
}

std::string
converted(std::string_view syntax, std::string value, std::vector<std::string>* faults) {
    TextCheck check;
    check.set_syntax(syntax);
    Segment segment = segment_of({4, 40}, {{"NAD"}, {std::move(value)}});
    check.convert(segment, 2);
    FaultLog log;
    check.report(log);
    for (const Fault& fault : std::move(log).take()) {
        EXPECT_EQ(fault.segment, 4U);
        EXPECT_EQ(fault.offset, 40U);
        EXPECT_EQ(fault.message, 2U);
        faults->push_back((fault.severity == Severity::Error ? "E " : "W ") + fault.text);
    }
    return std::string(segment.component(1, 0));
}

TEST(EdifactText, ConvertsBytesByTheDeclaredCharacterSet) {
    struct Case {
        std::string_view syntax;
        std::string value;
        std::string wanted;
        std::string fault; // the beginning of the only one
    };
    const std::vector<Case> cases{
        {"UNOA", "DOE-1", "DOE-1", ""},
        {"UNOA", "Doe", "Doe", "W small letters"},
        {"UNOA", "A@B", "A@B", "W marks that"},
        {"UNOA", "M\xC3\x9CLLER", "M\xC3\x9CLLER", "W UTF-8 under"},
        {"UNOA", "M\xDCLLER", "M\xC3\x9CLLER", "W characters outside"},
        {"UNOB", "Doe", "Doe", ""},
        {"UNOB", "M\xDCller", "M\xC3\x9Cller", "W characters outside"},
        {"UNOC", "M\xDCller@", "M\xC3\x9Cller@", ""},
        {"UNOC", "M\x84ller", "Mller", "E control characters"},
        {"UNOY", "M\xC3\xBCller", "M\xC3\xBCller", ""},
        {"UNOY", "M\xFCller", "M\xC3\xBCller", "E bytes that are not UTF-8"},
        {"UNOX", "M\xFCller", "M\xC3\xBCller", ""},
        {"UNOW", "M\xC3\xBCller", "M\xC3\xBCller", ""},
        {"UNOD",
         "\xA3\xF3"
         "d\xBC",
         "\xC5\x81\xC3\xB3"
         "d\xC5\xBA",
         ""},                                                     // Lodz, as written there
        {"UNOE", "\xBC\xD8\xE0", "\xD0\x9C\xD0\xB8\xD1\x80", ""}, // Mir
        {"UNOF", "\xCD\xDF\xEA\xEF\xF2", "\xCE\x9D\xCE\xAF\xCE\xBA\xCE\xBF\xCF\x82", ""}, // Nikos
        {"UNOK", "\xDD", "\xC4\xB0", ""},                       // a capital I with a dot
        {"UNOG", "A\xA5", "A\xC2\xA5", "W characters outside"}, // no letter there
        {"UNOY", "A\x1B[31mB", "A[31mB", "E control characters"},
    };
    for (const Case& each : cases) {
        std::vector<std::string> faults;
        EXPECT_EQ(converted(each.syntax, each.value, &faults), each.wanted);
        if (each.fault.empty()) {
            EXPECT_THAT(faults, testing::IsEmpty()) << each.wanted;
        } else {
            EXPECT_THAT(faults, testing::ElementsAre(testing::StartsWith(each.fault)));
        }
    }
}

TEST(EdifactText, KnowsMalformedUTF8) {
    EXPECT_TRUE(is_utf8("\xE2\x82\xAC \xF0\x9F\x98\x80"));
    for (const std::string_view bad :
         {"\x80", "\xC0\xAF", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF"}) {
        EXPECT_FALSE(is_utf8(bad));
    }
}

TEST(EdifactText, CountsASegmentOnceForEachKindOfTrouble) {
    TextCheck check;
    for (std::size_t number = 1; number <= 3; ++number) {
        Segment segment = segment_of({number, number * 10}, {{"nad"}, {"doe", "john"}});
        check.convert(segment, 0);
    }
    FaultLog log;
    check.report(log);
    const std::vector<Fault> faults = std::move(log).take();
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].segment, 1U);
    EXPECT_THAT(faults[0].text, testing::HasSubstr("(segments: 3)"));
}

std::string birth(std::string_view value, std::string_view format = "") {
    const DateReading reading =
        read_date(value, format, DateUse::Birth, domain::PartialDate{2026, 11, 30});
    return reading.date && reading.problem.empty() ? domain::format_date(*reading.date)
                                                   : std::string(reading.problem);
}

TEST(EdifactDates, PutsABirthDateIntoTheLatestCenturyBeforeTheMessage) {
    EXPECT_EQ(birth("740812"), "1974-08-12");
    EXPECT_EQ(birth("000229"), "2000-02-29");
    EXPECT_EQ(birth("261130"), "2026-11-30"); // born on the day of the message
    EXPECT_EQ(birth("261201"), "1926-12-01"); // a day later: a hundred years old
}

TEST(EdifactDates, TakesWholeYearsAsTheyAre) {
    EXPECT_EQ(birth("19230401", "102"), "1923-04-01");
    EXPECT_EQ(birth("19230401"), "1923-04-01");
    EXPECT_EQ(birth("230401", "101"), "2023-04-01");
    EXPECT_EQ(birth("2304010000", "201"), "2023-04-01"); // with a time of day, dropped
    EXPECT_EQ(birth("192304010000", "203"), "1923-04-01");
}

TEST(EdifactDates, KeepsUnknownPartsOfABirthDate) {
    EXPECT_EQ(birth("740800"), "1974-08");
    EXPECT_EQ(birth("740000"), "1974");
}

TEST(EdifactDates, RefusesWhatIsNoBirthDate) {
    EXPECT_EQ(birth("740230"), "is not a date");
    EXPECT_EQ(birth("741301"), "is not a date");
    EXPECT_EQ(birth("740012"), "is not a date"); // a day needs its month
    EXPECT_EQ(birth("7408"), "is not a date");
    EXPECT_EQ(birth(""), "is not a date");
    EXPECT_EQ(birth("74O812"), "is not a date");
    EXPECT_EQ(birth("740812", "102"), "is not a date");
    EXPECT_EQ(birth("20270101", "102"), "lies after the date of the message");
    EXPECT_EQ(birth("740812123"), "is not a date");
    EXPECT_EQ(birth("740812", "718"), "has a format qualifier that is not read");
    EXPECT_THAT(
        std::string(read_date("740812", "", DateUse::Birth, std::nullopt).problem),
        testing::HasSubstr("no century")
    );
}

TEST(EdifactDates, PutsAnExpiryBetweenTwentyYearsBeforeAndSeventyNineAfterTheMessage) {
    const auto expiry = [](std::string_view value, int message_year) {
        const DateReading reading =
            read_date(value, "", DateUse::Expiry, domain::PartialDate{message_year, 6, 1});
        return reading.date ? domain::format_date(*reading.date) : std::string(reading.problem);
    };
    EXPECT_EQ(expiry("310520", 2026), "2031-05-20");
    EXPECT_EQ(expiry("060101", 2026), "2006-01-01");
    EXPECT_EQ(expiry("050101", 2026), "2105-01-01");
    EXPECT_EQ(expiry("991231", 2026), "2099-12-31"); // never, as some states have it
    EXPECT_EQ(expiry("050101", 2060), "2105-01-01");
    EXPECT_EQ(expiry("310500", 2026), "is not a date"); // a document expires on a day
}

TEST(EdifactDates, ReadsWhenAnInterchangeWasPrepared) {
    const domain::PartialDate day{2026, 11, 30};
    EXPECT_EQ(format_instant(read_prepared_at(day, "1810").value()), "2026-11-30T18:10:00.000Z");
    for (const std::string_view bad : {"", "181", "2410", "1860", "18h0"}) {
        EXPECT_FALSE(read_prepared_at(day, bad).has_value()) << bad;
    }
}

TEST(EdifactDates, ReadsTimesOfTenTwelveAndFourteenDigits) {
    const auto time = [](std::string_view value, std::string_view format) {
        const TimeReading reading = read_time(value, format);
        return reading.time ? format_instant(*reading.time) : std::string(reading.problem);
    };
    EXPECT_EQ(time("2612010940", "201"), "2026-12-01T09:40:00.000Z");
    EXPECT_EQ(time("202612010940", "203"), "2026-12-01T09:40:00.000Z");
    EXPECT_EQ(time("20261201094059", "204"), "2026-12-01T09:40:59.000Z");
    EXPECT_EQ(time("2612010940", ""), "2026-12-01T09:40:00.000Z");
    EXPECT_EQ(time("2612012440", "201"), "is not a date with a time of day");
    EXPECT_EQ(time("2613010940", "201"), "is not a date with a time of day");
    EXPECT_EQ(time("261201", "201"), "is not a date with a time of day");
    EXPECT_EQ(time("261201", "101"), "2026-12-01T00:00:00.000Z");
    EXPECT_EQ(time("20261201", "102"), "2026-12-01T00:00:00.000Z");
    EXPECT_TRUE(read_time("261201", "101").without_time_of_day);
    EXPECT_FALSE(read_time("2612010940", "201").without_time_of_day);
    EXPECT_EQ(time("261201", ""), "is not a date with a time of day");
    EXPECT_EQ(time("0940", "401"), "has a format qualifier that is not read");
}

} // namespace
} // namespace sallyport::manifest::internal
