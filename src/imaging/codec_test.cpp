// Proves that only sound JPEG and PNG pictures within the limits become pixels, that they come out
// upright and in the right colours, and that every other input is refused with the right code.
#include "base/random.hpp"
#include "imaging/codec.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <gtest/gtest.h>
#include <png.h>
#include <string_view>
#include <turbojpeg.h>

namespace sallyport::imaging {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Colour = std::array<std::uint8_t, 3>;

constexpr Colour red{230, 20, 20};
constexpr Colour green{20, 200, 20};
constexpr Colour blue{20, 20, 220};
constexpr Colour white{240, 240, 240};

// Four plain quarters: red and green above, blue and white below.
Image quarters(int width, int height) {
    Image image(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const bool right = x >= width / 2;
            const Colour& colour = y < height / 2 ? (right ? green : red) : (right ? white : blue);
            std::copy(colour.begin(), colour.end(), image.row(y) + 3 * x);
        }
    }
    return image;
}

void expect_colour(const Image& image, int x, int y, const Colour& colour, int tolerance = 6) {
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_NEAR(image.row(y)[3 * static_cast<std::size_t>(x) + i], colour[i], tolerance)
            << "at " << x << ", " << y << ", colour " << i;
    }
}

Bytes jpeg_of(const Image& image) {
    const auto encoded = encode_jpeg(image, 95);
    EXPECT_TRUE(encoded.has_value());
    return {encoded->begin(), encoded->end()};
}

Bytes turbo_jpeg(
    const Bytes& pixels, int width, int height, int format, int subsampling, int flags
) {
    tjhandle handle = tjInitCompress();
    unsigned char* memory = nullptr;
    unsigned long size = 0;
    EXPECT_EQ(
        tjCompress2(
            handle, pixels.data(), width, 0, height, format, &memory, &size, subsampling, 90, flags
        ),
        0
    );
    Bytes bytes(memory, memory + size);
    tjFree(memory);
    tjDestroy(handle);
    return bytes;
}

Bytes progressive_jpeg() {
    const Image image = quarters(64, 64);
    return turbo_jpeg(
        {image.pixels().begin(), image.pixels().end()},
        64,
        64,
        TJPF_RGB,
        TJSAMP_420,
        TJFLAG_PROGRESSIVE
    );
}

Bytes with_orientation(const Bytes& jpeg, std::uint8_t orientation) {
    const Bytes block{0xFF, 0xE1, 0, 34, 'E', 'x', 'i', 'f', 0, 0,           'M', 'M', 0, 42, 0, 0,
                      0,    8, // TIFF header, big-endian
                      0,    1, // one entry: tag 0x112, SHORT, one value
                      0x01, 0x12, 0, 3,  0,   0,   0,   1,   0, orientation, 0,   0,   0, 0,  0, 0};
    Bytes bytes(jpeg.begin(), jpeg.begin() + 2);
    bytes.insert(bytes.end(), block.begin(), block.end());
    bytes.insert(bytes.end(), jpeg.begin() + 2, jpeg.end());
    return bytes;
}

std::size_t position_of(const Bytes& bytes, std::uint8_t marker, std::size_t from = 2) {
    const std::array<std::uint8_t, 2> wanted{0xFF, marker};
    const auto found = std::search(
        bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end(), wanted.begin(), wanted.end()
    );
    return static_cast<std::size_t>(found - bytes.begin());
}

Bytes random_bytes(std::size_t count, unsigned long long seed) {
    Bytes bytes(count);
    SeededRandom(seed).fill(std::as_writable_bytes(std::span(bytes)));
    return bytes;
}

struct PNGKind {
    int colour_type = PNG_COLOR_TYPE_RGB;
    int bits = 8;
    int interlace = PNG_INTERLACE_NONE;
    std::vector<png_color> palette = {};
    Bytes transparency = {}; // alpha of each palette entry
    Bytes exif = {};         // a TIFF block
};

