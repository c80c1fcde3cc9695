#include "manifest/internal/paxlst_message.hpp"

#include "manifest/internal/edifact_dates.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <string>

namespace sallyport::manifest::internal {

using domain::TravelerKind;

namespace {

constexpr std::string_view loc_departure = "125";
constexpr std::string_view loc_arrival = "87";
constexpr std::string_view loc_other_leg = "92";

// IATA codes have three characters, UN/LOCODE five.
bool is_place_code(std::string_view code) {
    return (code.size() == 3 || code.size() == 5) && std::ranges::all_of(code, [](char character) {
               return (character >= 'A' && character <= 'Z') ||
                      (character >= '0' && character <= '9');
           });
}

// ISO 3166-1 alpha-3 or a code of Doc 9303-3, whose Germany is the single letter D.
bool is_state_code(std::string_view code) {
    return code == "D" || (code.size() == 3 && std::ranges::all_of(code, [](char character) {
                               return character >= 'A' && character <= 'Z';
                           }));
}

std::optional<TravelerKind> traveler_kind_of(std::string_view nad_qualifier) {
    if (nad_qualifier == "FL") {
        return TravelerKind::Passenger;
    }
    if (nad_qualifier == "FM") {
        return TravelerKind::Crew;
    }
    if (nad_qualifier == "DDU") {
        return TravelerKind::TransitPassenger;
    }
    if (nad_qualifier == "DDT") {
        return TravelerKind::TransitCrew;
    }
    return std::nullopt;
}

ListKind list_kind_of(std::string_view document_name) {
    if (document_name == "745") {
        return ListKind::PassengerList;
    }
    if (document_name == "250") {
        return ListKind::CrewList;
    }
    if (document_name == "266") {
        return ListKind::FlightStatus;
    }
    if (document_name == "336") {
        return ListKind::MasterCrewList;
    }
    if (document_name == "655") {
        return ListKind::GatePass;
    }
    return ListKind::Unknown;
}

bool is_passenger_list_function(std::string_view function) {
    constexpr std::array<std::string_view, 9> known{
        "", "CP", "XR", "RP", "CL", "CLOB", "CLNB", "XF", "CF"
    };
    return std::ranges::find(known, function) != known.end();
}

} // namespace

// The segments of PAXLST D.02B to D.05B between UNH and UNT.
const std::array<PaxlstMessage::Known, 18> PaxlstMessage::known_segments{{
    {"BGM", &PaxlstMessage::take_bgm},
    {"RFF", &PaxlstMessage::take_rff},
    {"NAD", &PaxlstMessage::take_nad},
    {"TDT", &PaxlstMessage::take_tdt},
    {"LOC", &PaxlstMessage::take_loc},
    {"DTM", &PaxlstMessage::take_dtm},
    {"ATT", &PaxlstMessage::take_att},
    {"NAT", &PaxlstMessage::take_nat},
    {"DOC", &PaxlstMessage::take_doc},
    {"CNT", &PaxlstMessage::take_cnt},
    {"COM", nullptr},
    {"MEA", nullptr},
    {"GEI", nullptr},
    {"FTX", nullptr},
    {"EMP", nullptr},
    {"CPI", nullptr},
    {"QTY", nullptr},
    {"AUT", nullptr},
}};

void PaxlstMessage::take(const Segment& segment) {
    const auto known = std::ranges::find(known_segments, segment.tag(), &Known::tag);
    if (known == known_segments.end()) {
        // The tag is not repeated here: after a terminator that should have been released it is
        // the rest of somebody's name.
        faults_.error(
            segment.place,
            "not a segment of PAXLST; a separator inside a text that was not released looks so"
        );
        return;
    }
    if (!has_bgm_ && known->tag != "BGM") {
        has_bgm_ = true; // said once
        faults_.error(segment.place, "BGM is missing: it must follow UNH");
    }
    if (known->handler != nullptr) {
        (this->*known->handler)(segment);
    }
}

void PaxlstMessage::take_bgm(const Segment& segment) {
    has_bgm_ = true;
    list_.kind = list_kind_of(segment.at(1));
    list_.function = segment.at(2);
    if (list_.kind == ListKind::Unknown) {
        faults_.error(segment.place, "BGM: the document code is not 745, 250, 266, 336 or 655");
    }
    if (list_.kind == ListKind::PassengerList && !is_passenger_list_function(list_.function)) {
        faults_.warning(segment.place, "BGM: the function of this passenger list is not known");
    }
}

void PaxlstMessage::take_rff(const Segment& segment) {
    if (group_ != Group::Traveler) {
        return; // RFF+TN and the like: references of the message
    }
    const std::string_view qualifier = segment.at(1);
    const std::string_view value = segment.at(1, 1);
    if (qualifier == "AVF") {
        traveler().reference = value;
    } else if (qualifier == "ABO") {
        traveler().passenger_reference = value;
    } else if (qualifier == "SEA") {
        traveler().seat = value;
    } else {
        return;
    }
    if (value.empty()) {
        faults_.warning(segment.place, fmt::format("RFF+{} is empty", qualifier));
    }
}

void PaxlstMessage::take_nad(const Segment& segment) {
    finish_traveler();
    const std::string_view qualifier = segment.at(1);
    if (const std::optional<TravelerKind> kind = traveler_kind_of(qualifier)) {
        start_traveler(segment, *kind);
        return;
    }
    group_ = Group::Header;
    if (qualifier != "MS") {
        faults_.warning(segment.place, "NAD: the party is not MS, FL, FM, DDU or DDT; passed over");
    }
}

void PaxlstMessage::start_traveler(const Segment& segment, TravelerKind kind) {
    group_ = Group::Traveler;
    traveler_place_ = segment.place;
    in_document_ = false;
    document_dropped_ = false;
    sex_stated_ = false;
    domain::Traveler& added = list_.travelers.emplace_back();
    added.kind = kind;
    // C080: family name, first given name, further given names.
    constexpr std::size_t name_element = 4;
    constexpr std::size_t name_components = 5;
    added.family_name = segment.at(name_element);
    for (std::size_t component = 1; component < name_components; ++component) {
        const std::string_view given = segment.at(name_element, component);
        if (!given.empty()) {
            added.given_names += added.given_names.empty() ? "" : " ";
            added.given_names += given;
        }
    }
    if (added.family_name.empty()) {
        faults_.error(segment.place, fmt::format("NAD+{} without a family name", segment.at(1)));
    }
}

void PaxlstMessage::finish_traveler() {
    if (group_ != Group::Traveler) {
        return;
    }
    std::vector<std::string_view> missing;
    if (!traveler().birth_date) {
        missing.emplace_back("birth date");
    }
    if (!sex_stated_) {
        missing.emplace_back("sex");
    }
    if (traveler().nationality.empty()) {
        missing.emplace_back("nationality");
    }
    if (traveler().documents.empty()) {
        missing.emplace_back("document");
    }
    if (!missing.empty()) {
        faults_.warning(
            traveler_place_, fmt::format("traveler without {}", fmt::join(missing, ", "))
        );
    }
}

void PaxlstMessage::take_tdt(const Segment& segment) {
    finish_traveler();
    group_ = Group::Flight;
    const std::string_view stage = segment.at(1);
    if (stage != "20" && stage != "34") {
        faults_.warning(segment.place, "TDT: the stage is neither 20 nor 34; read as a leg");
    }
    const std::string_view journey = segment.at(2);
    const std::string_view carrier = segment.at(5);
    FlightLeg& added = list_.legs.emplace_back();
    // Some send the number alone and the carrier beside it.
    const bool number_alone = journey.find_first_not_of("0123456789") == std::string_view::npos;
    added.flight = number_alone && !journey.empty() ? fmt::format("{}{}", carrier, journey)
                                                    : std::string(journey);
    if (journey.empty()) {
        faults_.error(segment.place, "TDT without a flight number");
    }
}

void PaxlstMessage::take_loc(const Segment& segment) {
    if (group_ == Group::Flight) {
        take_leg_place(segment);
        return;
    }
    if (group_ != Group::Traveler) {
        return;
    }
    const std::string_view qualifier = segment.at(1);
    const std::string_view code = segment.at(2);
    if (qualifier == "91") {
        take_issuer(segment);
    } else if (qualifier == "178") {
        traveler().embarkation = code;
    } else if (qualifier == "179") {
        traveler().debarkation = code;
    } else if (qualifier == "174") {
        traveler().residence = code;
    } else {
        return; // 22 (clearance), 180 (birth place) and others have no use here
    }
    if (code.empty() && qualifier != "91") {
        faults_.warning(segment.place, fmt::format("LOC+{} is empty", qualifier));
    }
}

void PaxlstMessage::take_leg_place(const Segment& segment) {
    const std::string_view qualifier = segment.at(1);
    if (qualifier != loc_departure && qualifier != loc_arrival && qualifier != loc_other_leg) {
        return;
    }
    const std::string code(segment.at(2));
    if (!is_place_code(code)) {
        const std::string text = fmt::format("LOC+{}: not a place code of 3 or 5", qualifier);
        if (code.empty()) {
            faults_.error(segment.place, text);
            return;
        }
        faults_.warning(segment.place, text);
    }
    const bool starts =
        qualifier == loc_departure || (qualifier == loc_other_leg && leg().departure.empty());
    const bool taken = starts ? !leg().departure.empty() : !leg().arrival.empty();
    if (taken) {
        // A further stop under the same flight number.
        FlightLeg next;
        next.flight = leg().flight;
        next.departure = starts ? std::string() : leg().arrival;
        if (!starts && code == next.departure) {
            // LOC+92 names the stop itself: it starts the leg instead of ending it.
            next.departure.clear();
        }
        list_.legs.push_back(std::move(next));
    }
    if (starts || (taken && leg().departure.empty())) {
        leg().departure = code;
    } else {
        leg().arrival = code;
    }
    leg().crosses_border = leg().crosses_border || qualifier != loc_other_leg;
}

void PaxlstMessage::take_dtm(const Segment& segment) {
    const std::string_view qualifier = segment.at(1);
    if (group_ == Group::Flight && (qualifier == "189" || qualifier == "232")) {
        take_leg_time(segment);
    } else if (group_ == Group::Traveler && qualifier == "329") {
        take_birth_date(segment);
    } else if (group_ == Group::Traveler && qualifier == "36") {
        take_expiry(segment);
    }
}

void PaxlstMessage::take_leg_time(const Segment& segment) {
    const std::string_view qualifier = segment.at(1);
    const TimeReading reading = read_time(segment.at(1, 1), segment.at(1, 2));
    std::optional<Instant>& time = qualifier == "189" ? leg().departs_at : leg().arrives_at;
    if (!reading.problem.empty()) {
        faults_.error(segment.place, fmt::format("DTM+{} {}", qualifier, reading.problem));
    } else if (time) {
        faults_.warning(
            segment.place, fmt::format("DTM+{} is given twice for one leg; passed over", qualifier)
        );
        return;
    }
    time = reading.time;
}

std::optional<domain::PartialDate> PaxlstMessage::reference_date() const {
    if (sent_on_) {
        return sent_on_;
    }
    for (const FlightLeg& candidate : list_.legs) {
        if (candidate.departs_at || candidate.arrives_at) {
            return date_of(candidate.departs_at ? *candidate.departs_at : *candidate.arrives_at);
        }
    }
    return std::nullopt;
}

void PaxlstMessage::take_birth_date(const Segment& segment) {
    const DateReading reading =
        read_date(segment.at(1, 1), segment.at(1, 2), DateUse::Birth, reference_date());
    if (!reading.problem.empty()) {
        faults_.error(segment.place, fmt::format("DTM+329 {}", reading.problem));
    }
    traveler().birth_date = reading.date;
}

void PaxlstMessage::take_expiry(const Segment& segment) {
    if (document_dropped_) {
        return;
    }
    if (!in_document_) {
        faults_.warning(segment.place, "DTM+36 (expiry) without a DOC before it; passed over");
        return;
    }
    const DateReading reading =
        read_date(segment.at(1, 1), segment.at(1, 2), DateUse::Expiry, reference_date());
    if (!reading.problem.empty()) {
        faults_.error(segment.place, fmt::format("DTM+36 {}", reading.problem));
    }
    traveler().documents.back().expiry = reading.date;
}

void PaxlstMessage::take_issuer(const Segment& segment) {
    if (document_dropped_) {
        return;
    }
    if (!in_document_) {
        faults_.warning(segment.place, "LOC+91 (issuer) without a DOC before it; passed over");
        return;
    }
    const std::string_view code = segment.at(2);
    if (code.empty()) {
        faults_.warning(segment.place, "LOC+91 (issuer) is empty");
    } else if (!is_state_code(code)) {
        faults_.warning(segment.place, "LOC+91 (issuer) is not a state code of three letters");
    }
    traveler().documents.back().issuer = code;
}

void PaxlstMessage::take_att(const Segment& segment) {
    if (group_ != Group::Traveler || segment.at(1) != "2") {
        return;
    }
    const std::string_view letter = segment.at(3);
    sex_stated_ = true;
    traveler().sex = domain::sex_from_letter(letter);
    // U is what older guides have for not stated.
    if (letter != "F" && letter != "M" && letter != "X" && letter != "U") {
        faults_.warning(segment.place, "ATT+2: the sex is not F, M, X or U");
    }
}

void PaxlstMessage::take_nat(const Segment& segment) {
    if (group_ != Group::Traveler || !traveler().nationality.empty()) {
        return; // of several nationalities the first counts
    }
    const std::string_view code = segment.at(2);
    traveler().nationality = code;
    if (!code.empty() && !is_state_code(code)) {
        faults_.warning(segment.place, "NAT is not a state code of three letters");
    }
}

void PaxlstMessage::take_doc(const Segment& segment) {
    if (group_ != Group::Traveler) {
        return;
    }
    const std::string_view type = segment.at(1);
    const std::string_view number = segment.at(2);
    document_dropped_ = domain::normalised_document_number(number).empty();
    in_document_ = !document_dropped_;
    if (document_dropped_) {
        faults_.error(segment.place, "DOC without a document number; passed over");
        return;
    }
    if (type.empty()) {
        faults_.warning(segment.place, "DOC without a document type");
    }
    domain::TravelDocument& added = traveler().documents.emplace_back();
    added.type = type;
    added.number = number;
}

void PaxlstMessage::take_cnt(const Segment& segment) {
    finish_traveler();
    group_ = Group::Totals;
    const std::string_view qualifier = segment.at(1);
    const bool passengers = qualifier == "42";
    totals_place_ = segment.place;
    if (!passengers && qualifier != "41") {
        faults_.warning(segment.place, "CNT: the total is neither 41 (crew) nor 42 (passengers)");
        return;
    }
    const std::string_view digits = segment.at(1, 1);
    std::size_t count = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (digits.empty() || code != std::errc() || end != digits.data() + digits.size()) {
        faults_.error(segment.place, fmt::format("CNT+{} does not state a number", qualifier));
        return;
    }
    (passengers ? list_.stated_count : list_.stated_crew_count) = count;
}

void PaxlstMessage::check_legs(Place place) {
    if (list_.legs.empty() &&
        (list_.kind == ListKind::PassengerList || list_.kind == ListKind::CrewList)) {
        faults_.error(place, "TDT is missing: the list names no flight");
    }
    for (const FlightLeg& candidate : list_.legs) {
        if (candidate.departure.empty() || candidate.arrival.empty()) {
            faults_.error(place, "a flight leg lacks its place of departure or arrival");
        }
        if (!candidate.departs_at && !candidate.arrives_at) {
            faults_.warning(place, "a flight leg has no time");
        }
    }
}

void PaxlstMessage::check_totals(Place place) {
    const auto compare = [this](
                             std::string_view qualifier,
                             const std::optional<std::size_t>& stated,
                             std::size_t counted,
                             std::size_t counted_without_transit
                         ) {
        // Guides differ on whether travelers in transit count.
        if (stated && *stated != counted && *stated != counted_without_transit) {
            faults_.error(
                totals_place_,
                fmt::format("CNT+{} states {}, the list has {}", qualifier, *stated, counted)
            );
        }
    };
    const auto exactly = [this](TravelerKind kind) {
        return static_cast<std::size_t>(
            std::ranges::count(list_.travelers, kind, &domain::Traveler::kind)
        );
    };
    compare(
        "42",
        list_.stated_count,
        list_.count_of(TravelerKind::Passenger),
        exactly(TravelerKind::Passenger)
    );
    compare(
        "41",
        list_.stated_crew_count,
        list_.count_of(TravelerKind::Crew),
        exactly(TravelerKind::Crew)
    );
    if (group_ != Group::Totals && list_.kind != ListKind::FlightStatus) {
        faults_.warning(place, "CNT is missing: nothing shows that the list is whole");
    }
}

PassengerList PaxlstMessage::finish(Place unt, Ending ending) {
    finish_traveler();
    if (ending == Ending::Complete) {
        if (!has_bgm_) {
            faults_.error(unt, "BGM is missing: the message is empty");
        }
        check_legs(unt);
        check_totals(unt);
    }
    return std::move(list_);
}

} // namespace sallyport::manifest::internal
