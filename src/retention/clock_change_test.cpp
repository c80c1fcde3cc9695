// Proves what a new policy, an order, a change of citizenship and a new crossing do to a clock that
// runs: forward at once, back only by a recorded order, and never for a citizen's picture.
#include "retention/clock_change.hpp"
#include "retention/policy_test_text.hpp"

#include <gtest/gtest.h>

namespace sallyport::retention {
namespace {

using namespace std::chrono_literals;

class ClockChanges : public testing::Test {
protected:
    RecordClock start(const RuleKey& key, const Policy& policy) {
        return start_clock(policy, key, synchronised_capture(noon_), lead_).value();
    }
    RecordClock start(const RuleKey& key) { return start(key, policy_); }
    ChangedClock
    change(const RecordClock& clock, const Policy& to, const std::optional<Order>& order = {}) {
        return apply_policy_change(clock, to, order, noon_ + 1h, lead_).value();
    }
    static Policy policy(const TestPeriods& periods) {
        return Policy::read(policy_text(periods, "2")).value();
    }
    Order order_for(const Policy& policy, std::string rule_id) {
        return Order{
            .reference = "PO-2026-17",
            .privacy_officer = domain::AccountId::random(random_),
            .ordered_at = noon_,
            .policy_hash = policy.hash(),
            .rule_id = std::move(rule_id)
        };
    }
    RefiledRecord refile(
        const RecordClock& clock,
        Citizenship to,
        EvidenceSource source,
        Instant at,
        HandOver handed_over
    ) {
        const CitizenshipStatus from{
            .value = clock.key.citizenship, .evidence = EvidenceSource::MRZ, .known_at = noon_
        };
        const CitizenshipChange change = change_citizenship(from, to, source, at).value();
        return refile_clock(clock, change, handed_over, policy_, lead_).value();
    }

