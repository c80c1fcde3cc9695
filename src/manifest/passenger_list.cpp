#include "manifest/passenger_list.hpp"

#include "manifest/internal/csv_columns.hpp"
#include "manifest/internal/received.hpp"

#include <algorithm>

namespace sallyport::manifest {

std::string_view list_kind_name(ListKind kind) {
    switch (kind) {
    case ListKind::PassengerList:
        return "passenger_list";
    case ListKind::CrewList:
        return "crew_list";
    case ListKind::FlightStatus:
        return "flight_status";
    case ListKind::MasterCrewList:
        return "master_crew_list";
    case ListKind::GatePass:
        return "gate_pass";
    case ListKind::Unknown:
        break;
    }
    return "unknown";
}

std::string_view list_function_name(ListFunction function) {
    switch (function) {
    case ListFunction::Original:
        return "original";
    case ListFunction::Change:
        return "change";
    case ListFunction::CancelTravelers:
        return "cancel_travelers";
    case ListFunction::Reduction:
        return "reduction";
    case ListFunction::Close:
        return "close";
    case ListFunction::CloseOnBoard:
        return "close_on_board";
    case ListFunction::CloseNotOnBoard:
        return "close_not_on_board";
    case ListFunction::CancelFlight:
        return "cancel_flight";
    case ListFunction::ChangeFlight:
        return "change_flight";
    case ListFunction::Unknown:
        break;
    }
    return "unknown";
}

std::string_view movement_name(Movement movement) {
    switch (movement) {
    case Movement::Flight:
        break;
    case Movement::Voyage:
        return "voyage";
    case Movement::Private:
        return "private";
    }
    return "flight";
}

FlightLeg PassengerList::main_leg() const {
    const auto marked =
        std::ranges::find_if(legs, [](const FlightLeg& leg) { return leg.crosses_border; });
    if (marked != legs.end()) {
        return *marked;
    }
    if (legs.empty()) {
        return {};
    }
    FlightLeg route = legs.front();
    route.arrival = legs.back().arrival;
    route.arrives_at = legs.back().arrives_at;
    return route;
}

std::size_t PassengerList::count_of(domain::TravelerKind wanted) const {
    using domain::TravelerKind;
    const TravelerKind transit = wanted == TravelerKind::Passenger ? TravelerKind::TransitPassenger
                                                                   : TravelerKind::TransitCrew;
    return static_cast<std::size_t>(std::ranges::count_if(
        travelers,
        [wanted, transit](const domain::Traveler& traveler) {
            return traveler.kind == wanted || traveler.kind == transit;
        }
    ));
}

bool ListReading::has_errors() const {
    return std::ranges::any_of(faults, [](const Fault& fault) {
        return fault.severity == Severity::Error;
    });
}

ListFormat guess_format(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) {
        text.remove_prefix(byte_order_mark.size());
    }
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const std::size_t second =
        first == std::string_view::npos ? first : text.find_first_not_of(" \t\r\n", first + 1);
    const char opening = first == std::string_view::npos ? '\0' : text[first];
    const char inside = second == std::string_view::npos ? '}' : text[second];
    if ((opening == '{' && (inside == '"' || inside == '}')) ||
        (opening == '[' && (inside == '{' || inside == ']' || inside == '"'))) {
        return ListFormat::Json;
    }
    // Mail systems put "[External]" before a message.
    if (internal::holds_interchange(text)) {
        return ListFormat::Edifact;
    }
    if (opening == '{' || opening == '[') {
        return ListFormat::Json;
    }
    return internal::begins_with_columns(text) ? ListFormat::Csv : ListFormat::Edifact;
}

ListReading read_list(std::string_view bytes, ListFormat format) {
    switch (format) {
    case ListFormat::Edifact:
        break;
    case ListFormat::Json:
        return read_json_list(bytes);
    case ListFormat::Csv:
        return read_csv_list(bytes);
    }
    return read_paxlst(bytes);
}

} // namespace sallyport::manifest
