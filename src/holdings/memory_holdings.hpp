// Photos held in memory only: a visitor enrolled at a demonstration kiosk. Bytes are wiped when
// they are forgotten or the holdings go. Any thread may call.
#pragma once

#include "base/result.hpp"
#include "holdings/holdings.hpp"

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::holdings {

class MemoryHoldings final : public Holdings {
public:
    // InvalidArgument when the number has no letter or digit or the photo is empty; ImageTooLarge
    // over limits::image_bytes_max; QueueFull at limits::photos_per_traveler_max for this document.
    [[nodiscard]] Status add(std::string_view document_number, HeldPhoto photo);
    // How many photos went.
    std::size_t forget(std::string_view document_number);

    [[nodiscard]] Result<std::vector<HeldPhoto>> photos_of(const domain::Traveler& traveler
    ) override;

private:
    std::mutex mutex_;
    std::map<std::string, std::vector<HeldPhoto>, std::less<>> photos_; // by normalised number
};

} // namespace sallyport::holdings
