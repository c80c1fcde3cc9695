// Proves that models load, run repeatably from many threads, refuse what they cannot take, and that
// inputs and outputs are overwritten before a request is used again.
#include "inference/openvino/openvino_engine.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <gtest/gtest.h>
#include <thread>
#include <unistd.h>

namespace sallyport::inference {
namespace {

const std::filesystem::path tiny_pack =
    std::filesystem::path(SALLYPORT_SOURCE_DIR) / "tests/fixtures/tiny_pack";

std::unique_ptr<Engine> engine_of(int requests) {
    auto engine = make_openvino_engine(
        {.parallel_requests = requests, .threads_per_request = 1, .cache_dir = {}}
    );
    EXPECT_TRUE(engine.has_value()) << engine.error().describe();
    return std::move(*engine);
}

std::unique_ptr<Model> recogniser(Engine& engine) {
    auto model = engine.load(tiny_pack / "recogniser.onnx", {});
    EXPECT_TRUE(model.has_value()) << model.error().describe();
    return std::move(*model);
}

// Something that differs from seed to seed.
void fill(std::span<float> values, int seed) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<float>((i * 37 + static_cast<std::size_t>(seed) * 101) % 255);
    }
}

std::vector<float> result_of(Model& model, int seed) {
    auto request = model.begin();
    EXPECT_TRUE(request.has_value());
    fill((*request)->input(0), seed);
    EXPECT_TRUE((*request)->run().has_value());
    const auto output = (*request)->output(0);
    return {output.begin(), output.end()};
}

TEST(OpenVINOEngine, SaysTheShapesOfAModel) {
    const auto engine = engine_of(1);
    const auto model = recogniser(*engine);
    ASSERT_EQ(model->inputs().size(), 1U);
    EXPECT_EQ(model->inputs()[0].name, "input");
    EXPECT_EQ(model->inputs()[0].shape, (Shape{1, 3, 112, 112}));
    ASSERT_EQ(model->outputs().size(), 1U);
    EXPECT_EQ(model->outputs()[0].name, "template");
    EXPECT_EQ(model->outputs()[0].shape, (Shape{1, 32}));
}

TEST(OpenVINOEngine, GivesTheSameResultFromManyThreads) {
    const auto engine = engine_of(2);
    const auto model = recogniser(*engine);
    std::vector<std::vector<float>> expected;
    for (int seed = 0; seed < 4; ++seed) {
        expected.push_back(result_of(*model, seed));
    }
    EXPECT_NE(expected[0], expected[1]);
    // More threads than requests: the others wait for one to come back.
    std::vector<std::thread> threads;
    std::array<int, 4> differing{};
    for (int seed = 0; seed < 4; ++seed) {
        threads.emplace_back([&, seed] {
            const auto own = static_cast<std::size_t>(seed);
            for (int round = 0; round < 50; ++round) {
                differing.at(own) += result_of(*model, seed) == expected.at(own) ? 0 : 1;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(differing, (std::array<int, 4>{}));
}

TEST(OpenVINOEngine, OverwritesWhatARequestHeld) {
    const auto engine = engine_of(1);
    const auto model = recogniser(*engine);
    const auto values = result_of(*model, 3);
    EXPECT_TRUE(std::ranges::any_of(values, [](float value) { return value != 0.0F; }));
    auto request = model->begin(); // the only one there is, so it is the same memory
    ASSERT_TRUE(request.has_value());
    EXPECT_TRUE(std::ranges::all_of((*request)->input(0), [](float value) { return value == 0.0F; })
    );
    EXPECT_TRUE(std::ranges::all_of((*request)->output(0), [](float value) {
        return value == 0.0F;
    }));
}

TEST(OpenVINOEngine, NamesAMissingModel) {
    const auto engine = engine_of(1);
    const auto model = engine->load(tiny_pack / "absent.onnx", {});
    ASSERT_FALSE(model.has_value());
    EXPECT_EQ(model.error().code(), ErrorCode::ModelMissing);
    EXPECT_NE(model.error().message().find("absent.onnx"), std::string::npos);
}

TEST(OpenVINOEngine, FailsOnAModelThatIsCutShort) {
    const auto engine = engine_of(1);
    const auto file = std::filesystem::temp_directory_path() /
                      ("sallyport-cut-" + std::to_string(::getpid()) + ".onnx");
    std::filesystem::copy_file(tiny_pack / "recogniser.onnx", file);
    std::filesystem::resize_file(file, 10'000);
    const auto model = engine->load(file, {});
    std::filesystem::remove(file);
    ASSERT_FALSE(model.has_value());
    EXPECT_EQ(model.error().code(), ErrorCode::Internal);
}

TEST(OpenVINOEngine, RefusesAShapeTheModelCannotTake) {
    const auto engine = engine_of(1);
    const auto other_rank = engine->load(tiny_pack / "recogniser.onnx", {1, 3, 112});
    ASSERT_FALSE(other_rank.has_value());
    EXPECT_EQ(other_rank.error().code(), ErrorCode::ModelMismatch);
    const auto other_size = engine->load(tiny_pack / "recogniser.onnx", {1, 3, 64, 64});
    ASSERT_FALSE(other_size.has_value());
    EXPECT_EQ(other_size.error().code(), ErrorCode::ModelMismatch);
}

TEST(OpenVINOEngine, RefusesCountsBelowOne) {
    EXPECT_EQ(
        make_openvino_engine({.parallel_requests = 0, .threads_per_request = 1, .cache_dir = {}})
            .error()
            .code(),
        ErrorCode::InvalidArgument
    );
}

TEST(OpenVINOEngine, KeepsRequestsAliveBeyondTheirModel) {
    const auto engine = engine_of(1);
    auto model = recogniser(*engine);
    const auto expected = result_of(*model, 5);
    auto request = model->begin();
    ASSERT_TRUE(request.has_value());
    model.reset();
    fill((*request)->input(0), 5);
    ASSERT_TRUE((*request)->run().has_value());
    EXPECT_TRUE(std::ranges::equal((*request)->output(0), expected));
}

} // namespace
} // namespace sallyport::inference
