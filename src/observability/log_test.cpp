// Proves the form of log lines, that levels are kept, that JSON lines can be read back, and that no
// value can forge a line.
#include "domain/traveler.hpp"
#include "observability/log.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::observability {
namespace {

// What write() puts on standard error under these options.
template <class Write>
std::string lines_of(const LogOptions& options, Write write) {
    testing::internal::CaptureStderr();
    configure_log(options);
    write();
    std::string lines = testing::internal::GetCapturedStderr();
    configure_log({});
    return lines;
}

TEST(Log, WritesOneLineAnEvent) {
    const std::string lines = lines_of({}, [] {
        log_info("gallery.published", {{"context", "0a1b"}, {"templates", 840}, {"late", false}});
    });
    EXPECT_THAT(
        lines,
        testing::MatchesRegex("2[0-9-]+T[0-9:.]+Z info gallery.published context=\"0a1b\" "
                              "templates=840 late=false\n")
    );
}

TEST(Log, WritesJsonThatCanBeReadBack) {
    const std::string lines = lines_of({.format = LogFormat::JsonLines}, [] {
        log_error("records.failed", {{"code", "storage-full"}, {"after_seconds", 0.5}});
    });
    const auto object = boost::json::parse(lines).as_object();
    EXPECT_EQ(object.at("level"), "error");
    EXPECT_EQ(object.at("event"), "records.failed");
    EXPECT_EQ(object.at("code"), "storage-full");
    EXPECT_EQ(object.at("after_seconds"), 0.5);
    EXPECT_TRUE(object.contains("at"));
}

TEST(Log, KeepsItsLevel) {
    const std::string lines = lines_of({.level = LogLevel::Warning}, [] {
        log_debug("a.debug");
        log_info("an.info");
        log_warning("a.warning");
        log_error("an.error");
    });
    EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
    EXPECT_THAT(lines, testing::HasSubstr("warning a.warning"));
    EXPECT_EQ(lines_of({.level = LogLevel::Off}, [] { log_error("an.error"); }), "");
}

TEST(Log, LetsNoValueForgeALine) {
    const std::string value = "x\n2026-05-01T08:00:00.000Z info forged \"y\"\x1b[31m {} %v";
    for (const LogFormat format : {LogFormat::Text, LogFormat::JsonLines}) {
        const std::string lines =
            lines_of({.format = format}, [&] { log_info("request.refused", {{"host", value}}); });
        EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 1) << lines;
        EXPECT_EQ(lines.find('\x1b'), std::string::npos);
    }
}

TEST(Log, CutsLongTextsAndKeepsJsonWhole) {
    const std::string lines = lines_of({.format = LogFormat::JsonLines}, [] {
        log_info("file.read", {{"name", std::string(10'000, 'a')}, {"ratio", NAN}});
    });
    EXPECT_LT(lines.size(), 600U);
    EXPECT_TRUE(boost::json::parse(lines).as_object().at("ratio").is_null());
}

// Personal data has no way into a line.
template <class Value>
concept Loggable = std::constructible_from<LogValue, Value>;
static_assert(Loggable<int> && Loggable<std::string> && Loggable<bool> && Loggable<double>);
static_assert(!Loggable<domain::Traveler> && !Loggable<domain::TravelDocument>);
static_assert(!Loggable<domain::PartialDate>);

} // namespace
} // namespace sallyport::observability
