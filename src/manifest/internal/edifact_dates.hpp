// Dates and times of DTM and UNB. A year of two digits gets its century from the message's own
// date, never from today's clock, so that reading a file again gives the same answer:
//   birth    the latest century that does not lie after the message (nobody is 100 or older)
//   expiry   the century that brings it within 20 years before to 79 years after the message
//   flights  20YY
#pragma once

#include "base/clock.hpp"
#include "domain/traveler.hpp"

#include <optional>
#include <string_view>

namespace sallyport::manifest::internal {

enum class DateUse { Birth, Expiry };

// What was read, and what is wrong with it (empty: nothing), in words without the value.
struct DateReading {
    std::optional<domain::PartialDate> date;
    std::string_view problem;
};
struct TimeReading {
    std::optional<Instant> time;
    std::string_view problem;
    bool without_time_of_day = false; // a date alone; taken as its midnight
};

// format: 101 (YYMMDD), 102 (CCYYMMDD), one of read_time(), whose time of day is dropped, or empty,
// then by length. Month and day of a birth date may be 00, unknown.
[[nodiscard]] DateReading read_date(
    std::string_view value,
    std::string_view format,
    DateUse use,
    const std::optional<domain::PartialDate>& sent_on
);
// format: 201 (YYMMDDhhmm), 203 (CCYYMMDDhhmm), 204 (with seconds), 101, 102 or empty, then by
// length.
[[nodiscard]] TimeReading read_time(std::string_view value, std::string_view format);

// The date an interchange was made (UNB): YYMMDD or CCYYMMDD.
[[nodiscard]] std::optional<domain::PartialDate> read_sent_on(std::string_view value);
// The time of day beside it, hhmm, on that date; taken as UTC.
[[nodiscard]] std::optional<Instant>
read_prepared_at(const domain::PartialDate& date, std::string_view time);

[[nodiscard]] bool is_calendar_date(const domain::PartialDate& date);
[[nodiscard]] domain::PartialDate date_of(Instant instant);
// Nothing when a part is out of range.
[[nodiscard]] std::optional<Instant>
instant_of(const domain::PartialDate& date, int hour, int minute, int second);

} // namespace sallyport::manifest::internal
