// Proves that the fit finds the parameters a sample was drawn with, that its curve is the inverse
// of the tail it stands for, that weights count as repetitions do, and that it refuses what has no
// tail.
#include "evaluation/internal/pareto_tail.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace sallyport::evaluation::internal {
namespace {

std::vector<Exceedance>
drawn(double shape, double scale, double threshold, std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> uniform(0.0, 1.0);
    std::vector<Exceedance> sample;
    for (std::size_t index = 0; index < count; ++index) {
        const double survival = 1.0 - uniform(random);
        const double excess = shape == 0.0 ? -scale * std::log(survival)
                                           : scale * (std::pow(survival, -shape) - 1.0) / shape;
        sample.push_back({threshold + excess, 1.0});
    }
    std::sort(sample.begin(), sample.end(), [](const Exceedance& left, const Exceedance& right) {
        return left.score > right.score;
    });
    return sample;
}

struct Truth {
    double shape;
    double scale;
};

class ParetoFit : public testing::TestWithParam<Truth> {};

TEST_P(ParetoFit, FindsTheParametersOfItsSample) {
    const auto [shape, scale] = GetParam();
    const std::vector<Exceedance> sample = drawn(shape, scale, 0.4, 20'000, 17);
    const std::optional<ParetoTail> tail = fit_pareto_tail(sample, 0.4, 2e8);
    ASSERT_TRUE(tail.has_value());
    // Four standard errors of the moments' estimate at this size (Hosking and Wallis, table 2).
    EXPECT_NEAR(tail->shape, shape, 0.04);
    EXPECT_NEAR(tail->scale, scale, 0.04 * scale);
    EXPECT_DOUBLE_EQ(tail->fraction, 1e-4);
}

TEST_P(ParetoFit, ExtrapolatesToATenthOfOnePair) {
    const auto [shape, scale] = GetParam();
    const ParetoTail truth{0.4, 1e-4, shape, scale};
    double worst = 0.0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto tail = fit_pareto_tail(drawn(shape, scale, 0.4, 2'000, seed), 0.4, 2e7);
        ASSERT_TRUE(tail.has_value());
        worst = std::max(worst, std::abs(score_at_rate(*tail, 5e-9) - score_at_rate(truth, 5e-9)));
    }
    // Within half of the distance from the threshold to the score sought, for every seed.
    EXPECT_LT(worst, (score_at_rate(truth, 5e-9) - 0.4) / 2.0);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes,
    ParetoFit,
    testing::Values(Truth{-0.3, 0.05}, Truth{-0.1, 0.04}, Truth{0.0, 0.03}, Truth{0.1, 0.02})
);

TEST(ParetoTailCurve, IsTheInverseOfTheTail) {
    for (const double shape : {-0.4, -0.1, -1e-9, 0.0, 1e-9, 0.2}) {
        const ParetoTail tail{0.5, 1e-3, shape, 0.04};
        for (const double rate : {1e-3, 3e-4, 1e-5, 1e-8}) {
            const double excess = score_at_rate(tail, rate) - tail.threshold;
            const double survival = std::abs(shape) < 1e-8
                                        ? std::exp(-excess / tail.scale)
                                        : std::pow(1.0 + shape * excess / tail.scale, -1.0 / shape);
            EXPECT_NEAR(tail.fraction * survival / rate, 1.0, 1e-5) << shape << " " << rate;
        }
    }
}

TEST(ParetoTailCurve, StartsAtItsThreshold) {
    EXPECT_DOUBLE_EQ(score_at_rate({0.5, 1e-3, -0.2, 0.04}, 1e-3), 0.5);
}

TEST(ParetoFitWeights, CountAsRepetitionsDo) {
    const std::vector<Exceedance> once = drawn(-0.1, 0.04, 0.4, 3'000, 5);
    std::vector<Exceedance> repeated;
    std::vector<Exceedance> weighted;
    std::mt19937_64 random(6);
    for (const Exceedance& exceedance : once) {
        const auto times = random() % 4;
        if (times > 0) {
            weighted.push_back({exceedance.score, static_cast<double>(times)});
            repeated.insert(repeated.end(), times, exceedance);
        }
    }
    const auto left = fit_pareto_tail(weighted, 0.4, 1e7);
    const auto right = fit_pareto_tail(repeated, 0.4, 1e7);
    ASSERT_TRUE(left.has_value() && right.has_value());
    EXPECT_NEAR(left->shape, right->shape, 1e-9);
    EXPECT_NEAR(left->scale, right->scale, 1e-9);
    EXPECT_NEAR(left->fraction, right->fraction, 1e-15);
}

TEST(ParetoFitWeights, RefuseATailThatIsNone) {
    EXPECT_FALSE(fit_pareto_tail({}, 0.4, 1e6).has_value());
    const std::vector<Exceedance> weightless(10, {0.5, 0.0});
    EXPECT_FALSE(fit_pareto_tail(weightless, 0.4, 1e6).has_value());
    const std::vector<Exceedance> at_the_threshold(100, {0.4, 1.0});
    EXPECT_FALSE(fit_pareto_tail(at_the_threshold, 0.4, 1e6).has_value());
}

} // namespace
} // namespace sallyport::evaluation::internal
