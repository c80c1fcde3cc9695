// The tail of a distribution beyond a high threshold as a generalised Pareto distribution
// (Pickands 1975): what lies beyond the last counted score is read off the fitted curve. Fitted by
// probability-weighted moments after Hosking and Wallis, "Parameter and Quantile Estimation for the
// Generalized Pareto Distribution", Technometrics 29 (1987): steady for shapes below 1/2 and never
// without an answer on small samples, where maximum likelihood can be. Pure functions.
#pragma once

#include <optional>
#include <span>

namespace sallyport::evaluation::internal {

// P(score > threshold + y) = fraction * (1 + shape * y / scale)^(-1 / shape).
struct ParetoTail {
    double threshold = 0.0;
    double fraction = 0.0; // of all comparisons above the threshold
    double shape = 0.0;    // < 0: the scores have an end; cosines do
    double scale = 0.0;
};

// A score above the threshold and how often it counts (1, or its weight in a resample).
struct Exceedance {
    double score = 0.0;
    double weight = 1.0;
};

// Exceedances best first, all above the threshold, out of total_weight comparisons. Nothing when
// they have no spread or no weight, or when the moments allow no curve (a tail that falls so slowly
// that it has no mean).
[[nodiscard]] std::optional<ParetoTail>
fit_pareto_tail(std::span<const Exceedance> best_first, double threshold, double total_weight);

// The score that the fraction `rate` of all comparisons exceeds; rate <= tail.fraction.
[[nodiscard]] double score_at_rate(const ParetoTail& tail, double rate);

} // namespace sallyport::evaluation::internal
