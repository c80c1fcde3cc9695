// Proves that every transaction ends once, with one crossing that says how, whoever ends it: the
// person, the device, the clock or a stop of the service; and that its pictures go with it.
#include "verification/testing/fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace sallyport::verification {
namespace {

using ledger::Outcome;
using testing::booth;
using testing::code_of;
using ::testing::Contains;
using testing::gate;
using ::testing::IsEmpty;
using testing::must;
using testing::other_gate;
using testing::picture_of;

void refer(testing::Installation& site, const domain::TransactionId& id) {
    for (int attempt = 0; attempt < 3; ++attempt) {
        must(site.capture(id, 50));
    }
}

TEST(CloseTransaction, ByADeviceLeavesAReferForTheOfficer) {
    testing::Installation site;
    site.open_flight(3);
    const auto id = site.open_at(gate);
    refer(site, id);
    const TransactionView view = must(site.transactions->close(id, ClosedBy::Device));
    EXPECT_EQ(view.row.state, TransactionState::Verdict);
    EXPECT_FALSE(site.crossing_of(id));
    EXPECT_TRUE(site.transactions->live_photo(id).has_value());
    EXPECT_EQ(must(site.transactions->queue(gate)).size(), 1U);
    must(site.decide(id, Decision::Referred));
    EXPECT_EQ(site.crossing_of(id).value().reason, "not_confirmed");
}

TEST(CloseTransaction, ByADeviceLeavesWhatAnOfficerDecides) {
    testing::Installation site;
    site.open_flight(3);
    const auto matched = site.open_at(booth);
    must(site.capture(matched, 1));
    const auto opted_out = site.open_at(gate);
    must(site.transactions->opt_out(opted_out, std::nullopt));
    for (const auto& id : {matched, opted_out}) {
        must(site.transactions->close(id, ClosedBy::Device));
        EXPECT_FALSE(site.crossing_of(id));
        EXPECT_NE(must(site.transactions->view(id)).row.state, TransactionState::Closed);
    }
}

TEST(CloseTransaction, ByADeviceEndsWhatNobodyWaitsFor) {
    testing::Installation site;
    site.open_flight(3);
    const auto boarded = site.open_at(gate);
    must(site.capture(boarded, 1));
    const auto left = site.open_at(other_gate);
    must(site.capture(left, 50));
    for (const auto& id : {boarded, left}) {
        EXPECT_EQ(
            must(site.transactions->close(id, ClosedBy::Device)).row.state, TransactionState::Closed
        );
    }
    EXPECT_EQ(site.crossing_of(boarded).value().outcome, Outcome::Confirmed);
    EXPECT_EQ(site.crossing_of(left).value().outcome, Outcome::Abandoned);
}

TEST(CloseTransaction, ByAPersonEndsItAsWhatItWas) {
    testing::Installation site;
    site.open_flight(4);
    const auto untouched = site.open_at(booth);
    const auto retrying = site.open_at(booth);
    must(site.capture(retrying, 50));
    const auto referred = site.open_at(booth);
    refer(site, referred);
    const auto walked_off = site.open_at(booth);
    must(site.capture(walked_off, 1));
    const auto opted_out = site.open_at(booth);
    must(site.transactions->opt_out(opted_out, std::nullopt));
    const std::vector<std::tuple<domain::TransactionId, Outcome, std::string, std::string>> cases{
        {untouched, Outcome::Abandoned, "abandoned", ""},
        {retrying, Outcome::Abandoned, "abandoned", ""},
        {referred, Outcome::Referred, "referred", "not_confirmed"},
        {walked_off, Outcome::Abandoned, "abandoned", ""},
        {opted_out, Outcome::OptedOut, "opted_out", ""},
    };
    for (const auto& [id, outcome, decision, reason] : cases) {
        const TransactionView view = must(site.transactions->close(id));
        EXPECT_EQ(view.row.state, TransactionState::Closed);
        EXPECT_EQ(view.row.closed_at, site.clock.now());
        EXPECT_EQ(view.row.decision, decision);
        const auto crossing = site.crossing_of(id);
        ASSERT_TRUE(crossing);
        EXPECT_EQ(crossing->outcome, outcome);
        EXPECT_EQ(crossing->reason, reason);
        EXPECT_FALSE(crossing->biometrically_confirmed);
        EXPECT_FALSE(crossing->traveler) << "nobody identified this person";
    }
}

TEST(CloseTransaction, ThePicturesAreGoneAndTheRecordStays) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto id = site.open_at(gate);
    must(site.capture(id, 1));
    EXPECT_TRUE(site.transactions->live_photo(id).has_value());
    must(site.transactions->close(id));
    EXPECT_FALSE(site.transactions->live_photo(id).has_value());
    EXPECT_FALSE(site.transactions->held_photo(id, 0).has_value());
    const TransactionView view = must(site.transactions->view(id));
    EXPECT_FALSE(view.live_photo);
    EXPECT_EQ(view.verdict, "match");
    EXPECT_EQ(view.row.decision, "boarded");
    EXPECT_EQ(view.traveler->traveler.id, site.id_of(context, 1));
    EXPECT_THAT(view.allowed, IsEmpty());
    EXPECT_THAT(must(site.transactions->queue(gate)), IsEmpty());
}

