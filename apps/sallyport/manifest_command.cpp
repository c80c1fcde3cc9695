// sallyport manifest lint
#include "base/limits.hpp"
#include "commands.hpp"
#include "config.hpp"
#include "exit_status.hpp"
#include "manifest/lint.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sallyport::app {

int run_manifest_lint(const LintCommand& command) {
    std::vector<manifest::LintedFile> files;
    bool clean = true;
    for (const std::filesystem::path& path : command.files) {
        std::error_code error;
        const auto size = std::filesystem::file_size(path, error);
        if (error || size > limits::manifest_bytes_max) {
            fmt::print(
                stderr, "sallyport: {} cannot be read or is larger than 8 MiB\n", path.string()
            );
            return exit_could_not;
        }
        const auto text = read_text_file(path);
        if (!text.has_value()) {
            fmt::print(stderr, "sallyport: {}\n", text.error().describe());
            return exit_could_not;
        }
        manifest::LintedFile file{
            .file = path.string(),
            .reading = manifest::read_list(*text, manifest::guess_format(*text)),
        };
        clean = clean && !file.reading.has_errors();
        files.push_back(std::move(file));
    }
    if (command.json) {
        fmt::print("{}\n", manifest::lint_json(files));
    } else {
        for (const manifest::LintedFile& file : files) {
            fmt::print("{}", manifest::lint_text(file));
        }
    }
    return clean ? exit_done : exit_answer_is_no;
}

} // namespace sallyport::app
