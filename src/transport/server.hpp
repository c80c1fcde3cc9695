// The HTTP server: one network thread, a bounded pool of workers for everything that may wait, and
// WebSockets that carry a checkpoint's events. start() binds and returns once connections are
// taken; stop() takes no more of them, lets requests in work finish up to a deadline, then closes.
// The services and their owners outlive the server. Fails with ConfigInvalid (address, folders) and
// IoFailed (the port is taken).
#pragma once

#include "base/result.hpp"
#include "transport/services.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace sallyport::transport {

struct ServerOptions {
    // Loopback only, until people sign in with more than a token.
    std::string address = "127.0.0.1";
    std::uint16_t port = 0; // 0: any free one
    std::size_t workers = 2;
    std::size_t work_queue_max = 64;   // at most limits::work_queue_max
    std::filesystem::path web_root;    // built pages; empty: none
    std::filesystem::path schema_root; // the folder schema/ with openapi/ and notices/
    std::chrono::milliseconds header_time_max{10'000}; // a new connection's first header
    std::chrono::milliseconds idle_time_max{60'000};   // between requests
    std::chrono::milliseconds body_time_max{20'000};
    std::chrono::milliseconds write_time_max{20'000};
    std::chrono::milliseconds drain_time_max{5'000};
};

class Server {
public:
    [[nodiscard]] static Result<std::unique_ptr<Server>>
    start(ServerOptions options, Services services);
    ~Server(); // stops
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::string url() const; // http://127.0.0.1:port
    // May be called once or often, from any thread but the server's own.
    void stop();

private:
    struct Impl;
    class Connection;
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace sallyport::transport
