#include "documents/internal/iso39794_face.hpp"

#include "documents/internal/face_record_picture.hpp"

#include <fmt/format.h>

namespace sallyport::documents::internal {
namespace {

// Tags of the DER encoding: context class, by the field's number.
constexpr Tag sequence = 0x30;
constexpr Tag field_0 = 0x80; // a value
constexpr Tag field_1 = 0x81;
constexpr Tag block_0 = 0xA0; // a structure or a choice
constexpr Tag block_1 = 0xA1;
constexpr Tag block_7 = 0xA7;
constexpr Tag block_8 = 0xA8;

// 39794-1: a code is a CHOICE of the code itself or an extension that names a code to fall back on.
Result<std::optional<long>> read_code(TLVReader& reader, const TLVElement& choice) {
    SALLYPORT_TRY(const TLVElements alternatives, reader.children(choice));
    if (const TLVElement* code = find(alternatives, field_0)) {
        return small_integer(code->value);
    }
    if (const TLVElement* extension = find(alternatives, block_1)) {
        SALLYPORT_TRY(const TLVElements fields, reader.children(*extension));
        if (const TLVElement* fallback = find(fields, field_0)) {
            return small_integer(fallback->value);
        }
    }
    return std::optional<long>();
}

PortraitCoding coding_of_code(std::optional<long> code, Faults& faults) {
    switch (code.value_or(-1)) {
    case 2:
        return PortraitCoding::JPEG;
    case 3:
        return PortraitCoding::JPEG2000;
    case 4:
        return PortraitCoding::JPEG2000Lossless;
    case 0: // unknown
    case 1: // other
        return PortraitCoding::Unknown;
    default:
        note(faults, "the image format of the face record is not one that portraits may have");
        return PortraitCoding::Unknown;
    }
}

std::optional<domain::Sex> sex_of_code(std::optional<long> code, Faults& faults) {
    switch (code.value_or(-1)) {
    case 0: // unknown
    case 1: // other
        return domain::Sex::Unspecified;
    case 2:
        return domain::Sex::Male;
    case 3:
        return domain::Sex::Female;
    default:
        note(faults, "the gender of the face record is no code of the standard");
        return std::nullopt;
    }
}

int side_px(const TLVElements& size, Tag tag, Faults& faults) {
    constexpr long side_max = 65'535; // the standard's own bound
    const TLVElement* element = find(size, tag);
    const auto side = element == nullptr ? std::nullopt : small_integer(element->value);
    if (!side || *side < 0 || *side > side_max) {
        note(faults, "the image size of the face record is not readable");
        return 0;
    }
    return static_cast<int>(*side);
}

// ImageInformation2DBlock; gives the picture's coding as stated.
Result<PortraitCoding>
read_image_information(TLVReader& reader, const TLVElement& block, ChipPortrait& portrait) {
    SALLYPORT_TRY(const TLVElements fields, reader.children(block));
    note_unknown(
        fields,
        {0xA0, 0xA1, 0xA2, 0xA3, 0x84, 0x85, 0x86, 0xA7, 0xA8, 0xA9, 0xAA},
        "image information",
        portrait.faults
    );
    if (const TLVElement* size = find(fields, block_7)) {
        SALLYPORT_TRY(const TLVElements sides, reader.children(*size));
        portrait.width_px = side_px(sides, field_0, portrait.faults);
        portrait.height_px = side_px(sides, field_1, portrait.faults);
    }
    const TLVElement* format = find(fields, block_0);
    if (format == nullptr) {
        note(portrait.faults, "the face record states no image format");
        return PortraitCoding::Unknown;
    }
    SALLYPORT_TRY(const std::optional<long> code, read_code(reader, *format));
    return coding_of_code(code, portrait.faults);
}

// ImageRepresentation2DBlock: the picture, what it is, the camera.
Status read_picture(TLVReader& reader, const TLVElement& block, ChipPortrait& portrait) {
    SALLYPORT_TRY(const TLVElements fields, reader.children(block));
    note_unknown(fields, {0x80, 0xA1, 0xA2}, "image representation", portrait.faults);
    const TLVElement* picture = find(fields, field_0);
    if (picture == nullptr) {
        return fail(reader.malformed("a face representation has no picture", block.offset));
    }
    PortraitCoding stated = PortraitCoding::Unknown;
    if (const TLVElement* information = find(fields, block_1)) {
        SALLYPORT_TRY(stated, read_image_information(reader, *information, portrait));
    } else {
        note(portrait.faults, "the face record has no image information");
    }
    take_picture(portrait, picture->value, stated);
    return {};
}

Status read_identity(TLVReader& reader, const TLVElement& block, ChipPortrait& portrait) {
    SALLYPORT_TRY(const TLVElements fields, reader.children(block));
    note_unknown(
        fields, {0xA0, 0xA1, 0xA2, 0x83, 0xA4, 0xA5, 0xA6}, "identity metadata", portrait.faults
    );
    if (const TLVElement* gender = find(fields, block_0)) {
        SALLYPORT_TRY(const std::optional<long> code, read_code(reader, *gender));
        portrait.sex = sex_of_code(code, portrait.faults);
    }
    return {};
}

// RepresentationBlock. Nothing when it holds no two-dimensional picture (a 3D shape, an extension).
Result<std::optional<ChipPortrait>>
read_representation(TLVReader& reader, const TLVElement& representation) {
    ChipPortrait portrait;
    SALLYPORT_TRY(const TLVElements fields, reader.children(representation));
    note_unknown(
        fields,
        {0x80, 0xA1, 0xA2, 0xA3, 0xA4, 0x85, 0x86, 0xA7, 0xA8, 0xA9},
        "representation",
        portrait.faults
    );
    const TLVElement* image = find(fields, block_1);
    if (image == nullptr) {
        return fail(reader.malformed("a face representation has no image", representation.offset));
    }
    SALLYPORT_TRY(const TLVElements kinds, reader.children(*image));
    const TLVElement* base = find(kinds, block_0);
    if (base == nullptr) {
        return std::optional<ChipPortrait>();
    }
    SALLYPORT_TRY(const TLVElements dimensions, reader.children(*base));
    const TLVElement* flat = find(dimensions, block_0);
    if (flat == nullptr) {
        return std::optional<ChipPortrait>();
    }
    SALLYPORT_CHECK(read_picture(reader, *flat, portrait));
    if (const TLVElement* identity = find(fields, block_8)) {
        SALLYPORT_CHECK(read_identity(reader, *identity, portrait));
    }
    return std::optional<ChipPortrait>(std::move(portrait));
}

// VersionBlock: generation 3 is the 39794 series; the year is that of the edition.
Result<std::string> read_standard(TLVReader& reader, const TLVElements& fields, Faults& faults) {
    constexpr long generation_39794 = 3;
    constexpr long edition_read = 2019;
    std::optional<long> generation;
    std::optional<long> year;
    if (const TLVElement* version = find(fields, block_0)) {
        SALLYPORT_TRY(const TLVElements numbers, reader.children(*version));
        const TLVElement* first = find(numbers, field_0);
        const TLVElement* second = find(numbers, field_1);
        generation = first == nullptr ? std::nullopt : small_integer(first->value);
        year = second == nullptr ? std::nullopt : small_integer(second->value);
    }
    if (generation != generation_39794 || year != edition_read) {
        note(faults, "the face record states another version than generation 3 of 2019");
    }
    return fmt::format("ISO/IEC 39794-5:{}", year.value_or(edition_read));
}

} // namespace

Result<std::vector<ChipPortrait>> read_iso39794_face(TLVReader& reader, const TLVElement& block) {
    Faults faults;
    SALLYPORT_TRY(const TLVElements fields, reader.children(block));
    note_unknown(fields, {block_0, block_1}, "face image data block", faults);
    SALLYPORT_TRY(const std::string standard, read_standard(reader, fields, faults));
    const TLVElement* list = find(fields, block_1);
    if (list == nullptr) {
        return fail(reader.malformed("the face record has no representations", block.offset));
    }
    SALLYPORT_TRY(const TLVElements representations, reader.children(*list));
    if (representations.size() > limits::chip_portraits_max) {
        return fail(reader.malformed("the face record has too many representations", list->offset));
    }
    std::vector<ChipPortrait> portraits;
    for (const TLVElement& representation : representations) {
        if (representation.tag != sequence) {
            note(faults, "an element among the face representations is none");
            continue;
        }
        SALLYPORT_TRY(auto portrait, read_representation(reader, representation));
        if (!portrait) {
            note(faults, "a face representation holds no flat picture");
            continue;
        }
        portrait->standard = standard;
        portraits.push_back(*std::move(portrait));
    }
    if (portraits.empty()) {
        return fail(reader.malformed("the face record has no picture", block.offset));
    }
    for (ChipPortrait& portrait : portraits) {
        for (const std::string& fault : faults) {
            note(portrait.faults, fault);
        }
    }
    return portraits;
}

} // namespace sallyport::documents::internal
