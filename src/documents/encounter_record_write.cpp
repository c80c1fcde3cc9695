// Writing by ANSI/NIST-ITL 1-2011 (update 2015), Annex B (traditional encoding).
#include "base/limits.hpp"
#include "base/secret_bytes.hpp"
#include "documents/encounter_record.hpp"
#include "documents/internal/nist_date.hpp"
#include "documents/internal/nist_fields.hpp"
#include "documents/internal/nist_picture.hpp"
#include "imaging/codec.hpp"

#include <algorithm>
#include <openssl/asn1.h>

namespace sallyport::documents {
namespace {

using namespace internal; // NOLINT(google-build-using-namespace) private to this module

// IDC of the two records below the header. They belong to one encounter but are of different kinds.
constexpr int descriptive_idc = 0;
constexpr int face_idc = 1;

tl::unexpected<Error> refused(int type, int field, std::string_view what) {
    return fail(
        ErrorCode::InvalidArgument, fmt::format("field {}: {}", field_name(type, field), what)
    );
}

bool is_control(char character) {
    const auto code = static_cast<unsigned char>(character);
    return code < 0x20 || code == 0x7F;
}

bool is_ascii(std::string_view text) {
    return std::ranges::none_of(text, [](char character) {
        return static_cast<unsigned char>(character) > 0x7F;
    });
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        unsigned long code = 0;
        // The length fits: it was checked before.
        const int used = UTF8_getc(
            reinterpret_cast<const unsigned char*>(text.data()),
            static_cast<int>(text.size()),
            &code
        );
        if (used <= 0) {
            return false;
        }
        text.remove_prefix(static_cast<std::size_t>(used));
    }
    return true;
}

// The four separators are control characters, so text without any cannot break the record.
Status check_text(int type, int field, std::string_view text) {
    if (text.empty()) {
        return refused(type, field, "is mandatory and empty");
    }
    if (text.size() > limits::nist_text_chars_max) {
        return refused(
            type, field, fmt::format("is longer than {} characters", limits::nist_text_chars_max)
        );
    }
    if (std::ranges::any_of(text, is_control)) {
        return refused(type, field, "holds a separator or another control character");
    }
    if (!is_utf8(text)) {
        return refused(type, field, "is not UTF-8");
    }
    return {};
}

// 8.1: the header is ASCII, whatever the other records are encoded in.
Status check_ascii(int type, int field, std::string_view text) {
    SALLYPORT_CHECK(check_text(type, field, text));
    if (!is_ascii(text)) {
        return refused(type, field, "is not ASCII");
    }
    return {};
}

Status check_date(int type, int field, Instant instant) {
    constexpr auto end = std::chrono::sys_days(std::chrono::year(10'000) / 1 / 1);
    // The zero of the clock stands for a time that nobody set.
    if (instant == Instant{} || instant.time_since_epoch().count() < 0 || instant >= end) {
        return refused(type, field, "is not set, before 1970 or after 9999");
    }
    return {};
}

Status check_header(const FaceEncounter& encounter) {
    constexpr int type_field = 4;
    constexpr std::size_t type_chars_max = 16;
    const auto is_letter = [](char character) {
        return (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z');
    };
    const std::string& kind = encounter.transaction_type;
    SALLYPORT_CHECK(check_ascii(1, type_field, kind));
    if (kind.size() > type_chars_max || !std::ranges::all_of(kind, is_letter)) {
        return refused(1, type_field, "is not 1 to 16 letters");
    }
    SALLYPORT_CHECK(check_date(1, 5, encounter.made_at));
    SALLYPORT_CHECK(check_ascii(1, 7, encounter.destination_agency));
    SALLYPORT_CHECK(check_ascii(1, 8, encounter.originating_agency));
    SALLYPORT_CHECK(check_ascii(1, 9, encounter.control_number));
    if (!encounter.domain_name.empty()) {
        SALLYPORT_CHECK(check_ascii(1, 13, encounter.domain_name));
    }
    return {};
}

Status check_descriptive(const FaceEncounter& encounter) {
    constexpr int first = 3;
    constexpr int last = 998;
    for (const auto& [field, text] : encounter.descriptive) {
        if (field < first || field > last) {
            return refused(2, field, "is not one of 2.003 to 2.998");
        }
        SALLYPORT_CHECK(check_text(2, field, text));
    }
    return {};
}

Status check_quality(const FaceEncounter& encounter) {
    constexpr int quality_field = 24;
    if (encounter.quality.size() > quality_sets_max) {
        return refused(10, quality_field, "has more than nine sets");
    }
    for (const FaceEncounter::Quality& quality : encounter.quality) {
        if (!is_quality_score(quality.score)) {
            return refused(10, quality_field, "has a score that is not 0 to 100, 254 or 255");
        }
        if (!is_vendor(quality.vendor)) {
            return refused(
                10, quality_field, "has a vendor that is not four digits 0 to 9, A to F"
            );
        }
        if (quality.algorithm < 1 || quality.algorithm > algorithm_max) {
            return refused(10, quality_field, "has an algorithm that is not 1 to 65535");
        }
    }
    return {};
}

// The header says what 10.006, 10.007 and 10.011 have to repeat; the decoder, that the rest is
// whole.
Result<PictureHeader> check_picture(const FaceEncounter& encounter) {
    if (encounter.picture.empty()) {
        return refused(10, picture_field, "is mandatory and empty");
    }
    const auto header = picture_header(encounter.picture);
    if (!header.has_value()) {
        return refused(10, picture_field, "is no JPEG, JP2 file or PNG");
    }
    if (header->compression != encounter.compression) {
        return refused(
            10, 11, fmt::format("does not say {}, as the picture is", header->compression)
        );
    }
    const auto agrees = [](int stated, std::uint32_t stored) {
        return stated >= 0 && static_cast<std::uint32_t>(stated) == stored;
    };
    if (!agrees(encounter.width_px, header->width_px)) {
        return refused(10, 6, fmt::format("the picture is {} pixels wide", header->width_px));
    }
    if (!agrees(encounter.height_px, header->height_px)) {
        return refused(10, 7, fmt::format("the picture is {} pixels high", header->height_px));
    }
    for (const auto& [field, side] : {std::pair{6, encounter.width_px}, {7, encounter.height_px}}) {
        if (side < side_px_min || side > side_px_max) {
            return refused(10, field, "is not 10 to 99999");
        }
    }
    const auto decoded = imaging::decode_image(encounter.picture);
    if (!decoded.has_value()) {
        return fail(
            ErrorCode::InvalidArgument, "field 10.999: the picture does not decode", decoded.error()
        );
    }
    if (!agrees(decoded->width(), header->width_px) ||
        !agrees(decoded->height(), header->height_px)) {
        return refused(10, picture_field, "the picture is to be turned before it is shown");
    }
    return *header;
}

Result<PictureHeader> check_face(const FaceEncounter& encounter) {
    constexpr int profile_field = 13;
    constexpr int pose_field = 20;
    constexpr int detailed_profile = 40;
    SALLYPORT_CHECK(check_text(10, 4, encounter.source_agency));
    SALLYPORT_CHECK(check_date(10, 5, encounter.captured_at));
    const int profile = encounter.subject_acquisition_profile;
    if (!is_acquisition_profile(profile)) {
        return refused(10, profile_field, "is not a profile of the standard");
    }
    if (profile >= detailed_profile) {
        return refused(
            10, profile_field, "asks for 10.023 and 10.026 to 10.028, which are not written"
        );
    }
    if (!encounter.pose.empty() && !is_pose(encounter.pose)) {
        return refused(10, pose_field, "is not a pose of the standard");
    }
    if (encounter.pose == "A" || encounter.pose == "D") {
        return refused(10, pose_field, "asks for its angles, which are not written");
    }
    SALLYPORT_CHECK(check_quality(encounter));
    return check_picture(encounter);
}

// The fields of a record after its length, and the record around them.
class RecordText {
public:
    explicit RecordText(int type) : type_(type) {}

    void add(int field, std::string_view value) {
        // The first field of all is the length, which is not known yet.
        text_ += group_separator;
        text_ += fmt::format("{}:{}", field_name(type_, field), value);
    }
    void add(int field, int value) { add(field, std::to_string(value)); }

    // 10.001 counts its own digits: more digits may make the record longer, and once more is
    // enough.
    [[nodiscard]] std::string whole() const {
        const std::string tag = field_name(type_, 1) + ":";
        const std::size_t others = tag.size() + text_.size() + 1;
        std::size_t length = others + 1;
        while (others + std::to_string(length).size() != length) {
            length = others + std::to_string(length).size();
        }
        return tag + std::to_string(length) + text_ + file_separator;
    }

private:
    int type_;
    std::string text_;
};

std::string header_record(const FaceEncounter& encounter, bool ascii) {
    RecordText record(1);
    record.add(2, "0502");
    record.add(
        3,
        fmt::format(
            "1{0}2{1}2{0}{2}{1}10{0}{3}",
            unit_separator,
            record_separator,
            descriptive_idc,
            face_idc
        )
    );
    record.add(4, encounter.transaction_type);
    record.add(5, nist_date(encounter.made_at));
    record.add(7, encounter.destination_agency);
    record.add(8, encounter.originating_agency);
    record.add(9, encounter.control_number);
    // Scanning resolutions are of fingerprints; without any they are zero.
    record.add(11, "00.00");
    record.add(12, "00.00");
    if (!encounter.domain_name.empty()) {
        record.add(13, encounter.domain_name + unit_separator);
    }
    record.add(14, nist_time(encounter.made_at));
    if (!ascii) {
        record.add(15, fmt::format("3{0}UTF-8{0}", unit_separator));
    }
    return record.whole();
}

std::string descriptive_record(const FaceEncounter& encounter) {
    RecordText record(2);
    record.add(2, descriptive_idc);
    for (const auto& [field, text] : encounter.descriptive) {
        record.add(field, text);
    }
    return record.whole();
}

std::string face_record(const FaceEncounter& encounter, const PictureHeader& header) {
    RecordText record(10);
    record.add(2, face_idc);
    record.add(3, "FACE");
    record.add(4, encounter.source_agency);
    record.add(5, nist_date(encounter.captured_at));
    record.add(6, encounter.width_px);
    record.add(7, encounter.height_px);
    // No scale is known: then 9 and 10 are the ratio of the sides of a pixel.
    record.add(8, 0);
    record.add(9, 1);
    record.add(10, 1);
    record.add(11, encounter.compression);
    // RGB says colours of a space that is not known; sRGB would be a claim.
    record.add(12, header.grey ? "GRAY" : "RGB");
    record.add(13, encounter.subject_acquisition_profile);
    if (!encounter.pose.empty()) {
        record.add(20, encounter.pose);
    }
    if (!encounter.quality.empty()) {
        std::string sets;
        for (const FaceEncounter::Quality& quality : encounter.quality) {
            if (!sets.empty()) {
                sets += record_separator;
            }
            sets += fmt::format(
                "{0}{3}{1}{3}{2}", quality.score, quality.vendor, quality.algorithm, unit_separator
            );
        }
        record.add(24, sets);
    }
    record.add(
        picture_field,
        {reinterpret_cast<const char*>(encounter.picture.data()), encounter.picture.size()}
    );
    return record.whole();
}

} // namespace

Result<SecretBytes> write_face_encounter(const FaceEncounter& encounter) {
    SALLYPORT_CHECK(check_header(encounter));
    SALLYPORT_CHECK(check_descriptive(encounter));
    SALLYPORT_TRY(const PictureHeader header, check_face(encounter));
    const bool ascii = is_ascii(encounter.source_agency) &&
                       std::ranges::all_of(encounter.descriptive, [](const auto& entry) {
                           return is_ascii(entry.second);
                       });
    const std::string text = header_record(encounter, ascii) + descriptive_record(encounter) +
                             face_record(encounter, header);
    return SecretBytes(text.begin(), text.end());
}

} // namespace sallyport::documents
