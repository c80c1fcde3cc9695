// Proves that JPEG 2000 pictures, boxed or bare, come out with the pixels that went in, that a file
// cut short or a header that lies is refused, and that kinds of picture that are not read are
// named.
#include "imaging/codec.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <memory>
#include <openjpeg.h>
#include <vector>

namespace sallyport::imaging {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Plane = std::vector<OPJ_INT32>;

struct Sink {
    Bytes bytes;
    std::size_t at = 0;
};

// A stream that writes into memory and may go back, as the box lengths are filled in at the end.
OPJ_SIZE_T write_sink(void* data, OPJ_SIZE_T count, void* user) {
    auto& sink = *static_cast<Sink*>(user);
    sink.bytes.resize(std::max(sink.bytes.size(), sink.at + count));
    std::copy_n(
        static_cast<const std::uint8_t*>(data),
        count,
        sink.bytes.begin() + static_cast<std::ptrdiff_t>(sink.at)
    );
    sink.at += count;
    return count;
}
OPJ_BOOL seek_sink(OPJ_OFF_T position, void* user) {
    auto& sink = *static_cast<Sink*>(user);
    sink.at = static_cast<std::size_t>(position);
    sink.bytes.resize(std::max(sink.bytes.size(), sink.at));
    return OPJ_TRUE;
}
OPJ_OFF_T skip_sink(OPJ_OFF_T count, void* user) {
    auto& sink = *static_cast<Sink*>(user);
    return seek_sink(static_cast<OPJ_OFF_T>(sink.at) + count, user) == OPJ_TRUE ? count : -1;
}
void ignore(const char* /*message*/, void* /*user*/) {}

struct Kind {
    int width = 0;
    int height = 0;
    std::vector<Plane> planes = {};
    OPJ_CODEC_FORMAT format = OPJ_CODEC_JP2;
    OPJ_COLOR_SPACE colours = OPJ_CLRSPC_SRGB;
    OPJ_UINT32 bits = 8;
    OPJ_UINT32 is_signed = 0;
    OPJ_UINT32 step = 1;  // of the second and third plane
    OPJ_UINT16 alpha = 0; // of the fourth plane
    int tile_px = 0;      // 0: one tile
    int resolutions = 3;
};

opj_image_t* image_of(const Kind& kind) {
    std::vector<opj_image_cmptparm_t> parameters(kind.planes.size());
    for (std::size_t index = 0; index < parameters.size(); ++index) {
        const OPJ_UINT32 step = index == 1 || index == 2 ? kind.step : 1;
        parameters[index] = {};
        parameters[index].dx = step;
        parameters[index].dy = step;
        parameters[index].w = (static_cast<OPJ_UINT32>(kind.width) + step - 1) / step;
        parameters[index].h = (static_cast<OPJ_UINT32>(kind.height) + step - 1) / step;
        parameters[index].prec = kind.bits;
        parameters[index].sgnd = kind.is_signed;
    }
    opj_image_t* image = opj_image_create(
        static_cast<OPJ_UINT32>(parameters.size()), parameters.data(), kind.colours
    );
    image->x1 = static_cast<OPJ_UINT32>(kind.width);
    image->y1 = static_cast<OPJ_UINT32>(kind.height);
    for (std::size_t index = 0; index < kind.planes.size(); ++index) {
        std::copy(kind.planes[index].begin(), kind.planes[index].end(), image->comps[index].data);
    }
    if (kind.planes.size() == 4) {
        image->comps[3].alpha = kind.alpha;
    }
    return image;
}

// Lossless.
Bytes encode(const Kind& kind) {
    const std::unique_ptr<opj_image_t, void (*)(opj_image_t*)> image(
        image_of(kind), opj_image_destroy
    );
    const std::unique_ptr<opj_codec_t, void (*)(opj_codec_t*)> codec(
        opj_create_compress(kind.format), opj_destroy_codec
    );
    opj_set_error_handler(codec.get(), ignore, nullptr);
    opj_set_warning_handler(codec.get(), ignore, nullptr);
    opj_set_info_handler(codec.get(), ignore, nullptr);
    opj_cparameters_t parameters{};
    opj_set_default_encoder_parameters(&parameters);
    parameters.tcp_numlayers = 1;
    parameters.cp_disto_alloc = 1;
    parameters.numresolution = kind.resolutions;
    parameters.cblockw_init = 32;
    parameters.cblockh_init = 32;
    parameters.tcp_mct = static_cast<char>(
        kind.planes.size() >= 3 && kind.step == 1 && kind.colours == OPJ_CLRSPC_SRGB ? 1 : 0
    );
    if (kind.tile_px != 0) {
        parameters.tile_size_on = OPJ_TRUE;
        parameters.cp_tdx = kind.tile_px;
        parameters.cp_tdy = kind.tile_px;
    }
    Sink sink;
    const std::unique_ptr<opj_stream_t, void (*)(opj_stream_t*)> stream(
        opj_stream_create(OPJ_J2K_STREAM_CHUNK_SIZE, OPJ_FALSE), opj_stream_destroy
    );
    opj_stream_set_user_data(stream.get(), &sink, nullptr);
    opj_stream_set_write_function(stream.get(), write_sink);
    opj_stream_set_seek_function(stream.get(), seek_sink);
    opj_stream_set_skip_function(stream.get(), skip_sink);
    EXPECT_TRUE(opj_setup_encoder(codec.get(), &parameters, image.get()));
    EXPECT_TRUE(opj_start_compress(codec.get(), image.get(), stream.get()));
    EXPECT_TRUE(opj_encode(codec.get(), stream.get()));
    EXPECT_TRUE(opj_end_compress(codec.get(), stream.get()));
    return sink.bytes;
}

// A picture without repetition: every plane runs differently.
Plane plane(int width, int height, int seed) {
    Plane samples;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            samples.push_back((x * (5 + seed) + y * (11 - seed) + x * y * seed) % 256);
        }
    }
    return samples;
}

