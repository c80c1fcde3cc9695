// From one held photo to its template, or to why it is not usable. Pure apart from the engine.
#pragma once

#include "verification/gallery_service.hpp"

#include <optional>

namespace sallyport::verification {

struct EnrolledPhoto {
    std::optional<biometrics::Template> photo_template;
    PhotoFault fault = PhotoFault::NoFace; // when there is no template
};

// An Error only when the engine fails.
[[nodiscard]] Result<EnrolledPhoto>
enrol_photo(biometrics::FaceEngine& engine, const holdings::HeldPhoto& photo);

// InvalidArgument that names the fault.
[[nodiscard]] Status unusable(PhotoFault fault);

// Of somebody who opted out nothing is told but that.
[[nodiscard]] TravelerCoverage opted_out_row(const domain::TravelerId& traveler);

// The counts of the rows, put into the coverage.
void recount(Coverage& coverage);

} // namespace sallyport::verification
