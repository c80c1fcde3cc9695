// What names a traveler: the carrier's reference, documents, and names with birth date, in the form
// in which they are compared; and the fields of a traveler as text, for comparing and for showing
// what changed. Pure functions.
#pragma once

#include "domain/traveler.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::manifest::internal {

struct TravelerKeys {
    std::string reference;              // "abo:U1", for crew "abo-crew:U1"; may be empty
    std::vector<std::string> documents; // "document:issuer\nnumber", sorted, without doubles
    std::string person;                 // "person:family\ngiven\nbirth date"; empty without names
    [[nodiscard]] bool empty() const {
        return reference.empty() && documents.empty() && person.empty();
    }
};

// Visas name nobody: groups travel on one number.
[[nodiscard]] TravelerKeys keys_of(const domain::Traveler& traveler);
// The number of a "document:" key: the issuer is left out by some lists and given by others.
[[nodiscard]] std::string_view number_of_key(std::string_view document_key);

// Capitals; hyphens and runs of blanks are one blank; no apostrophes, as in the lines of a
// passport.
[[nodiscard]] std::string normalised_name(std::string_view name);

[[nodiscard]] bool is_crew(domain::TravelerKind kind);

// Every field but the id, by name, as text. Two travelers are the same when these are; documents
// are put in order, because lists do not keep theirs.
using TextField = std::pair<std::string_view, std::string>;
[[nodiscard]] std::vector<TextField> fields_of(const domain::Traveler& traveler);
[[nodiscard]] bool same_fields(const domain::Traveler& left, const domain::Traveler& right);

// One person named twice in a message: documents of both, and what the first mention leaves open.
void join_mentions(domain::Traveler& first, const domain::Traveler& second);

} // namespace sallyport::manifest::internal
