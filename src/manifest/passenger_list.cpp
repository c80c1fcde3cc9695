#include "manifest/passenger_list.hpp"

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
    const bool json = first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
    return json ? ListFormat::Json : ListFormat::Edifact;
}

ListReading read_list(std::string_view bytes, ListFormat format) {
    return format == ListFormat::Json ? read_json_list(bytes) : read_paxlst(bytes);
}

} // namespace sallyport::manifest
