#include "documents/internal/nist_picture.hpp"

#include <algorithm>
#include <array>

namespace sallyport::documents::internal {
namespace {

using Bytes = std::span<const std::uint8_t>;

bool starts_with(Bytes bytes, Bytes signature) {
    return bytes.size() >= signature.size() &&
           std::equal(signature.begin(), signature.end(), bytes.begin());
}

// Big-endian; the caller has checked that the bytes are there.
std::uint32_t number_at(Bytes bytes, std::size_t at, std::size_t size) {
    std::uint32_t number = 0;
    for (const std::uint8_t byte : bytes.subspan(at, size)) {
        number = number << 8U | byte;
    }
    return number;
}

// ITU-T T.81, B.1.1: segments with their length, up to the first frame header.
std::optional<PictureHeader> jpeg_header(Bytes bytes) {
    constexpr std::uint8_t fill = 0xFF;
    std::size_t at = 2;
    while (at + 4 <= bytes.size() && bytes[at] == fill) {
        const std::uint8_t marker = bytes[at + 1];
        if (marker == fill) {
            ++at;
            continue;
        }
        const bool frame =
            marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (frame) {
            // Marker, length, bits a sample, height, width, components.
            if (at + 10 > bytes.size()) {
                return std::nullopt;
            }
            return PictureHeader{
                .compression = "JPEGB",
                .width_px = number_at(bytes, at + 7, 2),
                .height_px = number_at(bytes, at + 5, 2),
                .grey = bytes[at + 9] == 1
            };
        }
        const std::uint32_t length = number_at(bytes, at + 2, 2);
        if (length < 2) {
            return std::nullopt;
        }
        at += 2 + length;
    }
    return std::nullopt;
}

// ISO/IEC 15948, 11.2.2: IHDR comes first. Bit 2 of the colour type says colour.
std::optional<PictureHeader> png_header(Bytes bytes) {
    constexpr std::size_t colour_type_at = 25;
    if (bytes.size() <= colour_type_at) {
        return std::nullopt;
    }
    return PictureHeader{
        .compression = "PNG",
        .width_px = number_at(bytes, 16, 4),
        .height_px = number_at(bytes, 20, 4),
        .grey = (bytes[colour_type_at] & 2U) == 0
    };
}

// The contents of the first box of the type among the boxes of `bytes` (ISO/IEC 15444-1, I.4).
std::optional<Bytes> box(Bytes bytes, std::uint32_t type) {
    constexpr std::size_t head = 8;
    while (bytes.size() >= head) {
        std::size_t length = number_at(bytes, 0, 4);
        if (length == 0) {
            length = bytes.size(); // the last box may leave its length out
        }
        // Lengths of 64 bits (1) are for boxes of gigabytes, which no header is.
        if (length < head || length > bytes.size()) {
            return std::nullopt;
        }
        if (number_at(bytes, 4, 4) == type) {
            return bytes.subspan(head, length - head);
        }
        bytes = bytes.subspan(length);
    }
    return std::nullopt;
}

std::optional<PictureHeader> jp2_header(Bytes bytes) {
    constexpr std::uint32_t header_box = 0x6A703268;       // jp2h
    constexpr std::uint32_t image_header_box = 0x69686472; // ihdr
    const auto header = box(bytes, header_box);
    if (!header.has_value()) {
        return std::nullopt;
    }
    const auto image = box(*header, image_header_box);
    if (!image.has_value() || image->size() < 10) {
        return std::nullopt;
    }
    return PictureHeader{
        .compression = "JP2",
        .width_px = number_at(*image, 4, 4),
        .height_px = number_at(*image, 0, 4),
        .grey = number_at(*image, 8, 2) == 1
    };
}

} // namespace

std::optional<PictureHeader> picture_header(Bytes bytes) {
    constexpr std::array<std::uint8_t, 3> jpeg{0xFF, 0xD8, 0xFF};
    constexpr std::array<std::uint8_t, 8> png{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    constexpr std::array<std::uint8_t, 12> jp2{
        0, 0, 0, 12, 'j', 'P', ' ', ' ', '\r', '\n', 0x87, '\n'
    };
    if (starts_with(bytes, jpeg)) {
        return jpeg_header(bytes);
    }
    if (starts_with(bytes, png)) {
        return png_header(bytes);
    }
    if (starts_with(bytes, jp2)) {
        return jp2_header(bytes);
    }
    return std::nullopt;
}

} // namespace sallyport::documents::internal
