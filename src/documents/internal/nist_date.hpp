// Dates as Annex B.1.2 and B.1.4 of ANSI/NIST-ITL write them: YYYYMMDD and YYYYMMDDHHMMSSZ, UTC.
#pragma once

#include "base/clock.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sallyport::documents::internal {

// Both take instants of the years 1 to 9999.
[[nodiscard]] std::string nist_date(Instant instant);
[[nodiscard]] std::string nist_time(Instant instant);

// Nothing when the text is not such a date, or none of the calendar.
[[nodiscard]] std::optional<Instant> date_of(std::string_view text);
[[nodiscard]] std::optional<Instant> time_of(std::string_view text);

// Digits only, at most nine of them.
[[nodiscard]] std::optional<int> number_of(std::string_view text);

} // namespace sallyport::documents::internal
