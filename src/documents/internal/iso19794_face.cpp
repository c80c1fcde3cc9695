#include "documents/internal/iso19794_face.hpp"

#include "documents/internal/face_record_picture.hpp"

#include <array>
#include <fmt/format.h>

namespace sallyport::documents::internal {
namespace {

constexpr std::array<std::uint8_t, 4> format_identifier{'F', 'A', 'C', 0};
constexpr std::size_t landmark_bytes = 8;

// A part of the record that is read from front to back; past its end it fails with its place.
class Cursor {
public:
    Cursor(TLVBytes bytes, std::size_t base, std::string_view file)
        : bytes_(bytes), base_(base), file_(file) {}

    [[nodiscard]] Result<TLVBytes> take(std::size_t count, std::string_view what) {
        if (count > left()) {
            return fail(
                malformed(fmt::format("{} takes {} bytes and {} are left", what, count, left()))
            );
        }
        const TLVBytes part = bytes_.subspan(at_, count);
        at_ += count;
        return part;
    }
    [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }
    [[nodiscard]] std::size_t place() const { return base_ + at_; }
    [[nodiscard]] std::string_view file() const { return file_; }
    [[nodiscard]] Error malformed(std::string_view text) const {
        return {
            ErrorCode::MalformedInput,
            fmt::format("{}: face record: {}, at byte {}", file_, text, place())
        };
    }

private:
    TLVBytes bytes_;
    std::size_t base_;
    std::string_view file_;
    std::size_t at_ = 0;
};

enum class Edition { Y2005, Y2011 };

std::optional<domain::Sex> sex_of(std::uint8_t code, Faults& faults) {
    switch (code) {
    case 0x00: // unspecified
    case 0xFF: // unknown
        return domain::Sex::Unspecified;
    case 0x01:
        return domain::Sex::Male;
    case 0x02:
        return domain::Sex::Female;
    default:
        note(faults, "the gender of the face record is no code of the standard");
        return std::nullopt;
    }
}

PortraitCoding stated_coding(Edition edition, std::uint8_t code, Faults& faults) {
    if (code == 0) {
        return PortraitCoding::JPEG;
    }
    if (code == 1) {
        return PortraitCoding::JPEG2000;
    }
    if (edition == Edition::Y2011 && code == 2) {
        return PortraitCoding::JPEG2000Lossless;
    }
    if (edition == Edition::Y2011 && code == 3) {
        return PortraitCoding::PNG;
    }
    note(faults, "the image data type of the face record is no code of the standard");
    return PortraitCoding::Unknown;
}

// Facial information (its last 16 bytes or 17) and the landmarks that it counts.
Status read_facial_information(Cursor& block, Edition edition, ChipPortrait& portrait) {
    const std::size_t size = edition == Edition::Y2005 ? 16 : 17;
    SALLYPORT_TRY(const TLVBytes information, block.take(size, "the facial information"));
    portrait.sex = sex_of(information[2], portrait.faults);
    const std::size_t landmarks = big_endian(information, 0, 2);
    SALLYPORT_TRY(
        [[maybe_unused]] const TLVBytes points,
        block.take(landmarks * landmark_bytes, fmt::format("a list of {} landmarks", landmarks))
    );
    return {};
}

struct ImageInformation {
    PortraitCoding stated = PortraitCoding::Unknown;
};

Result<ImageInformation>
read_image_information(Cursor& block, Edition edition, ChipPortrait& portrait) {
    const std::size_t size = edition == Edition::Y2005 ? 12 : 11;
    SALLYPORT_TRY(const TLVBytes information, block.take(size, "the image information"));
    portrait.width_px = static_cast<int>(big_endian(information, 2, 2));
    portrait.height_px = static_cast<int>(big_endian(information, 4, 2));
    return ImageInformation{stated_coding(edition, information[1], portrait.faults)};
}

// 2005, 5.5 to 5.8: the image data take what is left of the block.
Result<ChipPortrait> read_block_2005(Cursor block) {
    ChipPortrait portrait;
    portrait.standard = "ISO/IEC 19794-5:2005";
    SALLYPORT_CHECK(read_facial_information(block, Edition::Y2005, portrait));
    SALLYPORT_TRY(
        const ImageInformation information, read_image_information(block, Edition::Y2005, portrait)
    );
    SALLYPORT_TRY(const TLVBytes picture, block.take(block.left(), "the image data"));
    take_picture(portrait, picture, information.stated);
    return portrait;
}

// 2011, 8.4: capture date, device and quality come first, and the image data state their length.
Result<ChipPortrait> read_block_2011(Cursor block) {
    constexpr std::size_t capture_bytes = 14; // date and time 9, technology 1, vendor 2, type 2
    constexpr std::size_t quality_bytes = 5;
    ChipPortrait portrait;
    portrait.standard = "ISO/IEC 19794-5:2011";
    SALLYPORT_TRY(
        [[maybe_unused]] const TLVBytes capture, block.take(capture_bytes, "the capture device")
    );
    SALLYPORT_TRY(const TLVBytes qualities, block.take(1, "the number of qualities"));
    SALLYPORT_TRY(
        [[maybe_unused]] const TLVBytes quality,
        block.take(qualities[0] * quality_bytes, "the quality records")
    );
    SALLYPORT_CHECK(read_facial_information(block, Edition::Y2011, portrait));
    SALLYPORT_TRY(
        const ImageInformation information, read_image_information(block, Edition::Y2011, portrait)
    );
    SALLYPORT_TRY(const TLVBytes length, block.take(4, "the length of the image data"));
    SALLYPORT_TRY(const TLVBytes picture, block.take(big_endian(length, 0, 4), "the image data"));
    take_picture(portrait, picture, information.stated);
    if (block.left() != 0) {
        note(portrait.faults, fmt::format("{} bytes follow the image data", block.left()));
    }
    return portrait;
}

Result<ChipPortrait> read_block(Cursor& record, Edition edition) {
    constexpr std::size_t length_bytes = 4;
    SALLYPORT_TRY(
        const TLVBytes stated, record.take(length_bytes, "the length of a facial record")
    );
    const std::size_t length = big_endian(stated, 0, length_bytes);
    if (length < length_bytes) {
        return fail(record.malformed("a facial record is shorter than its own length"));
    }
    const std::size_t place = record.place();
    SALLYPORT_TRY(const TLVBytes bytes, record.take(length - length_bytes, "a facial record"));
    const Cursor block(bytes, place, record.file());
    return edition == Edition::Y2005 ? read_block_2005(block) : read_block_2011(block);
}

Result<Edition> read_edition(Cursor& record) {
    constexpr std::array<std::uint8_t, 4> version_2005{'0', '1', '0', 0};
    constexpr std::array<std::uint8_t, 4> version_2011{'0', '3', '0', 0};
    SALLYPORT_TRY(const TLVBytes identifier, record.take(8, "the header"));
    if (!starts_with(identifier, format_identifier)) {
        return fail(record.malformed("the record does not open with FAC"));
    }
    const TLVBytes version = identifier.subspan(4);
    if (starts_with(version, version_2005)) {
        return Edition::Y2005;
    }
    if (starts_with(version, version_2011)) {
        return Edition::Y2011;
    }
    return fail(record.malformed("the version is neither 010 nor 030"));
}

} // namespace

bool is_iso19794_face(TLVBytes bytes) {
    return starts_with(bytes, format_identifier);
}

Result<std::vector<ChipPortrait>>
read_iso19794_face(TLVBytes record, std::size_t base, std::string_view file) {
    Cursor whole(record, base, file);
    SALLYPORT_TRY(const Edition edition, read_edition(whole));
    // Record length and number of pictures; 2011 adds a certification flag and temporal semantics.
    SALLYPORT_TRY(
        const TLVBytes header, whole.take(edition == Edition::Y2005 ? 6 : 9, "the header")
    );
    const std::size_t length = big_endian(header, 0, 4);
    const std::size_t header_bytes = record.size() - whole.left();
    if (length > record.size() || length < header_bytes) {
        return fail(whole.malformed(
            fmt::format("it states a length of {} bytes and has {}", length, record.size())
        ));
    }
    const std::size_t pictures = big_endian(header, 4, 2);
    if (pictures == 0 || pictures > limits::chip_portraits_max) {
        return fail(whole.malformed(fmt::format("it states {} pictures", pictures)));
    }
    Faults faults;
    if (length < record.size()) {
        note(faults, fmt::format("{} bytes follow the face record", record.size() - length));
    }
    if (edition == Edition::Y2011 && header[6] != 0) {
        // 8.3.6: face images have no certification blocks.
        note(faults, "the face record states certification blocks");
    }
    Cursor body(record.subspan(header_bytes, length - header_bytes), base + header_bytes, file);
    std::vector<ChipPortrait> portraits;
    for (std::size_t index = 0; index < pictures; ++index) {
        SALLYPORT_TRY(ChipPortrait portrait, read_block(body, edition));
        portraits.push_back(std::move(portrait));
    }
    if (body.left() != 0) {
        note(faults, fmt::format("{} bytes follow the last facial record", body.left()));
    }
    for (ChipPortrait& portrait : portraits) {
        for (const std::string& fault : faults) {
            note(portrait.faults, fault);
        }
    }
    return portraits;
}

} // namespace sallyport::documents::internal
