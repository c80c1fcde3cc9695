// Test support: people and messages about a flight, so that a test states only what it is about.
// Not part of the product.
#pragma once

#include "manifest/flight_roll.hpp"
#include "manifest/internal/traveler_keys.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::manifest::testing {

inline Instant minute(int minutes) {
    return Instant(std::chrono::minutes(30'000'000 + minutes));
}

// Number 7: ABO "U7", document "D7", family name "FAMILY7".
inline domain::Traveler person(int number) {
    domain::Traveler traveler;
    traveler.family_name = fmt::format("FAMILY{}", number);
    traveler.given_names = "ANNA";
    traveler.birth_date = domain::PartialDate{1980, 1, 1 + number % 28};
    traveler.sex = domain::Sex::Female;
    traveler.nationality = "UTO";
    traveler.documents = {
        {.type = "P", .number = fmt::format("D{}", number), .issuer = "UTO", .expiry = {}}
    };
    traveler.passenger_reference = fmt::format("U{}", number);
    return traveler;
}

inline domain::Traveler crew_member(int number) {
    domain::Traveler traveler = person(number);
    traveler.kind = domain::TravelerKind::Crew;
    traveler.passenger_reference.clear();
    return traveler;
}

inline FlightLeg usual_leg() {
    return {
        .flight = "XX100",
        .departure = "AMS",
        .arrival = "JFK",
        .departs_at = minute(600),
        .arrives_at = minute(1000),
        .crosses_border = true,
    };
}

// Made at this minute and received in the same.
inline ListVersion
message(int at, ListFunction purpose, std::vector<domain::Traveler> travelers = {}) {
    ListVersion version;
    version.id = fmt::format("v{}", at);
    version.received_at = minute(at);
    version.list.kind = ListKind::PassengerList;
    version.list.purpose = purpose;
    version.list.sender = "XX";
    version.list.prepared_at = minute(at);
    version.list.interchange_reference = fmt::format("{}", at);
    version.list.reference = "1";
    version.list.legs = {usual_leg()};
    version.list.travelers = std::move(travelers);
    return version;
}

inline FlightRoll roll_from(const std::vector<ListVersion>& versions) {
    return roll_of(versions, {});
}

inline std::string described(const domain::Traveler& traveler) {
    std::string text;
    for (const auto& [name, value] : internal::fields_of(traveler)) {
        text += fmt::format("{}={}|", name, value);
    }
    return text;
}

// Everything a diff speaks of, without order.
inline std::vector<std::string> contents(const FlightRoll& roll) {
    std::vector<std::string> lines;
    for (const RollEntry& entry : roll.entries) {
        lines.push_back(
            fmt::format("{}{}", described(entry.traveler), roll_status_name(entry.status))
        );
    }
    std::ranges::sort(lines);
    const auto time = [](const std::optional<Instant>& at) {
        return at ? format_instant(*at) : std::string();
    };
    lines.push_back(fmt::format(
        "{} {} {} {} {} {} {}",
        roll.leg.flight,
        roll.leg.departure,
        roll.leg.arrival,
        time(roll.leg.departs_at),
        time(roll.leg.arrives_at),
        roll.leg.crosses_border,
        flight_state_name(roll.state)
    ));
    return lines;
}

// The same with everything else that a roll holds, in its order.
inline std::vector<std::string> all_of(const FlightRoll& roll) {
    std::vector<std::string> lines = contents(roll);
    for (const RollEntry& entry : roll.entries) {
        lines.push_back(fmt::format(
            "{} {} {}", described(entry.traveler), entry.decided_by, fmt::join(entry.aliases, ",")
        ));
    }
    for (const RollNote& note : roll.notes) {
        lines.push_back(note.version + ": " + note.text);
    }
    return lines;
}

inline std::vector<std::string> note_lines(const FlightRoll& roll) {
    std::vector<std::string> lines;
    for (const RollNote& note : roll.notes) {
        lines.push_back(note.version + ": " + note.text);
    }
    return lines;
}

// "U1 listed", in the order of the roll; the family name where there is no reference.
inline std::vector<std::string> statuses(const FlightRoll& roll) {
    std::vector<std::string> lines;
    for (const RollEntry& entry : roll.entries) {
        const domain::Traveler& traveler = entry.traveler;
        lines.push_back(fmt::format(
            "{} {}",
            traveler.passenger_reference.empty() ? traveler.family_name
                                                 : traveler.passenger_reference,
            roll_status_name(entry.status)
        ));
    }
    return lines;
}

} // namespace sallyport::manifest::testing
