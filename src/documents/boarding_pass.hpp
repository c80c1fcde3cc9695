// A bar-coded boarding pass (IATA Resolution 792, BCBP version 1 to 8), from its text or from a
// picture of its code (PDF417, Aztec, QR, Data Matrix). Pure functions, any thread. Personal data:
// no formatters. MalformedInput names the item and place that is wrong.
#pragma once

#include "base/result.hpp"
#include "imaging/image.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::documents {

struct BoardingPassLeg {
    std::string record_locator;
    std::string departure; // IATA location
    std::string arrival;
    std::string carrier;       // operating carrier designator
    std::string flight_number; // without leading zeros; a letter suffix stays
    int day_of_year = 0;       // 1 to 366; 0 for an open ticket
    std::string compartment;
    std::string seat; // without leading zeros; may be "INF"
    std::string check_in_sequence;
    std::string passenger_status;
    std::string ticket_number;  // airline numeric code and serial; empty when not given
    std::string frequent_flyer; // carrier and number, empty when not given
    [[nodiscard]] std::string flight() const { return carrier + flight_number; }
};

struct BoardingPass {
    std::string family_name;
    std::string given_names;
    bool electronic_ticket = false;
    int version = 0; // 0 when the code states none
    std::vector<BoardingPassLeg> legs;
    bool has_security_data = false;  // a signature is carried; it is not checked here
    std::vector<std::string> faults; // oddities that did not stop the reading, no personal data
};

[[nodiscard]] Result<BoardingPass> read_boarding_pass(std::string_view text);

// Every code found in the picture, as text. NotFound when there is none.
[[nodiscard]] Result<std::vector<std::string>> find_codes(const imaging::Image& picture);
// The first code of the picture that is a boarding pass. NotFound without a code, MalformedInput
// when no code is one.
[[nodiscard]] Result<BoardingPass> read_boarding_pass(const imaging::Image& picture);

} // namespace sallyport::documents
