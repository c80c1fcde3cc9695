#include "gallery/snapshot.hpp"
#include "gallery/template_rows.hpp"
#include "suites.hpp"

#include <benchmark/benchmark.h>
#include <cstring>
#include <fmt/format.h>
#include <memory>
#include <opencv2/core.hpp>
#include <random>

namespace sallyport::bench {

namespace {

using benchmark::State;
using biometrics::Template;

struct Size {
    std::size_t templates;
    std::size_t dimension;
};
constexpr Size sizes[] = {{420, 128}, {420, 512}, {42'000, 128}, {42'000, 512}};
constexpr std::size_t probes = 16;

[[nodiscard]] domain::TemplateVersion made_up_version() {
    return {"made-up@1"};
}

[[nodiscard]] Template random_template(std::mt19937_64& random, std::size_t dimension) {
    std::normal_distribution<float> normal;
    std::vector<float> values(dimension);
    for (float& value : values) {
        value = normal(random);
    }
    return Template::make(made_up_version(), values).value();
}

[[nodiscard]] domain::TravelerId random_id(std::mt19937_64& random) {
    IdBytes bytes{};
    for (std::byte& byte : bytes) {
        byte = static_cast<std::byte>(random());
    }
    return domain::TravelerId(bytes);
}

// One gallery in the forms that the contestants take, and the probes. Made when its first benchmark
// runs, and kept: making the largest takes seconds.
struct MadeUpGallery {
    std::vector<Template> templates;
    std::vector<domain::TravelerId> travelers;
    std::shared_ptr<const gallery::Snapshot> snapshot;
    cv::Mat matrix; // the same rows for the peers
    std::vector<Template> probe_templates;

