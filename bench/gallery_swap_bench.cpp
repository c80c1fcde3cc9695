// How long a traveler waits for the search while the gallery changes under it. A gallery of so many
// travelers is searched and decided by the code of the probe path, first alone and then while
// another thread takes travelers out and has them built in again without a pause: each turn
// publishes two new snapshots. Faces are synthetic unit vectors, read by an imitation of the engine
// from numbered pictures; list, seals, builder, copies and wiping are the real ones. Prints one
// JSON object; with
// --ratio-max the program fails when the p99 of the changing gallery is that much above the idle
// one.
#include "base/random.hpp"
#include "custody/keyfile_sealer.hpp"
#include "holdings/memory_holdings.hpp"
#include "imaging/codec.hpp"
#include "imaging/geometry.hpp"
#include "storage/sqlite/sqlite_records.hpp"
#include "verification/gallery_service.hpp"
#include "verification/internal/capture_pipeline.hpp"
#include "verification/manifest_service.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <random>
#include <spdlog/spdlog.h>
#include <stdlib.h> // NOLINT(modernize-deprecated-headers): mkdtemp
#include <sys/resource.h>
#include <thread>

namespace {

using namespace sallyport;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::size_t dimension = 512;
constexpr int side_px = 112;
constexpr int cell_px = 28; // 4 x 4 cells: 16 bits of a number

template <class T>
T must(Result<T> result) {
    if (!result.has_value()) {
        throw std::runtime_error(result.error().describe());
    }
    return *std::move(result);
}
void must(const Status& status) {
    if (!status.has_value()) {
        throw std::runtime_error(status.error().describe());
    }
}

biometrics::Template template_of(std::uint32_t person, const domain::TemplateVersion& version) {
    std::mt19937 random(person + 1);
    std::normal_distribution<float> value;
    std::vector<float> values(dimension);
    std::generate(values.begin(), values.end(), [&] { return value(random); });
    return must(biometrics::Template::make(version, values));
}

SecretBytes picture_of(std::uint32_t person) {
    imaging::Image image(side_px, side_px);
    for (int y = 0; y < side_px; ++y) {
        for (int x = 0; x < side_px; ++x) {
            const int bit = 4 * (y / cell_px) + x / cell_px;
            const std::uint8_t grey = ((person >> bit) & 1U) != 0 ? 180 : 80;
            std::fill_n(image.row(y) + std::ptrdiff_t{3} * x, 3, grey);
        }
    }
    return must(imaging::encode_jpeg(image, 90));
}

// One face as large as its picture; who it is stands in the picture's cells.
class NumberedFaces final : public biometrics::FaceEngine {
public:
    Result<std::vector<biometrics::FaceBox>>
    detect(const imaging::Image& image, biometrics::FaceTimings* /*timings*/) override {
        return std::vector<biometrics::FaceBox>{
            {.box =
                 {.left = 0,
                  .top = 0,
                  .width = static_cast<float>(image.width()),
                  .height = static_cast<float>(image.height())},
             .score = 1.0F}
        };
    }
    Result<biometrics::Face> locate(
        const imaging::Image& /*image*/,
        const biometrics::FaceBox& face,
        biometrics::FaceTimings* /*timings*/
    ) override {
        return biometrics::Face{
            .box = face.box, .landmarks = imaging::arcface_landmarks, .score = 1.0F
        };
    }
    Result<biometrics::Template> extract(
        const imaging::Image& image,
        const biometrics::Face& /*face*/,
        biometrics::FaceTimings* /*timings*/
    ) override {
        std::uint32_t person = 0;
        for (int bit = 0; bit < 16; ++bit) {
            const int y = (bit / 4) * cell_px + cell_px / 2;
            const int x = (bit % 4) * cell_px + cell_px / 2;
            person |= (image.row(y)[3 * x] > 130 ? 1U : 0U) << bit;
        }
        return template_of(person, version_);
    }
    [[nodiscard]] const domain::TemplateVersion& version() const override { return version_; }

private:
    domain::TemplateVersion version_{"synthetic"};
};

struct Folder {
    Folder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "sallyport-bench-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            throw std::runtime_error("no temporary folder can be made");
        }
        path = pattern;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::filesystem::path path;
};

