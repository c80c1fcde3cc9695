#include "evaluation/calibration.hpp"

#include "evaluation/internal/pair_scan.hpp"
#include "evaluation/internal/pareto_tail.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <random>
#include <set>

namespace sallyport::evaluation {

namespace {

using internal::Exceedance;
using internal::ImpostorScore;
using internal::PairScan;
using internal::ParetoTail;

// Points ten to a decade of the false match rate; between them the score is interpolated.
constexpr int points_a_decade = 10;
constexpr int first_point = 2 * points_a_decade; // FMR 1e-2; nobody runs looser
// Scores kept: enough for FMR 1e-2, or as much as 100 MB hold.
constexpr std::size_t highest_scores_max = 4'000'000;
// A resample's tail reaches further down than the sample's, by up to its people's weights.
constexpr double resample_depth = 4.0;

[[nodiscard]] double point_rate(int index) {
    return std::pow(10.0, -static_cast<double>(index) / points_a_decade);
}

// The score that exactly `count` pairs reach: a threshold there lets through those at or above it.
[[nodiscard]] std::size_t pairs_at(double fmr, std::uint64_t pairs) {
    // The tolerance keeps 1e-4 of 1,000,000 pairs from becoming 99.
    return static_cast<std::size_t>(std::floor(fmr * static_cast<double>(pairs) * (1.0 + 1e-12)));
}

// The lowest score at which at most `count` pairs pass: just above the next one. A decision passes
// scores at or above the threshold, so the next pair's own score would let one too many through.
[[nodiscard]] float
score_passed_by(const std::vector<ImpostorScore>& best_first, std::size_t count) {
    if (count >= best_first.size()) {
        return best_first.back().score;
    }
    return std::nextafter(best_first[count].score, 2.0F);
}

[[nodiscard]] std::size_t
tail_size(const CalibrationOptions& options, std::uint64_t pairs, std::size_t scores) {
    const std::size_t wanted =
        std::max(pairs_at(options.tail_fraction, pairs), options.tail_exceedances_wanted);
    const std::size_t size = std::min(wanted, static_cast<std::size_t>(pairs / 100));
    return size >= options.tail_exceedances_min && size < scores ? size : 0;
}

[[nodiscard]] std::optional<ParetoTail>
fit_sample(const std::vector<ImpostorScore>& best_first, std::size_t size, std::uint64_t pairs) {
    std::vector<Exceedance> exceedances;
    exceedances.reserve(size);
    for (std::size_t index = 0; index < size; ++index) {
        exceedances.push_back({static_cast<double>(best_first[index].score), 1.0});
    }
    const auto threshold = static_cast<double>(best_first[size].score);
    return internal::fit_pareto_tail(exceedances, threshold, static_cast<double>(pairs));
}

// Draws people with replacement and fits the tail again. A person drawn twice counts twice against
// everybody else, and not against their own double, who is the same person.
class PeopleBootstrap {
public:
    PeopleBootstrap(const LabelledTemplates& templates, const PairScan& scan, double fraction)
        : scan_(scan), fraction_(fraction) {
        for (const std::uint32_t person : templates.person_of_row) {
            pictures_.resize(std::max<std::size_t>(pictures_.size(), person + 1U), 0.0);
            pictures_[person] += 1.0;
        }
        for (std::uint32_t person = 0; person < pictures_.size(); ++person) {
            if (pictures_[person] > 0.0) {
                drawn_from_.push_back(person);
            }
        }
        std::set<std::pair<std::uint32_t, std::uint32_t>> once;
        for (const auto& [a, b] : templates.kept_apart) {
            if (a != b && std::max(a, b) < pictures_.size()) {
                once.insert(std::minmax(a, b));
            }
        }
        kept_apart_.assign(once.begin(), once.end());
    }

