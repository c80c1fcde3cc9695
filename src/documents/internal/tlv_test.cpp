// Proves that elements are read as they were written, and that lengths, tags, nesting and numbers
// of elements that do not hold are refused where they stand, without memory for what is merely
// stated.
#include "base/secret_bytes.hpp"
#include "documents/internal/tlv.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sallyport::documents::internal {
namespace {

using Bytes = SecretBytes;

void expect_malformed(const Bytes& bytes, std::string_view text) {
    TLVReader reader(bytes, "DG1");
    const auto element = reader.outer();
    ASSERT_FALSE(element.has_value());
    EXPECT_EQ(element.error().code(), ErrorCode::MalformedInput);
    EXPECT_EQ(element.error().message(), "DG1: " + std::string(text));
}

TEST(TLVReader, ReadsTagsOfOneToThreeBytes) {
    for (const Tag tag : {Tag{0x61}, Tag{0x5F1F}, Tag{0x7F2E}, Tag{0xBF8A01}}) {
        const Bytes file = write_tlv(tag, Bytes{1, 2, 3});
        TLVReader reader(file, "DG1");
        const auto element = reader.outer(tag);
        ASSERT_TRUE(element.has_value()) << tag_text(tag);
        EXPECT_EQ(Bytes(element->value.begin(), element->value.end()), (Bytes{1, 2, 3}));
    }
}

TEST(TLVReader, ReadsLengthsThatAreLongerThanTheyNeedToBe) {
    for (const Bytes& file :
         {Bytes{0x61, 1, 7}, Bytes{0x61, 0x81, 1, 7}, Bytes{0x61, 0x84, 0, 0, 0, 1, 7}}) {
        TLVReader reader(file, "DG1");
        const auto element = reader.outer();
        ASSERT_TRUE(element.has_value());
        EXPECT_EQ(element->value.size(), 1U);
        EXPECT_EQ(element->value_offset, file.size() - 1);
    }
}

TEST(TLVReader, ReportsWhatFollowsTheOuterElement) {
    const Bytes file{0x61, 1, 7, 0, 0, 0};
    TLVReader reader(file, "DG1");
    ASSERT_TRUE(reader.outer().has_value());
    EXPECT_EQ(reader.trailing().size(), 3U);
}

TEST(TLVReader, SaysWhereAnElementIsBroken) {
    expect_malformed({}, "the file is empty, at byte 0");
    expect_malformed({0x61}, "a length is missing (tag 61), at byte 1");
    expect_malformed({0x5F}, "a tag is cut short, at byte 0");
    expect_malformed({0x7F, 0x81, 0x81, 0x01, 0}, "a tag is longer than three bytes, at byte 0");
    expect_malformed({0x5F, 0x80, 0x01, 0}, "a tag starts with zeros, at byte 0");
    expect_malformed({0x00, 0x00}, "padding where an element should be, at byte 0");
    expect_malformed({0xFF, 0x01}, "padding where an element should be, at byte 0");
    expect_malformed(
        {0x61, 0x80, 1, 0, 0}, "an indefinite length is not allowed (tag 61), at byte 1"
    );
    expect_malformed({0x61, 0x82, 1}, "a length is cut short (tag 61), at byte 1");
    expect_malformed(
        {0x61, 0x85, 0, 0, 0, 0, 1, 7}, "a length has more than four bytes (tag 61), at byte 1"
    );
    expect_malformed({0x61, 3, 1, 2}, "tag 61 states 3 bytes and 2 are left, at byte 0");
    expect_malformed(
        {0x61, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 1},
        "tag 61 states 4294967295 bytes and 1 are left, at byte 0"
    );
}

TEST(TLVReader, RefusesAnotherOuterTag) {
    const Bytes file{0x62, 0};
    TLVReader reader(file, "DG1");
    EXPECT_EQ(reader.outer(0x61).error().message(), "DG1: tag 62 where 61 belongs, at byte 0");
}

TEST(TLVReader, RefusesAChildThatReachesPastItsParent) {
    const Bytes file{0x61, 3, 0x5C, 2, 1, 0, 0, 0};
    TLVReader reader(file, "DG1");
    const auto outer = reader.outer();
    ASSERT_TRUE(outer.has_value());
    EXPECT_EQ(
        reader.children(*outer).error().message(),
        "DG1: tag 5C states 2 bytes and 1 are left, at byte 2"
    );
}

TEST(TLVReader, RefusesElementsNestedTooDeeply) {
    Bytes file{0x04, 0};
    for (int depth = 1; depth < 200; ++depth) {
        file = write_tlv(0x30, file);
    }
    TLVReader reader(file, "DG14");
    auto element = reader.outer();
    ASSERT_TRUE(element.has_value());
    for (int depth = 2; depth <= limits::tlv_depth_max; ++depth) {
        const auto children = reader.children(*element);
        ASSERT_TRUE(children.has_value()) << depth;
        element = children->at(0);
    }
    const auto deeper = reader.children(*element);
    ASSERT_FALSE(deeper.has_value());
    EXPECT_EQ(deeper.error().code(), ErrorCode::MalformedInput);
}

TEST(TLVReader, RefusesMoreElementsThanAreRead) {
    const std::size_t fitting = limits::tlv_elements_max - 1;
    for (const std::size_t count : {fitting, fitting + 1}) {
        Bytes body;
        for (std::size_t index = 0; index < count; ++index) {
            body.insert(body.end(), {0x04, 0});
        }
        const Bytes file = write_tlv(0x30, body);
        TLVReader reader(file, "DG14");
        const auto outer = reader.outer();
        ASSERT_TRUE(outer.has_value());
        EXPECT_EQ(reader.children(*outer).has_value(), count == fitting);
    }
}

TEST(TLVReader, KnowsConstructedTags) {
    EXPECT_TRUE(is_constructed(0x61));
    EXPECT_TRUE(is_constructed(0x7F2E));
    EXPECT_FALSE(is_constructed(0x5F2E));
    EXPECT_FALSE(is_constructed(0x02));
}

rc::Gen<Tag> any_tag() {
    const auto one = rc::gen::suchThat(rc::gen::inRange<Tag>(1, 0xFF), [](Tag tag) {
        return (tag & 0x1FU) != 0x1FU;
    });
    const auto first = rc::gen::element<Tag>(0x1F, 0x3F, 0x5F, 0x7F, 0x9F, 0xBF, 0xDF);
    const auto two = rc::gen::map(
        rc::gen::pair(first, rc::gen::inRange<Tag>(0, 0x80)),
        [](const std::pair<Tag, Tag>& parts) { return (parts.first << 8U) | parts.second; }
    );
    const auto three = rc::gen::map(
        rc::gen::tuple(first, rc::gen::inRange<Tag>(0x81, 0x100), rc::gen::inRange<Tag>(0, 0x80)),
        [](const std::tuple<Tag, Tag, Tag>& parts) {
            return (std::get<0>(parts) << 16U) | (std::get<1>(parts) << 8U) | std::get<2>(parts);
        }
    );
    return rc::gen::oneOf(one, two, three);
}

RC_GTEST_PROP(TLVProperty, ReadsBackWhatWasWritten, ()) {
    const auto tags = *rc::gen::container<std::vector<Tag>>(any_tag());
    std::vector<Bytes> values;
    Bytes body;
    for ([[maybe_unused]] const Tag tag : tags) {
        const auto size = *rc::gen::element<std::size_t>(0, 1, 5, 127, 128, 255, 256, 70'000);
        const auto byte = *rc::gen::arbitrary<std::uint8_t>();
        values.emplace_back(size, byte);
        const Bytes element = write_tlv(tag, values.back());
        body.insert(body.end(), element.begin(), element.end());
    }
    const Bytes file = write_tlv(0x6E, body);
    TLVReader reader(file, "DG14");
    const auto outer = reader.outer(0x6E);
    RC_ASSERT(outer.has_value());
    const auto children = reader.children(*outer);
    RC_ASSERT(children.has_value());
    RC_ASSERT(children->size() == tags.size());
    for (std::size_t index = 0; index < tags.size(); ++index) {
        const TLVElement& child = (*children)[index];
        RC_ASSERT(child.tag == tags[index]);
        RC_ASSERT(Bytes(child.value.begin(), child.value.end()) == values[index]);
    }
}

} // namespace
} // namespace sallyport::documents::internal
