// How long something may be kept, in the words of laws: calendar years and months, days, hours.
// Pure functions and values; safe from any thread.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace sallyport::retention {

struct Period {
    int years = 0;
    int months = 0;
    int days = 0;
    std::chrono::seconds time{0};
    bool operator==(const Period&) const = default;
};

// "12 h", "14 d", "3 years 1 day", "90 min": numbers with units, the largest unit first, each once.
// InvalidArgument for a number without a unit, an unknown unit, nothing at all or 200 years.
[[nodiscard]] Result<Period> parse_period(std::string_view text);
// One spelling for each period; parse_period reads it back.
[[nodiscard]] std::string period_text(const Period& period);

// Years and months by the calendar (UTC), then days and time. A day that the month does not have
// (29 February, 31 April) becomes the end of the month's last day, as in Regulation (EEC, Euratom)
// No 1182/71, article 3(2)(c). So a later start never has an earlier end.
[[nodiscard]] Instant add_period(Instant start, const Period& period);
// Backwards, for warnings: a day that the month does not have becomes its last day.
[[nodiscard]] Instant subtract_period(Instant end, const Period& period);

// For comparing periods with each other, not for deadlines: the longest that it can be.
[[nodiscard]] std::chrono::seconds longest_length(const Period& period);
// The shortest that it can be.
[[nodiscard]] std::chrono::seconds shortest_length(const Period& period);

} // namespace sallyport::retention
