// Plays travelers at the gate through the HTTP API, as a camera there would: opens transactions,
// sends pictures, retries, lets the agent decide, closes. Knows nothing that any client could not.
#pragma once

#include "base/random.hpp"
#include "base/result.hpp"
#include "demo_flight.hpp"
#include "transport/http_client.hpp"

#include <boost/json/fwd.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace sallyport::app {

struct PlayedProbe {
    std::string label;
    std::string verdict; // of the transaction at its end: match, refer, opted_out
    std::string reason;
    std::string person; // family name of the match
    bool as_expected = false;
    std::vector<double> capture_ms; // as the client saw them
};

class DemoPlayer {
public:
    // Signs in with a one-time start token.
    [[nodiscard]] static Result<DemoPlayer>
    connect(std::uint16_t port, const std::string& start_token, Random& random);

    // Sends the list, waits for its gallery, gives it to the checkpoints. Returns the context's id.
    [[nodiscard]] Result<std::string> load(
        const DemoFlight& flight,
        const std::vector<std::string>& checkpoints,
        const std::function<void(std::size_t done, std::size_t total)>& progress
    );
    // watch: called between the verdict and the next traveler, for people who look on.
    [[nodiscard]] Result<PlayedProbe>
    play(const DemoProbe& probe, const std::string& checkpoint, const std::function<void()>& watch);
    [[nodiscard]] Result<boost::json::value> get(const std::string& target);

private:
    DemoPlayer(transport::HttpClient client, Random& random)
        : client_(std::move(client)), random_(&random) {}
    [[nodiscard]] Result<boost::json::value> call(
        std::string_view method,
        const std::string& target,
        std::string_view content_type,
        std::span<const std::uint8_t> body
    );
    [[nodiscard]] Result<boost::json::value>
    send(std::string_view method, const std::string& target, const boost::json::value& body);
    [[nodiscard]] Result<Instant> free_departure(const std::string& designator);
    [[nodiscard]] Status open(const std::string& transaction, const std::string& checkpoint);
    [[nodiscard]] Status
    capture(const std::string& transaction, const DemoProbe& probe, PlayedProbe& played);
    [[nodiscard]] Status opt_out(const std::string& transaction, PlayedProbe& played);

    transport::HttpClient client_;
    Random* random_;
    std::string session_;
    std::string context_;
    std::string notice_version_;
};

} // namespace sallyport::app
