#include "imaging/internal/decoder.hpp"
#include "imaging/internal/exif.hpp"

#include <algorithm>
#include <csetjmp>
#include <png.h>
#include <vector>

namespace sallyport::imaging::internal {
namespace {

constexpr std::size_t ihdr_end = 33; // signature, then the first chunk: length, type, 13 bytes, CRC

// What libpng's callbacks work on.
struct Source {
    std::span<const std::uint8_t> bytes;
    std::size_t at = 0;
    const char* error = "";
};

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
    static_cast<Source*>(png_get_error_ptr(png))->error = message;
    png_longjmp(png, 1);
}
// Warnings of libpng are about colour profiles and the like; damaged data is an error.
void on_warning(png_structp /*png*/, png_const_charp /*message*/) {}

void on_read(png_structp png, png_bytep out, std::size_t count) {
    auto& source = *static_cast<Source*>(png_get_io_ptr(png));
    if (count > source.bytes.size() - source.at) {
        png_error(png, "the file is cut short");
    }
    std::copy_n(source.bytes.data() + source.at, count, out);
    source.at += count;
}

class Reader {
public:
    explicit Reader(Source& source)
        : png_(png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, on_error, on_warning)),
          info_(png_ == nullptr ? nullptr : png_create_info_struct(png_)) {
        if (info_ != nullptr) {
            png_set_read_fn(png_, &source, on_read);
        }
    }
    ~Reader() { png_destroy_read_struct(&png_, &info_, nullptr); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    [[nodiscard]] bool usable() const { return info_ != nullptr; }
    [[nodiscard]] png_infop info() const { return info_; }

    // libpng leaves by longjmp on errors, so a step must own nothing that needs a destructor.
    template <class Step>
    [[nodiscard]] bool guarded(const Step& step) {
        if (setjmp(png_jmpbuf(png_)) != 0) { // NOLINT(cert-err52-cpp): libpng's way to fail
            return false;
        }
        step(png_);
        return true;
    }

private:
    png_structp png_;
    png_infop info_;
};

std::size_t big_endian_32(std::span<const std::uint8_t> bytes) {
    return (static_cast<std::size_t>(bytes[0]) << 24U) |
           (static_cast<std::size_t>(bytes[1]) << 16U) |
           (static_cast<std::size_t>(bytes[2]) << 8U) | bytes[3];
}

// Size and depth stand at fixed places of the first chunk.
Status check_header(std::span<const std::uint8_t> bytes, const DecodeLimits& decode_limits) {
    constexpr std::array<std::uint8_t, 4> ihdr{'I', 'H', 'D', 'R'};
    if (bytes.size() < ihdr_end || !std::equal(ihdr.begin(), ihdr.end(), bytes.begin() + 12)) {
        return fail(ErrorCode::ImageUndecodable, "the PNG's header is cut short");
    }
    SALLYPORT_CHECK(check_size(
        big_endian_32(bytes.subspan(16)), big_endian_32(bytes.subspan(20)), decode_limits
    ));
    if (bytes[24] == 16) {
        return fail(ErrorCode::ImageUnsupported, "the PNG has 16 bits a sample");
    }
    return {};
}

void choose_chunks(png_structp png) {
    // Text and profiles can unpack to gigabytes and shape no pixel: drop everything but the picture
    // and its orientation.
    static constexpr std::array<png_byte, 5> exif{'e', 'X', 'I', 'f', 0};
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_AS_DEFAULT, exif.data(), 1);
    png_set_chunk_malloc_max(png, 1U << 16U);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
}

// Whatever the kind, rows of 8-bit RGB on white.
void to_rgb(png_structp png, png_infop info) {
    const png_byte colour = png_get_color_type(png, info);
    const bool transparent =
        (colour & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid(png, info, PNG_INFO_tRNS) != 0;
    png_set_expand(png);
    if ((colour & PNG_COLOR_MASK_COLOR) == 0) {
        png_set_gray_to_rgb(png);
    }
    if (transparent) {
        const png_color_16 white{.index = 0, .red = 255, .green = 255, .blue = 255, .gray = 255};
        png_set_background_fixed(png, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, PNG_FP_1);
    }
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
}

int orientation_of(Reader& reader) {
    png_bytep data = nullptr;
    png_uint_32 size = 0;
    if (!reader.guarded([&](png_structp png) { png_get_eXIf_1(png, reader.info(), &size, &data); }
        )) {
        return 1;
    }
    if (data == nullptr || size > (1U << 16U)) {
        return 1;
    }
    SecretBytes block{'E', 'x', 'i', 'f', 0, 0};
    block.insert(block.end(), data, data + size);
    return exif_orientation(block);
}

} // namespace

Result<DecodedImage>
decode_png(std::span<const std::uint8_t> bytes, const DecodeLimits& decode_limits) {
    SALLYPORT_CHECK(check_header(bytes, decode_limits));
    Source source{.bytes = bytes};
    Reader reader(source);
    if (!reader.usable()) {
        return fail(ErrorCode::Internal, "libpng could not start");
    }
    const auto undecodable = [&] {
        return fail(ErrorCode::ImageUndecodable, std::string("libpng: ") + source.error);
    };

    std::size_t row_bytes = 0;
    int width = 0;
    int height = 0;
    if (!reader.guarded([&](png_structp png) {
            choose_chunks(png);
            png_read_info(png, reader.info());
            to_rgb(png, reader.info());
            row_bytes = png_get_rowbytes(png, reader.info());
            width = static_cast<int>(png_get_image_width(png, reader.info()));
            height = static_cast<int>(png_get_image_height(png, reader.info()));
        })) {
        return undecodable();
    }
    if (row_bytes != static_cast<std::size_t>(width) * 3) {
        return fail(ErrorCode::Internal, "libpng gave rows of another kind than RGB");
    }

    DecodedImage decoded{.image = Image(width, height)};
    std::vector<png_bytep> rows(static_cast<std::size_t>(height));
    for (int y = 0; y < height; ++y) {
        rows[static_cast<std::size_t>(y)] = decoded.image.row(y);
    }
    if (!reader.guarded([&](png_structp png) {
            png_read_image(png, rows.data());
            png_read_end(png, reader.info());
        })) {
        return undecodable();
    }
    decoded.orientation = orientation_of(reader);
    return decoded;
}

} // namespace sallyport::imaging::internal
