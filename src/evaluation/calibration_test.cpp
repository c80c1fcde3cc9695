// Proves that a calibration counts exactly on a set small enough to count by hand, that its points
// keep the promised rate on people it has not seen, that the domain accepts them, and that the file
// says what the report says.
#include "evaluation/calibration.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <sstream>
#include <unistd.h>

namespace sallyport::evaluation {
namespace {

const domain::TemplateVersion version{"made-up@1"};

// People as directions on the sphere, pictures scattered about them.
LabelledTemplates
crowd(std::uint32_t people, std::size_t pictures_each, std::size_t dimension, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<float> normal;
    LabelledTemplates templates{gallery::TemplateRows(dimension), {}, {}};
    for (std::uint32_t person = 0; person < people; ++person) {
        std::vector<float> centre(dimension);
        for (float& value : centre) {
            value = normal(random);
        }
        for (std::size_t picture = 0; picture < pictures_each; ++picture) {
            std::vector<float> values = centre;
            float length = 0.0F;
            for (float& value : values) {
                value += 0.6F * normal(random);
                length += value * value;
            }
            for (float& value : values) {
                value /= std::sqrt(length);
            }
            EXPECT_TRUE(templates.rows.append(values));
            templates.person_of_row.push_back(person);
        }
    }
    return templates;
}

double share_of_impostors_at_or_above(const LabelledTemplates& templates, float threshold) {
    std::uint64_t pairs = 0;
    std::uint64_t passed = 0;
    std::vector<float> scores(templates.rows.size());
    for (std::size_t left = 0; left < templates.rows.size(); ++left) {
        templates.rows.score(templates.rows, left, 0, scores);
        for (std::size_t right = left + 1; right < scores.size(); ++right) {
            if (templates.person_of_row[left] != templates.person_of_row[right]) {
                ++pairs;
                passed += scores[right] >= threshold ? 1U : 0U;
            }
        }
    }
    return static_cast<double>(passed) / static_cast<double>(pairs);
}

// Two people on a plane with one picture each, 100 degrees in all directions, make scores that can
// be listed by hand: 46 pictures at steps of one degree, all of different people.
TEST(CalibrationCounting, IsExactOnASetCountedByHand) {
    LabelledTemplates templates{gallery::TemplateRows(2), {}, {}};
    constexpr std::uint32_t people = 46;
    constexpr double degree = 3.14159265358979 / 180.0;
    for (std::uint32_t person = 0; person < people; ++person) {
        const auto angle = degree * person;
        ASSERT_TRUE(templates.rows.append(std::vector<float>{
            static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))
        }));
        templates.person_of_row.push_back(person);
    }
    CalibrationOptions options;
    options.exceedances_counted_min = 1;
    const CalibrationReport report = calibrate_templates(version, templates, options).value();
    // 46 * 45 / 2 pairs; 45 of them are one degree apart, and score cos 1 degree.
    EXPECT_EQ(report.non_mated_pairs, 1'035U);
    EXPECT_EQ(report.people, 46U);
    EXPECT_EQ(report.mated_pairs, 0U);
    EXPECT_FALSE(report.tail.has_value());
    EXPECT_NEAR(report.impostor_score_max, std::cos(degree), 1e-6);
    // FMR 1e-2 allows 10 pairs, so the threshold must lie above the 45 pairs of the first degree.
    ASSERT_FALSE(report.points.empty());
    EXPECT_DOUBLE_EQ(report.points.front().fmr, 1e-2);
    EXPECT_GT(report.points.front().score, std::cos(degree) - 1e-6);
    // 1035 pairs count one pair down to 1e-3: ten points.
    EXPECT_EQ(report.points.size(), 11U);
    EXPECT_NEAR(report.fmr_min, 1e-3, 1e-12);
}

TEST(CalibrationCounting, LetsThroughAtMostThePromisedShareOfThePairsItCounted) {
    const LabelledTemplates templates = crowd(400, 2, 32, 3);
    const CalibrationReport report = calibrate_templates(version, templates).value();
    int counted = 0;
    for (const domain::CalibrationPoint& point : report.points) {
        if (point.fmr < report.fmr_counted_min * 0.999) {
            continue;
        }
        ++counted;
        const double share = share_of_impostors_at_or_above(templates, point.score);
        const double one_pair = 1.0 / static_cast<double>(report.non_mated_pairs);
        EXPECT_LE(share, point.fmr * (1.0 + 1e-9));
        EXPECT_GE(share, point.fmr - 1.001 * one_pair);
    }
    EXPECT_GT(counted, 10);
    EXPECT_EQ(report.mated_pairs, 400U);
    EXPECT_EQ(report.non_mated_pairs, 800U * 799U / 2U - 400U);
}

TEST(CalibrationCounting, CountsDownToWhereTwentyPairsExceed) {
    const CalibrationReport report = calibrate_templates(version, crowd(400, 2, 32, 3)).value();
    const double pairs = static_cast<double>(report.non_mated_pairs);
    EXPECT_GE(report.fmr_counted_min * pairs, 20.0);
    EXPECT_LT(report.fmr_counted_min * std::pow(10.0, -0.1) * pairs, 20.0);
}

TEST(CalibrationCounting, LeavesTwinsOut) {
    LabelledTemplates templates = crowd(300, 1, 16, 4);
    // A twin: a second person with the very same template as person 0.
    const std::span<const float> twin = templates.rows.row(0);
    ASSERT_TRUE(templates.rows.append(std::vector<float>(twin.begin(), twin.end())));
    templates.person_of_row.push_back(300);
    EXPECT_NEAR(calibrate_templates(version, templates).value().impostor_score_max, 1.0, 1e-5);
    templates.kept_apart.emplace_back(300, 0);
    const CalibrationReport report = calibrate_templates(version, templates).value();
    EXPECT_LT(report.impostor_score_max, 0.99);
    EXPECT_EQ(report.pairs_left_out, 1U);
    EXPECT_EQ(report.non_mated_pairs, 301U * 300U / 2U - 1U);
}

TEST(CalibrationCounting, RefusesTooFewPairs) {
    const auto report = calibrate_templates(version, crowd(20, 1, 16, 4));
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code(), ErrorCode::InvalidArgument);
    EXPECT_FALSE(calibrate_templates(version, LabelledTemplates{gallery::TemplateRows(16), {}, {}})
    );
}

