#include "capture/best_shot.hpp"

#include "base/limits.hpp"
#include "imaging/geometry.hpp"
#include "imaging/measure.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sallyport::capture {
namespace {

using biometrics::Face;
using biometrics::FaceBox;
using domain::ReferReason;
using imaging::Box;

constexpr int portrait_width_px = 480;
constexpr int portrait_height_px = 600;
// A face in a corner of the zone counts a quarter of its area.
constexpr double corner_weight = 0.25;
// Two faces this alike in area and place have the same claim to be the traveler.
constexpr double area_ratio_tied_min = 0.9;
constexpr double offset_tied_max = 0.1;
// A face of which more than this lies outside the frame is cut off.
constexpr double outside_share_max = 0.15;
// A bystander's box is grown by this share on each side, so that hair and ears go too.
constexpr float mask_margin = 0.25F;
// The part of an aligned face between brows and chin, without hair and background.
constexpr Box aligned_skin{.left = 24.0F, .top = 34.0F, .width = 64.0F, .height = 70.0F};

// Distance of the face's centre from the zone's middle: 0 there, 1 in the zone's corners. Nothing
// when the centre lies outside the zone.
std::optional<double>
offset_in_zone(const Box& box, int width, int height, const domain::Zone& zone) {
    const imaging::Point centre = box.centre();
    const double x = static_cast<double>(centre.x) / width;
    const double y = static_cast<double>(centre.y) / height;
    if (!(x >= zone.left && x <= zone.right && y >= zone.top && y <= zone.bottom)) {
        return std::nullopt;
    }
    const auto from_middle = [](double value, double begin, double end) {
        return end > begin ? (value - (begin + end) / 2) / ((end - begin) / 2) : 0.0;
    };
    const double across = from_middle(x, zone.left, zone.right);
    const double down = from_middle(y, zone.top, zone.bottom);
    return std::hypot(across, down) / std::numbers::sqrt2;
}

double area(const Box& box) {
    return static_cast<double>(box.width) * static_cast<double>(box.height);
}

// Whether somebody else in the zone is as large and as central as the chosen one.
bool somebody_rivals(
    std::span<const FaceBox> faces,
    std::size_t chosen,
    int width,
    int height,
    const domain::Zone& zone
) {
    const double own_area = area(faces[chosen].box);
    const double own_offset = offset_in_zone(faces[chosen].box, width, height, zone).value_or(0.0);
    for (std::size_t i = 0; i < faces.size(); ++i) {
        const auto offset = offset_in_zone(faces[i].box, width, height, zone);
        if (i == chosen || !offset.has_value()) {
            continue;
        }
        const double other_area = area(faces[i].box);
        const double ratio = std::min(own_area, other_area) / std::max(own_area, other_area);
        if (ratio >= area_ratio_tied_min && std::abs(*offset - own_offset) <= offset_tied_max) {
            return true;
        }
    }
    return false;
}

bool cut_off(const Face& face, int width, int height) {
    const auto inside = [&](const imaging::Point& point) {
        return point.x >= 0.0F && point.y >= 0.0F && point.x < static_cast<float>(width) &&
               point.y < static_cast<float>(height);
    };
    if (!std::all_of(face.landmarks.begin(), face.landmarks.end(), inside)) {
        return true;
    }
    const Box& box = face.box;
    const Box visible{
        .left = std::max(box.left, 0.0F),
        .top = std::max(box.top, 0.0F),
        .width = std::min(box.right(), static_cast<float>(width)) - std::max(box.left, 0.0F),
        .height = std::min(box.bottom(), static_cast<float>(height)) - std::max(box.top, 0.0F)
    };
    return area(visible) < (1.0 - outside_share_max) * area(box);
}

// What one frame gave: a usable face, or the reason why not.
struct FrameFinding {
    std::vector<FaceBox> faces;
    std::size_t traveler = 0;
    Face face;
    FaceQuality quality;
    std::optional<ReferReason> reason = ReferReason::NoFace;
};

// How far a frame got before it failed; further is the milder and more useful reason.
int mildness(ReferReason reason) {
    switch (reason) {
    case ReferReason::TooManyFaces:
        return 1;
    case ReferReason::FaceCutOff:
        return 2;
    case ReferReason::FaceTooSmall:
        return 3;
    case ReferReason::TooDark:
    case ReferReason::TooBright:
        return 4;
    default:
        return 0;
    }
}

std::optional<ReferReason> fault_of(const FaceQuality& quality, const CaptureRules& rules) {
    // Written so that a value that is not a number fails.
    if (!(quality.interocular_px >= rules.interocular_px_min)) {
        return ReferReason::FaceTooSmall;
    }
    if (!(quality.luminance_mean >= rules.luminance_min)) {
        return ReferReason::TooDark;
    }
    if (!(quality.luminance_mean <= rules.luminance_max)) {
        return ReferReason::TooBright;
    }
    return std::nullopt;
}

Result<FaceQuality> assess(const imaging::Image& frame, const Face& face) {
    SALLYPORT_TRY(const auto aligned, imaging::align_face(frame, face.landmarks));
    FaceQuality quality;
    quality.interocular_px = face.interocular_px();
    SALLYPORT_TRY(quality.luminance_mean, imaging::luminance_mean(aligned, aligned_skin));
    SALLYPORT_TRY(quality.sharpness, imaging::laplacian_variance(aligned));
    return quality;
}

Result<FrameFinding> look_at(
    biometrics::FaceEngine& engine,
    const imaging::Image& frame,
    const CaptureRules& rules,
    biometrics::FaceTimings* timings
) {
    FrameFinding finding;
    SALLYPORT_TRY(finding.faces, engine.detect(frame, timings));
    const auto chosen = choose_traveler(finding.faces, frame.width(), frame.height(), rules.zone);
    if (!chosen.has_value()) {
        return finding;
    }
    finding.traveler = *chosen;
    // At the limit there may be more faces than were handed over, a larger one among them.
    if (finding.faces.size() >= limits::frame_faces_max ||
        somebody_rivals(finding.faces, *chosen, frame.width(), frame.height(), rules.zone)) {
        finding.reason = ReferReason::TooManyFaces;
        return finding;
    }
    auto face = engine.locate(frame, finding.faces[*chosen], timings);
    if (!face.has_value()) {
        if (face.error().code() == ErrorCode::NotFound) {
            return finding;
        }
        return fail(std::move(face).error());
    }
    finding.face = *face;
    if (cut_off(finding.face, frame.width(), frame.height())) {
        finding.reason = ReferReason::FaceCutOff;
        return finding;
    }
    if (!(finding.face.interocular_px() >= rules.interocular_px_min)) {
        finding.reason = ReferReason::FaceTooSmall;
        return finding;
    }
    SALLYPORT_TRY(finding.quality, assess(frame, finding.face));
    finding.reason = fault_of(finding.quality, rules);
    return finding;
}

Box grown(const Box& box) {
    return {
        .left = box.left - mask_margin * box.width,
        .top = box.top - mask_margin * box.height,
        .width = box.width * (1 + 2 * mask_margin),
        .height = box.height * (1 + 2 * mask_margin)
    };
}

// Puts the pixels of `box` back from the untouched frame, where a bystander's mask reached over it.
void restore(imaging::Image& masked, const imaging::Image& frame, const Box& box) {
    const auto clamped = [](float value, int end) {
        return static_cast<int>(std::clamp(value, 0.0F, static_cast<float>(end)));
    };
    const int left = clamped(box.left, frame.width());
    const int right = clamped(box.right(), frame.width());
    const int top = clamped(box.top, frame.height());
    const int bottom = clamped(box.bottom(), frame.height());
    for (int y = top; y < bottom && left < right; ++y) {
        const std::ptrdiff_t begin = std::ptrdiff_t{3} * left;
        const std::ptrdiff_t end = std::ptrdiff_t{3} * right;
        std::copy(frame.row(y) + begin, frame.row(y) + end, masked.row(y) + begin);
    }
}

Result<imaging::Image> portrait_of(const imaging::Image& frame, const FrameFinding& finding) {
    imaging::Image masked = frame.clone();
    std::vector<Box> bystanders;
    for (std::size_t i = 0; i < finding.faces.size(); ++i) {
        if (i != finding.traveler) {
            bystanders.push_back(grown(finding.faces[i].box));
        }
    }
    imaging::mask(masked, bystanders);
    restore(masked, frame, finding.faces[finding.traveler].box);
    return imaging::portrait_crop(
        masked, finding.face.landmarks, portrait_width_px, portrait_height_px
    );
}

double merit(const FaceQuality& quality) {
    return quality.sharpness * quality.interocular_px;
}

} // namespace

