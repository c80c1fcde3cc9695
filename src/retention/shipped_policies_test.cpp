// Proves that the policies of schema/retention are read without a fault and give the deadlines that
// their laws name.
#include "retention/clock_change.hpp"
#include "retention/policy_test_text.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

namespace sallyport::retention {
namespace {

using namespace std::chrono_literals;

Policy shipped(const std::string& name) {
    std::ifstream file(std::string(SALLYPORT_SOURCE_DIR) + "/schema/retention/" + name + ".toml");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const Result<Policy> policy = Policy::read(text);
    EXPECT_TRUE(policy.has_value()) << policy.error().message();
    return policy.value();
}

class ShippedPolicies : public testing::Test {
protected:
    RecordClock start(const Policy& policy, const RuleKey& key, const CaptureFacts& facts) {
        return start_clock(policy, key, facts, lead_).value();
    }
    // The length of a clock that a synchronised capture started, as text of its end.
    std::string end_of(const Policy& policy, const RuleKey& key) {
        return format_instant(start(policy, key, facts_).final_by + 1s);
    }
    static RuleKey ees(Category category, Purpose purpose) {
        return RuleKey{
            .category = category,
            .citizenship = Citizenship::NonCitizen,
            .purpose = purpose,
            .store = category == Category::LogBody ? Store::Log : Store::Ledger
        };
    }
    ErasureLead lead_;
    CaptureFacts facts_ = synchronised_capture(parse_instant("2026-11-24T12:00:00Z").value());
};

TEST_F(ShippedPolicies, OfTheUnitedStatesKeepWhatTheNoticesSay) {
    const Policy us = shipped("us-air-land-sea");
    EXPECT_EQ(end_of(us, picture_of(Citizenship::Citizen)), "2026-11-25T00:00:00.000Z");
    EXPECT_EQ(end_of(us, picture_of(Citizenship::Unknown)), "2026-11-25T00:00:00.000Z");
    EXPECT_EQ(end_of(us, picture_of(Citizenship::NonCitizen)), "2026-12-08T12:00:00.000Z");
    EXPECT_EQ(end_of(us, crossing_of(Citizenship::Citizen)), "2041-11-24T12:00:00.000Z");
    EXPECT_EQ(end_of(us, crossing_of(Citizenship::Unknown)), "2041-11-24T12:00:00.000Z");
    EXPECT_EQ(end_of(us, crossing_of(Citizenship::NonCitizen)), "2101-11-24T12:00:00.000Z");
    RuleKey resident = crossing_of(Citizenship::NonCitizen);
    resident.purpose = Purpose::PermanentResidentCrossing;
    EXPECT_EQ(end_of(us, resident), "2041-11-24T12:00:00.000Z");
}

TEST_F(ShippedPolicies, EraseCitizensAndUnknownsAtTheDecisionAndHandOverNeither) {
    for (const char* name : {"us-air-land-sea", "eu-ees"}) {
        const Policy policy = shipped(name);
        for (const Citizenship citizenship : {Citizenship::Citizen, Citizenship::Unknown}) {
            const RecordClock clock = start(policy, picture_of(citizenship), facts_);
            EXPECT_EQ(clock.action, Action::Erase);
            EXPECT_TRUE(clock.ends_with.holds(EndingEvent::Decision));
        }
        const RecordClock visitor = start(policy, picture_of(Citizenship::NonCitizen), facts_);
        EXPECT_EQ(visitor.action, Action::HandOverThenErase);
        EXPECT_TRUE(visitor.ends_with.holds(EndingEvent::HandOverAcknowledged));
    }
}

TEST_F(ShippedPolicies, EraseGalleriesWhenTheirContextCloses) {
    for (const char* name : {"us-air-land-sea", "eu-ees"}) {
        const Policy policy = shipped(name);
        for (const Citizenship citizenship : all_citizenships) {
            RuleKey key = picture_of(citizenship);
            key.category = Category::Gallery;
            key.store = Store::Gallery;
            const RecordClock clock = start(policy, key, facts_);
            const Instant closed = facts_.captured_at + 3h;
            EXPECT_EQ(end_clock(clock, EndingEvent::ContextClosed, closed, lead_).due_at, closed);
        }
    }
}

TEST_F(ShippedPolicies, OfTheUnionFollowArticle34) {
    const Policy eu = shipped("eu-ees");
    EXPECT_EQ(
        end_of(eu, ees(Category::EntryExitRecord, Purpose::CompletedStay)),
        "2029-11-24T12:00:00.000Z"
    );
    EXPECT_EQ(
        end_of(eu, ees(Category::EntryExitRecord, Purpose::EntryRefused)),
        "2029-11-24T12:00:00.000Z"
    );
    EXPECT_EQ(
        end_of(eu, ees(Category::IndividualFile, Purpose::CompletedStay)),
        "2029-11-25T12:00:00.000Z"
    );
    EXPECT_EQ(
        end_of(eu, ees(Category::EntryExitRecord, Purpose::FamilyMemberStay)),
        "2027-11-24T12:00:00.000Z"
    );
}

TEST_F(ShippedPolicies, OfTheUnionWarnThreeMonthsBeforeAnOverstayIsErased) {
    const Policy eu = shipped("eu-ees");
    facts_.authorised_until = parse_instant("2027-02-21T23:59:59Z").value();
    const RecordClock clock = start(eu, ees(Category::EntryExitRecord, Purpose::OpenStay), facts_);
    EXPECT_EQ(format_instant(clock.due_at), "2032-02-21T23:59:59.000Z");
    ASSERT_TRUE(clock.warn_at.has_value());
    EXPECT_EQ(format_instant(*clock.warn_at), "2031-11-21T23:59:59.000Z");
    EXPECT_FALSE(warns(clock, *clock.warn_at - 1us));
    EXPECT_TRUE(warns(clock, *clock.warn_at));
    EXPECT_FALSE(warns(clock, clock.due_at));
    // Without the date the clock is the shorter one.
    facts_.authorised_until.reset();
    EXPECT_LT(start(eu, clock.key, facts_).due_at, clock.due_at);
}

TEST_F(ShippedPolicies, OfTheUnionLetTheExitStartTheClockOfTheCompletedStay) {
    const Policy eu = shipped("eu-ees");
    facts_.authorised_until = facts_.captured_at + 90 * 24h;
    const RecordClock entry = start(eu, ees(Category::EntryExitRecord, Purpose::OpenStay), facts_);
    const CaptureFacts exit = synchronised_capture(facts_.captured_at + 10 * 24h);
    const RecordClock completed =
        renew_clock(entry, eu, ees(Category::EntryExitRecord, Purpose::CompletedStay), exit, lead_)
            .value();
    EXPECT_EQ(completed.started_at, exit.captured_at);
    EXPECT_EQ(format_instant(completed.final_by + 1s), "2029-12-04T12:00:00.000Z");
    // An earlier capture renews nothing.
    EXPECT_FALSE(
        renew_clock(
            completed, eu, ees(Category::EntryExitRecord, Purpose::CompletedStay), facts_, lead_
        )
            .has_value()
    );
}

TEST_F(ShippedPolicies, OfTheUnionKeepLogsOneYearLonger) {
    const Policy eu = shipped("eu-ees");
    const Period year{.years = 1};
    facts_.authorised_until = facts_.captured_at + 90 * 24h;
    const auto end = [&](Category category, Purpose purpose) {
        return start(eu, ees(category, purpose), facts_).final_by;
    };
    EXPECT_EQ(
        end(Category::LogBody, Purpose::Oversight),
        add_period(end(Category::IndividualFile, Purpose::CompletedStay), year)
    );
    EXPECT_EQ(
        end(Category::LogBody, Purpose::OversightOfOpenStay),
        add_period(end(Category::EntryExitRecord, Purpose::OpenStay), year)
    );
    EXPECT_EQ(
        end(Category::LogBody, Purpose::OversightOfFamilyMemberStay),
        add_period(end(Category::EntryExitRecord, Purpose::FamilyMemberStay), year)
    );
}

} // namespace
} // namespace sallyport::retention
