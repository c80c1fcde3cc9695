#include "access/origin_check.hpp"
#include "base/limits.hpp"
#include "transport/dispatcher.hpp"
#include "transport/error_map.hpp"
#include "transport/event_hub.hpp"
#include "transport/internal/beast_websocket.hpp"
#include "transport/internal/counting.hpp"
#include "transport/route_table.hpp"
#include "transport/server.hpp"
#include "transport/worker_pool.hpp"

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/vector_body.hpp>
#include <boost/beast/http/write.hpp>
#include <condition_variable>
#include <ctime>
#include <fmt/chrono.h>
#include <mutex>
#include <set>
#include <thread>

namespace sallyport::transport {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

// Connections beyond the limit that are told so; those beyond these are dropped without a word.
constexpr std::size_t refusals_max = 32;
// What is read and dropped from a client whose body was refused, so that it sees the answer rather
// than a reset.
constexpr std::size_t linger_bytes_max = 4U << 20U;
constexpr std::chrono::milliseconds linger_time_max{1000};
constexpr std::chrono::milliseconds accept_pause{50};

// Bodies may hold pictures: the memory they pass through is wiped.
using WipedBuffer = beast::basic_flat_buffer<WipingAllocator<char>>;
using RequestBody = http::vector_body<std::uint8_t, WipingAllocator<std::uint8_t>>;
using HeaderParser = http::request_parser<http::empty_body>;
using ResponseBody = http::span_body<const std::uint8_t>;

template <class Text>
std::string to_std(const Text& text) {
    return std::string(text.data(), text.size());
}

Result<Request> request_of(const HeaderParser& parser) {
    const auto& header = parser.get();
    Request request;
    request.method = method_from_name(to_std(header.method_string()));
    for (const auto& field : header) {
        request.headers.add(to_std(field.name_string()), to_std(field.value()));
    }
    if (const auto length = parser.content_length()) {
        request.content_length = *length;
    }
    request.has_body = parser.chunked() || request.content_length.value_or(0) > 0;
    if (header.version() != 10 && header.version() != 11) {
        return fail(ErrorCode::MalformedInput, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    }
    SALLYPORT_TRY(request.target, parse_target(to_std(header.target())));
    return request;
}

// What was sent is not HTTP, as opposed to a client that is gone or slow.
bool is_broken_http(const beast::error_code& error) {
    return error.category() == http::make_error_code(http::error::bad_target).category() &&
           error != http::error::end_of_stream && error != http::error::partial_message;
}

std::string http_date() {
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::time(nullptr)));
}

} // namespace

struct Server::Impl {
    Impl(ServerOptions given, Services given_services, Documents given_documents)
        : options(std::move(given)), services(std::move(given_services)),
          documents(std::move(given_documents)), acceptor(io), hub(services.events),
          pool(options.workers, std::min(options.work_queue_max, limits::work_queue_max)) {}

    [[nodiscard]] Status listen();
    void run();
    void stop();
    asio::awaitable<void> accept_connections();
    void remove(Connection* connection);

    ServerOptions options;
    Services services;
    Documents documents;
    std::optional<StaticFiles> files;
    std::unique_ptr<Dispatcher> dispatcher;
    asio::io_context io{1};
    tcp::acceptor acceptor;
    EventHub hub;
    WorkerPool pool;
    std::uint16_t port = 0;
    std::thread thread;

    // Of the network thread.
    std::set<std::shared_ptr<Connection>> connections;
    bool stopping = false;

    std::mutex stop_mutex; // one stop() at a time
    bool stopped = false;
    std::mutex drained_mutex;
    std::condition_variable drained;
    bool empty = true;
};

// One connection: reads a request, has it answered, writes the answer, and again. Everything
// happens on the network thread but the answering, during which this side waits.
class Server::Connection : public std::enable_shared_from_this<Server::Connection> {
public:
    Connection(tcp::socket&& socket, Server::Impl& server)
        : server_(server), stream_(std::move(socket)), wake_(server.io) {}

    asio::awaitable<void> run() {
        bool first = true;
        while (!server_.stopping) {
            const bool goes_on = co_await serve_one(
                first ? server_.options.header_time_max : server_.options.idle_time_max
            );
            if (!goes_on) {
                break;
            }
            first = false;
        }
        end();
    }

