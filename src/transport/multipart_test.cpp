// Proves that form data is read as it was sent, whatever bytes the parts hold, and that everything
// that is not strictly well formed is refused: cut short anywhere, nested, encoded, too many parts.
#include "transport/multipart.hpp"

#include <gtest/gtest.h>

namespace sallyport::transport {
namespace {

constexpr std::string_view type = "multipart/form-data; boundary=XX";

Result<std::vector<Part>> read(std::string_view body, std::string_view content_type = type) {
    return read_multipart(
        content_type, {reinterpret_cast<const std::uint8_t*>(body.data()), body.size()}
    );
}
ErrorCode code_of(std::string_view body, std::string_view content_type = type) {
    const auto parts = read(body, content_type);
    return parts.has_value() ? ErrorCode::Internal : parts.error().code();
}

constexpr std::string_view two_parts =
    "--XX\r\nContent-Disposition: form-data; name=\"family_name\"\r\n\r\nERIKSSON\r\n"
    "--XX\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\n"
    "Content-Type: image/jpeg\r\n\r\n\xFF\xD8--XX\r\n-\r\n--X\xFF\r\n--XX--\r\n";

TEST(Multipart, ReadsPartsWithNamesTypesAndBytes) {
    const auto parts = read(two_parts);
    ASSERT_TRUE(parts.has_value()) << parts.error().message();
    ASSERT_EQ(parts->size(), 2U);
    EXPECT_EQ(parts->at(0).name, "family_name");
    EXPECT_EQ(parts->at(0).content_type, "text/plain");
    EXPECT_EQ(parts->at(0).text(), "ERIKSSON");
    EXPECT_EQ(parts->at(1).name, "photo");
    EXPECT_EQ(parts->at(1).content_type, "image/jpeg");
    EXPECT_EQ(parts->at(1).text(), "\xFF\xD8--XX\r\n-\r\n--X\xFF");
}

TEST(Multipart, PartsAreViewsIntoTheBody) {
    const auto parts = read(two_parts);
    const auto* begin = reinterpret_cast<const std::uint8_t*>(two_parts.data());
    EXPECT_GE(parts->at(1).body.data(), begin);
    EXPECT_LE(parts->at(1).body.data() + parts->at(1).body.size(), begin + two_parts.size());
}

TEST(Multipart, EveryPrefixIsRefused) {
    // The line end after the last delimiter is optional.
    for (std::size_t size = 0; size + 2 < two_parts.size(); ++size) {
        EXPECT_EQ(code_of(two_parts.substr(0, size)), ErrorCode::MalformedInput) << size;
    }
    EXPECT_TRUE(read(two_parts.substr(0, two_parts.size() - 2)).has_value());
}

TEST(Multipart, ReadsAnEmptyPart) {
    const auto parts =
        read("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--XX--\r\n");
    ASSERT_TRUE(parts.has_value());
    EXPECT_TRUE(parts->at(0).body.empty());
}

TEST(Multipart, ReadsAFormWithoutParts) {
    EXPECT_TRUE(read("--XX--\r\n")->empty());
}

TEST(Multipart, RefusesWhatStandsBeforeOrAfter) {
    EXPECT_EQ(code_of("preamble\r\n" + std::string(two_parts)), ErrorCode::MalformedInput);
    EXPECT_EQ(code_of(std::string(two_parts) + "epilogue"), ErrorCode::MalformedInput);
}

TEST(Multipart, RefusesAPartWithoutAName) {
    EXPECT_EQ(
        code_of("--XX\r\nContent-Type: image/jpeg\r\n\r\nx\r\n--XX--"), ErrorCode::MalformedInput
    );
    EXPECT_EQ(
        code_of("--XX\r\nContent-Disposition: form-data\r\n\r\nx\r\n--XX--"),
        ErrorCode::MalformedInput
    );
    EXPECT_EQ(
        code_of("--XX\r\nContent-Disposition: form-data; name=\"\"\r\n\r\nx\r\n--XX--"),
        ErrorCode::MalformedInput
    );
    EXPECT_EQ(code_of("--XX\r\n\r\nx\r\n--XX--"), ErrorCode::MalformedInput);
}

TEST(Multipart, RefusesTwoNames) {
    EXPECT_EQ(
        code_of("--XX\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\nx\r\n--XX--"),
        ErrorCode::MalformedInput
    );
    EXPECT_EQ(
        code_of("--XX\r\nContent-Disposition: form-data; name=a\r\n"
                "Content-Disposition: form-data; name=b\r\n\r\nx\r\n--XX--"),
        ErrorCode::MalformedInput
    );
}

TEST(Multipart, RefusesNestedAndEncodedParts) {
    EXPECT_EQ(
        code_of("--XX\r\nContent-Disposition: form-data; name=a\r\n"
                "Content-Type: multipart/mixed; boundary=Y\r\n\r\nx\r\n--XX--"),
        ErrorCode::UnsupportedMediaType
    );
    EXPECT_EQ(
        code_of("--XX\r\nContent-Disposition: form-data; name=a\r\n"
                "Content-Transfer-Encoding: base64\r\n\r\nx\r\n--XX--"),
        ErrorCode::UnsupportedMediaType
    );
}

TEST(Multipart, RefusesMorePartsThanTheLimit) {
    std::string body;
    for (int count = 0; count < 17; ++count) {
        body += "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n";
    }
    EXPECT_EQ(code_of(body + "--XX--"), ErrorCode::PayloadTooLarge);
}

TEST(Multipart, RefusesLongAndManyHeaders) {
    const std::string name = "--XX\r\nContent-Disposition: form-data; name=a\r\n";
    EXPECT_EQ(
        code_of(name + "X: " + std::string(2000, 'x') + "\r\n\r\nx\r\n--XX--"),
        ErrorCode::MalformedInput
    );
    std::string many = name;
    for (int count = 0; count < 9; ++count) {
        many += "X-A: b\r\n";
    }
    EXPECT_EQ(code_of(many + "\r\nx\r\n--XX--"), ErrorCode::PayloadTooLarge);
    EXPECT_EQ(code_of(name + "no colon\r\n\r\nx\r\n--XX--"), ErrorCode::MalformedInput);
}

TEST(Multipart, ReadsQuotedNamesWithEscapes) {
    const auto parts =
        read("--XX\r\nContent-Disposition: form-data; name=\"a\\\"b\"\r\n\r\nx\r\n--XX--");
    ASSERT_TRUE(parts.has_value());
    EXPECT_EQ(parts->at(0).name, "a\"b");
}

TEST(Multipart, TakesTheBoundaryFromTheContentType) {
    EXPECT_EQ(*multipart_boundary("multipart/form-data; charset=utf-8; Boundary=\"a b\""), "a b");
    EXPECT_EQ(
        *multipart_boundary("multipart/form-data; boundary=----WebKitFormBoundary7MA4"),
        "----WebKitFormBoundary7MA4"
    );
    for (const char* bad :
         {"multipart/form-data",
          "multipart/form-data; boundary=",
          "multipart/form-data; boundary=\"a",
          "multipart/form-data; boundary=a; boundary=b",
          "multipart/form-data; boundary=\"a \"",
          "multipart/form-data; boundary=a\"b"}) {
        EXPECT_FALSE(multipart_boundary(bad).has_value()) << bad;
    }
    EXPECT_FALSE(
        multipart_boundary("multipart/form-data; boundary=" + std::string(71, 'a')).has_value()
    );
    EXPECT_TRUE(
        multipart_boundary("multipart/form-data; boundary=" + std::string(70, 'a')).has_value()
    );
}

TEST(Multipart, RefusesOtherContentTypes) {
    EXPECT_EQ(code_of(two_parts, "image/jpeg; boundary=XX"), ErrorCode::UnsupportedMediaType);
    EXPECT_EQ(code_of(two_parts, "multipart/mixed; boundary=XX"), ErrorCode::UnsupportedMediaType);
}

TEST(Multipart, RefusesADelimiterThatGoesOn) {
    EXPECT_EQ(
        code_of("--XX\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--XXY--"),
        ErrorCode::MalformedInput
    );
}

} // namespace
} // namespace sallyport::transport
