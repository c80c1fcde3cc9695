// Proves that crops, alignment and portraits put every point where it belongs, also when the part
// looked at leaves the picture, and that the measures tell sharp from blurred and dark from bright.
#include "imaging/geometry.hpp"
#include "imaging/measure.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace sallyport::imaging {
namespace {

Image plain(int width, int height, std::uint8_t value) {
    Image image(width, height);
    std::fill(image.pixels().begin(), image.pixels().end(), value);
    return image;
}

// Red is the column, green the row: every pixel says where it came from.
Image coordinates(int width, int height) {
    Image image(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            image.row(y)[3 * x] = static_cast<std::uint8_t>(x);
            image.row(y)[3 * x + 1] = static_cast<std::uint8_t>(y);
        }
    }
    return image;
}

// Bright dots of two pixels' radius on black.
Image dots(int width, int height, const Landmarks& centres, float radius) {
    Image image(width, height);
    for (const Point& centre : centres) {
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                const float far =
                    std::hypot(static_cast<float>(x) - centre.x, static_cast<float>(y) - centre.y);
                if (far <= radius) {
                    std::fill_n(image.row(y) + 3 * x, 3, std::uint8_t{255});
                }
            }
        }
    }
    return image;
}

// The brightness-weighted middle of what lies within `reach` of the point.
Point middle_near(const Image& image, const Point& point, float reach) {
    double sum = 0;
    double x_sum = 0;
    double y_sum = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (std::hypot(static_cast<float>(x) - point.x, static_cast<float>(y) - point.y) <=
                reach) {
                const double value = image.row(y)[3 * x];
                sum += value;
                x_sum += value * x;
                y_sum += value * y;
            }
        }
    }
    return {static_cast<float>(x_sum / sum), static_cast<float>(y_sum / sum)};
}

Landmarks turned_and_scaled(double scale, double degrees, Point shift) {
    const double angle = degrees * 3.14159265358979 / 180;
    Landmarks moved{};
    for (std::size_t i = 0; i < moved.size(); ++i) {
        const double x = arcface_landmarks[i].x - 56;
        const double y = arcface_landmarks[i].y - 56;
        moved[i].x =
            static_cast<float>(scale * (std::cos(angle) * x - std::sin(angle) * y)) + shift.x;
        moved[i].y =
            static_cast<float>(scale * (std::sin(angle) * x + std::cos(angle) * y)) + shift.y;
    }
    return moved;
}

TEST(Resize, KeepsCornersInTheirPlaces) {
    const auto scaled = resize(coordinates(100, 80), 50, 40);
    ASSERT_TRUE(scaled.has_value());
    EXPECT_EQ(scaled->width(), 50);
    EXPECT_NEAR(scaled->row(0)[0], 0.5, 1.0);
    EXPECT_NEAR(scaled->row(39)[3 * 49], 98.5, 1.0);
    EXPECT_NEAR(scaled->row(39)[3 * 49 + 1], 78.5, 1.0);
}

TEST(Resize, AveragesWhatItShrinks) {
    Image stripes(256, 256);
    for (int y = 0; y < 256; ++y) {
        for (int x = 0; x < 256; x += 2) {
            std::fill_n(stripes.row(y) + 3 * x, 3, std::uint8_t{200});
        }
    }
    const auto scaled = resize(stripes, 32, 32);
    ASSERT_TRUE(scaled.has_value());
    EXPECT_TRUE(std::ranges::all_of(scaled->pixels(), [](int value) {
        return std::abs(value - 100) <= 1;
    }));
}

