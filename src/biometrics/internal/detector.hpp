// The detector of a pack, of the single-shot kind: the whole picture scaled to the model's input,
// one output with (background, face) scores and one with box corners as fractions of the picture.
// Private to biometrics.
#pragma once

#include "biometrics/face_engine.hpp"
#include "biometrics/internal/tensor_input.hpp"

#include <memory>

namespace sallyport::biometrics::internal {

class Detector {
public:
    [[nodiscard]] static Result<Detector>
    load(inference::Engine& engine, const inference::ModelFile& file);

    // Best first, overlapping ones removed, at most limits::frame_faces_max.
    [[nodiscard]] Result<std::vector<FaceBox>> detect(const imaging::Image& image) const;

private:
    Detector() = default;
    std::unique_ptr<inference::Model> model_;
    PictureInput input_;
    std::size_t scores_ = 0; // indices of the outputs
    std::size_t boxes_ = 0;
};

// Keeps the best of each group of overlapping boxes, best first, at most faces_max.
[[nodiscard]] std::vector<FaceBox>
suppress_overlaps(std::vector<FaceBox> boxes, float overlap_max, std::size_t faces_max);

} // namespace sallyport::biometrics::internal
