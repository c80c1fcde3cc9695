#include "manifest/internal/paxlst_codes.hpp"

#include <algorithm>
#include <array>

namespace sallyport::manifest::internal {

using domain::TravelerKind;

namespace {

template <class Value>
struct Code {
    std::string_view code;
    Value value;
};

template <class Value, std::size_t Size>
std::optional<Value> look_up(const std::array<Code<Value>, Size>& table, std::string_view code) {
    const auto found = std::ranges::find(table, code, &Code<Value>::code);
    return found == table.end() ? std::nullopt : std::optional(found->value);
}

constexpr std::array<Code<TravelerKind>, 4> traveler_kinds{{
    {"FL", TravelerKind::Passenger},
    {"FM", TravelerKind::Crew},
    {"DDU", TravelerKind::TransitPassenger},
    {"DDT", TravelerKind::TransitCrew},
}};

constexpr std::array<Code<ListKind>, 5> list_kinds{{
    {"745", ListKind::PassengerList},
    {"250", ListKind::CrewList},
    {"266", ListKind::FlightStatus},
    {"336", ListKind::MasterCrewList},
    {"655", ListKind::GatePass},
}};

// Whatever the kind of list.
constexpr std::array<Code<ListFunction>, 10> functions{{
    {"", ListFunction::Original},
    {"9", ListFunction::Original}, // code list 1225, by some put here
    {"CP", ListFunction::Change},
    {"XR", ListFunction::CancelTravelers},
    {"RP", ListFunction::Reduction},
    {"CL", ListFunction::Close},
    {"CLOB", ListFunction::CloseOnBoard},
    {"CLNB", ListFunction::CloseNotOnBoard},
    {"XF", ListFunction::CancelFlight},
    {"CF", ListFunction::ChangeFlight},
}};

// Crew of passenger, cargo and over-flights, and of their domestic continuations; the second
// letter C is a change of crew.
constexpr std::array<Code<ListFunction>, 10> crew_functions{{
    {"A", ListFunction::Original},
    {"B", ListFunction::Original},
    {"C", ListFunction::Original},
    {"D", ListFunction::Original},
    {"E", ListFunction::Original},
    {"F", ListFunction::Original},
    {"BC", ListFunction::Change},
    {"CC", ListFunction::Change},
    {"EC", ListFunction::Change},
    {"FC", ListFunction::Change},
}};

// A master crew list is a standing register: add, delete, change.
constexpr std::array<Code<ListFunction>, 3> master_crew_functions{{
    {"G", ListFunction::Change},
    {"H", ListFunction::CancelTravelers},
    {"I", ListFunction::Change},
}};

constexpr std::array<Code<Movement>, 3> movements{{
    {"1", Movement::Voyage}, // maritime
    {"4", Movement::Flight}, // air
    {"8", Movement::Voyage}, // inland water
}};

bool all_of_capitals(std::string_view text) {
    return std::ranges::all_of(text, [](char character) {
        return character >= 'A' && character <= 'Z';
    });
}

} // namespace

std::optional<TravelerKind> traveler_kind_of(std::string_view nad_qualifier) {
    return look_up(traveler_kinds, nad_qualifier);
}

ListKind list_kind_of(std::string_view document_name) {
    return look_up(list_kinds, document_name).value_or(ListKind::Unknown);
}

ListFunction list_function_of(ListKind kind, std::string_view qualifier) {
    std::optional<ListFunction> function = look_up(functions, qualifier);
    const bool master = kind == ListKind::MasterCrewList;
    if (!function && (master || kind == ListKind::CrewList)) {
        function = look_up(crew_functions, qualifier);
    }
    if (!function && master) {
        function = look_up(master_crew_functions, qualifier);
    }
    return function.value_or(ListFunction::Unknown);
}

std::string_view qualifier_of(ListFunction function) {
    // The first entry of a function is the one that is sent.
    const auto found = std::ranges::find(functions, function, &Code<ListFunction>::value);
    return found == functions.end() ? std::string_view{} : found->code;
}

std::optional<Movement> movement_of(std::string_view transport_mode) {
    return look_up(movements, transport_mode);
}

bool is_place_code(std::string_view code) {
    return (code.size() == 3 || code.size() == 5) && std::ranges::all_of(code, [](char character) {
               return (character >= 'A' && character <= 'Z') ||
                      (character >= '0' && character <= '9');
           });
}

bool is_state_code(std::string_view code) {
    return code == "D" || (code.size() == 3 && all_of_capitals(code));
}

std::string capitals(std::string_view text) {
    std::string result(text);
    for (char& character : result) {
        if (character >= 'a' && character <= 'z') {
            character = static_cast<char>(character - 'a' + 'A');
        }
    }
    return result;
}

} // namespace sallyport::manifest::internal
