// The orientation of a picture from its EXIF block. Private to imaging.
#pragma once

#include <cstdint>
#include <span>

namespace sallyport::imaging::internal {

// 1 to 8 as EXIF numbers them; 1 (upright) when the block is absent or says nothing usable.
// The block starts with "Exif" and two zeros.
[[nodiscard]] int exif_orientation(std::span<const std::uint8_t> block);

} // namespace sallyport::imaging::internal
