#include "config.hpp"

#include "runtime_paths.hpp"
#include "verification/checkpoints.hpp"

#include <cstdlib>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <sstream>
#include <toml++/toml.h>

namespace sallyport::app {
namespace {

namespace fs = std::filesystem;

class ConfigReader {
public:
    explicit ConfigReader(fs::path file) : file_(std::move(file)) {}

    Result<Config> read(const toml::table& table) {
        Config config;
        known(
            table,
            {"data",
             "key_file",
             "pack",
             "packs",
             "holdings",
             "trust_store",
             "web",
             "schema",
             "server",
             "checkpoint"},
            ""
        );
        config.data = folder_path(path(table, "data", {}));
        config.key_file = path(table, "key_file", {});
        config.pack = path(table, "pack", default_pack());
        config.packs = path(table, "packs", {});
        config.holdings = path(table, "holdings", {});
        config.trust_store = path(table, "trust_store", {});
        config.web = path(table, "web", web_folder());
        config.schema = path(table, "schema", schema_folder());
        if (config.data.empty()) {
            faults_.push_back("data: the data folder is needed");
        }
        if (config.key_file.empty() && !config.data.empty()) {
            config.key_file = key_file_beside(config.data);
        }
        if (const toml::table* server = table["server"].as_table()) {
            known(*server, {"address", "port", "workers"}, "server.");
            config.address = (*server)["address"].value_or(std::string("127.0.0.1"));
            config.port = static_cast<std::uint16_t>(integer(*server, "port", 0, 65'535, 0));
            config.workers = static_cast<std::size_t>(integer(*server, "workers", 1, 64, 2));
        }
        read_checkpoints(table, config);
        if (!faults_.empty()) {
            return fail(
                ErrorCode::ConfigInvalid,
                fmt::format("{}: {}", file_.string(), fmt::join(faults_, "; "))
            );
        }
        return config;
    }

private:
    void read_checkpoints(const toml::table& table, Config& config) {
        const toml::array* checkpoints = table["checkpoint"].as_array();
        if (checkpoints == nullptr || checkpoints->empty()) {
            faults_.push_back("[[checkpoint]]: at least one is needed");
            return;
        }
        for (const toml::node& node : *checkpoints) {
            const toml::table* entry = node.as_table();
            if (entry == nullptr) {
                faults_.push_back("[[checkpoint]]: a table is needed");
                continue;
            }
            known(*entry, {"name", "profile"}, "checkpoint.");
            const auto name = (*entry)["name"].value<std::string>();
            const fs::path profile = path(*entry, "profile", {});
            if (!name || profile.empty()) {
                faults_.push_back("[[checkpoint]]: name and profile are needed");
                continue;
            }
            auto read = read_profile_file(profile);
            if (!read.has_value()) {
                faults_.push_back(read.error().describe());
                continue;
            }
            config.checkpoints.push_back({.name = {*name}, .profile = *read});
        }
    }

    fs::path path(const toml::table& table, std::string_view key, fs::path fallback) {
        const auto value = table[key].value<std::string>();
        if (!value) {
            if (table.contains(key)) {
                faults_.push_back(fmt::format("{}: a path is needed", key));
            }
            return fallback;
        }
        const fs::path given(*value);
        return given.is_absolute() ? given : fs::absolute(file_).parent_path() / given;
    }

    std::int64_t integer(
        const toml::table& table,
        std::string_view key,
        std::int64_t low,
        std::int64_t high,
        std::int64_t fallback
    ) {
        if (!table.contains(key)) {
            return fallback;
        }
        const auto value = table[key].value<std::int64_t>();
        if (!value || *value < low || *value > high) {
            faults_.push_back(
                fmt::format("{}: a whole number from {} to {} is needed", key, low, high)
            );
            return fallback;
        }
        return *value;
    }

    void known(
        const toml::table& table,
        std::initializer_list<std::string_view> keys,
        std::string_view prefix
    ) {
        for (const auto& [key, value] : table) {
            if (std::find(keys.begin(), keys.end(), key.str()) == keys.end()) {
                faults_.push_back(fmt::format("{}{}: unknown field", prefix, key.str()));
            }
        }
    }

    fs::path file_;
    std::vector<std::string> faults_;
};

} // namespace

fs::path folder_path(const fs::path& given) {
    const fs::path normal = given.lexically_normal();
    return normal.has_filename() || !normal.has_relative_path() ? normal : normal.parent_path();
}

fs::path key_file_beside(const fs::path& data) {
    return data.string() + ".key";
}

std::filesystem::path home() {
    // Read once at start, before any thread.
    const char* given = std::getenv("SALLYPORT_HOME"); // NOLINT(concurrency-mt-unsafe)
    return given != nullptr && *given != '\0' ? fs::path(given) : fs::path(SALLYPORT_SOURCE_DIR);
}

Result<std::string> read_text_file(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    if (!stream || !(text << stream.rdbuf())) {
        std::error_code error;
        if (fs::is_regular_file(file, error) && fs::file_size(file, error) == 0) {
            return std::string();
        }
        return fail(ErrorCode::IoFailed, "cannot read " + file.string());
    }
    return text.str();
}

Result<domain::CheckpointProfile> read_profile_file(const fs::path& file) {
    SALLYPORT_TRY(const std::string text, read_text_file(file));
    auto profile = verification::read_profile(text);
    if (!profile.has_value()) {
        return fail(ErrorCode::ConfigInvalid, file.string(), std::move(profile).error());
    }
    return profile;
}

Result<Config> read_config(const fs::path& file) {
    SALLYPORT_TRY(const std::string text, read_text_file(file));
    try {
        return ConfigReader(file).read(toml::parse(text));
    } catch (const toml::parse_error& error) {
        return fail(
            ErrorCode::ConfigInvalid,
            fmt::format(
                "{}, line {}: {}", file.string(), error.source().begin.line, error.description()
            )
        );
    }
}

} // namespace sallyport::app
