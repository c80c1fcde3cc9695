// The answer on each traveler of a message (UN/EDIFACT CUSRES D.05B as the WCO/IATA/ICAO guide for
// API uses it), and the same as JSON.
#include "manifest/answers.hpp"
#include "manifest/internal/edifact_text.hpp"
#include "manifest/internal/edifact_writer.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace sallyport::manifest {

namespace {

namespace json = boost::json;
using internal::Element;

const std::string& code_of(DataSufficiency status, const AnswerCodes& codes) {
    switch (status) {
    case DataSufficiency::Complete:
        return codes.complete;
    case DataSufficiency::Insufficient:
        return codes.insufficient;
    case DataSufficiency::Error:
        break;
    }
    return codes.error;
}

void write_time(
    internal::EdifactWriter& writer, std::string_view qualifier, const std::optional<Instant>& time
) {
    if (time) {
        const auto minute = std::chrono::floor<std::chrono::seconds>(*time);
        writer.segment(
            "DTM", {{std::string(qualifier), fmt::format("{:%y%m%d%H%M}", minute), "201"}}
        );
    }
}

void write_flight(internal::EdifactWriter& writer, const PassengerList& list) {
    const FlightLeg leg = list.main_leg();
    if (!list.transaction_reference.empty()) {
        writer.segment("RFF", {{"TN", list.transaction_reference}});
    }
    if (!leg.flight.empty()) {
        writer.segment("RFF", {{"AF", leg.flight}});
    }
    write_time(writer, "189", leg.departs_at);
    write_time(writer, "232", leg.arrives_at);
    if (!leg.departure.empty()) {
        writer.segment("LOC", {{"125"}, {leg.departure}});
    }
    if (!leg.arrival.empty()) {
        writer.segment("LOC", {{"87"}, {leg.arrival}});
    }
}

std::string_view text_or_empty(const std::optional<std::string>& text) {
    return text ? std::string_view(*text) : std::string_view();
}

} // namespace

Result<std::string> write_cusres(
    const PassengerList& list,
    std::span<const TravelerSufficiency> assessments,
    std::span<const std::optional<std::string>> decisions,
    const AnswerEnvelope& envelope,
    const AnswerCodes& codes
) {
    const std::size_t count = list.travelers.size();
    if (assessments.size() != count || (!decisions.empty() && decisions.size() != count)) {
        return fail(
            ErrorCode::InvalidArgument, "one assessment and one decision or none for each traveler"
        );
    }
    const bool all_listed = std::ranges::all_of(decisions, [&codes](const auto& decision) {
        return !decision || std::ranges::find(codes.decisions, *decision) != codes.decisions.end();
    });
    if (!all_listed) {
        return fail(ErrorCode::InvalidArgument, "a decision is not in the table of codes");
    }
    const std::string& own =
        envelope.own_identifier.empty() ? list.recipient : envelope.own_identifier;
    internal::EdifactWriter writer(
        {.sender = {own},
         .recipient = {list.sender},
         .made_at = envelope.made_at,
         .control_number = envelope.control_number,
         .application = "CUSRES"},
        {"CUSRES", "D", "05B", "UN", "IATA"}
    );
    writer.segment("BGM", {{"962"}}); // a response about what was sent
    write_flight(writer, list);
    for (std::size_t index = 0; index < count; ++index) {
        const domain::Traveler& traveler = list.travelers[index];
        writer.segment("ERP", {{"2"}}); // about one traveler, not about the message
        if (!traveler.reference.empty()) {
            writer.segment("RFF", {{"AVF", traveler.reference}});
        }
        if (traveler.passenger_reference.empty()) {
            writer.segment("RFF", {{"LI", std::to_string(index + 1)}});
        } else {
            writer.segment("RFF", {{"ABO", traveler.passenger_reference}});
        }
        const Element agency = codes.agency.empty() ? Element{} : Element{"", codes.agency};
        Element status{code_of(assessments[index].status, codes)};
        status.insert(status.end(), agency.begin(), agency.end());
        writer.segment("ERC", {status});
        if (!decisions.empty() && decisions[index]) {
            writer.segment("ERC", {{*decisions[index]}});
        }
    }
    return std::move(writer).finish();
}

std::string answer_json(
    std::string_view manifest,
    const PassengerList& list,
    std::span<const TravelerSufficiency> assessments,
    std::span<const std::optional<std::string>> decisions
) {
    json::array travelers;
    DataSufficiency worst = DataSufficiency::Complete;
    const std::size_t count = std::min(list.travelers.size(), assessments.size());
    for (std::size_t index = 0; index < count; ++index) {
        const TravelerSufficiency& assessment = assessments[index];
        worst = std::max(worst, assessment.status);
        const domain::Traveler& traveler = list.travelers[index];
        json::object object;
        if (traveler.passenger_reference.empty()) {
            object.emplace("passenger_reference", nullptr);
            object.emplace("position", index + 1);
        } else {
            object.emplace("passenger_reference", traveler.passenger_reference);
        }
        object.emplace("reference", traveler.reference);
        object.emplace("status", data_sufficiency_name(assessment.status));
        object.emplace("missing", json::value_from(assessment.missing));
        object.emplace("wrong", json::value_from(assessment.wrong));
        const std::string_view decision =
            index < decisions.size() ? text_or_empty(decisions[index]) : std::string_view();
        object.emplace("decision", decision.empty() ? json::value(nullptr) : json::value(decision));
        travelers.emplace_back(std::move(object));
    }
    return json::serialize(json::object{
        {"manifest", manifest},
        {"status", data_sufficiency_name(worst)},
        {"travelers", std::move(travelers)},
    });
}

} // namespace sallyport::manifest
