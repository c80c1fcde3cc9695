// Proves the decision policy: only a clear, single, complete result over the threshold is a match;
// every error, doubt and tie refers.
#include "domain/verdict.hpp"

#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <set>

namespace sallyport::domain {
namespace {

const TemplateVersion pack_a{"a"};
const TemplateVersion pack_b{"b"};

TravelerId traveler(unsigned char number) {
    IdBytes bytes{};
    bytes[15] = static_cast<std::byte>(number);
    return TravelerId(bytes);
}

Threshold threshold_at(float score) {
    return {.score = score, .version = pack_a, .fmr = 1e-6};
}

Verdict decide_scores(std::vector<float> scores, float threshold, double margin = 0.05) {
    std::vector<ScoredIdentity> identities;
    for (std::size_t index = 0; index < scores.size(); ++index) {
        identities.push_back({traveler(static_cast<unsigned char>(index + 1)), scores[index]});
    }
    return decide(identities, pack_a, threshold_at(threshold), {.margin = margin});
}

TEST(Decide, MatchesTheOneIdentityOverTheThreshold) {
    const Verdict verdict = decide_scores({0.71F, 0.20F}, 0.45F);
    ASSERT_NE(verdict.match(), nullptr);
    EXPECT_EQ(verdict.match()->traveler(), traveler(1));
    EXPECT_FLOAT_EQ(verdict.match()->score(), 0.71F);
}

TEST(Decide, CountsAScoreAtTheThreshold) {
    EXPECT_NE(decide_scores({0.45F}, 0.45F).match(), nullptr);
}

TEST(Decide, SaysNoMatchBelowTheThreshold) {
    EXPECT_TRUE(decide_scores({0.44F, 0.43F}, 0.45F).is_no_match());
}

TEST(Decide, RefersWhenTwoIdentitiesPass) {
    const Verdict verdict = decide_scores({0.90F, 0.46F}, 0.45F);
    ASSERT_NE(verdict.refer(), nullptr);
    EXPECT_EQ(verdict.refer()->reason, ReferReason::NearTie);
}

TEST(Decide, RefersWhenTheSecondStandsWithinTheMargin) {
    const Verdict verdict = decide_scores({0.46F, 0.42F}, 0.45F);
    ASSERT_NE(verdict.refer(), nullptr);
    EXPECT_EQ(verdict.refer()->reason, ReferReason::NearTie);
}

TEST(Decide, MatchesWhenTheSecondStandsOutsideTheMargin) {
    EXPECT_NE(decide_scores({0.50F, 0.42F}, 0.45F).match(), nullptr);
}

TEST(Decide, RefersOnAnEmptyGallery) {
    const Verdict verdict = decide_scores({}, 0.45F);
    ASSERT_NE(verdict.refer(), nullptr);
    EXPECT_EQ(verdict.refer()->reason, ReferReason::NoHeldPhoto);
}

TEST(Decide, RefersWhenTheThresholdBelongsToAnotherPack) {
    const std::vector<ScoredIdentity> identities{{traveler(1), 0.9F}};
    const Verdict verdict = decide(identities, pack_b, threshold_at(0.4F), {});
    ASSERT_NE(verdict.refer(), nullptr);
    EXPECT_EQ(verdict.refer()->reason, ReferReason::GalleryNotReady);
}

TEST(Decide, RefersOnScoresThatAreNoNumbers) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinite = std::numeric_limits<float>::infinity();
    EXPECT_NE(decide_scores({nan}, 0.45F).refer(), nullptr);
    EXPECT_NE(decide_scores({infinite}, 0.45F).refer(), nullptr);
    EXPECT_NE(decide_scores({0.9F, nan}, 0.45F).refer(), nullptr);
    EXPECT_NE(decide_scores({0.9F}, nan).refer(), nullptr);
}

TEST(Decide, RefersOnAMarginThatIsNoNumber) {
    EXPECT_NE(
        decide_scores({0.9F}, 0.4F, std::numeric_limits<double>::quiet_NaN()).refer(), nullptr
    );
    EXPECT_NE(decide_scores({0.9F}, 0.4F, -1.0).refer(), nullptr);
}

TEST(Decide, RefersWhenTheSearchIsOutOfOrder) {
    const Verdict verdict = decide_scores({0.50F, 0.90F}, 0.45F);
    ASSERT_NE(verdict.refer(), nullptr);
    EXPECT_EQ(verdict.refer()->reason, ReferReason::SystemFault);
}

TEST(Decide, RefersWhenOneIdentityStandsTwice) {
    const std::vector<ScoredIdentity> identities{{traveler(1), 0.9F}, {traveler(1), 0.2F}};
    EXPECT_NE(decide(identities, pack_a, threshold_at(0.4F), {}).refer(), nullptr);
}

RC_GTEST_PROP(Decide, NeverMatchesBelowTheThresholdOrNextToARival, ()) {
    auto scores = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-100, 101));
    std::sort(scores.rbegin(), scores.rend());
    std::vector<float> values;
    for (const int score : scores) {
        values.push_back(static_cast<float>(score) / 100.0F);
    }
    const float threshold = static_cast<float>(*rc::gen::inRange(-100, 101)) / 100.0F;
    const Verdict verdict = decide_scores(values, threshold);
    if (verdict.match() != nullptr) {
        RC_ASSERT(values[0] >= threshold);
        // Spelt out: RC_ASSERT takes its expression apart and evaluates both sides of an "or".
        const bool alone =
            values.size() < 2 || (values[1] < threshold && values[0] - values[1] > 0.049F);
        RC_ASSERT(alone);
    }
}

