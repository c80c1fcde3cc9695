// sallyport_load: sends travelers through a running server and prints how long verdicts took.
// Pictures larger than a camera's 640 x 480 are scaled down to it first.
#include "imaging/codec.hpp"
#include "imaging/geometry.hpp"
#include "load_run.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

namespace sallyport::bench {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr int exit_done = 0;
constexpr int exit_failures = 1; // some requests failed
constexpr int exit_wrong_use = 2;
constexpr int exit_not_done = 3;

struct Arguments {
    LoadPlan plan;
    std::string token;
    fs::path pictures;
    int seconds = 30;
    int warm_up_seconds = 5;
    bool as_json = false;
};

[[nodiscard]] Result<SecretBytes> camera_picture(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    const SecretBytes bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    SALLYPORT_TRY(imaging::Image image, imaging::decode_image(bytes));
    const double scale = std::min({1.0, 640.0 / image.width(), 480.0 / image.height()});
    if (scale < 1.0) {
        SALLYPORT_TRY(
            image,
            imaging::resize(
                image,
                std::max(1, static_cast<int>(image.width() * scale)),
                std::max(1, static_cast<int>(image.height() * scale))
            )
        );
    }
    return imaging::encode_jpeg(image, 90);
}

[[nodiscard]] Result<std::vector<SecretBytes>> camera_pictures(const fs::path& folder) {
    std::vector<fs::path> paths;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const fs::path ending = entry->path().extension();
        if (ending == ".jpg" || ending == ".jpeg" || ending == ".png") {
            paths.push_back(entry->path());
        }
    }
    if (error || paths.empty()) {
        return fail(ErrorCode::NotFound, "the folder of pictures holds none that can be read");
    }
    std::sort(paths.begin(), paths.end());
    std::vector<SecretBytes> pictures;
    for (const fs::path& path : paths) {
        SALLYPORT_TRY(SecretBytes picture, camera_picture(path));
        pictures.push_back(std::move(picture));
    }
    return pictures;
}

// Nearest rank; the samples are sorted.
[[nodiscard]] double percentile(const std::vector<double>& sorted, double percent) {
    if (sorted.empty()) {
        return 0.0;
    }
    const double rank = std::ceil(percent / 100.0 * static_cast<double>(sorted.size()));
    return sorted[std::min(sorted.size(), static_cast<std::size_t>(std::max(1.0, rank))) - 1];
}

[[nodiscard]] json::object summary(std::vector<double> samples) {
    std::sort(samples.begin(), samples.end());
    return {
        {"count", samples.size()},
        {"p50", percentile(samples, 50)},
        {"p90", percentile(samples, 90)},
        {"p99", percentile(samples, 99)},
        {"p99.9", percentile(samples, 99.9)},
        {"max", samples.empty() ? 0.0 : samples.back()},
    };
}

[[nodiscard]] json::object report_json(const Arguments& arguments, const LoadReport& report) {
    json::object stages;
    for (const auto& [stage, samples] : report.stage_ms) {
        stages[stage] = summary(samples);
    }
    json::object verdicts;
    std::size_t answered = 0;
    for (const auto& [verdict, count] : report.verdicts) {
        verdicts[verdict] = count;
        answered += count;
    }
    json::object failures;
    for (const auto& [failure, count] : report.failures) {
        failures[failure] = count;
    }
    return {
        {"connections", arguments.plan.connections},
        {"rate", arguments.plan.rate},
        {"seconds", report.seconds},
        {"verdicts_per_second", static_cast<double>(answered) / report.seconds},
        {"verdict_ms", summary(report.verdict_ms)},
        {"open_ms", summary(report.open_ms)},
        {"close_ms", summary(report.close_ms)},
        {"server_stages_ms", std::move(stages)},
        {"verdicts", std::move(verdicts)},
        {"failures", std::move(failures)},
    };
}

