#include "retention/record_clock.hpp"

#include <algorithm>

namespace sallyport::retention {

namespace {

constexpr Instant earliest = std::chrono::sys_days(std::chrono::year(1970) / 1 / 1);
constexpr Instant latest = std::chrono::sys_days(std::chrono::year(2400) / 1 / 1);

Status check_instant(Instant instant) {
    if (instant < earliest || instant >= latest) {
        return fail(ErrorCode::InvalidArgument, "a time outside the years 1970 to 2400");
    }
    return {};
}

} // namespace

Result<RecordClock> start_clock(
    const Policy& policy, const RuleKey& key, const CaptureFacts& facts, const ErasureLead& lead
) {
    SALLYPORT_CHECK(check_instant(facts.captured_at));
    SALLYPORT_CHECK(check_instant(facts.received_at));
    SALLYPORT_CHECK(check_instant(facts.authorised_until.value_or(earliest)));
    SALLYPORT_TRY(const Rule rule, policy.find_rule(key));
    RecordClock clock;
    clock.started_at = std::min(facts.captured_at, facts.received_at);
    clock.quality = facts.quality;
    clock.policy_hash = policy.hash();
    clock.rule_id = rule.id;
    clock.key = key;
    clock.authorised_until = facts.authorised_until;
    clock.ends_with = rule.ends_with;
    clock.action = rule.action;
    clock.renewal = rule.renewal;
    clock.protected_picture = is_protected_picture(key.category, key.citizenship);

    const Instant start = clock.started_at - policy.margins().of(facts.quality);
    Instant counted_from = start;
    if (rule.counted_from == CountedFrom::AuthorisedStayExpiry) {
        counted_from = std::max(start, facts.authorised_until.value_or(start));
    }
    clock.final_by = add_period(counted_from, rule.period);
    clock.due_at = clock.final_by;
    clock.begin_erasing_at = clock.final_by - lead.total();
    if (rule.warn_before) {
        clock.warn_at = subtract_period(clock.due_at, *rule.warn_before);
    }
    return clock;
}

RecordClock
end_clock(const RecordClock& clock, EndingEvent event, Instant at, const ErasureLead& lead) {
    RecordClock ended = clock;
    if (!clock.ends_with.holds(event)) {
        return ended;
    }
    ended.due_at = std::min(clock.due_at, at);
    ended.begin_erasing_at = std::min(clock.begin_erasing_at, ended.due_at);
    ended.final_by = std::min(clock.final_by, ended.due_at + lead.total());
    return ended;
}

ClockState clock_state(const RecordClock& clock, Instant now) {
    if (now >= clock.final_by) {
        return ClockState::Overdue;
    }
    if (now >= clock.due_at) {
        return ClockState::Due;
    }
    return now >= clock.begin_erasing_at ? ClockState::ErasingBegins : ClockState::Running;
}

std::string_view clock_state_name(ClockState state) {
    switch (state) {
    case ClockState::Running:
        return "running";
    case ClockState::ErasingBegins:
        return "erasing_begins";
    case ClockState::Due:
        return "due";
    case ClockState::Overdue:
        return "overdue";
    }
    return "overdue";
}

bool warns(const RecordClock& clock, Instant now) {
    return clock.warn_at && now >= *clock.warn_at && now < clock.due_at;
}

void sort_by_urgency(std::vector<RecordClock>& clocks) {
    std::ranges::stable_sort(clocks, {}, &RecordClock::final_by);
}

} // namespace sallyport::retention