TEST(VerdictFromError, IsNeverAMatch) {
    for (const ErrorCode code : all_error_codes()) {
        const Verdict verdict(Error(code, "something broke"));
        EXPECT_NE(verdict.refer(), nullptr) << error_code_name(code);
        EXPECT_EQ(verdict.match(), nullptr) << error_code_name(code);
    }
}

TEST(ReferReason, EveryReasonHasItsOwnName) {
    std::set<std::string_view> names;
    for (int value = 0; value <= static_cast<int>(ReferReason::SystemFault); ++value) {
        const auto reason = static_cast<ReferReason>(value);
        EXPECT_TRUE(names.insert(refer_reason_name(reason)).second);
        EXPECT_EQ(refer_reason_from_name(refer_reason_name(reason)), reason);
    }
}

TEST(ReferReason, OnlyPictureReasonsCanBeMendedByAnotherPicture) {
    EXPECT_TRUE(is_picture_reason(ReferReason::TooDark));
    EXPECT_TRUE(is_picture_reason(ReferReason::NoFace));
    EXPECT_FALSE(is_picture_reason(ReferReason::NearTie));
    EXPECT_FALSE(is_picture_reason(ReferReason::NotConfirmed));
    EXPECT_FALSE(is_picture_reason(ReferReason::SystemFault));
}

Verdict decide_pair(float score, float threshold, AttemptsLeft left) {
    return decide_one({traveler(1), score}, pack_a, threshold_at(threshold), left);
}

TEST(DecideOne, MatchesAtAndOverTheThreshold) {
    for (const float score : {0.45F, 0.9F}) {
        const Verdict verdict = decide_pair(score, 0.45F, AttemptsLeft::No);
        ASSERT_NE(verdict.match(), nullptr);
        EXPECT_EQ(verdict.match()->traveler(), traveler(1));
    }
}

TEST(DecideOne, IsAMismatchOnlyAfterTheLastAttempt) {
    EXPECT_TRUE(decide_pair(0.44F, 0.45F, AttemptsLeft::Yes).is_no_match());
    const Verdict last = decide_pair(0.44F, 0.45F, AttemptsLeft::No);
    ASSERT_NE(last.refer(), nullptr);
    EXPECT_EQ(last.refer()->reason, ReferReason::Mismatch);
}

TEST(DecideOne, NeverMatchesOnADoubt) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const ScoredIdentity good{traveler(1), 0.99F};
    const std::vector<Verdict> verdicts{
        decide_one({traveler(1), nan}, pack_a, threshold_at(0.45F), AttemptsLeft::No),
        decide_one(good, pack_a, threshold_at(nan), AttemptsLeft::No),
        decide_one(good, pack_b, threshold_at(0.45F), AttemptsLeft::No),
        decide_one({TravelerId{}, 0.99F}, pack_a, threshold_at(0.45F), AttemptsLeft::No),
    };
    for (const Verdict& verdict : verdicts) {
        ASSERT_NE(verdict.refer(), nullptr);
        EXPECT_EQ(verdict.refer()->reason, ReferReason::SystemFault);
    }
}

} // namespace
} // namespace sallyport::domain
