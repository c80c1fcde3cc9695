// Proves that Type-10 transactions made by NIST are read, fields and pictures. The samples live
// beside the project (../shared/testdata, or $SALLYPORT_TESTDATA), not in it.
#include "base/secret_bytes.hpp"
#include "documents/encounter_record.hpp"
#include "imaging/codec.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>

namespace sallyport::documents {
namespace {

using ::testing::ElementsAre;

std::filesystem::path samples_folder() {
    const char* set = std::getenv("SALLYPORT_TESTDATA");
    const std::filesystem::path root =
        set != nullptr ? set : SALLYPORT_SOURCE_DIR "/../shared/testdata";
    return root / "an2k";
}

SecretBytes read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return {text.begin(), text.end()};
}

struct Sample {
    const char* name;
    std::size_t records;
    const char* version;
    const char* time;
    const char* source;
    const char* captured;
    int width_px;
    int height_px;
    int profile;
    const char* pose;
    std::size_t qualities;
    int picture_width_px;
    int picture_height_px;
};

// Each was read by eye in the file. One states another size than its picture has.
constexpr std::array samples{
    Sample{
        "pass-type-10-face-mandatory-only.an2",
        2,
        "0500",
        "2012-07-26T11:15:45.000Z",
        "SRC",
        "2012-07-30T00:00:00.000Z",
        640,
        400,
        30,
        "",
        0,
        640,
        400
    },
    Sample{
        "pass-type-10-face.an2",
        2,
        "0500",
        "2012-07-26T11:15:45.000Z",
        "SRC",
        "2012-07-30T00:00:00.000Z",
        147,
        196,
        20,
        "A",
        2,
        480,
        640
    },
    Sample{
        "pass-type-10-sap10.an2",
        3,
        "0500",
        "2009-10-09T19:00:00.000Z",
        "MDNISTIMG",
        "2009-10-29T00:00:00.000Z",
        1181,
        1575,
        10,
        "",
        0,
        1181,
        1575
    },
    Sample{
        "type-10-sap10.an2",
        3,
        "0400",
        "2009-10-09T19:00:00.000Z",
        "MDNISTIMG",
        "2009-10-29T00:00:00.000Z",
        1181,
        1575,
        10,
        "",
        0,
        1181,
        1575
    },
};

class NISTSamples : public ::testing::Test {
protected:
    void SetUp() override {
        if (!std::filesystem::exists(samples_folder())) {
            GTEST_SKIP() << "no sample transactions: " << samples_folder() << " is not there";
        }
    }
};

TEST_F(NISTSamples, AreReadWithTheirFieldsAndTheirPictures) {
    for (const Sample& sample : samples) {
        SCOPED_TRACE(sample.name);
        const auto transaction = read_nist_transaction(read_file(samples_folder() / sample.name));
        ASSERT_TRUE(transaction.has_value()) << transaction.error().describe();
        EXPECT_EQ(transaction->records.size(), sample.records);
        EXPECT_EQ(transaction->records.front().text(2), sample.version);
        const auto encounter = face_encounter_of(*transaction);
        ASSERT_TRUE(encounter.has_value()) << encounter.error().describe();
        EXPECT_EQ(format_instant(encounter->made_at), sample.time);
        EXPECT_EQ(encounter->source_agency, sample.source);
        EXPECT_EQ(format_instant(encounter->captured_at), sample.captured);
        EXPECT_EQ(encounter->width_px, sample.width_px);
        EXPECT_EQ(encounter->height_px, sample.height_px);
        EXPECT_EQ(encounter->compression, "JPEGB");
        EXPECT_EQ(encounter->subject_acquisition_profile, sample.profile);
        EXPECT_EQ(encounter->pose, sample.pose);
        EXPECT_EQ(encounter->quality.size(), sample.qualities);
        const auto picture = imaging::decode_image(encounter->picture);
        ASSERT_TRUE(picture.has_value()) << picture.error().describe();
        EXPECT_EQ(picture->width(), sample.picture_width_px);
        EXPECT_EQ(picture->height(), sample.picture_height_px);
    }
}

TEST_F(NISTSamples, KeepSubfieldsAndItemsApart) {
    const auto transaction =
        read_nist_transaction(read_file(samples_folder() / "pass-type-10-face.an2"));
    ASSERT_TRUE(transaction.has_value()) << transaction.error().describe();
    const NISTRecord& face = transaction->records.back();
    EXPECT_THAT(
        face.fields.at(24),
        ElementsAre(ElementsAre("0", "0000", "1"), ElementsAre("254", "FFFF", "65535"))
    );
    EXPECT_THAT(
        face.fields.at(19), ElementsAre(ElementsAre("F"), ElementsAre("H"), ElementsAre("R"))
    );
    EXPECT_THAT(face.fields.at(18), ElementsAre(ElementsAre("Pincushion", "E", "Mild")));
    EXPECT_THAT(face.fields.at(200), ElementsAre(ElementsAre("USER DEFINED")));
}

} // namespace
} // namespace sallyport::documents
