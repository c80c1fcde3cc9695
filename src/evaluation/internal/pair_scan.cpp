#include "evaluation/internal/pair_scan.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace sallyport::evaluation::internal {

namespace {

// 256 rows of 128 floats are 128 KB: they stay in the second-level cache while the probes pass by.
constexpr std::size_t block_rows = 256;

// The highest scores so far. When twice as many as wanted have come in, the lower half goes, and
// from then on only scores above the floor are taken: nearly all are turned away by one comparison.
class HighestScores {
public:
    explicit HighestScores(std::size_t highest_max) : highest_max_(highest_max) {
        scores_.reserve(2 * highest_max_);
    }
    [[nodiscard]] float floor() const { return floor_; }
    void add(const ImpostorScore& score) {
        if (highest_max_ == 0) {
            return;
        }
        scores_.push_back(score);
        if (scores_.size() == 2 * highest_max_) {
            shrink();
        }
    }
    [[nodiscard]] std::vector<ImpostorScore> take() && {
        if (scores_.size() > highest_max_) {
            shrink();
        }
        std::sort(scores_.begin(), scores_.end(), higher);
        return std::move(scores_);
    }

private:
    // Ties are broken by people, so that the result does not depend on the order of the scan.
    static bool higher(const ImpostorScore& left, const ImpostorScore& right) {
        if (left.score != right.score) {
            return left.score > right.score;
        }
        return std::pair(left.person_a, left.person_b) < std::pair(right.person_a, right.person_b);
    }
    void shrink() {
        const auto last = scores_.begin() + static_cast<std::ptrdiff_t>(highest_max_ - 1);
        std::nth_element(scores_.begin(), last, scores_.end(), higher);
        floor_ = last->score;
        scores_.resize(highest_max_);
    }

    std::size_t highest_max_;
    float floor_ = -std::numeric_limits<float>::infinity();
    std::vector<ImpostorScore> scores_;
};

} // namespace

PairScan scan_pairs(
    const gallery::TemplateRows& rows,
    std::span<const PersonIndex> person_of_row,
    const PairsLeftOut& left_out,
    std::size_t highest_max
) {
    PairScan scan;
    HighestScores highest(highest_max);
    std::array<float, block_rows> scores{};
    for (std::size_t block = 0; block < rows.size(); block += block_rows) {
        const std::size_t block_end = std::min(block + block_rows, rows.size());
        for (std::size_t probe = 0; probe < block_end; ++probe) {
            const std::size_t first = std::max(block, probe + 1);
            if (first >= block_end) {
                break;
            }
            const auto fresh = std::span(scores).first(block_end - first);
            rows.score(rows, probe, first, fresh);
            const PersonIndex person = person_of_row[probe];
            std::uint64_t same_person = 0;
            for (std::size_t index = 0; index < fresh.size(); ++index) {
                const PersonIndex other = person_of_row[first + index];
                if (other == person) {
                    scan.mated.push_back(fresh[index]);
                    ++same_person;
                    continue;
                }
                // Twins are few; looking them up for every pair would cost more than the scores.
                if (fresh[index] >= highest.floor()) {
                    const auto pair = std::minmax({person, other});
                    if (!left_out.contains({pair.first, pair.second})) {
                        highest.add({fresh[index], pair.first, pair.second});
                    }
                }
            }
            scan.non_mated_pairs += fresh.size() - same_person;
        }
    }
    std::vector<std::uint64_t> pictures;
    for (const PersonIndex person : person_of_row) {
        pictures.resize(std::max<std::size_t>(pictures.size(), person + 1U));
        ++pictures[person];
    }
    for (const auto& [a, b] : left_out) {
        if (a != b && b < pictures.size()) {
            scan.pairs_left_out += pictures[a] * pictures[b];
        }
    }
    scan.non_mated_pairs -= scan.pairs_left_out;
    scan.highest = std::move(highest).take();
    std::sort(scan.mated.begin(), scan.mated.end());
    return scan;
}

} // namespace sallyport::evaluation::internal
