#include "documents/internal/face_record_picture.hpp"

#include <array>
#include <fmt/format.h>

namespace sallyport::documents::internal {

PortraitCoding coding_of_picture(TLVBytes picture) {
    constexpr std::array<std::uint8_t, 3> jpeg{0xFF, 0xD8, 0xFF};
    constexpr std::array<std::uint8_t, 4> codestream{0xFF, 0x4F, 0xFF, 0x51};
    constexpr std::array<std::uint8_t, 12> jp2{
        0, 0, 0, 12, 'j', 'P', ' ', ' ', '\r', '\n', 0x87, '\n'
    };
    constexpr std::array<std::uint8_t, 8> png{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    if (starts_with(picture, jpeg)) {
        return PortraitCoding::JPEG;
    }
    if (starts_with(picture, codestream) || starts_with(picture, jp2)) {
        return PortraitCoding::JPEG2000;
    }
    if (starts_with(picture, png)) {
        return PortraitCoding::PNG;
    }
    return PortraitCoding::Unknown;
}

std::string_view coding_name(PortraitCoding coding) {
    switch (coding) {
    case PortraitCoding::JPEG:
        return "JPEG";
    case PortraitCoding::JPEG2000:
        return "JPEG 2000";
    case PortraitCoding::JPEG2000Lossless:
        return "lossless JPEG 2000";
    case PortraitCoding::PNG:
        return "PNG";
    case PortraitCoding::Unknown:
        break;
    }
    return "no known picture";
}

void take_picture(ChipPortrait& portrait, TLVBytes picture, PortraitCoding stated) {
    portrait.picture.assign(picture.begin(), picture.end());
    portrait.coding = coding_of_picture(picture);
    if (portrait.coding == PortraitCoding::JPEG2000 && stated == PortraitCoding::JPEG2000Lossless) {
        portrait.coding = stated;
    }
    if (picture.empty()) {
        note(portrait.faults, "the picture is empty");
    } else if (portrait.coding == PortraitCoding::Unknown) {
        note(portrait.faults, "the picture is neither JPEG, JPEG 2000 nor PNG by its first bytes");
    } else if (stated != PortraitCoding::Unknown && stated != portrait.coding) {
        note(
            portrait.faults,
            fmt::format(
                "the record states {} and the picture is {}",
                coding_name(stated),
                coding_name(portrait.coding)
            )
        );
    }
}

} // namespace sallyport::documents::internal
