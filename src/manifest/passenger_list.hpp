// A passenger list as read from a message, and every fault found on the way. Reading never throws
// and never gives up early: it reports what it can and where it stands.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "domain/traveler.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::manifest {

enum class Severity { Warning, Error };

// The message of a fault that belongs to the file, not to one message in it.
inline constexpr std::size_t no_message = static_cast<std::size_t>(-1);

struct Fault {
    Severity severity = Severity::Error;
    std::size_t message = no_message; // index into ListReading::lists
    std::size_t segment = 0; // 1 is the first segment after UNA; of CSV the line; 0 for neither
    std::size_t offset = 0;  // byte offset in the file as received where the segment begins
    std::string text;        // what is wrong, without personal data (tags, counts and codes only)
};

enum class ListKind { PassengerList, CrewList, FlightStatus, MasterCrewList, GatePass, Unknown };
[[nodiscard]] std::string_view list_kind_name(ListKind kind); // "passenger_list", "crew_list", ...

// What a message does to the lists before it (BGM qualifier of the WCO/IATA/ICAO guide).
enum class ListFunction {
    Original,        // "", 9, C: those it names travel
    Change,          // CP: each traveler named replaces what was known of them, or is added
    CancelTravelers, // XR: those named do not travel
    Reduction,       // RP: those named leave a party that travels on
    Close,           // CL: the flight is closed; nothing more is said of who is on board
    CloseOnBoard,    // CLOB: closed; those named are on board and nobody else
    CloseNotOnBoard, // CLNB: closed; those named are not on board, everybody else is
    CancelFlight,    // XF
    ChangeFlight,    // CF: times or places of the flight change; travelers named are changes
    Unknown,
};
[[nodiscard]] std::string_view list_function_name(ListFunction function); // "original", "change"...

enum class Movement { Flight, Voyage, Private };
[[nodiscard]] std::string_view movement_name(Movement movement); // "flight", "voyage", "private"

struct FlightLeg {
    std::string flight; // XX100
    std::string departure;
    std::string arrival;
    std::optional<Instant> departs_at; // local time of the place, stored as if UTC
    std::optional<Instant> arrives_at;
    bool crosses_border = false; // named by LOC+125 or LOC+87; other legs have LOC+92 only
};

struct PassengerList {
    ListKind kind = ListKind::Unknown;
    Movement movement = Movement::Flight;
    ListFunction purpose = ListFunction::Original;
    std::string function;               // BGM qualifier as sent: "", CP, XR, CL, CLOB, CLNB, ...
    std::string sender;                 // UNB
    std::string recipient;              // UNB
    std::string interchange_reference;  // UNB control reference
    std::string reference;              // UNH message reference
    std::string transaction_reference;  // RFF+TN of the message: the list this belongs to
    std::optional<Instant> prepared_at; // UNB date and time, taken as UTC
    std::vector<FlightLeg> legs;
    std::vector<domain::Traveler> travelers;      // ids are nil; the use case gives them
    std::optional<std::size_t> stated_count;      // CNT+42, passengers
    std::optional<std::size_t> stated_crew_count; // CNT+41

    // What the list is about, in one line: the leg that crosses the border where the list marks
    // one, else the whole route under the first flight number. Empty without legs.
    [[nodiscard]] FlightLeg main_leg() const;
    // Travelers of this kind or its transit form: Passenger or Crew.
    [[nodiscard]] std::size_t count_of(domain::TravelerKind wanted) const;
};

struct ListReading {
    std::vector<PassengerList> lists; // one for each UNH
    std::vector<Fault> faults;
    [[nodiscard]] bool has_errors() const;
};

enum class ListFormat { Edifact, Json, Csv };

// Guesses by the beginning: '{' or '[' is JSON, a line of column names is CSV, anything else
// EDIFACT.
[[nodiscard]] ListFormat guess_format(std::string_view text);

// UN/EDIFACT PAXLST D.02B and D.05B (ISO 9735 syntax 1 to 4; WCO/IATA/ICAO guide 3.0).
[[nodiscard]] ListReading read_paxlst(std::string_view bytes);
// The plain JSON form of docs/manifests.md.
[[nodiscard]] ListReading read_json_list(std::string_view bytes);
// The CSV form of docs/manifests.md: one row a traveler.
[[nodiscard]] ListReading read_csv_list(std::string_view bytes);
[[nodiscard]] ListReading read_list(std::string_view bytes, ListFormat format);

} // namespace sallyport::manifest