Kind colour_kind(int width, int height) {
    return {
        .width = width,
        .height = height,
        .planes = {plane(width, height, 1), plane(width, height, 2), plane(width, height, 3)}
    };
}

void expect_pixels(const Result<Image>& decoded, const Kind& kind) {
    ASSERT_TRUE(decoded.has_value()) << decoded.error().message();
    ASSERT_EQ(decoded->width(), kind.width);
    ASSERT_EQ(decoded->height(), kind.height);
    const auto count = static_cast<std::size_t>(kind.width) * static_cast<std::size_t>(kind.height);
    for (std::size_t at = 0; at < count; ++at) {
        for (std::size_t colour = 0; colour < 3; ++colour) {
            const Plane& samples = kind.planes[kind.planes.size() == 1 ? 0 : colour];
            ASSERT_EQ(decoded->pixels()[3 * at + colour], samples[at]) << at << ", " << colour;
        }
    }
}

void expect_refused(const Bytes& bytes, ErrorCode code, const DecodeLimits& decode_limits = {}) {
    const auto decoded = decode_image(bytes, decode_limits);
    ASSERT_FALSE(decoded.has_value());
    EXPECT_EQ(decoded.error().code(), code) << decoded.error().message();
}

std::size_t position_of(const Bytes& bytes, std::uint8_t marker) {
    const std::array<std::uint8_t, 2> wanted{0xFF, marker};
    const auto found = std::search(bytes.begin(), bytes.end(), wanted.begin(), wanted.end());
    EXPECT_NE(found, bytes.end());
    return static_cast<std::size_t>(found - bytes.begin());
}

void put_32(Bytes& bytes, std::size_t at, std::uint32_t value) {
    for (std::size_t index = 0; index < 4; ++index) {
        bytes.at(at + index) = static_cast<std::uint8_t>(value >> (24 - 8 * index));
    }
}

constexpr std::uint8_t siz = 0x51;
constexpr std::uint8_t cod = 0x52;
constexpr std::uint8_t sot = 0x90;

TEST(DecodeJPEG2000, GivesBackEveryPixelOfALosslessFile) {
    const Kind kind = colour_kind(61, 47);
    expect_pixels(decode_image(encode(kind)), kind);
}

TEST(DecodeJPEG2000, ReadsABareCodestream) {
    Kind kind = colour_kind(40, 33);
    kind.format = OPJ_CODEC_J2K;
    expect_pixels(decode_image(encode(kind)), kind);
}

TEST(DecodeJPEG2000, ReadsGreyAsRGB) {
    const Kind kind{
        .width = 30, .height = 20, .planes = {plane(30, 20, 1)}, .colours = OPJ_CLRSPC_GRAY
    };
    expect_pixels(decode_image(encode(kind)), kind);
}

TEST(DecodeJPEG2000, ReadsAPictureCutIntoTiles) {
    Kind kind = colour_kind(70, 50);
    kind.tile_px = 32;
    expect_pixels(decode_image(encode(kind)), kind);
}

TEST(DecodeJPEG2000, ReadsTransparencyOnWhite) {
    Kind kind = colour_kind(8, 8);
    kind.alpha = 1;
    kind.planes.emplace_back(64, 255);
    kind.planes[3][0] = 0;
    auto expected = kind;
    for (Plane& samples : expected.planes) {
        samples[0] = 255;
    }
    expect_pixels(decode_image(encode(kind)), expected);
}

