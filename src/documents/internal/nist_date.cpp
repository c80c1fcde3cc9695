#include "documents/internal/nist_date.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace sallyport::documents::internal {
namespace {

constexpr std::size_t date_chars = 8;
constexpr std::size_t time_chars = 15;

} // namespace

std::string nist_date(Instant instant) {
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(instant));
    return fmt::format(
        "{:04}{:02}{:02}",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day())
    );
}

std::string nist_time(Instant instant) {
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(instant - day));
    return fmt::format(
        "{}{:02}{:02}{:02}Z",
        nist_date(instant),
        clock.hours().count(),
        clock.minutes().count(),
        clock.seconds().count()
    );
}

std::optional<int> number_of(std::string_view text) {
    const auto digit = [](char character) { return character >= '0' && character <= '9'; };
    if (text.empty() || text.size() > 9 || !std::ranges::all_of(text, digit)) {
        return std::nullopt;
    }
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::optional<Instant> date_of(std::string_view text) {
    if (text.size() != date_chars) {
        return std::nullopt;
    }
    const auto number = number_of(text);
    if (!number.has_value()) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{
        std::chrono::year(*number / 10'000),
        std::chrono::month(static_cast<unsigned>(*number / 100 % 100)),
        std::chrono::day(static_cast<unsigned>(*number % 100))
    };
    // There is no year 0; it would be the first that the writer cannot write back.
    if (!date.ok() || date.year() < std::chrono::year(1)) {
        return std::nullopt;
    }
    return Instant(std::chrono::sys_days(date));
}

std::optional<Instant> time_of(std::string_view text) {
    if (text.size() != time_chars || text.back() != 'Z') {
        return std::nullopt;
    }
    const auto date = date_of(text.substr(0, date_chars));
    const auto hours = number_of(text.substr(8, 2));
    const auto minutes = number_of(text.substr(10, 2));
    const auto seconds = number_of(text.substr(12, 2));
    if (!date || !hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 59) {
        return std::nullopt;
    }
    return *date + std::chrono::hours(*hours) + std::chrono::minutes(*minutes) +
           std::chrono::seconds(*seconds);
}

} // namespace sallyport::documents::internal
