// A traveler as a passenger list names one. These types hold personal data: they have no
// formatters and no stream operators, so they cannot reach a log line by accident.
#pragma once

#include "base/result.hpp"
#include "domain/ids.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::domain {

enum class Sex { Unspecified, Female, Male }; // ICAO Doc 9303: X (or <), F, M

// A calendar date whose month or day may be unknown (0), as Doc 9303-3 allows for birth dates.
struct PartialDate {
    int year = 0;
    int month = 0;
    int day = 0;
    [[nodiscard]] bool complete() const { return month != 0 && day != 0; }
    auto operator<=>(const PartialDate&) const = default;
};
[[nodiscard]] std::string format_date(const PartialDate& date);      // 1974-08-12, 1974-08, 1974
[[nodiscard]] Result<PartialDate> parse_date(std::string_view text); // the same forms

struct TravelDocument {
    std::string type; // P passport, V visa, I identity card; as sent, may be empty
    std::string number;
    std::string issuer; // ISO 3166-1 alpha-3 or a Doc 9303 code
    std::optional<PartialDate> expiry;
    bool operator==(const TravelDocument&) const = default;
};

enum class TravelerKind { Passenger, Crew, TransitPassenger, TransitCrew };

struct Traveler {
    TravelerId id;
    TravelerKind kind = TravelerKind::Passenger;
    std::string family_name;
    std::string given_names;
    Sex sex = Sex::Unspecified;
    std::optional<PartialDate> birth_date;
    std::string nationality; // ISO 3166-1 alpha-3, empty when the list does not say
    std::vector<TravelDocument> documents;
    std::string reference;           // reservation record locator (RFF+AVF)
    std::string passenger_reference; // the carrier's unique passenger reference (RFF+ABO)
    std::string seat;
    std::string embarkation;    // LOC+178
    std::string debarkation;    // LOC+179
    std::string residence;      // LOC+174
    std::string clearance;      // LOC+22, the place of border clearance
    std::string birth_place;    // LOC+180
    bool data_verified = false; // GEI+4+173: the carrier read the document itself
};

[[nodiscard]] std::string_view sex_letter(Sex sex); // "F", "M", "X"
[[nodiscard]] Sex sex_from_letter(std::string_view letter);
[[nodiscard]] std::string_view traveler_kind_name(TravelerKind kind);

// A document number as it is compared: upper case, letters and digits only.
[[nodiscard]] std::string normalised_document_number(std::string_view number);

// Two rows of lists that are one person beyond doubt: a document in common that is no visa (groups
// travel on one visa number), the same names, and no birth date or sex against it.
[[nodiscard]] bool same_person(const Traveler& left, const Traveler& right);

} // namespace sallyport::domain
