// Proves on files of a specimen document and on published face records that what others wrote is
// read, and that portraits come out byte for byte. Skipped where the test data are not there.
#include "documents/data_groups.hpp"
#include "documents/mrz.hpp"
#include "imaging/codec.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

namespace sallyport::documents {
namespace {

class Samples : public ::testing::Test {
protected:
    void SetUp() override {
        const char* named = std::getenv("SALLYPORT_TESTDATA");
        const std::filesystem::path data =
            named != nullptr
                ? std::filesystem::path(named)
                : std::filesystem::path(SALLYPORT_SOURCE_DIR).parent_path() / "shared" / "testdata";
        folder_ = data / "emrtd";
        if (!std::filesystem::is_directory(folder_)) {
            GTEST_SKIP() << "no test data of electronic documents (../shared/testdata/emrtd)";
        }
    }
    [[nodiscard]] Bytes file(const std::string& name) const {
        std::ifstream stream(folder_ / name, std::ios::binary);
        const std::vector<char> text{
            std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()
        };
        EXPECT_FALSE(text.empty()) << name;
        return {text.begin(), text.end()};
    }
    static bool notes(const std::vector<std::string>& faults, std::string_view text) {
        return std::any_of(faults.begin(), faults.end(), [&](const std::string& fault) {
            return fault.find(text) != std::string::npos;
        });
    }

private:
    std::filesystem::path folder_;
};

TEST_F(Samples, ReadsTheCommonDataOfTheSpecimen) {
    const auto com = read_com(file("specimen-deu/EF_COM.bin"));
    ASSERT_TRUE(com.has_value()) << com.error().message();
    EXPECT_EQ(com->lds_version, "0107");
    EXPECT_EQ(com->unicode_version, "040000");
    EXPECT_EQ(
        com->present, (std::vector{DataGroup::DG1, DataGroup::DG2, DataGroup::DG3, DataGroup::DG14})
    );
    EXPECT_TRUE(com->faults.empty());
}

TEST_F(Samples, ReadsTheZoneOfTheSpecimen) {
    const auto reading = read_dg1(file("specimen-deu/EF_DG1.bin"), Instant{});
    ASSERT_TRUE(reading.has_value()) << reading.error().describe();
    EXPECT_TRUE(reading->valid);
    EXPECT_EQ(reading->fields.issuer, "D");
    EXPECT_EQ(reading->fields.family_name, "MUSTERMANN");
    EXPECT_EQ(reading->fields.given_names, "ERIKA");
}

TEST_F(Samples, ReadsAndDecodesThePortraitOfTheSpecimen) {
    const auto portraits = read_dg2(file("specimen-deu/EF_DG2.bin"));
    ASSERT_TRUE(portraits.has_value()) << portraits.error().message();
    ASSERT_EQ(portraits->size(), 1U);
    const ChipPortrait& portrait = portraits->front();
    EXPECT_EQ(portrait.standard, "ISO/IEC 19794-5:2005");
    EXPECT_EQ(portrait.coding, PortraitCoding::JPEG2000);
    EXPECT_TRUE(portrait.faults.empty()) << portrait.faults.front();
    const auto picture = imaging::decode_image(portrait.picture);
    ASSERT_TRUE(picture.has_value()) << picture.error().message();
    EXPECT_EQ(picture->width(), 413);
    EXPECT_EQ(picture->height(), 531);
}

TEST_F(Samples, ReadsTheDetailsOfTheOtherDocument) {
    const auto details = read_dg11(file("specimen-deu/EF_DG11.bin"));
    ASSERT_TRUE(details.has_value()) << details.error().message();
    EXPECT_EQ(details->full_name, "Doe John");
    EXPECT_EQ(details->other_names, (std::vector<std::string>{"William"}));
    EXPECT_EQ(details->personal_number, "123");
    EXPECT_EQ(details->full_birth_date, (domain::PartialDate{1970, 1, 1}));
    EXPECT_EQ(details->place_of_birth, "TEST<TEST");
    EXPECT_EQ(details->other_travel_documents, (std::vector<std::string>{"123", "123"}));
    EXPECT_EQ(details->custody_information, "TEST");
    EXPECT_EQ(details->faults, (std::vector<std::string>{"the tag list omits 5F17, present"}));
}

TEST_F(Samples, NamesTheProtocolsOfTheSpecimen) {
    const auto infos = read_dg14(file("specimen-deu/EF_DG14.bin"));
    ASSERT_TRUE(infos.has_value()) << infos.error().message();
    ASSERT_EQ(infos->size(), 3U);
    EXPECT_EQ(infos->at(0).protocol_name, "ChipAuthenticationPublicKey ECDH");
    EXPECT_EQ(infos->at(1).protocol_name, "ChipAuthentication ECDH 3DES");
    EXPECT_EQ(infos->at(1).version, 1);
    EXPECT_EQ(infos->at(2).protocol_name, "TerminalAuthentication");
}

TEST_F(Samples, FindsThePortraitOf39794ByteForByte) {
    const Bytes expected = file("iso39794/ICAO_39794_5_AP_DG2_Face.jpg");
    for (const char* name :
         {"iso39794/ICAO_39794_5_AP_DG2_AllFields.dat",
          "iso39794/ICAO_39794_5_AP_DG2_MandFields.dat"}) {
        const auto portraits = read_dg2(file(name));
        ASSERT_TRUE(portraits.has_value()) << name << portraits.error().message();
        ASSERT_EQ(portraits->size(), 1U);
        EXPECT_EQ(portraits->front().picture, expected) << name;
        EXPECT_EQ(portraits->front().coding, PortraitCoding::JPEG2000);
        EXPECT_EQ(portraits->front().standard, "ISO/IEC 39794-5:2019");
    }
    const auto picture = imaging::decode_image(expected);
    ASSERT_TRUE(picture.has_value()) << picture.error().message();
    EXPECT_EQ(picture->width(), 413);
    EXPECT_EQ(picture->height(), 531);
}

TEST_F(Samples, ReadsTheMetadataOf39794) {
    const auto portraits = read_dg2(file("iso39794/ICAO_39794_5_AP_DG2_AllFields.dat"));
    ASSERT_TRUE(portraits.has_value()) << portraits.error().message();
    EXPECT_EQ(portraits->front().width_px, 0x023C);
    EXPECT_EQ(portraits->front().height_px, 0x02DB);
    EXPECT_EQ(portraits->front().sex, domain::Sex::Female);
    EXPECT_TRUE(portraits->front().faults.empty()) << portraits->front().faults.front();
}

TEST_F(Samples, SaysThatABroken39794PictureIsNone) {
    const Bytes record = file("iso39794/ICAO_39794_5_AP_MandFields_InvalidImage.dat");
    const auto portraits = read_face_record(record);
    ASSERT_TRUE(portraits.has_value()) << portraits.error().message();
    EXPECT_EQ(portraits->front().coding, PortraitCoding::Unknown);
    EXPECT_TRUE(notes(portraits->front().faults, "neither JPEG, JPEG 2000 nor PNG"));
    EXPECT_EQ(
        imaging::decode_image(portraits->front().picture).error().code(),
        ErrorCode::ImageUndecodable
    );
}

TEST_F(Samples, FindsThePortraitOf19794ByteForByte) {
    const auto portraits = read_face_record(file("iso19794/ISO19794_Test1_Data.bin"));
    ASSERT_TRUE(portraits.has_value()) << portraits.error().message();
    ASSERT_EQ(portraits->size(), 1U);
    const ChipPortrait& portrait = portraits->front();
    EXPECT_EQ(portrait.picture, file("iso19794/ISO19794_Test1_Face.jpg"));
    EXPECT_EQ(portrait.coding, PortraitCoding::JPEG);
    EXPECT_EQ(portrait.width_px, 148);
    EXPECT_EQ(portrait.height_px, 70);
    EXPECT_TRUE(notes(portrait.faults, "the record states JPEG 2000 and the picture is JPEG"));
    EXPECT_TRUE(imaging::decode_image(portrait.picture).has_value());
}

TEST_F(Samples, SaysThatABroken19794PictureIsNone) {
    const auto portraits = read_face_record(file("iso19794/ISO19794_Test2_Data_InvalidImage.bin"));
    ASSERT_TRUE(portraits.has_value()) << portraits.error().message();
    EXPECT_EQ(portraits->front().coding, PortraitCoding::Unknown);
    EXPECT_TRUE(notes(portraits->front().faults, "neither JPEG, JPEG 2000 nor PNG"));
}

} // namespace
} // namespace sallyport::documents