void print_row(std::string_view name, const json::value& row) {
    fmt::print(
        "{:<18} {:>7} {:>9.2f} {:>9.2f} {:>9.2f} {:>9.2f} {:>9.2f}\n",
        name,
        row.at("count").to_number<std::size_t>(),
        row.at("p50").as_double(),
        row.at("p90").as_double(),
        row.at("p99").as_double(),
        row.at("p99.9").as_double(),
        row.at("max").as_double()
    );
}

void print_report(const json::object& report) {
    fmt::print(
        "{:.1f} verdicts a second over {:.1f} s\n\n{:<18} {:>7} {:>9} {:>9} {:>9} {:>9} {:>9}\n",
        report.at("verdicts_per_second").as_double(),
        report.at("seconds").as_double(),
        "milliseconds",
        "count",
        "p50",
        "p90",
        "p99",
        "p99.9",
        "max"
    );
    print_row("verdict", report.at("verdict_ms"));
    print_row("open", report.at("open_ms"));
    print_row("close", report.at("close_ms"));
    for (const auto& stage : report.at("server_stages_ms").as_object()) {
        print_row("  " + std::string(stage.key()), stage.value());
    }
    fmt::print("\n");
    for (const auto& verdict : report.at("verdicts").as_object()) {
        fmt::print(
            "verdict {}: {}\n", std::string(verdict.key()), verdict.value().to_number<std::size_t>()
        );
    }
    for (const auto& failure : report.at("failures").as_object()) {
        fmt::print(
            "failure {}: {}\n", std::string(failure.key()), failure.value().to_number<std::size_t>()
        );
    }
}

[[nodiscard]] Result<LoadReport> prepare_and_run(Arguments& arguments) {
    LoadPlan& plan = arguments.plan;
    plan.duration = std::chrono::seconds(arguments.seconds);
    plan.warm_up = std::chrono::seconds(arguments.warm_up_seconds);
    SALLYPORT_TRY(plan.pictures, camera_pictures(arguments.pictures));
    if (plan.session.empty()) {
        SALLYPORT_TRY(plan.session, redeem_token(plan, arguments.token));
    }
    SALLYPORT_TRY(plan.notice_version, notice_in_force(plan));
    return run_load(plan);
}

int run(int argc, char** argv) {
    Arguments arguments;
    LoadPlan& plan = arguments.plan;
    CLI::App app("Sends travelers through a running server and prints how long verdicts took.");
    app.add_option("--host", plan.host, "address of the server")->capture_default_str();
    app.add_option("--port", plan.port)->required();
    CLI::Option* token = app.add_option("--token", arguments.token, "one-time token of an officer");
    CLI::Option* session = app.add_option("--session", plan.session, "a session already open");
    token->excludes(session);
    app.add_option("--checkpoint", plan.checkpoint)->required();
    app.add_option("--pictures", arguments.pictures, "folder of JPEG and PNG pictures")->required();
    app.add_option("--connections", plan.connections)
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    app.add_option("--rate", plan.rate, "travelers a second in all; 0: as fast as they are done")
        ->check(CLI::NonNegativeNumber);
    app.add_option("--seconds", arguments.seconds)
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--warm-up", arguments.warm_up_seconds, "seconds before the measured ones")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app.add_flag("--json", arguments.as_json, "one JSON object on standard output");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exit_done : exit_wrong_use;
    }
    const Result<LoadReport> report = prepare_and_run(arguments);
    if (!report.has_value()) {
        fmt::print(stderr, "sallyport_load: {}\n", report.error().describe());
        return exit_not_done;
    }
    const json::object summary = report_json(arguments, *report);
    if (arguments.as_json) {
        fmt::print("{}\n", json::serialize(summary));
    } else {
        print_report(summary);
    }
    return report->failures.empty() ? exit_done : exit_failures;
}

} // namespace
} // namespace sallyport::bench

int main(int argc, char** argv) {
    return sallyport::bench::run(argc, argv);
}