// `rows` holds `height` rows as the kind packs them.
Bytes write_png(const PNGKind& kind, int width, int height, const Bytes& rows) {
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    Bytes out;
    const auto append = [](png_structp writer, png_bytep data, std::size_t size) {
        auto* bytes = static_cast<Bytes*>(png_get_io_ptr(writer));
        bytes->insert(bytes->end(), data, data + size);
    };
    png_set_write_fn(png, &out, append, nullptr);
    png_set_IHDR(
        png,
        info,
        static_cast<png_uint_32>(width),
        static_cast<png_uint_32>(height),
        kind.bits,
        kind.colour_type,
        kind.interlace,
        PNG_COMPRESSION_TYPE_DEFAULT,
        PNG_FILTER_TYPE_DEFAULT
    );
    if (!kind.palette.empty()) {
        png_set_PLTE(png, info, kind.palette.data(), static_cast<int>(kind.palette.size()));
    }
    if (!kind.transparency.empty()) {
        png_set_tRNS(
            png, info, kind.transparency.data(), static_cast<int>(kind.transparency.size()), nullptr
        );
    }
    if (!kind.exif.empty()) {
        Bytes block = kind.exif;
        png_set_eXIf_1(png, info, static_cast<png_uint_32>(block.size()), block.data());
    }
    const std::size_t row_bytes = rows.size() / static_cast<std::size_t>(height);
    std::vector<png_bytep> pointers;
    Bytes copy = rows;
    for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
        pointers.push_back(copy.data() + y * row_bytes);
    }
    png_set_rows(png, info, pointers.data());
    png_write_png(png, info, PNG_TRANSFORM_IDENTITY, nullptr);
    png_destroy_write_struct(&png, &info);
    return out;
}

Bytes rgb_png(int interlace = PNG_INTERLACE_NONE) {
    const Image image = quarters(20, 10);
    return write_png(
        {.interlace = interlace}, 20, 10, {image.pixels().begin(), image.pixels().end()}
    );
}

void expect_refused(const Bytes& bytes, ErrorCode code, const DecodeLimits& decode_limits = {}) {
    const auto decoded = decode_image(bytes, decode_limits);
    ASSERT_FALSE(decoded.has_value());
    EXPECT_EQ(decoded.error().code(), code) << decoded.error().describe();
}

void expect_quarters(const Image& image, int width, int height) {
    ASSERT_EQ(image.width(), width);
    ASSERT_EQ(image.height(), height);
    expect_colour(image, 2, 2, red);
    expect_colour(image, width - 3, 2, green);
    expect_colour(image, 2, height - 3, blue);
    expect_colour(image, width - 3, height - 3, white);
}

TEST(DecodeImage, ReadsABaselineJPEG) {
    const auto image = decode_image(jpeg_of(quarters(40, 32)));
    ASSERT_TRUE(image.has_value());
    expect_quarters(*image, 40, 32);
}

TEST(DecodeImage, ReadsAProgressiveJPEG) {
    const auto image = decode_image(progressive_jpeg());
    ASSERT_TRUE(image.has_value());
    expect_quarters(*image, 64, 64);
}

TEST(DecodeImage, ReadsAGreyJPEGAsRGB) {
    const Bytes jpeg = turbo_jpeg(Bytes(16 * 16, 100), 16, 16, TJPF_GRAY, TJSAMP_GRAY, 0);
    const auto image = decode_image(jpeg);
    ASSERT_TRUE(image.has_value());
    expect_colour(*image, 8, 8, {100, 100, 100});
}

TEST(DecodeImage, ReadsAJPEGWithOneRowAndOneColumn) {
    const auto image = decode_image(jpeg_of(Image(1, 1)));
    ASSERT_TRUE(image.has_value());
    EXPECT_EQ(image->pixels().size(), 3U);
}

TEST(DecodeImage, IgnoresBytesBehindTheEndOfAJPEG) {
    Bytes jpeg = jpeg_of(quarters(40, 32));
    jpeg.insert(jpeg.end(), 100, 0x55);
    EXPECT_TRUE(decode_image(jpeg).has_value());
}

TEST(DecodeImage, AppliesAllEightOrientations) {
    // Top left, top right, bottom left, bottom right as EXIF 2.32 defines them.
    const std::array<std::array<Colour, 4>, 8> expected{{
        {red, green, blue, white},
        {green, red, white, blue},
        {white, blue, green, red},
        {blue, white, red, green},
        {red, blue, green, white},
        {blue, red, white, green},
        {white, green, blue, red},
        {green, white, red, blue},
    }};
    const Bytes jpeg = jpeg_of(quarters(48, 32));
    for (std::uint8_t orientation = 1; orientation <= 8; ++orientation) {
        SCOPED_TRACE(static_cast<int>(orientation));
        const auto image = decode_image(with_orientation(jpeg, orientation));
        ASSERT_TRUE(image.has_value());
        const int width = orientation >= 5 ? 32 : 48;
        const int height = orientation >= 5 ? 48 : 32;
        ASSERT_EQ(image->width(), width);
        ASSERT_EQ(image->height(), height);
        const auto& corners = expected.at(orientation - 1U);
        expect_colour(*image, 2, 2, corners[0]);
        expect_colour(*image, width - 3, 2, corners[1]);
        expect_colour(*image, 2, height - 3, corners[2]);
        expect_colour(*image, width - 3, height - 3, corners[3]);
    }
}

