// What a Type-10 record states of its picture, from the picture's own header. imaging turns
// pictures by their EXIF block and gives their size upright; a record states rows and columns as
// stored.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sallyport::documents::internal {

struct PictureHeader {
    std::string_view compression; // as 10.011 names it: JPEGB, JP2 or PNG
    std::uint32_t width_px = 0;
    std::uint32_t height_px = 0;
    bool grey = false;
};

// Nothing when the bytes are no JPEG, JP2 file or PNG, or end before the size. Proves nothing about
// what follows the header. Linear in the bytes, no allocation.
[[nodiscard]] std::optional<PictureHeader> picture_header(std::span<const std::uint8_t> bytes);

} // namespace sallyport::documents::internal
