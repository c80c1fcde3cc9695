#include "transport/http_client.hpp"

#include "base/limits.hpp"
#include "transport/http_types.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <fmt/format.h>

namespace sallyport::transport {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

// An answer of our server is a page or a list of travelers.
constexpr std::size_t answer_bytes_max = 64U << 20U;

Error error_of(const beast::error_code& error, std::string_view what) {
    const ErrorCode code =
        error == beast::error::timeout ? ErrorCode::DeadlineExceeded : ErrorCode::IoFailed;
    return {code, fmt::format("{}: {}", what, error.message())};
}

// The other side closed the idle connection before it saw the request.
bool is_idle_close(const beast::error_code& error) {
    return error == http::error::end_of_stream || error == asio::error::connection_reset ||
           error == asio::error::broken_pipe;
}

} // namespace

struct HttpClient::Impl {
    Impl(std::string host_name, std::uint16_t port_number, std::chrono::milliseconds time_max)
        : host(std::move(host_name)), port(port_number), timeout(time_max), stream(io) {}

    // Starts one operation with a timeout and runs the loop until it is done.
    template <class Start>
    beast::error_code run(Start&& start) {
        beast::error_code result = asio::error::would_block;
        start([&result](const beast::error_code& error, auto&&... /*more*/) { result = error; });
        io.restart();
        io.run();
        return result;
    }

    [[nodiscard]] Status connect() {
        beast::error_code error;
        tcp::resolver resolver(io);
        const auto endpoints = resolver.resolve(host, std::to_string(port), error);
        if (error) {
            return fail(error_of(error, "the server's name is not known"));
        }
        stream.close();
        buffer.consume(buffer.size());
        stream.expires_after(timeout);
        error = run([&](auto done) { stream.async_connect(endpoints, done); });
        if (error) {
            return fail(error_of(error, fmt::format("no connection to {} port {}", host, port)));
        }
        stream.socket().set_option(tcp::no_delay(true), error);
        connected = true;
        served = 0;
        return {};
    }

    using RequestMessage = http::request<http::span_body<const std::uint8_t>>;
    beast::error_code
    exchange(RequestMessage& message, http::response_parser<http::string_body>& parser) {
        stream.expires_after(timeout);
        beast::error_code error = run([&](auto done) { http::async_write(stream, message, done); });
        if (error && !is_idle_close(error)) {
            return error;
        }
        // A server that refuses a body early answers before all of it was sent.
        return run([&](auto done) { http::async_read(stream, buffer, parser, done); });
    }

    std::string host;
    std::uint16_t port;
    std::chrono::milliseconds timeout;
    asio::io_context io{1};
    beast::tcp_stream stream;
    beast::flat_buffer buffer;
    bool connected = false;
    std::size_t served = 0; // requests answered on this connection
};

HttpClient::HttpClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

std::optional<std::string_view> HttpResponse::header(std::string_view name) const {
    for (const auto& [field, value] : headers) {
        if (equal_without_case(field, name)) {
            return value;
        }
    }
    return std::nullopt;
}

Result<HttpClient> HttpClient::connect(
    const std::string& host, std::uint16_t port, std::chrono::milliseconds timeout
) {
    HttpClient client(std::make_unique<Impl>(host, port, timeout));
    if (const Status connected = client.impl_->connect(); !connected.has_value()) {
        return fail(connected.error());
    }
    return client;
}

Result<HttpResponse> HttpClient::request(
    std::string_view method,
    std::string_view target,
    const HttpHeaders& headers,
    std::span<const std::uint8_t> body
) {
    Impl::RequestMessage message;
    message.version(11);
    message.method_string({method.data(), method.size()});
    message.target({target.data(), target.size()});
    const bool six = impl_->host.find(':') != std::string::npos;
    message.set(
        http::field::host,
        fmt::format("{}{}{}:{}", six ? "[" : "", impl_->host, six ? "]" : "", impl_->port)
    );
    for (const auto& [name, value] : headers) {
        message.set(name, value);
    }
    message.body() = {body.data(), body.size()};
    message.prepare_payload();

    beast::error_code error = asio::error::not_connected;
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (!impl_->connected) {
            if (const Status connected = impl_->connect(); !connected.has_value()) {
                return fail(connected.error());
            }
        }
        const bool was_idle = impl_->served > 0;
        http::response_parser<http::string_body> parser;
        parser.body_limit(answer_bytes_max);
        parser.skip(method == "HEAD");
        error = impl_->exchange(message, parser);
        if (!error) {
            ++impl_->served;
            auto answer = parser.release();
            impl_->connected = answer.keep_alive();
            HttpResponse response;
            response.status = static_cast<int>(answer.result_int());
            for (const auto& field : answer) {
                response.headers.emplace_back(
                    std::string(field.name_string().data(), field.name_string().size()),
                    std::string(field.value().data(), field.value().size())
                );
            }
            response.body = std::move(answer.body());
            return response;
        }
        impl_->connected = false;
        if (!was_idle || !is_idle_close(error)) {
            break;
        }
    }
    if (error != beast::error::timeout &&
        error.category() == http::make_error_code(http::error::bad_target).category() &&
        error != http::error::end_of_stream && error != http::error::partial_message) {
        return fail(ErrorCode::MalformedInput, "the answer is not HTTP: " + error.message());
    }
    return fail(error_of(error, "the request failed"));
}

} // namespace sallyport::transport
