#include "transport/dispatcher.hpp"

#include "access/origin_check.hpp"
#include "base/limits.hpp"
#include "observability/log.hpp"
#include "transport/error_map.hpp"
#include "transport/internal/counting.hpp"
#include "transport/internal/fingerprint.hpp"
#include "transport/internal/session_secret.hpp"

#include <algorithm>
#include <charconv>
#include <exception>

namespace sallyport::transport {

namespace {

// The pages' own scripts, styles and pictures only; camera frames and portraits are blobs.
constexpr std::string_view content_security_policy =
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
constexpr std::string_view permissions_policy =
    "camera=(self), microphone=(), geolocation=(), payment=(), usb=()";

bool is_api(const Target& target) {
    return !target.segments.empty() && target.segments.front() == "v1";
}

Status check_body(const Route& route, const Request& header) {
    if (!header.has_body) {
        return {};
    }
    if (header.content_length.value_or(0) > route.body_bytes_max) {
        return fail(
            ErrorCode::PayloadTooLarge,
            "the body may have " + std::to_string(route.body_bytes_max) + " bytes at most"
        );
    }
    if (header.headers.find("Content-Encoding").value_or("identity") != "identity") {
        return fail(ErrorCode::UnsupportedMediaType, "compressed bodies are not read");
    }
    if (route.body == BodyRule::None) {
        return {};
    }
    const std::string type = media_type(header.headers.find("Content-Type").value_or(""));
    if (std::find(route.accepts.begin(), route.accepts.end(), type) == route.accepts.end()) {
        std::string message = "send ";
        for (const std::string_view accepted : route.accepts) {
            message += (message.size() > 5 ? ", or " : "") + std::string(accepted);
        }
        return fail(ErrorCode::UnsupportedMediaType, message);
    }
    return {};
}

std::string_view route_name(const Plan& plan) {
    return plan.route == nullptr ? page_route : plan.route->pattern;
}

Response without_route(const RouteMatch& match, Method method) {
    if (method == Method::Options) {
        Response response;
        response.status = 204;
        response.headers.add("Allow", match.allow);
        return response;
    }
    Response response =
        problem_response(Error(ErrorCode::MethodNotAllowed, "this path takes " + match.allow));
    response.headers.add("Allow", match.allow);
    return response;
}

} // namespace

Status Dispatcher::check_host(const Request& header) const {
    // RFC 9112 3.2: exactly one Host.
    if (header.headers.count("Host") != 1 || header.headers.count("Origin") > 1) {
        return fail(ErrorCode::MalformedInput, "a request needs one Host header");
    }
    return access::check_origin(*header.headers.find("Host"), header.headers.find("Origin"), port_);
}

Result<Caller> Dispatcher::caller_of(const Request& header) const {
    const auto secret = session_secret(header.headers);
    if (!secret.has_value()) {
        return Caller{};
    }
    SALLYPORT_TRY(const access::Session session, services_.sessions.find(*secret));
    return Caller{.role = session.role, .expires_at = session.expires_at};
}

Plan Dispatcher::plan(const Request& header) const {
    Plan plan;
    const auto refuse = [&](const Error& error) {
        count_problem(services_, error.code());
        plan.refusal = problem_response(error);
        return plan;
    };
    if (const Status host = check_host(header); !host.has_value()) {
        return refuse(host.error());
    }
    RouteMatch match = router_.match(header.method, header.target);
    if (match.route == nullptr) {
        if (!match.allow.empty()) {
            plan.refusal = without_route(match, header.method);
        } else if (is_api(header.target) || files_ == nullptr) {
            return refuse(Error(ErrorCode::NotFound, "no such path"));
        }
        return plan; // a page
    }
    plan.route = match.route;
    plan.parameters = std::move(match.parameters);
    plan.body_bytes_max = match.route->body_bytes_max;

    const Result<Caller> caller = caller_of(header);
    const bool open_to_all = match.route->roles.allows(access::Role::None);
    if (caller.has_value()) {
        plan.caller = *caller;
    } else if (!open_to_all) {
        return refuse(caller.error());
    }
    if (!match.route->roles.allows(plan.caller.role)) {
        return refuse(
            plan.caller.role == access::Role::None
                ? Error(ErrorCode::Unauthenticated, "sign in first")
                : Error(ErrorCode::Forbidden, "this is not for the role you signed in with")
        );
    }
    if (const Status body = check_body(*match.route, header); !body.has_value()) {
        return refuse(body.error());
    }
    return plan;
}

Result<Response> Dispatcher::call(const Plan& plan, const Request& request) const {
    const Exchange exchange{
        .request = request,
        .parameters = plan.parameters,
        .caller = plan.caller,
        .services = services_,
        .documents = documents_,
    };
    try {
        return plan.route->handler(exchange);
    } catch (const std::exception& exception) {
        // Nothing in a handler is meant to throw; memory that runs out still can.
        return fail(ErrorCode::Internal, std::string("a handler failed: ") + exception.what());
    }
}

Result<Response> Dispatcher::answer_with_key(const Plan& plan, const Request& request) const {
    const std::string_view key = *request.headers.find("Idempotency-Key");
    if (key.empty() || key.size() > limits::idempotency_key_chars_max ||
        request.headers.count("Idempotency-Key") > 1) {
        return fail(
            ErrorCode::InvalidArgument, "Idempotency-Key must be one text of 1 to 128 characters"
        );
    }
    const std::string scope = std::string(method_name(request.method)) + " " +
                              request.target.path() + " " +
                              std::string(access::role_name(plan.caller.role));
    const std::string fingerprint = request_fingerprint(request);
    SALLYPORT_TRY(const auto recorded, services_.answers.begin(scope, key, fingerprint));
    if (recorded.has_value()) {
        count(services_.metrics, observability::Counter::AnswersReplayed);
        Response again = make_response(recorded->status, recorded->content_type, recorded->body);
        again.headers.add("Idempotent-Replayed", "true");
        return again;
    }
    Result<Response> result = call(plan, request);
    Response response = result.has_value() ? *std::move(result) : problem_of(plan, result.error());
    if (response.status >= 500 || response.status == 429) {
        // Not an answer to the request but to the moment: the client tries again.
        services_.answers.forget(scope, key);
        return response;
    }
    const verification::Answer answer{
        .status = response.status,
        .content_type = std::string(response.headers.find("Content-Type").value_or("")),
        .body = std::string(text_of(response.body)),
    };
    if (const Status kept = services_.answers.record(scope, key, fingerprint, answer);
        !kept.has_value()) {
        // The work is done; only the promise to repeat its answer cannot be kept.
        services_.answers.forget(scope, key);
    }
    return response;
}

Result<Response> Dispatcher::answer(const Plan& plan, const Request& request) const {
    if (plan.route == nullptr) {
        return files_->serve(request);
    }
    const Route& route = *plan.route;
    if (request.body.size() > route.body_bytes_max) {
        return fail(ErrorCode::PayloadTooLarge, "the body is larger than this route takes");
    }
    if (route.body == BodyRule::Required && request.body.empty()) {
        return fail(ErrorCode::InvalidArgument, "the request needs a body");
    }
    if (route.kind == RouteKind::Events) {
        Response upgrade = make_problem(
            426, "upgrade-required", "This is a WebSocket", "connect with a WebSocket client"
        );
        upgrade.headers.add("Upgrade", "websocket");
        upgrade.headers.add("Connection", "Upgrade");
        return upgrade;
    }
    if (route.replay == Replay::WithKey && request.headers.count("Idempotency-Key") > 0) {
        return answer_with_key(plan, request);
    }
    return call(plan, request);
}

Response Dispatcher::run(const Plan& plan, const Request& request) const {
    Response response;
    if (plan.refusal.has_value()) {
        response = *plan.refusal;
    } else {
        Result<Response> result = answer(plan, request);
        response = result.has_value() ? *std::move(result) : problem_of(plan, result.error());
    }
    finish(plan, request, response);
    return response;
}

Response Dispatcher::problem_of(const Plan& plan, const Error& error) const {
    count_problem(services_, error.code());
    Response problem = problem_response(error);
    if (problem.status >= 500) {
        observability::log_warning(
            "http.failed",
            {{"route", route_name(plan)},
             {"code", error_code_name(error.code())},
             {"cause", error.describe()}}
        );
    }
    return problem;
}

Response Dispatcher::refuse(const Plan& plan, const Request& request, const Error& error) const {
    Response response = problem_of(plan, error);
    finish(plan, request, response);
    return response;
}

void Dispatcher::finish(const Plan& plan, const Request& request, Response& response) const {
    response.route = route_name(plan);
    finish_response(request, response);
    count_answer(services_, request, response);
}

Response Dispatcher::handle(const Request& request) const {
    return run(plan(request), request);
}

Result<EventsRequest> Dispatcher::events_request(const Plan& plan, const Request& request) const {
    const auto found =
        std::find_if(plan.parameters.begin(), plan.parameters.end(), [](const auto& entry) {
            return entry.first == "checkpoint";
        });
    EventsRequest events{
        .checkpoint = {found == plan.parameters.end() ? "" : found->second}, .after = {}
    };
    SALLYPORT_TRY(
        [[maybe_unused]] const verification::Checkpoint checkpoint,
        services_.checkpoints.find(events.checkpoint)
    );
    if (const auto after = request.target.parameter("after"); after.has_value()) {
        std::uint64_t sequence = 0;
        const auto [end, error] =
            std::from_chars(after->data(), after->data() + after->size(), sequence);
        if (error != std::errc() || end != after->data() + after->size() || after->empty()) {
            return fail(ErrorCode::InvalidArgument, "after must be the number of an event");
        }
        events.after = sequence;
    }
    return events;
}

void Dispatcher::finish_response(const Request& request, Response& response) {
    const auto ensure = [&](std::string_view name, std::string_view value) {
        if (response.headers.count(name) == 0) {
            response.headers.add(std::string(name), std::string(value));
        }
    };
    ensure("X-Content-Type-Options", "nosniff");
    ensure("Referrer-Policy", "no-referrer");
    ensure("Cache-Control", "no-store");
    ensure("Content-Security-Policy", content_security_policy);
    ensure("Permissions-Policy", permissions_policy);
    ensure("Cross-Origin-Resource-Policy", "same-origin");
    response.head_only = request.method == Method::Head;
}

} // namespace sallyport::transport
