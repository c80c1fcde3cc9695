#include "retention/period.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <vector>

namespace sallyport::retention {

namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::seconds;

enum class Unit { Year, Month, Day, Hour, Minute, Second };
struct UnitName {
    std::string_view name;
    Unit unit;
};
constexpr std::array unit_names{
    UnitName{"years", Unit::Year},
    UnitName{"year", Unit::Year},
    UnitName{"months", Unit::Month},
    UnitName{"month", Unit::Month},
    UnitName{"days", Unit::Day},
    UnitName{"day", Unit::Day},
    UnitName{"d", Unit::Day},
    UnitName{"h", Unit::Hour},
    UnitName{"min", Unit::Minute},
    UnitName{"s", Unit::Second},
};
constexpr int amount_max = 100'000; // of one unit, so that no sum overflows
constexpr seconds period_max = days(366 * 200);

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

void add_amount(Period& period, Unit unit, int amount) {
    switch (unit) {
    case Unit::Year:
        period.years = amount;
        return;
    case Unit::Month:
        period.months = amount;
        return;
    case Unit::Day:
        period.days = amount;
        return;
    case Unit::Hour:
        period.time += std::chrono::hours(amount);
        return;
    case Unit::Minute:
        period.time += std::chrono::minutes(amount);
        return;
    case Unit::Second:
        period.time += seconds(amount);
        return;
    }
}

enum class MissingDay { EndOfMonth, LastDay };

Instant move_months(Instant start, int months, MissingDay missing) {
    const auto day_start = floor<days>(start);
    const std::chrono::year_month_day date{day_start};
    const std::chrono::year_month month = date.year() / date.month() + std::chrono::months(months);
    const std::chrono::year_month_day same_day = month / date.day();
    if (same_day.ok()) {
        return std::chrono::sys_days(same_day) + (start - day_start);
    }
    const std::chrono::sys_days last_day{month / std::chrono::last};
    return missing == MissingDay::EndOfMonth ? Instant(last_day + days(1))
                                             : Instant(last_day + (start - day_start));
}

} // namespace

Result<Period> parse_period(std::string_view text) {
    const auto wrong = [](std::string_view what) {
        return fail(ErrorCode::InvalidArgument, fmt::format("the period {}", what));
    };
    const std::vector<std::string_view> words = words_of(text);
    if (words.empty() || text.ends_with(' ')) {
        return wrong("is empty or ends with a blank");
    }
    Period period;
    int last_rank = -1;
    for (std::size_t at = 0; at < words.size(); at += 2) {
        const std::string_view number = words[at];
        int amount = 0;
        const auto [end, problem] =
            std::from_chars(number.data(), number.data() + number.size(), amount);
        if (problem != std::errc{} || end != number.data() + number.size() || amount < 1 ||
            amount > amount_max) {
            return wrong("needs whole numbers of at least 1, each followed by its unit");
        }
        if (at + 1 == words.size()) {
            return wrong("has a number without a unit (years, months, d, h, min or s)");
        }
        const auto* const found = std::ranges::find(unit_names, words[at + 1], &UnitName::name);
        if (found == unit_names.end()) {
            return wrong("has an unknown unit; units are years, months, d, h, min and s");
        }
        if (static_cast<int>(found->unit) <= last_rank) {
            return wrong("must name the largest unit first and each unit once");
        }
        last_rank = static_cast<int>(found->unit);
        add_amount(period, found->unit, amount);
    }
    if (longest_length(period) > period_max) {
        return wrong("is longer than 200 years");
    }
    return period;
}

std::string period_text(const Period& period) {
    std::string text;
    const auto add = [&](long long amount, std::string_view unit) {
        if (amount != 0) {
            text += fmt::format("{}{} {}", text.empty() ? "" : " ", amount, unit);
        }
    };
    const std::chrono::hh_mm_ss time(period.time);
    add(period.years, period.years == 1 ? "year" : "years");
    add(period.months, period.months == 1 ? "month" : "months");
    add(period.days, "d");
    add(time.hours().count(), "h");
    add(time.minutes().count(), "min");
    add(time.seconds().count(), "s");
    return text;
}

Instant add_period(Instant start, const Period& period) {
    const int months = period.years * 12 + period.months;
    const Instant moved = months == 0 ? start : move_months(start, months, MissingDay::EndOfMonth);
    return moved + days(period.days) + period.time;
}

Instant subtract_period(Instant end, const Period& period) {
    const Instant moved = end - period.time - days(period.days);
    const int months = period.years * 12 + period.months;
    return months == 0 ? moved : move_months(moved, -months, MissingDay::LastDay);
}

std::chrono::seconds longest_length(const Period& period) {
    return days(period.years * 366LL + period.months * 31LL + period.days) + period.time;
}

std::chrono::seconds shortest_length(const Period& period) {
    return days(period.years * 365LL + period.months * 28LL + period.days) + period.time;
}

} // namespace sallyport::retention
