// Proves that the vector kernels compute what a plain loop computes, on every instruction set of
// this machine and for every shape of template, and that rows are padded, aligned and checked.
#include "gallery/internal/dot_kernel.hpp"
#include "gallery/internal/test_templates.hpp"
#include "gallery/template_rows.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <hwy/highway.h>

namespace sallyport::gallery {
namespace {

using internal::random_values;

double plain_dot(std::span<const float> left, std::span<const float> right) {
    double sum = 0.0;
    for (std::size_t index = 0; index < left.size(); ++index) {
        sum += static_cast<double>(left[index]) * static_cast<double>(right[index]);
    }
    return sum;
}

// Runs the body once with each instruction set that this machine has.
template <class Body>
void for_each_instruction_set(Body body) {
    for (std::int64_t left = hwy::SupportedTargets(); left != 0; left &= left - 1) {
        const std::int64_t target = left & -left;
        SCOPED_TRACE(hwy::TargetName(target));
        hwy::SetSupportedTargetsForTest(target);
        hwy::GetChosenTarget().DeInit();
        body();
    }
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().DeInit();
}

class KernelAgainstPlainLoop : public testing::TestWithParam<std::size_t> {};

TEST_P(KernelAgainstPlainLoop, AgreesForEveryNumberOfRowsOnEveryInstructionSet) {
    const std::size_t dimension = GetParam();
    std::mt19937_64 random(dimension);
    TemplateRows probes(dimension);
    ASSERT_TRUE(probes.append(random_values(random, dimension)));
    TemplateRows rows(dimension);
    std::vector<double> expected;
    for (std::size_t count = 0; count < 41; ++count) {
        const std::vector<float> values = random_values(random, dimension);
        expected.push_back(plain_dot(probes.row(0), values));
        ASSERT_TRUE(rows.append(values));
    }
    const double tolerance = 4e-6 * static_cast<double>(dimension) + 1e-6;
    for_each_instruction_set([&] {
        for (std::size_t first = 0; first < 10; ++first) {
            for (std::size_t count = 0; first + count <= rows.size(); ++count) {
                std::vector<float> scores(count + 1, -9.0F);
                rows.score(probes, 0, first, std::span(scores).first(count));
                for (std::size_t index = 0; index < count; ++index) {
                    ASSERT_NEAR(scores[index], expected[first + index], tolerance);
                }
                ASSERT_EQ(scores[count], -9.0F) << "wrote beyond the rows asked for";
            }
        }
    });
}

INSTANTIATE_TEST_SUITE_P(
    Dimensions,
    KernelAgainstPlainLoop,
    testing::Values(1U, 2U, 3U, 15U, 16U, 17U, 31U, 127U, 128U, 129U, 192U, 333U, 512U, 1000U)
);

TEST(KernelAgainstPlainLoop, ARowsScoreDoesNotDependOnItsPlace) {
    std::mt19937_64 random(4);
    TemplateRows probes(130);
    ASSERT_TRUE(probes.append(random_values(random, 130)));
    const std::vector<float> values = random_values(random, 130);
    TemplateRows rows(130);
    for (int count = 0; count < 21; ++count) {
        ASSERT_TRUE(rows.append(values));
    }
    for_each_instruction_set([&] {
        std::vector<float> scores(rows.size());
        rows.score(probes, 0, 0, scores);
        for (const float score : scores) {
            ASSERT_EQ(score, scores.front());
        }
    });
}

TEST(TemplateRows, KeepsEveryRowAsItWas) {
    std::mt19937_64 random(5);
    TemplateRows rows(100);
    std::vector<std::vector<float>> added;
    for (int count = 0; count < 50; ++count) {
        added.push_back(random_values(random, 100));
        ASSERT_TRUE(rows.append(added.back()));
    }
    ASSERT_EQ(rows.size(), added.size());
    for (std::size_t index = 0; index < added.size(); ++index) {
        const std::span<const float> row = rows.row(index);
        EXPECT_EQ(std::vector<float>(row.begin(), row.end()), added[index]);
    }
}

TEST(TemplateRows, AlignsEveryRowAndPadsItWithZeros) {
    std::mt19937_64 random(6);
    TemplateRows rows(20);
    for (int count = 0; count < 9; ++count) {
        ASSERT_TRUE(rows.append(random_values(random, 20)));
    }
    for (std::size_t index = 0; index < rows.size(); ++index) {
        const float* row = rows.row(index).data();
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(row) % internal::row_alignment_bytes, 0U);
        for (std::size_t at = 20; at < 32; ++at) {
            EXPECT_EQ(row[at], 0.0F);
        }
    }
}

TEST(TemplateRows, RefusesARowOfAnotherDimension) {
    TemplateRows rows(16);
    const std::vector<float> values(17, 1.0F);
    const Status status = rows.append(values);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(rows.size(), 0U);
}

} // namespace
} // namespace sallyport::gallery
