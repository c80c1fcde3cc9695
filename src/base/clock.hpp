// Time as a port. Instants are UTC microseconds; durations for deadlines come from the steady
// clock, so that a corrected wall clock neither expires nor revives anything. Any thread may call.
#pragma once

#include "base/result.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

namespace sallyport {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;
using SteadyInstant = std::chrono::steady_clock::time_point;

// How far a time stamp may be trusted; stored beside every capture.
enum class ClockQuality {
    Synchronised, // disciplined by NTP or PTP
    FreeRunning,  // set once, drifting
    Unknown,      // a device's own word
};
[[nodiscard]] std::string_view clock_quality_name(ClockQuality quality);
[[nodiscard]] Result<ClockQuality> clock_quality_from_name(std::string_view name);

class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() const = 0;
    [[nodiscard]] virtual SteadyInstant steady_now() const = 0;
    [[nodiscard]] virtual ClockQuality quality() const = 0;
};

// Quality from the kernel: synchronised when adjtimex reports no STA_UNSYNC.
class SystemClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override;
    [[nodiscard]] SteadyInstant steady_now() const override;
    [[nodiscard]] ClockQuality quality() const override;
};

// For tests: stands still until told otherwise.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Instant start) : micros_(start.time_since_epoch().count()) {}
    void advance(std::chrono::microseconds by) { micros_ += by.count(); }
    [[nodiscard]] Instant now() const override {
        return Instant(std::chrono::microseconds(micros_.load()));
    }
    [[nodiscard]] SteadyInstant steady_now() const override {
        return SteadyInstant(std::chrono::microseconds(micros_.load()));
    }
    [[nodiscard]] ClockQuality quality() const override { return ClockQuality::Synchronised; }

private:
    std::atomic<std::int64_t> micros_;
};

// RFC 3339 in UTC with milliseconds: 2026-05-01T08:00:00.000Z.
[[nodiscard]] std::string format_instant(Instant instant);
// Accepts RFC 3339 with any offset and 0 to 6 fraction digits; InvalidArgument otherwise.
[[nodiscard]] Result<Instant> parse_instant(std::string_view text);

} // namespace sallyport
