#include "transport/route_table.hpp"

#include "base/limits.hpp"
#include "transport/dispatcher.hpp"
#include "transport/internal/handlers.hpp"

#include <set>

namespace sallyport::transport {

namespace {

using access::Role;
using access::RoleSet;

constexpr RoleSet everybody{Role::None, Role::Operator, Role::Officer, Role::Kiosk, Role::Carrier};
constexpr RoleSet signed_in{Role::Operator, Role::Officer, Role::Kiosk, Role::Carrier};
constexpr RoleSet operators{Role::Operator};
constexpr RoleSet officers{Role::Operator, Role::Officer};
constexpr RoleSet checkpoint_devices{Role::Operator, Role::Officer, Role::Kiosk};
constexpr RoleSet carriers{Role::Operator, Role::Carrier};
constexpr RoleSet list_readers{Role::Operator, Role::Officer, Role::Carrier};

// A JSON request of these routes names a handful of ids.
constexpr std::size_t small_json_bytes_max = 16U << 10U;
// The files of a chip; a portrait has 10 to 40 KB.
constexpr std::size_t document_bytes_max = 4U << 20U;
constexpr std::string_view json_type = "application/json";

Route get(
    std::string_view pattern, RoleSet roles, Handler handler, RunsOn runs_on = RunsOn::Worker
) {
    Route route;
    route.method = Method::Get;
    route.pattern = pattern;
    route.roles = roles;
    route.handler = handler;
    route.runs_on = runs_on;
    return route;
}

Route with_json(
    Method method, std::string_view pattern, RoleSet roles, Handler handler, BodyRule body
) {
    Route route;
    route.method = method;
    route.pattern = pattern;
    route.roles = roles;
    route.handler = handler;
    route.body = body;
    route.body_bytes_max = small_json_bytes_max;
    route.accepts = {json_type};
    return route;
}

Route replayed(Route route) {
    route.replay = Replay::WithKey;
    return route;
}

Route with_body(
    std::string_view pattern,
    RoleSet roles,
    Handler handler,
    std::size_t bytes_max,
    std::vector<std::string_view> accepts
) {
    Route route = with_json(Method::Post, pattern, roles, handler, BodyRule::Required);
    route.body_bytes_max = bytes_max;
    route.accepts = std::move(accepts);
    return replayed(route);
}

Route events(std::string_view pattern, RoleSet roles) {
    Route route = get(pattern, roles, nullptr, RunsOn::Loop);
    route.kind = RouteKind::Events;
    return route;
}

Route without_body(Method method, std::string_view pattern, RoleSet roles, Handler handler) {
    Route route = get(pattern, roles, handler);
    route.method = method;
    return route;
}

using namespace handlers; // NOLINT(google-build-using-namespace): one table of one folder
constexpr BodyRule required = BodyRule::Required;
constexpr BodyRule optional = BodyRule::Optional;

std::vector<Route> system_and_session_routes() {
    return {
        get("/v1/health", everybody, health, RunsOn::Loop),
        get("/v1/ready", everybody, ready),
        get("/v1/openapi.json", everybody, openapi, RunsOn::Loop),
        get("/metrics", everybody, metrics),
        get("/v1/demo", everybody, demo, RunsOn::Loop),
        get("/v1/notices/{version}", everybody, notice, RunsOn::Loop),

        with_json(Method::Post, "/v1/session", everybody, open_session, required),
        get("/v1/session", signed_in, show_session, RunsOn::Loop),
        without_body(Method::Delete, "/v1/session", signed_in, end_session),
        with_json(Method::Post, "/v1/session/tokens", operators, mint_token, required),
    };
}

std::vector<Route> list_and_context_routes() {
    return {
        with_body(
            "/v1/manifests",
            carriers,
            receive_manifest,
            limits::manifest_bytes_max,
            {"application/edifact", "text/plain", "text/csv", json_type}
        ),
        get("/v1/manifests/{manifest}/acknowledgement", list_readers, acknowledgement),
        get("/v1/manifests/{manifest}/cusres", list_readers, data_answer),
        get("/v1/contexts", list_readers, list_contexts),
        get("/v1/contexts/{context}", list_readers, show_context),
        get("/v1/contexts/{context}/coverage", list_readers, coverage),
        get("/v1/contexts/{context}/coverage/history", list_readers, coverage_history),
        get("/v1/matcher", operators, show_matcher),
        with_json(Method::Post, "/v1/matcher", operators, change_matcher, required),
        get("/v1/contexts/{context}/travelers", officers, list_travelers),
        with_body(
            "/v1/contexts/{context}/travelers",
            operators,
            add_visitor,
            limits::http_body_bytes_max,
            {"multipart/form-data"}
        ),
        with_json(Method::Post, "/v1/contexts/{context}/close", operators, close_context, optional),
        with_json(Method::Post, "/v1/contexts/{context}/depart", officers, depart, optional),
        with_json(
            Method::Post,
            "/v1/contexts/{context}/return-to-gate",
            officers,
            return_to_gate,
            optional
        ),
        with_json(
            Method::Post, "/v1/contexts/{context}/cancel", operators, cancel_flight, optional
        ),
        with_json(
            Method::Post,
            "/v1/contexts/{context}/travelers/{traveler}/offload",
            officers,
            offload,
            optional
        ),
        get("/v1/contexts/{context}/versions", list_readers, list_versions),
        get("/v1/contexts/{context}/versions/{manifest}/diff", officers, show_diff),
        with_json(Method::Post, "/v1/windows", operators, open_window, required),
        get("/v1/crossings", officers, list_crossings),
    };
}

std::vector<Route> checkpoint_routes() {
    return {
        get("/v1/checkpoints", signed_in, list_checkpoints),
        with_json(
            Method::Put,
            "/v1/checkpoints/{checkpoint}/contexts",
            officers,
            assign_contexts,
            required
        ),
        get("/v1/checkpoints/{checkpoint}/transactions", officers, list_transactions),
        events("/v1/checkpoints/{checkpoint}/events", checkpoint_devices),
    };
}

std::vector<Route> transaction_routes() {
    return {
        with_json(
            Method::Put,
            "/v1/transactions/{transaction}",
            checkpoint_devices,
            open_transaction,
            required
        ),
        get("/v1/transactions/{transaction}", checkpoint_devices, show_transaction),
        with_body(
            "/v1/transactions/{transaction}/captures",
            checkpoint_devices,
            capture,
            limits::http_body_bytes_max,
            {"image/jpeg", "image/png", "multipart/form-data"}
        ),
        with_body(
            "/v1/transactions/{transaction}/document",
            checkpoint_devices,
            present_document,
            document_bytes_max,
            {json_type, "multipart/form-data"}
        ),
        replayed(with_json(
            Method::Post,
            "/v1/transactions/{transaction}/opt-out",
            checkpoint_devices,
            opt_out,
            optional
        )),
        replayed(with_json(
            Method::Post, "/v1/transactions/{transaction}/decision", officers, decide, required
        )),
        with_json(
            Method::Post,
            "/v1/transactions/{transaction}/close",
            checkpoint_devices,
            close_transaction,
            optional
        ),
        get("/v1/transactions/{transaction}/live.jpg", officers, live_photo),
        get("/v1/transactions/{transaction}/held/{index}.jpg", officers, held_photo),
    };
}

std::vector<Route> make_table() {
    std::vector<Route> table;
    for (auto* const part :
         {system_and_session_routes, list_and_context_routes, checkpoint_routes, transaction_routes
         }) {
        std::vector<Route> routes = part();
        table.insert(table.end(), routes.begin(), routes.end());
    }
    return table;
}

} // namespace

std::span<const Route> route_table() {
    static const std::vector<Route> table = make_table();
    return table;
}

std::vector<std::string> counted_routes() {
    std::set<std::string> names{std::string(page_route)};
    for (const Route& route : route_table()) {
        names.emplace(route.pattern);
    }
    return {names.begin(), names.end()};
}

} // namespace sallyport::transport
