// In which order messages about a flight take effect, and which of them are repeats.
#pragma once

#include "manifest/flight_roll.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace sallyport::manifest::internal {

struct OrderedVersion {
    const ListVersion* version = nullptr; // one of those given, which must outlive this
    Instant made_at{};                    // by the sender's word, never after the receipt
};

// Without repeats: the same id, or the same message under another id. A message that states neither
// a time nor a reference cannot be told from a new one of the same content, and is kept.
[[nodiscard]] std::vector<OrderedVersion> in_order(std::span<const ListVersion> versions);

// Negative, zero or positive. Digits in a reference compare as a number: 9 before 10, 007 is 7.
[[nodiscard]] int compare_references(std::string_view left, std::string_view right);

} // namespace sallyport::manifest::internal
