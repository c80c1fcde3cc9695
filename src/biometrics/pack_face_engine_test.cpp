// Proves that the engine of a model pack finds faces, places landmarks and makes templates as the
// pack's contracts say. The tiny pack of tests/fixtures works on drawn faces, so every point is
// known; the default pack is tried on portraits where script/setup has put both.
#include "biometrics/internal/detector.hpp"
#include "biometrics/pack_face_engine.hpp"
#include "imaging/codec.hpp"
#include "imaging/geometry.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <limits>
#include <thread>
#include <unistd.h>

namespace sallyport::biometrics {
namespace {

namespace fs = std::filesystem;
using imaging::Box;
using imaging::Image;
using imaging::Landmarks;
using imaging::Point;

const fs::path source_dir = SALLYPORT_SOURCE_DIR;
const fs::path tiny_folder = source_dir / "tests/fixtures/tiny_pack";

constexpr std::array<Point, 5> dot_places{
    {{0.30F, 0.38F}, {0.70F, 0.38F}, {0.50F, 0.58F}, {0.35F, 0.78F}, {0.65F, 0.78F}}
};

Landmarks dots_of(const Box& square) {
    Landmarks dots{};
    for (std::size_t i = 0; i < dots.size(); ++i) {
        dots[i] = {
            square.left + dot_places[i].x * square.width,
            square.top + dot_places[i].y * square.height
        };
    }
    return dots;
}

Image dark_picture(int width, int height) {
    Image image(width, height);
    std::fill(image.pixels().begin(), image.pixels().end(), std::uint8_t{15});
    return image;
}

// A drawn face: a bright square with five dark dots and a forehead of the person's own colours.
void draw_face(Image& image, const Box& square, int person) {
    const Landmarks dots = dots_of(square);
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const float across = (static_cast<float>(x) + 0.5F - square.left) / square.width;
            const float down = (static_cast<float>(y) + 0.5F - square.top) / square.height;
            if (across < 0 || across >= 1 || down < 0 || down >= 1) {
                continue;
            }
            std::array<int, 3> colour{235, 235, 235};
            const auto cell =
                static_cast<unsigned>(across * 4) + 4 * static_cast<unsigned>(down * 4);
            // Any hash that gives every cell of every person one colour of three.
            const unsigned hash = (cell + 1) * (static_cast<unsigned>(person) + 7) * 2'654'435'761U;
            colour.at((hash >> 20U) % 3) -= 60;
            const bool dot = std::ranges::any_of(dots, [&](const Point& point) {
                return std::hypot(
                           static_cast<float>(x) + 0.5F - point.x,
                           static_cast<float>(y) + 0.5F - point.y
                       ) < 0.06F * square.width;
            });
            for (std::size_t i = 0; i < 3; ++i) {
                image.row(y)[3 * static_cast<std::size_t>(x) + i] =
                    static_cast<std::uint8_t>(dot ? 10 : colour.at(i));
            }
        }
    }
}

void expect_near(const Landmarks& found, const Landmarks& wanted, float tolerance) {
    for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_NEAR(found[i].x, wanted[i].x, tolerance) << "point " << i;
        EXPECT_NEAR(found[i].y, wanted[i].y, tolerance) << "point " << i;
    }
}

std::unique_ptr<FaceEngine> engine_of(const fs::path& folder, int requests = 1) {
    const auto pack = inference::ModelPack::open(folder);
    EXPECT_TRUE(pack.has_value()) << pack.error().describe();
    auto engine = load_face_engine(
        *pack, {.parallel_requests = requests, .threads_per_request = 1, .cache_dir = {}}
    );
    EXPECT_TRUE(engine.has_value()) << engine.error().describe();
    return std::move(*engine);
}

FaceEngine& tiny() {
    static const std::unique_ptr<FaceEngine> engine = engine_of(tiny_folder, 2);
    return *engine;
}

Result<Template> template_of(FaceEngine& engine, const Image& image) {
    SALLYPORT_TRY(const auto faces, engine.detect(image));
    if (faces.empty()) {
        return fail(ErrorCode::NotFound, "no face");
    }
    SALLYPORT_TRY(const Face face, engine.locate(image, faces.front()));
    return engine.extract(image, face);
}

Template drawn_template(int person, const Box& square, int width = 640, int height = 480) {
    Image image = dark_picture(width, height);
    draw_face(image, square, person);
    auto made = template_of(tiny(), image);
    EXPECT_TRUE(made.has_value()) << made.error().describe();
    return std::move(*made);
}

TEST(PackFaceEngine, FindsNobodyInAnEmptyPicture) {
    const auto faces = tiny().detect(dark_picture(640, 480));
    ASSERT_TRUE(faces.has_value());
    EXPECT_TRUE(faces->empty());
}

