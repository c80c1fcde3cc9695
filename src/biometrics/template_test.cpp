// Proves that templates are unit vectors bound to their pack, and that comparing is the cosine, or
// an error between packs.
#include "biometrics/template.hpp"

#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck.h>

namespace sallyport::biometrics {
namespace {

const domain::TemplateVersion version{"test/1/0123456789ab"};

Template made(std::vector<float> values) {
    auto result = Template::make(version, values);
    EXPECT_TRUE(result.has_value());
    return std::move(*result);
}

TEST(Template, IsScaledToLengthOne) {
    const Template three_four = made({3, 4});
    EXPECT_FLOAT_EQ(three_four.values()[0], 0.6F);
    EXPECT_FLOAT_EQ(three_four.values()[1], 0.8F);
    EXPECT_EQ(three_four.version(), version);
}

TEST(Template, KeepsItsDirectionAtExtremeLengths) {
    for (const float scale : {1e-30F, 1e30F}) {
        const Template scaled = made({3 * scale, 4 * scale});
        EXPECT_FLOAT_EQ(scaled.values()[0], 0.6F);
    }
}

TEST(Template, RefusesValuesThatSayNothing) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinite = std::numeric_limits<float>::infinity();
    for (const std::vector<float>& values :
         {std::vector<float>{}, {0, 0}, {1, nan}, {infinite, 1}}) {
        EXPECT_EQ(Template::make(version, values).error().code(), ErrorCode::InvalidArgument);
    }
}

TEST(Template, IsClonedWhole) {
    const Template original = made({1, 2, 3});
    const Template copy = original.clone();
    EXPECT_EQ(copy.version(), original.version());
    EXPECT_FLOAT_EQ(*compare(copy, original), 1.0F);
    EXPECT_NE(copy.values().data(), original.values().data());
}

TEST(CompareTemplates, GivesTheCosine) {
    EXPECT_FLOAT_EQ(*compare(made({1, 0}), made({0, 1})), 0.0F);
    EXPECT_FLOAT_EQ(*compare(made({1, 0}), made({-2, 0})), -1.0F);
    EXPECT_NEAR(*compare(made({1, 0}), made({1, 1})), std::sqrt(0.5), 1e-6);
}

TEST(CompareTemplates, AgreesWithTheSumInDoublesForAnyLength) {
    EXPECT_TRUE(rc::check("cosine", [] {
        const auto size = *rc::gen::inRange<std::size_t>(1, 520);
        const auto numbers =
            *rc::gen::container<std::vector<int>>(2 * size, rc::gen::inRange(-1000, 1000));
        std::vector<float> left(
            numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(size)
        );
        std::vector<float> right(
            numbers.begin() + static_cast<std::ptrdiff_t>(size), numbers.end()
        );
        left[0] += 2'000;
        right[0] += 2'000;
        double dot = 0;
        double left_squares = 0;
        double right_squares = 0;
        for (std::size_t i = 0; i < size; ++i) {
            dot += static_cast<double>(left[i]) * static_cast<double>(right[i]);
            left_squares += static_cast<double>(left[i]) * static_cast<double>(left[i]);
            right_squares += static_cast<double>(right[i]) * static_cast<double>(right[i]);
        }
        const double expected = dot / std::sqrt(left_squares * right_squares);
        const auto score = compare(made(left), made(right));
        RC_ASSERT(score.has_value());
        RC_ASSERT(std::abs(static_cast<double>(*score) - expected) < 1e-5);
        RC_ASSERT(*score <= 1.0F && *score >= -1.0F);
    }));
}

TEST(CompareTemplates, RefusesTemplatesOfAnotherPack) {
    const std::array<float, 2> values{1, 0};
    const auto other = Template::make({"test/2/0123456789ab"}, values);
    ASSERT_TRUE(other.has_value());
    EXPECT_EQ(compare(made({1, 0}), *other).error().code(), ErrorCode::ModelMismatch);
    EXPECT_EQ(compare(made({1, 0}), made({1, 0, 0})).error().code(), ErrorCode::ModelMismatch);
    EXPECT_FALSE(compare(Template(), Template()).has_value());
}

} // namespace
} // namespace sallyport::biometrics
