// Proves that zones collected elsewhere are read with the verdict of another reader. They live
// beside the project (../shared/testdata, or $SALLYPORT_TESTDATA), not in it.
#include "documents/mrz_test_zone.hpp"

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace sallyport::documents {
namespace {

std::filesystem::path samples_file() {
    const char* set = std::getenv("SALLYPORT_TESTDATA");
    const std::filesystem::path root =
        set != nullptr ? set : SALLYPORT_SOURCE_DIR "/../shared/testdata";
    return root / "mrz" / "td1-td2.json";
}

TEST(MRZSamples, AgreeWithTheVerdictOfAnotherReader) {
    std::ifstream file(samples_file(), std::ios::binary);
    if (!file) {
        GTEST_SKIP() << "no sample zones: set SALLYPORT_TESTDATA to the folder that has mrz/";
    }
    std::ostringstream bytes;
    bytes << file.rdbuf();
    const boost::json::value samples = boost::json::parse(bytes.str());
    ASSERT_GE(samples.as_array().size(), 10U);
    for (const auto& sample : samples.as_array()) {
        std::string text;
        for (const auto& line : sample.at("lines").as_array()) {
            text += std::string(line.as_string()) + "\n";
        }
        const auto reading = testing::read_strict(text);
        ASSERT_TRUE(reading.has_value()) << text;
        EXPECT_EQ(mrz_format_name(reading->format), sample.at("format").as_string());
        // The verdict is against codes outside ISO 3166, such as UTO; here they are in order. Some
        // samples give no verdict: they are whole zones meant to be damaged.
        const bool rejected = sample.at("valid_including_state_codes").as_string() == "false" &&
                              reading->fields.issuer != "UTO";
        EXPECT_EQ(reading->valid, !rejected) << text << ::testing::PrintToString(reading->faults);
        EXPECT_EQ(reading->checks.optional_data, std::nullopt);
        if (!rejected) {
            EXPECT_EQ(reading->checks.document_number, true) << text;
            EXPECT_EQ(reading->checks.birth_date, true) << text;
            EXPECT_EQ(reading->checks.expiry, true) << text;
            EXPECT_EQ(reading->checks.composite, true) << text;
        }
    }
}

} // namespace
} // namespace sallyport::documents
