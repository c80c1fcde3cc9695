#include "transport/internal/counting.hpp"
#include "transport/internal/exchange_io.hpp"
#include "transport/internal/handlers.hpp"
#include "transport/internal/session_secret.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sallyport::transport::handlers {

namespace {

namespace json = boost::json;

constexpr std::size_t token_chars_max = 128;

json::string_view boost_view(std::string_view text) {
    return {text.data(), text.size()};
}

} // namespace

Result<Response> health(const Exchange& exchange) {
    return json_response(
        200, {{"status", "alive"}, {"version", exchange.services.software_version}}
    );
}

Result<Response> ready(const Exchange& exchange) {
    bool all_ok = true;
    json::object checks;
    if (exchange.services.readiness) {
        for (const auto& [name, state] : exchange.services.readiness()) {
            checks[boost_view(name)] = boost_view(state);
            all_ok = all_ok && state == "ok";
        }
    }
    set_gauge(exchange.services.metrics, observability::Gauge::Ready, all_ok ? 1 : 0);
    return json_response(all_ok ? 200 : 503, {{"ready", all_ok}, {"checks", std::move(checks)}});
}

Result<Response> metrics(const Exchange& exchange) {
    const Services& services = exchange.services;
    if (services.metrics == nullptr) {
        return fail(ErrorCode::NotFound, "this server keeps no metrics");
    }
    // What only stands somewhere is looked up when it is asked for.
    SALLYPORT_TRY(const auto contexts, services.manifests.contexts());
    std::size_t open_contexts = 0;
    std::size_t templates = 0;
    for (const verification::ContextView& view : contexts) {
        if (view.context.state == domain::ContextState::Open) {
            ++open_contexts;
            const auto coverage = services.galleries.coverage(view.context.id);
            templates += coverage.has_value() ? coverage->templates : 0;
        }
    }
    std::size_t open_transactions = 0;
    for (const verification::Checkpoint& checkpoint : services.checkpoints.all()) {
        SALLYPORT_TRY(const auto queue, services.transactions.queue(checkpoint.name));
        open_transactions += queue.size();
    }
    using observability::Gauge;
    set_gauge(services.metrics, Gauge::ContextsOpen, open_contexts);
    set_gauge(services.metrics, Gauge::GalleryTemplates, templates);
    set_gauge(services.metrics, Gauge::TransactionsOpen, open_transactions);
    return make_response(
        200, "text/plain; version=0.0.4; charset=utf-8", services.metrics->render()
    );
}

Result<Response> openapi(const Exchange& exchange) {
    return make_json(200, exchange.documents.openapi());
}

Result<Response> open_session(const Exchange& exchange) {
    SALLYPORT_TRY(const json::object body, json_body(exchange));
    FieldReader fields(body);
    const std::string token = fields.text("token", token_chars_max);
    if (const Status read = fields.finish(); !read.has_value()) {
        return fail(read.error());
    }
    SALLYPORT_TRY(const access::NewSession opened, exchange.services.sessions.redeem(token));
    Response response = json_response(
        201,
        {
            {"session", opened.session},
            {"role", boost_view(access::role_name(opened.role))},
            {"expires_at", format_instant(opened.expires_at)},
        }
    );
    // No Secure: the server is reached over plain HTTP on loopback only.
    const auto life = std::chrono::duration_cast<std::chrono::seconds>(access::session_life);
    response.headers.add(
        "Set-Cookie",
        fmt::format(
            "sallyport_session={}; HttpOnly; SameSite=Strict; Path=/; Max-Age={}",
            opened.session,
            life.count()
        )
    );
    return response;
}

Result<Response> show_session(const Exchange& exchange) {
    return json_response(
        200,
        {{"role", boost_view(access::role_name(exchange.caller.role))}, {"checkpoint", nullptr}}
    );
}

Result<Response> end_session(const Exchange& exchange) {
    exchange.services.sessions.end(session_secret(exchange.request.headers).value_or(""));
    Response response;
    response.status = 204;
    response.headers.add(
        "Set-Cookie", "sallyport_session=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0"
    );
    return response;
}

Result<Response> mint_token(const Exchange& exchange) {
    SALLYPORT_TRY(const json::object body, json_body(exchange));
    FieldReader fields(body);
    const std::string name = fields.text("role", 32);
    if (const Status read = fields.finish(); !read.has_value()) {
        return fail(read.error());
    }
    SALLYPORT_TRY(const access::Role role, access::role_from_name(name));
    if (!access::given_by_token(role)) {
        return fail(ErrorCode::InvalidArgument, "role is operator, officer, kiosk or carrier");
    }
    SALLYPORT_TRY(const std::string token, exchange.services.sessions.mint_token(role));
    return json_response(201, {{"token", token}, {"role", boost_view(access::role_name(role))}});
}

Result<Response> notice(const Exchange& exchange) {
    SALLYPORT_TRY(
        const std::string_view text, exchange.documents.notice(exchange.parameter("version"))
    );
    return make_json(200, text);
}

} // namespace sallyport::transport::handlers