TEST(PackFaceEngine, FindsAFaceWhereItIsDrawn) {
    for (const Box& square :
         {Box{240, 160, 128, 128}, Box{400, 64, 80, 80}, Box{64, 208, 192, 192}}) {
        Image image = dark_picture(640, 480);
        draw_face(image, square, 1);
        const auto faces = tiny().detect(image);
        ASSERT_TRUE(faces.has_value());
        ASSERT_EQ(faces->size(), 1U);
        EXPECT_NEAR(faces->front().box.left, square.left, 2);
        EXPECT_NEAR(faces->front().box.top, square.top, 2);
        EXPECT_NEAR(faces->front().box.right(), square.right(), 2);
        EXPECT_NEAR(faces->front().box.bottom(), square.bottom(), 2);
    }
}

TEST(PackFaceEngine, FindsEveryFaceAndPutsTheSurestFirst) {
    Image image = dark_picture(640, 480);
    draw_face(image, {32, 32, 128, 128}, 1);
    draw_face(image, {432, 32, 128, 128}, 2);
    draw_face(image, {240, 288, 80, 80}, 3);
    const auto faces = tiny().detect(image);
    ASSERT_TRUE(faces.has_value());
    ASSERT_EQ(faces->size(), 3U);
    EXPECT_TRUE(std::ranges::is_sorted(*faces, std::greater{}, &FaceBox::score));
}

TEST(PackFaceEngine, WorksOnSmallAndLargePictures) {
    for (const int scale : {1, 4, 12}) {
        SCOPED_TRACE(scale);
        const auto size = static_cast<float>(scale);
        const Box square{64 * size, 48 * size, 64 * size, 64 * size};
        Image image = dark_picture(320 * scale, 240 * scale);
        draw_face(image, square, 1);
        const auto faces = tiny().detect(image);
        ASSERT_TRUE(faces.has_value());
        ASSERT_EQ(faces->size(), 1U);
        const auto face = tiny().locate(image, faces->front());
        ASSERT_TRUE(face.has_value());
        expect_near(face->landmarks, dots_of(square), 0.02F * square.width);
    }
}

TEST(PackFaceEngine, RefusesAPictureWithoutPixels) {
    EXPECT_EQ(tiny().detect(Image()).error().code(), ErrorCode::InvalidArgument);
}

// A box that is off in place and shape is put right before the points are read. The net's input has
// width and height swapped: an engine that forgets this puts the points across the diagonal.
TEST(PackFaceEngine, PlacesLandmarksInAnInexactBox) {
    const Box square{240, 120, 160, 160};
    Image image = dark_picture(640, 480);
    draw_face(image, square, 1);
    const auto face = tiny().locate(image, {.box = {246, 124, 140, 156}, .score = 0.9F});
    ASSERT_TRUE(face.has_value()) << face.error().describe();
    expect_near(face->landmarks, dots_of(square), 0.02F * square.width);
    EXPECT_NEAR(face->interocular_px(), 64, 3);
    EXPECT_GT(face->score, 0.9F);
}

TEST(PackFaceEngine, CorrectsTheBoxTwice) {
    const Box square{240, 120, 160, 160};
    Image image = dark_picture(640, 480);
    draw_face(image, square, 1);
    const auto face = tiny().locate(image, {.box = square, .score = 0.9F});
    ASSERT_TRUE(face.has_value());
    // The tiny net moves the edges of every square by 0.05, 0.02, -0.05 and -0.02 of its side:
    // after the first look 144 x 153.6, made square again 153.6, after the second 138.24 x 147.456.
    EXPECT_NEAR(face->box.width, 138.24, 0.01);
    EXPECT_NEAR(face->box.height, 147.456, 0.01);
    EXPECT_NEAR(face->box.centre().x, 320, 0.01);
    EXPECT_NEAR(face->box.centre().y, 200, 0.01);
}

TEST(PackFaceEngine, SeesNoFaceInADarkBox) {
    const auto face =
        tiny().locate(dark_picture(640, 480), {.box = {200, 100, 150, 150}, .score = 0.9F});
    ASSERT_FALSE(face.has_value());
    EXPECT_EQ(face.error().code(), ErrorCode::NotFound);
}

TEST(PackFaceEngine, PlacesLandmarksOfAFaceThatLeavesThePicture) {
    const Box square{-16, 160, 192, 192};
    Image image = dark_picture(640, 480);
    draw_face(image, square, 1);
    const auto face = tiny().locate(image, {.box = square, .score = 0.9F});
    ASSERT_TRUE(face.has_value()) << face.error().describe();
    expect_near(face->landmarks, dots_of(square), 0.03F * square.width);
}

