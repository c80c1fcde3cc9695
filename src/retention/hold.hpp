// Holds: a court or a dispute forbids erasing for a time. A hold needs a case, a reason, an end and
// two people. It never applies to somebody who opted out, and to a citizen, or somebody who may be
// one, only by order of a court. A hold does not change a clock: it stands beside it, and when it
// ends or stops applying, the clock says what is overdue. Pure functions and values.
#pragma once

#include "domain/ids.hpp"
#include "retention/record_clock.hpp"

#include <optional>
#include <span>
#include <string>

namespace sallyport::retention {

enum class Participation { TookPart, OptedOut };

// Whose record it is, as it is known now.
struct HoldSubject {
    Citizenship citizenship = Citizenship::Unknown;
    Participation participation = Participation::TookPart;
};

struct HoldRequest {
    std::string case_number;
    std::string reason;
    std::optional<std::string> judicial_reference; // file number of the court's order
    domain::AccountId requested_by;
    domain::AccountId approved_by; // the second person
    Instant expires_at{};
};

struct Release {
    domain::AccountId requested_by;
    domain::AccountId approved_by;
    Instant released_at{};
    std::string reason;
};

// Holds on citizens are counted in public, without who or why.
enum class HoldCount { None, Citizen };

struct Hold {
    HoldRequest request;
    Instant placed_at{};
    std::optional<Release> release;
    HoldCount count = HoldCount::None;
};

// InvalidArgument when case number, reason or end is missing, too long or too far away; Forbidden
// without a second person, for somebody who opted out, or without a court's order where it needs
// one; StateConflict once erasing has begun: what is half erased is not kept.
[[nodiscard]] Result<Hold>
place_hold(HoldRequest request, const HoldSubject& subject, const RecordClock& clock, Instant now);

// StateConflict when it was released before; Forbidden without a second person.
[[nodiscard]] Result<Hold> release_hold(Hold hold, Release release);

// Asked anew before each erasure: a hold stops applying when it is released or over, when the
// person opts out, or when it turns out that a court's order would have been needed.
[[nodiscard]] bool hold_applies(const Hold& hold, const HoldSubject& subject, Instant now);

// The later of the clock's own time and the end of the holds that apply now.
[[nodiscard]] Instant erasing_begins_at(
    const RecordClock& clock, std::span<const Hold> holds, const HoldSubject& subject, Instant now
);

} // namespace sallyport::retention