    SeededRandom random_{3};
    Policy policy_ = Policy::read(policy_text()).value();
    ErasureLead lead_;
    Instant noon_ = parse_instant("2026-11-24T12:00:00Z").value();
};

TEST_F(ClockChanges, AShorterPolicyShortensAtOnce) {
    const Policy shorter = policy({.non_citizen = "7 d"});
    const ChangedClock changed = change(start(picture_of(Citizenship::NonCitizen)), shorter);
    EXPECT_EQ(changed.outcome, ChangeOutcome::Shortened);
    EXPECT_EQ(changed.clock, start(picture_of(Citizenship::NonCitizen), shorter));
    EXPECT_EQ(changed.clock.policy_hash, shorter.hash());
}

TEST_F(ClockChanges, ALongerPolicyLengthensNothingWithoutAnOrder) {
    const RecordClock clock = start(crossing_of(Citizenship::NonCitizen));
    const ChangedClock changed = change(clock, policy({.crossing = "75 years"}));
    EXPECT_EQ(changed.outcome, ChangeOutcome::KeptWithoutOrder);
    EXPECT_EQ(changed.clock, clock);
}

TEST_F(ClockChanges, AnOrderForExactlyThisRuleLengthens) {
    const RecordClock clock = start(crossing_of(Citizenship::NonCitizen));
    const Policy longer = policy({.crossing = "75 years"});
    const ChangedClock changed = change(clock, longer, order_for(longer, "crossing"));
    EXPECT_EQ(changed.outcome, ChangeOutcome::Lengthened);
    EXPECT_EQ(changed.clock, start(crossing_of(Citizenship::NonCitizen), longer));

    EXPECT_EQ(change(clock, longer, order_for(longer, "citizen")).clock, clock);
    EXPECT_EQ(change(clock, longer, order_for(policy_, "crossing")).clock, clock);
    Order nobodys = order_for(longer, "crossing");
    nobodys.privacy_officer = {};
    EXPECT_EQ(change(clock, longer, nobodys).outcome, ChangeOutcome::KeptWithoutOrder);
    Order unfiled = order_for(longer, "crossing");
    unfiled.reference.clear();
    EXPECT_EQ(change(clock, longer, unfiled).outcome, ChangeOutcome::KeptWithoutOrder);
}

TEST_F(ClockChanges, NoOrderLengthensThePictureOfACitizenOrUnknown) {
    const Policy old_policy = policy({.citizen = "6 h", .unknown = "6 h"});
    for (const auto& [citizenship, rule] :
         {std::pair{Citizenship::Citizen, "citizen"}, {Citizenship::Unknown, "unknown"}}) {
        const RecordClock clock = start(picture_of(citizenship), old_policy);
        const ChangedClock changed = change(clock, policy_, order_for(policy_, rule));
        EXPECT_EQ(changed.outcome, ChangeOutcome::KeptAgainstTheRule);
        EXPECT_EQ(changed.clock, clock);
    }
}

TEST_F(ClockChanges, AnOrderComesTooLateWhenErasingHasBegun) {
    const RecordClock ended = end_clock(
        start(picture_of(Citizenship::NonCitizen)),
        EndingEvent::HandOverAcknowledged,
        noon_ + 1min,
        lead_
    );
    const Policy longer = policy({.non_citizen = "30 d"});
    const ChangedClock changed = change(ended, longer, order_for(longer, "non-citizen"));
    EXPECT_EQ(changed.outcome, ChangeOutcome::KeptErasingBegan);
    EXPECT_EQ(changed.clock.final_by, ended.final_by);
}

TEST_F(ClockChanges, AMissingRuleIsAFaultAndChangesNothing) {
    std::string text = policy_text();
    text.erase(text.find("[[rule]]\nid = \"crossing\""));
    const Result<ChangedClock> changed = apply_policy_change(
        start(crossing_of(Citizenship::Citizen)), Policy::read(text).value(), {}, noon_, lead_
    );
    EXPECT_EQ(changed.error().code(), ErrorCode::NotFound);
}

TEST_F(ClockChanges, AnUnknownWhoIsACitizenKeepsTheTwelveHours) {
    const RecordClock clock = start(picture_of(Citizenship::Unknown));
    const RefiledRecord refiled = refile(
        clock, Citizenship::Citizen, EvidenceSource::Officer, noon_ + 1h, HandOver::NotHandedOver
    );
    EXPECT_EQ(refiled.clock.final_by, clock.final_by);
    EXPECT_EQ(refiled.clock.rule_id, "citizen");
    EXPECT_EQ(refiled.recall, Recall::None);
    EXPECT_EQ(refiled.count, PublicCount::None);
}

TEST_F(ClockChanges, ACitizenFiledAsNonCitizenIsErasedAtOnceAndRecalled) {
    const RecordClock clock = start(picture_of(Citizenship::NonCitizen));
    const Instant found = noon_ + 72h;
    const RefiledRecord refiled =
        refile(clock, Citizenship::Citizen, EvidenceSource::Chip, found, HandOver::HandedOver);
    EXPECT_EQ(refiled.clock.due_at, found);
    EXPECT_EQ(refiled.clock.begin_erasing_at, found);
    EXPECT_EQ(refiled.clock.final_by, found + 70min);
    EXPECT_EQ(refiled.clock.action, Action::Erase);
    EXPECT_EQ(refiled.clock.key.citizenship, Citizenship::Citizen);
    EXPECT_EQ(refiled.recall, Recall::Send);
    EXPECT_EQ(refiled.count, PublicCount::FiledWrongly);

    const RefiledRecord not_sent =
        refile(clock, Citizenship::Citizen, EvidenceSource::Chip, found, HandOver::NotHandedOver);
    EXPECT_EQ(not_sent.recall, Recall::None);
    EXPECT_EQ(not_sent.count, PublicCount::FiledWrongly);
}

TEST_F(ClockChanges, FoundWithinTheTwelveHoursTheTwelveHoursStand) {
    const RecordClock clock = start(picture_of(Citizenship::NonCitizen));
    const RefiledRecord refiled = refile(
        clock,
        Citizenship::Citizen,
        EvidenceSource::MRZ,
        noon_ + 11h + 30min,
        HandOver::NotHandedOver
    );
    EXPECT_EQ(refiled.clock.final_by, noon_ + 12h - 1s);
}

TEST_F(ClockChanges, ACrossingFiledWronglyIsKeptByTheCitizensRule) {
    const std::string text = policy_text({.crossing = "75 years"});
    const std::string citizens = rule_text(
        "citizen-crossing",
        "crossing",
        "citizen",
        "border_crossing",
        "ledger",
        "15 years",
        "action = \"erase\""
    );
    std::string both = text + citizens;
    const std::size_t any = both.find("citizenship = \"any\"");
    both.replace(any, 19, "citizenship = \"non_citizen\"");
    policy_ = Policy::read(both).value();
    const RefiledRecord refiled = refile(
        start(crossing_of(Citizenship::NonCitizen)),
        Citizenship::Citizen,
        EvidenceSource::Chip,
        noon_ + 24h,
        HandOver::NotHandedOver
    );
    EXPECT_EQ(refiled.clock, start(crossing_of(Citizenship::Citizen)));
}

TEST_F(ClockChanges, ACitizenWhoIsNoneKeepsTheShortClockOfWhatWasTaken) {
    const RecordClock clock = start(picture_of(Citizenship::Citizen));
    const RefiledRecord refiled = refile(
        clock, Citizenship::NonCitizen, EvidenceSource::MRZ, noon_ + 1h, HandOver::NotHandedOver
    );
    EXPECT_EQ(refiled.clock.final_by, clock.final_by);
    EXPECT_EQ(
        refiled.clock.action, Action::Erase
    ); // what was taken of a citizen is not handed over
    EXPECT_TRUE(refiled.clock.ends_with.holds(EndingEvent::Decision));
    // Not even by order: it was taken under the rule for citizens.
    const ChangedClock ordered = change(refiled.clock, policy_, order_for(policy_, "non-citizen"));
    EXPECT_EQ(ordered.outcome, ChangeOutcome::KeptAgainstTheRule);
    EXPECT_EQ(ordered.clock.final_by, clock.final_by);
}

TEST_F(ClockChanges, ARecordFiledUnderSomethingElseIsNotRefiled) {
    const CitizenshipChange change =
        change_citizenship({}, Citizenship::Citizen, EvidenceSource::MRZ, noon_).value();
    EXPECT_EQ(
        refile_clock(
            start(picture_of(Citizenship::NonCitizen)),
            change,
            HandOver::NotHandedOver,
            policy_,
            lead_
        )
            .error()
            .code(),
        ErrorCode::StateConflict
    );
}

TEST_F(ClockChanges, ACrossingRenewsOnlyWhatTheRuleNames) {
    const RuleKey key = crossing_of(Citizenship::NonCitizen);
    EXPECT_EQ(
        renew_clock(start(key), policy_, key, synchronised_capture(noon_ + 24h), lead_)
            .error()
            .code(),
        ErrorCode::StateConflict
    );
    RecordClock picture = start(picture_of(Citizenship::NonCitizen));
    picture.renewal = Renewal::NextCrossing; // even if something claimed it
    EXPECT_FALSE(
        renew_clock(picture, policy_, picture.key, synchronised_capture(noon_ + 24h), lead_)
            .has_value()
    );
}

} // namespace
} // namespace sallyport::retention
