// Proves that a JSON body is taken only as one object without doubt: no key twice at any depth, no
// unknown field, no depth or size beyond the limits; and that faults name the field.
#include "base/limits.hpp"
#include "transport/http_types.hpp"
#include "transport/internal/strict_json.hpp"

#include <gtest/gtest.h>

namespace sallyport::transport {
namespace {

Result<boost::json::object> parse(std::string_view text) {
    return parse_strict_object(bytes_of(text));
}

TEST(StrictJson, ReadsAnObject) {
    const auto object = parse(R"({"a":"x","b":{"a":1},"c":[{"a":1},{"a":2}]})");
    ASSERT_TRUE(object.has_value());
    EXPECT_EQ(object->at("a").as_string(), "x");
}

TEST(StrictJson, RefusesAKeyTwiceAtAnyDepth) {
    for (const char* text :
         {R"({"a":1,"a":1})",
          R"({"b":{"a":1,"a":2}})",
          R"({"b":[{"a":1,"a":2}]})",
          R"({"a":1,"\u0061":2})",
          R"({"":1,"":2})"}) {
        const auto object = parse(text);
        ASSERT_FALSE(object.has_value()) << text;
        EXPECT_EQ(object.error().code(), ErrorCode::MalformedInput);
        EXPECT_NE(object.error().message().find("twice"), std::string::npos) << text;
    }
}

TEST(StrictJson, RefusesWhatIsNotOneObject) {
    for (const char* text :
         {"",
          "  ",
          "[]",
          "1",
          "null",
          "\"x\"",
          "{",
          "{}{}",
          "{} x",
          "{\"a\":1,}",
          "{a:1}",
          "{\"a\":01}",
          "{\"a\":NaN}",
          "/**/{}",
          "{\"a\":\"\xC3\x28\"}",
          "\xEF\xBB\xBF{}"}) {
        EXPECT_FALSE(parse(text).has_value()) << text;
    }
}

TEST(StrictJson, RefusesTooMuchDepthAndSize) {
    const auto nested = [](std::size_t depth) {
        return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
    };
    EXPECT_TRUE(parse(nested(limits::json_depth_max - 2)).has_value());
    EXPECT_FALSE(parse(nested(limits::json_depth_max + 1)).has_value());
    EXPECT_FALSE(parse(nested(400'000)).has_value());
    const auto large = parse("{\"a\":\"" + std::string(limits::json_bytes_max, 'x') + "\"}");
    EXPECT_EQ(large.error().code(), ErrorCode::PayloadTooLarge);
}

TEST(StrictJson, NamesTheUnknownField) {
    const auto object = parse(R"({"role":"kiosk","extra":1})").value();
    FieldReader fields(object);
    EXPECT_EQ(fields.text("role", 10), "kiosk");
    const Status status = fields.finish();
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code(), ErrorCode::InvalidArgument);
    EXPECT_NE(status.error().message().find("extra"), std::string::npos);
}

TEST(StrictJson, NamesTheMissingField) {
    const boost::json::object object;
    FieldReader fields(object, "notice.");
    EXPECT_EQ(fields.text("version", 10), "");
    EXPECT_NE(fields.finish().error().message().find("notice.version"), std::string::npos);
}

TEST(StrictJson, RefusesWrongKindsOfValues) {
    const auto object =
        parse(R"({"number":1,"long":"aaaa","control":"a\u0007","list":[1],"at":"yesterday"})")
            .value();
    const auto faulty = [&](auto&& take) {
        FieldReader fields(object);
        take(fields);
        return fields.finish().error().message();
    };
    EXPECT_NE(faulty([](auto& f) { (void)f.text("number", 9); }).find("number"), std::string::npos);
    EXPECT_NE(faulty([](auto& f) { (void)f.text("long", 3); }).find("long"), std::string::npos);
    EXPECT_NE(
        faulty([](auto& f) { (void)f.text("control", 9); }).find("control"), std::string::npos
    );
    EXPECT_NE(faulty([](auto& f) { (void)f.texts("list", 9, 9); }).find("list"), std::string::npos);
    EXPECT_NE(faulty([](auto& f) { (void)f.instant("at"); }).find("at"), std::string::npos);
    EXPECT_NE(faulty([](auto& f) { (void)f.object("list"); }).find("list"), std::string::npos);
    EXPECT_NE(
        faulty([](auto& f) { (void)f.array("number", 3); }).find("number"), std::string::npos
    );
}

TEST(StrictJson, CountsCharactersNotBytes) {
    const auto object = parse("{\"name\":\"\xC3\x85\xC3\x85\xC3\x85\"}").value();
    FieldReader fields(object);
    EXPECT_EQ(fields.text("name", 3).size(), 6U);
    EXPECT_TRUE(fields.finish().has_value());
}

TEST(StrictJson, TakesNullAsLeftOut) {
    const auto object = parse(R"({"traveler":null})").value();
    FieldReader fields(object);
    EXPECT_EQ(fields.optional_text("traveler", 32), std::nullopt);
    EXPECT_TRUE(fields.finish().has_value());
}

} // namespace
} // namespace sallyport::transport
