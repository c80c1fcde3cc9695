// Proves that a scenario's text is read as docs/scenarios.md says, and that whatever is not is told
// with its line.
#include "scenario_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::scenarios {
namespace {

using ::testing::ElementsAre;

const std::string header = "# name: a/b.scenario\n# description: something\n";

std::size_t line_of_fault(const std::string& text) {
    try {
        (void)read_scenario(text);
    } catch (const ScenarioError& error) {
        return error.line();
    }
    return 0;
}

TEST(ScenarioFile, HasAHeaderAndStepsOfWordsAndOptions) {
    const Scenario scenario = read_scenario(
        header + "\n# a comment\n  expect refused not-found \"two words\"\r\n"
                 "receive change name=\"VAN DER\" people=1-3\n"
    );
    EXPECT_EQ(scenario.name, "a/b.scenario");
    EXPECT_EQ(scenario.description, "something");
    ASSERT_EQ(scenario.steps.size(), 2U);
    EXPECT_EQ(scenario.steps[0].line, 5U);
    EXPECT_THAT(
        scenario.steps[0].words, ElementsAre("expect", "refused", "not-found", "two words")
    );
    EXPECT_EQ(scenario.steps[1].options.at("name"), "VAN DER");
    EXPECT_EQ(scenario.steps[1].options.at("people"), "1-3");
}

TEST(ScenarioFile, SaysTheLineOfWhatIsWrong) {
    EXPECT_EQ(line_of_fault("clock 10:00\n"), 1U) << "no header";
    EXPECT_EQ(line_of_fault("# name: a\nclock 10:00\n"), 2U) << "no description";
    EXPECT_EQ(line_of_fault(header), 2U) << "no steps";
    EXPECT_EQ(line_of_fault(header + "\nhold people=1 people=2\n"), 4U);
    EXPECT_EQ(line_of_fault(header + "expect warning \"open\n"), 3U);
    EXPECT_EQ(line_of_fault(header + "people=1\n"), 3U) << "no word";
    EXPECT_EQ(line_of_fault(header + "restart\n"), 0U);
}

TEST(ScenarioArguments, MissNothing) {
    const Scenario scenario = read_scenario(header + "assign gate-b12 flight=XX100 windw=W1\n");
    Arguments step(scenario.steps.front());
    EXPECT_EQ(step.word("verb"), "assign");
    EXPECT_THROW(step.end(), ScenarioError) << "a word is left";
    EXPECT_EQ(step.word("checkpoint"), "gate-b12");
    EXPECT_THROW(step.word("more"), ScenarioError);
    EXPECT_EQ(step.need("flight"), "XX100");
    EXPECT_THROW(step.need("flight"), ScenarioError);
    EXPECT_THROW(step.end(), ScenarioError) << "an option is left";
    EXPECT_EQ(step.option("windw"), "W1");
    step.end();
}

TEST(ScenarioArguments, KnowPeopleTimesAndSpans) {
    const Scenario scenario = read_scenario(header + "restart\n");
    const Arguments step(scenario.steps.front());
    EXPECT_THAT(people_in(step, "1-3,7"), ElementsAre(1U, 2U, 3U, 7U));
    EXPECT_THAT(people_in(step, "nobody"), ElementsAre());
    for (const char* text : {"3-1", "63", "", "1-", "x", "1,,2"}) {
        EXPECT_THROW((void)people_in(step, text), ScenarioError) << text;
    }
    const Instant day = parse_instant("2026-05-01T08:30:00Z").value();
    EXPECT_EQ(format_instant(time_in(step, "10:00", day)), "2026-05-01T10:00:00.000Z");
    EXPECT_EQ(format_instant(time_in(step, "2026-05-02T01:30", day)), "2026-05-02T01:30:00.000Z");
    EXPECT_THROW((void)time_in(step, "25:00", day), ScenarioError);
    EXPECT_EQ(span_in(step, "20m"), std::chrono::minutes(20));
    for (const char* text : {"20", "m", "", "20d", "-1s"}) {
        EXPECT_THROW((void)span_in(step, text), ScenarioError) << text;
    }
}

} // namespace
} // namespace sallyport::scenarios
