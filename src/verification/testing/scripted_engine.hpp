// A FaceEngine for tests that reads who is in a picture from the picture itself, and the pictures
// to show it. A face is a magenta square around eight by eight grey cells; the cells are the
// identity vector. Everything up to the port is therefore real: decoding, best shot, templates,
// search. It can be told to fail, to be slow, to stop at a barrier and to be another pack. Safe
// from any thread.
#pragma once

#include "base/clock.hpp"
#include "biometrics/face_engine.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace sallyport::verification::testing {

inline constexpr std::size_t identity_dimension = 64;
using Identity = std::array<float, identity_dimension>;

// Different numbers (0 to 62) are strangers: the cosine of their templates is 0.
[[nodiscard]] Identity person(std::size_t number);
// Somebody whose template has these cosines to two strangers; the rest is nobody's.
[[nodiscard]] Identity
resembling(std::size_t first, double first_cosine, std::size_t second, double second_cosine);

enum class Light { Good, Dark, Bright };

struct FaceDrawing {
    Identity identity{};
    int left_px = 160; // multiples of 8, so that JPEG keeps the cells apart; may lie outside
    int top_px = 80;
    int cell_px = 16; // the face with its frame is ten cells wide
    Light light = Light::Good;
};

struct PictureSize {
    int width_px = 480;
    int height_px = 320;
};

using Picture = std::vector<std::uint8_t>; // JPEG

[[nodiscard]] imaging::Image draw(const std::vector<FaceDrawing>& faces, PictureSize size = {});
[[nodiscard]] Picture picture_of(const std::vector<FaceDrawing>& faces, PictureSize size = {});
[[nodiscard]] Picture picture_of(const Identity& identity);
[[nodiscard]] Picture picture_of_nobody();
// The identity of the first face in the picture, as the engine reads it; nothing without a face.
[[nodiscard]] std::optional<Identity> identity_in(const imaging::Image& image);
[[nodiscard]] double cosine(const Identity& left, const Identity& right);

class ScriptedFaceEngine final : public biometrics::FaceEngine {
public:
    enum class Step { Detect, Locate, Extract };

    explicit ScriptedFaceEngine(ManualClock& clock) : clock_(clock) { set_pack("scripted 1"); }

    // From now on this step fails so; nothing: works again.
    void fail_at(Step step, std::optional<ErrorCode> code);
    // Each call of this step takes so long on the clock.
    void slow_down(Step step, std::chrono::microseconds takes);
    void describe_as_nan(bool yes);
    // Not while another thread uses the engine.
    void set_pack(std::string name);

    // Detections wait until release(), after letting so many pass.
    void hold_after(std::size_t detections);
    void release();
    // Until a detection waits.
    void await_held();

    [[nodiscard]] std::size_t detections() const { return detections_.load(); }

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
    [[nodiscard]] const domain::TemplateVersion& version() const override { return *version_; }

private:
    struct StepScript {
        std::optional<ErrorCode> fails;
        std::chrono::microseconds takes{0};
    };
    [[nodiscard]] Status play(Step step);
    void wait_at_barrier();

    ManualClock& clock_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::array<StepScript, 3> steps_;
    bool nan_ = false;
    bool holding_ = false;
    std::size_t pass_ = 0;
    std::size_t held_ = 0;
    std::atomic<std::size_t> detections_{0};
    std::deque<domain::TemplateVersion> versions_; // never moved: version() hands out references
    std::atomic<const domain::TemplateVersion*> version_{nullptr};
};

} // namespace sallyport::verification::testing
