// Whatever the bytes, a picture either comes out with a size within the limits and a pixel for
// every place, and then encodes as JPEG again, or is refused with one of the three codes for
// pictures.
#include "imaging/codec.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sallyport;
    // Small, so that a run looks at many files and not at large ones.
    constexpr imaging::DecodeLimits small{
        .bytes_max = 1U << 20U, .pixels_max = 1U << 18U, .side_px_max = 4'096, .jpeg_scans_max = 20
    };
    const auto decoded = imaging::decode_image({data, size}, small);
    if (!decoded) {
        const ErrorCode code = decoded.error().code();
        if (code != ErrorCode::ImageUndecodable && code != ErrorCode::ImageUnsupported &&
            code != ErrorCode::ImageTooLarge) {
            std::abort();
        }
        return 0;
    }
    const auto pixels =
        static_cast<std::size_t>(decoded->width()) * static_cast<std::size_t>(decoded->height());
    if (pixels == 0 || pixels > small.pixels_max || decoded->pixels().size() != 3 * pixels) {
        std::abort();
    }
    if (!imaging::encode_jpeg(*decoded, 80).has_value()) {
        std::abort();
    }
    return 0;
}
