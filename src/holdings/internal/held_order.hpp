// The order and number that the contract of Holdings promises.
#pragma once

#include "holdings/holdings.hpp"

#include <vector>

namespace sallyport::holdings::internal {

// Newest first, those of unknown year last, otherwise as given; at most
// limits::photos_per_traveler_max.
void order_and_limit(std::vector<HeldPhoto>& photos);

} // namespace sallyport::holdings::internal
