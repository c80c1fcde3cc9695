// The markers of a JPEG file, read without decoding anything: size, kind, number of scans and the
// EXIF block. Private to imaging.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace sallyport::imaging::internal {

struct JPEGHeader {
    int width = 0;
    int height = 0;
    int bits_per_sample = 0;
    int components = 0;
    int scans = 0;
    std::span<const std::uint8_t> exif; // "Exif", two zeros and a TIFF block, or empty
};

// Walks the markers up to EOI, the end of the bytes, or one scan more than scans_max. Time is
// linear in the bytes and nothing is allocated. ImageUndecodable without a frame header before the
// scans.
[[nodiscard]] Result<JPEGHeader>
read_jpeg_header(std::span<const std::uint8_t> bytes, int scans_max);

} // namespace sallyport::imaging::internal