TEST(PackFaceEngine, SurvivesBoxesThatMakeNoSense) {
    const Image image = dark_picture(64, 48);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (const Box& box :
         {Box{0, 0, 0, 0}, Box{0, 0, nan, nan}, Box{1e30F, 0, 1e30F, 1}, Box{-500, -500, 20, 20}}) {
        EXPECT_FALSE(tiny().locate(image, {.box = box, .score = 0.9F}).has_value());
    }
}

TEST(PackFaceEngine, MakesTheSameTemplateWhereverThePersonStands) {
    const Template near = drawn_template(1, {64, 48, 192, 192});
    const Template far = drawn_template(1, {400, 240, 128, 128});
    const Template other = drawn_template(2, {64, 48, 192, 192});
    EXPECT_GT(*compare(near, far), 0.95F);
    EXPECT_LT(*compare(near, other), *compare(near, far) - 0.05F);
    EXPECT_EQ(near.values().size(), 32U);
    EXPECT_EQ(near.version(), tiny().version());
}

TEST(PackFaceEngine, AddsTheMirrorImageWhenThePackSaysSo) {
    // With the mirror image added, a picture and its mirror image give one template.
    Image image = dark_picture(640, 480);
    draw_face(image, {240, 160, 128, 128}, 1);
    Image mirrored(640, 480);
    for (int y = 0; y < 480; ++y) {
        for (int x = 0; x < 640; ++x) {
            std::copy_n(image.row(y) + 3 * x, 3, mirrored.row(y) + 3 * (639 - x));
        }
    }
    const auto face = tiny().locate(image, {.box = {240, 160, 128, 128}, .score = 0.9F});
    ASSERT_TRUE(face.has_value());
    // The same face seen in the mirror: x reversed, left and right exchanged.
    Face seen = *face;
    const std::array<std::size_t, 5> partner{1, 0, 2, 4, 3};
    for (std::size_t i = 0; i < 5; ++i) {
        seen.landmarks[i] = {639 - face->landmarks[partner[i]].x, face->landmarks[partner[i]].y};
    }
    const auto left = tiny().extract(image, *face);
    const auto right = tiny().extract(mirrored, seen);
    ASSERT_TRUE(left.has_value());
    ASSERT_TRUE(right.has_value());
    EXPECT_GT(*compare(*left, *right), 0.995F);

    // Without it, the two differ.
    const fs::path folder =
        fs::temp_directory_path() / ("sallyport-plain-pack-" + std::to_string(::getpid()));
    fs::copy(tiny_folder, folder, fs::copy_options::recursive);
    std::ifstream stream(folder / "pack.toml");
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    text.replace(text.find("mirror = true"), 13, "mirror = false");
    std::ofstream(folder / "pack.toml") << text;
    const auto plain = engine_of(folder);
    fs::remove_all(folder);
    const auto plain_left = plain->extract(image, *face);
    const auto plain_right = plain->extract(mirrored, seen);
    ASSERT_TRUE(plain_left.has_value() && plain_right.has_value());
    EXPECT_LT(*compare(*plain_left, *plain_right), 0.98F);
    EXPECT_EQ(compare(*plain_left, *left).error().code(), ErrorCode::ModelMismatch);
}

