#include "biometrics/pack_face_engine.hpp"

#include "biometrics/internal/detector.hpp"
#include "biometrics/internal/landmark_net.hpp"
#include "biometrics/internal/recogniser.hpp"
#include "imaging/geometry.hpp"
#include "inference/openvino/openvino_engine.hpp"

#include <chrono>
#include <cmath>

namespace sallyport::biometrics {

float Face::interocular_px() const {
    return std::hypot(landmarks[1].x - landmarks[0].x, landmarks[1].y - landmarks[0].y);
}

namespace {

using inference::ModelRole;

// Adds the time until it goes out of scope to one field of the timings, if there are any.
class Stopwatch {
public:
    Stopwatch(FaceTimings* timings, double FaceTimings::* field)
        : timings_(timings), field_(field), start_(std::chrono::steady_clock::now()) {}
    ~Stopwatch() {
        if (timings_ != nullptr) {
            const std::chrono::duration<double, std::milli> spent =
                std::chrono::steady_clock::now() - start_;
            timings_->*field_ += spent.count();
        }
    }
    Stopwatch(const Stopwatch&) = delete;
    Stopwatch& operator=(const Stopwatch&) = delete;

private:
    FaceTimings* timings_;
    double FaceTimings::* field_;
    std::chrono::steady_clock::time_point start_;
};

class PackFaceEngine final : public FaceEngine {
public:
    PackFaceEngine(
        std::unique_ptr<inference::Engine> engine,
        domain::TemplateVersion version,
        internal::Detector detector,
        internal::LandmarkNet landmark_net,
        internal::Recogniser recogniser
    )
        : engine_(std::move(engine)), version_(std::move(version)), detector_(std::move(detector)),
          landmark_net_(std::move(landmark_net)), recogniser_(std::move(recogniser)) {}

    [[nodiscard]] Result<std::vector<FaceBox>>
    detect(const imaging::Image& image, FaceTimings* timings) override {
        const Stopwatch watch(timings, &FaceTimings::detect_ms);
        return detector_.detect(image);
    }

    [[nodiscard]] Result<Face>
    locate(const imaging::Image& image, const FaceBox& face, FaceTimings* timings) override {
        const Stopwatch watch(timings, &FaceTimings::landmarks_ms);
        return landmark_net_.locate(image, face);
    }

    [[nodiscard]] Result<Template>
    extract(const imaging::Image& image, const Face& face, FaceTimings* timings) override {
        SALLYPORT_TRY(const auto aligned, align(image, face, timings));
        const Stopwatch watch(timings, &FaceTimings::template_ms);
        return recogniser_.extract(aligned);
    }

    [[nodiscard]] const domain::TemplateVersion& version() const override { return version_; }

private:
    [[nodiscard]] static Result<imaging::Image>
    align(const imaging::Image& image, const Face& face, FaceTimings* timings) {
        const Stopwatch watch(timings, &FaceTimings::align_ms);
        return imaging::align_face(image, face.landmarks);
    }

    std::unique_ptr<inference::Engine> engine_; // outlives the models it loaded
    domain::TemplateVersion version_;
    internal::Detector detector_;
    internal::LandmarkNet landmark_net_;
    internal::Recogniser recogniser_;
};

} // namespace

Result<std::unique_ptr<FaceEngine>>
load_face_engine(const inference::ModelPack& pack, const FaceEngineOptions& options) {
    SALLYPORT_TRY(
        auto engine,
        inference::make_openvino_engine(
            {.parallel_requests = options.parallel_requests,
             .threads_per_request = options.threads_per_request,
             .cache_dir = options.cache_dir}
        )
    );
    SALLYPORT_TRY(const auto detector_file, pack.file(ModelRole::Detector));
    SALLYPORT_TRY(const auto landmarks_file, pack.file(ModelRole::Landmarks));
    SALLYPORT_TRY(auto detector, internal::Detector::load(*engine, detector_file));
    SALLYPORT_TRY(auto landmark_net, internal::LandmarkNet::load(*engine, landmarks_file));
    SALLYPORT_TRY(auto recogniser, internal::Recogniser::load(*engine, pack));
    return std::make_unique<PackFaceEngine>(
        std::move(engine),
        pack.template_version(),
        std::move(detector),
        std::move(landmark_net),
        std::move(recogniser)
    );
}

} // namespace sallyport::biometrics