TEST(CloseTransaction, TheReasonOfAReferStaysReadable) {
    testing::Installation site;
    site.open_flight(3);
    const auto id = site.open_at(gate);
    refer(site, id);
    must(site.transactions->close(id));
    EXPECT_EQ(must(site.transactions->view(id)).reason, domain::ReferReason::NotConfirmed);
}

TEST(CloseTransaction, NothingFollowsAfterwards) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto id = site.open_at(gate);
    must(site.transactions->close(id));
    EXPECT_EQ(code_of(site.capture(id, 1)), ErrorCode::StateConflict);
    EXPECT_EQ(code_of(site.transactions->opt_out(id, std::nullopt)), ErrorCode::StateConflict);
    EXPECT_EQ(
        code_of(site.decide(id, Decision::Boarded, "papers", site.id_of(context, 1))),
        ErrorCode::StateConflict
    );
    EXPECT_EQ(code_of(site.transactions->close(id)), ErrorCode::StateConflict);
    EXPECT_TRUE(site.crossing_of(id));
    EXPECT_THAT(site.event_kinds(gate), Contains("transaction.closed").Times(1));
}

TEST(CloseTransaction, AtOnceFromManySidesEndsItOnce) {
    testing::Installation site;
    site.open_flight(3);
    for (int round = 0; round < 10; ++round) {
        const auto id = site.open_at(gate);
        std::vector<std::thread> sides;
        for (int side = 0; side < 3; ++side) {
            sides.emplace_back([&, side] {
                if (side == 0) {
                    std::ignore = site.capture(id, 50);
                } else {
                    std::ignore = site.transactions->close(id);
                }
            });
        }
        for (std::thread& side : sides) {
            side.join();
        }
        EXPECT_EQ(
            site.crossing_of(id).value().outcome, Outcome::Abandoned
        ); // throws when there are two
        EXPECT_THAT(site.event_kinds(gate), Contains("transaction.closed").Times(round + 1));
    }
}

// --- the clock ----------------------------------------------------------------------------------

TEST(ExpireTransaction, NothingEndsBeforeItsTime) {
    testing::Installation site;
    site.open_flight(3);
    const auto early = site.open_at(gate);
    site.clock.advance(std::chrono::seconds(1));
    const auto late = site.open_at(booth);
    site.clock.advance(
        site.exit_profile.timeout - std::chrono::seconds(1) - std::chrono::microseconds(1)
    );
    EXPECT_EQ(must(site.transactions->expire()), 0U);
    site.clock.advance(std::chrono::microseconds(1));
    EXPECT_EQ(must(site.transactions->expire()), 1U);
    EXPECT_TRUE(site.crossing_of(early));
    EXPECT_FALSE(site.crossing_of(late));
}