TEST(DecodeJPEG2000, TurnsColourDifferencesIntoRGB) {
    Kind kind{
        .width = 4,
        .height = 4,
        .planes = {Plane(16, 76), Plane(16, 85), Plane(16, 255)},
        .colours = OPJ_CLRSPC_SYCC,
        .resolutions = 1
    };
    const auto decoded = decode_image(encode(kind));
    ASSERT_TRUE(decoded.has_value()) << decoded.error().message();
    // Rec. 601: these are the components of pure red.
    EXPECT_NEAR(decoded->pixels()[0], 254, 1);
    EXPECT_NEAR(decoded->pixels()[1], 0, 1);
    EXPECT_NEAR(decoded->pixels()[2], 0, 1);
}

TEST(DecodeJPEG2000, ReadsHalvedColourDifferences) {
    Kind kind{
        .width = 5,
        .height = 5,
        .planes = {Plane(25, 100), Plane(9, 128), Plane(9, 128)},
        .colours = OPJ_CLRSPC_SYCC,
        .step = 2,
        .resolutions = 1
    };
    kind.planes[2][8] = 228; // under the last pixel alone
    const auto decoded = decode_image(encode(kind));
    ASSERT_TRUE(decoded.has_value()) << decoded.error().message();
    EXPECT_EQ(decoded->row(3)[3 * 3], 100);
    EXPECT_EQ(decoded->row(4)[3 * 4], 240);
    EXPECT_EQ(decoded->row(4)[3 * 4 + 1], 29);
    EXPECT_EQ(decoded->row(4)[3 * 4 + 2], 100);
}

TEST(DecodeJPEG2000, RefusesAFileCutShortAtAnyLength) {
    for (const OPJ_CODEC_FORMAT format : {OPJ_CODEC_JP2, OPJ_CODEC_J2K}) {
        Kind kind = colour_kind(33, 21);
        kind.format = format;
        const Bytes whole = encode(kind);
        for (std::size_t length = 0; length < whole.size(); ++length) {
            const auto decoded = decode_image(std::span(whole).first(length));
            ASSERT_FALSE(decoded.has_value()) << length << " of " << whole.size();
            ASSERT_EQ(decoded.error().code(), ErrorCode::ImageUndecodable) << length;
        }
    }
}

TEST(DecodeJPEG2000, SurvivesAnyFlippedByte) {
    const Kind kind = colour_kind(33, 21);
    const Bytes whole = encode(kind);
    for (std::size_t at = 0; at < whole.size(); ++at) {
        Bytes damaged = whole;
        damaged[at] ^= 0x5A;
        const auto decoded = decode_image(damaged);
        if (decoded.has_value()) { // no check sums: a wrong sample cannot be told from a right one
            EXPECT_EQ(decoded->width(), 33);
            EXPECT_EQ(decoded->height(), 21);
        }
    }
}

TEST(DecodeJPEG2000, ReadsBytesBehindTheCodestreamAsNothing) {
    const Kind kind = colour_kind(12, 12);
    for (const OPJ_CODEC_FORMAT format : {OPJ_CODEC_JP2, OPJ_CODEC_J2K}) {
        Kind padded_kind = kind;
        padded_kind.format = format;
        Bytes padded = encode(padded_kind);
        padded.insert(padded.end(), 16, 0);
        expect_pixels(decode_image(padded), kind);
    }
}

TEST(DecodeJPEG2000, RefusesAHugePictureByItsHeader) {
    Kind kind = colour_kind(20, 20);
    kind.format = OPJ_CODEC_J2K;
    Bytes huge = encode(kind);
    const std::size_t at = position_of(huge, siz);
    put_32(huge, at + 6, 0xFFFFFFFF); // Xsiz
    put_32(huge, at + 10, 0xFFFFFFFF);
    put_32(huge, at + 22, 0xFFFFFFFF); // XTsiz: still one tile
    put_32(huge, at + 26, 0xFFFFFFFF);
    expect_refused(huge, ErrorCode::ImageTooLarge);
}

TEST(DecodeJPEG2000, RefusesMorePixelsThanItsOwnLimit) {
    const Bytes bytes = encode(colour_kind(20, 20));
    DecodeLimits decode_limits;
    decode_limits.jpeg2000_pixels_max = 399;
    expect_refused(bytes, ErrorCode::ImageTooLarge, decode_limits);
    decode_limits.jpeg2000_pixels_max = 400;
    EXPECT_TRUE(decode_image(bytes, decode_limits).has_value());
    decode_limits.side_px_max = 19;
    expect_refused(bytes, ErrorCode::ImageTooLarge, decode_limits);
}