TEST(CalibrationCounting, RefusesTemplatesWithoutLabels) {
    LabelledTemplates templates = crowd(300, 1, 16, 4);
    templates.person_of_row.pop_back();
    EXPECT_FALSE(calibrate_templates(version, templates));
}

TEST(CalibrationTail, ReachesBeyondTheCountToItsStatedLimit) {
    const CalibrationReport report = calibrate_templates(version, crowd(800, 1, 32, 5)).value();
    ASSERT_TRUE(report.tail.has_value());
    EXPECT_LT(report.fmr_min, report.fmr_counted_min);
    EXPECT_DOUBLE_EQ(report.points.back().fmr, report.fmr_min);
    const double one_pair = 1.0 / static_cast<double>(report.non_mated_pairs);
    EXPECT_GE(report.fmr_min, 0.1 * one_pair * (1.0 - 1e-9));
    EXPECT_GE(report.tail->exceedances, 500U);
    for (const ScoreInterval& interval : report.tail->intervals) {
        EXPECT_LE(interval.low, interval.score);
        EXPECT_LE(interval.score, interval.high);
        EXPECT_LE(interval.high - interval.low, 0.1);
    }
}

TEST(CalibrationTail, KeepsItsPromiseOnTenTimesMorePairs) {
    // 8,000 people make 32 million pairs, ten times what 2,500 do: the rates that the small set can
    // only extrapolate are counted in the large one.
    const CalibrationReport small = calibrate_templates(version, crowd(2'500, 1, 32, 5)).value();
    const CalibrationReport large = calibrate_templates(version, crowd(8'000, 1, 32, 6)).value();
    const auto small_curve =
        domain::Calibration::make(version, small.points, small.fmr_min).value();
    const auto large_curve =
        domain::Calibration::make(version, large.points, large.fmr_min).value();
    for (const double fmr : {4e-6, 2e-6, 1e-6, 7e-7}) {
        ASSERT_LT(fmr, small.fmr_counted_min);
        ASSERT_GT(fmr, large.fmr_counted_min);
        EXPECT_NEAR(
            small_curve.threshold_for(fmr).value().score,
            large_curve.threshold_for(fmr).value().score,
            0.025F
        ) << fmr;
    }
}

TEST(CalibrationTail, StopsWhereItsIntervalIsWiderThanAllowed) {
    const LabelledTemplates templates = crowd(800, 1, 32, 5);
    CalibrationOptions narrow;
    narrow.interval_width_max = 0.008;
    const CalibrationReport strict = calibrate_templates(version, templates, narrow).value();
    const CalibrationReport usual = calibrate_templates(version, templates).value();
    EXPECT_GT(strict.fmr_min, usual.fmr_min);
    EXPECT_DOUBLE_EQ(strict.points.back().fmr, strict.fmr_min);
}

TEST(CalibrationTail, IsLeftOutWhenTooFewPairsMakeNoTail) {
    const CalibrationReport report = calibrate_templates(version, crowd(150, 1, 32, 5)).value();
    EXPECT_FALSE(report.tail.has_value());
    EXPECT_DOUBLE_EQ(report.fmr_min, report.fmr_counted_min);
}

TEST(CalibrationReports, RepeatThemselves) {
    const LabelledTemplates templates = crowd(600, 1, 32, 7);
    const CalibrationReport first = calibrate_templates(version, templates).value();
    const CalibrationReport second = calibrate_templates(version, templates).value();
    ASSERT_TRUE(first.tail.has_value() && second.tail.has_value());
    EXPECT_EQ(first.fmr_min, second.fmr_min);
    EXPECT_EQ(first.tail->intervals.back().low, second.tail->intervals.back().low);
    EXPECT_EQ(first.tail->intervals.back().high, second.tail->intervals.back().high);
}

TEST(CalibrationReports, AreAcceptedByTheThresholdPolicy) {
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
        const CalibrationReport report =
            calibrate_templates(version, crowd(500, 2, 24, seed)).value();
        EXPECT_TRUE(domain::Calibration::make(version, report.points, report.fmr_min)) << seed;
    }
}

TEST(CalibrationReports, CountFalseNonMatchesAtEachDecade) {
    const LabelledTemplates templates = crowd(600, 2, 32, 9);
    const CalibrationReport report = calibrate_templates(version, templates).value();
    ASSERT_GE(report.fnmr.size(), 3U);
    double before = 0.0;
    for (const FalseNonMatchRate& rate : report.fnmr) {
        std::uint64_t missed = 0;
        for (std::size_t row = 0; row < templates.rows.size(); row += 2) {
            float score = 0.0F;
            templates.rows.score(templates.rows, row, row + 1, {&score, 1});
            missed += static_cast<double>(score) < rate.score ? 1U : 0U;
        }
        EXPECT_DOUBLE_EQ(rate.fnmr, static_cast<double>(missed) / 600.0);
        EXPECT_GE(rate.fnmr, before);
        before = rate.fnmr;
    }
}

class CalibrationFile : public testing::Test {
protected:
    void SetUp() override {
        path_ = std::filesystem::temp_directory_path() /
                ("calibration-" + std::to_string(::getpid()) + ".json");
    }
    void TearDown() override { std::filesystem::remove(path_); }
    std::filesystem::path path_;
};

TEST_F(CalibrationFile, SaysWhatTheReportSays) {
    CalibrationReport report = calibrate_templates(version, crowd(800, 1, 32, 5)).value();
    report.source = "a made-up crowd";
    report.split = "half b";
    report.failures_to_acquire = 3;
    ASSERT_TRUE(write_calibration(path_, report));
    std::ostringstream text;
    text << std::ifstream(path_).rdbuf();
    const boost::json::value read = boost::json::parse(text.str());

    EXPECT_EQ(read.at("pack").as_string(), "made-up@1");
    EXPECT_DOUBLE_EQ(read.at("fmr_min").to_number<double>(), report.fmr_min);
    const auto& points = read.at("points").as_array();
    ASSERT_EQ(points.size(), report.points.size());
    std::vector<domain::CalibrationPoint> again;
    for (std::size_t index = 0; index < points.size(); ++index) {
        again.push_back(
            {points[index].at("fmr").to_number<double>(),
             static_cast<float>(points[index].at("score").to_number<double>())}
        );
        EXPECT_DOUBLE_EQ(again[index].fmr, report.points[index].fmr);
        EXPECT_GE(again[index].score, report.points[index].score - 1e-7F) << "looser than measured";
        EXPECT_NEAR(again[index].score, report.points[index].score, 2e-6F);
    }
    EXPECT_TRUE(domain::Calibration::make(version, again, report.fmr_min));
    const auto& evidence = read.at("evidence");
    EXPECT_EQ(evidence.at("people").to_number<std::size_t>(), 800U);
    EXPECT_EQ(evidence.at("split").as_string(), "half b");
    EXPECT_EQ(evidence.at("failures_to_acquire").to_number<std::size_t>(), 3U);
    EXPECT_EQ(evidence.at("non_mated_pairs").to_number<std::uint64_t>(), 319'600U);
    EXPECT_DOUBLE_EQ(evidence.at("tail").at("shape").to_number<double>(), report.tail->shape);
    EXPECT_NE(evidence.at("summary").as_string().find("319600 comparisons"), std::string::npos);
}

TEST_F(CalibrationFile, LeavesNothingBehindWhenItCannotBeWritten) {
    const CalibrationReport report = calibrate_templates(version, crowd(300, 1, 32, 5)).value();
    const Status status = write_calibration("/nowhere/at/all/calibration.json", report);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), ErrorCode::IoFailed);
}

} // namespace
} // namespace sallyport::evaluation
