// Proves how pictures become templates for a calibration, with an engine whose answers are known:
// the largest central face is taken, pictures without a face are counted and left out, labels stay
// with their pictures whatever the threads do, and a failing engine ends the run.
#include "evaluation/calibrate.hpp"
#include "imaging/codec.hpp"

#include <atomic>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace sallyport::evaluation {
namespace {

namespace fs = std::filesystem;
using biometrics::FaceBox;

// Sees as many faces as the picture's red says, and makes a template of the picture's green, so
// that a template tells which picture it came from.
class ColourEngine final : public biometrics::FaceEngine {
public:
    std::atomic<bool> broken{false};

    Result<std::vector<FaceBox>>
    detect(const imaging::Image& image, biometrics::FaceTimings* /*timings*/) override {
        if (broken) {
            return fail(ErrorCode::Internal, "the inference library failed");
        }
        std::vector<FaceBox> faces;
        const int count = (image.row(0)[0] + 20) / 40;
        for (int face = 0; face < count; ++face) {
            // The bystander stands at the edge and is small; the last face is large and central.
            const bool is_last = face == count - 1;
            faces.push_back(
                is_last ? FaceBox{{8.0F, 8.0F, 16.0F, 16.0F}, 0.8F}
                        : FaceBox{{0.0F, 0.0F, 4.0F, 4.0F}, 0.9F}
            );
        }
        return faces;
    }
    Result<biometrics::Face>
    locate(const imaging::Image& image, const FaceBox& face, biometrics::FaceTimings* /*timings*/)
        override {
        if (image.row(0)[2] > 128) {
            return fail(ErrorCode::NotFound, "no face there");
        }
        return biometrics::Face{face.box, {}, face.score};
    }
    Result<biometrics::Template> extract(
        const imaging::Image& image,
        const biometrics::Face& face,
        biometrics::FaceTimings* /*timings*/
    ) override {
        const float green = static_cast<float>(image.row(0)[1]);
        return biometrics::Template::make(
            version_, std::vector<float>{1.0F, green, face.box.width}
        );
    }
    [[nodiscard]] const domain::TemplateVersion& version() const override { return version_; }

private:
    domain::TemplateVersion version_{"colours@1"};
};

class Acquiring : public testing::Test {
protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() / ("acquiring-" + std::to_string(::getpid()));
        fs::remove_all(folder_);
    }
    void TearDown() override { fs::remove_all(folder_); }

    // A picture of one colour: 40 of red for each face, green as its mark, blue to hide the face.
    void picture(const std::string& name, int faces, int mark, bool hidden = false) const {
        imaging::Image image(32, 32);
        for (std::size_t at = 0; at < image.pixels().size(); at += 3) {
            image.pixels()[at] = static_cast<std::uint8_t>(40 * faces);
            image.pixels()[at + 1] = static_cast<std::uint8_t>(mark);
            image.pixels()[at + 2] = hidden ? 255 : 0;
        }
        const SecretBytes bytes = imaging::encode_jpeg(image, 100).value();
        write(name, std::string(bytes.begin(), bytes.end()));
    }
    void write(const std::string& name, const std::string& bytes) const {
        fs::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name, std::ios::binary) << bytes;
    }
    [[nodiscard]] static double mark_of(const AcquiredTemplates& acquired, std::size_t row) {
        return static_cast<double>(acquired.templates.rows.row(row)[1]) /
               static_cast<double>(acquired.templates.rows.row(row)[0]);
    }

    fs::path folder_;
    ColourEngine engine_;
};

