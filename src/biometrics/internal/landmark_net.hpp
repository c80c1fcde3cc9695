// The landmark net of a pack, of the kind of MTCNN's last stage: a square crop in; face
// probability, box correction and five points as fractions of the square out. Private to
// biometrics.
#pragma once

#include "biometrics/face_engine.hpp"
#include "biometrics/internal/tensor_input.hpp"

#include <memory>

namespace sallyport::biometrics::internal {

class LandmarkNet {
public:
    [[nodiscard]] static Result<LandmarkNet>
    load(inference::Engine& engine, const inference::ModelFile& file);

    // Looks twice: the first look corrects the box, the second places the points. NotFound when the
    // second sees no face.
    [[nodiscard]] Result<Face> locate(const imaging::Image& image, const FaceBox& face) const;

private:
    LandmarkNet() = default;
    // Face::box is the corrected box.
    [[nodiscard]] Result<Face> look(const imaging::Image& image, const imaging::Box& square) const;

    std::unique_ptr<inference::Model> model_;
    PictureInput input_;
    std::size_t probability_ = 0; // indices of the outputs
    std::size_t correction_ = 0;
    std::size_t points_ = 0;
};

} // namespace sallyport::biometrics::internal
