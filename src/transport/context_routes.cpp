#include "transport/internal/exchange_io.hpp"
#include "transport/internal/handlers.hpp"
#include "transport/internal/json_views.hpp"

namespace sallyport::transport::handlers {

namespace json = boost::json;
using domain::ContextId;

namespace {

// A checkpoint that serves more flights than this at once searches a gallery of its own kind.
constexpr std::size_t checkpoint_contexts_max = 64;
constexpr std::size_t crossings_max = 1000;

Result<Response> checkpoint_response(const Exchange& exchange, const domain::CheckpointName& name) {
    SALLYPORT_TRY(
        const verification::Checkpoint checkpoint, exchange.services.checkpoints.find(name)
    );
    SALLYPORT_TRY(
        const std::vector<verification::ContextView> contexts,
        exchange.services.manifests.contexts()
    );
    return json_response(200, checkpoint_view(checkpoint, contexts, exchange.caller.role));
}

} // namespace

Result<Response> list_contexts(const Exchange& exchange) {
    SALLYPORT_TRY(
        const std::vector<verification::ContextView> contexts,
        exchange.services.manifests.contexts()
    );
    json::array views;
    for (const verification::ContextView& context : contexts) {
        views.push_back(context_view(context));
    }
    return json_response(200, {{"contexts", std::move(views)}});
}

Result<Response> show_context(const Exchange& exchange) {
    SALLYPORT_TRY(const ContextId id, id_parameter<ContextId>(exchange, "context"));
    SALLYPORT_TRY(const verification::ContextView context, exchange.services.manifests.context(id));
    return json_response(200, context_view(context));
}

Result<Response> coverage(const Exchange& exchange) {
    SALLYPORT_TRY(const ContextId id, id_parameter<ContextId>(exchange, "context"));
    SALLYPORT_TRY(const verification::Coverage coverage, exchange.services.galleries.coverage(id));
    return json_response(200, coverage_view(coverage));
}

Result<Response> list_travelers(const Exchange& exchange) {
    SALLYPORT_TRY(const ContextId id, id_parameter<ContextId>(exchange, "context"));
    // Of an unknown context there is no empty list: it is not found.
    SALLYPORT_TRY(
        [[maybe_unused]] const verification::ContextView context,
        exchange.services.manifests.context(id)
    );
    SALLYPORT_TRY(
        const std::vector<verification::TravelerView> travelers,
        exchange.services.manifests.travelers(id)
    );
    json::array views;
    for (const verification::TravelerView& traveler : travelers) {
        views.push_back(traveler_view(traveler));
    }
    return json_response(200, {{"travelers", std::move(views)}});
}

Result<Response> close_context(const Exchange& exchange) {
    SALLYPORT_TRY(const ContextId id, id_parameter<ContextId>(exchange, "context"));
    SALLYPORT_TRY(const json::object body, json_body(exchange));
    if (const Status read = FieldReader(body).finish(); !read.has_value()) {
        return fail(read.error());
    }
    if (const Status closed = exchange.services.manifests.close(id); !closed.has_value()) {
        return fail(closed.error());
    }
    exchange.services.checkpoints.release(id);
    SALLYPORT_TRY(const verification::ContextView context, exchange.services.manifests.context(id));
    return json_response(200, context_view(context));
}

Result<Response> list_checkpoints(const Exchange& exchange) {
    SALLYPORT_TRY(
        const std::vector<verification::ContextView> contexts,
        exchange.services.manifests.contexts()
    );
    json::array views;
    for (const verification::Checkpoint& checkpoint : exchange.services.checkpoints.all()) {
        views.push_back(checkpoint_view(checkpoint, contexts, exchange.caller.role));
    }
    return json_response(200, {{"checkpoints", std::move(views)}});
}

Result<Response> assign_contexts(const Exchange& exchange) {
    const domain::CheckpointName name{std::string(exchange.parameter("checkpoint"))};
    SALLYPORT_TRY(const json::object body, json_body(exchange));
    FieldReader fields(body);
    const std::vector<std::string> texts = fields.texts("contexts", checkpoint_contexts_max, 32);
    if (const Status read = fields.finish(); !read.has_value()) {
        return fail(read.error());
    }
    std::vector<ContextId> contexts;
    for (const std::string& text : texts) {
        SALLYPORT_TRY(const ContextId id, ContextId::parse(text));
        contexts.push_back(id);
    }
    if (const Status assigned = exchange.services.checkpoints.assign(name, std::move(contexts));
        !assigned.has_value()) {
        return fail(assigned.error());
    }
    return checkpoint_response(exchange, name);
}

Result<Response> list_crossings(const Exchange& exchange) {
    std::vector<ledger::Crossing> crossings;
    if (const auto text = exchange.request.target.parameter("context"); text.has_value()) {
        SALLYPORT_TRY(const ContextId id, ContextId::parse(*text));
        SALLYPORT_TRY(
            [[maybe_unused]] const verification::ContextView context,
            exchange.services.manifests.context(id)
        );
        SALLYPORT_TRY(crossings, exchange.services.crossings.of_context(id, crossings_max));
    } else {
        SALLYPORT_TRY(crossings, exchange.services.crossings.recent(crossings_max));
    }
    json::array views;
    for (const ledger::Crossing& crossing : crossings) {
        views.push_back(crossing_view(crossing));
    }
    return json_response(200, {{"crossings", std::move(views)}});
}

} // namespace sallyport::transport::handlers
