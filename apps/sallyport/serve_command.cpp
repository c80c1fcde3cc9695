// sallyport serve
#include "application.hpp"
#include "commands.hpp"
#include "exit_status.hpp"

#include <boost/json.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace sallyport::app {
namespace {

// For the operator's own eyes: created with mode 0600, replaced whole.
Status write_token(const std::filesystem::path& file, const std::string& token) {
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return fail(ErrorCode::IoFailed, "cannot write the token file " + file.string());
    }
    const std::string line = token + "\n";
    const bool written =
        ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size());
    ::close(descriptor);
    return written
               ? Status()
               : Status(fail(ErrorCode::IoFailed, "cannot write the token file " + file.string()));
}

Status serve(const ServeCommand& command) {
    SALLYPORT_TRY(Config config, read_config(command.config));
    if (command.port) {
        config.port = *command.port;
    }
    if (command.data) {
        config.data = folder_path(*command.data);
        config.key_file = key_file_beside(config.data);
    }
    ApplicationOptions options;
    options.config = std::move(config);
    SALLYPORT_TRY(const auto application, Application::start(std::move(options)));
    SALLYPORT_TRY(const std::string token, application->start_token());
    if (!command.token_file.empty()) {
        SALLYPORT_CHECK(write_token(command.token_file, token));
    }
    if (command.json) {
        boost::json::object ready{{"url", application->url()}};
        if (command.token_file.empty()) {
            ready["start_token"] = token;
        }
        fmt::print("{}\n", boost::json::serialize(ready));
    } else {
        fmt::print("listening on {}\n", application->url());
        if (command.token_file.empty()) {
            fmt::print("open once to sign in: {}/start/?token={}\n", application->url(), token);
        }
    }
    std::fflush(stdout);
    wait_for_stop_signal();
    application->stop();
    return {};
}

} // namespace

int run_serve(const ServeCommand& command) {
    block_stop_signals();
    const Status served = serve(command);
    if (!served.has_value()) {
        fmt::print(stderr, "sallyport: {}\n", served.error().describe());
        return exit_could_not;
    }
    return exit_done;
}

} // namespace sallyport::app
