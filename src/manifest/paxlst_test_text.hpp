// Test support: writes PAXLST messages, so that a test states only what it is about. Not part of
// the product.
#pragma once

#include "manifest/passenger_list.hpp"

#include <fmt/core.h>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::manifest::testing {

// With separators and release characters released.
inline std::string escaped(std::string_view text, std::string_view special = ":+?'") {
    std::string result;
    for (const char character : text) {
        if (special.find(character) != std::string_view::npos) {
            result.push_back('?');
        }
        result.push_back(character);
    }
    return result;
}

struct MessageText {
    std::string interchange = "UNB+UNOA:4+XX:ZZ+UTOAPIS:ZZ+261130:1810+77++APIS'";
    std::string header = "UNH+M1+PAXLST:D:05B:UN:IATA'";
    std::string begin = "BGM+745'";
    std::string flight =
        "TDT+20+XX100+++XX'LOC+125+AMS'DTM+189:2612010940:201'LOC+87+JFK'DTM+232:2612011155:201'";
    std::vector<std::string> travelers;
    std::string totals; // empty: CNT+42 with the right number
    std::string unt;    // empty: the right UNT

    [[nodiscard]] std::string str() const {
        std::string body = header + begin + flight;
        for (const std::string& traveler : travelers) {
            body += traveler;
        }
        body += totals.empty() ? fmt::format("CNT+42:{}'", travelers.size()) : totals;
        std::size_t segments = 1;
        for (std::size_t index = 0; index < body.size(); ++index) {
            if (body[index] == '?') {
                ++index; // the next one is text
            } else if (body[index] == '\'') {
                ++segments;
            }
        }
        body += unt.empty() ? fmt::format("UNT+{}+M1'", segments) : unt;
        return interchange + body + "UNZ+1+77'";
    }
};

// A traveler with everything a list can say; further segments come before the document.
inline std::string traveler_text(std::string_view name = "DOE:JOHN", std::string_view more = "") {
    return fmt::format(
        "NAD+FL+++{}'ATT+2++M'DTM+329:740812'LOC+174+UTO'LOC+178+AMS'LOC+179+JFK'NAT+2+UTO'"
        "RFF+AVF:ABC123'RFF+ABO:U1'RFF+SEA:12A'{}DOC+P:110:111+L898902C3'DTM+36:320415'LOC+91+UTO'",
        name,
        more
    );
}

inline std::string one_traveler(std::string_view more) {
    MessageText text;
    text.travelers = {traveler_text("DOE:JOHN", more)};
    return text.str();
}

// "E12 text" or "W0 text" for each fault: severity, segment, text.
inline std::vector<std::string> fault_lines(const ListReading& reading) {
    std::vector<std::string> lines;
    for (const Fault& fault : reading.faults) {
        lines.push_back(fmt::format(
            "{}{} {}", fault.severity == Severity::Error ? 'E' : 'W', fault.segment, fault.text
        ));
    }
    return lines;
}

} // namespace sallyport::manifest::testing
