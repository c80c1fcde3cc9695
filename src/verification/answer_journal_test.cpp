// Proves that a request that was answered gets the same answer again, byte for byte, also after a
// restart; that a key does not fit another request or caller; and that answers are sealed.
#include "verification/testing/fixture.hpp"

#include <atomic>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace sallyport::verification {
namespace {

using testing::code_of;
using testing::must;

constexpr std::string_view scope = "POST /v1/manifests operator";
const Answer created{201, "application/json", "{\"name\":\"QUENTILLARD\",\"zero\":\"\\u0000\"}"};

void answer_once(testing::Installation& site, std::string_view key, std::string_view request) {
    ASSERT_FALSE(must(site.journal->begin(scope, key, request)));
    must(site.journal->record(scope, key, request, created));
}

void expect_created(const std::optional<Answer>& answer) {
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, created.status);
    EXPECT_EQ(answer->content_type, created.content_type);
    EXPECT_EQ(answer->body, created.body);
}

TEST(AnswerJournal, GivesTheRecordedAnswerAgain) {
    testing::Installation site;
    answer_once(site, "key-1", "body");
    expect_created(must(site.journal->begin(scope, "key-1", "body")));
    expect_created(must(site.journal->begin(scope, "key-1", "body")));
}

TEST(AnswerJournal, GivesItAfterARestart) {
    testing::Installation site;
    answer_once(site, "key-1", "body");
    site.restart();
    expect_created(must(site.journal->begin(scope, "key-1", "body")));
}

TEST(AnswerJournal, KeepsNoAnswerAndNoKeyInClear) {
    testing::Installation site;
    answer_once(site, "key-that-names-somebody", "body");
    must(site.records->truncate_log());
    EXPECT_EQ(site.files_that_hold("QUENTILLARD"), 0);
    EXPECT_EQ(site.files_that_hold("key-that-names-somebody"), 0);
}

TEST(AnswerJournal, AnotherRequestWithTheKeyIsRefused) {
    testing::Installation site;
    answer_once(site, "key-1", "body");
    EXPECT_EQ(
        code_of(site.journal->begin(scope, "key-1", "other body")), ErrorCode::IdempotencyMismatch
    );
    // The refusal took nothing.
    expect_created(must(site.journal->begin(scope, "key-1", "body")));
}

TEST(AnswerJournal, AnotherCallerHasKeysOfTheirOwn) {
    testing::Installation site;
    answer_once(site, "key-1", "body");
    EXPECT_FALSE(must(site.journal->begin("POST /v1/manifests carrier", "key-1", "body")));
}

TEST(AnswerJournal, OneOfTwoAtOnceIsToldToWait) {
    testing::Installation site;
    ASSERT_FALSE(must(site.journal->begin(scope, "key-1", "body")));
    EXPECT_EQ(code_of(site.journal->begin(scope, "key-1", "body")), ErrorCode::StateConflict);
    site.journal->forget(scope, "key-1"); // the first one failed
    EXPECT_FALSE(must(site.journal->begin(scope, "key-1", "body")));
}

TEST(AnswerJournal, OfManyAtOnceOneAnswers) {
    testing::Installation site;
    std::atomic<int> firsts{0};
    std::atomic<int> told_to_wait{0};
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 8; ++caller) {
        callers.emplace_back([&] {
            const auto begun = site.journal->begin(scope, "key-1", "body");
            firsts += begun.has_value() && !begun->has_value() ? 1 : 0;
            told_to_wait += code_of(begun) == ErrorCode::StateConflict ? 1 : 0;
        });
    }
    for (std::thread& caller : callers) {
        caller.join();
    }
    EXPECT_EQ(firsts, 1);
    EXPECT_EQ(told_to_wait, 7);
}

TEST(AnswerJournal, AnAnswerThatCouldNotBeKeptLeavesTheKeyFree) {
    testing::Installation site;
    ASSERT_FALSE(must(site.journal->begin(scope, "key-1", "body")));
    site.store->refuse_writes(ErrorCode::StorageFull);
    EXPECT_EQ(
        code_of(site.journal->record(scope, "key-1", "body", created)), ErrorCode::StorageFull
    );
    site.store->work_again();
    answer_once(site, "key-1", "body");
}

TEST(AnswerJournal, AReadThatFailsLeavesTheKeyFree) {
    testing::Installation site;
    site.store->fail_call(1, testing::FailingStore::Calls::All, ErrorCode::StorageFailed);
    EXPECT_EQ(code_of(site.journal->begin(scope, "key-1", "body")), ErrorCode::StorageFailed);
    answer_once(site, "key-1", "body");
}

TEST(AnswerJournal, ForgetsAnswersAfterADay) {
    testing::Installation site;
    answer_once(site, "old", "body");
    site.clock.advance(std::chrono::hours(23));
    answer_once(site, "young", "body");
    site.clock.advance(std::chrono::hours(1) + std::chrono::microseconds(1));
    must(site.journal->remove_old());
    EXPECT_FALSE(must(site.journal->begin(scope, "old", "body")));
    expect_created(must(site.journal->begin(scope, "young", "body")));
}

} // namespace
} // namespace sallyport::verification
