#include "base/limits.hpp"
#include "transport/internal/counting.hpp"
#include "transport/internal/exchange_io.hpp"
#include "transport/internal/handlers.hpp"
#include "transport/internal/json_views.hpp"
#include "transport/multipart.hpp"

#include <algorithm>
#include <charconv>

namespace sallyport::transport::handlers {

namespace json = boost::json;
using domain::TransactionId;

namespace {

constexpr std::size_t checkpoint_chars_max = 64;
constexpr std::size_t version_chars_max = 32;
constexpr std::size_t reason_chars_max = 200;
constexpr std::size_t id_chars = 32;

Result<Response> transaction_response(
    const Exchange& exchange, int status, const Result<verification::TransactionView>& view
) {
    if (!view.has_value()) {
        return fail(view.error());
    }
    return json_response(status, transaction_view(*view, exchange.caller.role));
}

Result<std::optional<domain::TravelerId>> traveler_of(const std::optional<std::string>& text) {
    if (!text.has_value()) {
        return std::optional<domain::TravelerId>();
    }
    SALLYPORT_TRY(const domain::TravelerId id, domain::TravelerId::parse(*text));
    return std::optional(id);
}

// The frames of a capture as views into the request's body.
Result<std::vector<std::span<const std::uint8_t>>> frames_of(const Request& request) {
    const std::string_view content_type = request.headers.find("Content-Type").value_or("");
    if (media_type(content_type) != "multipart/form-data") {
        return std::vector<std::span<const std::uint8_t>>{request.body};
    }
    MultipartLimits part_limits;
    part_limits.parts_max = limits::capture_frames_max;
    SALLYPORT_TRY(
        const std::vector<Part> parts, read_multipart(content_type, request.body, part_limits)
    );
    std::vector<std::span<const std::uint8_t>> frames;
    for (const Part& part : parts) {
        if (part.name != "frame") {
            return fail(ErrorCode::InvalidArgument, "every part must be named frame");
        }
        if (part.content_type != "image/jpeg" && part.content_type != "image/png") {
            return fail(
                ErrorCode::UnsupportedMediaType, "every frame must be image/jpeg or image/png"
            );
        }
        frames.push_back(part.body);
    }
    if (frames.empty()) {
        return fail(ErrorCode::InvalidArgument, "the capture has no frame");
    }
    return frames;
}

Result<Response> photo_response(Result<SecretBytes> jpeg) {
    if (!jpeg.has_value()) {
        // Of a transaction that is over there is no picture any more: that is no conflict.
        return jpeg.error().code() == ErrorCode::StateConflict
                   ? fail(ErrorCode::NotFound, "the pictures are wiped")
                   : fail(jpeg.error());
    }
    Response response = make_response(200, "image/jpeg", {});
    response.body = *std::move(jpeg);
    return response;
}

} // namespace

Result<Response> open_transaction(const Exchange& exchange) {
    SALLYPORT_TRY(const TransactionId id, TransactionId::parse(exchange.parameter("transaction")));
    SALLYPORT_TRY(const json::object body, json_body(exchange));
    FieldReader fields(body);
    verification::OpenRequest open;
    open.id = id;
    open.checkpoint = {fields.text("checkpoint", checkpoint_chars_max)};
    const json::object* notice = fields.object("notice");
    const json::array* subjects = fields.array("subjects", limits::transaction_subjects_max);
    if (const Status read = fields.finish(); !read.has_value()) {
        return fail(read.error());
    }
    FieldReader notice_fields(*notice, "notice.");
    open.notice_version = notice_fields.text("version", version_chars_max);
    open.notice_shown_at = notice_fields.instant("shown_at");
    if (const Status read = notice_fields.finish(); !read.has_value()) {
        return fail(read.error());
    }
    if (subjects->empty()) {
        return fail(ErrorCode::InvalidArgument, "subjects must name at least one");
    }
    for (const json::value& subject : *subjects) {
        if (!subject.is_object() || !subject.as_object().empty()) {
            return fail(ErrorCode::InvalidArgument, "subjects must hold empty objects");
        }
    }
    open.subjects = subjects->size();

    const bool known = exchange.services.transactions.view(id).has_value();
    return transaction_response(
        exchange, known ? 200 : 201, exchange.services.transactions.open(open)
    );
}

Result<Response> show_transaction(const Exchange& exchange) {
    SALLYPORT_TRY(const TransactionId id, id_parameter<TransactionId>(exchange, "transaction"));
    return transaction_response(exchange, 200, exchange.services.transactions.view(id));
}

Result<Response> list_transactions(const Exchange& exchange) {
    const domain::CheckpointName name{std::string(exchange.parameter("checkpoint"))};
    SALLYPORT_TRY(
        [[maybe_unused]] const verification::Checkpoint checkpoint,
        exchange.services.checkpoints.find(name)
    );
    SALLYPORT_TRY(
        const std::vector<verification::TransactionView> open,
        exchange.services.transactions.queue(name)
    );
    json::array views;
    for (const verification::TransactionView& view : open) {
        views.push_back(transaction_view(view, exchange.caller.role));
    }
    return json_response(200, {{"transactions", std::move(views)}});
}

Result<Response> capture(const Exchange& exchange) {
    SALLYPORT_TRY(const TransactionId id, id_parameter<TransactionId>(exchange, "transaction"));
    verification::CaptureRequest request;
    request.id = id;
    request.received_at = exchange.request.received_at;
    SALLYPORT_TRY(request.frames, frames_of(exchange.request));
    if (const auto at = exchange.request.headers.find("Captured-At"); at.has_value()) {
        SALLYPORT_TRY(request.captured_at, parse_instant(*at));
    }
    if (const auto quality = exchange.request.headers.find("Clock-Quality"); quality.has_value()) {
        SALLYPORT_TRY(request.clock_quality, clock_quality_from_name(*quality));
    }
    const auto view = exchange.services.transactions.capture(request);
    Result<Response> response = transaction_response(exchange, 200, view);
    if (response.has_value()) {
        count_capture(exchange.services, *view);
        response->headers.add("Server-Timing", server_timing(view->timings));
    }
    return response;
}

Result<Response> opt_out(const Exchange& exchange) {
    SALLYPORT_TRY(const TransactionId id, id_parameter<TransactionId>(exchange, "transaction"));
    SALLYPORT_TRY(const json::object body, json_body(exchange));
    FieldReader fields(body);
    const std::optional<std::string> named = fields.optional_text("traveler", id_chars);
    if (const Status read = fields.finish(); !read.has_value()) {
        return fail(read.error());
    }
    if (named.has_value() && exchange.caller.role == access::Role::Kiosk) {
        return fail(ErrorCode::Forbidden, "a kiosk opts nobody out by name");
    }
    SALLYPORT_TRY(const std::optional<domain::TravelerId> traveler, traveler_of(named));
    return transaction_response(
        exchange, 200, exchange.services.transactions.opt_out(id, traveler)
    );
}

Result<Response> decide(const Exchange& exchange) {
    SALLYPORT_TRY(const TransactionId id, id_parameter<TransactionId>(exchange, "transaction"));
    SALLYPORT_TRY(const json::object body, json_body(exchange));
    FieldReader fields(body);
    const std::string decision = fields.text("decision", 32);
    const std::optional<std::string> reason = fields.optional_text("reason", reason_chars_max);
    const std::optional<std::string> named = fields.optional_text("traveler", id_chars);
    if (const Status read = fields.finish(); !read.has_value()) {
        return fail(read.error());
    }
    verification::DecisionRequest request;
    request.id = id;
    SALLYPORT_TRY(request.decision, verification::decision_from_name(decision));
    request.reason = reason.value_or("");
    SALLYPORT_TRY(request.traveler, traveler_of(named));
    return transaction_response(exchange, 200, exchange.services.transactions.decide(request));
}

Result<Response> close_transaction(const Exchange& exchange) {
    SALLYPORT_TRY(const TransactionId id, id_parameter<TransactionId>(exchange, "transaction"));
    SALLYPORT_TRY(const json::object body, json_body(exchange));
    FieldReader fields(body);
    const std::optional<std::string> by = fields.optional_text("by", 16);
    if (const Status read = fields.finish(); !read.has_value()) {
        return fail(read.error());
    }
    if (by && *by != "device" && *by != "person") {
        return fail(ErrorCode::InvalidArgument, "by is device or person");
    }
    // A kiosk is a device whatever it says: it never ends what waits for a person.
    const bool device = exchange.caller.role == access::Role::Kiosk || by == "device";
    return transaction_response(
        exchange,
        200,
        exchange.services.transactions.close(
            id, device ? verification::ClosedBy::Device : verification::ClosedBy::Person
        )
    );
}

Result<Response> live_photo(const Exchange& exchange) {
    SALLYPORT_TRY(const TransactionId id, id_parameter<TransactionId>(exchange, "transaction"));
    return photo_response(exchange.services.transactions.live_photo(id));
}

Result<Response> held_photo(const Exchange& exchange) {
    SALLYPORT_TRY(const TransactionId id, id_parameter<TransactionId>(exchange, "transaction"));
    const std::string_view text = exchange.parameter("index");
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
    if (error != std::errc() || end != text.data() + text.size()) {
        return fail(ErrorCode::NotFound, "no such photo");
    }
    return photo_response(exchange.services.transactions.held_photo(id, index));
}

} // namespace sallyport::transport::handlers
