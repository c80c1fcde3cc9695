// sallyport pack inspect, sallyport pack calibrate
#include "biometrics/pack_face_engine.hpp"
#include "commands.hpp"
#include "domain/threshold_policy.hpp"
#include "evaluation/calibrate.hpp"
#include "exit_status.hpp"
#include "inference/model_pack.hpp"
#include "progress_bar.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace sallyport::app {
namespace {

namespace json = boost::json;

std::string_view role_name(inference::ModelRole role) {
    switch (role) {
    case inference::ModelRole::Detector:
        return "detector";
    case inference::ModelRole::Landmarks:
        return "landmarks";
    case inference::ModelRole::Recogniser:
        return "recogniser";
    case inference::ModelRole::Proposal:
        return "proposal";
    case inference::ModelRole::Refine:
        return "refine";
    case inference::ModelRole::Quality:
        return "quality";
    case inference::ModelRole::AttackDetection:
        return "attack_detection";
    }
    return "detector";
}

int report(const Error& error) {
    fmt::print(stderr, "sallyport: {}\n", error.describe());
    return exit_could_not;
}

json::object pack_json(const inference::ModelPack& pack) {
    json::array files;
    for (const inference::ModelFile& file : pack.files()) {
        files.push_back(json::object{
            {"role", role_name(file.role)},
            {"file", file.path.filename().string()},
            {"sha256", file.sha256},
            {"origin", file.origin},
            {"licence", file.licence},
            {"training_data", file.training_data},
        });
    }
    json::value calibration = nullptr;
    if (const auto& measured = pack.calibration()) {
        json::array points;
        for (const domain::CalibrationPoint& point : measured->points()) {
            points.push_back(json::object{{"fmr", point.fmr}, {"score", point.score}});
        }
        calibration = json::object{
            {"fmr_min", measured->fmr_min()},
            {"evidence", pack.calibration_evidence()},
            {"points", std::move(points)},
        };
    }
    return {
        {"name", pack.name()},
        {"version", pack.pack_version()},
        {"template_version", pack.template_version().value},
        {"template_dimension", pack.template_dimension()},
        {"mirror", pack.mirror()},
        {"files", std::move(files)},
        {"calibration", std::move(calibration)},
        {"limits_of_use", pack.limits_of_use()},
    };
}

void print_pack(const inference::ModelPack& pack) {
    fmt::print("{} {} ({})\n", pack.name(), pack.pack_version(), pack.template_version().value);
    fmt::print(
        "template: {} numbers{}\n",
        pack.template_dimension(),
        pack.mirror() ? ", mirrored picture added" : ""
    );
    for (const inference::ModelFile& file : pack.files()) {
        fmt::print("\n{}: {} (digest good)\n", role_name(file.role), file.path.filename().string());
        fmt::print("  origin    {}\n  licence   {}\n", file.origin, file.licence);
        if (!file.training_data.empty()) {
            fmt::print("  training  {}\n", file.training_data);
        }
    }
    const auto& calibration = pack.calibration();
    if (!calibration) {
        fmt::print("\nno calibration: every search refers to a person\n");
    } else {
        fmt::print("\ncalibration: {}\n", pack.calibration_evidence());
        fmt::print("  N templates  FPIR 1 %   0.1 %   0.01 %   (score, 3 attempts)\n");
        for (const std::size_t n : {20U, 420U, 2'000U, 42'000U}) {
            fmt::print("  {:>11}", n);
            for (const double fpir : {0.01, 0.001, 0.0001}) {
                const auto fmr = domain::fmr_for_fpir(fpir, n, 3);
                const auto threshold = calibration->threshold_for(fmr.value_or(0.0));
                if (threshold.has_value()) {
                    fmt::print("  {:>7.3f}", threshold->score);
                } else {
                    fmt::print("  {:>7}", "refer");
                }
            }
            fmt::print("\n");
        }
    }
    fmt::print("\n{}\n", pack.limits_of_use());
}

} // namespace

int run_pack_inspect(const PackCommand& command) {
    const auto pack = inference::ModelPack::open(command.pack);
    if (!pack.has_value()) {
        return report(pack.error());
    }
    if (command.json) {
        fmt::print("{}\n", json::serialize(pack_json(*pack)));
    } else {
        print_pack(*pack);
    }
    return exit_done;
}

namespace {

Result<evaluation::CalibrationReport> calibrate(const CalibrateCommand& command) {
    SALLYPORT_TRY(const inference::ModelPack pack, inference::ModelPack::open(command.pack));
    SALLYPORT_TRY(const auto engine, biometrics::load_face_engine(pack, {}));
    SALLYPORT_TRY(evaluation::PeopleSelection people, evaluation::list_people(command.people));
    if (!command.corrections.empty()) {
        SALLYPORT_TRY(
            const auto applied, evaluation::apply_corrections(people, command.corrections)
        );
        fmt::print(
            stderr,
            "corrections: {} people merged, {} pictures dropped, {} twins kept apart, {} unused\n",
            applied.people_merged,
            applied.pictures_dropped,
            applied.twins,
            applied.rows_unused
        );
    }
    if (command.half != "all") {
        people = evaluation::select_half(
            people, command.half == "a" ? evaluation::Half::A : evaluation::Half::B
        );
    }
    ProgressBar bar("templates");
    SALLYPORT_TRY(
        evaluation::CalibrationReport measured,
        evaluation::calibrate(
            *engine, people, [&bar](std::size_t done, std::size_t total) { bar.show(done, total); }
        )
    );
    SALLYPORT_CHECK(evaluation::write_calibration(command.out, measured));
    return measured;
}

} // namespace

int run_pack_calibrate(const CalibrateCommand& command) {
    const auto measured = calibrate(command);
    if (!measured.has_value()) {
        return report(measured.error());
    }
    if (command.json) {
        fmt::print(
            "{}\n",
            json::serialize(json::object{
                {"file", command.out.string()},
                {"people", measured->people},
                {"pictures", measured->pictures},
                {"non_mated_pairs", measured->non_mated_pairs},
                {"fmr_min", measured->fmr_min},
                {"summary", measured->summary()},
            })
        );
    } else {
        fmt::print("{}\nwritten to {}\n", measured->summary(), command.out.string());
    }
    return exit_done;
}

} // namespace sallyport::app
