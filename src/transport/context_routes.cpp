#include "base/limits.hpp"
#include "transport/internal/exchange_io.hpp"
#include "transport/internal/handlers.hpp"
#include "transport/internal/json_views.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>

namespace sallyport::transport::handlers {

namespace json = boost::json;
using domain::ContextId;

namespace {

// A checkpoint that serves more flights than this at once searches a gallery of its own kind.
constexpr std::size_t checkpoint_contexts_max = 64;
constexpr std::size_t crossings_max = 1000;

using Marks = std::map<domain::CrossingId, ledger::CrossingMark>;

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

// One step in the life of the context that the path names; the context as it is then.
template <class Step>
Result<Response> take_step(const Exchange& exchange, const Step& step) {
    SALLYPORT_TRY(const ContextId id, id_parameter<ContextId>(exchange, "context"));
    SALLYPORT_TRY(const json::object body, json_body(exchange));
    if (const Status read = FieldReader(body).finish(); !read.has_value()) {
        return fail(read.error());
    }
    if (const Status taken = step(exchange.services.contexts, id); !taken.has_value()) {
        return fail(taken.error());
    }
    SALLYPORT_TRY(const verification::ContextView context, exchange.services.manifests.context(id));
    return json_response(200, context_view(context));
}

Result<bool> is_of_context(const Exchange& exchange, const domain::TravelerId& traveler) {
    SALLYPORT_TRY(const ContextId id, id_parameter<ContextId>(exchange, "context"));
    SALLYPORT_TRY(const auto travelers, exchange.services.manifests.travelers(id));
    return std::any_of(travelers.begin(), travelers.end(), [&](const auto& view) {
        return view.traveler.id == traveler;
    });
}

// The mark in force of each crossing, for the contexts of these.
Result<Marks> marks_of(const Exchange& exchange, std::span<const ledger::Crossing> crossings) {
    std::set<ContextId> contexts;
    for (const ledger::Crossing& crossing : crossings) {
        if (crossing.context) {
            contexts.insert(*crossing.context);
        }
    }
    Marks marks;
    for (const ContextId& context : contexts) {
        SALLYPORT_TRY(const auto rows, exchange.services.crossings.marks_of_context(context));
        for (const ledger::CrossingMark& mark : rows) {
            marks[mark.crossing] = mark; // in the order written: the last one holds
        }
    }
    return marks;
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
    return take_step(exchange, [](verification::ContextService& contexts, const ContextId& id) {
        return contexts.close(id);
    });
}

Result<Response> depart(const Exchange& exchange) {
    return take_step(exchange, [](verification::ContextService& contexts, const ContextId& id) {
        return contexts.depart(id, "departed");
    });
}

Result<Response> return_to_gate(const Exchange& exchange) {
    return take_step(exchange, [](verification::ContextService& contexts, const ContextId& id) {
        return contexts.return_to_gate(id);
    });
}

Result<Response> cancel_flight(const Exchange& exchange) {
    return take_step(exchange, [](verification::ContextService& contexts, const ContextId& id) {
        return contexts.cancel(id, "flight_cancelled");
    });
}

Result<Response> offload(const Exchange& exchange) {
    SALLYPORT_TRY(
        const domain::TravelerId traveler, id_parameter<domain::TravelerId>(exchange, "traveler")
    );
    SALLYPORT_TRY(const bool listed, is_of_context(exchange, traveler));
    if (!listed) {
        return fail(ErrorCode::NotFound, "this flight has no traveler with this id");
    }
    return take_step(exchange, [&](verification::ContextService& contexts, const ContextId&) {
        return contexts.offload(traveler);
    });
}

Result<Response> open_window(const Exchange& exchange) {
    SALLYPORT_TRY(const json::object body, json_body(exchange));
    FieldReader fields(body);
    verification::WindowRequest request;
    request.name =
        fields.optional_text("name", limits::context_name_bytes_max).value_or(std::string());
    request.place = fields.text("place", 5);
    request.from = fields.instant("from");
    request.to = fields.instant("to");
    if (const Status read = fields.finish(); !read.has_value()) {
        return fail(read.error());
    }
    SALLYPORT_TRY(const domain::Context window, exchange.services.contexts.open_window(request));
    SALLYPORT_TRY(
        const verification::ContextView view, exchange.services.manifests.context(window.id)
    );
    return json_response(201, context_view(view));
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
    SALLYPORT_TRY(const Marks marks, marks_of(exchange, crossings));
    json::array views;
    for (const ledger::Crossing& crossing : crossings) {
        const auto mark = marks.find(crossing.id);
        views.push_back(crossing_view(crossing, mark == marks.end() ? nullptr : &mark->second));
    }
    return json_response(200, {{"crossings", std::move(views)}});
}

} // namespace sallyport::transport::handlers
