// Whatever the text: a MalformedInput, or a pass of one to four legs whose items are no longer than
// Resolution 792 makes them; and a text that is cut short is never read beyond its end.
#include "documents/boarding_pass.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // A copy of its own size lets the sanitizer see the first character beyond the end.
    const std::vector<char> copy(data, data + size);
    const auto pass =
        sallyport::documents::read_boarding_pass(std::string_view(copy.data(), copy.size()));
    if (!pass.has_value()) {
        require(pass.error().code() == sallyport::ErrorCode::MalformedInput);
        return 0;
    }
    require(!pass->legs.empty() && pass->legs.size() <= 4);
    require(pass->family_name.size() + pass->given_names.size() <= 20);
    require(pass->version >= 0 && pass->version <= 8);
    for (const auto& leg : pass->legs) {
        require(leg.day_of_year >= 0 && leg.day_of_year <= 366);
        require(leg.record_locator.size() <= 7 && leg.flight().size() <= 8);
        require(leg.departure.size() <= 3 && leg.arrival.size() <= 3);
        require(leg.seat.size() <= 4 && leg.check_in_sequence.size() <= 5);
        require(leg.ticket_number.size() <= 13 && leg.frequent_flyer.size() <= 20);
    }
    return 0;
}
