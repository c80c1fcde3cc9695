#include "evaluation/calibration.hpp"

#include <boost/json.hpp>
#include <cmath>
#include <fstream>
#include <system_error>

namespace sallyport::evaluation {

namespace json = boost::json;

namespace {

// Six decimals are finer than any score means; rounding up keeps a threshold from getting looser.
[[nodiscard]] double rounded_up(double score) {
    return std::ceil(score * 1e6) / 1e6;
}

[[nodiscard]] json::array points_json(const CalibrationReport& report) {
    json::array points;
    for (const domain::CalibrationPoint& point : report.points) {
        points.push_back(
            {{"fmr", point.fmr}, {"score", rounded_up(static_cast<double>(point.score))}}
        );
    }
    return points;
}

[[nodiscard]] json::value tail_json(const std::optional<TailEvidence>& tail) {
    if (!tail.has_value()) {
        return nullptr;
    }
    json::array intervals;
    for (const ScoreInterval& interval : tail->intervals) {
        intervals.push_back(
            {{"fmr", interval.fmr},
             {"score", interval.score},
             {"low", interval.low},
             {"high", interval.high}}
        );
    }
    return {
        {"method", "generalised Pareto, probability-weighted moments (Hosking and Wallis 1987)"},
        {"quantile", 1.0 - tail->fraction},
        {"threshold", tail->threshold},
        {"exceedances", tail->exceedances},
        {"shape", tail->shape},
        {"scale", tail->scale},
        {"interval",
         {{"method", "bootstrap over people, percentiles"},
          {"level", tail->interval_level},
          {"resamples", tail->resamples},
          {"seed", tail->seed},
          {"scores", std::move(intervals)}}},
    };
}

[[nodiscard]] json::object mated_json(const CalibrationReport& report) {
    json::array rates;
    for (const FalseNonMatchRate& rate : report.fnmr) {
        rates.push_back({{"fmr", rate.fmr}, {"score", rate.score}, {"fnmr", rate.fnmr}});
    }
    return {{"pairs", report.mated_pairs}, {"fnmr", std::move(rates)}};
}

[[nodiscard]] json::object report_json(const CalibrationReport& report) {
    json::object evidence{
        {"source", report.source},
        {"split", report.split},
        {"people", report.people},
        {"pictures", report.pictures},
        {"failures_to_acquire", report.failures_to_acquire},
        {"non_mated_pairs", report.non_mated_pairs},
        {"pairs_left_out", report.pairs_left_out},
        {"fmr_counted_min", report.fmr_counted_min},
        {"impostor_score_max", report.impostor_score_max},
        {"tail", tail_json(report.tail)},
        {"mated", mated_json(report)},
        {"summary", report.summary()},
    };
    return {
        {"pack", report.version.value},
        {"fmr_min", report.fmr_min},
        {"points", points_json(report)},
        {"evidence", std::move(evidence)},
    };
}

} // namespace

Status write_calibration(const std::filesystem::path& path, const CalibrationReport& report) {
    std::filesystem::path fresh = path;
    fresh += ".new";
    std::error_code error;
    {
        std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
        file << json::serialize(report_json(report)) << '\n';
        file.flush();
        if (!file) {
            std::filesystem::remove(fresh, error);
            return fail(ErrorCode::IoFailed, "the calibration cannot be written");
        }
    }
    std::filesystem::rename(fresh, path, error);
    if (error) {
        return fail(ErrorCode::IoFailed, "the calibration cannot be renamed: " + error.message());
    }
    return {};
}

} // namespace sallyport::evaluation
