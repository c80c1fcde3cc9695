// The machine-readable zone of a travel document (ICAO Doc 9303 parts 3 to 7): TD1, TD2, TD3 and
// the visas MRV-A and MRV-B. Pure functions, safe from any thread. A zone whose check digits do not
// agree is a reading that says so, never an error; an Error means that the text is no such zone.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "domain/traveler.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::documents {

enum class MRZFormat { TD1, TD2, TD3, MRVA, MRVB };
[[nodiscard]] std::string_view mrz_format_name(MRZFormat format); // "TD1", ..., "MRVA", "MRVB"

struct MRZFields {
    std::string document_code; // "P", "PD", "I", "V"; fillers removed
    std::string issuer;        // as printed, fillers removed: "UTO", "D", "XXA", "UNO"
    std::string family_name;   // fillers between words are spaces
    std::string given_names;
    bool names_truncated = false; // Doc 9303-3 4.6: the name field is full to its last position
    std::string
        document_number; // joined with its continuation in the optional data of a TD1 or TD2
    std::string nationality;
    std::optional<domain::PartialDate>
        birth_date; // nothing when it is no date; unknown parts are 0
    domain::Sex sex = domain::Sex::Unspecified;
    std::optional<domain::PartialDate> expiry;
    std::string optional_data; // without a document number's continuation
    std::string optional_data_2;
};

// Nothing where the format has no such digit, or where the issuer may leave it out and did.
struct MRZChecks {
    std::optional<bool> document_number;
    std::optional<bool> birth_date;
    std::optional<bool> expiry;
    std::optional<bool> optional_data;
    std::optional<bool> composite;
};

struct MRZRepair {
    std::size_t line = 0;   // from 1
    std::size_t column = 0; // from 1
    char from = ' ';
    char to = ' ';
};

struct MRZReading {
    MRZFormat format = MRZFormat::TD3;
    // Every check digit agrees and every field has the characters it may have. An unknown state
    // code is a fault that leaves a zone valid.
    bool valid = false;
    MRZFields fields;
    MRZChecks checks;
    std::vector<MRZRepair> repairs;  // empty in strict mode
    std::vector<std::string> faults; // in words, without personal data
    std::string text;                // the lines as read, joined by '\n', after repairs
};

enum class MRZMode {
    Strict,  // characters as they are
    Tolerant // from optical reading: letters and digits that look alike, by position
};

struct MRZOptions {
    MRZMode mode = MRZMode::Strict;
    // Years have two digits: a birth lies not after this day, an expiry less than 50 years away.
    Instant today{};
};

// Lines may be separated by line ends or run together; blanks around them are dropped.
// MalformedInput with the lengths found when no format fits. Tolerant mode repairs only when
// exactly one reading satisfies every check digit (O/0, I/1, B/8, S/5, Z/2, G/6 by the position's
// character set). A field that agrees as it is printed is never altered; when the whole cannot be
// made valid, nothing is.
[[nodiscard]] Result<MRZReading> read_mrz(std::string_view text, const MRZOptions& options);

// Check digit of Doc 9303-3 4.9: weights 7, 3, 1; A is 10, '<' is 0. Nothing for other characters.
[[nodiscard]] std::optional<char> mrz_check_digit(std::string_view field);

// ISO 3166-1 alpha-3 of a Doc 9303-3 code where one exists ("D" is "DEU"); the code itself
// otherwise.
[[nodiscard]] std::string iso_code_of_mrz(std::string_view code);

// True for ISO 3166-1 alpha-3 and the codes of Doc 9303-3 section 5: D, the stateless and refugee
// codes from XXA on, XOM, XPO, EUE, UNO, UNA, UNK, GBD to GBS, RKS, UTO and what else it lists.
[[nodiscard]] bool is_known_state_code(std::string_view code);

} // namespace sallyport::documents
