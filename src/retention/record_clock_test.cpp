// Proves when a record is due: from the first byte of the capture, earlier the less its clock can
// be trusted, early enough to be final, at once when what it served for is over.
#include "retention/policy_test_text.hpp"
#include "retention/record_clock.hpp"

#include <gtest/gtest.h>

namespace sallyport::retention {
namespace {

using namespace std::chrono_literals;

class RecordClocks : public testing::Test {
protected:
    RecordClock start(Citizenship citizenship, const CaptureFacts& facts) {
        return start_clock(policy_, picture_of(citizenship), facts, lead_).value();
    }
    Policy policy_ = Policy::read(policy_text()).value();
    ErasureLead lead_;
    Instant noon_ = parse_instant("2026-11-24T12:00:00Z").value();
};

TEST_F(RecordClocks, ACitizensPictureIsFinalTwelveHoursAfterTheFirstByte) {
    const RecordClock clock = start(Citizenship::Citizen, synchronised_capture(noon_));
    EXPECT_EQ(clock.started_at, noon_);
    EXPECT_EQ(clock.final_by, noon_ + 12h - 1s);
    EXPECT_EQ(clock.due_at, clock.final_by);
    EXPECT_EQ(clock.begin_erasing_at, clock.final_by - 70min);
    EXPECT_EQ(clock.policy_hash, policy_.hash());
    EXPECT_EQ(clock.rule_id, "citizen");
}

TEST_F(RecordClocks, AnUnsureClockMakesTheDeadlineEarlierNeverLater) {
    CaptureFacts facts = synchronised_capture(noon_);
    const Instant sure = start(Citizenship::Unknown, facts).final_by;
    facts.quality = ClockQuality::FreeRunning;
    const Instant drifting = start(Citizenship::Unknown, facts).final_by;
    facts.quality = ClockQuality::Unknown;
    const Instant unsure = start(Citizenship::Unknown, facts).final_by;
    EXPECT_EQ(drifting, noon_ + 12h - 5min);
    EXPECT_EQ(unsure, noon_ + 11h);
    EXPECT_LT(unsure, drifting);
    EXPECT_LT(drifting, sure);
}

TEST_F(RecordClocks, ACaptureIsNeverLaterThanItsFirstByteHere) {
    CaptureFacts facts = synchronised_capture(noon_);
    facts.captured_at = noon_ + 24h; // a device whose clock is a day ahead
    EXPECT_EQ(start(Citizenship::Citizen, facts).final_by, noon_ + 12h - 1s);
    facts.captured_at = noon_ - 5h; // kept on the device while the network was down
    EXPECT_EQ(start(Citizenship::Citizen, facts).final_by, noon_ + 7h - 1s);
}

TEST_F(RecordClocks, TheDecisionMakesACitizensPictureDueAtOnce) {
    const RecordClock clock = start(Citizenship::Citizen, synchronised_capture(noon_));
    const RecordClock ended = end_clock(clock, EndingEvent::Decision, noon_ + 8s, lead_);
    EXPECT_EQ(ended.due_at, noon_ + 8s);
    EXPECT_EQ(ended.begin_erasing_at, noon_ + 8s);
    EXPECT_EQ(ended.final_by, noon_ + 8s + 70min);
    // A decision after eleven and a half hours does not move the deadline of the law.
    const RecordClock late = end_clock(clock, EndingEvent::Decision, noon_ + 11h + 30min, lead_);
    EXPECT_EQ(late.final_by, clock.final_by);
    EXPECT_EQ(late.begin_erasing_at, clock.begin_erasing_at);
}

TEST_F(RecordClocks, OtherEventsDoNotEndIt) {
    const RecordClock clock = start(Citizenship::NonCitizen, synchronised_capture(noon_));
    EXPECT_EQ(end_clock(clock, EndingEvent::Decision, noon_ + 8s, lead_), clock);
    EXPECT_EQ(
        end_clock(clock, EndingEvent::HandOverAcknowledged, noon_ + 1h, lead_).due_at, noon_ + 1h
    );
    EXPECT_EQ(clock.final_by, noon_ + 14 * 24h - 1s);
}

TEST_F(RecordClocks, AnEventAfterTheDeadlineChangesNothing) {
    const RecordClock clock = start(Citizenship::Citizen, synchronised_capture(noon_));
    EXPECT_EQ(end_clock(clock, EndingEvent::Decision, noon_ + 48h, lead_), clock);
}

TEST_F(RecordClocks, StatesFollowTheTimes) {
    const RecordClock clock = end_clock(
        start(Citizenship::Citizen, synchronised_capture(noon_)),
        EndingEvent::Decision,
        noon_ + 1h,
        lead_
    );
    EXPECT_EQ(clock_state(clock, noon_), ClockState::Running);
    EXPECT_EQ(clock_state(clock, noon_ + 1h), ClockState::Due);
    EXPECT_EQ(clock_state(clock, noon_ + 1h + 70min), ClockState::Overdue);
    const RecordClock running = start(Citizenship::Citizen, synchronised_capture(noon_));
    EXPECT_EQ(clock_state(running, running.begin_erasing_at - 1us), ClockState::Running);
    EXPECT_EQ(clock_state(running, running.begin_erasing_at), ClockState::ErasingBegins);
}

TEST_F(RecordClocks, NothingIsKeptWithoutARuleOrWithAnImpossibleTime) {
    RuleKey key = picture_of(Citizenship::Citizen);
    key.purpose = Purpose::Oversight;
    EXPECT_EQ(
        start_clock(policy_, key, synchronised_capture(noon_), lead_).error().code(),
        ErrorCode::NotFound
    );
    for (const Instant instant : {Instant::min(), Instant(-1us), Instant::max()}) {
        EXPECT_EQ(
            start_clock(
                policy_, picture_of(Citizenship::Citizen), synchronised_capture(instant), lead_
            )
                .error()
                .code(),
            ErrorCode::InvalidArgument
        );
    }
}

TEST_F(RecordClocks, TheOldestDeadlineComesFirst) {
    const RecordClock first = start(Citizenship::Citizen, synchronised_capture(noon_));
    const RecordClock second = start(Citizenship::Citizen, synchronised_capture(noon_ + 1h));
    const RecordClock third = start(Citizenship::NonCitizen, synchronised_capture(noon_ - 9 * 24h));
    std::vector<RecordClock> clocks{third, second, first};
    sort_by_urgency(clocks);
    EXPECT_EQ(clocks, (std::vector<RecordClock>{first, second, third}));
}

} // namespace
} // namespace sallyport::retention