// How often the kernel took the processor away from this thread: beyond a few, the machine was busy
// with something else and the percentiles tell of that.
long preemptions() {
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nivcsw;
}

struct Samples {
    std::vector<double> latencies_ms;
    long preempted = 0;
};

struct Options {
    std::uint32_t travelers = 5'000;
    double seconds = 10.0;
    double pause_ms = 0.0;
    double ratio_max = 0.0;
};

class Bench {
public:
    explicit Bench(const Options& options)
        : options_(options), custody_(must(custody::open_keyfile(folder_.path / "key", random_))),
          records_(must(storage::SqliteRecords::open(folder_.path / "records.db"))),
          engine_(std::make_shared<NumberedFaces>()),
          matcher_(std::make_shared<verification::Matcher>(verification::Matcher{
              engine_,
              must(domain::Calibration::make(
                  engine_->version(), {{1e-2, 0.2F}, {1e-5, 0.3F}, {1e-9, 0.4F}}, 1e-9
              ))
          })),
          events_(records_->records(), clock_), galleries_({
                                                    .records = records_->records(),
                                                    .unit_of_work = records_->unit_of_work(),
                                                    .sealer = custody_.sealer(),
                                                    .holdings = holdings_,
                                                    .matcher = matcher_,
                                                    .events = events_,
                                                    .clock = clock_,
                                                }),
          directory_(clock_) {
        open_flight();
    }

    [[nodiscard]] double build_seconds() const { return build_seconds_; }
    [[nodiscard]] std::size_t template_count() const {
        return must(galleries_.snapshot(context_.id))->template_count();
    }
    [[nodiscard]] std::uint64_t swaps() const { return swaps_; }

    // Latencies of searches, one after the other, for so long.
    Samples search_for(double seconds) {
        verification::Checkpoint checkpoint;
        checkpoint.profile.scope = {domain::ContextKind::Flight};
        checkpoint.contexts = {context_.id};
        const verification::PipelinePorts ports{
            .galleries = galleries_, .directory = directory_, .matcher = matcher_, .clock = clock_
        };
        std::vector<biometrics::Template> probes;
        for (std::uint32_t probe = 0; probe < 64; ++probe) {
            probes.push_back(template_of(probe * 7 % options_.travelers, engine_->version()));
        }
        std::vector<double> latencies_ms;
        const long preempted_before = preemptions();
        const auto ends = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
        for (std::size_t turn = 0; std::chrono::steady_clock::now() < ends; ++turn) {
            const biometrics::Template& probe = probes[turn % probes.size()];
            const auto begun = std::chrono::steady_clock::now();
            const auto matcher = matcher_.current();
            const auto found = must(verification::search_galleries(ports, checkpoint, probe));
            const double fmr =
                must(domain::fmr_for_fpir(checkpoint.profile.fpir_max, found.templates_searched, 3)
                );
            const auto threshold = must(matcher->calibration->threshold_for(fmr));
            const auto verdict =
                domain::decide(found.best_first, probe.version(), threshold, {.margin = 0.05});
            latencies_ms.push_back(Milliseconds(std::chrono::steady_clock::now() - begun).count());
            matches_ += verdict.match() != nullptr ? 1U : 0U;
        }
        return {
            .latencies_ms = std::move(latencies_ms), .preempted = preemptions() - preempted_before
        };
    }

