// One open socket that carries a checkpoint's events; included by beast_server.cpp alone, since it
// compiles Boost.Beast. Lives on the network thread, but for the calls of EventSink. What the
// client sends is read and ignored; pings are answered by Beast.
#pragma once

#include "access/roles.hpp"
#include "base/limits.hpp"
#include "transport/event_hub.hpp"
#include "transport/internal/counting.hpp"
#include "transport/internal/json_views.hpp"

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <boost/beast/websocket/stream_base.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::transport {

class BeastWebSocket final : public EventSink, public std::enable_shared_from_this<BeastWebSocket> {
public:
    BeastWebSocket(
        boost::beast::tcp_stream&& stream,
        EventHub& hub,
        observability::Metrics* metrics,
        access::Role role,
        SteadyInstant expires_at
    )
        : socket_(std::move(stream)), wake_(socket_.get_executor()), hub_(hub), metrics_(metrics),
          role_(role), expires_at_(expires_at) {
        namespace websocket = boost::beast::websocket;
        socket_.read_message_max(client_message_bytes_max);
        // A peer that neither sends nor answers pings for a minute is gone.
        socket_.set_option(websocket::stream_base::timeout{
            std::chrono::seconds(10), std::chrono::seconds(60), true
        });
    }

    // Answers the handshake, then sends until the client, the hub or stop() ends it.
    template <class Header>
    boost::asio::awaitable<void>
    run(const Header& handshake,
        domain::CheckpointName checkpoint,
        std::optional<std::uint64_t> after) {
        boost::beast::error_code error;
        boost::beast::get_lowest_layer(socket_).expires_never();
        co_await socket_.async_accept(
            handshake, boost::asio::redirect_error(boost::asio::use_awaitable, error)
        );
        if (error) {
            co_return;
        }
        const auto subscription = hub_.subscribe(std::move(checkpoint), after, shared_from_this());
        if (!subscription.has_value()) {
            close_with(boost::beast::websocket::close_code::try_again_later);
        }
        boost::asio::co_spawn(
            socket_.get_executor(), read_and_ignore(shared_from_this()), boost::asio::detached
        );
        using observability::Gauge;
        set_gauge(metrics_, Gauge::EventSockets, hub_.subscriptions());
        co_await send_until_closed();
        if (subscription.has_value()) {
            hub_.unsubscribe(*subscription);
        }
        set_gauge(metrics_, Gauge::EventSockets, hub_.subscriptions());
        boost::beast::get_lowest_layer(socket_).close();
    }

    // The server goes: says so and closes. On the network thread.
    void stop() { close_with(boost::beast::websocket::close_code::going_away); }
    void abort() { boost::beast::get_lowest_layer(socket_).close(); }

    [[nodiscard]] std::size_t room() const override {
        const std::size_t queued = queued_.load();
        return queued >= limits::websocket_outbox_messages_max
                   ? 0
                   : limits::websocket_outbox_messages_max - queued;
    }
    void deliver(std::vector<verification::EventRow> events) override {
        queued_ += events.size();
        std::vector<std::string> texts;
        texts.reserve(events.size());
        for (const verification::EventRow& event : events) {
            texts.push_back(event_text(event, role_));
        }
        boost::asio::post(
            socket_.get_executor(),
            [self = shared_from_this(), ready = std::move(texts)]() mutable {
                for (std::string& text : ready) {
                    self->outbox_.push_back(std::move(text));
                }
                self->wake_.cancel();
            }
        );
    }
    void dropped(const Error& why) override {
        namespace websocket = boost::beast::websocket;
        const auto code = why.code() == ErrorCode::QueueFull
                              ? websocket::close_code::try_again_later
                              : websocket::close_code::internal_error;
        boost::asio::post(socket_.get_executor(), [self = shared_from_this(), code] {
            self->close_with(code);
        });
    }

private:
    // A client has nothing to say; what it says anyway stays small.
    static constexpr std::size_t client_message_bytes_max = 4096;

    void close_with(boost::beast::websocket::close_code code) {
        if (!close_code_.has_value()) {
            close_code_ = code;
        }
        wake_.cancel();
    }

    boost::asio::awaitable<void> send_until_closed() {
        boost::beast::error_code error;
        socket_.text(true);
        while (!broken_) {
            if (close_code_.has_value()) {
                const boost::beast::websocket::close_reason reason(*close_code_);
                co_await socket_.async_close(
                    reason, boost::asio::redirect_error(boost::asio::use_awaitable, error)
                );
                co_return;
            }
            if (outbox_.empty()) {
                wake_.expires_at(expires_at_);
                co_await wake_.async_wait(
                    boost::asio::redirect_error(boost::asio::use_awaitable, error)
                );
                if (!error) { // the session's life is over
                    close_code_ = boost::beast::websocket::close_code::policy_error;
                }
                continue;
            }
            co_await socket_.async_write(
                boost::asio::buffer(outbox_.front()),
                boost::asio::redirect_error(boost::asio::use_awaitable, error)
            );
            if (error) {
                co_return;
            }
            outbox_.pop_front();
            count(metrics_, observability::Counter::EventsSent);
            if (--queued_ == limits::websocket_outbox_messages_max / 2) {
                hub_.wake(); // it may have stopped feeding when the outbox was full
            }
        }
    }

    boost::asio::awaitable<void> read_and_ignore(std::shared_ptr<BeastWebSocket> self) {
        boost::beast::error_code error;
        boost::beast::flat_buffer buffer(client_message_bytes_max);
        while (!error) {
            co_await self->socket_.async_read(
                buffer, boost::asio::redirect_error(boost::asio::use_awaitable, error)
            );
            buffer.consume(buffer.size());
        }
        self->broken_ = true;
        self->wake_.cancel();
    }

    boost::beast::websocket::stream<boost::beast::tcp_stream, false> socket_; // uncompressed
    boost::asio::steady_timer wake_;
    EventHub& hub_;
    observability::Metrics* metrics_;
    access::Role role_;
    SteadyInstant expires_at_;
    std::deque<std::string> outbox_;
    std::atomic<std::size_t> queued_{0};
    std::optional<boost::beast::websocket::close_code> close_code_;
    bool broken_ = false;
};

} // namespace sallyport::transport
