#include "biometrics/internal/detector.hpp"

#include "base/limits.hpp"
#include "imaging/geometry.hpp"

#include <algorithm>
#include <cmath>

namespace sallyport::biometrics::internal {
namespace {

constexpr float score_min = 0.65F;
constexpr float overlap_max = 0.4F;

float overlap(const imaging::Box& a, const imaging::Box& b) {
    const float width = std::min(a.right(), b.right()) - std::max(a.left, b.left);
    const float height = std::min(a.bottom(), b.bottom()) - std::max(a.top, b.top);
    if (width <= 0.0F || height <= 0.0F) {
        return 0.0F;
    }
    const float both = width * height;
    return both / (a.width * a.height + b.width * b.height - both);
}

bool usable(const imaging::Box& box) {
    return std::isfinite(box.left) && std::isfinite(box.top) && std::isfinite(box.width) &&
           std::isfinite(box.height) && box.width > 0.0F && box.height > 0.0F;
}

} // namespace

std::vector<FaceBox>
suppress_overlaps(std::vector<FaceBox> boxes, float overlap_limit, std::size_t faces_max) {
    std::stable_sort(boxes.begin(), boxes.end(), [](const FaceBox& a, const FaceBox& b) {
        return a.score > b.score;
    });
    std::vector<FaceBox> kept;
    for (const FaceBox& box : boxes) {
        if (kept.size() == faces_max) {
            break;
        }
        const bool covered = std::any_of(kept.begin(), kept.end(), [&](const FaceBox& better) {
            return overlap(better.box, box.box) > overlap_limit;
        });
        if (!covered) {
            kept.push_back(box);
        }
    }
    return kept;
}

Result<Detector> Detector::load(inference::Engine& engine, const inference::ModelFile& file) {
    Detector detector;
    SALLYPORT_TRY(detector.model_, engine.load(file.path, {}));
    SALLYPORT_TRY(detector.input_, picture_input(*detector.model_, file));
    SALLYPORT_TRY(detector.scores_, output_of_width(*detector.model_, file, 2));
    SALLYPORT_TRY(detector.boxes_, output_of_width(*detector.model_, file, 4));
    return detector;
}

Result<std::vector<FaceBox>> Detector::detect(const imaging::Image& image) const {
    SALLYPORT_TRY(const auto scaled, imaging::resize(image, input_.width, input_.height));
    SALLYPORT_TRY(const auto request, model_->begin());
    write_picture(scaled, input_.contract, Mirroring::None, request->input(0));
    SALLYPORT_CHECK(request->run());

    const auto scores = request->output(scores_);
    const auto corners = request->output(boxes_);
    const auto width = static_cast<float>(image.width());
    const auto height = static_cast<float>(image.height());
    std::vector<FaceBox> found;
    for (std::size_t i = 0; i < std::min(scores.size() / 2, corners.size() / 4); ++i) {
        if (!(scores[2 * i + 1] >= score_min)) {
            continue;
        }
        const imaging::Box box{
            .left = corners[4 * i] * width,
            .top = corners[4 * i + 1] * height,
            .width = (corners[4 * i + 2] - corners[4 * i]) * width,
            .height = (corners[4 * i + 3] - corners[4 * i + 1]) * height
        };
        if (usable(box)) {
            found.push_back({.box = box, .score = scores[2 * i + 1]});
        }
    }
    return suppress_overlaps(std::move(found), overlap_max, limits::frame_faces_max);
}

} // namespace sallyport::biometrics::internal
