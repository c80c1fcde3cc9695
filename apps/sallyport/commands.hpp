// One function for each command of the program. Each prints its answer on standard output (one JSON
// object with --json), messages on standard error, and returns an exit status.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::app {

struct ServeCommand {
    std::filesystem::path config;
    std::optional<std::uint16_t> port;
    std::optional<std::filesystem::path> data;
    std::filesystem::path token_file;
    bool json = false;
};
int run_serve(const ServeCommand& command);

struct DemoCommand {
    std::filesystem::path photos; // one folder a person; empty: the official portraits
    std::filesystem::path data;   // empty: a folder that is removed at the end
    std::uint16_t port = 0;
    bool check = false;
    bool browser = true;
    bool play = true;
    bool json = false;
};
int run_demo(const DemoCommand& command);

struct LintCommand {
    std::vector<std::filesystem::path> files;
    bool json = false;
};
int run_manifest_lint(const LintCommand& command);

struct IdentifyCommand {
    std::filesystem::path gallery;
    std::vector<std::filesystem::path> pictures;
    std::filesystem::path pack;
    double fpir = 0.001;
    bool json = false;
};
int run_identify(const IdentifyCommand& command);

struct PackCommand {
    std::filesystem::path pack;
    bool json = false;
};
int run_pack_inspect(const PackCommand& command);

struct CalibrateCommand {
    std::filesystem::path pack;
    std::filesystem::path people;
    std::filesystem::path corrections;
    std::string half = "all"; // a, b or all
    std::filesystem::path out;
    bool json = false;
};
int run_pack_calibrate(const CalibrateCommand& command);

int run_version(bool json);

} // namespace sallyport::app
