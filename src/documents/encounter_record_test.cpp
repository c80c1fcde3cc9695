// Proves that what is written is read back as it was, byte for byte in the picture, that the
// lengths are exact, and that nothing is written which a reader of the standard would refuse.
#include "base/secret_bytes.hpp"
#include "documents/encounter_record.hpp"
#include "documents/encounter_record_test_pictures.hpp"

#include <algorithm>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace sallyport::documents {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string text_of(const Result<SecretBytes>& bytes) {
    return bytes.has_value() ? std::string(bytes->begin(), bytes->end()) : bytes.error().describe();
}

bool equal(const FaceEncounter& left, const FaceEncounter& right) {
    return left.transaction_type == right.transaction_type &&
           left.destination_agency == right.destination_agency &&
           left.originating_agency == right.originating_agency &&
           left.control_number == right.control_number && left.made_at == right.made_at &&
           left.domain_name == right.domain_name && left.descriptive == right.descriptive &&
           left.source_agency == right.source_agency && left.captured_at == right.captured_at &&
           left.width_px == right.width_px && left.height_px == right.height_px &&
           left.compression == right.compression &&
           left.subject_acquisition_profile == right.subject_acquisition_profile &&
           left.pose == right.pose && left.picture == right.picture &&
           std::ranges::equal(
               left.quality,
               right.quality,
               [](const FaceEncounter::Quality& one, const FaceEncounter::Quality& other) {
                   return one.score == other.score && one.vendor == other.vendor &&
                          one.algorithm == other.algorithm;
               }
           );
}

TEST(NISTFaceRecord, IsWrittenAsTheStandardLaysItOut) {
    std::string text = text_of(write_face_encounter(testing::encounter()));
    // The whole file but the picture, with the separators made visible.
    const SecretBytes bytes = testing::encounter().picture;
    const std::string picture(bytes.begin(), bytes.end());
    const std::size_t length = text.size();
    const std::size_t picture_at = text.find(picture);
    ASSERT_NE(picture_at, std::string::npos) << text;
    EXPECT_EQ(text.substr(picture_at + picture.size()), "\x1C");
    text.resize(picture_at);
    std::string shown;
    for (const char character : text) {
        const std::size_t separator = std::string_view("\x1C\x1D\x1E\x1F").find(character);
        shown += separator == std::string_view::npos ? character : "$\n^_"[separator];
    }
    const std::string header = "1.001:174\n1.002:0502\n1.003:1_2^2_0^10_1\n1.004:IDENT\n"
                               "1.005:20260501\n1.007:DHS000000\n1.008:SALLYPORT\n"
                               "1.009:2026-0001\n1.011:00.00\n1.012:00.00\n1.013:NORAM_\n"
                               "1.014:20260501080910Z$";
    const std::string descriptive = "2.001:58\n2.002:0\n2.018:ERIKSSON,ANNA MARIA\n2.022:19740812$";
    EXPECT_EQ(header.size(), 174U);
    EXPECT_EQ(descriptive.size(), 58U);
    EXPECT_EQ(
        shown,
        header + descriptive +
            "10.001:" + std::to_string(length - header.size() - descriptive.size()) +
            "\n10.002:1\n10.003:FACE\n10.004:GATEB12\n10.005:20260430\n10.006:48\n10.007:64\n"
            "10.008:0\n10.009:1\n10.010:1\n10.011:JPEGB\n10.012:RGB\n10.013:13\n10.020:F\n"
            "10.024:87_0000_1^254_FFFF_65535\n10.999:"
    );
}

