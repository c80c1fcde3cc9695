// Proves that a stricter promise or a larger gallery never lowers the threshold, and that nothing
// is promised beyond what the calibration supports.
#include "domain/threshold_policy.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace sallyport::domain {
namespace {

const TemplateVersion pack{"pack"};

Calibration example() {
    return Calibration::make(
               pack, {{1e-2, 0.30F}, {1e-4, 0.42F}, {1e-6, 0.52F}, {1e-8, 0.60F}}, 1e-7
    )
        .value();
}

TEST(FmrForFpir, FollowsTheFormula) {
    EXPECT_NEAR(fmr_for_fpir(0.001, 420, 1).value(), 2.3821e-6, 1e-9);
    EXPECT_NEAR(fmr_for_fpir(0.001, 420, 3).value(), 7.9403e-7, 1e-10);
    EXPECT_NEAR(fmr_for_fpir(0.01, 1, 1).value(), 0.01, 1e-12);
}

TEST(FmrForFpir, GivesTheWholeTransactionBack) {
    const double fmr = fmr_for_fpir(0.001, 42'000, 3).value();
    EXPECT_NEAR(1.0 - std::pow(1.0 - fmr, 126'000.0), 0.001, 1e-8);
}

TEST(FmrForFpir, RefusesWhatIsNoRate) {
    EXPECT_FALSE(fmr_for_fpir(0.0, 420, 1));
    EXPECT_FALSE(fmr_for_fpir(1.0, 420, 1));
    EXPECT_FALSE(fmr_for_fpir(0.001, 0, 1));
    EXPECT_FALSE(fmr_for_fpir(0.001, 420, 0));
    EXPECT_FALSE(fmr_for_fpir(std::numeric_limits<double>::quiet_NaN(), 420, 1));
}

TEST(Calibration, InterpolatesInLogFmr) {
    const Threshold threshold = example().threshold_for(1e-3).value();
    EXPECT_NEAR(threshold.score, 0.36F, 1e-5);
    EXPECT_EQ(threshold.version, pack);
}

TEST(Calibration, GivesCountedPointsExactly) {
    EXPECT_FLOAT_EQ(example().threshold_for(1e-4).value().score, 0.42F);
}

TEST(Calibration, NeverGoesLooserThanItsFirstPoint) {
    EXPECT_FLOAT_EQ(example().threshold_for(0.5).value().score, 0.30F);
}

TEST(Calibration, PromisesNothingBeyondItsLimit) {
    const auto result = example().threshold_for(9e-8);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), ErrorCode::NoCalibration);
    EXPECT_FALSE(example().threshold_for(0.0));
    EXPECT_FALSE(example().threshold_for(std::numeric_limits<double>::quiet_NaN()));
}

TEST(Calibration, RefusesDisorderedPoints) {
    EXPECT_FALSE(Calibration::make(pack, {}, 1e-3));
    EXPECT_FALSE(Calibration::make(pack, {{1e-2, 0.3F}}, 1e-2));
    EXPECT_FALSE(Calibration::make(pack, {{1e-4, 0.3F}, {1e-2, 0.4F}}, 1e-3));
    EXPECT_FALSE(Calibration::make(pack, {{1e-2, 0.4F}, {1e-4, 0.3F}}, 1e-3));
    EXPECT_FALSE(Calibration::make(pack, {{1e-2, 0.3F}, {1e-4, NAN}}, 1e-3));
    EXPECT_FALSE(Calibration::make(pack, {{1e-2, 0.3F}, {1e-4, 0.4F}}, 1e-5));
}

RC_GTEST_PROP(Calibration, ALargerGalleryNeverLowersTheThreshold, ()) {
    const auto n = *rc::gen::inRange<std::size_t>(1, 2'000);
    const auto more = n + *rc::gen::inRange<std::size_t>(0, 2'000);
    const Calibration calibration = example();
    const auto small = calibration.threshold_for(fmr_for_fpir(0.01, n, 1).value());
    const auto large = calibration.threshold_for(fmr_for_fpir(0.01, more, 1).value());
    RC_ASSERT(small.has_value() && large.has_value());
    RC_ASSERT(large->score >= small->score);
}

} // namespace
} // namespace sallyport::domain
