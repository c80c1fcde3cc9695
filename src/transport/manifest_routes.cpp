#include "transport/error_map.hpp"
#include "transport/internal/counting.hpp"
#include "transport/internal/exchange_io.hpp"
#include "transport/internal/handlers.hpp"
#include "transport/internal/json_views.hpp"

namespace sallyport::transport::handlers {

namespace json = boost::json;

Result<Response> receive_manifest(const Exchange& exchange) {
    const std::string type = media_type(exchange.request.headers.find("Content-Type").value_or(""));
    const manifest::ListFormat format =
        type == "application/json" ? manifest::ListFormat::Json : manifest::ListFormat::Edifact;
    const auto received =
        exchange.services.manifests.receive(text_of(exchange.request.body), format);
    if (!received.has_value()) {
        count_refused_manifest(exchange.services, received.error().code());
        return fail(received.error());
    }
    const verification::ManifestOutcome& outcome = *received;
    json::array faults = fault_views(outcome.faults);
    if (!outcome.accepted) {
        count_refused_manifest(exchange.services, ErrorCode::MalformedInput);
        return make_problem(
            422,
            "manifest-rejected",
            "The passenger list was not accepted",
            "the list has errors; nothing of it was kept",
            "\"faults\":" + json::serialize(faults)
        );
    }
    count(exchange.services.metrics, observability::Counter::ManifestsRead);
    json::array contexts;
    for (const domain::ContextId& context : outcome.contexts) {
        contexts.push_back(json::value(context.hex()));
    }
    return json_response(
        201,
        {
            {"manifest", outcome.id.hex()},
            {"contexts", std::move(contexts)},
            {"travelers", outcome.travelers},
            {"faults", std::move(faults)},
        }
    );
}

} // namespace sallyport::transport::handlers
