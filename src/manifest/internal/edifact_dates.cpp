#include "manifest/internal/edifact_dates.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

namespace sallyport::manifest::internal {

using domain::PartialDate;

namespace {

constexpr std::string_view not_a_date = "is not a date";
constexpr std::string_view not_a_time = "is not a date with a time of day";
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
    if (year > sent_on.year + 79) {
        year -= 100;
    } else if (year < sent_on.year - 20) {
        year += 100;
    }
    return year;
}

// The digits that a format qualifier (code list 2379) calls for; 0 for one that is not read.
std::size_t digits_of(std::string_view format) {
    struct Format {
        std::string_view qualifier;
        std::size_t digits;
    };
    static constexpr std::array<Format, 5> formats{
        {{"101", 6}, {"102", 8}, {"201", 10}, {"203", 12}, {"204", 14}}
    };
    const auto found = std::ranges::find(formats, format, &Format::qualifier);
    return found == formats.end() ? 0 : found->digits;
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
    const std::size_t digits = format.empty() ? value.size() : digits_of(format);
    if (digits == 0 && !format.empty()) {
        return {std::nullopt, unknown_format};
    }
    if (!all_digits(value) || value.size() != digits) {
        return {std::nullopt, not_a_date};
    }
    if (digits == 10 || digits == 12 || digits == 14) {
        value = value.substr(0, digits == 10 ? 6 : 8);
    }
    if (value.size() != 6 && value.size() != 8) {
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
    const std::size_t digits = format.empty() ? value.size() : digits_of(format);
    if (digits == 0 && !format.empty()) {
        return {std::nullopt, unknown_format};
    }
    const bool date_alone = !format.empty() && digits < 10;
    const std::string midnight = std::string(value) + "0000";
    if (date_alone) {
        value = midnight;
    }
    const bool known_length = value.size() == 10 || value.size() == 12 || value.size() == 14;
    if (!all_digits(value) || value.size() != digits + (date_alone ? 4 : 0) || !known_length) {
        return {std::nullopt, not_a_time};
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
    return {time, time ? std::string_view{} : not_a_time, time && date_alone};
}

std::optional<Instant> read_prepared_at(const PartialDate& date, std::string_view time) {
    if (time.size() != 4 || !all_digits(time)) {
        return std::nullopt;
    }
    return instant_of(date, number(time.substr(0, 2)), number(time.substr(2, 2)), 0);
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
