// Undoes the mistakes of optical reading (O/0, I/1, B/8, S/5, Z/2, G/6) where the check digits
// leave one reading only. A field whose characters and check digit agree is left as it is; a field
// that does not is replaced only when exactly one of its readings agrees. Pure, any thread.
//
// The readings of a field are counted by their sum modulo ten, position by position, so that the
// work grows with the field's length and not with the number of readings (2 to the power of 25).
#pragma once

#include "documents/internal/mrz_layout.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sallyport::documents::internal {

struct RepairedZone {
    std::string text;
    std::vector<std::string_view>
        ambiguous; // fields that have several readings, in the zone's order
};
[[nodiscard]] RepairedZone repair(const MRZLayout& layout, std::string_view zone);

// The value of a character in a check digit's sum; nothing for characters outside the zone's set.
[[nodiscard]] std::optional<int> check_value(char character);
[[nodiscard]] int check_weight(std::size_t position);

} // namespace sallyport::documents::internal
