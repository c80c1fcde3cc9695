// Compares every template with every other, blocked so that the rows stay in the cache, and keeps
// what a calibration needs: how many comparisons of different people there were, the highest of
// their scores, and all scores of the same person. Pure; one thread.
#pragma once

#include "gallery/template_rows.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace sallyport::evaluation::internal {

using PersonIndex = std::uint32_t;
// Pairs of people that are no impostor comparison (twins), the smaller index first.
using PairsLeftOut = std::set<std::pair<PersonIndex, PersonIndex>>;

struct ImpostorScore {
    float score = 0.0F;
    PersonIndex person_a = 0;
    PersonIndex person_b = 0;
};

struct PairScan {
    std::uint64_t non_mated_pairs = 0;
    std::uint64_t pairs_left_out = 0;
    std::vector<ImpostorScore> highest; // best first, at most highest_max
    std::vector<float> mated;           // rising
};

[[nodiscard]] PairScan scan_pairs(
    const gallery::TemplateRows& rows,
    std::span<const PersonIndex> person_of_row,
    const PairsLeftOut& left_out,
    std::size_t highest_max
);

} // namespace sallyport::evaluation::internal
