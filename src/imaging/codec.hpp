// Untrusted pictures end here: JPEG, JPEG 2000 and PNG bytes become an Image, or an Error that says
// why not.
// Limits are checked on the header before anything is allocated; EXIF orientation is applied; a
// warning of the decoder (data cut short or corrupt) is an error. Safe from any thread.
#pragma once

#include "base/limits.hpp"
#include "base/result.hpp"
#include "imaging/image.hpp"

#include <cstddef>
#include <span>

namespace sallyport::imaging {

struct DecodeLimits {
    std::size_t bytes_max = limits::image_bytes_max;
    std::size_t pixels_max = limits::image_pixels_max;
    int side_px_max = limits::image_side_px_max;
    int jpeg_scans_max = limits::jpeg_scans_max;
    std::size_t jpeg2000_pixels_max = limits::jpeg2000_pixels_max; // pixels_max holds as well
};

// ImageUndecodable: empty, none of JPEG, JPEG 2000 (JP2 or bare codestream) and PNG, truncated,
// corrupt. ImageUnsupported: CMYK or YCCK JPEG, 16-bit PNG, JPEG 2000 with other than 8 unsigned
// bits a sample, other than 1, 3 or (with alpha) 4 components, a palette, or colours other than
// grey, RGB and sYCC. ImageTooLarge: over a limit, or cut into more pieces than are read. Grey
// pictures come back as RGB, transparency on white; colour profiles are not applied.
[[nodiscard]] Result<Image>
decode_image(std::span<const std::uint8_t> bytes, const DecodeLimits& decode_limits = {});

// JPEG, 4:4:4, quality 1 to 100.
[[nodiscard]] Result<SecretBytes> encode_jpeg(const Image& image, int quality);

} // namespace sallyport::imaging