TEST(ExpireTransaction, WritesACrossingForEveryEndingAndTakesThePictures) {
    testing::Installation site;
    const auto context = site.open_flight(4);
    const auto untouched = site.open_at(booth);
    const auto matched = site.open_at(booth);
    must(site.capture(matched, 1));
    const auto referred = site.open_at(booth);
    refer(site, referred);
    const auto opted_out = site.open_at(booth);
    must(site.transactions->opt_out(opted_out, site.id_of(context, 2)));
    const auto boarded = site.open_at(gate);
    must(site.capture(boarded, 3));
    site.clock.advance(site.exit_profile.timeout);
    EXPECT_EQ(must(site.transactions->expire()), 5U);
    EXPECT_EQ(must(site.transactions->expire()), 0U);
    const std::vector<std::pair<domain::TransactionId, Outcome>> cases{
        {untouched, Outcome::Abandoned},
        {matched, Outcome::Abandoned},
        {referred, Outcome::Referred},
        {opted_out, Outcome::OptedOut},
        {boarded, Outcome::Confirmed},
    };
    for (const auto& [id, outcome] : cases) {
        ASSERT_TRUE(site.crossing_of(id));
        EXPECT_EQ(site.crossing_of(id).value().outcome, outcome);
        EXPECT_FALSE(site.transactions->live_photo(id).has_value());
        EXPECT_EQ(must(site.transactions->view(id)).row.state, TransactionState::Closed);
    }
    EXPECT_EQ(site.crossing_of(untouched).value().reason, "timed_out");
    EXPECT_EQ(site.crossing_of(referred).value().reason, "not_confirmed");
    EXPECT_EQ(site.traveler(context, 1).state, TravelerState::Expected);
    EXPECT_EQ(site.traveler(context, 2).state, TravelerState::OptedOut);
}

// --- a stop of the service ----------------------------------------------------------------------

TEST(InterruptedTransaction, EndsAtTheNextStartWithItsCrossing) {
    testing::Installation site;
    const auto context = site.open_flight(4);
    const auto untouched = site.open_at(booth);
    const auto matched = site.open_at(booth);
    must(site.capture(matched, 1));
    const auto opted_out = site.open_at(booth);
    must(site.transactions->opt_out(opted_out, std::nullopt));
    const auto boarded = site.open_at(gate);
    must(site.capture(boarded, 3));
    const auto closed = site.open_at(other_gate);
    must(site.transactions->close(closed));
    site.restart();
    const std::vector<std::pair<domain::TransactionId, Outcome>> cases{
        {untouched, Outcome::Interrupted},
        {matched, Outcome::Interrupted},
        {opted_out, Outcome::OptedOut},
        {boarded, Outcome::Confirmed},
        {closed, Outcome::Abandoned},
    };
    for (const auto& [id, outcome] : cases) {
        ASSERT_TRUE(site.crossing_of(id));
        EXPECT_EQ(site.crossing_of(id).value().outcome, outcome);
        EXPECT_EQ(must(site.transactions->view(id)).row.state, TransactionState::Closed);
        EXPECT_EQ(code_of(site.capture(id, 1)), ErrorCode::StateConflict);
    }
    EXPECT_EQ(site.crossing_of(untouched).value().direction, domain::Direction::Entry);
    EXPECT_FALSE(site.crossing_of(matched).value().biometrically_confirmed);
    EXPECT_EQ(site.traveler(context, 1).state, TravelerState::Expected);
    EXPECT_EQ(site.traveler(context, 3).state, TravelerState::Confirmed);
    EXPECT_EQ(must(site.transactions->end_interrupted()), 0U);
}

TEST(InterruptedTransaction, WhoBoardedBeforeTheStopIsReferredAfterIt) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    must(site.capture(site.open_at(gate), 1));
    site.restart();
    site.await_gallery(context);
    const TransactionView view = must(site.capture(site.open_at(gate), 1));
    EXPECT_EQ(view.verdict, "refer");
    EXPECT_EQ(view.reason, domain::ReferReason::AlreadyDone);
}

} // namespace
} // namespace sallyport::verification
