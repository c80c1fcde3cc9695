// What may change a clock that runs. A new policy or a new filing can bring a deadline forward at
// once; only a recorded order of the privacy officer puts one off, and never that of a picture of a
// citizen or of somebody who may be one. Pure functions; safe from any thread.
#pragma once

#include "domain/ids.hpp"
#include "retention/record_clock.hpp"

#include <optional>
#include <string>

namespace sallyport::retention {

// Recorded before it is used; good for one rule of one policy.
struct Order {
    std::string reference; // under which the order is filed
    domain::AccountId privacy_officer;
    Instant ordered_at{};
    PolicyHash policy_hash{};
    std::string rule_id;
};

enum class ChangeOutcome {
    Unchanged,
    Shortened,
    Lengthened,         // by the order
    KeptWithoutOrder,   // the new rule is longer and there is no order for it
    KeptErasingBegan,   // an order came when erasing had begun
    KeptAgainstTheRule, // an order cannot lengthen this record's clock
};
[[nodiscard]] std::string_view change_outcome_name(ChangeOutcome outcome);

struct ChangedClock {
    RecordClock clock;
    ChangeOutcome outcome = ChangeOutcome::Unchanged;
};

// The earlier of both for each time, and the stricter of both for what ends it and what is done.
[[nodiscard]] RecordClock tighten(const RecordClock& left, const RecordClock& right);

// A new policy is in force. NotFound when it has no rule for this record: the caller keeps the old
// clock and tells the operator, since a missing row must neither keep a record longer nor destroy
// it early. `now` decides whether erasing had begun.
[[nodiscard]] Result<ChangedClock> apply_policy_change(
    const RecordClock& old_clock,
    const Policy& new_policy,
    const std::optional<Order>& order,
    Instant now,
    const ErasureLead& lead
);

enum class HandOver { NotHandedOver, HandedOver };
enum class Recall { None, Send };
enum class PublicCount { None, FiledWrongly };

struct RefiledRecord {
    RecordClock clock;
    Recall recall = Recall::None; // ask the repository to erase its copy
    PublicCount count = PublicCount::None;
};

// The traveler's citizenship changed. The record is filed under the new one from its own start and
// keeps the earlier deadline. From non-citizen to citizen a live picture, and whatever no rule
// allows keeping of a citizen, is due at once; what was handed over is recalled.
[[nodiscard]] Result<RefiledRecord> refile_clock(
    const RecordClock& clock,
    const CitizenshipChange& change,
    HandOver handed_over,
    const Policy& policy,
    const ErasureLead& lead
);

// The same person crossed again, and the rule says that this starts the clock anew: a clock of the
// new capture, not a longer one of the old. StateConflict when the rule does not say so, for
// pictures, for another category, or when the capture is not later than the one before.
[[nodiscard]] Result<RecordClock> renew_clock(
    const RecordClock& clock,
    const Policy& policy,
    const RuleKey& key,
    const CaptureFacts& facts,
    const ErasureLead& lead
);

} // namespace sallyport::retention
