// The composition root: builds the concrete stores, models and services of one installation, hands
// them to the use cases, starts the server, and takes everything down in the opposite order.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "config.hpp"
#include "holdings/holdings.hpp"

#include <memory>
#include <string>

namespace sallyport::app {

struct ApplicationOptions {
    Config config;
    // Instead of the configured holdings folder.
    std::unique_ptr<holdings::Holdings> holdings;
    // The demo lets its visitors add themselves to the list and says so on its pages.
    std::string demo_json;
    enum class VisitorEnrolment { No, Yes } visitors = VisitorEnrolment::No;
};

class Application {
public:
    // Fails loudly with one line: AlreadyRunning, StorageReadOnly, StorageFull, ModelMissing,
    // DigestMismatch, ConfigInvalid, IoFailed.
    [[nodiscard]] static Result<std::unique_ptr<Application>> start(ApplicationOptions options);
    ~Application();
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;

    [[nodiscard]] std::string url() const;
    [[nodiscard]] std::uint16_t port() const;
    // Another one-time token for the operator's role.
    [[nodiscard]] Result<std::string> start_token();
    // How many people and devices are signed in.
    [[nodiscard]] std::size_t sessions_open();
    // Stops intake, lets what runs finish, closes the record last.
    void stop();

private:
    struct Parts;
    explicit Application(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

// Waits for SIGINT or SIGTERM. Call block_stop_signals() before any thread is started.
void block_stop_signals();
void wait_for_stop_signal();

} // namespace sallyport::app