TEST(NISTFaceRecord, OfAnyContentIsReadBackAsItWas) {
    const auto holds = rc::check([] {
        const auto number = [](int first, int end) { return *rc::gen::inRange(first, end); };
        const auto text = [&number](std::string_view letters) {
            std::string made;
            for (int count = number(1, 30); count > 0; --count) {
                made +=
                    letters[static_cast<std::size_t>(number(0, static_cast<int>(letters.size())))];
            }
            return made;
        };
        constexpr std::string_view printable =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .:,;-_/()'\"<>";
        FaceEncounter encounter;
        encounter.transaction_type = text("ABCDEFGH").substr(0, 16);
        encounter.destination_agency = text(printable);
        encounter.originating_agency = text(printable);
        encounter.control_number = text(printable);
        encounter.domain_name = *rc::gen::arbitrary<bool>() ? text(printable) : "";
        encounter.made_at = Instant(std::chrono::seconds(number(1, 2'000'000'000)));
        encounter.captured_at = Instant(std::chrono::days(number(1, 2'900'000)));
        encounter.source_agency = text(printable);
        encounter.subject_acquisition_profile =
            *rc::gen::element(0, 1, 10, 11, 12, 13, 14, 15, 20, 30, 32);
        encounter.pose = *rc::gen::element<std::string>("F", "R", "L", "");
        for (int count = number(0, 6); count > 0; --count) {
            const std::string greek = "\xCE\xB1\xCE\xB2";
            encounter.descriptive[number(3, 999)] =
                text(printable) + (number(0, 3) == 0 ? greek : "");
        }
        for (int count = number(0, 10); count > 0; --count) {
            encounter.quality.push_back(
                {*rc::gen::element(0, 50, 100, 254, 255),
                 text("0123456789ABCDEF") + "0000",
                 number(1, 65'536)}
            );
            encounter.quality.back().vendor.resize(4);
        }
        RC_ASSERT(set_picture(encounter, testing::jpeg_picture(number(10, 60), number(10, 60)))
                      .has_value());

        const auto bytes = write_face_encounter(encounter);
        RC_ASSERT(bytes.has_value());
        const auto transaction = read_nist_transaction(*bytes);
        RC_ASSERT(transaction.has_value());
        const auto read = face_encounter_of(*transaction);
        RC_ASSERT(read.has_value());
        RC_ASSERT(equal(*read, encounter));
    });
    EXPECT_TRUE(holds);
}

TEST(NISTFaceRecord, HoldsPNGAndJPEG2000PicturesToo) {
    FaceEncounter encounter = testing::encounter();
    ASSERT_TRUE(set_picture(encounter, {testing::png_picture.begin(), testing::png_picture.end()})
                    .has_value());
    EXPECT_EQ(encounter.width_px, 14);
    EXPECT_EQ(encounter.height_px, 11);
    std::string text = text_of(write_face_encounter(encounter));
    EXPECT_THAT(
        text,
        HasSubstr("\x1D"
                  "10.011:PNG\x1D"
                  "10.012:GRAY\x1D")
    );

    ASSERT_TRUE(set_picture(encounter, {testing::jp2_picture.begin(), testing::jp2_picture.end()})
                    .has_value());
    EXPECT_EQ(encounter.width_px, 16);
    EXPECT_EQ(encounter.height_px, 12);
    text = text_of(write_face_encounter(encounter));
    EXPECT_THAT(
        text,
        HasSubstr("\x1D"
                  "10.011:JP2\x1D"
                  "10.012:RGB\x1D")
    );
}

TEST(NISTFaceRecord, StatesItsLengthWhereItsDigitsGrow) {
    // The record passes from 99 to 100 and from 999 to 1000 bytes, where a digit more counts
    // itself.
    for (std::size_t chars = 1; chars < 1'200; ++chars) {
        FaceEncounter encounter = testing::encounter();
        encounter.descriptive = {{3, std::string(chars, 'X')}};
        const auto bytes = write_face_encounter(encounter);
        ASSERT_TRUE(bytes.has_value()) << bytes.error().describe();
        const auto transaction = read_nist_transaction(*bytes);
        ASSERT_TRUE(transaction.has_value()) << transaction.error().describe();
        ASSERT_EQ(transaction->records[1].text(3).size(), chars);
    }
}

TEST(NISTFaceRecord, SaysThatItsTextIsUTF8OnlyWhenItIs) {
    FaceEncounter encounter = testing::encounter();
    EXPECT_THAT(text_of(write_face_encounter(encounter)), ::testing::Not(HasSubstr("1.015:")));
    encounter.descriptive[18] = "M\xC3\x9CLLER";
    EXPECT_THAT(text_of(write_face_encounter(encounter)), HasSubstr("1.015:3\x1FUTF-8\x1F\x1C"));
}

struct Refusal {
    const char* name;
    std::function<void(FaceEncounter&)> change;
    const char* says;
};

std::vector<Refusal> refused_fields() {
    return {
        {"no type", [](auto& it) { it.transaction_type.clear(); }, "1.004"},
        {"a type with digits", [](auto& it) { it.transaction_type = "A1"; }, "1.004"},
        {"a long type", [](auto& it) { it.transaction_type.assign(17, 'A'); }, "1.004"},
        {"no date", [](auto& it) { it.made_at = {}; }, "1.005"},
        {"no destination", [](auto& it) { it.destination_agency.clear(); }, "1.007"},
        {"no originator", [](auto& it) { it.originating_agency.clear(); }, "1.008"},
        {"a header beyond ASCII", [](auto& it) { it.originating_agency = "\xC3\x9C"; }, "1.008"},
        {"no control number", [](auto& it) { it.control_number.clear(); }, "1.009"},
        {"FS in text",
         [](auto& it) {
             it.control_number = "1\x1C"
                                 "2";
         },
         "1.009"},
        {"US in the domain",
         [](auto& it) {
             it.domain_name = "A\x1F"
                              "B";
         },
         "1.013"},
        {"GS in text",
         [](auto& it) {
             it.descriptive[18] = "A\x1D"
                                  "B";
         },
         "2.018"},
        {"RS in text",
         [](auto& it) {
             it.descriptive[18] = "A\x1E"
                                  "B";
         },
         "2.018"},
        {"empty text", [](auto& it) { it.descriptive[18].clear(); }, "2.018"},
        {"text not in UTF-8", [](auto& it) { it.descriptive[18] = "\xC3("; }, "2.018"},
        {"endless text", [](auto& it) { it.descriptive[18].assign(5'000, 'A'); }, "2.018"},
        {"the IDC as text", [](auto& it) { it.descriptive[2] = "A"; }, "2.002"},
        {"data as text", [](auto& it) { it.descriptive[999] = "A"; }, "2.999"},
        {"no source", [](auto& it) { it.source_agency.clear(); }, "10.004"},
        {"no capture date", [](auto& it) { it.captured_at = {}; }, "10.005"},
        {"another width", [](auto& it) { ++it.width_px; }, "10.006"},
        {"another height", [](auto& it) { --it.height_px; }, "10.007"},
        {"another compression", [](auto& it) { it.compression = "PNG"; }, "10.011"},
        {"a profile of no table", [](auto& it) { it.subject_acquisition_profile = 16; }, "10.013"},
        {"a detailed profile", [](auto& it) { it.subject_acquisition_profile = 50; }, "10.013"},
        {"a pose of no table", [](auto& it) { it.pose = "X"; }, "10.020"},
        {"a pose with angles", [](auto& it) { it.pose = "A"; }, "10.020"},
        {"a score too high", [](auto& it) { it.quality[0].score = 101; }, "10.024"},
        {"a score too low", [](auto& it) { it.quality[0].score = -1; }, "10.024"},
        {"a vendor not in hex", [](auto& it) { it.quality[0].vendor = "00G0"; }, "10.024"},
        {"a short vendor", [](auto& it) { it.quality[0].vendor = "000"; }, "10.024"},
        {"no algorithm", [](auto& it) { it.quality[0].algorithm = 0; }, "10.024"},
        {"ten qualities", [](auto& it) { it.quality.assign(10, it.quality[0]); }, "10.024"},
        {"no picture", [](auto& it) { it.picture.clear(); }, "10.999"},
        {"no kind of picture", [](auto& it) { it.picture[0] = 'B'; }, "10.999"},
        {"half a picture", [](auto& it) { it.picture.resize(it.picture.size() / 2); }, "10.999"},
    };
}

TEST(NISTFaceRecord, RefusesWhatAReaderWouldRefuseAndNamesTheField) {
    ASSERT_TRUE(write_face_encounter(testing::encounter()).has_value());
    for (const Refusal& refusal : refused_fields()) {
        FaceEncounter encounter = testing::encounter();
        refusal.change(encounter);
        const auto bytes = write_face_encounter(encounter);
        ASSERT_FALSE(bytes.has_value()) << refusal.name;
        EXPECT_EQ(bytes.error().code(), ErrorCode::InvalidArgument) << refusal.name;
        EXPECT_THAT(bytes.error().message(), StartsWith(std::string("field ") + refusal.says + ":"))
            << refusal.name;
    }
}

TEST(NISTFaceRecord, RefusesAPictureSmallerThanTheStandardKnows) {
    FaceEncounter encounter = testing::encounter();
    ASSERT_TRUE(set_picture(encounter, testing::jpeg_picture(9, 20)).has_value());
    const auto bytes = write_face_encounter(encounter);
    ASSERT_FALSE(bytes.has_value());
    EXPECT_THAT(bytes.error().message(), HasSubstr("10.006"));
}

TEST(NISTFaceRecord, RefusesAPictureThatEXIFTurnsOnItsSide) {
    // APP1 with one TIFF entry: orientation 6.
    constexpr std::array<std::uint8_t, 36> exif{0xFF, 0xE1, 0x00, 0x22, 'E',  'x',  'i',  'f',
                                                0x00, 0x00, 'I',  'I',  0x2A, 0x00, 0x08, 0x00,
                                                0x00, 0x00, 0x01, 0x00, 0x12, 0x01, 0x03, 0x00,
                                                0x01, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00,
                                                0x00, 0x00, 0x00, 0x00};
    FaceEncounter encounter = testing::encounter();
    SecretBytes picture = encounter.picture;
    picture.insert(picture.begin() + 2, exif.begin(), exif.end());
    ASSERT_TRUE(set_picture(encounter, std::move(picture)).has_value());
    const auto bytes = write_face_encounter(encounter);
    ASSERT_FALSE(bytes.has_value());
    EXPECT_THAT(bytes.error().message(), HasSubstr("turned"));
}

TEST(NISTFaceRecord, TakesNoPictureOfAnotherKind) {
    FaceEncounter encounter;
    EXPECT_FALSE(set_picture(encounter, {'G', 'I', 'F', '8', '9', 'a'}).has_value());
    EXPECT_FALSE(set_picture(encounter, {}).has_value());
}

} // namespace
} // namespace sallyport::documents
