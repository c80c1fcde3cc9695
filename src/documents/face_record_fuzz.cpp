// Whatever the bytes, a face record either gives 1 to chip_portraits_max portraits whose pictures
// together are no larger than the record, or is refused with MalformedInput or PayloadTooLarge.
#include "base/limits.hpp"
#include "documents/data_groups.hpp"

#include <cstdlib>

namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sallyport;
    const auto portraits = documents::read_face_record({data, size});
    if (!portraits) {
        const ErrorCode code = portraits.error().code();
        require(code == ErrorCode::MalformedInput || code == ErrorCode::PayloadTooLarge);
        return 0;
    }
    require(!portraits->empty() && portraits->size() <= limits::chip_portraits_max);
    std::size_t bytes = 0;
    for (const documents::ChipPortrait& portrait : *portraits) {
        require(!portrait.standard.empty());
        require(portrait.coding != documents::PortraitCoding::Unknown || !portrait.faults.empty());
        require(portrait.width_px >= 0 && portrait.height_px >= 0);
        bytes += portrait.picture.size();
    }
    require(bytes <= size);
    return 0;
}