std::optional<std::size_t>
choose_traveler(std::span<const FaceBox> faces, int width, int height, const domain::Zone& zone) {
    std::optional<std::size_t> chosen;
    double best = 0.0;
    for (std::size_t i = 0; i < faces.size(); ++i) {
        const auto offset = offset_in_zone(faces[i].box, width, height, zone);
        if (!offset.has_value()) {
            continue;
        }
        const double claim = area(faces[i].box) * (1.0 - (1.0 - corner_weight) * *offset);
        if (!chosen.has_value() || claim > best) {
            chosen = i;
            best = claim;
        }
    }
    return chosen;
}

Result<CaptureOutcome> choose_best_shot(
    biometrics::FaceEngine& engine,
    std::span<const imaging::Image> frames,
    const CaptureRules& rules,
    biometrics::FaceTimings* timings
) {
    if (frames.size() > limits::capture_frames_max) {
        return fail(ErrorCode::InvalidArgument, "a capture has more frames than are looked at");
    }
    CaptureOutcome outcome;
    std::optional<FrameFinding> best;
    std::size_t best_frame = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        SALLYPORT_TRY(FrameFinding finding, look_at(engine, frames[i], rules, timings));
        outcome.faces_seen = std::max(outcome.faces_seen, finding.faces.size());
        if (finding.reason.has_value()) {
            if (mildness(*finding.reason) > mildness(outcome.reason)) {
                outcome.reason = *finding.reason;
            }
        } else if (!best.has_value() || merit(finding.quality) > merit(best->quality)) {
            best = std::move(finding);
            best_frame = i;
        }
    }
    if (best.has_value()) {
        SALLYPORT_TRY(auto portrait, portrait_of(frames[best_frame], *best));
        outcome.shot = BestShot{
            .frame = best_frame,
            .face = best->face,
            .quality = best->quality,
            .faces_seen = outcome.faces_seen,
            .portrait = std::move(portrait)
        };
    }
    return outcome;
}

} // namespace sallyport::capture
