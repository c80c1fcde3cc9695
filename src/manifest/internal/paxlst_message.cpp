#include "manifest/internal/paxlst_message.hpp"

#include "base/limits.hpp"
#include "manifest/internal/edifact_dates.hpp"
#include "manifest/internal/paxlst_codes.hpp"

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
constexpr std::string_view loc_last_stop = "130"; // the arrival of a leg within the country

} // namespace

// The segments of PAXLST D.02B to D.05B between UNH and UNT; first those that each traveler has.
const std::array<PaxlstMessage::Known, 20> PaxlstMessage::known_segments{{
    {"LOC", &PaxlstMessage::take_loc},
    {"RFF", &PaxlstMessage::take_rff},
    {"DTM", &PaxlstMessage::take_dtm},
    {"NAD", &PaxlstMessage::take_nad},
    {"ATT", &PaxlstMessage::take_att},
    {"NAT", &PaxlstMessage::take_nat},
    {"DOC", &PaxlstMessage::take_doc},
    {"MEA", nullptr},
    {"FTX", nullptr},
    {"GEI", &PaxlstMessage::take_gei},
    {"BGM", &PaxlstMessage::take_bgm},
    {"TDT", &PaxlstMessage::take_tdt},
    {"CNT", &PaxlstMessage::take_cnt},
    {"COM", nullptr},
    {"EMP", nullptr},
    {"CPI", nullptr},
    {"QTY", nullptr},
    {"AUT", nullptr},
    {"CTA", nullptr},
    {"GID", nullptr},
}};

