#include "holdings/internal/held_order.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <functional>

namespace sallyport::holdings::internal {

void order_and_limit(std::vector<HeldPhoto>& photos) {
    std::ranges::stable_sort(photos, std::greater<>(), &HeldPhoto::year);
    if (photos.size() > limits::photos_per_traveler_max) {
        photos.resize(limits::photos_per_traveler_max);
    }
}

} // namespace sallyport::holdings::internal
