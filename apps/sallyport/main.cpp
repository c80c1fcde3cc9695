// The program: reads the command line and hands over to one file per command.
#include "commands.hpp"
#include "document_options.hpp"
#include "exit_status.hpp"
#include "runtime_paths.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

namespace sallyport::app {

int run_version(bool json) {
    if (json) {
        fmt::print(
            "{}\n", boost::json::serialize(boost::json::object{{"version", SALLYPORT_VERSION}})
        );
    } else {
        fmt::print("sallyport {}\n", SALLYPORT_VERSION);
    }
    return exit_done;
}

namespace {

// Pictures and templates are in this process's memory: they must not land in a core file.
void forbid_core_dumps() {
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    ::setrlimit(RLIMIT_CORE, &none);
}

// Standard output is for answers; everything else goes to standard error.
void log_to_standard_error() {
    auto logger = spdlog::stderr_logger_mt("sallyport");
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %v");
    spdlog::set_default_logger(std::move(logger));
}

void add_serve(CLI::App& app, int& status) {
    auto* serve = app.add_subcommand("serve", "Run the service by a configuration file");
    auto command = std::make_shared<ServeCommand>();
    serve->add_option("--config", command->config, "TOML file (docs/operations.md)")
        ->required()
        ->check(CLI::ExistingFile);
    serve->add_option("--port", command->port, "Port on the loopback; 0 takes a free one");
    serve->add_option("--data", command->data, "Data folder, instead of the configured one");
    serve->add_option(
        "--token-file", command->token_file, "Write the start token here (mode 0600)"
    );
    serve->add_flag("--json", command->json, "Say where it listens as one JSON object");
    serve->callback([command, &status] { status = run_serve(*command); });
}

void add_demo(CLI::App& app, int& status) {
    auto* demo = app.add_subcommand("demo", "Board a demonstration flight of 20 travelers");
    auto command = std::make_shared<DemoCommand>();
    demo->add_option("--photos", command->photos, "Board a folder of your own: one folder a person")
        ->check(CLI::ExistingDirectory);
    demo->add_option("--data", command->data, "Keep the data folder here");
    demo->add_option("--port", command->port, "Port on the loopback; 0 takes a free one");
    demo->add_flag("--check", command->check, "Run without a browser, print one JSON object, end");
    demo->add_flag("!--no-browser", command->browser, "Do not open the officer console");
    demo->add_flag("!--no-play", command->play, "Play no travelers; the kiosk waits for you");
    demo->add_flag("--json", command->json, "Say where it listens as one JSON object");
    demo->callback([command, &status] { status = run_demo(*command); });
}

void add_manifest(CLI::App& app, int& status) {
    auto* manifest = app.add_subcommand("manifest", "Passenger lists");
    manifest->require_subcommand(1);
    auto* lint = manifest->add_subcommand("lint", "Read lists and say every fault with its place");
    auto command = std::make_shared<LintCommand>();
    lint->add_option("FILE", command->files, "PAXLST, as sent or as received, JSON or CSV")
        ->required()
        ->check(CLI::ExistingFile);
    lint->add_flag("--json", command->json, "One JSON object");
    lint->callback([command, &status] { status = run_manifest_lint(*command); });
}

void add_identify(CLI::App& app, int& status) {
    auto* identify = app.add_subcommand(
        "identify", "Compare pictures with a folder of photos, one folder a person"
    );
    auto command = std::make_shared<IdentifyCommand>();
    command->pack = default_pack();
    identify->add_option("--gallery", command->gallery, "Folder with one folder a person")
        ->required()
        ->check(CLI::ExistingDirectory);
    identify->add_option("PICTURE", command->pictures, "JPEG or PNG")->required();
    identify->add_option("--pack", command->pack, "Model pack");
    identify->add_option("--fpir", command->fpir, "Permitted false positive identification rate")
        ->check(CLI::Range(1e-6, 0.1));
    identify->add_flag("--json", command->json, "One JSON object");
    identify->callback([command, &status] { status = run_identify(*command); });
}

void add_pack(CLI::App& app, int& status) {
    auto* pack = app.add_subcommand("pack", "Model packs");
    pack->require_subcommand(1);
    auto inspect_command = std::make_shared<PackCommand>();
    inspect_command->pack = default_pack();
    auto* inspect = pack->add_subcommand("inspect", "Check the digests and say what a pack is");
    inspect->add_option("PACK", inspect_command->pack, "Folder of the pack");
    inspect->add_flag("--json", inspect_command->json, "One JSON object");
    inspect->callback([inspect_command, &status] { status = run_pack_inspect(*inspect_command); });

    auto command = std::make_shared<CalibrateCommand>();
    command->pack = default_pack();
    auto* calibrate = pack->add_subcommand(
        "calibrate", "Measure the impostor tail on a folder of people and write calibration.json"
    );
    calibrate->add_option("--pack", command->pack, "Folder of the pack");
    calibrate->add_option("--people", command->people, "One folder a person")
        ->required()
        ->check(CLI::ExistingDirectory);
    calibrate->add_option("--corrections", command->corrections, "CSV of label errors")
        ->check(CLI::ExistingFile);
    calibrate->add_option("--half", command->half, "Half of the people by a hash of the name")
        ->check(CLI::IsMember({"a", "b", "all"}));
    calibrate->add_option("--out", command->out, "File to write")->required();
    calibrate->add_flag("--json", command->json, "One JSON object");
    calibrate->callback([command, &status] { status = run_pack_calibrate(*command); });
}

int run(int argc, char** argv) {
    forbid_core_dumps();
    log_to_standard_error();
    CLI::App app("Traveler verification: passenger list, gallery, face, verdict, record");
    app.require_subcommand(1);
    int status = exit_done;
    add_serve(app, status);
    add_demo(app, status);
    add_manifest(app, status);
    add_document(app, status);
    add_identify(app, status);
    add_pack(app, status);
    bool version_json = false;
    auto* version = app.add_subcommand("version", "Print the version");
    version->add_flag("--json", version_json, "One JSON object");
    version->callback([&version_json, &status] { status = run_version(version_json); });
    app.footer("Exit status: 0 done, 1 the answer is no, 2 wrong use, 3 it could not be done.");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // CLI11 prints help or the fault; its own codes mean nothing to our callers.
        return app.exit(error) == 0 ? exit_done : exit_wrong_use;
    }
    return status;
}

} // namespace
} // namespace sallyport::app

int main(int argc, char** argv) {
    try {
        return sallyport::app::run(argc, argv);
    } catch (const std::exception& error) {
        // Nothing of ours throws; a library that does must not end in a core dump.
        std::fprintf(stderr, "sallyport: %s\n", error.what());
        return sallyport::app::exit_could_not;
    }
}