TEST_F(Acquiring, KeepsEachLabelWithItsPicture) {
    for (int person = 0; person < 40; ++person) {
        const std::string name = "Person_" + std::to_string(100 + person);
        picture(name + "/1.jpg", 1, 4 * person);
        picture(name + "/2.jpg", 1, 4 * person + 2);
    }
    const PeopleSelection selection = list_people(folder_).value();
    const AcquiredTemplates acquired = acquire_templates(engine_, selection).value();
    ASSERT_EQ(acquired.templates.rows.size(), 80U);
    EXPECT_EQ(acquired.failures, 0U);
    for (std::size_t row = 0; row < 80; ++row) {
        EXPECT_EQ(acquired.templates.person_of_row[row], row / 2);
        EXPECT_NEAR(mark_of(acquired, row), static_cast<double>(2 * row), 1.6);
    }
}

TEST_F(Acquiring, TakesTheLargestCentralFace) {
    picture("Alpha/1.jpg", 3, 100);
    const AcquiredTemplates acquired =
        acquire_templates(engine_, list_people(folder_).value()).value();
    ASSERT_EQ(acquired.templates.rows.size(), 1U);
    const std::span<const float> row = acquired.templates.rows.row(0);
    EXPECT_NEAR(row[2] / row[0], 16.0F, 0.01F);
}

TEST_F(Acquiring, CountsPicturesWithoutAUsableFaceAndLeavesThemOut) {
    picture("Alpha/1.jpg", 1, 10);
    picture("Alpha/2.jpg", 0, 20);
    picture("Beta/1.jpg", 1, 30, true);
    write("Beta/2.jpg", "not a picture");
    picture("Gamma/1.jpg", 1, 50);
    const AcquiredTemplates acquired =
        acquire_templates(engine_, list_people(folder_).value()).value();
    EXPECT_EQ(acquired.failures, 3U);
    EXPECT_EQ(acquired.templates.person_of_row, (std::vector<std::uint32_t>{0, 2}));
}

TEST_F(Acquiring, CarriesTwinsOver) {
    picture("Alpha/1.jpg", 1, 10);
    picture("Beta/1.jpg", 1, 30);
    PeopleSelection selection = list_people(folder_).value();
    selection.kept_apart.emplace_back(0, 1);
    const AcquiredTemplates acquired = acquire_templates(engine_, selection).value();
    using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
    EXPECT_EQ(acquired.templates.kept_apart, (Pairs{{0, 1}}));
}

TEST_F(Acquiring, EndsWithTheEnginesErrorAndDoesNotCountItAsAPicturesFault) {
    picture("Alpha/1.jpg", 1, 10);
    engine_.broken = true;
    const auto acquired = acquire_templates(engine_, list_people(folder_).value());
    ASSERT_FALSE(acquired);
    EXPECT_EQ(acquired.error().code(), ErrorCode::Internal);
}

TEST_F(Acquiring, ReportsProgressUpToTheEnd) {
    for (int number = 0; number < 120; ++number) {
        picture("Alpha/" + std::to_string(number) + ".jpg", 1, number);
    }
    std::vector<std::size_t> reported;
    const auto acquired = acquire_templates(
        engine_,
        list_people(folder_).value(),
        [&](std::size_t done, std::size_t total) {
            EXPECT_EQ(total, 120U);
            reported.push_back(done);
        }
    );
    EXPECT_TRUE(acquired);
    EXPECT_EQ(reported, (std::vector<std::size_t>{50, 100, 120}));
}

TEST_F(Acquiring, ACalibrationSaysWhatItWasMeasuredOn) {
    for (int person = 0; person < 200; ++person) {
        picture("Person_" + std::to_string(person) + "/1.jpg", 1, person);
    }
    picture("Person_7/2.jpg", 0, 0);
    const CalibrationReport report = calibrate(engine_, list_people(folder_).value()).value();
    EXPECT_EQ(report.version.value, "colours@1");
    EXPECT_EQ(report.people, 200U);
    EXPECT_EQ(report.pictures, 200U);
    EXPECT_EQ(report.failures_to_acquire, 1U);
    EXPECT_EQ(report.non_mated_pairs, 200U * 199U / 2U);
    EXPECT_NE(report.summary().find("200 pictures of 200 people"), std::string::npos);
}

} // namespace
} // namespace sallyport::evaluation
