// The model pack that serves, its change, and what became of the galleries' coverage over time.
#include "transport/internal/exchange_io.hpp"
#include "transport/internal/handlers.hpp"
#include "transport/internal/json_views.hpp"

namespace sallyport::transport::handlers {

namespace json = boost::json;

namespace {

constexpr std::size_t pack_name_chars_max = 64;

json::object progress_view(const verification::PackProgress& progress) {
    return {
        {"state", verification::pack_state_name(progress.state)},
        {"serving", progress.serving},
        {"next", progress.next},
        {"galleries", progress.galleries},
        {"galleries_done", progress.galleries_done},
        {"travelers_done", progress.travelers_done},
        {"problem", progress.problem},
    };
}

} // namespace

Result<Response> coverage_history(const Exchange& exchange) {
    SALLYPORT_TRY(const domain::ContextId id, id_parameter<domain::ContextId>(exchange, "context"));
    SALLYPORT_TRY(
        const std::vector<verification::CoveragePoint> history,
        exchange.services.galleries.coverage_history(id)
    );
    json::array points;
    for (const verification::CoveragePoint& point : history) {
        points.push_back(json::object{
            {"at", format_instant(point.at)},
            {"travelers", point.travelers},
            {"with_photo", point.with_photo},
            {"without_photo", point.without_photo},
            {"rejected_only", point.rejected_only},
            {"opted_out", point.opted_out},
            {"templates", point.templates},
        });
    }
    return json_response(200, {{"context", id.hex()}, {"points", std::move(points)}});
}

Result<Response> show_matcher(const Exchange& exchange) {
    return json_response(200, progress_view(exchange.services.galleries.pack_progress()));
}

Result<Response> change_matcher(const Exchange& exchange) {
    SALLYPORT_TRY(const json::object body, json_body(exchange));
    FieldReader fields(body);
    const std::string pack = fields.text("pack", pack_name_chars_max);
    if (const Status read = fields.finish(); !read.has_value()) {
        return fail(read.error());
    }
    if (!exchange.services.prepare_pack) {
        return fail(ErrorCode::NotFound, "this server has one model pack");
    }
    if (const Status asked = exchange.services.prepare_pack(pack); !asked.has_value()) {
        return fail(asked.error());
    }
    return show_matcher(exchange);
}

} // namespace sallyport::transport::handlers
