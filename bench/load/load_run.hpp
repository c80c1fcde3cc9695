// Drives a running server as its checkpoints do: opens a transaction, sends a picture, reads the
// verdict, closes. Each connection is one traveler after another on a thread of its own. The report
// holds every sample; nothing of the pictures or the travelers is kept.
#pragma once

#include "base/result.hpp"
#include "base/secret_bytes.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sallyport::bench {

struct LoadPlan {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    std::string session; // secret of a session with the officer's or operator's role
    std::string checkpoint;
    std::string notice_version;
    std::vector<SecretBytes> pictures; // JPEG, sent in turn
    int connections = 1;
    std::chrono::seconds warm_up{5};
    std::chrono::seconds duration{30};
    // Travelers a second over all connections; 0: the next one comes when the one before is done.
    // With a rate, a verdict's time counts from when the traveler was due: a server that falls
    // behind is not flattered by a queue that waits outside of it.
    double rate = 0.0;
    std::chrono::milliseconds timeout{10'000};
};

struct LoadReport {
    double seconds = 0.0; // measured, without the warm-up
    std::vector<double> open_ms;
    std::vector<double> verdict_ms; // the capture request, first byte sent to last byte received
    std::vector<double> close_ms;
    std::map<std::string, std::vector<double>> stage_ms; // as the server's Server-Timing says
    std::map<std::string, std::size_t> verdicts;         // "match", "refer near_tie", ...
    std::map<std::string, std::size_t> failures;         // "503", "io-failed", ...
};

// Opens a session with a one-time token; its secret.
[[nodiscard]] Result<std::string> redeem_token(const LoadPlan& plan, const std::string& token);
// The notice in force at the plan's checkpoint.
[[nodiscard]] Result<std::string> notice_in_force(const LoadPlan& plan);

// Fails when a connection cannot be made at all; what fails later is counted in the report.
[[nodiscard]] Result<LoadReport> run_load(const LoadPlan& plan);

} // namespace sallyport::bench