TEST(Resize, RefusesNothing) {
    EXPECT_EQ(resize(Image(), 4, 4).error().code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(resize(Image(4, 4), 0, 4).error().code(), ErrorCode::InvalidArgument);
}

TEST(CropResize, CutsTheVeryBoxWhenTheScaleIsOne) {
    const auto crop = crop_resize(coordinates(100, 80), {10, 20, 30, 40}, 30, 40);
    ASSERT_TRUE(crop.has_value());
    EXPECT_EQ(crop->row(0)[0], 10);
    EXPECT_EQ(crop->row(0)[1], 20);
    EXPECT_EQ(crop->row(39)[3 * 29], 39);
    EXPECT_EQ(crop->row(39)[3 * 29 + 1], 59);
}

TEST(CropResize, ShrinksWithoutMovingAnything) {
    const auto crop = crop_resize(coordinates(200, 200), {20, 40, 144, 144}, 48, 48);
    ASSERT_TRUE(crop.has_value());
    // The target pixel i covers source pixels 20 + 3 i to 22 + 3 i.
    EXPECT_NEAR(crop->row(10)[3 * 10], 51, 1);
    EXPECT_NEAR(crop->row(10)[3 * 10 + 1], 71, 1);
    EXPECT_NEAR(crop->row(40)[3 * 40], 141, 1);
    EXPECT_NEAR(crop->row(40)[3 * 40 + 1], 161, 1);
}

TEST(CropResize, FillsZeroOutsideThePicture) {
    const auto crop = crop_resize(plain(100, 100, 200), {-50, -50, 100, 100}, 50, 50);
    ASSERT_TRUE(crop.has_value());
    EXPECT_EQ(crop->row(10)[3 * 10], 0);
    EXPECT_EQ(crop->row(10)[3 * 40], 0);
    EXPECT_EQ(crop->row(40)[3 * 40], 200);
}

TEST(CropResize, GivesBlackFarOutsideAndForGiantBoxes) {
    const auto away = crop_resize(plain(10, 10, 200), {1'000, 1'000, 10, 10}, 8, 8);
    ASSERT_TRUE(away.has_value());
    EXPECT_TRUE(std::ranges::all_of(away->pixels(), [](int value) { return value == 0; }));
    const auto giant = crop_resize(plain(10, 10, 200), {-1e6F, -1e6F, 2e6F, 2e6F}, 8, 8);
    ASSERT_TRUE(giant.has_value());
    EXPECT_EQ(giant->row(0)[0], 0);
}

TEST(CropResize, RefusesBoxesWithoutSize) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinite = std::numeric_limits<float>::infinity();
    for (const Box& box :
         {Box{0, 0, 0, 5},
          Box{0, 0, 5, -1},
          Box{0, 0, nan, 5},
          Box{nan, 0, 5, 5},
          Box{0, 0, infinite, infinite}}) {
        EXPECT_EQ(
            crop_resize(plain(10, 10, 1), box, 4, 4).error().code(), ErrorCode::InvalidArgument
        );
    }
}

TEST(AlignFace, PutsTheLandmarksOntoTheTemplate) {
    const struct {
        double scale;
        double degrees;
    } cases[] = {{1.0, 0}, {0.9, 20}, {1.5, -35}, {2.2, 10}, {4.5, 160}};
    for (const auto& [scale, degrees] : cases) {
        SCOPED_TRACE(testing::Message() << scale << " at " << degrees);
        const Landmarks landmarks = turned_and_scaled(scale, degrees, {330, 310});
        const Image image = dots(660, 640, landmarks, static_cast<float>(3 * scale));
        const auto aligned = align_face(image, landmarks);
        ASSERT_TRUE(aligned.has_value());
        ASSERT_EQ(aligned->width(), aligned_side_px);
        for (const Point& wanted : arcface_landmarks) {
            const Point found = middle_near(*aligned, wanted, 7);
            EXPECT_NEAR(found.x, wanted.x, 0.35);
            EXPECT_NEAR(found.y, wanted.y, 0.35);
        }
    }
}

TEST(AlignFace, IsBlackWhereTheFaceLeavesThePicture) {
    const Landmarks landmarks = turned_and_scaled(1.0, 0, {0, 56});
    const auto aligned = align_face(plain(112, 112, 200), landmarks);
    ASSERT_TRUE(aligned.has_value());
    EXPECT_EQ(aligned->row(56)[3 * 10], 0);
    EXPECT_EQ(aligned->row(56)[3 * 100], 200);
}

