// Proves that a scenario that does not go as written fails, at its line: unknown steps, arguments
// that nobody takes, expectations that do not hold, refusals and warnings that nobody expected, and
// lists that depend on the order of their messages.
#include "scenario_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::scenarios {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// The header has two lines, the flight and its list follow.
std::vector<Problem> run(const std::string& steps) {
    return run_scenario(read_scenario(
        "# name: a/b.scenario\n# description: a test\n"
        "flight XX100 from=AMS to=JFK departs=2026-05-01T10:00 arrives=2026-05-01T12:00\n"
        "receive original flight=XX100 ref=1 people=1-3\n" +
        steps
    ));
}

void fails_at_line_5(const std::string& steps, const std::string& text) {
    const auto problems = run(steps);
    ASSERT_THAT(problems, SizeIs(1)) << steps;
    EXPECT_EQ(problems.front().line, 5U) << steps;
    EXPECT_THAT(problems.front().text, HasSubstr(text)) << steps;
}

TEST(ScenarioRun, ReportsNothingWhenAllHolds) {
    EXPECT_THAT(run("expect list listed=3 cancelled=0 state=open\n"), IsEmpty());
}

TEST(ScenarioRun, StopsAtWhatItDoesNotKnow) {
    fails_at_line_5("recieve original\nrestart\n", "is no step");
    fails_at_line_5("expect nothing\n", "is no step");
    fails_at_line_5("expect list lsted=3\n", "nothing is known of lsted=");
    fails_at_line_5("receive orginal flight=XX100 ref=2\n", "is no function");
    fails_at_line_5("receive change flight=YY200 ref=2 people=1\n", "was not announced");
    fails_at_line_5("assign gate-b12 flight=YY200\n", "nothing opened");
    fails_at_line_5("expect person=9 state=expected\n", "not on the list");
}

TEST(ScenarioRun, ReportsEveryExpectationThatDoesNotHold) {
    const auto problems = run("expect list listed=4 cancelled=1\nexpect person=2 listed=cancelled\n"
                              "expect changes added=2\nexpect searched at=gate-b12 contexts=XX100\n"
                              "expect exits final=1\nexpect versions count=2\n"
                              "expect order refs=2,1\nexpect diff ref=1 added=4\n"
                              "expect person absent person=1\n");
    ASSERT_THAT(problems, SizeIs(10));
    EXPECT_EQ(problems[0].text, "listed should be 4 and is 3");
    EXPECT_EQ(problems.back().line, 13U);
}

TEST(ScenarioRun, WantsEveryRefusalAndEveryWarningExpected) {
    const auto twice = run("close\nclose\nrestart\n");
    ASSERT_THAT(twice, SizeIs(1));
    EXPECT_EQ(twice.front().line, 6U);
    EXPECT_THAT(twice.front().text, HasSubstr("context-closed"));
    EXPECT_THAT(run("close\nclose\nexpect refused context-closed\n"), IsEmpty());
    EXPECT_THAT(run("close\nclose\nexpect refused not-found\n"), SizeIs(1));
    EXPECT_THAT(run("close\nexpect refused context-closed\n"), SizeIs(1));
    const std::string stranger = "receive cancel_travelers flight=XX100 ref=2 people=9\n";
    fails_at_line_5(stranger, "an unexpected warning");
    EXPECT_THAT(run(stranger + "expect warning \"whom no list named\"\n"), IsEmpty());
    EXPECT_THAT(run("expect warning \"whom no list named\"\n"), SizeIs(1));
}

TEST(ScenarioRun, FindsAMessageThatGoesToAnotherFlight) {
    const auto problems = run("flight again number=XX100 from=AMS to=JFK departs=2026-05-01T10:00\n"
                              "receive change flight=again ref=2 people=1\n");
    ASSERT_THAT(problems, SizeIs(1));
    EXPECT_EQ(problems.front().line, 6U);
    EXPECT_THAT(problems.front().text, HasSubstr("went to XX100 and not to again"));
}

TEST(ScenarioRun, ComparesOrdersOfMessages) {
    const std::string block = "receive cancel_travelers flight=XX100 ref=7 people=2 made=08:{}0\n"
                              "receive change flight=XX100 ref=8 people=2,5 made=08:30\nend\n";
    const auto with = [&](const char* tens) {
        std::string text = block;
        text.replace(text.find("{}"), 2, tens);
        return run("advance 1h\nshuffle orders=6 seed=3\n" + text + "expect list listed=4\n");
    };
    EXPECT_THAT(with("1"), IsEmpty());
    EXPECT_THAT(with("5"), SizeIs(1)) << "the later cancellation holds: three are listed";
    EXPECT_THAT(run("shuffle\nreceive change flight=XX100 ref=9 people=1\nend\n"), SizeIs(1));
    EXPECT_THAT(run("shuffle\nrestart\nend\n"), SizeIs(1));
    EXPECT_THAT(run("shuffle\n"), SizeIs(1));
}

// An opt-out follows to another flight until the first one has left: here the order of receipt
// decides.
TEST(ScenarioRun, ReportsAnOrderThatComesToSomethingElse) {
    const auto problems = run("assign gate-b12 flight=XX100\n"
                              "opt-out gate-b12 person=2\nadvance 1h\n"
                              "flight YY200 from=AMS to=JFK departs=2026-05-01T16:00\n"
                              "shuffle orders=10 seed=1\n"
                              "receive original flight=YY200 ref=2 people=2 made=08:20\n"
                              "receive close flight=XX100 ref=3 made=08:30\n"
                              "end\n");
    ASSERT_THAT(problems, SizeIs(1));
    EXPECT_EQ(problems.front().line, 9U);
    EXPECT_THAT(problems.front().text, HasSubstr("the order 3,2 comes to"));
}

TEST(ScenarioRun, KnowsTheOrderOfMessagesMadeAtOnceByTheirReferences) {
    const auto problems = run("shuffle orders=8 seed=1\n"
                              "receive original flight=XX100 ref=2 people=4 seat=12A made=05:00\n"
                              "receive original flight=XX100 ref=3 people=4 seat=14C made=05:00\n"
                              "end\nexpect person=4 seat=14C\n");
    EXPECT_THAT(problems, IsEmpty());
}

} // namespace
} // namespace sallyport::scenarios
