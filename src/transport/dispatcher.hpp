// The whole of a request without a socket. plan() looks at the header alone: host, session, role,
// route, content type, announced length; what is refused there never has its body read. run()
// calls the route. Both always give an answer and throw nothing. Immutable; safe from any thread.
#pragma once

#include "transport/router.hpp"
#include "transport/static_files.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace sallyport::transport {

// What pages and files count as in metrics, which else count by a route's pattern.
inline constexpr std::string_view page_route = "page";

struct Plan {
    const Route* route = nullptr; // nothing for a page or file
    RouteParameters parameters;
    Caller caller;
    std::size_t body_bytes_max = 0;
    std::optional<Response> refusal; // the answer, when nothing else is to be done

    [[nodiscard]] bool is_events() const {
        return !refusal.has_value() && route != nullptr && route->kind == RouteKind::Events;
    }
    // Must not wait for a worker.
    [[nodiscard]] bool runs_on_loop() const {
        return refusal.has_value() || (route != nullptr && route->runs_on == RunsOn::Loop);
    }
};

// What a WebSocket is to carry.
struct EventsRequest {
    domain::CheckpointName checkpoint;
    std::optional<std::uint64_t> after; // nothing: from now on
};

class Dispatcher {
public:
    // port: the one in Host headers. files may be null: then there are no pages. All must outlive
    // the dispatcher.
    Dispatcher(
        std::span<const Route> routes,
        const Services& services,
        const Documents& documents,
        const StaticFiles* files,
        std::uint16_t port
    )
        : router_(routes), services_(services), documents_(documents), files_(files), port_(port) {}

    [[nodiscard]] Plan plan(const Request& header) const;
    [[nodiscard]] Response run(const Plan& plan, const Request& request) const;
    // Both steps, for a request whose body is there.
    [[nodiscard]] Response handle(const Request& request) const;
    // For a plan that is_events(): NotFound for an unknown checkpoint, InvalidArgument.
    [[nodiscard]] Result<EventsRequest>
    events_request(const Plan& plan, const Request& request) const;

    // An answer for a request that cannot be run: the queue is full, it waited too long.
    [[nodiscard]] Response
    refuse(const Plan& plan, const Request& request, const Error& error) const;
    // The headers every answer carries, for answers to what was no request at all.
    static void finish_response(const Request& request, Response& response);

private:
    [[nodiscard]] Status check_host(const Request& header) const;
    [[nodiscard]] Result<Caller> caller_of(const Request& header) const;
    [[nodiscard]] Result<Response> answer(const Plan& plan, const Request& request) const;
    [[nodiscard]] Result<Response> answer_with_key(const Plan& plan, const Request& request) const;
    [[nodiscard]] Response problem_of(const Plan& plan, const Error& error) const;
    void finish(const Plan& plan, const Request& request, Response& response) const;
    [[nodiscard]] Result<Response> call(const Plan& plan, const Request& request) const;

    Router router_;
    const Services& services_;
    const Documents& documents_;
    const StaticFiles* files_;
    std::uint16_t port_;
};

} // namespace sallyport::transport
