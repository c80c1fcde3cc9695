// Several holdings asked as one, in a given order, their photos joined. One that cannot answer
// makes the whole answer an error: a missing photo must not look like one that never was.
#pragma once

#include "base/result.hpp"
#include "holdings/holdings.hpp"

#include <functional>
#include <vector>

namespace sallyport::holdings {

class CombinedHoldings final : public Holdings {
public:
    // The parts must outlive this; they are asked in this order, which also decides between photos
    // of the same year.
    explicit CombinedHoldings(std::vector<std::reference_wrapper<Holdings>> parts)
        : parts_(std::move(parts)) {}

    [[nodiscard]] Result<std::vector<HeldPhoto>> photos_of(const domain::Traveler& traveler
    ) override;

private:
    std::vector<std::reference_wrapper<Holdings>> parts_;
};

} // namespace sallyport::holdings