TEST(DecodeImage, TakesAnOrientationThatDoesNotExistAsUpright) {
    for (const std::uint8_t orientation : std::array<std::uint8_t, 3>{0, 9, 255}) {
        const auto image = decode_image(with_orientation(jpeg_of(quarters(48, 32)), orientation));
        ASSERT_TRUE(image.has_value());
        expect_quarters(*image, 48, 32);
    }
}

TEST(DecodeImage, TakesADamagedEXIFBlockAsUpright) {
    Bytes jpeg = with_orientation(jpeg_of(quarters(48, 32)), 6);
    std::fill_n(jpeg.begin() + 12, 20, std::uint8_t{0xFE}); // the TIFF block
    const auto image = decode_image(jpeg);
    ASSERT_TRUE(image.has_value());
    expect_quarters(*image, 48, 32);
}

TEST(DecodeImage, RefusesNoBytes) {
    expect_refused({}, ErrorCode::ImageUndecodable);
}

TEST(DecodeImage, RefusesText) {
    const std::string_view text = "this is a text that calls itself portrait.jpg";
    expect_refused({text.begin(), text.end()}, ErrorCode::ImageUndecodable);
}

TEST(DecodeImage, RefusesAJPEGSignatureWithNoiseBehind) {
    for (unsigned long long seed = 1; seed <= 50; ++seed) {
        Bytes bytes{0xFF, 0xD8, 0xFF};
        const Bytes noise = random_bytes(2'000, seed);
        bytes.insert(bytes.end(), noise.begin(), noise.end());
        EXPECT_FALSE(decode_image(bytes).has_value()) << "seed " << seed;
    }
}

TEST(DecodeImage, RefusesAJPEGCutShortAtAnyLength) {
    const Bytes jpeg = jpeg_of(quarters(40, 32));
    for (std::size_t length = 0; length < jpeg.size(); ++length) {
        const auto decoded = decode_image(std::span(jpeg).first(length));
        ASSERT_FALSE(decoded.has_value()) << length << " of " << jpeg.size();
        ASSERT_EQ(decoded.error().code(), ErrorCode::ImageUndecodable);
    }
}

TEST(DecodeImage, RefusesAProgressiveJPEGCutShortAtAnyLength) {
    const Bytes jpeg = progressive_jpeg();
    for (std::size_t length = 0; length < jpeg.size(); ++length) {
        ASSERT_FALSE(decode_image(std::span(jpeg).first(length)).has_value()) << length;
    }
}

TEST(DecodeImage, SurvivesFlippedBytesInAJPEG) {
    const Bytes sound = with_orientation(progressive_jpeg(), 6);
    for (std::size_t at = 0; at < sound.size(); ++at) {
        Bytes damaged = sound;
        damaged[at] ^= 0x5A;
        // A picture or an error; a sanitizer build says if it was something else.
        const auto decoded = decode_image(damaged, {.pixels_max = 1'000'000});
        if (decoded.has_value()) {
            EXPECT_FALSE(decoded->empty());
        }
    }
}

TEST(DecodeImage, RefusesAHugeJPEGByItsHeader) {
    Bytes jpeg = jpeg_of(quarters(40, 32));
    const std::size_t frame = position_of(jpeg, 0xC0);
    ASSERT_LT(frame + 9, jpeg.size());
    for (const std::size_t at : {frame + 5, frame + 7}) { // 30000 x 30000
        jpeg[at] = 0x75;
        jpeg[at + 1] = 0x30;
    }
    expect_refused(jpeg, ErrorCode::ImageTooLarge);
}

TEST(DecodeImage, RefusesMorePixelsThanTheLimitThoughEachSideFits) {
    const Bytes jpeg = jpeg_of(quarters(40, 32));
    EXPECT_TRUE(decode_image(jpeg, {.pixels_max = 1'280}).has_value());
    expect_refused(jpeg, ErrorCode::ImageTooLarge, {.pixels_max = 1'279});
}

TEST(DecodeImage, RefusesASideLongerThanTheLimit) {
    const Bytes jpeg = jpeg_of(quarters(40, 32));
    EXPECT_TRUE(decode_image(jpeg, {.side_px_max = 40}).has_value());
    expect_refused(jpeg, ErrorCode::ImageTooLarge, {.side_px_max = 39});
}

TEST(DecodeImage, RefusesMoreBytesThanTheLimit) {
    const Bytes jpeg = jpeg_of(quarters(40, 32));
    EXPECT_TRUE(decode_image(jpeg, {.bytes_max = jpeg.size()}).has_value());
    expect_refused(jpeg, ErrorCode::ImageTooLarge, {.bytes_max = jpeg.size() - 1});
}

TEST(DecodeImage, CountsTheScansOfAJPEG) {
    // libjpeg's usual script for three colours has ten scans.
    EXPECT_TRUE(decode_image(progressive_jpeg(), {.jpeg_scans_max = 10}).has_value());
    expect_refused(progressive_jpeg(), ErrorCode::ImageTooLarge, {.jpeg_scans_max = 9});
}

TEST(DecodeImage, RefusesAScanBombQuickly) {
    Bytes jpeg = progressive_jpeg();
    const std::size_t frame = position_of(jpeg, 0xC2);
    for (const std::size_t at : {frame + 5, frame + 7}) { // 6000 x 6000: each scan costs real time
        jpeg[at] = 0x17;
        jpeg[at + 1] = 0x70;
    }
    std::size_t last_scan = 0;
    for (std::size_t at = position_of(jpeg, 0xDA); at < jpeg.size();
         at = position_of(jpeg, 0xDA, at + 2)) {
        last_scan = at;
    }
    const Bytes scan(jpeg.begin() + static_cast<std::ptrdiff_t>(last_scan), jpeg.end() - 2);
    jpeg.resize(jpeg.size() - 2);
    while (jpeg.size() < 1'000'000) {
        jpeg.insert(jpeg.end(), scan.begin(), scan.end());
    }
    jpeg.insert(jpeg.end(), {0xFF, 0xD9});
    const auto start = std::chrono::steady_clock::now();
    expect_refused(jpeg, ErrorCode::ImageTooLarge);
    // Decoding that many scans takes minutes; refusing takes well under a millisecond.
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

TEST(DecodeImage, RefusesTwoFrameHeaders) {
    Bytes jpeg = jpeg_of(quarters(40, 32));
    const std::size_t frame = position_of(jpeg, 0xC0);
    const Bytes header(
        jpeg.begin() + static_cast<std::ptrdiff_t>(frame),
        jpeg.begin() + static_cast<std::ptrdiff_t>(frame) + 19
    );
    jpeg.insert(jpeg.begin() + static_cast<std::ptrdiff_t>(frame), header.begin(), header.end());
    expect_refused(jpeg, ErrorCode::ImageUndecodable);
}

TEST(DecodeImage, RefusesPrintingColours) {
    const Bytes ycck = turbo_jpeg(Bytes(16 * 16 * 4, 90), 16, 16, TJPF_CMYK, TJSAMP_444, 0);
    expect_refused(ycck, ErrorCode::ImageUnsupported);
    Bytes cmyk = ycck;
    const std::string_view adobe = "Adobe";
    const auto found = std::search(cmyk.begin(), cmyk.end(), adobe.begin(), adobe.end());
    ASSERT_NE(found, cmyk.end());
    *(found + 11) = 0; // the transform: none, so the four colours are plain CMYK
    expect_refused(cmyk, ErrorCode::ImageUnsupported);
}

TEST(DecodeImage, RefusesTwelveBitJPEG) {
    Bytes jpeg = jpeg_of(quarters(40, 32));
    jpeg[position_of(jpeg, 0xC0) + 4] = 12;
    expect_refused(jpeg, ErrorCode::ImageUnsupported);
}

TEST(DecodeImage, ReadsAPNGExactly) {
    const auto image = decode_image(rgb_png());
    ASSERT_TRUE(image.has_value());
    const Image original = quarters(20, 10);
    EXPECT_TRUE(std::ranges::equal(image->pixels(), original.pixels()));
}

TEST(DecodeImage, AppliesTheOrientationOfAPNG) {
    const Bytes sideways{'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0,
                         3,   0,   0, 0,  1, 0, 6, 0, 0, 0, 0,    0,    0};
    const Image stored = quarters(20, 10);
    const auto image = decode_image(
        write_png({.exif = sideways}, 20, 10, {stored.pixels().begin(), stored.pixels().end()})
    );
    ASSERT_TRUE(image.has_value());
    ASSERT_EQ(image->width(), 10);
    ASSERT_EQ(image->height(), 20);
    expect_colour(*image, 2, 2, blue, 0);
    expect_colour(*image, 7, 2, red, 0);
}

TEST(DecodeImage, ReadsAnInterlacedPNGExactly) {
    const auto image = decode_image(rgb_png(PNG_INTERLACE_ADAM7));
    ASSERT_TRUE(image.has_value());
    EXPECT_TRUE(std::ranges::equal(image->pixels(), quarters(20, 10).pixels()));
}

TEST(DecodeImage, ReadsAGreyPNGAsRGB) {
    const auto image =
        decode_image(write_png({.colour_type = PNG_COLOR_TYPE_GRAY}, 2, 1, {7, 200}));
    ASSERT_TRUE(image.has_value());
    expect_colour(*image, 0, 0, {7, 7, 7}, 0);
    expect_colour(*image, 1, 0, {200, 200, 200}, 0);
}

TEST(DecodeImage, ReadsAOneBitPNG) {
    const auto image =
        decode_image(write_png({.colour_type = PNG_COLOR_TYPE_GRAY, .bits = 1}, 2, 1, {0x40}));
    ASSERT_TRUE(image.has_value());
    expect_colour(*image, 0, 0, {0, 0, 0}, 0);
    expect_colour(*image, 1, 0, {255, 255, 255}, 0);
}

TEST(DecodeImage, ReadsAPalettePNGOnWhite) {
    const PNGKind kind{
        .colour_type = PNG_COLOR_TYPE_PALETTE,
        .palette = {{.red = 10, .green = 20, .blue = 30}, {.red = 200, .green = 0, .blue = 0}},
        .transparency = {255, 0}
    };
    const auto image = decode_image(write_png(kind, 2, 1, {0, 1}));
    ASSERT_TRUE(image.has_value());
    expect_colour(*image, 0, 0, {10, 20, 30}, 0);
    expect_colour(*image, 1, 0, {255, 255, 255}, 0);
}

TEST(DecodeImage, ReadsTransparencyOnWhite) {
    const Bytes rows{0, 0, 0, 0, 0, 0, 0, 255, 200, 100, 0, 128};
    const auto image =
        decode_image(write_png({.colour_type = PNG_COLOR_TYPE_RGB_ALPHA}, 3, 1, rows));
    ASSERT_TRUE(image.has_value());
    expect_colour(*image, 0, 0, {255, 255, 255}, 0);
    expect_colour(*image, 1, 0, {0, 0, 0}, 0);
    expect_colour(*image, 2, 0, {227, 177, 127}, 2);
}

TEST(DecodeImage, ReadsGreyWithTransparencyOnWhite) {
    const auto image =
        decode_image(write_png({.colour_type = PNG_COLOR_TYPE_GRAY_ALPHA}, 2, 1, {50, 255, 50, 0}));
    ASSERT_TRUE(image.has_value());
    expect_colour(*image, 0, 0, {50, 50, 50}, 0);
    expect_colour(*image, 1, 0, {255, 255, 255}, 0);
}

TEST(DecodeImage, RefusesSixteenBitPNG) {
    const Bytes png = write_png({.bits = 16}, 2, 1, Bytes(12, 9));
    expect_refused(png, ErrorCode::ImageUnsupported);
}

TEST(DecodeImage, RefusesAPNGCutShortAtAnyLength) {
    const Bytes png = rgb_png();
    for (std::size_t length = 0; length < png.size(); ++length) {
        const auto decoded = decode_image(std::span(png).first(length));
        ASSERT_FALSE(decoded.has_value()) << length << " of " << png.size();
        ASSERT_EQ(decoded.error().code(), ErrorCode::ImageUndecodable);
    }
}

TEST(DecodeImage, RefusesAnyFlippedByteInAPNGWithoutHarm) {
    const Bytes sound = rgb_png();
    for (std::size_t at = 0; at < sound.size(); ++at) {
        Bytes damaged = sound;
        damaged[at] ^= 0x5A;
        EXPECT_FALSE(decode_image(damaged).has_value()) << at;
    }
}

TEST(DecodeImage, RefusesAHugePNGByItsHeader) {
    Bytes png = rgb_png();
    for (const std::size_t at : {18U, 22U}) {
        png[at] = 0x75;
        png[at + 1] = 0x30;
    }
    expect_refused(png, ErrorCode::ImageTooLarge);
    std::fill_n(png.begin() + 16, 8, std::uint8_t{0xFF});
    expect_refused(png, ErrorCode::ImageTooLarge);
}

TEST(EncodeJPEG, KeepsSizeAndColours) {
    const auto image = decode_image(jpeg_of(quarters(37, 23)));
    ASSERT_TRUE(image.has_value());
    expect_quarters(*image, 37, 23);
}

TEST(EncodeJPEG, RefusesAnEmptyPictureAndAWrongQuality) {
    EXPECT_EQ(encode_jpeg(Image(), 90).error().code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(encode_jpeg(Image(4, 4), 0).error().code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(encode_jpeg(Image(4, 4), 101).error().code(), ErrorCode::InvalidArgument);
}

} // namespace
} // namespace sallyport::imaging
