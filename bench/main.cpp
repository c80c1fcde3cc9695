// Runs the benchmarks. The figures carry what they were measured with: machine and compiler, pack,
// and the accuracy of the pack, since a faster search that finds fewer people is another product.
#include "biometrics/pack_face_engine.hpp"
#include "inference/model_pack.hpp"
#include "suites.hpp"

#include <benchmark/benchmark.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

namespace sallyport::bench {
namespace {

struct Models {
    inference::ModelPack pack;
    std::unique_ptr<biometrics::FaceEngine> engine;
};

[[nodiscard]] Result<Models> load_models() {
    const auto folder = std::filesystem::path(SALLYPORT_SOURCE_DIR) / "packs" / "default";
    SALLYPORT_TRY(auto pack, inference::ModelPack::open(folder));
    biometrics::FaceEngineOptions options;
    options.parallel_requests = 1;
    SALLYPORT_TRY(auto engine, biometrics::load_face_engine(pack, options));
    return Models{std::move(pack), std::move(engine)};
}

[[nodiscard]] std::string processor_name() {
    std::ifstream cpuinfo("/proc/cpuinfo");
    const std::string key = "model name";
    for (std::string line; std::getline(cpuinfo, line);) {
        if (line.compare(0, key.size(), key) == 0) {
            return line.substr(line.find(':') + 2);
        }
    }
    return "unknown";
}

void add_context(const Result<Models>& models) {
    benchmark::AddCustomContext("processor", processor_name());
    benchmark::AddCustomContext("built_with", "g++ " __VERSION__);
    if (!models.has_value()) {
        benchmark::AddCustomContext("pack", "none: " + models.error().describe());
        return;
    }
    const inference::ModelPack& pack = models->pack;
    benchmark::AddCustomContext("pack", pack.template_version().value);
    benchmark::AddCustomContext(
        "accuracy",
        pack.calibration().has_value() ? pack.calibration_evidence() : "the pack is not calibrated"
    );
}

int run(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
        return 2;
    }
    const Result<Models> models = load_models();
    add_context(models);

    const std::vector<NamedPicture> people = portraits();
    std::vector<NamedPicture> pictures;
    pictures.push_back(made_up_picture());
    register_picture_benchmarks(pictures);
    if (!models.has_value()) {
        fmt::print(stderr, "no benchmarks of the models: {}\n", models.error().describe());
    } else if (people.empty()) {
        fmt::print(stderr, "no benchmarks of the models: no portraits; run script/setup test\n");
    } else {
        register_face_benchmarks(*models->engine, people);
    }
    register_search_benchmarks();
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}

} // namespace
} // namespace sallyport::bench

int main(int argc, char** argv) {
    return sallyport::bench::run(argc, argv);
}
