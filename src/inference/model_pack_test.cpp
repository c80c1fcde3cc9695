// Proves that a model pack opens only when every file is the one pack.toml pins, that its template
// version changes with whatever shapes a template and with nothing else, and that a calibration of
// another version is refused.
#include "inference/model_pack.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace sallyport::inference {
namespace {

namespace fs = std::filesystem;

constexpr const char* sha256_of_abc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* sha256_of_nothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

class ModelPackTest : public testing::Test {
protected:
    void SetUp() override {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        folder_ = fs::temp_directory_path() /
                  ("sallyport-pack-" + std::to_string(::getpid()) + "-" + test->name());
        fs::create_directories(folder_);
        write("one.onnx", "abc");
        write("two.onnx", "");
        write("pack.toml", description());
    }
    void TearDown() override { fs::remove_all(folder_); }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / name, std::ios::binary) << text;
    }
    [[nodiscard]] static std::string description() {
        return std::string(
                   "name = \"test\"\nversion = \"2\"\ntemplate_dimension = 8\nmirror = true\n"
               ) +
               "limits_of_use = \"none\"\n" + file("detector", "one.onnx", sha256_of_abc) +
               file("recogniser", "two.onnx", sha256_of_nothing);
    }
    [[nodiscard]] static std::string
    file(const std::string& role, const std::string& path, const std::string& sha256) {
        return "[[file]]\nrole = \"" + role + "\"\npath = \"" + path + "\"\nsha256 = \"" + sha256 +
               "\"\norigin = \"o\"\nlicence = \"l\"\ntraining_data = \"unknown\"\n";
    }
    // The description with one piece of text put in another's place.
    [[nodiscard]] static std::string
    replaced(const std::string& old_text, const std::string& new_text) {
        std::string text = description();
        const auto at = text.find(old_text);
        EXPECT_NE(at, std::string::npos) << old_text;
        return text.replace(at, old_text.size(), new_text);
    }
    [[nodiscard]] Result<ModelPack> open() const { return ModelPack::open(folder_); }
    [[nodiscard]] std::string version() const {
        const auto pack = open();
        EXPECT_TRUE(pack.has_value()) << pack.error().describe();
        return pack.has_value() ? pack->template_version().value : "";
    }
    void expect_refused(ErrorCode code) const {
        const auto pack = open();
        ASSERT_FALSE(pack.has_value());
        EXPECT_EQ(pack.error().code(), code) << pack.error().describe();
    }
    void write_calibration(const std::string& pack, const std::string& points) const {
        write(
            "calibration.json",
            R"({"pack":")" + pack + R"(","fmr_min":1e-6,"points":)" + points +
                R"(,"evidence":{"pictures":10,"summary":"ten drawn faces"}})"
        );
    }

    fs::path folder_;
};

TEST_F(ModelPackTest, SaysWhatTheDescriptionSays) {
    const auto pack = open();
    ASSERT_TRUE(pack.has_value()) << pack.error().describe();
    EXPECT_EQ(pack->name(), "test");
    EXPECT_EQ(pack->pack_version(), "2");
    EXPECT_EQ(pack->template_dimension(), 8U);
    EXPECT_TRUE(pack->mirror());
    EXPECT_EQ(pack->files().size(), 2U);
    const auto recogniser = pack->file(ModelRole::Recogniser);
    ASSERT_TRUE(recogniser.has_value());
    EXPECT_EQ(recogniser->path.filename(), "two.onnx");
    EXPECT_EQ(recogniser->training_data, "unknown");
    EXPECT_EQ(pack->file(ModelRole::Quality).error().code(), ErrorCode::ModelMissing);
}

TEST_F(ModelPackTest, RefusesAFolderWithoutADescription) {
    fs::remove(folder_ / "pack.toml");
    expect_refused(ErrorCode::ModelMissing);
}

TEST_F(ModelPackTest, NamesTheMissingFileAndTheWayToGetIt) {
    fs::remove(folder_ / "two.onnx");
    const auto pack = open();
    ASSERT_FALSE(pack.has_value());
    EXPECT_EQ(pack.error().code(), ErrorCode::ModelMissing);
    EXPECT_NE(pack.error().message().find("two.onnx"), std::string::npos);
    EXPECT_NE(pack.error().message().find("script/setup"), std::string::npos);
}

TEST_F(ModelPackTest, RefusesAFileThatIsNotThePinnedOne) {
    write("one.onnx", "abd");
    expect_refused(ErrorCode::DigestMismatch);
}