TEST(DecodeJPEG2000, RefusesAHeaderThatLiesAboutItsSize) {
    Kind kind = colour_kind(64, 64);
    kind.format = OPJ_CODEC_J2K;
    kind.tile_px = 32;
    Bytes wider = encode(kind);
    put_32(wider, position_of(wider, siz) + 6, 128); // tiles that are not there
    expect_refused(wider, ErrorCode::ImageUndecodable);

    Bytes boxed = encode(colour_kind(64, 64)); // the box says 64, the codestream another size
    put_32(boxed, position_of(boxed, siz) + 6, 48);
    expect_refused(boxed, ErrorCode::ImageUndecodable);
}

TEST(DecodeJPEG2000, RefusesMoreTilesThanAreRead) {
    Kind kind = colour_kind(64, 64);
    kind.format = OPJ_CODEC_J2K;
    Bytes bytes = encode(kind);
    const std::size_t at = position_of(bytes, siz);
    put_32(bytes, at + 22, 1); // 4,096 tiles of one pixel
    put_32(bytes, at + 26, 1);
    const auto decoded = decode_image(bytes);
    ASSERT_FALSE(decoded.has_value());
    EXPECT_EQ(decoded.error().code(), ErrorCode::ImageTooLarge);
}

TEST(DecodeJPEG2000, RefusesMoreResolutionsLayersOrBlocksThanAreRead) {
    Kind kind = colour_kind(64, 64);
    kind.format = OPJ_CODEC_J2K;
    const Bytes sound = encode(kind);
    const std::size_t at = position_of(sound, cod);
    Bytes levels = sound;
    levels[at + 9] = 32;
    expect_refused(levels, ErrorCode::ImageTooLarge);
    levels[at + 9] = 33;
    expect_refused(levels, ErrorCode::ImageUndecodable);
    Bytes layers = sound;
    layers[at + 6] = 0xFF;
    layers[at + 7] = 0xFF;
    expect_refused(layers, ErrorCode::ImageTooLarge);

    Kind large = colour_kind(1100, 1100);
    large.format = OPJ_CODEC_J2K;
    Bytes blocks = encode(large);
    EXPECT_TRUE(decode_image(blocks).has_value());
    blocks[position_of(blocks, cod) + 10] = 0; // code-blocks of 4 x 4
    blocks[position_of(blocks, cod) + 11] = 0;
    expect_refused(blocks, ErrorCode::ImageTooLarge);
}

TEST(DecodeJPEG2000, RefusesATileThatReachesPastTheEnd) {
    Kind kind = colour_kind(20, 20);
    kind.format = OPJ_CODEC_J2K;
    Bytes bytes = encode(kind);
    put_32(bytes, position_of(bytes, sot) + 6, 0xFFFFFFFF);
    expect_refused(bytes, ErrorCode::ImageUndecodable);
}

TEST(DecodeJPEG2000, RefusesOtherSamplesThanEightBits) {
    Kind deep = colour_kind(8, 8);
    deep.bits = 16;
    expect_refused(encode(deep), ErrorCode::ImageUnsupported);
    Kind negative = colour_kind(8, 8);
    negative.is_signed = 1;
    for (Plane& samples : negative.planes) {
        samples.assign(64, -5);
    }
    expect_refused(encode(negative), ErrorCode::ImageUnsupported);
}

TEST(DecodeJPEG2000, RefusesOtherColoursThanItKnows) {
    Kind printing = colour_kind(8, 8);
    printing.planes.push_back(plane(8, 8, 4));
    printing.colours = OPJ_CLRSPC_CMYK;
    expect_refused(encode(printing), ErrorCode::ImageUnsupported);
    Kind two = colour_kind(8, 8);
    two.planes.pop_back();
    two.colours = OPJ_CLRSPC_GRAY;
    expect_refused(encode(two), ErrorCode::ImageUnsupported);
    Kind halved = colour_kind(8, 8);
    halved.planes[1].resize(16);
    halved.planes[2].resize(16);
    halved.step = 2;
    expect_refused(encode(halved), ErrorCode::ImageUnsupported);
}

TEST(DecodeJPEG2000, RefusesAPaletteBeforeItIsUnpacked) {
    Bytes bytes = encode(colour_kind(8, 8));
    constexpr std::array<std::uint8_t, 4> header_box{'j', 'p', '2', 'h'};
    const auto found =
        std::search(bytes.begin(), bytes.end(), header_box.begin(), header_box.end());
    ASSERT_NE(found, bytes.end());
    const auto at = static_cast<std::size_t>(found - bytes.begin());
    const Bytes palette{0, 0, 0, 12, 'p', 'c', 'l', 'r', 0, 1, 255, 7};
    bytes[at - 1] = static_cast<std::uint8_t>(bytes[at - 1] + palette.size());
    bytes.insert(
        bytes.begin() + static_cast<std::ptrdiff_t>(at + 4), palette.begin(), palette.end()
    );
    expect_refused(bytes, ErrorCode::ImageUnsupported);
}

} // namespace
} // namespace sallyport::imaging
