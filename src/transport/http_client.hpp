// A blocking HTTP/1.1 client on one connection that it keeps open: for the demo's player, for
// measurements and for tests. Sends a request again once when an idle connection turns out closed.
// One thread at a time. Fails with IoFailed (not reached, broken off), DeadlineExceeded and
// MalformedInput (not an HTTP answer).
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::transport {

struct HttpResponse {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    // The first field of this name, compared without case.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

class HttpClient {
public:
    // timeout: for connecting, and for each request from its first byte to the answer's last.
    [[nodiscard]] static Result<HttpClient>
    connect(const std::string& host, std::uint16_t port, std::chrono::milliseconds timeout);
    HttpClient(HttpClient&&) noexcept;
    HttpClient& operator=(HttpClient&&) noexcept;
    ~HttpClient();

    [[nodiscard]] Result<HttpResponse> request(
        std::string_view method,
        std::string_view target,
        const HttpHeaders& headers = {},
        std::span<const std::uint8_t> body = {}
    );

private:
    struct Impl;
    explicit HttpClient(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace sallyport::transport
