#include "transport/internal/exchange_io.hpp"
#include "transport/internal/handlers.hpp"
#include "transport/internal/json_views.hpp"
#include "transport/multipart.hpp"

#include <algorithm>
#include <optional>

namespace sallyport::transport::handlers {

namespace {

constexpr std::size_t name_bytes_max = 120;

// A name as a visitor may type it: not empty, not long, no control characters.
Result<std::string> name_of(const Part& part) {
    const std::string_view text = part.text();
    const bool controls = std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
    if (text.find_first_not_of(' ') == std::string_view::npos || text.size() > name_bytes_max ||
        controls) {
        return fail(ErrorCode::InvalidArgument, part.name + " must be a name of 1 to 120 bytes");
    }
    return std::string(text);
}

struct VisitorForm {
    std::string family_name; // never empty once it was read
    std::string given_names;
    std::optional<std::span<const std::uint8_t>> photo;
};

Result<VisitorForm> read_form(const Request& request) {
    MultipartLimits part_limits;
    part_limits.parts_max = 3;
    SALLYPORT_TRY(
        const std::vector<Part> parts,
        read_multipart(request.headers.find("Content-Type").value_or(""), request.body, part_limits)
    );
    VisitorForm form;
    for (const Part& part : parts) {
        if (part.name == "family_name" && form.family_name.empty()) {
            SALLYPORT_TRY(form.family_name, name_of(part));
        } else if (part.name == "given_names" && form.given_names.empty()) {
            SALLYPORT_TRY(form.given_names, name_of(part));
        } else if (part.name == "photo" && !form.photo.has_value()) {
            if (part.content_type != "image/jpeg") {
                return fail(ErrorCode::UnsupportedMediaType, "photo must be image/jpeg");
            }
            form.photo = part.body;
        } else {
            return fail(
                ErrorCode::InvalidArgument, "send family_name, given_names and photo, each once"
            );
        }
    }
    if (form.family_name.empty() || form.given_names.empty() || !form.photo.has_value()) {
        return fail(
            ErrorCode::InvalidArgument, "send family_name, given_names and photo, each once"
        );
    }
    return form;
}

} // namespace

Result<Response> demo(const Exchange& exchange) {
    if (exchange.services.demo_json.empty()) {
        return fail(ErrorCode::NotFound, "this server does not run the demo");
    }
    return make_json(200, exchange.services.demo_json);
}

Result<Response> add_visitor(const Exchange& exchange) {
    if (!exchange.services.enrol_visitor) {
        return fail(ErrorCode::NotFound, "this server does not run the demo");
    }
    SALLYPORT_TRY(const domain::ContextId id, id_parameter<domain::ContextId>(exchange, "context"));
    SALLYPORT_TRY(VisitorForm form, read_form(exchange.request));
    SALLYPORT_TRY(
        const verification::TravelerView visitor,
        exchange.services.enrol_visitor(
            id, std::move(form.family_name), std::move(form.given_names), *form.photo
        )
    );
    return json_response(201, traveler_view(visitor));
}

} // namespace sallyport::transport::handlers