void PaxlstMessage::take(const Segment& segment) {
    // Most tags differ in their first letter already.
    const std::string_view tag = segment.tag();
    const auto known = std::ranges::find_if(known_segments, [tag](const Known& each) {
        return tag.starts_with(each.tag.front()) && tag == each.tag;
    });
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

void PaxlstMessage::take_lost(const Segment& segment) {
    const std::string_view tag = segment.tag();
    if (tag == "NAD" || tag == "TDT") {
        finish_traveler();
        group_ = Group::Lost;
    } else if (tag == "DOC") {
        in_document_ = false;
        document_dropped_ = true;
    } else if (tag == "BGM") {
        has_bgm_ = true;
    }
}

void PaxlstMessage::take_bgm(const Segment& segment) {
    has_bgm_ = true;
    list_.kind = list_kind_of(segment.at(1));
    list_.function = segment.at(2);
    list_.purpose = list_function_of(list_.kind, capitals(list_.function));
    // Some use the message function (code list 1225) beside it: 4 change, 5 replace, 9 original.
    const std::string_view message_function = segment.at(3);
    if (list_.function.empty() && message_function == "4") {
        list_.purpose = ListFunction::Change;
    } else if (list_.function.empty() && !message_function.empty() && message_function != "5" &&
               message_function != "9") {
        list_.purpose = ListFunction::Unknown;
    }
    if (list_.kind == ListKind::Unknown) {
        faults_.error(segment.place, "BGM: the document code is not 745, 250, 266, 336 or 655");
    }
    if (list_.purpose == ListFunction::Unknown) {
        faults_.warning(segment.place, "BGM: the function of this list is not known");
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

void PaxlstMessage::take_tdt(const Segment& segment) {
    finish_traveler();
    group_ = Group::Flight;
    const std::string_view stage = segment.at(1);
    if (stage != "20" && stage != "34") {
        faults_.warning(segment.place, "TDT: the stage is neither 20 nor 34; read as a leg");
    }
    const std::string_view mode = segment.at(3);
    if (!mode.empty()) {
        const std::optional<Movement> movement = movement_of(mode);
        list_.movement = movement.value_or(list_.movement);
        if (!movement) {
            faults_.warning(segment.place, "TDT: the mode is neither 1 or 8 (water) nor 4 (air)");
        }
    }
    std::string journey = capitals(segment.at(2));
    const std::string_view carrier = segment.at(5);
    if (journey.empty() && list_.movement == Movement::Voyage) {
        // A ship without a voyage number: its identity, else its name (C222).
        journey = segment.at(8).empty() ? segment.at(8, 3) : segment.at(8);
    }
    // Some send the number alone and the carrier beside it.
    const bool number_alone = list_.movement == Movement::Flight && !journey.empty() &&
                              journey.find_first_not_of("0123456789") == std::string::npos;
    FlightLeg added;
    added.flight = number_alone ? fmt::format("{}{}", carrier, journey) : journey;
    add_leg(segment, std::move(added));
    if (journey.empty()) {
        faults_.error(segment.place, "TDT without a flight number");
    }
}

void PaxlstMessage::add_leg(const Segment& segment, FlightLeg added) {
    if (list_.legs.size() < limits::manifest_legs_max) {
        list_.legs.push_back(std::move(added));
        return;
    }
    if (!legs_full_) {
        faults_.error(
            segment.place,
            fmt::format("more than {} legs; the last ones are mixed up", limits::manifest_legs_max)
        );
    }
    legs_full_ = true;
    leg() = std::move(added);
}

void PaxlstMessage::take_loc(const Segment& segment) {
    if (group_ == Group::Flight) {
        take_leg_place(segment);
    } else if (group_ == Group::Traveler) {
        take_traveler_place(segment);
    }
}

void PaxlstMessage::take_leg_place(const Segment& segment) {
    const std::string_view qualifier = segment.at(1);
    if (qualifier != loc_departure && qualifier != loc_arrival && qualifier != loc_other_leg &&
        qualifier != loc_last_stop) {
        return;
    }
    const std::string code = code_of(segment, segment.at(2));
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
        add_leg(segment, std::move(next));
    }
    if (starts || (taken && leg().departure.empty())) {
        leg().departure = code;
    } else {
        leg().arrival = code;
    }
    leg().crosses_border =
        leg().crosses_border || qualifier == loc_departure || qualifier == loc_arrival;
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
    if (reading.without_time_of_day) {
        faults_.warning(
            segment.place, fmt::format("DTM+{} has no time of day; taken as midnight", qualifier)
        );
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

void PaxlstMessage::take_cnt(const Segment& segment) {
    finish_traveler();
    group_ = Group::Totals;
    totals_place_ = segment.place;
    const std::string_view qualifier = segment.at(1);
    std::optional<std::size_t>* stated = qualifier == "42"   ? &list_.stated_count
                                         : qualifier == "41" ? &list_.stated_crew_count
                                         : qualifier == "3"  ? &stated_total_
                                                             : nullptr;
    if (stated == nullptr) {
        faults_.warning(
            segment.place, "CNT: the total is none of 41 (crew), 42 (passengers) and 3 (all)"
        );
        return;
    }
    const std::string_view digits = segment.at(1, 1);
    std::size_t count = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (digits.empty() || code != std::errc() || end != digits.data() + digits.size()) {
        faults_.error(segment.place, fmt::format("CNT+{} does not state a number", qualifier));
        return;
    }
    *stated = count;
}

void PaxlstMessage::check_legs(Place place) {
    const bool needs_flight = list_.kind == ListKind::PassengerList ||
                              list_.kind == ListKind::CrewList ||
                              list_.kind == ListKind::FlightStatus;
    if (list_.legs.empty() && needs_flight) {
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

// Guides differ on whether travelers in transit count, so that one of several counts must fit.
void PaxlstMessage::compare_total(
    std::string_view qualifier,
    const std::optional<std::size_t>& stated,
    std::initializer_list<std::size_t> counted
) {
    if (stated && std::ranges::find(counted, *stated) == counted.end()) {
        faults_.error(
            totals_place_,
            fmt::format("CNT+{} states {}, the list has {}", qualifier, *stated, *counted.begin())
        );
    }
}

void PaxlstMessage::check_totals(Place place) {
    const auto exactly = [this](TravelerKind kind) {
        return static_cast<std::size_t>(
            std::ranges::count(list_.travelers, kind, &domain::Traveler::kind)
        );
    };
    const std::size_t passengers = list_.count_of(TravelerKind::Passenger);
    const std::size_t crew = list_.count_of(TravelerKind::Crew);
    compare_total("42", list_.stated_count, {passengers, exactly(TravelerKind::Passenger)});
    compare_total("41", list_.stated_crew_count, {crew, exactly(TravelerKind::Crew)});
    compare_total("3", stated_total_, {list_.travelers.size(), passengers, crew});
    const bool no_list = list_.travelers.empty() && list_.purpose != ListFunction::Original;
    if (group_ != Group::Totals && list_.kind != ListKind::FlightStatus && !no_list) {
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
