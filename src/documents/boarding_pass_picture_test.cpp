// Proves that a boarding pass is found in a picture of its code, whatever the symbology and however
// the paper lies, and that a picture without a code is told from one with another code. The test
// draws its pictures itself.
#include "documents/boarding_pass.hpp"

#include <ZXing/BitMatrix.h>
#include <ZXing/MultiFormatWriter.h>
#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::documents {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string pass_text =
    "M1DOE/ANNA MARIA      EXYZ123 ZRHLISXX 0834 326J001A0025 14D>6181WW6325BXX 0014123456003"
    "2A0141234567890 1XX XX 1234567890123    20KYLX58Z";

imaging::Image white(int width, int height) {
    imaging::Image picture(width, height);
    std::fill(picture.pixels().begin(), picture.pixels().end(), std::uint8_t{255});
    return picture;
}

void paint(imaging::Image& picture, int x, int y, std::uint8_t value) {
    std::fill_n(picture.row(y) + std::ptrdiff_t{3} * x, 3, value);
}

// A code on white paper, grey like a print.
imaging::Image draw(const std::string& text, ZXing::BarcodeFormat format) {
    const ZXing::BitMatrix code =
        ZXing::MultiFormatWriter(format).setMargin(4).encode(text, 420, 300);
    imaging::Image picture = white(code.width() + 80, code.height() + 60);
    for (int y = 0; y < code.height(); ++y) {
        for (int x = 0; x < code.width(); ++x) {
            if (code.get(x, y)) {
                paint(picture, x + 40, y + 30, 30);
            }
        }
    }
    return picture;
}

imaging::Image quarter_turn(const imaging::Image& picture) {
    imaging::Image turned(picture.height(), picture.width());
    for (int y = 0; y < picture.height(); ++y) {
        for (int x = 0; x < picture.width(); ++x) {
            paint(turned, picture.height() - 1 - y, x, picture.row(y)[std::ptrdiff_t{3} * x]);
        }
    }
    return turned;
}

class BoardingPassPicture : public ::testing::TestWithParam<ZXing::BarcodeFormat> {};

TEST_P(BoardingPassPicture, IsReadUprightAndTurned) {
    imaging::Image picture = draw(pass_text, GetParam());
    for (int turns = 0; turns < 4; ++turns) {
        const auto codes = find_codes(picture);
        ASSERT_TRUE(codes.has_value()) << turns << ": " << codes.error().describe();
        EXPECT_THAT(*codes, Contains(pass_text));
        const auto pass = read_boarding_pass(picture);
        ASSERT_TRUE(pass.has_value()) << pass.error().describe();
        EXPECT_EQ(pass->family_name, "DOE");
        EXPECT_EQ(pass->legs[0].flight(), "XX834");
        picture = quarter_turn(picture);
    }
}

TEST_P(BoardingPassPicture, IsReadWhereverItLiesOnThePaper) {
    const imaging::Image code = draw(pass_text, GetParam());
    for (const auto& [left, top] :
         {std::pair{0, 0}, {1100, 0}, {550, 420}, {0, 840}, {1100, 840}, {300, 150}, {800, 700}}) {
        imaging::Image picture = white(1'600, 1'200);
        for (int y = 0; y < code.height(); ++y) {
            std::copy_n(
                code.row(y),
                std::ptrdiff_t{3} * code.width(),
                picture.row(y + top) + std::ptrdiff_t{3} * left
            );
        }
        const auto pass = read_boarding_pass(picture);
        EXPECT_TRUE(pass.has_value()) << left << ", " << top;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Symbologies,
    BoardingPassPicture,
    ::testing::Values(
        ZXing::BarcodeFormat::PDF417,
        ZXing::BarcodeFormat::Aztec,
        ZXing::BarcodeFormat::QRCode,
        ZXing::BarcodeFormat::DataMatrix
    ),
    [](const auto& symbology) { return ZXing::ToString(symbology.param); }
);

TEST(BoardingPassPictures, APictureWithoutACodeIsNotFound) {
    for (const imaging::Image& picture : {imaging::Image(), white(400, 300), white(1, 1)}) {
        const auto codes = find_codes(picture);
        ASSERT_FALSE(codes.has_value());
        EXPECT_EQ(codes.error().code(), ErrorCode::NotFound);
        EXPECT_EQ(read_boarding_pass(picture).error().code(), ErrorCode::NotFound);
    }
}

TEST(BoardingPassPictures, AnotherCodeIsNoBoardingPass) {
    const auto pass =
        read_boarding_pass(draw("https://www.example.org", ZXing::BarcodeFormat::QRCode));
    ASSERT_FALSE(pass.has_value());
    EXPECT_EQ(pass.error().code(), ErrorCode::MalformedInput);
    EXPECT_THAT(pass.error().describe(), HasSubstr("format code"));
    EXPECT_THAT(pass.error().describe(), ::testing::Not(HasSubstr("example.org")));
}

TEST(BoardingPassPictures, ThePassIsChosenAmongSeveralCodes) {
    const imaging::Image other = draw("https://www.example.org", ZXing::BarcodeFormat::QRCode);
    const imaging::Image code = draw(pass_text, ZXing::BarcodeFormat::Aztec);
    imaging::Image picture =
        white(other.width() + code.width(), std::max(other.height(), code.height()));
    for (int y = 0; y < other.height(); ++y) {
        std::copy_n(other.row(y), std::ptrdiff_t{3} * other.width(), picture.row(y));
    }
    for (int y = 0; y < code.height(); ++y) {
        std::copy_n(
            code.row(y),
            std::ptrdiff_t{3} * code.width(),
            picture.row(y) + std::ptrdiff_t{3} * other.width()
        );
    }
    const auto codes = find_codes(picture);
    ASSERT_TRUE(codes.has_value());
    EXPECT_THAT(*codes, Contains("https://www.example.org"));
    const auto pass = read_boarding_pass(picture);
    ASSERT_TRUE(pass.has_value()) << pass.error().describe();
    EXPECT_EQ(pass->family_name, "DOE");
}

} // namespace
} // namespace sallyport::documents