TEST_F(ModelPackTest, RefusesDescriptionsThatAreWrong) {
    const std::pair<const char*, const char*> faults[] = {
        {"name = \"test\"", "name = \"Not plain\""},
        {"version = \"2\"", "version = 2"},
        {"template_dimension = 8", "template_dimension = 0"},
        {"mirror = true", ""},
        {"mirror = true", "mirror = \"yes\""},
        {"limits_of_use = \"none\"", ""},
        {"role = \"detector\"", "role = \"watcher\""},
        {"role = \"detector\"", "role = \"recogniser\""},
        {"path = \"one.onnx\"", "path = \"../one.onnx\""},
        {"path = \"one.onnx\"", "path = \"/one.onnx\""},
        {sha256_of_abc, "BA7816"},
        {"training_data = \"unknown\"", ""},
        {"licence = \"l\"", "licence = \"l\"\ninput = { layout = \"chwn\" }"},
        {"licence = \"l\"", "licence = \"l\"\ninput = { scale = 0.0 }"},
        {"name = ", "name == "},
    };
    for (const auto& [old_text, new_text] : faults) {
        SCOPED_TRACE(new_text);
        write("pack.toml", replaced(old_text, new_text));
        expect_refused(ErrorCode::ConfigInvalid);
    }
}

TEST_F(ModelPackTest, VersionsTemplatesByNameVersionAndDigest) {
    const std::string found = version();
    EXPECT_EQ(found.substr(0, 7), "test/2/");
    ASSERT_EQ(found.size(), 19U);
    EXPECT_EQ(found.find_first_not_of("0123456789abcdef", 7), std::string::npos);
    EXPECT_EQ(version(), found);
}

TEST_F(ModelPackTest, ChangesTheVersionWithWhateverShapesATemplate) {
    std::vector<std::string> versions{version()};
    const std::pair<std::string, std::string> changes[] = {
        {"mirror = true", "mirror = false"},
        {"version = \"2\"", "version = \"3\""},
        {"licence = \"l\"", "licence = \"l\"\ninput = { colours = \"bgr\" }"},
        {"licence = \"l\"", "licence = \"l\"\ninput = { layout = \"nhwc\" }"},
        {"licence = \"l\"", "licence = \"l\"\ninput = { mean = 1.0 }"},
        {"licence = \"l\"", "licence = \"l\"\ninput = { scale = 2.0 }"},
    };
    for (const auto& [old_text, new_text] : changes) {
        write("pack.toml", replaced(old_text, new_text));
        versions.push_back(version());
    }
    write("one.onnx", "");
    write("pack.toml", replaced(sha256_of_abc, sha256_of_nothing));
    versions.push_back(version());
    std::ranges::sort(versions);
    EXPECT_EQ(std::ranges::adjacent_find(versions), versions.end());
}

TEST_F(ModelPackTest, KeepsTheVersionWhenNothingThatShapesTemplatesChanges) {
    const std::string before = version();
    write("pack.toml", replaced("licence = \"l\"", "licence = \"other\""));
    EXPECT_EQ(version(), before);
    write("pack.toml", description() + file("attack_detection", "one.onnx", sha256_of_abc));
    EXPECT_EQ(version(), before);
    // The order of the files does not matter.
    const std::string text = description();
    const auto first = text.find("[[file]]");
    const auto second = text.find("[[file]]", first + 1);
    write(
        "pack.toml",
        text.substr(0, first) + text.substr(second) + text.substr(first, second - first)
    );
    EXPECT_EQ(version(), before);
}

TEST_F(ModelPackTest, HasNoCalibrationWithoutTheFile) {
    const auto pack = open();
    ASSERT_TRUE(pack.has_value());
    EXPECT_FALSE(pack->calibration().has_value());
}

TEST_F(ModelPackTest, ReadsTheCalibration) {
    write_calibration(
        version(), R"([{"fmr":1e-2,"score":0.3},{"fmr":1e-4,"score":0.4},{"fmr":1e-6,"score":1}])"
    );
    const auto pack = open();
    ASSERT_TRUE(pack.has_value()) << pack.error().describe();
    ASSERT_TRUE(pack->calibration().has_value());
    EXPECT_EQ(pack->calibration_evidence(), "ten drawn faces");
    const auto threshold = pack->calibration()->threshold_for(1e-3);
    ASSERT_TRUE(threshold.has_value());
    EXPECT_NEAR(threshold->score, 0.35, 1e-6);
    EXPECT_EQ(threshold->version, pack->template_version());
}

TEST_F(ModelPackTest, RefusesACalibrationOfAnotherVersion) {
    write_calibration(
        "test/1/0123456789ab", R"([{"fmr":1e-2,"score":0.3},{"fmr":1e-6,"score":0.4}])"
    );
    expect_refused(ErrorCode::ConfigInvalid);
}

TEST_F(ModelPackTest, RefusesCalibrationsThatAreWrong) {
    const std::string own = version();
    for (const char* points :
         {"[]",
          "7",
          R"([{"fmr":1e-2}])",
          R"([{"fmr":"x","score":1}])",
          "[1,2]",
          R"([{"fmr":1e-6,"score":0.3},{"fmr":1e-2,"score":0.4}])",
          "["}) {
        SCOPED_TRACE(points);
        write_calibration(own, points);
        expect_refused(ErrorCode::ConfigInvalid);
    }
    write("calibration.json", "[]");
    expect_refused(ErrorCode::ConfigInvalid);
    write("calibration.json", "");
    expect_refused(ErrorCode::ConfigInvalid);
}

} // namespace
} // namespace sallyport::inference
