// Proves that periods are read strictly, that calendar years and months end on the right day, also
// for 29 February, and that a later start never has an earlier end.
#include "retention/period.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace sallyport::retention {
namespace {

Instant at(std::string_view text) {
    return parse_instant(text).value();
}
Period period(std::string_view text) {
    return parse_period(text).value();
}

TEST(Periods, AreReadWithTheirUnits) {
    EXPECT_EQ(period("12 h"), (Period{.time = std::chrono::hours(12)}));
    EXPECT_EQ(period("14 d"), (Period{.days = 14}));
    EXPECT_EQ(period("3 years 1 day"), (Period{.years = 3, .days = 1}));
    EXPECT_EQ(period("3 months"), (Period{.months = 3}));
    EXPECT_EQ(period("1 h 30 min"), period("90 min"));
}

TEST(Periods, WithoutUnitOrSenseAreRefused) {
    for (const char* text :
         {"",
          "12",
          "h",
          "12h",
          "12 hours ago",
          "1.5 h",
          "-1 d",
          "0 d",
          "1 d 1 year",
          "1 d 2 d",
          "3 years 1",
          "1  d",
          " 1 d",
          "1 d ",
          "1 fortnight",
          "201 years",
          "999999999999 d",
          "+1 d",
          "100000 years 100000 months"}) {
        const Result<Period> read = parse_period(text);
        ASSERT_FALSE(read.has_value()) << text;
        EXPECT_EQ(read.error().code(), ErrorCode::InvalidArgument);
    }
    EXPECT_NE(parse_period("12").error().message().find("without a unit"), std::string::npos);
}

TEST(Periods, FollowTheCalendar) {
    EXPECT_EQ(add_period(at("2026-05-01T08:00:00Z"), period("12 h")), at("2026-05-01T20:00:00Z"));
    EXPECT_EQ(add_period(at("2026-02-20T08:00:00Z"), period("14 d")), at("2026-03-06T08:00:00Z"));
    EXPECT_EQ(
        add_period(at("2026-05-01T08:00:00Z"), period("3 years 1 d")), at("2029-05-02T08:00:00Z")
    );
    EXPECT_EQ(
        add_period(at("2026-05-01T08:00:00Z"), period("75 years")), at("2101-05-01T08:00:00Z")
    );
    EXPECT_EQ(
        add_period(at("2026-11-15T00:00:00Z"), period("3 months")), at("2027-02-15T00:00:00Z")
    );
}

TEST(Periods, EndWithTheLastDayOfTheMonthWhenTheDayDoesNotOccur) {
    EXPECT_EQ(add_period(at("2028-02-29T06:00:00Z"), period("1 year")), at("2029-03-01T00:00:00Z"));
    EXPECT_EQ(
        add_period(at("2028-02-29T06:00:00Z"), period("4 years")), at("2032-02-29T06:00:00Z")
    );
    EXPECT_EQ(add_period(at("2028-02-28T23:00:00Z"), period("1 year")), at("2029-02-28T23:00:00Z"));
    EXPECT_EQ(
        add_period(at("2026-08-31T06:00:00Z"), period("1 month")), at("2026-10-01T00:00:00Z")
    );
    // 2100 is no leap year.
    EXPECT_EQ(
        add_period(at("2096-02-29T06:00:00Z"), period("4 years")), at("2100-03-01T00:00:00Z")
    );
}

TEST(Periods, BackwardsFallOnTheLastDayOfTheMonth) {
    EXPECT_EQ(
        subtract_period(at("2029-05-31T06:00:00Z"), period("3 months")), at("2029-02-28T06:00:00Z")
    );
    EXPECT_EQ(
        subtract_period(at("2031-03-31T06:00:00Z"), period("3 months")), at("2030-12-31T06:00:00Z")
    );
}

Period any_period() {
    return Period{
        .years = *rc::gen::inRange(0, 100),
        .months = *rc::gen::inRange(0, 30),
        .days = *rc::gen::inRange(0, 400),
        .time = std::chrono::minutes(*rc::gen::inRange(0, 5'000))
    };
}
Instant any_instant() {
    return Instant(std::chrono::seconds(*rc::gen::inRange<std::int64_t>(0, 4'000'000'000)));
}

RC_GTEST_PROP(PeriodProperties, ALaterStartNeverHasAnEarlierEnd, ()) {
    const Period length = any_period();
    const Instant start = any_instant();
    const auto gap = std::chrono::minutes(*rc::gen::inRange(0, 3 * 24 * 60));
    RC_ASSERT(add_period(start, length) <= add_period(start + gap, length));
}

RC_GTEST_PROP(PeriodProperties, LengthsLieBetweenTheShortestAndTheLongest, ()) {
    const Period length = any_period();
    const Instant start = any_instant();
    const auto real = add_period(start, length) - start;
    RC_ASSERT(real >= shortest_length(length));
    // A day that does not occur ends with the month: up to a day more than the calendar says.
    RC_ASSERT(real <= longest_length(length) + std::chrono::days(1));
}

RC_GTEST_PROP(PeriodProperties, OneSpellingForEachPeriod, ()) {
    const Period length = any_period();
    RC_PRE(longest_length(length).count() > 0);
    RC_ASSERT(parse_period(period_text(length)).value() == length);
}

} // namespace
} // namespace sallyport::retention
