#include "manifest/internal/edifact_dates.hpp"

#include <algorithm>
#include <chrono>

namespace sallyport::manifest::internal {

using domain::PartialDate;

namespace {

constexpr std::string_view not_a_date = "is not a date";
constexpr std::string_view unknown_format = "has a format qualifier that is not read";

// At most four digits, all of which the caller has checked.
int number(std::string_view digits) {
    int value = 0;
    for (const char digit : digits) {
        value = value * 10 + (digit - '0');
    }
    return value;
}

bool all_digits(std::string_view text) {
    return std::ranges::all_of(text, [](char character) {
        return character >= '0' && character <= '9';
    });
}

int with_century(int year_of_two, int month, int day, DateUse use, const PartialDate& sent_on) {
    const int century = sent_on.year - sent_on.year % 100;
    int year = century + year_of_two;
    if (use == DateUse::Birth) {
        return PartialDate{year, month, day} > sent_on ? year - 100 : year;
    }
    if (year > sent_on.year + 50) {
        year -= 100;
    } else if (year < sent_on.year - 49) {
        year += 100;
    }
    return year;
}

} // namespace

bool is_calendar_date(const PartialDate& date) {
    const std::chrono::year_month_day calendar(
        std::chrono::year(date.year),
        std::chrono::month(static_cast<unsigned>(date.month)),
        std::chrono::day(static_cast<unsigned>(date.day))
    );
    return date.year > 0 && calendar.ok();
}

PartialDate date_of(Instant instant) {
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(instant));
    return {
        static_cast<int>(date.year()),
        static_cast<int>(static_cast<unsigned>(date.month())),
        static_cast<int>(static_cast<unsigned>(date.day()))
    };
}

std::optional<Instant> instant_of(const PartialDate& date, int hour, int minute, int second) {
    if (!is_calendar_date(date) || hour > 23 || minute > 59 || second > 59) {
        return std::nullopt;
    }
    const std::chrono::sys_days day(std::chrono::year_month_day(
        std::chrono::year(date.year),
        std::chrono::month(static_cast<unsigned>(date.month)),
        std::chrono::day(static_cast<unsigned>(date.day))
    ));
    return Instant(day) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
}

DateReading read_date(
    std::string_view value,
    std::string_view format,
    DateUse use,
    const std::optional<PartialDate>& sent_on
) {
    if (!format.empty() && format != "101" && format != "102") {
        return {std::nullopt, unknown_format};
    }
    const std::size_t length_wanted = format == "101" ? 6 : (format == "102" ? 8 : value.size());
    if (!all_digits(value) || value.size() != length_wanted ||
        (value.size() != 6 && value.size() != 8)) {
        return {std::nullopt, not_a_date};
    }
    PartialDate date{
        number(value.substr(0, value.size() - 4)),
        number(value.substr(value.size() - 4, 2)),
        number(value.substr(value.size() - 2, 2))
    };
    if (value.size() == 6) {
        if (!sent_on) {
            return {std::nullopt, "has no century, since the message itself has no date"};
        }
        date.year = with_century(date.year, date.month, date.day, use, *sent_on);
    }
    // Doc 9303-3: unknown parts of a birth date; a known day needs a known month.
    const bool unknown_parts = use == DateUse::Birth && date.day == 0 && date.month <= 12;
    const PartialDate complete{
        date.year, date.month == 0 && unknown_parts ? 1 : date.month, unknown_parts ? 1 : date.day
    };
    if (!is_calendar_date(complete)) {
        return {std::nullopt, not_a_date};
    }
    if (use == DateUse::Birth && sent_on && date > *sent_on) {
        return {date, "lies after the date of the message"};
    }
    return {date, {}};
}

TimeReading read_time(std::string_view value, std::string_view format) {
    std::size_t length_wanted = value.size();
    if (format == "201") {
        length_wanted = 10;
    } else if (format == "203") {
        length_wanted = 12;
    } else if (format == "204") {
        length_wanted = 14;
    } else if (!format.empty()) {
        return {std::nullopt, unknown_format};
    }
    const bool known_length = value.size() == 10 || value.size() == 12 || value.size() == 14;
    if (!all_digits(value) || value.size() != length_wanted || !known_length) {
        return {std::nullopt, "is not a date with a time of day"};
    }
    const std::size_t year_digits = value.size() == 10 ? 2 : 4;
    const int year = number(value.substr(0, year_digits)) + (year_digits == 2 ? 2000 : 0);
    const std::string_view rest = value.substr(year_digits);
    const int second = rest.size() == 10 ? number(rest.substr(8, 2)) : 0;
    const std::optional<Instant> time = instant_of(
        {year, number(rest.substr(0, 2)), number(rest.substr(2, 2))},
        number(rest.substr(4, 2)),
        number(rest.substr(6, 2)),
        second
    );
    return {time, time ? std::string_view{} : "is not a date with a time of day"};
}

std::optional<PartialDate> read_sent_on(std::string_view value) {
    if (!all_digits(value) || (value.size() != 6 && value.size() != 8)) {
        return std::nullopt;
    }
    PartialDate date{
        number(value.substr(0, value.size() - 4)),
        number(value.substr(value.size() - 4, 2)),
        number(value.substr(value.size() - 2, 2))
    };
    // PAXLST D.02B is of 2002: no message of another century can exist.
    date.year += value.size() == 6 ? 2000 : 0;
    return is_calendar_date(date) ? std::optional(date) : std::nullopt;
}

} // namespace sallyport::manifest::internal
