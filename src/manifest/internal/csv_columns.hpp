// The columns of the CSV form of a passenger list. Pure functions, any thread.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::manifest::internal {

enum class Column : std::size_t {
    FamilyName,
    GivenNames,
    BirthDate,
    Sex,
    Nationality,
    DocumentType,
    DocumentNumber,
    DocumentIssuer,
    DocumentExpiry,
    Reference,
    PassengerReference,
    Seat,
    Kind,
    Embarkation,
    Debarkation,
    Residence,
    Flight,
    Departure,
    Arrival,
    DepartsAt,
    ArrivesAt,
};
inline constexpr std::size_t column_count = static_cast<std::size_t>(Column::ArrivesAt) + 1;

[[nodiscard]] std::string_view column_name(Column column); // as it stands in the header line
// By a name of the header line, in any case and with blanks around it.
[[nodiscard]] std::optional<Column> column_of(std::string_view name);

// ';' or ',': the one that stands more often in the first line that is not blank.
[[nodiscard]] char csv_separator_of(std::string_view text);
// Whether the first line that is not blank has at least two column names.
[[nodiscard]] bool begins_with_columns(std::string_view text);

} // namespace sallyport::manifest::internal
