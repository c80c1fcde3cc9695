// The configuration of one installation, read from a TOML file. Every fault of the file is
// reported, not just the first. docs/operations.md shows an example.
#pragma once

#include "base/result.hpp"
#include "domain/checkpoint_profile.hpp"
#include "domain/ids.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sallyport::app {

struct CheckpointConfig {
    domain::CheckpointName name;
    domain::CheckpointProfile profile;
};

struct Config {
    std::filesystem::path data;
    std::filesystem::path key_file; // outside the data folder where possible
    std::filesystem::path pack;
    std::filesystem::path packs; // folder of packs that may replace it while serving; may be empty
    std::filesystem::path holdings;
    std::filesystem::path trust_store; // empty: no chip is anchored
    std::filesystem::path web;
    std::filesystem::path schema;
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    std::size_t workers = 2;
    std::vector<CheckpointConfig> checkpoints;
};

// Relative paths count from the file's folder. ConfigInvalid lists every fault; IoFailed.
[[nodiscard]] Result<Config> read_config(const std::filesystem::path& file);

// The data folder as it is used, without a slash at its end, and the key file that stands beside it
// when none is named.
[[nodiscard]] std::filesystem::path folder_path(const std::filesystem::path& given);
[[nodiscard]] std::filesystem::path key_file_beside(const std::filesystem::path& data);

// A profile file, whole. ConfigInvalid names the file.
[[nodiscard]] Result<domain::CheckpointProfile> read_profile_file(const std::filesystem::path& file
);

// A small file into memory; IoFailed names it.
[[nodiscard]] Result<std::string> read_text_file(const std::filesystem::path& file);

} // namespace sallyport::app
