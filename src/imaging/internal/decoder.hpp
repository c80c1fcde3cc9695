// What the decoders of the single formats give back. Private to imaging.
#pragma once

#include "base/result.hpp"
#include "imaging/codec.hpp"

namespace sallyport::imaging::internal {

struct DecodedImage {
    Image image;
    int orientation = 1; // EXIF, 1 to 8; not yet applied
};

[[nodiscard]] Status
check_size(std::size_t width, std::size_t height, const DecodeLimits& decode_limits);

[[nodiscard]] Result<DecodedImage>
decode_jpeg(std::span<const std::uint8_t> bytes, const DecodeLimits& decode_limits);
[[nodiscard]] Result<DecodedImage>
decode_png(std::span<const std::uint8_t> bytes, const DecodeLimits& decode_limits);
// JP2 and bare codestreams. JPEG 2000 has no EXIF of its own: orientation stays 1.
[[nodiscard]] Result<DecodedImage>
decode_jpeg2000(std::span<const std::uint8_t> bytes, const DecodeLimits& decode_limits);

} // namespace sallyport::imaging::internal
