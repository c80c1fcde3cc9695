// The part of ManifestService that answers the sender of a message.
#include "verification/internal/flight_lists.hpp"
#include "verification/manifest_service.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

namespace sallyport::verification {
namespace {

// The control number of an answer: the same each time it is asked for, another one for each message
// and kind of answer, and at most the 14 digits that UNB has room for.
std::uint64_t control_number(const domain::ManifestId& id, std::uint64_t kind) {
    constexpr std::uint64_t numbers = 1'000'000'000'000;
    std::uint64_t number = 0;
    for (std::size_t index = 0; index < sizeof(number); ++index) {
        number = (number << 8U) | std::to_integer<std::uint64_t>(id.bytes()[index]);
    }
    return kind * numbers + number % numbers;
}

constexpr std::uint64_t kind_of_acknowledgement = 1;
constexpr std::uint64_t kind_of_data_answer = 5;

} // namespace

Result<ManifestRow> ManifestService::kept_message(const domain::ManifestId& id) {
    SALLYPORT_TRY(auto row, ports_.records.manifest(id));
    if (!row) {
        return fail(ErrorCode::NotFound, "there is no message with this id");
    }
    return *std::move(row);
}

Result<std::string>
ManifestService::acknowledgement(const domain::ManifestId& id, AnswerForm form) {
    SALLYPORT_TRY(const ManifestRow row, kept_message(id));
    SALLYPORT_TRY(const OpenedMessage message, read_again(ports_.sealer, row));
    if (form == AnswerForm::Json) {
        return manifest::acknowledgement_json(message.reading, message.text());
    }
    if (message.format != manifest::ListFormat::Edifact) {
        return fail(ErrorCode::InvalidArgument, "the message is not EDIFACT; ask for json");
    }
    const manifest::AnswerEnvelope envelope{
        .control_number = control_number(id, kind_of_acknowledgement),
        .made_at = ports_.clock.now(),
        .own_identifier = {}
    };
    SALLYPORT_TRY(
        const auto interchanges,
        manifest::write_acknowledgement(message.reading, message.text(), envelope)
    );
    return fmt::format("{}", fmt::join(interchanges, ""));
}

Refusal ManifestService::refusal_of(
    std::string_view body, manifest::ListReading reading, const ManifestRow& row
) {
    if (!reading.has_errors()) {
        // It can be read and is refused for what it says: each message, at no segment of its own.
        for (std::size_t message = 0; message < reading.lists.size(); ++message) {
            reading.faults.push_back({.message = message, .offset = body.size() + 1, .text = {}});
        }
    }
    Refusal refusal{.json = manifest::acknowledgement_json(reading, body), .edifact = {}};
    if (row.format != format_name(manifest::ListFormat::Edifact)) {
        return refusal;
    }
    const manifest::AnswerEnvelope envelope{
        .control_number = control_number(row.id, kind_of_acknowledgement),
        .made_at = ports_.clock.now(),
        .own_identifier = {}
    };
    if (const auto interchanges = manifest::write_acknowledgement(reading, body, envelope)) {
        refusal.edifact = fmt::format("{}", fmt::join(*interchanges, ""));
    }
    return refusal;
}

Result<std::string> ManifestService::data_answer(const domain::ManifestId& id, AnswerForm form) {
    if (ports_.sufficiency == nullptr || ports_.answer_codes == nullptr) {
        return fail(ErrorCode::NotReady, "no tables for answers to carriers are set up");
    }
    SALLYPORT_TRY(const ManifestRow row, kept_message(id));
    SALLYPORT_TRY(const OpenedMessage message, read_again(ports_.sealer, row));
    boost::json::array lists;
    std::string interchanges;
    std::uint64_t number = control_number(id, kind_of_data_answer);
    for (const manifest::PassengerList& list : message.reading.lists) {
        if (!manifest::carries_traveler_data(list)) {
            continue;
        }
        const auto assessments = manifest::assess_list(list, *ports_.sufficiency);
        const manifest::Decisions decisions =
            manifest::decisions_of(ports_.clearance, list, *ports_.answer_codes);
        for (const std::string& warning : decisions.warnings) {
            spdlog::warn("decisions on a list: {}", warning);
        }
        if (form == AnswerForm::Json) {
            lists.push_back(boost::json::parse(
                manifest::answer_json(id.hex(), list, assessments, decisions.codes)
            ));
            continue;
        }
        const manifest::AnswerEnvelope envelope{
            .control_number = number++, .made_at = ports_.clock.now(), .own_identifier = {}
        };
        SALLYPORT_TRY(
            const std::string interchange,
            manifest::write_cusres(
                list, assessments, decisions.codes, envelope, *ports_.answer_codes
            )
        );
        interchanges += interchange;
    }
    if (form == AnswerForm::Edifact) {
        if (interchanges.empty()) {
            return fail(
                ErrorCode::InvalidArgument, "the message only names travelers; ask for json"
            );
        }
        return interchanges;
    }
    return boost::json::serialize(
        boost::json::object{{"manifest", id.hex()}, {"lists", std::move(lists)}}
    );
}

} // namespace sallyport::verification