TEST(PackFaceEngine, GivesTheSameTemplateFromManyThreads) {
    Image image = dark_picture(640, 480);
    draw_face(image, {240, 160, 128, 128}, 1);
    const auto expected = template_of(tiny(), image);
    ASSERT_TRUE(expected.has_value());
    std::array<bool, 4> same{};
    std::vector<std::thread> threads;
    for (bool& own : same) {
        threads.emplace_back([&] {
            own = true;
            for (int round = 0; round < 20; ++round) {
                const auto found = template_of(tiny(), image);
                own = own && found.has_value() &&
                      std::ranges::equal(found->values(), expected->values());
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_TRUE(std::ranges::all_of(same, std::identity{}));
}

TEST(PackFaceEngine, AddsUpTheTimesOfItsSteps) {
    Image image = dark_picture(640, 480);
    draw_face(image, {240, 160, 128, 128}, 1);
    FaceTimings timings;
    const auto faces = tiny().detect(image, &timings);
    const double once = timings.detect_ms;
    EXPECT_GT(once, 0);
    ASSERT_TRUE(tiny().detect(image, &timings).has_value());
    EXPECT_GT(timings.detect_ms, once);
    const auto face = tiny().locate(image, faces->front(), &timings);
    ASSERT_TRUE(tiny().extract(image, *face, &timings).has_value());
    EXPECT_GT(timings.landmarks_ms, 0);
    EXPECT_GT(timings.align_ms, 0);
    EXPECT_GT(timings.template_ms, 0);
}

TEST(PackFaceEngine, RefusesModelsInEachOthersPlaces) {
    const fs::path folder =
        fs::temp_directory_path() / ("sallyport-mixed-pack-" + std::to_string(::getpid()));
    fs::copy(tiny_folder, folder, fs::copy_options::recursive);
    std::ifstream stream(folder / "pack.toml");
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const std::pair<const char*, const char*> exchanges[] = {
        {"role = \"detector\"", "role = \"proposal\""}, // no detector at all
        {"template_dimension = 32", "template_dimension = 64"},
        {"layout = \"nwhc\"", "layout = \"nchw\""},
    };
    for (const auto& [old_text, new_text] : exchanges) {
        SCOPED_TRACE(new_text);
        std::string changed = text;
        changed.replace(changed.find(old_text), std::string_view(old_text).size(), new_text);
        std::ofstream(folder / "pack.toml") << changed;
        const auto pack = inference::ModelPack::open(folder);
        ASSERT_TRUE(pack.has_value()) << pack.error().describe();
        const auto engine = load_face_engine(*pack, {});
        ASSERT_FALSE(engine.has_value());
        EXPECT_TRUE(
            engine.error().code() == ErrorCode::ModelMismatch ||
            engine.error().code() == ErrorCode::ModelMissing
        ) << engine.error().describe();
    }
    fs::remove_all(folder);
}

TEST(SuppressOverlaps, KeepsTheBestOfEachGroupUpToTheLimit) {
    const std::vector<FaceBox> boxes{
        {.box = {0, 0, 10, 10}, .score = 0.7F},
        {.box = {1, 0, 10, 10}, .score = 0.9F},
        {.box = {50, 0, 10, 10}, .score = 0.8F},
        {.box = {100, 0, 10, 10}, .score = 0.75F}
    };
    const auto kept = internal::suppress_overlaps(boxes, 0.4F, 2);
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(kept[0].score, 0.9F);
    EXPECT_EQ(kept[1].score, 0.8F);
}

// The default pack on real portraits.
class DefaultPack : public testing::Test {
protected:
    void SetUp() override {
        if (!fs::exists(source_dir / "packs/default/sface.onnx") ||
            !fs::exists(portraits / "obama.jpg")) {
            GTEST_SKIP(
            ) << "the default pack or the portraits are not here; script/setup puts them";
        }
    }
    static FaceEngine& engine() {
        static const std::unique_ptr<FaceEngine> loaded = engine_of(source_dir / "packs/default");
        return *loaded;
    }
    static Image portrait(const std::string& name) {
        std::ifstream stream(portraits / name, std::ios::binary);
        const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(stream), {}};
        auto image = imaging::decode_image(bytes);
        EXPECT_TRUE(image.has_value()) << name;
        return std::move(*image);
    }
    static Template template_of_portrait(const std::string& name) {
        auto made = template_of(engine(), portrait(name));
        EXPECT_TRUE(made.has_value()) << name;
        return std::move(*made);
    }
    inline static const fs::path portraits = source_dir / "build/portraits";
};

TEST_F(DefaultPack, ScoresPicturesOfOnePersonHigh) {
    const std::pair<const char*, const char*> pairs[] = {
        {"obama.jpg", "obama2.jpg"},
        {"obama2.jpg", "obama3.jpg"},
        {"obama.jpg", "impostor_1.jpg"}, // the same person, from another collection
        {"person_a_1.jpg", "person_a_2.jpg"},
        {"person_b_1.jpg", "person_b_2.jpg"},
    };
    for (const auto& [left, right] : pairs) {
        EXPECT_GT(*compare(template_of_portrait(left), template_of_portrait(right)), 0.5F)
            << left << " " << right;
    }
}

TEST_F(DefaultPack, ScoresDifferentPeopleLow) {
    const std::array<const char*, 6> people{
        "obama.jpg",
        "biden.jpg",
        "person_a_2.jpg",
        "person_b_1.jpg",
        "impostor_2.jpg",
        "astronaut.png"
    };
    std::vector<Template> templates;
    for (const char* name : people) {
        templates.push_back(template_of_portrait(name));
    }
    for (std::size_t i = 0; i < templates.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            EXPECT_LT(*compare(templates[i], templates[j]), 0.3F) << people[i] << " " << people[j];
        }
    }
}

TEST_F(DefaultPack, MakesNearlyTheSameTemplateOfASmallerPicture) {
    const Image large = portrait("impostor_2.jpg");
    const auto small = imaging::resize(large, large.width() / 4, large.height() / 4);
    ASSERT_TRUE(small.has_value());
    const auto from_small = template_of(engine(), *small);
    ASSERT_TRUE(from_small.has_value());
    EXPECT_GT(*compare(template_of_portrait("impostor_2.jpg"), *from_small), 0.9F);
}

} // namespace
} // namespace sallyport::biometrics
