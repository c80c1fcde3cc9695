// What a carrier sends: messages about a flight as PAXLST, as it is or broken into the lines of a
// Type-B telegram, or as JSON. Pure functions of their values, any thread. The people are those of
// the test installation: number 3 is always the same traveler with the same face.
#pragma once

#include "base/clock.hpp"
#include "manifest/passenger_list.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::scenarios {

// A flight as its messages name it.
struct FlightText {
    std::string flight;
    std::string from;
    std::string to;
    std::optional<Instant> departs;
    std::optional<Instant> arrives;
    manifest::Movement movement = manifest::Movement::Flight;
};

struct CarrierMessage {
    manifest::ListFunction function = manifest::ListFunction::Original;
    FlightText flight;
    Instant made{};
    std::string reference;             // UNB control reference
    std::string transaction_reference; // RFF+TN
    std::vector<std::size_t> passengers;
    std::vector<std::size_t> crew;
    std::string document_suffix; // of every document named
    std::string family_name;     // instead of each own one
    std::string seat;
    bool names_references = true; // RFF+ABO, the carrier's number of the traveler
};

// The carrier's number of a passenger.
[[nodiscard]] std::string passenger_reference(std::size_t person);
[[nodiscard]] std::optional<manifest::ListFunction> function_named(std::string_view name);

// One interchange: a passenger list, a crew list, or both; of a flight's state one status message.
[[nodiscard]] std::string paxlst_of(const CarrierMessage& message);
[[nodiscard]] std::string json_of(const CarrierMessage& message);
// The lines of a telegram with address, sender and end.
[[nodiscard]] std::string wrapped(const std::string& text, std::size_t columns);

} // namespace sallyport::scenarios
