// From scores of known people to a pack's calibration: how high different people score, counted as
// far down as there are pairs to count, and beyond that read off a fitted tail, with an interval
// and a stated limit. docs/benchmarks.md says what was found. Pure values; one thread; the same
// seed gives the same report. Fails with InvalidArgument when there is too little to count.
#pragma once

#include "base/result.hpp"
#include "domain/threshold_policy.hpp"
#include "gallery/template_rows.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::evaluation {

struct LabelledTemplates {
    gallery::TemplateRows rows;
    std::vector<std::uint32_t> person_of_row;
    // Pairs of people left out of the impostor comparisons (twins).
    std::vector<std::pair<std::uint32_t, std::uint32_t>> kept_apart;
};

struct CalibrationOptions {
    // A rate is counted when at least this many pairs exceed it: its relative standard error is
    // then 22 % if pairs were independent. Below, the fit is smoother than the count.
    std::size_t exceedances_counted_min = 20;
    // The tail fitted: this fraction of all pairs. Of a smaller set it takes more, up to so many
    // scores that the shape is known to a few hundredths, but never more than a hundredth of the
    // pairs, which would not be a tail; and none when that leaves too few.
    double tail_fraction = 1e-4;
    std::size_t tail_exceedances_wanted = 2'000;
    std::size_t tail_exceedances_min = 500;
    // The interval: people (not pairs, which share people) are drawn anew with replacement. Where
    // pairs are nearly independent this makes it too wide, by up to the root of three: the safe
    // side.
    int resamples = 200;
    double interval_level = 0.95;
    std::uint64_t seed = 20260501;
    // The limit of extrapolation: a rate is offered only down to this fraction of one in all pairs,
    // two decades below the last count and half of what the curve was fitted over; and only while
    // its score is known to within the tie margin of a profile (0.05) either way, since a threshold
    // less sure than that would undo what the decision distinguishes.
    double fmr_min_of_one_pair = 0.1;
    double interval_width_max = 0.1;
};

// What the fit says of the score at one rate.
struct ScoreInterval {
    double fmr = 0.0;
    double score = 0.0;
    double low = 0.0;
    double high = 0.0;
};

struct TailEvidence {
    double fraction = 0.0; // of the pairs that lie above the threshold
    double threshold = 0.0;
    std::size_t exceedances = 0;
    double shape = 0.0;
    double scale = 0.0;
    int resamples = 0; // those that gave a fit
    double interval_level = 0.0;
    std::uint64_t seed = 0;
    std::vector<ScoreInterval> intervals; // at falling rates
};

struct FalseNonMatchRate {
    double fmr = 0.0;
    double score = 0.0;
    double fnmr = 0.0;
};

struct CalibrationReport {
    domain::TemplateVersion version;
    std::vector<domain::CalibrationPoint> points;
    double fmr_min = 1.0;

    std::string source;
    std::string split;
    std::size_t people = 0;
    std::size_t pictures = 0;
    std::size_t failures_to_acquire = 0; // pictures without a template
    std::uint64_t non_mated_pairs = 0;
    std::uint64_t pairs_left_out = 0;
    double fmr_counted_min = 1.0;     // points at higher rates are counted
    double impostor_score_max = 0.0;  // the highest score of two different people
    std::optional<TailEvidence> tail; // nothing: too few pairs to fit
    std::uint64_t mated_pairs = 0;
    std::vector<FalseNonMatchRate> fnmr;

    // One or two sentences for people.
    [[nodiscard]] std::string summary() const;
};

[[nodiscard]] Result<CalibrationReport> calibrate_templates(
    const domain::TemplateVersion& version,
    const LabelledTemplates& templates,
    const CalibrationOptions& options = {}
);

// The JSON that a model pack reads (calibration.json). Written beside its place and renamed, so
// that a reader sees the old file or the whole new one. IoFailed otherwise.
[[nodiscard]] Status
write_calibration(const std::filesystem::path& path, const CalibrationReport& report);

} // namespace sallyport::evaluation
