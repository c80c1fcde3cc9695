// From the frames of one capture to one traveler's best face. In each frame the traveler is the
// largest face near the middle of the zone; everybody else is counted, masked in what is shown and
// dropped: no landmarks and no template are made of them. Pure apart from the engine it is given.
#pragma once

#include "biometrics/face_engine.hpp"
#include "domain/checkpoint_profile.hpp"
#include "domain/verdict.hpp"
#include "imaging/image.hpp"

#include <optional>
#include <span>
#include <vector>

namespace sallyport::capture {

struct CaptureRules {
    domain::Zone zone;
    double interocular_px_min = 24.0;
    // Mean luminance of the face (0 to 255) outside of which features drown.
    double luminance_min = 35.0;
    double luminance_max = 225.0;
};

// What is said of a face's picture; measures named as ISO/IEC 29794-5 names them.
struct FaceQuality {
    double interocular_px = 0.0;
    double luminance_mean = 0.0;
    double sharpness = 0.0; // variance of the Laplacian on the aligned face
};

struct BestShot {
    std::size_t frame = 0; // index of the frame it came from
    biometrics::Face face;
    FaceQuality quality;
    std::size_t faces_seen = 0; // most faces in any frame, the traveler included
    imaging::Image portrait;    // 480 x 600, bystanders masked
};

// Either the shot, or why there is none (the mildest reason over the frames: a frame with a face
// too small says more than one without).
struct CaptureOutcome {
    std::optional<BestShot> shot;
    domain::ReferReason reason = domain::ReferReason::NoFace;
    std::size_t faces_seen = 0;
};

[[nodiscard]] Result<CaptureOutcome> choose_best_shot(
    biometrics::FaceEngine& engine,
    std::span<const imaging::Image> frames,
    const CaptureRules& rules,
    biometrics::FaceTimings* timings = nullptr
);

// Index of the traveler among the faces, or nothing when no face's centre lies in the zone.
[[nodiscard]] std::optional<std::size_t> choose_traveler(
    std::span<const biometrics::FaceBox> faces, int width, int height, const domain::Zone& zone
);

} // namespace sallyport::capture
