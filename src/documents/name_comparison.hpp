// Whether a name of a passenger list and a name of a machine-readable zone are the same name. Zones
// hold A to Z only: national letters are written out by ICAO Doc 9303-3 section 6, some of them in
// several permitted ways; long names are cut; carriers append titles and run given names together.
// Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

namespace sallyport::documents {

enum class NameAgreement { // best first
    Same,
    Shortened, // one is the beginning of the other, or lacks later given names
    Differs,
};

// UTF-8 text of a list against text of a zone (upper-case letters and blanks).
[[nodiscard]] NameAgreement
compare_family_names(std::string_view listed, std::string_view zone, bool zone_truncated);
[[nodiscard]] NameAgreement
compare_given_names(std::string_view listed, std::string_view zone, bool zone_truncated);

// The first of the permitted spellings: A to Z and single blanks. Letters outside of the Latin
// script are dropped.
[[nodiscard]] std::string zone_spelling(std::string_view name);

} // namespace sallyport::documents
