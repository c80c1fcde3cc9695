#include "domain/threshold_policy.hpp"

#include <algorithm>
#include <cmath>

namespace sallyport::domain {

Result<double> fmr_for_fpir(double fpir, std::size_t n, int attempts) {
    if (!(fpir > 0.0 && fpir < 1.0) || n < 1 || attempts < 1) {
        return fail(
            ErrorCode::InvalidArgument,
            "the FPIR lies between 0 and 1, N and attempts are at least 1"
        );
    }
    const double comparisons = static_cast<double>(n) * static_cast<double>(attempts);
    // expm1 and log1p keep the digits that 1 - (1 - x)^(1/y) would lose for small x.
    return -std::expm1(std::log1p(-fpir) / comparisons);
}

Result<Calibration>
Calibration::make(TemplateVersion version, std::vector<CalibrationPoint> points, double fmr_min) {
    const auto bad_point = [](const CalibrationPoint& point) {
        return !(point.fmr > 0.0 && point.fmr < 1.0) || !std::isfinite(point.score);
    };
    const auto out_of_order = [](const CalibrationPoint& left, const CalibrationPoint& right) {
        return right.fmr >= left.fmr || right.score < left.score;
    };
    if (points.size() < 2 || std::any_of(points.begin(), points.end(), bad_point) ||
        std::adjacent_find(points.begin(), points.end(), out_of_order) != points.end()) {
        return fail(
            ErrorCode::ConfigInvalid,
            "calibration points must fall in FMR and rise in score, two or more of them"
        );
    }
    if (!(fmr_min >= points.back().fmr && fmr_min <= points.front().fmr)) {
        return fail(
            ErrorCode::ConfigInvalid, "the calibration's fmr_min must lie within its points"
        );
    }
    Calibration calibration;
    calibration.version_ = std::move(version);
    calibration.points_ = std::move(points);
    calibration.fmr_min_ = fmr_min;
    return calibration;
}

Result<Threshold> Calibration::threshold_for(double fmr) const {
    if (!(fmr > 0.0) || fmr < fmr_min_) {
        return fail(
            ErrorCode::NoCalibration,
            "the error rate asked for lies beyond what the pack's calibration can support"
        );
    }
    if (fmr >= points_.front().fmr) {
        return Threshold{.score = points_.front().score, .version = version_, .fmr = fmr};
    }
    const auto below =
        std::find_if(points_.begin(), points_.end(), [fmr](const CalibrationPoint& point) {
            return point.fmr <= fmr;
        });
    const CalibrationPoint& stricter = *below;
    const CalibrationPoint& looser = *std::prev(below);
    const double share =
        (std::log(looser.fmr) - std::log(fmr)) / (std::log(looser.fmr) - std::log(stricter.fmr));
    const double score = looser.score + share * (stricter.score - looser.score);
    return Threshold{.score = static_cast<float>(score), .version = version_, .fmr = fmr};
}

} // namespace sallyport::domain
