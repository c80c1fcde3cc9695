// Proves that metrics come out in the text format under their names, that a label can carry values
// of its list only, and that counting from many threads loses nothing.
#include "base/error.hpp"
#include "domain/verdict.hpp"
#include "observability/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace sallyport::observability {
namespace {

using testing::HasSubstr;
using testing::Not;

Vocabulary vocabulary() {
    return {.routes = {"/v1/transactions/{transaction}"}, .checkpoints = {"gate-b12"}};
}

TEST(Metrics, AreRenderedWithNameHelpAndLabels) {
    Metrics metrics(vocabulary());
    metrics.count(Counter::Verdicts, {{"checkpoint", "gate-b12"}, {"verdict", "match"}}, 2.0);
    const std::string text = metrics.render();
    EXPECT_THAT(text, HasSubstr("# HELP sallyport_verdicts_total "));
    EXPECT_THAT(text, HasSubstr("# TYPE sallyport_verdicts_total counter"));
    EXPECT_THAT(
        text,
        HasSubstr("sallyport_verdicts_total{checkpoint=\"gate-b12\",reason=\"none\","
                  "verdict=\"match\"} 2")
    );
}

TEST(Metrics, NeverCarryTextThatIsNotListed) {
    Metrics metrics(vocabulary());
    const std::string name = "ERIKSSON<<ANNA";
    metrics.count(
        Counter::HttpRequests, {{"route", "/v1/" + name}, {"method", name}, {"status", name}}
    );
    metrics.count(Counter::Verdicts, {{"reason", name}, {"verdict", name}, {"checkpoint", name}});
    metrics.count(Counter::Verdicts, {{name, name}});
    metrics.observe(Histogram::StageSeconds, 0.1, {{"stage", name}});
    const std::string text = metrics.render();
    EXPECT_THAT(text, Not(HasSubstr("ERIKSSON")));
    EXPECT_THAT(text, HasSubstr("method=\"other\",route=\"other\",status=\"other\"} 1"));
}

TEST(Metrics, DropNamesThatAreNotPlainFromTheVocabulary) {
    const std::vector<std::string> odd = {"Gate B12", "gate\"}\nx 1", std::string(97, 'a'), ""};
    Metrics metrics({.routes = {}, .checkpoints = odd});
    for (const std::string& checkpoint : odd) {
        metrics.count(Counter::Captures, {{"checkpoint", checkpoint}});
    }
    const std::string text = metrics.render();
    EXPECT_THAT(text, HasSubstr("sallyport_captures_total{checkpoint=\"other\"} 3"));
    EXPECT_THAT(text, HasSubstr("sallyport_captures_total{checkpoint=\"none\"} 1"));
}

TEST(Metrics, KnowEveryReasonAndCode) {
    Metrics metrics(vocabulary());
    for (int value = 0; value <= static_cast<int>(domain::ReferReason::SystemFault); ++value) {
        const auto reason = static_cast<domain::ReferReason>(value);
        metrics.count(Counter::Verdicts, {{"reason", domain::refer_reason_name(reason)}});
    }
    for (const ErrorCode code : all_error_codes()) {
        metrics.count(Counter::Errors, {{"code", error_code_name(code)}});
    }
    EXPECT_THAT(metrics.render(), Not(HasSubstr("\"other\"")));
}

// One of each enumerator, to see that the tables are complete and in order.
TEST(Metrics, EachEnumeratorHasAMetricOfItsOwn) {
    Metrics metrics(vocabulary());
    for (int value = 0; value <= static_cast<int>(Counter::EventsSent); ++value) {
        metrics.count(static_cast<Counter>(value), {}, value + 1.0);
    }
    metrics.set(Gauge::Ready, 1.0);
    metrics.observe(Histogram::VerdictSeconds, 0.02, {{"checkpoint", "gate-b12"}});
    const std::string text = metrics.render();
    EXPECT_THAT(text, HasSubstr("sallyport_events_sent_total 8"));
    EXPECT_THAT(text, HasSubstr("sallyport_manifests_read_total 5"));
    EXPECT_THAT(text, HasSubstr("sallyport_ready 1"));
    EXPECT_THAT(text, HasSubstr("sallyport_contexts_open 0"));
    EXPECT_THAT(
        text, HasSubstr("sallyport_verdict_seconds_bucket{checkpoint=\"gate-b12\",le=\"0.025\"} 1")
    );
    EXPECT_THAT(
        text, HasSubstr("sallyport_verdict_seconds_bucket{checkpoint=\"gate-b12\",le=\"0.01\"} 0")
    );
}

TEST(Metrics, LoseNothingFromManyThreads) {
    Metrics metrics(vocabulary());
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&] {
            for (int round = 0; round < 1000; ++round) {
                metrics.count(Counter::Captures, {{"checkpoint", "gate-b12"}});
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_THAT(
        metrics.render(), HasSubstr("sallyport_captures_total{checkpoint=\"gate-b12\"} 4000")
    );
}

TEST(StatusClass, GroupsByTheFirstDigit) {
    EXPECT_EQ(status_class(204), "2xx");
    EXPECT_EQ(status_class(503), "5xx");
    EXPECT_EQ(status_class(0), "other");
    EXPECT_EQ(status_class(-1), "other");
}

} // namespace
} // namespace sallyport::observability
