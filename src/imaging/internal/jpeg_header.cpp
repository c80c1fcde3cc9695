#include "imaging/internal/jpeg_header.hpp"

#include <algorithm>
#include <array>

namespace sallyport::imaging::internal {
namespace {

// Marker codes of ITU-T T.81, table B.1.
constexpr std::uint8_t marker_tem = 0x01;
constexpr std::uint8_t marker_rst0 = 0xD0;
constexpr std::uint8_t marker_soi = 0xD8;
constexpr std::uint8_t marker_eoi = 0xD9;
constexpr std::uint8_t marker_sos = 0xDA;
constexpr std::uint8_t marker_app1 = 0xE1;

bool is_frame_header(std::uint8_t marker) {
    // C0 to CF are frame headers apart from DHT (C4), JPG (C8) and DAC (CC).
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}
bool stands_alone(std::uint8_t marker) {
    return marker == marker_tem || (marker >= marker_rst0 && marker <= marker_soi);
}

int big_endian_16(std::span<const std::uint8_t> bytes) {
    return bytes[0] * 256 + bytes[1];
}

// Position after the next marker, or the end. Passes over entropy-coded data, where a stuffed FF 00
// is no marker; the decoder finds its markers in the same way.
std::size_t after_next_marker(std::span<const std::uint8_t> bytes, std::size_t at) {
    while (at + 1 < bytes.size()) {
        const auto found =
            std::find(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end(), 0xFF);
        at = static_cast<std::size_t>(found - bytes.begin()) + 1;
        if (at < bytes.size() && bytes[at] != 0x00 && bytes[at] != 0xFF) {
            return at + 1;
        }
    }
    return bytes.size() + 1;
}

Status read_frame(std::span<const std::uint8_t> body, JPEGHeader& header) {
    if (body.size() < 6) {
        return fail(ErrorCode::ImageUndecodable, "the JPEG's frame header is cut short");
    }
    header.bits_per_sample = body[0];
    header.height = big_endian_16(body.subspan(1));
    header.width = big_endian_16(body.subspan(3));
    header.components = body[5];
    return {};
}

bool is_exif(std::span<const std::uint8_t> body) {
    constexpr std::array<std::uint8_t, 6> signature{'E', 'x', 'i', 'f', 0, 0};
    return body.size() > signature.size() &&
           std::equal(signature.begin(), signature.end(), body.begin());
}

} // namespace

Result<JPEGHeader> read_jpeg_header(std::span<const std::uint8_t> bytes, int scans_max) {
    JPEGHeader header;
    std::size_t at = 2; // behind SOI
    while (header.scans <= scans_max) {
        at = after_next_marker(bytes, at);
        if (at > bytes.size() || bytes[at - 1] == marker_eoi) {
            break;
        }
        const std::uint8_t marker = bytes[at - 1];
        if (stands_alone(marker)) {
            continue;
        }
        if (at + 2 > bytes.size()) {
            break;
        }
        const auto length = static_cast<std::size_t>(big_endian_16(bytes.subspan(at)));
        if (length < 2 || at + length > bytes.size()) {
            return fail(ErrorCode::ImageUndecodable, "a JPEG segment is cut short");
        }
        const auto body = bytes.subspan(at + 2, length - 2);
        if (is_frame_header(marker)) {
            SALLYPORT_CHECK(read_frame(body, header));
        } else if (marker == marker_sos) {
            ++header.scans;
        } else if (marker == marker_app1 && header.exif.empty() && is_exif(body)) {
            header.exif = body;
        }
        at += length;
    }
    if (header.width == 0 || header.height == 0 || header.scans == 0) {
        return fail(ErrorCode::ImageUndecodable, "the JPEG has no picture in it");
    }
    return header;
}

} // namespace sallyport::imaging::internal
