#include "imaging/codec.hpp"
#include "imaging/internal/decoder.hpp"
#include "imaging/internal/exif.hpp"
#include "imaging/internal/jpeg_header.hpp"

#include <memory>
#include <turbojpeg.h>

namespace sallyport::imaging {
namespace {

using TurboHandle = std::unique_ptr<void, int (*)(tjhandle)>;

std::string turbo_error(tjhandle handle) {
    return std::string("libjpeg-turbo: ") + tjGetErrorStr2(handle);
}

} // namespace

namespace internal {

Result<DecodedImage>
decode_jpeg(std::span<const std::uint8_t> bytes, const DecodeLimits& decode_limits) {
    SALLYPORT_TRY(const JPEGHeader header, read_jpeg_header(bytes, decode_limits.jpeg_scans_max));
    SALLYPORT_CHECK(check_size(
        static_cast<std::size_t>(header.width),
        static_cast<std::size_t>(header.height),
        decode_limits
    ));
    if (header.scans > decode_limits.jpeg_scans_max) {
        return fail(ErrorCode::ImageTooLarge, "the JPEG has too many scans");
    }
    if (header.bits_per_sample != 8) {
        return fail(ErrorCode::ImageUnsupported, "the JPEG has more than 8 bits a sample");
    }

    const TurboHandle handle(tjInitDecompress(), tjDestroy);
    if (handle == nullptr) {
        return fail(ErrorCode::Internal, turbo_error(nullptr));
    }
    const auto size = static_cast<unsigned long>(bytes.size());
    int width = 0;
    int height = 0;
    int subsampling = 0;
    int colour_space = 0;
    if (tjDecompressHeader3(
            handle.get(), bytes.data(), size, &width, &height, &subsampling, &colour_space
        ) != 0) {
        return fail(ErrorCode::ImageUndecodable, turbo_error(handle.get()));
    }
    if (colour_space == TJCS_CMYK || colour_space == TJCS_YCCK) {
        return fail(ErrorCode::ImageUnsupported, "the JPEG is in printing colours (CMYK)");
    }
    // Memory is taken by the size that was checked; a second frame header must not change it.
    if (width != header.width || height != header.height) {
        return fail(ErrorCode::ImageUndecodable, "the JPEG states two sizes");
    }
    DecodedImage decoded{
        .image = Image(width, height), .orientation = exif_orientation(header.exif)
    };
    if (tjDecompress2(
            handle.get(),
            bytes.data(),
            size,
            decoded.image.pixels().data(),
            width,
            0,
            height,
            TJPF_RGB,
            TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS
        ) != 0) {
        return fail(ErrorCode::ImageUndecodable, turbo_error(handle.get()));
    }
    return decoded;
}

} // namespace internal

Result<SecretBytes> encode_jpeg(const Image& image, int quality) {
    if (image.empty() || quality < 1 || quality > 100) {
        return fail(ErrorCode::InvalidArgument, "a JPEG needs a picture and a quality of 1 to 100");
    }
    const TurboHandle handle(tjInitCompress(), tjDestroy);
    if (handle == nullptr) {
        return fail(ErrorCode::Internal, turbo_error(nullptr));
    }
    const unsigned long size_max = tjBufSize(image.width(), image.height(), TJSAMP_444);
    if (size_max == static_cast<unsigned long>(-1)) {
        return fail(ErrorCode::ImageTooLarge, "the picture is too large for a JPEG");
    }
    SecretBytes buffer(size_max);
    std::uint8_t* begin = buffer.data();
    unsigned long size = size_max;
    if (tjCompress2(
            handle.get(),
            image.pixels().data(),
            image.width(),
            0,
            image.height(),
            TJPF_RGB,
            &begin,
            &size,
            TJSAMP_444,
            quality,
            TJFLAG_NOREALLOC
        ) != 0) {
        return fail(ErrorCode::Internal, turbo_error(handle.get()));
    }
    return SecretBytes(begin, begin + size);
}

} // namespace sallyport::imaging
