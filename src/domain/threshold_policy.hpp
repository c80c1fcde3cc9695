// From a permitted error rate to a score. The operator states the false positive identification
// rate (FPIR) of a whole transaction; how strict one comparison must be follows from the number of
// templates searched and the attempts allowed; the score for that false match rate (FMR) comes
// from the pack's calibration. Pure functions and values; safe from any thread.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace sallyport::domain {

// Names the pack that made a template; scores of different packs do not compare.
struct TemplateVersion {
    std::string value;
    auto operator<=>(const TemplateVersion&) const = default;
};

// A score above which a comparison counts, bound to the pack whose calibration it came from.
struct Threshold {
    float score = 0.0F;
    TemplateVersion version;
    double fmr = 0.0;
};

// FMR = 1 - (1 - FPIR)^(1 / (N * A)): N templates of other people, A attempts, taken as
// independent. InvalidArgument unless 0 < fpir < 1, n >= 1 and attempts >= 1.
[[nodiscard]] Result<double> fmr_for_fpir(double fpir, std::size_t n, int attempts);

struct CalibrationPoint {
    double fmr = 0.0;
    float score = 0.0F;
};

// The impostor tail of one pack: score at falling FMR, counted points first, then the fitted tail.
class Calibration {
public:
    // Points must fall strictly in FMR and not fall in score; fmr_min is the stated limit of
    // extrapolation. ConfigInvalid otherwise.
    [[nodiscard]] static Result<Calibration>
    make(TemplateVersion version, std::vector<CalibrationPoint> points, double fmr_min);

    // The score for this FMR, interpolated in log FMR. NoCalibration below fmr_min (the caller then
    // runs refer only). An FMR above the first point takes the first point: stricter, never looser.
    [[nodiscard]] Result<Threshold> threshold_for(double fmr) const;

    [[nodiscard]] const TemplateVersion& version() const { return version_; }
    [[nodiscard]] double fmr_min() const { return fmr_min_; }
    [[nodiscard]] const std::vector<CalibrationPoint>& points() const { return points_; }

private:
    Calibration() = default;
    TemplateVersion version_;
    std::vector<CalibrationPoint> points_;
    double fmr_min_ = 1.0;
};

} // namespace sallyport::domain