    explicit MadeUpGallery(const Size& size) {
        std::mt19937_64 random(size.templates * 1'000 + size.dimension);
        gallery::SnapshotBuilder builder(made_up_version(), size.dimension);
        matrix.create(static_cast<int>(size.templates), static_cast<int>(size.dimension), CV_32F);
        for (std::size_t row = 0; row < size.templates; ++row) {
            templates.push_back(random_template(random, size.dimension));
            travelers.push_back(random_id(random));
            static_cast<void>(builder.add(travelers.back(), templates.back()));
            const std::span<const float> values = templates.back().values();
            std::copy(values.begin(), values.end(), matrix.ptr<float>(static_cast<int>(row)));
        }
        for (std::size_t probe = 0; probe < probes; ++probe) {
            probe_templates.push_back(random_template(random, size.dimension));
        }
        snapshot = std::move(builder).freeze();
    }
};

class LazyGallery {
public:
    explicit LazyGallery(const Size& size) : size_(size) {}
    [[nodiscard]] const MadeUpGallery& get() {
        if (made_ == nullptr) {
            made_ = std::make_unique<MadeUpGallery>(size_);
        }
        return *made_;
    }

private:
    Size size_;
    std::unique_ptr<MadeUpGallery> made_;
};
using Gallery = std::shared_ptr<LazyGallery>;

void count_bytes(State& state, const Size& size) {
    state.SetBytesProcessed(
        state.iterations() *
        static_cast<std::int64_t>(size.templates * size.dimension * sizeof(float))
    );
}

// Runs one contestant on the probes in turn. What it returns is the best score, so that every
// contestant has to look at all of them.
template <class Contestant>
void add(
    const std::string& contestant, const Size& size, const Gallery& gallery, Contestant find_best
) {
    const std::string name =
        fmt::format("search/{}/n:{}/d:{}", contestant, size.templates, size.dimension);
    benchmark::RegisterBenchmark(name.c_str(), [gallery, find_best, size](State& state) {
        const MadeUpGallery& made = gallery->get();
        std::size_t turn = 0;
        for (auto iteration : state) {
            float best = find_best(made, made.probe_templates[turn++ % probes]);
            benchmark::DoNotOptimize(best);
        }
        count_bytes(state, size);
    })->Unit(benchmark::kMicrosecond);
}

float snapshot_best(const MadeUpGallery& made, const Template& probe) {
    return made.snapshot->search(probe, {}).value().best_first.front().score;
}

// What anybody would write first; the compiler may not reorder the additions.
float plain_loop_best(const MadeUpGallery& made, const Template& probe) {
    float best = -1.0F;
    for (int row = 0; row < made.matrix.rows; ++row) {
        const float* values = made.matrix.ptr<float>(row);
        float sum = 0.0F;
        for (std::size_t at = 0; at < probe.values().size(); ++at) {
            sum += values[at] * probe.values()[at];
        }
        best = std::max(best, sum);
    }
    return best;
}

// OpenCV's vectorised dot product, row by row: many times faster than its cv::gemm with one column.
float opencv_best(const MadeUpGallery& made, const Template& probe) {
    const int dimension = made.matrix.cols;
    cv::Mat wanted(1, dimension, CV_32F);
    std::copy(probe.values().begin(), probe.values().end(), wanted.ptr<float>());
    double best = -1.0;
    for (int row = 0; row < made.matrix.rows; ++row) {
        best = std::max(best, made.matrix.row(row).dot(wanted));
    }
    return static_cast<float>(best);
}

// How fast this machine reads that much memory at all: the C library looks for a byte that is not
// there. A scan that comes near this has nothing left to gain.
void add_read_bandwidth(const Size& size) {
    const std::string name = fmt::format("memory/read/n:{}/d:{}", size.templates, size.dimension);
    benchmark::RegisterBenchmark(name.c_str(), [size](State& state) {
        const std::vector<char> bytes(size.templates * size.dimension * sizeof(float), 1);
        for (auto iteration : state) {
            const void* found = std::memchr(bytes.data(), 0, bytes.size());
            benchmark::DoNotOptimize(found);
        }
        count_bytes(state, size);
    })->Unit(benchmark::kMicrosecond);
}

void add_one_to_one(std::size_t dimension) {
    const std::string name = fmt::format("compare/one_to_one/d:{}", dimension);
    benchmark::RegisterBenchmark(name.c_str(), [dimension](State& state) {
        std::mt19937_64 random(dimension);
        const Template left = random_template(random, dimension);
        const Template right = random_template(random, dimension);
        for (auto iteration : state) {
            auto score = biometrics::compare(left, right);
            benchmark::DoNotOptimize(score);
        }
    })->Unit(benchmark::kNanosecond);
}

void add_changes(const Size& size, const Gallery& gallery) {
    const std::string of_size = fmt::format("n:{}/d:{}", size.templates, size.dimension);
    benchmark::RegisterBenchmark(
        ("gallery/without_one/" + of_size).c_str(),
        [gallery](State& state) {
            const MadeUpGallery& made = gallery->get();
            for (auto iteration : state) {
                auto smaller = made.snapshot->without(made.travelers[made.travelers.size() / 2]);
                benchmark::DoNotOptimize(smaller);
            }
        }
    )->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark(
        ("gallery/build/" + of_size).c_str(),
        [gallery, size](State& state) {
            const MadeUpGallery& made = gallery->get();
            for (auto iteration : state) {
                gallery::SnapshotBuilder builder(made_up_version(), size.dimension);
                for (std::size_t row = 0; row < size.templates; ++row) {
                    static_cast<void>(builder.add(made.travelers[row], made.templates[row]));
                }
                auto built = std::move(builder).freeze();
                benchmark::DoNotOptimize(built);
            }
        }
    )->Unit(benchmark::kMillisecond);
}

} // namespace

void register_search_benchmarks() {
    // One thread, like the others.
    cv::setNumThreads(1);
    for (const Size& size : sizes) {
        const Gallery gallery = std::make_shared<LazyGallery>(size);
        add("snapshot", size, gallery, snapshot_best);
        add("peer_plain_loop", size, gallery, plain_loop_best);
        add("peer_opencv_dot", size, gallery, opencv_best);
        add_read_bandwidth(size);
        add_changes(size, gallery);
    }
    add_one_to_one(128);
    add_one_to_one(512);
}

} // namespace sallyport::bench
