// A running service in this process: the application itself on a free port of the loopback, with
// the demo's flight, the default pack, and a client that is signed in. Skips where set-up has not
// fetched the pack or the portraits.
#pragma once

#include "application.hpp"
#include "transport/http_client.hpp"

#include <boost/json.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::acceptance {

struct Answer {
    int status = 0;
    std::string content_type;
    boost::json::value body; // null when it is no JSON
    [[nodiscard]] std::string text(std::string_view pointer) const;
    [[nodiscard]] std::int64_t number(std::string_view pointer) const;
    // "image-undecodable" of "/problems/image-undecodable"; empty when it is no problem.
    [[nodiscard]] std::string problem() const;
};

using Bytes = std::vector<std::uint8_t>;

class RunningService {
public:
    // Empty when the pack or the portraits are not there.
    static std::unique_ptr<RunningService> start();
    ~RunningService();

    Answer call(
        std::string_view method,
        const std::string& target,
        std::string_view content_type = "",
        const Bytes& body = {},
        const transport::HttpHeaders& extra = {}
    );
    Answer send(std::string_view method, const std::string& target, const boost::json::value& body);

    // Boards the demo's flight and gives it to both checkpoints; its context.
    std::string board();
    // Opens a transaction and returns its id.
    std::string open(const std::string& checkpoint = "gate-b12");
    Answer capture(
        const std::string& transaction, const Bytes& picture, std::string_view type = "image/jpeg"
    );

    // Speaks with another session from now on; returns the one before.
    std::string use_session(std::string session) {
        return std::exchange(session_, std::move(session));
    }
    // Stops and starts again over the same folder.
    void restart();

    [[nodiscard]] static Bytes portrait(std::string_view file);
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    [[nodiscard]] static Bytes flight_list();

private:
    RunningService() = default;
    void launch();
    std::filesystem::path folder_;
    std::unique_ptr<app::Application> application_;
    std::unique_ptr<transport::HttpClient> client_;
    std::string session_;
    SystemRandom random_;
};

} // namespace sallyport::acceptance

#define SALLYPORT_SERVICE_OR_SKIP(name)                                                            \
    const auto name = ::sallyport::acceptance::RunningService::start();                            \
    if (name == nullptr) {                                                                         \
        GTEST_SKIP() << "the default pack or the portraits are missing; run script/setup";         \
    }
