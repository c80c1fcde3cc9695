// The clock of one record: when it must be gone, and by which rule. It holds all that is needed to
// act, so that a record never depends on an old policy still being at hand. Values and pure
// functions; safe from any thread.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "retention/policy.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sallyport::retention {

// What is known of the capture that starts the clock.
struct CaptureFacts {
    Instant captured_at{}; // as the device says
    ClockQuality quality = ClockQuality::Unknown;
    Instant received_at{}; // our own clock at the first byte: a capture cannot be later
    std::optional<Instant> authorised_until; // end of the stay that this crossing opened
};

struct RecordClock {
    Instant started_at{}; // the first byte of the capture
    ClockQuality quality = ClockQuality::Unknown;
    PolicyHash policy_hash{}; // the policy that set the deadline
    std::string rule_id;
    RuleKey key;                // what the record is filed as
    Instant due_at{};           // from here on it may not be opened
    Instant begin_erasing_at{}; // early enough for final_by
    Instant final_by{};         // no key that opens it may exist any more
    std::optional<Instant> warn_at;
    std::optional<Instant> authorised_until;
    EndingEvents ends_with;
    Action action = Action::Erase;
    Renewal renewal = Renewal::Never;
    // A live picture that was once filed as that of a citizen or unknown: stays so, whatever the
    // traveler turns out to be, and no order lengthens its clock.
    bool protected_picture = false;
    bool operator==(const RecordClock&) const = default;
};

// begin_erasing_at <= due_at <= final_by. With the period over, due_at and final_by are the legal
// deadline, counted from the earliest moment that the clock of the capture allows. NotFound when no
// rule allows keeping this; InvalidArgument for a time outside the years 1970 to 2400.
[[nodiscard]] Result<RecordClock> start_clock(
    const Policy& policy, const RuleKey& key, const CaptureFacts& facts, const ErasureLead& lead
);

// The event happened: a record whose rule ends with it is due now, if it was not before. Any other
// record keeps its clock. Never later than it was.
[[nodiscard]] RecordClock
end_clock(const RecordClock& clock, EndingEvent event, Instant at, const ErasureLead& lead);

enum class ClockState { Running, ErasingBegins, Due, Overdue };
// Overdue: final_by is over; if anything can still be opened, that is a breach.
[[nodiscard]] ClockState clock_state(const RecordClock& clock, Instant now);
[[nodiscard]] std::string_view clock_state_name(ClockState state);

// True from warn_at until the record is due.
[[nodiscard]] bool warns(const RecordClock& clock, Instant now);

// Oldest deadline first, the order for catching up after downtime.
void sort_by_urgency(std::vector<RecordClock>& clocks);

} // namespace sallyport::retention