    [[nodiscard]] std::optional<ParetoTail> resample(std::mt19937_64& random) const {
        std::vector<double> weight(pictures_.size(), 0.0);
        std::uniform_int_distribution<std::size_t> draw(0, drawn_from_.size() - 1);
        for (std::size_t count = 0; count < drawn_from_.size(); ++count) {
            weight[drawn_from_[draw(random)]] += 1.0;
        }
        const double pairs = weight_of_pairs(weight);
        std::vector<Exceedance> exceedances;
        double passed = 0.0;
        for (const ImpostorScore& impostor : scan_.highest) {
            const double times = weight[impostor.person_a] * weight[impostor.person_b];
            const auto score = static_cast<double>(impostor.score);
            if (passed >= fraction_ * pairs) {
                return internal::fit_pareto_tail(exceedances, score, pairs);
            }
            if (times > 0.0) {
                exceedances.push_back({score, times});
                passed += times;
            }
        }
        return std::nullopt;
    }

private:
    [[nodiscard]] double weight_of_pairs(const std::vector<double>& weight) const {
        double sum = 0.0;
        double squares = 0.0;
        for (const std::uint32_t person : drawn_from_) {
            const double weighted = weight[person] * pictures_[person];
            sum += weighted;
            squares += weighted * weighted;
        }
        double pairs = (sum * sum - squares) / 2.0;
        for (const auto& [a, b] : kept_apart_) {
            pairs -= weight[a] * weight[b] * pictures_[a] * pictures_[b];
        }
        return pairs;
    }