    asio::awaitable<void> refuse() {
        const Error full(ErrorCode::QueueFull, "too many connections are open");
        co_await refuse_request(full);
        end();
    }

    // The server stops: an idle connection is closed, a busy one closes after its answer.
    void stop() {
        if (socket_events_) {
            socket_events_->stop();
        } else if (idle_) {
            stream_.cancel();
        }
    }
    void abort() {
        if (socket_events_) {
            socket_events_->abort();
        } else {
            stream_.close();
        }
        wake_.cancel();
    }

private:
    // False when the connection is to be closed.
    asio::awaitable<bool> serve_one(std::chrono::milliseconds header_time_max) {
        beast::error_code error;
        HeaderParser parser;
        parser.header_limit(limits::http_header_bytes_max);
        parser.body_limit(boost::none); // the route's own limit is looked at by plan()
        idle_ = true;
        stream_.expires_after(header_time_max);
        co_await http::async_read_header(
            stream_, buffer_, parser, asio::redirect_error(asio::use_awaitable, error)
        );
        idle_ = false;
        if (error) {
            co_await answer_broken_header(error);
            co_return false;
        }
        Result<Request> read = request_of(parser);
        if (!read.has_value()) {
            co_await refuse_request(read.error());
            co_return false;
        }
        request_ = *std::move(read);
        plan_ = server_.dispatcher->plan(request_);
        if (plan_.is_events() && beast::websocket::is_upgrade(parser.get())) {
            co_await become_websocket(parser);
            co_return false;
        }
        const bool keep_alive = parser.get().keep_alive();
        if (plan_.refusal.has_value() && request_.has_body) {
            // A refused body is not read.
            const Response refusal = server_.dispatcher->run(plan_, request_);
            co_await write_last(refusal);
            co_return false;
        }
        if (request_.has_body && !co_await read_body(parser)) {
            co_return false;
        }
        request_.received_at = server_.services.clock.steady_now();
        const Response response = co_await answer();
        request_.body = SecretBytes();
        co_return co_await write(response, keep_alive);
    }

    asio::awaitable<bool> read_body(HeaderParser& header) {
        beast::error_code error;
        if (beast::iequals(header.get()[http::field::expect], "100-continue")) {
            static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
            co_await asio::async_write(
                stream_, asio::buffer(go_on), asio::redirect_error(asio::use_awaitable, error)
            );
        }
        http::request_parser<RequestBody> parser(std::move(header));
        parser.body_limit(plan_.body_bytes_max);
        stream_.expires_after(server_.options.body_time_max);
        co_await http::async_read(
            stream_, buffer_, parser, asio::redirect_error(asio::use_awaitable, error)
        );
        stream_.expires_never();
        if (!error) {
            request_.body = std::move(parser.get().body());
            co_return true;
        }
        if (error == http::error::body_limit) {
            const Error too_large(
                ErrorCode::PayloadTooLarge, "the body is larger than this route takes"
            );
            co_await refuse_request(too_large);
        } else if (error == beast::error::timeout) {
            // The stream is closed by now: a sender this slow is not told.
        } else if (is_broken_http(error)) {
            const Error broken(ErrorCode::MalformedInput, "the body's framing is broken");
            co_await refuse_request(broken);
        }
        co_return false;
    }

    asio::awaitable<void> answer_broken_header(const beast::error_code error) {
        if (error == http::error::header_limit) {
            Response response =
                make_problem(431, "header-too-large", "The request's header is too large", "");
            Dispatcher::finish_response(Request{}, response);
            co_await write_last(response);
        } else if (is_broken_http(error)) {
            const Error broken(ErrorCode::MalformedInput, "this is not an HTTP request");
            co_await refuse_request(broken);
        }
    }

    // For what was no request that a route could answer. Arguments of what is awaited are named:
    // g++ 12 destroys temporaries of such expressions twice.
    asio::awaitable<void> refuse_request(const Error& error) {
        Response response = problem_response(error);
        Dispatcher::finish_response(Request{}, response);
        co_await write_last(response);
    }

    asio::awaitable<void> write_last(const Response& response) {
        co_await write(response, false);
        co_await linger();
    }

