#include "imaging/codec.hpp"

#include "imaging/internal/decoder.hpp"
#include "imaging/internal/jpeg2000_header.hpp"
#include "imaging/internal/opencv.hpp"

#include <algorithm>
#include <array>

namespace sallyport::imaging {
namespace internal {

Status check_size(std::size_t width, std::size_t height, const DecodeLimits& decode_limits) {
    if (width == 0 || height == 0) {
        return fail(ErrorCode::ImageUndecodable, "the picture has no pixels");
    }
    const auto side_max = static_cast<std::size_t>(decode_limits.side_px_max);
    if (width > side_max || height > side_max || width * height > decode_limits.pixels_max) {
        return fail(ErrorCode::ImageTooLarge, "the picture has more pixels than are read");
    }
    return {};
}

} // namespace internal

namespace {

bool starts_with(std::span<const std::uint8_t> bytes, std::span<const std::uint8_t> signature) {
    return bytes.size() >= signature.size() &&
           std::equal(signature.begin(), signature.end(), bytes.begin());
}

// EXIF 2.32, 4.6.4: 2 to 4 mirror or turn in place; 5 to 8 lie on their side.
Result<Image> upright(internal::DecodedImage decoded) {
    const int orientation = decoded.orientation;
    if (orientation == 1) {
        return std::move(decoded.image);
    }
    constexpr int flip_both = -1;
    constexpr int flip_rows = 0;
    constexpr int flip_columns = 1;
    const Image& source = decoded.image;
    const bool lying = orientation >= 5;
    Image turned =
        lying ? Image(source.height(), source.width()) : Image(source.width(), source.height());
    cv::Mat out = internal::view(turned);
    SALLYPORT_CHECK(internal::guarded("turn a picture", [&] {
        if (!lying) {
            constexpr std::array<int, 5> flips{0, 0, flip_columns, flip_both, flip_rows};
            cv::flip(internal::view(source), out, flips.at(static_cast<std::size_t>(orientation)));
            return;
        }
        cv::transpose(internal::view(source), out);
        if (orientation != 5) {
            constexpr std::array<int, 3> flips{flip_columns, flip_both, flip_rows};
            cv::flip(out, out, flips.at(static_cast<std::size_t>(orientation - 6)));
        }
    }));
    return turned;
}

} // namespace

Result<Image> decode_image(std::span<const std::uint8_t> bytes, const DecodeLimits& decode_limits) {
    constexpr std::array<std::uint8_t, 3> jpeg{0xFF, 0xD8, 0xFF};
    constexpr std::array<std::uint8_t, 8> png{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    if (bytes.empty()) {
        return fail(ErrorCode::ImageUndecodable, "the picture is empty");
    }
    if (bytes.size() > decode_limits.bytes_max) {
        return fail(ErrorCode::ImageTooLarge, "the picture file is larger than is read");
    }
    if (starts_with(bytes, jpeg)) {
        SALLYPORT_TRY(auto decoded, internal::decode_jpeg(bytes, decode_limits));
        return upright(std::move(decoded));
    }
    if (starts_with(bytes, png)) {
        SALLYPORT_TRY(auto decoded, internal::decode_png(bytes, decode_limits));
        return upright(std::move(decoded));
    }
    if (internal::is_jp2(bytes) || internal::is_jpeg2000_codestream(bytes)) {
        SALLYPORT_TRY(auto decoded, internal::decode_jpeg2000(bytes, decode_limits));
        return upright(std::move(decoded));
    }
    return fail(ErrorCode::ImageUndecodable, "the picture is neither JPEG, JPEG 2000 nor PNG");
}

} // namespace sallyport::imaging