    const PairScan& scan_;
    double fraction_;
    std::vector<double> pictures_; // of each person
    std::vector<std::uint32_t> drawn_from_;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> kept_apart_;
};

[[nodiscard]] std::vector<ParetoTail>
resampled_tails(const PeopleBootstrap& bootstrap, const CalibrationOptions& options) {
    std::mt19937_64 random(options.seed);
    std::vector<ParetoTail> tails;
    for (int count = 0; count < options.resamples; ++count) {
        if (const std::optional<ParetoTail> tail = bootstrap.resample(random)) {
            tails.push_back(*tail);
        }
    }
    return tails;
}

[[nodiscard]] ScoreInterval interval_at(
    const ParetoTail& tail, const std::vector<ParetoTail>& resampled, double fmr, double level
) {
    std::vector<double> scores;
    scores.reserve(resampled.size());
    for (const ParetoTail& other : resampled) {
        scores.push_back(internal::score_at_rate(other, std::min(fmr, other.fraction)));
    }
    std::sort(scores.begin(), scores.end());
    const auto last = static_cast<double>(scores.size() - 1);
    const auto place = [&](double quantile) {
        return scores[static_cast<std::size_t>(std::lround(quantile * last))];
    };
    const double outside = (1.0 - level) / 2.0;
    return {fmr, internal::score_at_rate(tail, fmr), place(outside), place(1.0 - outside)};
}

// The rates below the counted ones, down to the limit, which is the last point itself.
[[nodiscard]] std::vector<double> fitted_rates(double counted_min, double limit) {
    std::vector<double> rates;
    for (int index = first_point; point_rate(index) > limit * (1.0 + 1e-9); ++index) {
        if (point_rate(index) < counted_min * (1.0 - 1e-9)) {
            rates.push_back(point_rate(index));
        }
    }
    if (limit < counted_min) {
        rates.push_back(limit);
    }
    return rates;
}

void append_counted_points(
    CalibrationReport& report, const PairScan& scan, const CalibrationOptions& options
) {
    for (int index = first_point;; ++index) {
        const std::size_t count = pairs_at(point_rate(index), scan.non_mated_pairs);
        if (count < options.exceedances_counted_min) {
            break;
        }
        if (count < scan.highest.size()) {
            report.points.push_back({point_rate(index), score_passed_by(scan.highest, count)});
            report.fmr_counted_min = point_rate(index);
        }
    }
    report.fmr_min = report.fmr_counted_min;
}

void append_fitted_points(
    CalibrationReport& report,
    const LabelledTemplates& templates,
    const PairScan& scan,
    const CalibrationOptions& options
) {
    const std::size_t size = tail_size(options, scan.non_mated_pairs, scan.highest.size());
    if (size == 0) {
        return;
    }
    const std::optional<ParetoTail> tail = fit_sample(scan.highest, size, scan.non_mated_pairs);
    if (!tail.has_value()) {
        return;
    }
    const std::vector<ParetoTail> resampled =
        resampled_tails(PeopleBootstrap(templates, scan, tail->fraction), options);
    // With resamples that mostly fail there is no honest interval, and so no extrapolation.
    if (resampled.empty() || resampled.size() < static_cast<std::size_t>(options.resamples) / 2) {
        return;
    }
    TailEvidence evidence{
        tail->fraction,
        tail->threshold,
        size,
        tail->shape,
        tail->scale,
        static_cast<int>(resampled.size()),
        options.interval_level,
        options.seed,
        {}
    };
    const double limit = options.fmr_min_of_one_pair / static_cast<double>(scan.non_mated_pairs);
    for (const double fmr : fitted_rates(report.fmr_counted_min, limit)) {
        const ScoreInterval interval = interval_at(*tail, resampled, fmr, options.interval_level);
        if (interval.high - interval.low > options.interval_width_max) {
            break;
        }
        evidence.intervals.push_back(interval);
        // Where the curve starts below the last counted score, that score stands until it passes.
        const float score =
            std::max(static_cast<float>(interval.score), report.points.back().score);
        report.points.push_back({fmr, score});
        report.fmr_min = fmr;
    }
    report.tail = std::move(evidence);
}

void describe_mated(CalibrationReport& report, const std::vector<float>& mated) {
    report.mated_pairs = mated.size();
    if (mated.empty()) {
        return;
    }
    for (int decade = 3; decade <= 8; ++decade) {
        const double wanted = point_rate(decade * points_a_decade);
        const auto point =
            std::find_if(report.points.begin(), report.points.end(), [&](const auto& candidate) {
                return std::abs(std::log(candidate.fmr / wanted)) < 1e-6;
            });
        if (point == report.points.end()) {
            continue;
        }
        const auto below = std::lower_bound(mated.begin(), mated.end(), point->score);
        report.fnmr.push_back(
            {wanted,
             static_cast<double>(point->score),
             static_cast<double>(below - mated.begin()) / static_cast<double>(mated.size())}
        );
    }
}

} // namespace

std::string CalibrationReport::summary() const {
    std::string text = fmt::format(
        "{} pictures of {} people ({}, {}): {} comparisons of different people, counted down to a "
        "false match rate of {:.1e}",
        pictures,
        people,
        source,
        split,
        non_mated_pairs,
        fmr_counted_min
    );
    if (fmr_min < fmr_counted_min) {
        text += fmt::format(", fitted down to {:.1e}", fmr_min);
    }
    return text + ".";
}

Result<CalibrationReport> calibrate_templates(
    const domain::TemplateVersion& version,
    const LabelledTemplates& templates,
    const CalibrationOptions& options
) {
    if (templates.person_of_row.size() != templates.rows.size()) {
        return fail(ErrorCode::InvalidArgument, "every template needs a label");
    }
    const auto rows = static_cast<std::uint64_t>(templates.rows.size());
    const std::uint64_t pairs_max = rows * (rows - std::min<std::uint64_t>(rows, 1)) / 2;
    internal::PairsLeftOut left_out;
    for (const auto& [a, b] : templates.kept_apart) {
        left_out.insert(std::minmax(a, b));
    }
    const auto tail_max = static_cast<std::size_t>(
        resample_depth *
        static_cast<double>(
            std::max(pairs_at(options.tail_fraction, pairs_max), options.tail_exceedances_wanted)
        )
    );
    const std::size_t highest_max = std::min(
        std::max(pairs_at(point_rate(first_point), pairs_max) + 1, tail_max), highest_scores_max
    );
    const PairScan scan =
        internal::scan_pairs(templates.rows, templates.person_of_row, left_out, highest_max);

    CalibrationReport report;
    report.version = version;
    report.people =
        std::set<std::uint32_t>(templates.person_of_row.begin(), templates.person_of_row.end())
            .size();
    report.pictures = templates.rows.size();
    report.non_mated_pairs = scan.non_mated_pairs;
    report.pairs_left_out = scan.pairs_left_out;
    append_counted_points(report, scan, options);
    if (report.points.empty()) {
        return fail(
            ErrorCode::InvalidArgument,
            fmt::format(
                "{} comparisons of different people are too few to calibrate", scan.non_mated_pairs
            )
        );
    }
    report.impostor_score_max = static_cast<double>(scan.highest.front().score);
    append_fitted_points(report, templates, scan, options);
    describe_mated(report, scan.mated);
    return report;
}

} // namespace sallyport::evaluation
