#include "transport/error_map.hpp"
#include "transport/internal/counting.hpp"
#include "transport/internal/exchange_io.hpp"
#include "transport/internal/handlers.hpp"
#include "transport/internal/json_views.hpp"

#include <fmt/format.h>

namespace sallyport::transport::handlers {

namespace json = boost::json;
using domain::ContextId;
using domain::ManifestId;
using verification::AnswerForm;

namespace {

manifest::ListFormat format_of(std::string_view media_type, std::string_view body) {
    if (media_type == "application/json") {
        return manifest::ListFormat::Json;
    }
    if (media_type == "text/csv") {
        return manifest::ListFormat::Csv;
    }
    // Senders who cannot say what they send say text/plain.
    return media_type == "text/plain" ? manifest::guess_format(body)
                                      : manifest::ListFormat::Edifact;
}

using Answer =
    Result<std::string> (verification::ManifestService::*)(const ManifestId&, AnswerForm);

Result<Response> answer_with(const Exchange& exchange, Answer answer) {
    SALLYPORT_TRY(const ManifestId id, id_parameter<ManifestId>(exchange, "manifest"));
    const std::string format(exchange.request.target.parameter("format").value_or("json"));
    if (format != "json" && format != "edifact") {
        return fail(ErrorCode::InvalidArgument, "format is json or edifact");
    }
    const AnswerForm form = format == "json" ? AnswerForm::Json : AnswerForm::Edifact;
    SALLYPORT_TRY(const std::string text, (exchange.services.manifests.*answer)(id, form));
    return form == AnswerForm::Json ? make_json(200, text)
                                    : make_response(200, "application/edifact", text);
}

} // namespace

Result<Response> receive_manifest(const Exchange& exchange) {
    const std::string type = media_type(exchange.request.headers.find("Content-Type").value_or(""));
    const manifest::ListFormat format = format_of(type, text_of(exchange.request.body));
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
            fmt::format(
                R"("faults":{},"acknowledgement":{},"acknowledgement_edifact":{})",
                json::serialize(faults),
                outcome.refusal.json,
                json::serialize(
                    outcome.refusal.edifact.empty() ? json::value(nullptr)
                                                    : json::value(outcome.refusal.edifact)
                )
            )
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
            {"changes", changes_view(outcome.changes)},
            {"faults", std::move(faults)},
        }
    );
}

Result<Response> acknowledgement(const Exchange& exchange) {
    return answer_with(exchange, &verification::ManifestService::acknowledgement);
}

Result<Response> data_answer(const Exchange& exchange) {
    return answer_with(exchange, &verification::ManifestService::data_answer);
}

Result<Response> list_versions(const Exchange& exchange) {
    SALLYPORT_TRY(const ContextId id, id_parameter<ContextId>(exchange, "context"));
    SALLYPORT_TRY(const auto versions, exchange.services.manifests.versions(id));
    json::array views;
    for (const verification::VersionView& version : versions) {
        views.push_back(version_view(version));
    }
    return json_response(200, {{"versions", std::move(views)}});
}

Result<Response> show_diff(const Exchange& exchange) {
    SALLYPORT_TRY(const ContextId context, id_parameter<ContextId>(exchange, "context"));
    SALLYPORT_TRY(const ManifestId id, id_parameter<ManifestId>(exchange, "manifest"));
    SALLYPORT_TRY(const manifest::RollDiff diff, exchange.services.manifests.diff(context, id));
    return json_response(200, diff_view(diff));
}

} // namespace sallyport::transport::handlers
