// The code lists of PAXLST (WCO/IATA/ICAO guide) as far as they decide something here. Pure
// functions, any thread; a code that is not listed is nothing or Unknown, never a guess.
#pragma once

#include "manifest/passenger_list.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sallyport::manifest::internal {

// NAD: FL, FM, DDU, DDT.
[[nodiscard]] std::optional<domain::TravelerKind> traveler_kind_of(std::string_view nad_qualifier);

// BGM: 745, 250, 266, 336, 655.
[[nodiscard]] ListKind list_kind_of(std::string_view document_name);

// BGM: the qualifier (CP, XR, CLOB, ...), whose meaning depends on the kind of list.
[[nodiscard]] ListFunction list_function_of(ListKind kind, std::string_view qualifier);
// The qualifier that states a function; empty for the original list and for Unknown.
[[nodiscard]] std::string_view qualifier_of(ListFunction function);

// TDT, code list 8067; nothing for modes by which no list comes.
[[nodiscard]] std::optional<Movement> movement_of(std::string_view transport_mode);

// IATA codes have three characters, UN/LOCODE five.
[[nodiscard]] bool is_place_code(std::string_view code);
// ISO 3166-1 alpha-3 or a code of Doc 9303-3, whose Germany is the single letter D.
[[nodiscard]] bool is_state_code(std::string_view code);

// ASCII letters in capitals.
[[nodiscard]] std::string capitals(std::string_view text);

} // namespace sallyport::manifest::internal
