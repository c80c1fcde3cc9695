// The port through which everything else finds and describes faces. Safe to call from any thread;
// an implementation keeps as many inference requests as threads call it. Errors: ModelMismatch,
// Internal (the inference library failed). Finding nobody is not an error.
#pragma once

#include "base/result.hpp"
#include "biometrics/template.hpp"
#include "imaging/image.hpp"

#include <vector>

namespace sallyport::biometrics {

struct FaceBox {
    imaging::Box box;
    float score = 0.0F; // detector's confidence, 0 to 1
};

struct Face {
    imaging::Box box;
    imaging::Landmarks landmarks{};
    float score = 0.0F; // confidence of the landmark net that this is a face, 0 to 1
    [[nodiscard]] float interocular_px() const;
};

// Milliseconds each step took, for the stage-by-stage report. Steps add up over frames.
struct FaceTimings {
    double detect_ms = 0.0;
    double landmarks_ms = 0.0;
    double align_ms = 0.0;
    double template_ms = 0.0;
};

class FaceEngine {
public:
    virtual ~FaceEngine() = default;

    // Faces of the picture, highest score first, at most limits::frame_faces_max.
    [[nodiscard]] virtual Result<std::vector<FaceBox>>
    detect(const imaging::Image& image, FaceTimings* timings = nullptr) = 0;

    // Landmarks inside one detected box. NotFound when the net sees no face there.
    [[nodiscard]] virtual Result<Face>
    locate(const imaging::Image& image, const FaceBox& face, FaceTimings* timings = nullptr) = 0;

    [[nodiscard]] virtual Result<Template>
    extract(const imaging::Image& image, const Face& face, FaceTimings* timings = nullptr) = 0;

    [[nodiscard]] virtual const domain::TemplateVersion& version() const = 0;
};

} // namespace sallyport::biometrics
