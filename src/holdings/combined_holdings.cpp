#include "holdings/combined_holdings.hpp"

#include "holdings/internal/held_order.hpp"

#include <iterator>
#include <utility>

namespace sallyport::holdings {

Result<std::vector<HeldPhoto>> CombinedHoldings::photos_of(const domain::Traveler& traveler) {
    std::vector<HeldPhoto> joined;
    for (Holdings& part : parts_) {
        SALLYPORT_TRY(std::vector<HeldPhoto> photos, part.photos_of(traveler));
        joined.insert(
            joined.end(),
            std::make_move_iterator(photos.begin()),
            std::make_move_iterator(photos.end())
        );
    }
    internal::order_and_limit(joined);
    return joined;
}

} // namespace sallyport::holdings
