#include "capture/best_shot.hpp"
#include "domain/verdict.hpp"
#include "gallery/snapshot.hpp"
#include "imaging/codec.hpp"
#include "suites.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <memory>
#include <random>

namespace sallyport::bench {

namespace {

using benchmark::State;
using biometrics::Face;
using biometrics::FaceBox;
using biometrics::Template;

// What the steps before found in one portrait, so that each step is measured on its own.
struct KnownFace {
    const NamedPicture* picture = nullptr;
    FaceBox box;
    Face face;
    Template live;
};
using KnownFaces = std::shared_ptr<const std::vector<KnownFace>>;

[[nodiscard]] Result<KnownFace>
find_face(biometrics::FaceEngine& engine, const NamedPicture& picture) {
    SALLYPORT_TRY(const std::vector<FaceBox> faces, engine.detect(picture.image));
    const auto chosen =
        capture::choose_traveler(faces, picture_width_px, picture_height_px, domain::Zone{});
    if (!chosen.has_value()) {
        return fail(ErrorCode::NotFound, "no face");
    }
    KnownFace known;
    known.picture = &picture;
    known.box = faces[*chosen];
    SALLYPORT_TRY(known.face, engine.locate(picture.image, known.box));
    SALLYPORT_TRY(known.live, engine.extract(picture.image, known.face));
    return known;
}

[[nodiscard]] domain::TravelerId random_id(std::mt19937_64& random) {
    IdBytes bytes{};
    for (std::byte& byte : bytes) {
        byte = static_cast<std::byte>(random());
    }
    return domain::TravelerId(bytes);
}

// Several portraits show the same person; two identities with one face would be a tie.
constexpr float same_person_score = 0.45F;

[[nodiscard]] std::vector<domain::TravelerId>
one_id_a_person(const std::vector<KnownFace>& faces, std::mt19937_64& random) {
    std::vector<domain::TravelerId> ids;
    for (const KnownFace& known : faces) {
        domain::TravelerId id = random_id(random);
        for (std::size_t earlier = 0; earlier < ids.size(); ++earlier) {
            const auto score = biometrics::compare(known.live, faces[earlier].live);
            if (score.has_value() && *score >= same_person_score) {
                id = ids[earlier];
            }
        }
        ids.push_back(id);
    }
    return ids;
}

// A flight: the people of the portraits, and made-up templates up to its size.
[[nodiscard]] std::shared_ptr<const gallery::Snapshot> flight(
    const biometrics::FaceEngine& engine, const std::vector<KnownFace>& faces, std::size_t size
) {
    std::mt19937_64 random(420);
    std::normal_distribution<float> normal;
    const std::size_t dimension = faces.front().live.values().size();
    gallery::SnapshotBuilder builder(engine.version(), dimension);
    const std::vector<domain::TravelerId> ids = one_id_a_person(faces, random);
    for (std::size_t index = 0; index < faces.size(); ++index) {
        static_cast<void>(builder.add(ids[index], faces[index].live));
    }
    for (std::size_t index = faces.size(); index < size; ++index) {
        std::vector<float> values(dimension);
        for (float& value : values) {
            value = normal(random);
        }
        const Template made_up = Template::make(engine.version(), values).value();
        static_cast<void>(builder.add(random_id(random), made_up));
    }
    return std::move(builder).freeze();
}

// From a camera's bytes to a verdict, as the server does it for one frame, without the record.
[[nodiscard]] Result<domain::Verdict> whole_probe(
    biometrics::FaceEngine& engine, const gallery::Snapshot& gallery, const NamedPicture& picture
) {
    SALLYPORT_TRY(const imaging::Image image, imaging::decode_image(picture.jpeg));
    SALLYPORT_TRY(
        const capture::CaptureOutcome outcome,
        capture::choose_best_shot(engine, {&image, 1}, capture::CaptureRules{})
    );
    if (!outcome.shot.has_value()) {
        return domain::Verdict(domain::Refer{outcome.reason});
    }
    SALLYPORT_TRY(const Template probe, engine.extract(image, outcome.shot->face));
    SALLYPORT_TRY(const gallery::SearchResult found, gallery.search(probe, {}));
    // About the default pack's score at a false match rate of one in a million.
    const domain::Threshold threshold{0.52F, engine.version(), 1e-6};
    return domain::decide(found.best_first, gallery.version(), threshold, domain::TiePolicy{});
}

// Goes through the faces in turn and measures one step on each.
template <class Step>
void add(const std::string& name, const KnownFaces& faces, Step step) {
    benchmark::RegisterBenchmark(name.c_str(), [faces, step](State& state) {
        std::size_t turn = 0;
        for (auto iteration : state) {
            auto result = step((*faces)[turn++ % faces->size()]);
            if (!result.has_value()) {
                state.SkipWithError(result.error().describe().c_str());
                break;
            }
            benchmark::DoNotOptimize(result);
        }
    })->Unit(benchmark::kMillisecond);
}

void add_whole_probe(biometrics::FaceEngine& engine, const KnownFaces& faces, std::size_t size) {
    const auto gallery = flight(engine, *faces, size);
    const std::string name = fmt::format("face/whole_probe_decode_to_verdict/n:{}", size);
    benchmark::RegisterBenchmark(name.c_str(), [&engine, faces, gallery](State& state) {
        std::size_t turn = 0;
        std::size_t matches = 0;
        for (auto iteration : state) {
            const KnownFace& known = (*faces)[turn++ % faces->size()];
            const auto verdict = whole_probe(engine, *gallery, *known.picture);
            if (!verdict.has_value()) {
                state.SkipWithError(verdict.error().describe().c_str());
                break;
            }
            matches += verdict->match() != nullptr ? 1U : 0U;
        }
        // The same picture is held, so a probe that does not match is one that was not searched.
        state.counters["matched"] =
            benchmark::Counter(static_cast<double>(matches), benchmark::Counter::kAvgIterations);
    })->Unit(benchmark::kMillisecond);
}

} // namespace

void register_face_benchmarks(
    biometrics::FaceEngine& engine, const std::vector<NamedPicture>& portraits
) {
    std::vector<KnownFace> found;
    for (const NamedPicture& portrait : portraits) {
        auto known = find_face(engine, portrait);
        if (known.has_value()) {
            found.push_back(*std::move(known));
        } else {
            fmt::print(
                stderr, "portrait {} left out: {}\n", portrait.name, known.error().describe()
            );
        }
    }
    if (found.empty()) {
        return;
    }
    const KnownFaces faces = std::make_shared<const std::vector<KnownFace>>(std::move(found));
    add("face/decode/640x480", faces, [](const KnownFace& known) {
        return imaging::decode_image(known.picture->jpeg);
    });
    add("face/detect", faces, [&engine](const KnownFace& known) {
        return engine.detect(known.picture->image);
    });
    add("face/locate", faces, [&engine](const KnownFace& known) {
        return engine.locate(known.picture->image, known.box);
    });
    add("face/template_with_align", faces, [&engine](const KnownFace& known) {
        return engine.extract(known.picture->image, known.face);
    });
    add("face/best_shot_of_one_frame", faces, [&engine](const KnownFace& known) {
        return capture::choose_best_shot(
            engine, {&known.picture->image, 1}, capture::CaptureRules{}
        );
    });
    add_whole_probe(engine, faces, 420);
    add_whole_probe(engine, faces, 42'000);
}

} // namespace sallyport::bench
