// A face engine for tests that reads people by colour: a picture's middle pixel says who stands
// there, a black one that nobody does. Two pictures of one colour match with a score of one, of two
// colours with zero. May be told to wait inside, so that tests can fill a queue. Any thread.
#pragma once

#include "biometrics/face_engine.hpp"

#include <atomic>
#include <chrono>

namespace sallyport::transport::testing {

inline constexpr int people = 8;
[[nodiscard]] inline std::uint8_t colour_of(int person) {
    return static_cast<std::uint8_t>(32 * person + 16);
}

class ColourFaceEngine final : public biometrics::FaceEngine {
public:
    [[nodiscard]] Result<std::vector<biometrics::FaceBox>>
    detect(const imaging::Image& image, biometrics::FaceTimings* timings) override;
    [[nodiscard]] Result<biometrics::Face> locate(
        const imaging::Image& image,
        const biometrics::FaceBox& face,
        biometrics::FaceTimings* timings
    ) override;
    [[nodiscard]] Result<biometrics::Template> extract(
        const imaging::Image& image, const biometrics::Face& face, biometrics::FaceTimings* timings
    ) override;
    [[nodiscard]] const domain::TemplateVersion& version() const override { return version_; }

    std::atomic<bool> hold{false}; // detect() waits while this is set

private:
    domain::TemplateVersion version_{"colours-1"};
};

// A 320 x 240 JPEG of this person, or of nobody (person < 0).
[[nodiscard]] SecretBytes picture_of(int person);

} // namespace sallyport::transport::testing
