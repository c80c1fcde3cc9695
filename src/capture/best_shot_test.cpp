// Proves who the traveler in a frame is, which frame of a burst is taken, why none is taken, and
// that bystanders are neither described nor shown. A scripted engine stands in for the nets.
#include "base/limits.hpp"
#include "capture/best_shot.hpp"
#include "imaging/geometry.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>

namespace sallyport::capture {
namespace {

using biometrics::Face;
using biometrics::FaceBox;
using domain::ReferReason;
using imaging::Box;
using imaging::Image;

constexpr int width = 640;
constexpr int height = 480;

// Says what the test scripted. Frames are told apart by their first pixel.
class ScriptedEngine final : public biometrics::FaceEngine {
public:
    std::map<int, std::vector<FaceBox>> faces_by_frame;
    std::vector<Box> located; // every box that landmarks were asked for
    int extracted = 0;
    bool locate_sees_nothing = false;
    bool locate_fails = false;
    double interocular_share = 0.4; // of the box's width

    Result<std::vector<FaceBox>>
    detect(const Image& image, biometrics::FaceTimings* timings) override {
        if (timings != nullptr) {
            timings->detect_ms += 1;
        }
        return faces_by_frame[image.pixels()[0]];
    }
    Result<Face>
    locate(const Image& /*image*/, const FaceBox& face, biometrics::FaceTimings* /*timings*/)
        override {
        located.push_back(face.box);
        if (locate_fails) {
            return fail(ErrorCode::Internal, "scripted");
        }
        if (locate_sees_nothing) {
            return fail(ErrorCode::NotFound, "scripted");
        }
        // The template's five points, as far apart as the script says, around the box's middle.
        const float scale = static_cast<float>(interocular_share) * face.box.width / 35.2373F;
        const imaging::Point centre = face.box.centre();
        Face found{.box = face.box, .landmarks = {}, .score = 0.99F};
        for (std::size_t i = 0; i < 5; ++i) {
            const imaging::Point point = imaging::arcface_landmarks[i];
            found.landmarks[i] = {
                centre.x + scale * (point.x - 56), centre.y + scale * (point.y - 72)
            };
        }
        return found;
    }
    Result<biometrics::Template>
    extract(const Image& /*image*/, const Face& /*face*/, biometrics::FaceTimings* /*timings*/)
        override {
        ++extracted;
        return fail(ErrorCode::Internal, "a capture makes no template");
    }
    [[nodiscard]] const domain::TemplateVersion& version() const override { return version_; }

private:
    domain::TemplateVersion version_{"scripted/1/000000000000"};
};

FaceBox box(float left, float top, float side) {
    return {.box = {left, top, side, side}, .score = 0.9F};
}

// Stripes of the given period around a mean: the finer, the sharper.
Image frame(int number, int stripe_px = 8, int mean = 120, int contrast = 60) {
    Image image(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const int value = mean + ((x / stripe_px) % 2 == 0 ? contrast : -contrast);
            std::fill_n(
                image.row(y) + 3 * x, 3, static_cast<std::uint8_t>(std::clamp(value, 0, 255))
            );
        }
    }
    image.row(0)[0] = static_cast<std::uint8_t>(number);
    return image;
}

std::vector<Image> frames_of(Image first) {
    std::vector<Image> frames;
    frames.push_back(std::move(first));
    return frames;
}

CaptureOutcome outcome_of(
    ScriptedEngine& engine, const std::vector<Image>& frames, const CaptureRules& rules = {}
) {
    auto outcome = choose_best_shot(engine, frames, rules);
    EXPECT_TRUE(outcome.has_value()) << outcome.error().describe();
    return std::move(*outcome);
}

void expect_reason(
    ScriptedEngine& engine,
    const std::vector<Image>& frames,
    ReferReason reason,
    const CaptureRules& rules = {}
) {
    const CaptureOutcome outcome = outcome_of(engine, frames, rules);
    EXPECT_FALSE(outcome.shot.has_value());
    EXPECT_EQ(domain::refer_reason_name(outcome.reason), domain::refer_reason_name(reason));
}

TEST(ChooseTraveler, PrefersTheLargerOfTwoEquallyCentralFaces) {
    const std::vector<FaceBox> faces{box(100, 190, 100), box(420, 180, 120)};
    EXPECT_EQ(choose_traveler(faces, width, height, {}), 1U);
}

TEST(ChooseTraveler, PrefersTheCentralOfTwoEqualFaces) {
    const std::vector<FaceBox> faces{box(0, 0, 120), box(260, 180, 120)};
    EXPECT_EQ(choose_traveler(faces, width, height, {}), 1U);
}

TEST(ChooseTraveler, PrefersAMuchLargerFaceThoughItIsOffCentre) {
    const std::vector<FaceBox> faces{box(300, 220, 40), box(60, 100, 200)};
    EXPECT_EQ(choose_traveler(faces, width, height, {}), 1U);
}

TEST(ChooseTraveler, NeverTakesAFaceOutsideTheZone) {
    const domain::Zone zone{.left = 0.5, .top = 0.0, .right = 1.0, .bottom = 1.0};
    const std::vector<FaceBox> faces{box(20, 40, 280), box(400, 200, 60)};
    EXPECT_EQ(choose_traveler(faces, width, height, zone), 1U);
    EXPECT_EQ(choose_traveler(std::span(faces).first(1), width, height, zone), std::nullopt);
}

TEST(ChooseTraveler, JudgesNearnessByTheZonesMiddle) {
    const domain::Zone zone{.left = 0.0, .top = 0.0, .right = 0.5, .bottom = 1.0};
    // The first is in the middle of the zone, the second in the middle of the frame.
    const std::vector<FaceBox> faces{box(110, 190, 100), box(265, 190, 100)};
    EXPECT_EQ(choose_traveler(faces, width, height, zone), 0U);
}

TEST(ChooseTraveler, FindsNobodyAmongNobody) {
    EXPECT_EQ(choose_traveler({}, width, height, {}), std::nullopt);
}

TEST(ChooseBestShot, SaysNoFaceWithoutFramesOrFaces) {
    ScriptedEngine engine;
    expect_reason(engine, {}, ReferReason::NoFace);
    expect_reason(engine, frames_of(frame(1)), ReferReason::NoFace);
}

TEST(ChooseBestShot, TakesAUsableFace) {
    ScriptedEngine engine;
    engine.faces_by_frame[1] = {box(240, 140, 160)};
    const CaptureOutcome outcome = outcome_of(engine, frames_of(frame(1)));
    ASSERT_TRUE(outcome.shot.has_value());
    EXPECT_EQ(outcome.shot->frame, 0U);
    EXPECT_NEAR(outcome.shot->quality.interocular_px, 64, 0.5);
    EXPECT_NEAR(outcome.shot->quality.luminance_mean, 120, 12);
    EXPECT_GT(outcome.shot->quality.sharpness, 0);
    EXPECT_EQ(outcome.shot->portrait.width(), 480);
    EXPECT_EQ(outcome.shot->portrait.height(), 600);
    EXPECT_EQ(outcome.faces_seen, 1U);
}

TEST(ChooseBestShot, LooksAtTheTravelerAlone) {
    ScriptedEngine engine;
    engine.faces_by_frame[1] = {box(10, 10, 60), box(240, 140, 160), box(560, 20, 50)};
    const CaptureOutcome outcome = outcome_of(engine, frames_of(frame(1)));
    ASSERT_TRUE(outcome.shot.has_value());
    ASSERT_EQ(engine.located.size(), 1U);
    EXPECT_EQ(engine.located[0].left, 240);
    EXPECT_EQ(engine.extracted, 0);
    EXPECT_EQ(outcome.faces_seen, 3U);
    EXPECT_EQ(outcome.shot->faces_seen, 3U);
}

TEST(ChooseBestShot, MasksBystandersInThePortrait) {
    ScriptedEngine engine;
    // The bystander's box touches the traveler's, so its widened mask reaches over it.
    engine.faces_by_frame[1] = {box(240, 140, 160), box(400, 160, 70)};
    const CaptureOutcome outcome = outcome_of(engine, frames_of(frame(1, 8, 200, 0)));
    ASSERT_TRUE(outcome.shot.has_value());
    const auto portrait_pixel = [&](double x, double y) {
        // Eyes at x = 180 and 300, y = 270, 120 apart; in the frame they are 64 px apart.
        const auto& landmarks = outcome.shot->face.landmarks;
        const double scale = 120.0 / 64.0;
        const int column =
            static_cast<int>(180 + (x - static_cast<double>(landmarks[0].x)) * scale);
        const int row = static_cast<int>(270 + (y - static_cast<double>(landmarks[0].y)) * scale);
        return outcome.shot->portrait.row(row)[3 * column];
    };
    EXPECT_EQ(portrait_pixel(320, 220), 200); // the traveler's nose
    EXPECT_EQ(portrait_pixel(394, 200), 200); // the traveler's edge, under the widened mask
    EXPECT_EQ(portrait_pixel(420, 190), 96);  // the bystander
    EXPECT_EQ(portrait_pixel(230, 200), 200); // nobody
}

TEST(ChooseBestShot, TakesTheSharperFrame) {
    ScriptedEngine engine;
    for (int number = 1; number <= 3; ++number) {
        engine.faces_by_frame[number] = {box(240, 140, 160)};
    }
    std::vector<Image> frames;
    frames.push_back(frame(1, 8, 120, 10));
    frames.push_back(frame(2, 8, 120, 60));
    frames.push_back(frame(3, 8, 120, 30));
    const CaptureOutcome outcome = outcome_of(engine, frames);
    ASSERT_TRUE(outcome.shot.has_value());
    EXPECT_EQ(outcome.shot->frame, 1U);
}

TEST(ChooseBestShot, TakesTheUsableFrameOfABurst) {
    ScriptedEngine engine;
    engine.faces_by_frame[2] = {box(240, 140, 160)};
    engine.faces_by_frame[3] = {box(300, 220, 40)};
    std::vector<Image> frames;
    for (int number = 1; number <= 3; ++number) {
        frames.push_back(frame(number));
    }
    const CaptureOutcome outcome = outcome_of(engine, frames);
    ASSERT_TRUE(outcome.shot.has_value());
    EXPECT_EQ(outcome.shot->frame, 1U);
}

TEST(ChooseBestShot, SaysThatAFaceIsTooSmall) {
    ScriptedEngine engine;
    engine.faces_by_frame[1] = {box(300, 220, 40)}; // eyes 16 px apart
    expect_reason(engine, frames_of(frame(1)), ReferReason::FaceTooSmall);
    const CaptureOutcome outcome =
        outcome_of(engine, frames_of(frame(1)), {.zone = {}, .interocular_px_min = 15});
    EXPECT_TRUE(outcome.shot.has_value());
}

TEST(ChooseBestShot, SaysThatAFaceIsTooDarkOrTooBright) {
    ScriptedEngine engine;
    engine.faces_by_frame[1] = {box(240, 140, 160)};
    expect_reason(engine, frames_of(frame(1, 8, 20, 5)), ReferReason::TooDark);
    expect_reason(engine, frames_of(frame(1, 8, 245, 5)), ReferReason::TooBright);
}

TEST(ChooseBestShot, SaysThatAFaceIsCutOff) {
    ScriptedEngine engine;
    engine.faces_by_frame[1] = {box(-60, 140, 160)}; // over a third of it is outside
    expect_reason(engine, frames_of(frame(1)), ReferReason::FaceCutOff);
    engine.faces_by_frame[1] = {box(-16, 140, 160)}; // a tenth
    EXPECT_TRUE(outcome_of(engine, frames_of(frame(1))).shot.has_value());
    engine.interocular_share = 1.2; // the eyes themselves leave the frame
    expect_reason(engine, frames_of(frame(1)), ReferReason::FaceCutOff);
}

TEST(ChooseBestShot, SaysTooManyFacesWhenTwoHaveTheSameClaim) {
    ScriptedEngine engine;
    engine.faces_by_frame[1] = {box(100, 180, 120), box(420, 178, 124)};
    expect_reason(engine, frames_of(frame(1)), ReferReason::TooManyFaces);
    EXPECT_TRUE(engine.located.empty());
    // A fifth more area is a stronger claim.
    engine.faces_by_frame[1] = {box(100, 180, 120), box(420, 178, 134)};
    EXPECT_TRUE(outcome_of(engine, frames_of(frame(1))).shot.has_value());
    // So is standing nearer to the middle.
    engine.faces_by_frame[1] = {box(20, 20, 120), box(300, 178, 120)};
    EXPECT_TRUE(outcome_of(engine, frames_of(frame(1))).shot.has_value());
    // And nobody outside the zone has any.
    engine.faces_by_frame[1] = {box(100, 180, 120), box(420, 178, 120)};
    EXPECT_TRUE(
        outcome_of(
            engine, frames_of(frame(1)), {.zone = {.left = 0, .top = 0, .right = 0.5, .bottom = 1}}
        )
            .shot.has_value()
    );
}

TEST(ChooseBestShot, SaysTooManyFacesAtTheDetectorsLimit) {
    ScriptedEngine engine;
    std::vector<FaceBox> crowd{box(240, 140, 160)};
    while (crowd.size() < limits::frame_faces_max) {
        crowd.push_back(box(static_cast<float>(crowd.size() * 15), 10, 12));
    }
    engine.faces_by_frame[1] = crowd;
    expect_reason(engine, frames_of(frame(1)), ReferReason::TooManyFaces);
    crowd.pop_back();
    engine.faces_by_frame[1] = crowd;
    EXPECT_TRUE(outcome_of(engine, frames_of(frame(1))).shot.has_value());
}

TEST(ChooseBestShot, SaysTheMildestReasonOfABurst) {
    ScriptedEngine engine;
    engine.faces_by_frame[2] = {box(100, 180, 120), box(420, 180, 120)}; // two claims
    engine.faces_by_frame[3] = {box(-60, 140, 160)};                     // cut off
    engine.faces_by_frame[4] = {box(300, 220, 40)};                      // too small
    engine.faces_by_frame[5] = {box(240, 140, 160)};                     // too dark
    const ReferReason reasons[] = {
        ReferReason::NoFace,
        ReferReason::TooManyFaces,
        ReferReason::FaceCutOff,
        ReferReason::FaceTooSmall,
        ReferReason::TooDark
    };
    std::vector<Image> frames;
    for (int number = 1; number <= 5; ++number) {
        frames.insert(frames.begin(), frame(number, 8, 20, 5));
        expect_reason(engine, frames, reasons[number - 1]);
    }
    EXPECT_EQ(outcome_of(engine, frames).faces_seen, 2U);
}

TEST(ChooseBestShot, TakesABoxWithoutAFaceForNobody) {
    ScriptedEngine engine;
    engine.faces_by_frame[1] = {box(240, 140, 160)};
    engine.locate_sees_nothing = true;
    expect_reason(engine, frames_of(frame(1)), ReferReason::NoFace);
}

TEST(ChooseBestShot, PassesAFailureOfTheEngineOn) {
    ScriptedEngine engine;
    engine.faces_by_frame[1] = {box(240, 140, 160)};
    engine.locate_fails = true;
    const auto outcome = choose_best_shot(engine, frames_of(frame(1)), {});
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().code(), ErrorCode::Internal);
}

TEST(ChooseBestShot, RefusesMoreFramesThanTheLimit) {
    ScriptedEngine engine;
    std::vector<Image> frames(limits::capture_frames_max + 1);
    EXPECT_EQ(choose_best_shot(engine, frames, {}).error().code(), ErrorCode::InvalidArgument);
}

TEST(ChooseBestShot, AddsUpTheTimesOfAllFrames) {
    ScriptedEngine engine;
    std::vector<Image> frames;
    for (int number = 1; number <= 3; ++number) {
        frames.push_back(frame(number));
    }
    biometrics::FaceTimings timings;
    ASSERT_TRUE(choose_best_shot(engine, frames, {}, &timings).has_value());
    EXPECT_EQ(timings.detect_ms, 3);
}

} // namespace
} // namespace sallyport::capture
