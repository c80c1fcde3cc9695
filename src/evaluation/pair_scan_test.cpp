// Proves that the blocked scan counts and keeps exactly what a plain double loop over all pairs
// counts and keeps: mated, non-mated, left out, and the highest impostor scores with their people.
#include "evaluation/internal/pair_scan.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <tuple>

namespace sallyport::evaluation::internal {
namespace {

struct MadeUp {
    gallery::TemplateRows rows{0};
    std::vector<PersonIndex> person_of_row;
};

MadeUp made_up(std::size_t count, PersonIndex people, std::size_t dimension, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<float> normal;
    MadeUp result{gallery::TemplateRows(dimension), {}};
    for (std::size_t row = 0; row < count; ++row) {
        std::vector<float> values(dimension);
        float length = 0.0F;
        for (float& value : values) {
            value = normal(random);
            length += value * value;
        }
        for (float& value : values) {
            value /= std::sqrt(length);
        }
        EXPECT_TRUE(result.rows.append(values));
        result.person_of_row.push_back(static_cast<PersonIndex>(random() % people));
    }
    return result;
}

PairScan plain_scan(const MadeUp& set, const PairsLeftOut& left_out) {
    PairScan scan;
    for (std::size_t left = 0; left < set.rows.size(); ++left) {
        for (std::size_t right = left + 1; right < set.rows.size(); ++right) {
            float score = 0.0F;
            set.rows.score(set.rows, left, right, {&score, 1});
            const auto pair = std::minmax({set.person_of_row[left], set.person_of_row[right]});
            if (pair.first == pair.second) {
                scan.mated.push_back(score);
            } else if (left_out.contains({pair.first, pair.second})) {
                ++scan.pairs_left_out;
            } else {
                ++scan.non_mated_pairs;
                scan.highest.push_back({score, pair.first, pair.second});
            }
        }
    }
    // Among equal scores, people with the smaller numbers first.
    std::sort(scan.highest.begin(), scan.highest.end(), [](const auto& a, const auto& b) {
        return std::tuple(-a.score, a.person_a, a.person_b) <
               std::tuple(-b.score, b.person_a, b.person_b);
    });
    std::sort(scan.mated.begin(), scan.mated.end());
    return scan;
}

TEST(PairScan, CountsAndKeepsWhatAPlainLoopDoes) {
    // Sizes on both sides of the block's 256 rows, and more scores than are kept.
    for (const std::size_t count : {2U, 3U, 255U, 256U, 257U, 700U}) {
        const MadeUp set = made_up(count, 90, 24, count);
        const PairsLeftOut left_out{{3, 8}, {0, 1}, {7, 89}, {2, 5'000}};
        const PairScan expected = plain_scan(set, left_out);
        for (const std::size_t highest_max : {0U, 1U, 50U, 1'000'000U}) {
            const PairScan scan = scan_pairs(set.rows, set.person_of_row, left_out, highest_max);
            EXPECT_EQ(scan.non_mated_pairs, expected.non_mated_pairs);
            EXPECT_EQ(scan.pairs_left_out, expected.pairs_left_out);
            EXPECT_EQ(scan.mated, expected.mated);
            ASSERT_EQ(scan.highest.size(), std::min(highest_max, expected.highest.size()));
            for (std::size_t place = 0; place < scan.highest.size(); ++place) {
                ASSERT_EQ(scan.highest[place].score, expected.highest[place].score);
                ASSERT_EQ(scan.highest[place].person_a, expected.highest[place].person_a);
                ASSERT_EQ(scan.highest[place].person_b, expected.highest[place].person_b);
            }
        }
    }
}

TEST(PairScan, OfFewerThanTwoTemplatesIsEmpty) {
    for (const std::size_t count : {0U, 1U}) {
        const MadeUp set = made_up(count, 5, 24, 1);
        const PairScan scan = scan_pairs(set.rows, set.person_of_row, {}, 10);
        EXPECT_EQ(scan.non_mated_pairs, 0U);
        EXPECT_TRUE(scan.highest.empty());
        EXPECT_TRUE(scan.mated.empty());
    }
}

TEST(PairScan, TwinsAtTheTopDoNotCount) {
    MadeUp set{gallery::TemplateRows(2), {0, 1, 2}};
    ASSERT_TRUE(set.rows.append(std::vector<float>{1.0F, 0.0F}));
    ASSERT_TRUE(set.rows.append(std::vector<float>{1.0F, 0.0F}));
    ASSERT_TRUE(set.rows.append(std::vector<float>{0.6F, 0.8F}));
    const PairScan scan = scan_pairs(set.rows, set.person_of_row, {{0, 1}}, 10);
    EXPECT_EQ(scan.non_mated_pairs, 2U);
    EXPECT_EQ(scan.pairs_left_out, 1U);
    ASSERT_EQ(scan.highest.size(), 2U);
    EXPECT_NEAR(scan.highest[0].score, 0.6F, 1e-6F);
}

} // namespace
} // namespace sallyport::evaluation::internal
