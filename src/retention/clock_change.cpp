#include "retention/clock_change.hpp"

#include <algorithm>

namespace sallyport::retention {

namespace {

CaptureFacts facts_of(const RecordClock& clock) {
    return CaptureFacts{
        .captured_at = clock.started_at,
        .quality = clock.quality,
        .received_at = clock.started_at,
        .authorised_until = clock.authorised_until,
    };
}

bool brings_forward(const RecordClock& old_clock, const RecordClock& tightened) {
    return tightened.final_by < old_clock.final_by || tightened.due_at < old_clock.due_at ||
           tightened.begin_erasing_at < old_clock.begin_erasing_at;
}

bool covers(const Order& order, const RecordClock& ordered) {
    return !order.reference.empty() && !order.privacy_officer.is_nil() &&
           order.policy_hash == ordered.policy_hash && order.rule_id == ordered.rule_id;
}

// Due at once, with the time that an erasure takes; a deadline still ahead stays.
RecordClock due_at_once(const RecordClock& clock, Instant at, const ErasureLead& lead) {
    RecordClock due = clock;
    due.due_at = std::min(clock.due_at, at);
    due.begin_erasing_at = std::min(clock.begin_erasing_at, due.due_at);
    due.final_by = std::min(clock.final_by, std::max(due.due_at, at) + lead.total());
    due.action = Action::Erase;
    return due;
}

} // namespace

std::string_view change_outcome_name(ChangeOutcome outcome) {
    switch (outcome) {
    case ChangeOutcome::Unchanged:
        return "unchanged";
    case ChangeOutcome::Shortened:
        return "shortened";
    case ChangeOutcome::Lengthened:
        return "lengthened";
    case ChangeOutcome::KeptWithoutOrder:
        return "kept_without_order";
    case ChangeOutcome::KeptErasingBegan:
        return "kept_erasing_began";
    case ChangeOutcome::KeptAgainstTheRule:
        return "kept_against_the_rule";
    }
    return "unchanged";
}

RecordClock tighten(const RecordClock& left, const RecordClock& right) {
    // The deadline's own rule stays named; of two equal ones, the newer.
    RecordClock tight = left.final_by < right.final_by ? left : right;
    tight.due_at = std::min(left.due_at, right.due_at);
    tight.begin_erasing_at = std::min(left.begin_erasing_at, right.begin_erasing_at);
    tight.final_by = std::min(left.final_by, right.final_by);
    if (left.warn_at && right.warn_at) {
        tight.warn_at = std::min(*left.warn_at, *right.warn_at);
    }
    tight.ends_with.add(left.ends_with);
    tight.ends_with.add(right.ends_with);
    tight.protected_picture = left.protected_picture || right.protected_picture;
    if (left.action != right.action) {
        tight.action = Action::Erase;
    }
    if (left.renewal != right.renewal) {
        tight.renewal = Renewal::Never;
    }
    return tight;
}

Result<ChangedClock> apply_policy_change(
    const RecordClock& old_clock,
    const Policy& new_policy,
    const std::optional<Order>& order,
    Instant now,
    const ErasureLead& lead
) {
    SALLYPORT_TRY(
        const RecordClock wanted, start_clock(new_policy, old_clock.key, facts_of(old_clock), lead)
    );
    const RecordClock tightened = tighten(old_clock, wanted);
    if (wanted.final_by <= old_clock.final_by) {
        return ChangedClock{
            .clock = tightened,
            .outcome = brings_forward(old_clock, tightened) ? ChangeOutcome::Shortened
                                                            : ChangeOutcome::Unchanged
        };
    }
    if (!order || !covers(*order, wanted)) {
        return ChangedClock{.clock = tightened, .outcome = ChangeOutcome::KeptWithoutOrder};
    }
    // The clock of such a picture ran from its capture under a rule that was told to the traveler;
    // nothing that is decided later may put its end off.
    if (old_clock.protected_picture) {
        return ChangedClock{.clock = tightened, .outcome = ChangeOutcome::KeptAgainstTheRule};
    }
    if (std::max(now, order->ordered_at) >= old_clock.begin_erasing_at) {
        return ChangedClock{.clock = tightened, .outcome = ChangeOutcome::KeptErasingBegan};
    }
    return ChangedClock{.clock = wanted, .outcome = ChangeOutcome::Lengthened};
}

Result<RefiledRecord> refile_clock(
    const RecordClock& clock,
    const CitizenshipChange& change,
    HandOver handed_over,
    const Policy& policy,
    const ErasureLead& lead
) {
    RefiledRecord refiled{.clock = clock};
    if (clock.key.citizenship != change.from.value) {
        return fail(
            ErrorCode::StateConflict, "the record is filed under another citizenship than this"
        );
    }
    if (change.from.value == change.to.value) {
        return refiled;
    }
    RuleKey key = clock.key;
    key.citizenship = change.to.value;
    const bool found_citizen = change.to.value == Citizenship::Citizen;
    const Result<RecordClock> wanted = start_clock(policy, key, facts_of(clock), lead);
    if (wanted.has_value()) {
        refiled.clock = tighten(clock, *wanted);
    } else if (!found_citizen) {
        return fail(wanted.error());
    }
    refiled.clock.key = key;

    const bool was_non_citizen = change.from.value == Citizenship::NonCitizen;
    const bool is_picture = clock.key.category == Category::LivePicture;
    const Instant at = change.to.known_at.value_or(clock.started_at);
    if (found_citizen && was_non_citizen && is_picture) {
        // The citizen's deadline may have passed long ago: then the erasure has the time that it
        // takes from now on, and it counts as filed wrongly instead of as overdue.
        const RecordClock& base =
            wanted.has_value() && wanted->final_by > at ? refiled.clock : clock;
        RecordClock due = due_at_once(base, at, lead);
        due.key = key;
        due.policy_hash = refiled.clock.policy_hash;
        due.rule_id = refiled.clock.rule_id;
        due.ends_with = refiled.clock.ends_with;
        due.protected_picture = true;
        refiled.clock = due;
    } else if (!wanted.has_value()) {
        refiled.clock = due_at_once(refiled.clock, at, lead);
    }
    if (found_citizen && was_non_citizen) {
        refiled.count = PublicCount::FiledWrongly;
        refiled.recall = handed_over == HandOver::HandedOver ? Recall::Send : Recall::None;
    }
    return refiled;
}

Result<RecordClock> renew_clock(
    const RecordClock& clock,
    const Policy& policy,
    const RuleKey& key,
    const CaptureFacts& facts,
    const ErasureLead& lead
) {
    if (clock.renewal != Renewal::NextCrossing || clock.key.category == Category::LivePicture ||
        clock.key.category == Category::Gallery || key.category != clock.key.category ||
        key.citizenship != clock.key.citizenship) {
        return fail(ErrorCode::StateConflict, "a crossing does not renew the clock of this record");
    }
    SALLYPORT_TRY(RecordClock renewed, start_clock(policy, key, facts, lead));
    if (renewed.started_at <= clock.started_at) {
        return fail(ErrorCode::StateConflict, "only a later capture renews a clock");
    }
    return renewed;
}

} // namespace sallyport::retention
