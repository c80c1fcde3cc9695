// Proves over random sequences of everything that can happen to a clock: nothing lengthens it
// without an order; a picture of a citizen or of somebody who may be one is final within 12 hours
// of the first byte of its capture, orders or not; deadlines grow with the start.
#include "retention/clock_change.hpp"
#include "retention/policy_test_text.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace sallyport::retention {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// Any policy that the reader accepts, of one shape.
Policy any_policy() {
    const int unknown = *rc::gen::inRange(3, 13);
    const int citizen = *rc::gen::inRange(unknown, 13);
    const int non_citizen = *rc::gen::inRange(unknown, 24 * 40);
    const int crossing = *rc::gen::inRange(1, 80);
    const TestPeriods periods{
        .citizen = fmt::format("{} h", citizen),
        .unknown = fmt::format("{} h", unknown),
        .non_citizen = fmt::format("{} h", non_citizen),
        .crossing = fmt::format("{} years", crossing)
    };
    return Policy::read(policy_text(periods, fmt::format("{}", *rc::gen::inRange(1, 9)))).value();
}

CaptureFacts any_capture() {
    const Instant received(
        std::chrono::seconds(*rc::gen::inRange<std::int64_t>(1'700'000'000, 4'000'000'000))
    );
    return CaptureFacts{
        .captured_at = received + minutes(*rc::gen::inRange(-3'000, 3'000)),
        .quality = *rc::gen::element(
            ClockQuality::Synchronised, ClockQuality::FreeRunning, ClockQuality::Unknown
        ),
        .received_at = received,
        .authorised_until = std::nullopt
    };
}

RuleKey any_key() {
    const Citizenship citizenship = *rc::gen::elementOf(all_citizenships);
    return *rc::gen::arbitrary<bool>() ? picture_of(citizenship) : crossing_of(citizenship);
}

struct Step {
    RecordClock clock;
    bool ordered = false; // lengthened by an order
};

Step any_policy_change(const RecordClock& clock, Instant now, const ErasureLead& lead) {
    const Policy policy = any_policy();
    std::optional<Order> order;
    if (*rc::gen::arbitrary<bool>()) {
        SeededRandom random(1);
        order = Order{
            .reference = "PO-1",
            .privacy_officer = domain::AccountId::random(random),
            .ordered_at = now,
            .policy_hash = policy.hash(),
            .rule_id = policy.find_rule(clock.key).value().id
        };
    }
    const ChangedClock changed = apply_policy_change(clock, policy, order, now, lead).value();
    RC_ASSERT(changed.outcome != ChangeOutcome::Lengthened || order.has_value());
    return {.clock = changed.clock, .ordered = changed.outcome == ChangeOutcome::Lengthened};
}

Step any_refiling(const RecordClock& clock, Instant now, const ErasureLead& lead) {
    CitizenshipStatus from{.value = clock.key.citizenship, .evidence = {}, .known_at = now};
    const Citizenship to = *rc::gen::elementOf(all_citizenships);
    const EvidenceSource source = *rc::gen::element(
        EvidenceSource::PassengerList,
        EvidenceSource::MRZ,
        EvidenceSource::Chip,
        EvidenceSource::Officer
    );
    const Result<CitizenshipChange> change = change_citizenship(from, to, source, now);
    if (!change.has_value()) {
        return {.clock = clock};
    }
    const HandOver handed_over = *rc::gen::element(HandOver::HandedOver, HandOver::NotHandedOver);
    return {.clock = refile_clock(clock, *change, handed_over, any_policy(), lead).value().clock};
}

Step any_step(const RecordClock& clock, Instant now, const ErasureLead& lead) {
    switch (*rc::gen::inRange(0, 4)) {
    case 0:
        return any_policy_change(clock, now, lead);
    case 1:
        return any_refiling(clock, now, lead);
    case 2: {
        // Never renewed: no rule of these policies says so.
        CaptureFacts later = any_capture();
        RC_ASSERT(!renew_clock(clock, any_policy(), clock.key, later, lead).has_value());
        return {.clock = clock};
    }
    default:
        return {
            .clock = end_clock(
                clock,
                *rc::gen::element(
                    EndingEvent::Decision,
                    EndingEvent::ContextClosed,
                    EndingEvent::HandOverAcknowledged
                ),
                now,
                lead
            )
        };
    }
}

RC_GTEST_PROP(ClockProperties, NothingLengthensAClockWithoutAnOrder, ()) {
    const ErasureLead lead;
    RecordClock clock = start_clock(any_policy(), any_key(), any_capture(), lead).value();
    Instant now = clock.started_at;
    const int steps = *rc::gen::inRange(1, 12);
    for (int step = 0; step < steps; ++step) {
        now += minutes(*rc::gen::inRange(0, 2'000));
        const Step next = any_step(clock, now, lead);
        RC_ASSERT(next.clock.begin_erasing_at <= next.clock.due_at);
        RC_ASSERT(next.clock.due_at <= next.clock.final_by);
        RC_ASSERT(next.clock.started_at == clock.started_at);
        if (!next.ordered) {
            RC_ASSERT(next.clock.final_by <= clock.final_by);
            RC_ASSERT(next.clock.due_at <= clock.due_at);
            RC_ASSERT(next.clock.begin_erasing_at <= clock.begin_erasing_at);
        }
        clock = next.clock;
    }
}

RC_GTEST_PROP(ClockProperties, PicturesOfCitizensAndUnknownsAreFinalWithinTwelveHours, ()) {
    const ErasureLead lead;
    const Citizenship citizenship = *rc::gen::element(Citizenship::Citizen, Citizenship::Unknown);
    const CaptureFacts facts = any_capture();
    const Instant first_byte = std::min(facts.captured_at, facts.received_at);
    RecordClock clock = start_clock(any_policy(), picture_of(citizenship), facts, lead).value();
    Instant now = first_byte;
    const int steps = *rc::gen::inRange(0, 12);
    for (int step = 0; step < steps; ++step) {
        now += minutes(*rc::gen::inRange(0, 300));
        clock = any_step(clock, now, lead).clock;
        RC_ASSERT(clock.final_by <= first_byte + citizen_picture_period_max);
        // Erasing begins an epoch and a turn before, or was due by then.
        RC_ASSERT(clock.begin_erasing_at <= clock.final_by - lead.total());
    }
}

RC_GTEST_PROP(ClockProperties, ALaterCaptureIsNeverDueEarlier, ()) {
    const ErasureLead lead;
    const Policy policy = any_policy();
    const RuleKey key = any_key();
    CaptureFacts facts = any_capture();
    const RecordClock early = start_clock(policy, key, facts, lead).value();
    const auto gap = minutes(*rc::gen::inRange(0, 5'000));
    facts.captured_at += gap;
    facts.received_at += gap;
    const RecordClock late = start_clock(policy, key, facts, lead).value();
    RC_ASSERT(early.due_at <= late.due_at);
    RC_ASSERT(early.begin_erasing_at <= late.begin_erasing_at);
    RC_ASSERT(early.final_by <= late.final_by);
}

} // namespace
} // namespace sallyport::retention
