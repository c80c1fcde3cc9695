// Country codes of certificates (two letters) and of documents (Doc 9303-3, three letters or D).
// Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

namespace sallyport::documents::internal {

// Upper case, without blanks and fillers: certificates of the field carry "si" and "AT".
[[nodiscard]] std::string upper_country(std::string_view code);

// The two-letter code that certificates of an issuer carry: "D" and "DEU" give "DE", "UNO" gives
// "UN". A code that is not in the table comes back as it is, in upper case.
[[nodiscard]] std::string certificate_country(std::string_view code);

} // namespace sallyport::documents::internal