    // Takes a few travelers out and has them built in again, over and over.
    void change_until(const std::atomic<bool>& stop) {
        constexpr std::size_t few = 20;
        for (std::size_t first = 0; !stop; first = (first + few) % (ids_.size() - few)) {
            galleries_.remove(context_.id, std::span(ids_).subspan(first, few));
            must(galleries_.request_build(context_.id));
            await_gallery();
            swaps_ += 2;
            std::this_thread::sleep_for(Milliseconds(options_.pause_ms));
        }
    }
    [[nodiscard]] std::size_t matches() const { return matches_; }

private:
    void open_flight() {
        context_.id = domain::ContextId::random(random_);
        context_.designator = "XX100";
        directory_.put(context_);
        auto work = must(records_->unit_of_work().begin());
        must(records_->records().add_context(*work, context_));
        for (std::uint32_t person = 0; person < options_.travelers; ++person) {
            domain::Traveler traveler;
            traveler.id = domain::TravelerId::random(random_);
            const std::string number = fmt::format("P{:07}", person);
            traveler.documents.push_back(
                {.type = "P", .number = number, .issuer = "UTO", .expiry = std::nullopt}
            );
            holdings::HeldPhoto photo;
            photo.bytes = picture_of(person);
            must(holdings_.add(number, std::move(photo)));
            verification::TravelerRow row;
            row.id = traveler.id;
            row.context = context_.id;
            row.identity = must(custody_.sealer().seal(
                domain::SealCategory::TravelerIdentity,
                traveler.id.bytes(),
                verification::traveler_to_json(traveler)
            ));
            row.keys.push_back(custody_.blind_index().key_of("document", number));
            must(records_->records().add_traveler(*work, row));
            ids_.push_back(traveler.id);
        }
        must(work->commit());
        work.reset(); // the builder writes its events
        const auto begun = std::chrono::steady_clock::now();
        must(galleries_.request_build(context_.id));
        await_gallery();
        build_seconds_ =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    }
    void await_gallery() {
        for (;;) {
            const auto coverage = must(galleries_.coverage(context_.id));
            if (coverage.state == verification::GalleryState::Failed) {
                throw std::runtime_error("the gallery failed");
            }
            if (!coverage.update_waiting) {
                return;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    }

    Options options_;
    Folder folder_;
    SystemClock clock_;
    SystemRandom random_;
    custody::KeyfileCustody custody_;
    std::unique_ptr<storage::SqliteRecords> records_;
    std::shared_ptr<NumberedFaces> engine_;
    verification::ActiveMatcher matcher_;
    verification::EventFeed events_;
    holdings::MemoryHoldings holdings_;
    verification::GalleryService galleries_;
    verification::ContextDirectory directory_;
    domain::Context context_;
    std::vector<domain::TravelerId> ids_;
    std::size_t matches_ = 0;
    std::atomic<std::uint64_t> swaps_{0};
    double build_seconds_ = 0.0;
};

double percentile(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

boost::json::object summary(const Samples& samples) {
    const std::vector<double>& latencies_ms = samples.latencies_ms;
    return {
        {"searches", latencies_ms.size()},
        {"p50_ms", percentile(latencies_ms, 0.50)},
        {"p99_ms", percentile(latencies_ms, 0.99)},
        {"max_ms", percentile(latencies_ms, 1.0)},
        {"preempted", samples.preempted}
    };
}

int run(const Options& options) {
    Bench bench(options);
    static_cast<void>(bench.search_for(1.0)); // warm-up
    const Samples idle = bench.search_for(options.seconds);
    std::atomic<bool> stop{false};
    Samples changing;
    {
        std::jthread changer([&] { bench.change_until(stop); });
        changing = bench.search_for(options.seconds);
        stop = true;
    }
    const double ratio =
        percentile(changing.latencies_ms, 0.99) / percentile(idle.latencies_ms, 0.99);
    const boost::json::object report{
        {"templates", bench.template_count()},
        {"dimension", dimension},
        {"threads", std::thread::hardware_concurrency()},
        {"build_seconds", bench.build_seconds()},
        {"idle", summary(idle)},
        {"swapping", summary(changing)},
        {"swaps", bench.swaps()},
        {"matched", bench.matches()},
        {"p99_ratio", ratio}
    };
    fmt::print("{}\n", boost::json::serialize(report));
    return options.ratio_max > 0.0 && ratio > options.ratio_max ? 1 : 0;
}

} // namespace

int main(int argc, char** argv) {
    spdlog::set_level(spdlog::level::err);
    Options options;
    CLI::App app("Search latency while galleries are swapped");
    app.add_option("--travelers", options.travelers, "travelers, one photo each")
        ->check(CLI::Range(100, 65'000));
    app.add_option("--seconds", options.seconds, "of each of the two measurements");
    app.add_option("--pause-ms", options.pause_ms, "between two changes of the gallery");
    app.add_option("--ratio-max", options.ratio_max, "fail above this ratio of the two p99");
    CLI11_PARSE(app, argc, argv);
    try {
        return run(options);
    } catch (const std::exception& error) {
        fmt::print(stderr, "gallery_swap_bench: {}\n", error.what());
        return 2;
    }
}
