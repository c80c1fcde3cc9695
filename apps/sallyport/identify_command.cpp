// sallyport identify: pictures against a folder of photos, one folder a person. Templates live in
// memory only; the folder of an installation is refused, so that this is no back door to galleries.
#include "biometrics/pack_face_engine.hpp"
#include "capture/best_shot.hpp"
#include "commands.hpp"
#include "config.hpp"
#include "domain/verdict.hpp"
#include "evaluation/people_folder.hpp"
#include "exit_status.hpp"
#include "gallery/snapshot.hpp"
#include "imaging/codec.hpp"
#include "inference/model_pack.hpp"
#include "progress_bar.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <unordered_map>

namespace sallyport::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct Probe {
    std::string picture;
    domain::Verdict verdict = domain::Refer{domain::ReferReason::SystemFault};
    std::string person;
    float score = 0.0F;
    float threshold = 0.0F;
    std::size_t n = 0;
    std::size_t faces = 0;
};

Result<imaging::Image> read_picture(const fs::path& path) {
    SALLYPORT_TRY(const std::string text, read_text_file(path));
    const SecretBytes bytes(text.begin(), text.end());
    return imaging::decode_image(bytes);
}

Status refuse_data_folder(const fs::path& folder) {
    std::error_code error;
    for (fs::path level = fs::weakly_canonical(folder, error); !level.empty();
         level = level.parent_path()) {
        if (fs::exists(level / "records.db", error)) {
            return fail(
                ErrorCode::Forbidden,
                level.string() + " is an installation's data folder; identify does not read it"
            );
        }
        if (level == level.parent_path()) {
            break;
        }
    }
    return {};
}

class Identification {
public:
    static Result<Identification> load(const IdentifyCommand& command) {
        SALLYPORT_CHECK(refuse_data_folder(command.gallery));
        Identification identification;
        identification.fpir_ = command.fpir;
        SALLYPORT_TRY(const inference::ModelPack pack, inference::ModelPack::open(command.pack));
        identification.calibration_ = pack.calibration();
        SALLYPORT_TRY(identification.engine_, biometrics::load_face_engine(pack, {}));
        SALLYPORT_CHECK(identification.enrol(command.gallery, pack.template_dimension()));
        return identification;
    }

    Probe identify(const fs::path& picture) {
        Probe probe;
        probe.picture = picture.string();
        const Status done = run(picture, probe);
        if (!done.has_value()) {
            fmt::print(stderr, "{}: {}\n", probe.picture, done.error().describe());
            probe.verdict = domain::Verdict(done.error());
        }
        return probe;
    }

private:
    Status enrol(const fs::path& folder, std::size_t dimension) {
        SALLYPORT_TRY(const auto people, evaluation::list_people(folder));
        gallery::SnapshotBuilder builder(engine_->version(), dimension);
        SystemRandom random;
        ProgressBar bar("enrol");
        std::size_t done = 0;
        for (const evaluation::Person& person : people.people) {
            bar.show(done++, people.people.size());
            const auto id = domain::TravelerId::random(random);
            names_[id] = person.name;
            for (const fs::path& path : person.pictures) {
                auto image = read_picture(path);
                if (!image.has_value()) {
                    fmt::print(stderr, "{}: {}\n", path.string(), image.error().describe());
                    continue;
                }
                SALLYPORT_TRY(
                    const auto outcome,
                    capture::choose_best_shot(*engine_, std::span(&*image, 1), {.zone = {}})
                );
                if (!outcome.shot) {
                    fmt::print(
                        stderr, "{}: {}\n", path.string(), domain::refer_reason_name(outcome.reason)
                    );
                    continue;
                }
                SALLYPORT_TRY(const auto photo, engine_->extract(*image, outcome.shot->face));
                SALLYPORT_CHECK(builder.add(id, photo));
            }
        }
        snapshot_ = std::move(builder).freeze();
        return {};
    }

    Status run(const fs::path& picture, Probe& probe) {
        SALLYPORT_TRY(const imaging::Image image, read_picture(picture));
        SALLYPORT_TRY(
            const auto outcome,
            capture::choose_best_shot(*engine_, std::span(&image, 1), {.zone = {}})
        );
        probe.faces = outcome.faces_seen;
        if (!outcome.shot) {
            probe.verdict = domain::Refer{outcome.reason};
            return {};
        }
        if (snapshot_->template_count() == 0) {
            probe.verdict = domain::Refer{domain::ReferReason::NoHeldPhoto};
            return {};
        }
        SALLYPORT_TRY(const auto probe_template, engine_->extract(image, outcome.shot->face));
        SALLYPORT_TRY(const auto found, snapshot_->search(probe_template, {}));
        if (!calibration_) {
            return fail(ErrorCode::NoCalibration, "the pack has no calibration");
        }
        SALLYPORT_TRY(const double fmr, domain::fmr_for_fpir(fpir_, found.templates_searched, 1));
        SALLYPORT_TRY(const domain::Threshold threshold, calibration_->threshold_for(fmr));
        probe.n = found.templates_searched;
        probe.threshold = threshold.score;
        probe.score = found.best_first.front().score;
        probe.verdict = domain::decide(found.best_first, probe_template.version(), threshold, {});
        if (const domain::Match* match = probe.verdict.match()) {
            probe.person = names_[match->traveler()];
        }
        return {};
    }

    double fpir_ = 0.001;
    std::optional<domain::Calibration> calibration_;
    std::unique_ptr<biometrics::FaceEngine> engine_;
    std::shared_ptr<const gallery::Snapshot> snapshot_;
    std::unordered_map<domain::TravelerId, std::string> names_;
};

json::object probe_json(const Probe& probe, double fpir) {
    json::object object{
        {"picture", probe.picture},
        {"verdict", probe.verdict.name()},
        {"reason", nullptr},
        {"person", nullptr},
        {"score", probe.score},
        {"threshold", probe.threshold},
        {"n", probe.n},
        {"fpir", fpir},
        {"faces", probe.faces},
    };
    if (const domain::Refer* refer = probe.verdict.refer()) {
        object["reason"] = domain::refer_reason_name(refer->reason);
    }
    if (!probe.person.empty()) {
        object["person"] = probe.person;
    }
    return object;
}

void print_probe(const Probe& probe) {
    if (!probe.person.empty()) {
        fmt::print("{}: match, {}\n", probe.picture, probe.person);
    } else if (const domain::Refer* refer = probe.verdict.refer()) {
        fmt::print("{}: refer, {}\n", probe.picture, domain::refer_reason_name(refer->reason));
    } else {
        fmt::print("{}: no match\n", probe.picture);
    }
}

} // namespace

int run_identify(const IdentifyCommand& command) {
    auto identification = Identification::load(command);
    if (!identification.has_value()) {
        fmt::print(stderr, "sallyport: {}\n", identification.error().describe());
        return exit_could_not;
    }
    json::array probes;
    bool all_match = true;
    for (const fs::path& picture : command.pictures) {
        const Probe probe = identification->identify(picture);
        all_match = all_match && probe.verdict.match() != nullptr;
        if (command.json) {
            probes.push_back(probe_json(probe, command.fpir));
        } else {
            print_probe(probe);
        }
    }
    if (command.json) {
        fmt::print("{}\n", json::serialize(json::object{{"probes", std::move(probes)}}));
    }
    return all_match ? exit_done : exit_answer_is_no;
}

} // namespace sallyport::app
