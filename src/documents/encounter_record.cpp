// From the fields of a transaction to the encounter that they tell of.
#include "documents/encounter_record.hpp"

#include "base/secret_bytes.hpp"
#include "documents/internal/nist_date.hpp"
#include "documents/internal/nist_fields.hpp"
#include "documents/internal/nist_picture.hpp"

#include <algorithm>

namespace sallyport::documents {
namespace {

using namespace internal; // NOLINT(google-build-using-namespace) private to this module

tl::unexpected<Error> malformed(int type, int field, std::string_view what) {
    return fail(
        ErrorCode::MalformedInput, fmt::format("field {}: {}", field_name(type, field), what)
    );
}

// Empty when the field is not there.
Result<std::string> optional_text(const NISTRecord& record, int field) {
    const auto found = record.fields.find(field);
    if (found == record.fields.end()) {
        return std::string();
    }
    if (found->second.size() != 1 || found->second.front().size() != 1) {
        return malformed(record.type, field, "holds more than one value");
    }
    return found->second.front().front();
}

Result<std::string> mandatory_text(const NISTRecord& record, int field) {
    SALLYPORT_TRY(std::string text, optional_text(record, field));
    if (text.empty()) {
        return malformed(record.type, field, "is missing or empty");
    }
    return text;
}

Result<int> mandatory_number(const NISTRecord& record, int field) {
    SALLYPORT_TRY(const std::string text, mandatory_text(record, field));
    const auto number = number_of(text);
    if (!number.has_value()) {
        return malformed(record.type, field, "is not a number");
    }
    return *number;
}

Result<Instant> mandatory_date(const NISTRecord& record, int field) {
    SALLYPORT_TRY(const std::string text, mandatory_text(record, field));
    const auto date = date_of(text);
    if (!date.has_value()) {
        return malformed(record.type, field, "is not a date of the calendar");
    }
    return *date;
}

Status read_header(const NISTRecord& record, FaceEncounter& encounter) {
    constexpr int domain_field = 13;
    constexpr int time_field = 14;
    SALLYPORT_TRY(encounter.transaction_type, mandatory_text(record, 4));
    SALLYPORT_TRY(encounter.made_at, mandatory_date(record, 5));
    SALLYPORT_TRY(encounter.destination_agency, mandatory_text(record, 7));
    SALLYPORT_TRY(encounter.originating_agency, mandatory_text(record, 8));
    SALLYPORT_TRY(encounter.control_number, mandatory_text(record, 9));
    encounter.domain_name = record.text(domain_field); // a version of the domain may follow
    SALLYPORT_TRY(const std::string time, optional_text(record, time_field));
    if (!time.empty()) {
        // 1.005 is the local date; the moment in UTC is the better one where both stand.
        const auto instant = time_of(time);
        if (!instant.has_value()) {
            return malformed(record.type, time_field, "is not a time in UTC");
        }
        encounter.made_at = *instant;
    }
    return {};
}

Status read_descriptive(const NISTRecord& record, FaceEncounter& encounter) {
    constexpr int first_descriptive_field = 3;
    for (const auto& [field, subfields] : record.fields) {
        if (field < first_descriptive_field) {
            continue;
        }
        SALLYPORT_TRY(encounter.descriptive[field], optional_text(record, field));
    }
    return {};
}

Status read_quality(const NISTRecord& record, FaceEncounter& encounter) {
    constexpr int quality_field = 24;
    const auto found = record.fields.find(quality_field);
    if (found == record.fields.end()) {
        return {};
    }
    if (found->second.size() > quality_sets_max) {
        return malformed(record.type, quality_field, "holds more than nine sets");
    }
    for (const std::vector<std::string>& items : found->second) {
        const auto score = number_of(items[0]);
        const auto algorithm = items.size() == 3 ? number_of(items[2]) : std::nullopt;
        if (!score || !algorithm || !is_quality_score(*score) || !is_vendor(items[1]) ||
            *algorithm < 1 || *algorithm > algorithm_max) {
            return malformed(
                record.type, quality_field, "holds something else than score, vendor and algorithm"
            );
        }
        encounter.quality.push_back({*score, items[1], *algorithm});
    }
    return {};
}

Status read_face(const NISTRecord& record, FaceEncounter& encounter) {
    constexpr int profile_field = 13;
    constexpr int pose_field = 20;
    SALLYPORT_TRY(encounter.source_agency, mandatory_text(record, 4));
    SALLYPORT_TRY(encounter.captured_at, mandatory_date(record, 5));
    SALLYPORT_TRY(encounter.width_px, mandatory_number(record, 6));
    SALLYPORT_TRY(encounter.height_px, mandatory_number(record, 7));
    SALLYPORT_TRY(encounter.compression, mandatory_text(record, 11));
    SALLYPORT_TRY(encounter.subject_acquisition_profile, mandatory_number(record, profile_field));
    if (!is_acquisition_profile(encounter.subject_acquisition_profile)) {
        return malformed(record.type, profile_field, "is not a profile of the standard");
    }
    SALLYPORT_TRY(encounter.pose, optional_text(record, pose_field));
    if (!encounter.pose.empty() && !is_pose(encounter.pose)) {
        return malformed(record.type, pose_field, "is not a pose of the standard");
    }
    SALLYPORT_CHECK(read_quality(record, encounter));
    if (record.data.empty()) {
        return malformed(record.type, picture_field, "is missing or empty");
    }
    encounter.picture = record.data;
    return {};
}

bool is_face(const NISTRecord& record) {
    constexpr int face_type = 10;
    constexpr int image_type_field = 3;
    return record.type == face_type && record.text(image_type_field) == "FACE";
}

} // namespace

Result<FaceEncounter> face_encounter_of(const NISTTransaction& transaction) {
    const auto& records = transaction.records;
    const auto face = std::ranges::find_if(records, is_face);
    if (face == records.end()) {
        return fail(ErrorCode::NotFound, "the transaction holds no Type-10 record of a face");
    }
    if (records.front().type != 1) {
        return fail(ErrorCode::MalformedInput, "the transaction does not begin with Type-1");
    }
    FaceEncounter encounter;
    SALLYPORT_CHECK(read_header(records.front(), encounter));
    const auto described = std::ranges::find(records, 2, &NISTRecord::type);
    if (described != records.end()) {
        SALLYPORT_CHECK(read_descriptive(*described, encounter));
    }
    SALLYPORT_CHECK(read_face(*face, encounter));
    return encounter;
}

Status set_picture(FaceEncounter& encounter, SecretBytes picture) {
    const auto header = picture_header(picture);
    if (!header.has_value() || header->width_px > side_px_max || header->height_px > side_px_max) {
        return fail(
            ErrorCode::InvalidArgument, "field 10.999: the picture is no JPEG, JP2 file or PNG"
        );
    }
    encounter.width_px = static_cast<int>(header->width_px);
    encounter.height_px = static_cast<int>(header->height_px);
    encounter.compression = header->compression;
    encounter.picture = std::move(picture);
    return {};
}

} // namespace sallyport::documents