    asio::awaitable<Response> answer() {
        if (plan_.runs_on_loop()) {
            co_return server_.dispatcher->run(plan_, request_);
        }
        answer_.reset();
        set_gauge(
            server_.services.metrics, observability::Gauge::WorkWaiting, server_.pool.waiting()
        );
        const bool taken = server_.pool.submit([self = shared_from_this()] { self->work(); });
        if (!taken) {
            co_return server_.dispatcher->refuse(
                plan_, request_, Error(ErrorCode::QueueFull, "all workers are busy")
            );
        }
        beast::error_code ignored;
        while (!answer_.has_value()) {
            wake_.expires_at(asio::steady_timer::time_point::max());
            co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
        co_return *std::move(answer_);
    }

    // On a worker, while the network side waits for answer_.
    void work() {
        Response response;
        try {
            const auto waited = server_.services.clock.steady_now() - request_.received_at;
            if (waited > limits::request_deadline) {
                response = server_.dispatcher->refuse(
                    plan_, request_, Error(ErrorCode::DeadlineExceeded, "it waited too long")
                );
            } else {
                response = server_.dispatcher->run(plan_, request_);
            }
        } catch (const std::exception&) {
            response.status = 500; // no memory for a better answer
        }
        asio::post(server_.io, [self = shared_from_this(), done = std::move(response)]() mutable {
            self->answer_ = std::move(done);
            self->wake_.cancel();
        });
    }

    // True when the connection may serve another request.
    asio::awaitable<bool> write(const Response& response, bool keep_alive) {
        keep_alive = keep_alive && !response.close_connection && !server_.stopping;
        http::response<ResponseBody> message;
        message.version(11);
        message.result(static_cast<unsigned>(response.status));
        const std::string_view reason = reason_phrase(response.status);
        message.reason({reason.data(), reason.size()});
        message.set(http::field::date, http_date());
        for (const auto& [name, value] : response.headers.fields()) {
            message.insert(name, value);
        }
        message.keep_alive(keep_alive);
        message.body() = {response.body.data(), response.body.size()};
        message.prepare_payload();
        http::response_serializer<ResponseBody> serializer(message);
        beast::error_code error;
        stream_.expires_after(server_.options.write_time_max);
        if (response.head_only) {
            co_await http::async_write_header(
                stream_, serializer, asio::redirect_error(asio::use_awaitable, error)
            );
        } else {
            co_await http::async_write(
                stream_, serializer, asio::redirect_error(asio::use_awaitable, error)
            );
        }
        stream_.expires_never();
        co_return !error && keep_alive;
    }

    asio::awaitable<void> linger() {
        beast::error_code error;
        stream_.socket().shutdown(tcp::socket::shutdown_send, error);
        buffer_.consume(buffer_.size());
        stream_.expires_after(linger_time_max);
        std::size_t dropped = 0;
        while (!error && dropped < linger_bytes_max) {
            const std::size_t count = co_await stream_.async_read_some(
                buffer_.prepare(std::size_t{64} << 10U),
                asio::redirect_error(asio::use_awaitable, error)
            );
            dropped += count;
        }
    }

    asio::awaitable<void> become_websocket(HeaderParser& parser) {
        Result<EventsRequest> events = server_.dispatcher->events_request(plan_, request_);
        if (!events.has_value()) {
            co_await refuse_request(events.error());
            co_return;
        }
        socket_events_ = std::make_shared<BeastWebSocket>(
            std::move(stream_),
            server_.hub,
            server_.services.metrics,
            plan_.caller.role,
            plan_.caller.expires_at
        );
        co_await socket_events_->run(parser.get(), std::move(events->checkpoint), events->after);
    }

    void end() {
        if (!socket_events_) {
            beast::error_code ignored;
            stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
            stream_.close();
        }
    }

    Server::Impl& server_;
    beast::tcp_stream stream_;
    WipedBuffer buffer_;
    asio::steady_timer wake_;
    Request request_;
    Plan plan_;
    std::optional<Response> answer_;
    std::shared_ptr<BeastWebSocket> socket_events_;
    bool idle_ = true;
};

Status Server::Impl::listen() {
    beast::error_code error;
    const std::string numeric = options.address == "localhost" ? "127.0.0.1" : options.address;
    const asio::ip::address address = asio::ip::make_address(numeric, error);
    if (error || !access::is_loopback_address(options.address)) {
        return fail(
            ErrorCode::ConfigInvalid,
            "the server listens on this machine's own addresses only (127.0.0.1 or ::1), until "
            "people sign in with more than a token"
        );
    }
    const tcp::endpoint endpoint(address, options.port);
    const auto step = [&](auto&& call) {
        if (!error) {
            call();
        }
    };
    step([&] { acceptor.open(endpoint.protocol(), error); });
    step([&] { acceptor.set_option(tcp::acceptor::reuse_address(true), error); });
    step([&] { acceptor.bind(endpoint, error); });
    step([&] { acceptor.listen(asio::socket_base::max_listen_connections, error); });
    if (error) {
        return fail(
            ErrorCode::IoFailed,
            fmt::format("cannot listen on {} port {}: {}", numeric, options.port, error.message())
        );
    }
    port = acceptor.local_endpoint().port();
    return {};
}

asio::awaitable<void> Server::Impl::accept_connections() {
    beast::error_code error;
    asio::steady_timer pause(io);
    while (acceptor.is_open()) {
        tcp::socket socket(io);
        co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
        if (error == asio::error::operation_aborted) {
            break;
        }
        if (error) {
            // Out of descriptors, most likely: let some connections end.
            pause.expires_after(accept_pause);
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
            continue;
        }
        socket.set_option(tcp::no_delay(true), error);
        if (connections.size() >= limits::http_connections_max + refusals_max) {
            continue;
        }
        const bool full = connections.size() >= limits::http_connections_max;
        auto connection = std::make_shared<Connection>(std::move(socket), *this);
        connections.insert(connection);
        {
            const std::lock_guard lock(drained_mutex);
            empty = false;
        }
        asio::co_spawn(
            io,
            full ? connection->refuse() : connection->run(),
            [this, connection](const std::exception_ptr& /*failed*/) { remove(connection.get()); }
        );
    }
}

void Server::Impl::remove(Connection* connection) {
    std::erase_if(connections, [&](const auto& known) { return known.get() == connection; });
    const std::lock_guard lock(drained_mutex);
    empty = connections.empty();
    if (empty) {
        drained.notify_all();
    }
}

void Server::Impl::run() {
    thread = std::thread([this] {
        const auto work = asio::make_work_guard(io);
        asio::co_spawn(io, accept_connections(), asio::detached);
        io.run();
    });
}

void Server::Impl::stop() {
    const std::lock_guard one_at_a_time(stop_mutex);
    if (stopped) {
        return;
    }
    stopped = true;
    asio::post(io, [this] {
        stopping = true;
        beast::error_code ignored;
        acceptor.close(ignored);
        for (const auto& connection : connections) {
            connection->stop();
        }
    });
    {
        std::unique_lock lock(drained_mutex);
        drained.wait_for(lock, options.drain_time_max, [this] { return empty; });
    }
    pool.stop();
    asio::post(io, [this] {
        for (const auto& connection : connections) {
            connection->abort();
        }
    });
    asio::post(io, [this] { io.stop(); });
    thread.join();
    connections.clear();
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() {
    impl_->stop();
}

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Services services) {
    if (options.workers == 0 || options.work_queue_max == 0) {
        return fail(ErrorCode::ConfigInvalid, "the server needs a worker and a queue");
    }
    SALLYPORT_TRY(Documents documents, Documents::load(options.schema_root));
    auto impl =
        std::make_unique<Impl>(std::move(options), std::move(services), std::move(documents));
    if (!impl->options.web_root.empty()) {
        SALLYPORT_TRY(impl->files, StaticFiles::open(impl->options.web_root));
    }
    if (const Status listening = impl->listen(); !listening.has_value()) {
        return fail(listening.error());
    }
    impl->dispatcher = std::make_unique<Dispatcher>(
        route_table(),
        impl->services,
        impl->documents,
        impl->files.has_value() ? &*impl->files : nullptr,
        impl->port
    );
    impl->run();
    return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::uint16_t Server::port() const {
    return impl_->port;
}

std::string Server::url() const {
    const bool six = impl_->options.address.find(':') != std::string::npos;
    return fmt::format(
        "http://{}{}{}:{}", six ? "[" : "", impl_->options.address, six ? "]" : "", impl_->port
    );
}

void Server::stop() {
    impl_->stop();
}

} // namespace sallyport::transport
