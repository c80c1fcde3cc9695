#include "base/clock.hpp"

#include <charconv>
#include <cstdio>
#include <sys/timex.h>

namespace sallyport {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hh_mm_ss;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

std::string_view clock_quality_name(ClockQuality quality) {
    switch (quality) {
    case ClockQuality::Synchronised:
        return "synchronised";
    case ClockQuality::FreeRunning:
        return "free-running";
    case ClockQuality::Unknown:
        return "unknown";
    }
    return "unknown";
}

Result<ClockQuality> clock_quality_from_name(std::string_view name) {
    for (const auto quality :
         {ClockQuality::Synchronised, ClockQuality::FreeRunning, ClockQuality::Unknown}) {
        if (name == clock_quality_name(quality)) {
            return quality;
        }
    }
    return fail(
        ErrorCode::InvalidArgument, "clock quality is synchronised, free-running or unknown"
    );
}

Instant SystemClock::now() const {
    return std::chrono::time_point_cast<microseconds>(std::chrono::system_clock::now());
}

SteadyInstant SystemClock::steady_now() const {
    return std::chrono::steady_clock::now();
}

ClockQuality SystemClock::quality() const {
    timex state{};
    const int result = ::adjtimex(&state);
    if (result < 0) {
        return ClockQuality::Unknown;
    }
    return (state.status & STA_UNSYNC) != 0 ? ClockQuality::FreeRunning
                                            : ClockQuality::Synchronised;
}

std::string format_instant(Instant instant) {
    const auto day = floor<days>(instant);
    const year_month_day date(day);
    const hh_mm_ss time(floor<milliseconds>(instant) - day);
    char text[40];
    std::snprintf(
        text,
        sizeof text,
        "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        static_cast<int>(time.hours().count()),
        static_cast<int>(time.minutes().count()),
        static_cast<int>(time.seconds().count()),
        static_cast<int>(time.subseconds().count())
    );
    return text;
}

namespace {

// Reads fixed-width digits and single characters from the front of a text; remembers any failure.
class FieldReader {
public:
    explicit FieldReader(std::string_view text) : rest_(text) {}

    int digits(std::size_t count) {
        int value = 0;
        if (rest_.size() < count) {
            failed_ = true;
            return 0;
        }
        const char* const begin = rest_.data();
        const char* const stop = begin + count;
        const auto [end, code] = std::from_chars(begin, stop, value);
        failed_ = failed_ || code != std::errc() || end != stop || value < 0;
        rest_.remove_prefix(count);
        return value;
    }
    char character() {
        if (rest_.empty()) {
            failed_ = true;
            return '\0';
        }
        const char front = rest_.front();
        rest_.remove_prefix(1);
        return front;
    }
    void expect(char wanted) { failed_ = character() != wanted || failed_; }
    [[nodiscard]] bool next_is(char wanted) const {
        return !rest_.empty() && rest_.front() == wanted;
    }
    [[nodiscard]] bool next_is_digit() const {
        return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
    }
    [[nodiscard]] bool done() const { return !failed_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool failed_ = false;
};

microseconds read_fraction(FieldReader& reader) {
    microseconds fraction{0};
    int scale = 100'000;
    while (reader.next_is_digit()) {
        fraction += microseconds(reader.digits(1) * scale);
        scale /= 10;
    }
    return fraction;
}

minutes read_offset(FieldReader& reader) {
    const char sign = reader.character();
    if (sign == 'Z' || sign == 'z') {
        return minutes(0);
    }
    const int hour = reader.digits(2);
    reader.expect(':');
    const int minute = reader.digits(2);
    const minutes offset = hours(hour) + minutes(minute);
    if (sign == '+' && hour < 24 && minute < 60) {
        return offset;
    }
    if (sign == '-' && hour < 24 && minute < 60) {
        return -offset;
    }
    reader.expect('\0');
    return minutes(0);
}

} // namespace

Result<Instant> parse_instant(std::string_view text) {
    FieldReader reader(text);
    const int year_value = reader.digits(4);
    reader.expect('-');
    const int month_value = reader.digits(2);
    reader.expect('-');
    const int day_value = reader.digits(2);
    const char separator = reader.character();
    const int hour = reader.digits(2);
    reader.expect(':');
    const int minute = reader.digits(2);
    reader.expect(':');
    const int second = reader.digits(2);
    microseconds fraction{0};
    if (reader.next_is('.')) {
        reader.expect('.');
        fraction = read_fraction(reader);
    }
    const minutes offset = read_offset(reader);
    const year_month_day date(
        std::chrono::year(year_value),
        std::chrono::month(static_cast<unsigned>(month_value)),
        std::chrono::day(static_cast<unsigned>(day_value))
    );
    const bool separated = separator == 'T' || separator == 't' || separator == ' ';
    if (!reader.done() || !separated || !date.ok() || hour > 23 || minute > 59 || second > 60) {
        return fail(
            ErrorCode::InvalidArgument, "a time is written as in 2026-05-01T08:00:00Z (RFC 3339)"
        );
    }
    return Instant(
        sys_days(date).time_since_epoch() + hours(hour) + minutes(minute) + seconds(second) +
        fraction - offset
    );
}

} // namespace sallyport
