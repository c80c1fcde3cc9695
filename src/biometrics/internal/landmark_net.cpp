#include "biometrics/internal/landmark_net.hpp"

#include "imaging/geometry.hpp"

#include <algorithm>
#include <cmath>

namespace sallyport::biometrics::internal {
namespace {

constexpr float probability_min = 0.7F;

imaging::Box square_around(const imaging::Box& box) {
    const float side = std::max(box.width, box.height);
    const imaging::Point centre = box.centre();
    return {.left = centre.x - side / 2, .top = centre.y - side / 2, .width = side, .height = side};
}

} // namespace

Result<LandmarkNet> LandmarkNet::load(inference::Engine& engine, const inference::ModelFile& file) {
    LandmarkNet net;
    SALLYPORT_TRY(net.model_, engine.load(file.path, {}));
    SALLYPORT_TRY(net.input_, picture_input(*net.model_, file));
    SALLYPORT_TRY(net.probability_, output_of_width(*net.model_, file, 2));
    SALLYPORT_TRY(net.correction_, output_of_width(*net.model_, file, 4));
    SALLYPORT_TRY(net.points_, output_of_width(*net.model_, file, 10));
    return net;
}

Result<Face> LandmarkNet::look(const imaging::Image& image, const imaging::Box& square) const {
    SALLYPORT_TRY(
        const auto crop, imaging::crop_resize(image, square, input_.width, input_.height)
    );
    SALLYPORT_TRY(const auto request, model_->begin());
    write_picture(crop, input_.contract, Mirroring::None, request->input(0));
    SALLYPORT_CHECK(request->run());

    const auto correction = request->output(correction_);
    const auto points = request->output(points_);
    Face face;
    face.score = request->output(probability_)[1];
    // Each edge moves by a fraction of the square's side.
    const float left = square.left + correction[0] * square.width;
    const float top = square.top + correction[1] * square.height;
    const float right = square.right() + correction[2] * square.width;
    const float bottom = square.bottom() + correction[3] * square.height;
    face.box = {.left = left, .top = top, .width = right - left, .height = bottom - top};
    for (std::size_t i = 0; i < face.landmarks.size(); ++i) {
        face.landmarks[i] = {
            .x = square.left + points[i] * square.width,
            .y = square.top + points[i + face.landmarks.size()] * square.height
        };
    }
    return face;
}

Result<Face> LandmarkNet::locate(const imaging::Image& image, const FaceBox& face) const {
    SALLYPORT_TRY(const Face first, look(image, square_around(face.box)));
    const bool corrected = first.box.width > 0.0F && first.box.height > 0.0F;
    SALLYPORT_TRY(const Face second, look(image, square_around(corrected ? first.box : face.box)));
    if (!(second.score >= probability_min)) {
        return fail(ErrorCode::NotFound, "no face in the detected box");
    }
    return second;
}

} // namespace sallyport::biometrics::internal
