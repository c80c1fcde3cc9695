#include "evaluation/internal/pareto_tail.hpp"

#include <cmath>

namespace sallyport::evaluation::internal {

std::optional<ParetoTail>
fit_pareto_tail(std::span<const Exceedance> best_first, double threshold, double total_weight) {
    double weight = 0.0;
    double mean = 0.0;       // E[Y], the paper's alpha 0
    double upper_mean = 0.0; // E[Y (1 - F(Y))], its alpha 1
    for (const Exceedance& exceedance : best_first) {
        weight += exceedance.weight;
    }
    if (!(weight > 0.0) || !(total_weight > 0.0)) {
        return std::nullopt;
    }
    double above = 0.0;
    for (const Exceedance& exceedance : best_first) {
        const double excess = exceedance.score - threshold;
        // Plotting position p_j = (j - 0.35) / n of the j-th from below, as the paper advises; here
        // 1 - p for the j-th from above, which is (j - 0.65) / n. A weight stands for that many
        // equal scores, so its position is the middle of theirs.
        const double rank_from_above = above + (exceedance.weight + 1.0) / 2.0;
        const double survival = (rank_from_above - 0.65) / weight;
        mean += exceedance.weight * excess / weight;
        upper_mean += exceedance.weight * excess * survival / weight;
        above += exceedance.weight;
    }
    const double spread = mean - 2.0 * upper_mean;
    if (!(spread > 0.0) || !(upper_mean > 0.0)) {
        return std::nullopt;
    }
    // The paper's k is minus the shape used here.
    const double k = mean / spread - 2.0;
    const double scale = 2.0 * mean * upper_mean / spread;
    if (!std::isfinite(k) || !std::isfinite(scale) || !(scale > 0.0)) {
        return std::nullopt;
    }
    return ParetoTail{threshold, weight / total_weight, -k, scale};
}

double score_at_rate(const ParetoTail& tail, double rate) {
    const double ratio = std::log(tail.fraction / rate);
    // expm1 keeps its accuracy for shapes near zero, where the curve is the exponential.
    const double excess = std::abs(tail.shape) < 1e-12
                              ? tail.scale * ratio
                              : tail.scale * std::expm1(tail.shape * ratio) / tail.shape;
    return tail.threshold + excess;
}

} // namespace sallyport::evaluation::internal