TEST(AlignFace, RefusesLandmarksThatCoincide) {
    Landmarks landmarks{};
    landmarks.fill({5, 5});
    EXPECT_EQ(align_face(plain(10, 10, 1), landmarks).error().code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(align_face(Image(), arcface_landmarks).error().code(), ErrorCode::InvalidArgument);
}

TEST(PortraitCrop, PutsTheEyesInTheSamePlaceWhateverTheSource) {
    for (const double scale : {0.7, 2.0, 5.0}) {
        SCOPED_TRACE(scale);
        const Landmarks landmarks = turned_and_scaled(scale, 15, {400, 380});
        const Image image = dots(800, 760, landmarks, static_cast<float>(2.5 * scale));
        const auto portrait = portrait_crop(image, landmarks, 480, 600);
        ASSERT_TRUE(portrait.has_value());
        for (const float x : {179.5F, 299.5F}) {
            const Point found = middle_near(*portrait, {x, 269.5F}, 25);
            EXPECT_NEAR(found.x, x, 1.5);
            EXPECT_NEAR(found.y, 269.5, 1.5);
        }
    }
}

TEST(PortraitCrop, IsGreyOutsideThePicture) {
    const Landmarks landmarks = turned_and_scaled(1.0, 0, {56, 56});
    const auto portrait = portrait_crop(plain(112, 112, 200), landmarks, 480, 600);
    ASSERT_TRUE(portrait.has_value());
    EXPECT_EQ(portrait->row(2)[6], 96);
    EXPECT_EQ(portrait->row(300)[3 * 240], 200);
}

TEST(PortraitCrop, RefusesEyesThatCoincide) {
    Landmarks landmarks = arcface_landmarks;
    landmarks[1] = landmarks[0];
    EXPECT_EQ(
        portrait_crop(plain(112, 112, 1), landmarks, 480, 600).error().code(),
        ErrorCode::InvalidArgument
    );
}

TEST(Mask, CoversTheBoxesAndNothingElse) {
    Image image = plain(20, 20, 200);
    const std::vector<Box> boxes{{5, 5, 4, 4}, {-10, 15, 12, 100}, {500, 500, 5, 5}};
    mask(image, boxes);
    EXPECT_EQ(image.row(5)[15], 96);
    EXPECT_EQ(image.row(8)[3 * 8 + 2], 96);
    EXPECT_EQ(image.row(4)[15], 200);
    EXPECT_EQ(image.row(9)[3 * 9], 200);
    EXPECT_EQ(image.row(19)[3], 96);
    EXPECT_EQ(image.row(19)[6], 200);
}

TEST(LuminanceMean, AveragesOnlyTheBox) {
    Image image = plain(20, 20, 50);
    mask(image, std::vector<Box>{{0, 0, 10, 20}});
    EXPECT_NEAR(*luminance_mean(image, {0, 0, 10, 20}), 96, 0.01);
    EXPECT_NEAR(*luminance_mean(image, {10, 0, 50, 20}), 50, 0.01);
    EXPECT_EQ(luminance_mean(image, {30, 0, 5, 5}).error().code(), ErrorCode::InvalidArgument);
}

TEST(LaplacianVariance, IsLargerForTheSharperPicture) {
    const Image sharp = dots(112, 112, arcface_landmarks, 4);
    const auto small = resize(sharp, 28, 28);
    ASSERT_TRUE(small.has_value());
    const auto blurred = resize(*small, 112, 112);
    ASSERT_TRUE(blurred.has_value());
    EXPECT_GT(*laplacian_variance(sharp), 4 * *laplacian_variance(*blurred));
    EXPECT_EQ(*laplacian_variance(plain(10, 10, 77)), 0.0);
    EXPECT_FALSE(laplacian_variance(Image()).has_value());
}

} // namespace
} // namespace sallyport::imaging
