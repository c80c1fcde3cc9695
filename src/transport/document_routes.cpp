// A travel document presented in a transaction: what a document reader or an officer hands in.
#include "base/limits.hpp"
#include "documents/data_groups.hpp"
#include "transport/internal/counting.hpp"
#include "transport/internal/exchange_io.hpp"
#include "transport/internal/handlers.hpp"
#include "transport/internal/json_views.hpp"
#include "transport/multipart.hpp"

#include <charconv>
#include <set>

namespace sallyport::transport::handlers {

namespace json = boost::json;
using domain::TransactionId;
using verification::PresentedDocument;

namespace {

constexpr std::size_t check_chars_max = 16;
// Texts and files together: 16 data groups, EF.COM, EF.SOD and six texts.
constexpr std::size_t document_parts_max = 24;

Result<documents::MRZMode> mode_from_name(std::string_view name) {
    if (name == "strict") {
        return documents::MRZMode::Strict;
    }
    if (name == "tolerant") {
        return documents::MRZMode::Tolerant;
    }
    return fail(ErrorCode::InvalidArgument, "mrz_mode is strict or tolerant");
}

// One text field of either form of the request; false when there is no such field.
Result<bool> take_text(PresentedDocument& document, std::string_view name, std::string text) {
    if (name == "mrz") {
        document.mrz = std::move(text);
    } else if (name == "mrz_mode") {
        SALLYPORT_TRY(document.mrz_mode, mode_from_name(text));
    } else if (name == "boarding_pass") {
        document.boarding_pass = std::move(text);
    } else if (name == "chip_authentication") {
        SALLYPORT_TRY(
            document.reader.chip_authentication, verification::reader_check_from_name(text)
        );
    } else if (name == "active_authentication") {
        SALLYPORT_TRY(
            document.reader.active_authentication, verification::reader_check_from_name(text)
        );
    } else if (name == "passive_authentication") {
        SALLYPORT_TRY(
            document.reader.passive_authentication, verification::reader_check_from_name(text)
        );
    } else {
        return false;
    }
    return true;
}

// The file that a part's name stands for: com, sod, dg1 to dg16.
Result<documents::Bytes*> file_of(documents::ChipFiles& chip, std::string_view name) {
    if (name == "com") {
        return &chip.com.emplace();
    }
    if (name == "sod") {
        return &chip.sod.emplace();
    }
    int number = 0;
    if (name.starts_with("dg")) {
        const std::string_view digits = name.substr(2);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), number);
        const bool whole = error == std::errc() && end == digits.data() + digits.size();
        const auto group = whole ? documents::data_group_from_number(number) : std::nullopt;
        if (group) {
            return &chip.groups[*group];
        }
    }
    return fail(
        ErrorCode::InvalidArgument,
        "a part must be named mrz, mrz_mode, boarding_pass, com, sod, dg1 to dg16, "
        "chip_authentication, active_authentication or passive_authentication"
    );
}

Result<PresentedDocument> from_parts(const Request& request, std::string_view content_type) {
    MultipartLimits part_limits;
    part_limits.parts_max = document_parts_max;
    SALLYPORT_TRY(
        const std::vector<Part> parts, read_multipart(content_type, request.body, part_limits)
    );
    PresentedDocument document;
    std::set<std::string> seen;
    for (const Part& part : parts) {
        if (!seen.insert(part.name).second) {
            return fail(ErrorCode::InvalidArgument, "a part is named twice");
        }
        SALLYPORT_TRY(const bool is_text, take_text(document, part.name, std::string(part.text())));
        if (is_text) {
            continue;
        }
        SALLYPORT_TRY(documents::Bytes* const file, file_of(document.chip, part.name));
        if (part.body.size() > limits::chip_file_bytes_max) {
            return fail(ErrorCode::PayloadTooLarge, "a chip's file has at most 1 MiB");
        }
        file->assign(part.body.begin(), part.body.end());
    }
    return document;
}

Result<PresentedDocument> from_json(const Exchange& exchange) {
    SALLYPORT_TRY(const json::object body, json_body(exchange));
    FieldReader fields(body);
    PresentedDocument document;
    struct TextField {
        std::string_view name;
        std::size_t chars_max;
        FieldReader::Lines lines = FieldReader::Lines::One;
    };
    const TextField texts[] = {
        {"mrz", limits::mrz_text_chars_max, FieldReader::Lines::Several},
        {"mrz_mode", check_chars_max},
        {"boarding_pass", limits::boarding_pass_chars_max},
        {"chip_authentication", check_chars_max},
        {"active_authentication", check_chars_max},
        {"passive_authentication", check_chars_max},
    };
    for (const TextField& field : texts) {
        if (auto text = fields.optional_text(field.name, field.chars_max, field.lines)) {
            SALLYPORT_CHECK(take_text(document, field.name, *std::move(text)));
        }
    }
    SALLYPORT_CHECK(fields.finish());
    return document;
}

} // namespace

Result<Response> present_document(const Exchange& exchange) {
    SALLYPORT_TRY(const TransactionId id, id_parameter<TransactionId>(exchange, "transaction"));
    const std::string_view content_type =
        exchange.request.headers.find("Content-Type").value_or("");
    verification::DocumentRequest request;
    request.id = id;
    if (media_type(content_type) == "multipart/form-data") {
        SALLYPORT_TRY(request.document, from_parts(exchange.request, content_type));
    } else {
        SALLYPORT_TRY(request.document, from_json(exchange));
    }
    SALLYPORT_TRY(
        const verification::TransactionView view,
        exchange.services.transactions.present_document(request)
    );
    if (view.evidence && view.evidence->compared_with != verification::ComparedWith::Gallery) {
        count_capture(exchange.services, view); // a verdict came of it
    }
    return json_response(200, transaction_view(view, exchange.caller.role));
}

} // namespace sallyport::transport::handlers
