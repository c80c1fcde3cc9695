// Proves that every flight, voyage and crossing told in a *.scenario file goes as it is told there.
// Each file is a test of its own, found when the program starts.
#include "scenario_run.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

namespace sallyport::scenarios {
namespace {

const std::filesystem::path folder =
    std::filesystem::path(SALLYPORT_SOURCE_DIR) / "tests" / "scenarios";

class ScenarioTest : public ::testing::Test {
public:
    explicit ScenarioTest(std::filesystem::path file) : file_(std::move(file)) {}

    void TestBody() override {
        const std::string name = std::filesystem::relative(file_, folder).generic_string();
        std::ifstream stream(file_, std::ios::binary);
        const std::string text{
            std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()
        };
        Scenario scenario;
        try {
            scenario = read_scenario(text);
        } catch (const ScenarioError& error) {
            GTEST_FAIL_AT(file_.c_str(), static_cast<int>(error.line())) << error.what();
        }
        EXPECT_EQ(scenario.name, name) << "the header names another file";
        for (const Problem& problem : run_scenario(scenario)) {
            ADD_FAILURE_AT(file_.c_str(), static_cast<int>(problem.line)) << problem.text;
        }
    }

private:
    std::filesystem::path file_;
};

void find_scenarios() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().extension() == ".scenario") {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    for (const std::filesystem::path& file : files) {
        ::testing::RegisterTest(
            file.parent_path().filename().c_str(),
            file.stem().c_str(),
            nullptr,
            nullptr,
            file.c_str(),
            1,
            [file]() -> ScenarioTest* { return new ScenarioTest(file); } // GoogleTest deletes it
        );
    }
}

TEST(Scenarios, AreFound) {
    const auto& suites = *::testing::UnitTest::GetInstance();
    bool found = false;
    for (int index = 0; index < suites.total_test_suite_count(); ++index) {
        found = found || std::string_view(suites.GetTestSuite(index)->name()) == "flight";
    }
    EXPECT_TRUE(found) << folder;
}

} // namespace
} // namespace sallyport::scenarios

int main(int count, char** arguments) {
    ::testing::InitGoogleTest(&count, arguments);
    sallyport::scenarios::find_scenarios();
    return RUN_ALL_TESTS();
}
