// Proves that portraits come out of DG2 and of face records of every edition byte for byte, that
// oddities are noted, and that lengths, counts and shapes that do not hold are refused.
#include "documents/internal/dg_test_writer.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace sallyport::documents {
namespace {

using namespace testing;
using Portraits = std::vector<ChipPortrait>;

ChipPortrait only(const Result<Portraits>& portraits) {
    EXPECT_TRUE(portraits.has_value()) << portraits.error().message();
    if (!portraits || portraits->size() != 1) {
        ADD_FAILURE() << "not one portrait";
        return {};
    }
    return portraits->front();
}

bool notes(const ChipPortrait& portrait, std::string_view text) {
    return std::any_of(portrait.faults.begin(), portrait.faults.end(), [&](const auto& fault) {
        return fault.find(text) != std::string::npos;
    });
}

void expect_malformed(const Result<Portraits>& portraits, std::string_view text) {
    ASSERT_FALSE(portraits.has_value());
    EXPECT_EQ(portraits.error().code(), ErrorCode::MalformedInput);
    EXPECT_NE(portraits.error().message().find(text), std::string::npos)
        << portraits.error().message();
}

TEST(ReadFaceRecord, ReadsARecordOf2005) {
    const auto portrait = only(read_face_record(record_2005(block_2005({}))));
    EXPECT_EQ(portrait.picture, jpeg_bytes);
    EXPECT_EQ(portrait.coding, PortraitCoding::JPEG);
    EXPECT_EQ(portrait.standard, "ISO/IEC 19794-5:2005");
    EXPECT_EQ(portrait.width_px, 240);
    EXPECT_EQ(portrait.height_px, 320);
    EXPECT_EQ(portrait.sex, domain::Sex::Female);
    EXPECT_TRUE(portrait.faults.empty());
}

TEST(ReadFaceRecord, ReadsARecordOf2011) {
    const auto portrait = only(read_face_record(record_2011(codestream_bytes, 2)));
    EXPECT_EQ(portrait.picture, codestream_bytes);
    EXPECT_EQ(portrait.coding, PortraitCoding::JPEG2000Lossless);
    EXPECT_EQ(portrait.standard, "ISO/IEC 19794-5:2011");
    EXPECT_EQ(portrait.width_px, 480);
    EXPECT_EQ(portrait.height_px, 640);
    EXPECT_EQ(portrait.sex, domain::Sex::Male);
    EXPECT_TRUE(portrait.faults.empty());
}

TEST(ReadFaceRecord, ReadsARecordOf2019WithItsMetadata) {
    const Bytes identity = tlv(0xA8, tlv(0xA0, code(3)));
    const Bytes record = record_39794(representation(jpeg_bytes, 2, identity));
    for (const Bytes& wrapped :
         {record, tlv(0xA1, record), tlv(0x7F2E, record), tlv(0x7F2E, tlv(0xA1, record))}) {
        const auto portrait = only(read_face_record(wrapped));
        EXPECT_EQ(portrait.picture, jpeg_bytes);
        EXPECT_EQ(portrait.coding, PortraitCoding::JPEG);
        EXPECT_EQ(portrait.standard, "ISO/IEC 39794-5:2019");
        EXPECT_EQ(portrait.width_px, 413);
        EXPECT_EQ(portrait.height_px, 531);
        EXPECT_EQ(portrait.sex, domain::Sex::Female);
        EXPECT_TRUE(portrait.faults.empty());
    }
}

TEST(ReadFaceRecord, FallsBackWhereACodeIsAnExtension) {
    const Bytes gender = tlv(0xA8, tlv(0xA0, tlv(0xA1, code(2))));
    const auto portrait =
        only(read_face_record(record_39794(representation(jpeg_bytes, 2, gender))));
    EXPECT_EQ(portrait.sex, domain::Sex::Male);
}

TEST(ReadFaceRecord, ReadsEveryPictureOfARecord) {
    const Bytes blocks =
        join({block_2005({}), block_2005({.picture = codestream_bytes, .data_type = 1})});
    const auto old = read_face_record(record_2005(blocks, 2));
    ASSERT_TRUE(old.has_value());
    ASSERT_EQ(old->size(), 2U);
    EXPECT_EQ(old->at(1).picture, codestream_bytes);

    const auto recent = read_face_record(
        record_39794(join({representation(jpeg_bytes, 2), representation(codestream_bytes, 3)}))
    );
    ASSERT_TRUE(recent.has_value());
    ASSERT_EQ(recent->size(), 2U);
    EXPECT_EQ(recent->at(1).coding, PortraitCoding::JPEG2000);
}

TEST(ReadFaceRecord, BelievesThePictureAndNotTheRecord) {
    const auto old = only(read_face_record(record_2005(block_2005({.data_type = 1}))));
    EXPECT_EQ(old.coding, PortraitCoding::JPEG);
    EXPECT_TRUE(notes(old, "the record states JPEG 2000 and the picture is JPEG"));
    const auto recent = only(read_face_record(record_39794(representation(codestream_bytes, 2))));
    EXPECT_EQ(recent.coding, PortraitCoding::JPEG2000);
    EXPECT_TRUE(notes(recent, "the record states JPEG and the picture is JPEG 2000"));
}

TEST(ReadFaceRecord, SaysWhenThePictureIsNone) {
    for (const Bytes& picture : {Bytes{1, 2, 3, 4}, Bytes{}}) {
        const auto old = only(read_face_record(record_2005(block_2005({.picture = picture}))));
        EXPECT_EQ(old.coding, PortraitCoding::Unknown);
        EXPECT_EQ(old.picture, picture);
        EXPECT_TRUE(notes(old, picture.empty() ? "empty" : "neither JPEG"));
        const auto recent = only(read_face_record(record_39794(representation(picture, 2))));
        EXPECT_EQ(recent.coding, PortraitCoding::Unknown);
        EXPECT_TRUE(notes(recent, picture.empty() ? "empty" : "neither JPEG"));
    }
}

TEST(ReadFaceRecord, PassesOverElementsItDoesNotKnow) {
    const Bytes unknown = tlv(0x8C, Bytes{1});
    const auto portrait = only(
        read_face_record(record_39794(representation(jpeg_bytes, 2, unknown), tlv(0xAF, unknown)))
    );
    EXPECT_EQ(portrait.picture, jpeg_bytes);
    EXPECT_TRUE(notes(portrait, "representation: element 8C is not known here"));
    EXPECT_TRUE(notes(portrait, "face image data block: element AF is not known here"));
}

TEST(ReadFaceRecord, NotesAnotherVersionAndOddCodes) {
    const Bytes version = tlv(0xA0, {code(4), tlv(0x81, number(2031, 2))});
    const Bytes record = tlv(0x65, {version, tlv(0xA1, representation(jpeg_bytes, 77))});
    const auto portrait = only(read_face_record(record));
    EXPECT_EQ(portrait.standard, "ISO/IEC 39794-5:2031");
    EXPECT_TRUE(notes(portrait, "another version"));
    EXPECT_TRUE(notes(portrait, "image format"));
    const auto old = only(read_face_record(record_2005(block_2005({.gender = 9, .data_type = 9}))));
    EXPECT_FALSE(old.sex.has_value());
    EXPECT_TRUE(notes(old, "gender"));
    EXPECT_TRUE(notes(old, "image data type"));
}

TEST(ReadFaceRecord, RefusesARecordWithoutAFlatPicture) {
    const Bytes solid = tlv(0x30, {code(0), tlv(0xA1, tlv(0xA0, tlv(0xA1, Bytes{})))});
    expect_malformed(read_face_record(record_39794(solid)), "the face record has no picture");
    expect_malformed(read_face_record(record_39794({})), "the face record has no picture");
    expect_malformed(
        read_face_record(tlv(0x65, tlv(0xA0, code(3)))), "the face record has no representations"
    );
    expect_malformed(
        read_face_record(record_39794(tlv(0x30, {code(0), tlv(0xA1, tlv(0xA0, tlv(0xA0, Bytes{})))})
        )),
        "a face representation has no picture"
    );
    expect_malformed(read_face_record(record_2005(block_2005({}), 0)), "it states 0 pictures");
}

TEST(ReadFaceRecord, RefusesCountsAndLengthsThatLie) {
    expect_malformed(read_face_record(record_2005(block_2005({}), 2)), "0 are left");
    expect_malformed(
        read_face_record(record_2005(block_2005({}), 0xFFFF)), "states 65535 pictures"
    );
    expect_malformed(
        read_face_record(record_2005(block_2005({.landmarks_stated = 0xFFFF}))),
        "a list of 65535 landmarks"
    );
    Bytes long_block = record_2005(block_2005({}));
    long_block[14] = 0xFF;
    expect_malformed(read_face_record(long_block), "a facial record takes");
    Bytes short_block = record_2005(block_2005({}));
    short_block[17] = 3;
    expect_malformed(read_face_record(short_block), "shorter than its own length");
    Bytes long_record = record_2005(block_2005({}));
    long_record[8] = 0xFF;
    expect_malformed(read_face_record(long_record), "it states a length of");
    Bytes version = record_2005(block_2005({}));
    version[5] = '7';
    expect_malformed(read_face_record(version), "the version is neither 010 nor 030");
    Bytes many;
    for (std::size_t index = 0; index <= limits::chip_portraits_max; ++index) {
        many = join({many, representation(jpeg_bytes, 2)});
    }
    expect_malformed(read_face_record(record_39794(many)), "too many representations");
}

TEST(ReadFaceRecord, NotesBytesBehindTheRecord) {
    const auto old = only(read_face_record(join({record_2005(block_2005({})), Bytes(5, 0)})));
    EXPECT_TRUE(notes(old, "5 bytes follow the face record"));
    const auto recent =
        only(read_face_record(join({record_39794(representation(jpeg_bytes, 2)), Bytes(4, 0)})));
    EXPECT_TRUE(notes(recent, "4 bytes follow"));
}

TEST(ReadFaceRecord, RefusesEveryRecordCutShort) {
    for (const Bytes& whole :
         {record_2005(block_2005({})),
          record_2011(jpeg_bytes, 0),
          record_39794(representation(jpeg_bytes, 2)),
          tlv(0x5F2E, record_2005(block_2005({})))}) {
        for (std::size_t length = 0; length < whole.size(); ++length) {
            const auto read = read_face_record(std::span(whole).first(length));
            ASSERT_FALSE(read.has_value()) << length << " of " << whole.size();
            ASSERT_EQ(read.error().code(), ErrorCode::MalformedInput);
        }
    }
}

TEST(ReadFaceRecord, RefusesABombOfNestedElements) {
    Bytes bomb = representation(jpeg_bytes, 2);
    for (int depth = 0; depth < 100; ++depth) {
        bomb = tlv(0xA1, bomb);
    }
    EXPECT_FALSE(read_face_record(bomb).has_value());
    EXPECT_FALSE(read_face_record(tlv(0x7F2E, bomb)).has_value());
}

TEST(ReadFaceRecord, RefusesARecordLargerThanIsRead) {
    const Bytes huge(limits::chip_file_bytes_max + 1, 0x30);
    EXPECT_EQ(read_face_record(huge).error().code(), ErrorCode::PayloadTooLarge);
    EXPECT_EQ(read_dg2(huge).error().code(), ErrorCode::PayloadTooLarge);
}

TEST(ReadDG2, ReadsEveryTemplate) {
    const Bytes templates = join(
        {face_template(0x5F2E, record_2005(block_2005({})), 0x08),
         face_template(0x7F2E, tlv(0xA1, record_39794(representation(codestream_bytes, 3))), 0x2A)}
    );
    const auto portraits = read_dg2(dg2(templates, 2));
    ASSERT_TRUE(portraits.has_value()) << portraits.error().message();
    ASSERT_EQ(portraits->size(), 2U);
    EXPECT_EQ(portraits->at(0).picture, jpeg_bytes);
    EXPECT_EQ(portraits->at(1).picture, codestream_bytes);
    EXPECT_TRUE(portraits->at(0).faults.empty());
    EXPECT_TRUE(portraits->at(1).faults.empty());
}

TEST(ReadDG2, RefusesACountThatIsTooLargeAndNotesOneThatIsTooSmall) {
    const Bytes one = face_template(0x5F2E, record_2005(block_2005({})), 0x08);
    expect_malformed(read_dg2(dg2(one, 2)), "it states 2 biometric templates and has 1");
    expect_malformed(read_dg2(dg2(one, 0)), "it states 0 biometric templates and has 1");
    expect_malformed(read_dg2(dg2({}, 0)), "there is no biometric template");
    const auto two = read_dg2(dg2(join({one, one}), 1));
    ASSERT_TRUE(two.has_value());
    ASSERT_EQ(two->size(), 2U);
    EXPECT_TRUE(notes(two->front(), "more biometric templates than are stated"));
    Bytes many;
    for (std::size_t index = 0; index <= limits::chip_portraits_max; ++index) {
        many = join({many, one});
    }
    expect_malformed(read_dg2(dg2(many, 17)), "too many portraits");
}

TEST(ReadDG2, NotesAHeaderThatSaysAnotherFormat) {
    const auto portrait =
        only(read_dg2(dg2(face_template(0x5F2E, record_2005(block_2005({})), 0x2A), 1)));
    EXPECT_TRUE(notes(portrait, "another format"));
}

TEST(ReadDG2, RefusesATemplateWithoutAFaceRecord) {
    expect_malformed(read_dg2(dg2(tlv(0x7F60, Bytes{}), 1)), "has no data block");
    expect_malformed(
        read_dg2(dg2(face_template(0x5F2E, tlv(0x04, Bytes{1}), 8), 1)), "is no face record"
    );
    expect_malformed(read_dg2(tlv(0x75, Bytes{})), "no group of biometric templates");
    expect_malformed(read_dg2(tlv(0x63, Bytes{})), "tag 63 where 75 belongs");
}

TEST(ReadDG2, RefusesEveryFileCutShort) {
    const Bytes whole = dg2(face_template(0x5F2E, record_2005(block_2005({})), 0x08), 1);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto read = read_dg2(std::span(whole).first(length));
        ASSERT_FALSE(read.has_value()) << length;
        ASSERT_EQ(read.error().code(), ErrorCode::MalformedInput);
    }
}

TEST(ReadDG2, NamesFileAndByteWhereARecordIsBroken) {
    Bytes file = dg2(face_template(0x5F2E, record_2005(block_2005({}), 3), 0x08), 1);
    const auto read = read_dg2(file);
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(
        read.error().message(),
        "DG2: face record: the length of a facial record takes 4 bytes and 0 are left, at byte " +
            std::to_string(file.size())
    );
}

} // namespace
} // namespace sallyport::documents
