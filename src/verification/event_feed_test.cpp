// Proves that events are numbered without gaps in the order of their commits, that a reader resumes
// where it stopped, that an event without its record is never seen, and that events name nobody.
#include "verification/testing/fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::verification {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using testing::gate;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::must;
using ::testing::Not;
using testing::other_gate;
using ::testing::SizeIs;

void write(
    testing::Installation& site, const domain::CheckpointName& checkpoint, std::string kind
) {
    const auto work = must(site.store->begin());
    must(site.events->write(*work, checkpoint, kind, "{}"));
    must(work->commit());
    site.events->announce();
}

TEST(EventFeed, ShowsACheckpointItsOwnEventsAndThoseThatConcernAll) {
    testing::Installation site;
    write(site, gate, "here");
    write(site, other_gate, "elsewhere");
    write(site, {}, "for all");
    EXPECT_THAT(site.event_kinds(gate), ElementsAre("here", "for all"));
    EXPECT_THAT(site.event_kinds(other_gate), ElementsAre("elsewhere", "for all"));
    EXPECT_EQ(must(site.events->last()), 3U);
}

TEST(EventFeed, AReaderResumesWithoutAGapAlsoAfterARestart) {
    testing::Installation site;
    for (int count = 0; count < 10; ++count) {
        write(site, gate, "kind " + std::to_string(count));
    }
    const auto first = must(site.events->after(gate, 0, 4));
    ASSERT_THAT(first, SizeIs(4));
    site.restart();
    write(site, gate, "kind 10");
    const auto rest = must(site.events->after(gate, first.back().sequence, 100));
    ASSERT_THAT(rest, SizeIs(7));
    for (std::size_t index = 0; index < rest.size(); ++index) {
        EXPECT_EQ(rest[index].sequence, index + 5);
        EXPECT_EQ(rest[index].kind, "kind " + std::to_string(index + 4));
    }
    EXPECT_EQ(rest.front().at, site.clock.now());
}

TEST(EventFeed, AnEventWhoseWorkIsNotCommittedNeverWas) {
    testing::Installation site;
    {
        const auto work = must(site.store->begin());
        must(site.events->write(*work, gate, "lost", "{}"));
    }
    write(site, gate, "kept");
    const auto rows = must(site.events->after(gate, 0, 10));
    ASSERT_THAT(rows, SizeIs(1));
    EXPECT_EQ(rows.front().kind, "kept");
    EXPECT_EQ(rows.front().sequence, 1U);
}

TEST(EventFeed, WakesEveryListenerUntilItStops) {
    testing::Installation site;
    int first = 0;
    int second = 0;
    const auto first_id = site.events->listen([&] { ++first; });
    const auto second_id = site.events->listen([&] { ++second; });
    write(site, gate, "one");
    site.events->stop_listening(first_id);
    write(site, gate, "two");
    EXPECT_EQ(first, 1);
    EXPECT_EQ(second, 2);
    site.events->stop_listening(second_id);
    site.events->stop_listening(second_id);
}

TEST(EventFeed, AListenerThatReadsFindsTheEventItWasWokenFor) {
    testing::Installation site;
    site.open_flight(2);
    std::vector<std::string> seen;
    std::uint64_t position = must(site.events->last());
    const auto listener = site.events->listen([&] {
        for (const EventRow& row : must(site.events->after(gate, position, 100))) {
            seen.push_back(row.kind);
            position = row.sequence;
        }
    });
    const auto id = site.open_at(gate);
    must(site.capture(id, 1));
    must(site.transactions->close(id));
    EXPECT_THAT(
        seen, ElementsAre("transaction.opened", "transaction.verdict", "transaction.closed")
    );
    site.events->stop_listening(listener);
}

TEST(EventFeed, EventsOfAWholeFlightNameNobody) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto id = site.open_at(gate);
    must(site.capture(id, 1));
    const auto manual = site.open_at(gate);
    must(site.transactions->opt_out(manual, site.id_of(context, 2)));
    must(site.decide(manual, Decision::Boarded, "papers", site.id_of(context, 2)));
    must(site.contexts->close(context));
    const auto rows = must(site.events->after(gate, 0, 1000));
    EXPECT_THAT(rows, Not(IsEmpty()));
    for (const std::string_view word : {"QUENTILLARD", "WILHELMINA", "ZQ0", "1980"}) {
        EXPECT_THAT(rows, Each(Field(&EventRow::body, Not(HasSubstr(std::string(word))))));
    }
}

} // namespace
} // namespace sallyport::verification
