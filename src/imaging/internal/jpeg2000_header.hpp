// The boxes and markers of a JPEG 2000 file (ISO/IEC 15444-1), read without decoding anything, so
// that OpenJPEG takes no memory for what a header merely claims. Private to imaging.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace sallyport::imaging::internal {

struct JPEG2000Header {
    bool boxed = false;    // JP2; otherwise a bare codestream
    std::size_t end = 0;   // of the codestream, in the file
    std::size_t width = 0; // of the picture on the reference grid
    std::size_t height = 0;
    std::size_t tiles = 0;
    std::size_t components = 0;
    int bits_per_sample = 0; // of the first component that has not 8, or 8
    bool has_signed = false; // a component has signed samples
    bool has_palette = false;
    int resolutions_max = 0; // of any coding style in the file
    std::size_t blocks = 0;  // precincts and code-blocks at most
    std::size_t packets = 0; // packets at most
};

[[nodiscard]] bool is_jp2(std::span<const std::uint8_t> bytes);
[[nodiscard]] bool is_jpeg2000_codestream(std::span<const std::uint8_t> bytes);

// ImageUndecodable when boxes, markers or tile-parts do not fit into each other or into the bytes,
// a tile is missing, or the codestream has no end. Time is linear in the bytes.
[[nodiscard]] Result<JPEG2000Header> read_jpeg2000_header(std::span<const std::uint8_t> bytes);

} // namespace sallyport::imaging::internal
