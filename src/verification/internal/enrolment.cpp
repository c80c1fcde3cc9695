#include "verification/internal/enrolment.hpp"

#include "capture/best_shot.hpp"
#include "imaging/codec.hpp"

namespace sallyport::verification {
namespace {

PhotoFault fault_of(domain::ReferReason reason) {
    switch (reason) {
    case domain::ReferReason::TooManyFaces:
        return PhotoFault::SeveralFaces;
    case domain::ReferReason::FaceCutOff:
        return PhotoFault::FaceCutOff;
    case domain::ReferReason::FaceTooSmall:
        return PhotoFault::FaceTooSmall;
    case domain::ReferReason::TooDark:
        return PhotoFault::TooDark;
    case domain::ReferReason::TooBright:
        return PhotoFault::TooBright;
    case domain::ReferReason::PictureUnusable:
        return PhotoFault::Undecodable;
    default:
        return PhotoFault::NoFace;
    }
}

} // namespace

Result<EnrolledPhoto>
enrol_photo(biometrics::FaceEngine& engine, const holdings::HeldPhoto& photo) {
    EnrolledPhoto result;
    auto image = imaging::decode_image(photo.bytes);
    if (!image.has_value()) {
        result.fault = image.error().code() == ErrorCode::ImageTooLarge ? PhotoFault::TooLarge
                                                                        : PhotoFault::Undecodable;
        return result;
    }
    // A portrait fills its picture: the face may be anywhere in it.
    const capture::CaptureRules rules{.zone = {}};
    SALLYPORT_TRY(
        const capture::CaptureOutcome outcome,
        capture::choose_best_shot(engine, std::span(&*image, 1), rules)
    );
    if (!outcome.shot) {
        result.fault = fault_of(outcome.reason);
        return result;
    }
    SALLYPORT_TRY(result.photo_template, engine.extract(*image, outcome.shot->face));
    return result;
}

Status unusable(PhotoFault fault) {
    return fail(
        ErrorCode::InvalidArgument,
        "the photo cannot be used: " + std::string(photo_fault_name(fault))
    );
}

TravelerCoverage opted_out_row(const domain::TravelerId& traveler) {
    TravelerCoverage row;
    row.traveler = traveler;
    row.opted_out = true;
    return row;
}

void recount(Coverage& coverage) {
    coverage.travelers = coverage.rows.size();
    coverage.with_photo = 0;
    coverage.without_photo = 0;
    coverage.rejected_only = 0;
    coverage.opted_out = 0;
    for (const TravelerCoverage& row : coverage.rows) {
        if (row.opted_out) {
            ++coverage.opted_out;
        } else if (row.photos_enrolled > 0) {
            ++coverage.with_photo;
        } else {
            ++(row.rejected.empty() ? coverage.without_photo : coverage.rejected_only);
        }
    }
}

} // namespace sallyport::verification
