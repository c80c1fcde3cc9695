// From a method and a path to the route that answers. Patterns are literal segments and named ones:
// /v1/transactions/{transaction}/held/{index}.jpg. Routes are data; a router only points at them,
// so the table must outlive it. Immutable; safe from any thread.
#pragma once

#include "access/roles.hpp"
#include "transport/documents.hpp"
#include "transport/http_types.hpp"
#include "transport/services.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::transport {

// Who asks, once the session was looked up.
struct Caller {
    access::Role role = access::Role::None;
    SteadyInstant expires_at{}; // of the session; nothing for None
};

using RouteParameters = std::vector<std::pair<std::string, std::string>>;

// One request on its way through a handler.
struct Exchange {
    const Request& request;
    const RouteParameters& parameters;
    const Caller& caller;
    const Services& services;
    const Documents& documents;

    // The text that stood at {name}; empty when the pattern has no such name.
    [[nodiscard]] std::string_view parameter(std::string_view name) const;
};

using Handler = Result<Response> (*)(const Exchange& exchange);

enum class RouteKind {
    Plain,
    Events, // becomes a WebSocket that carries a checkpoint's events
};
enum class BodyRule { None, Optional, Required };
// Whether a request with an Idempotency-Key gets the recorded answer again.
enum class Replay { No, WithKey };
enum class RunsOn {
    Worker, // one of the bounded pool
    Loop,   // the network thread: answers even when the pool is full, so it must not wait
};

struct Route {
    Method method = Method::Get;
    std::string_view pattern;
    access::RoleSet roles;
    Handler handler = nullptr;
    BodyRule body = BodyRule::None;
    std::size_t body_bytes_max = 0;
    std::vector<std::string_view> accepts; // media types of the body
    Replay replay = Replay::No;
    RouteKind kind = RouteKind::Plain;
    RunsOn runs_on = RunsOn::Worker;
};

struct RouteMatch {
    const Route* route = nullptr; // nothing matched when null
    RouteParameters parameters;
    std::string allow; // methods of the path, for the Allow header; empty: no such path
};

class Router {
public:
    explicit Router(std::span<const Route> routes) : routes_(routes) {}
    // HEAD goes to the route of GET.
    [[nodiscard]] RouteMatch match(Method method, const Target& target) const;

private:
    std::span<const Route> routes_;
};

// Whether the pattern names these segments, and what stands at its names.
[[nodiscard]] bool match_pattern(
    std::string_view pattern, const std::vector<std::string>& segments, RouteParameters& parameters
);

} // namespace sallyport::transport
