// The first byte chooses the reader, the rest is the file. Whatever it holds, a reader either gives
// values within the limits or refuses with MalformedInput or PayloadTooLarge and a text.
#include "base/limits.hpp"
#include "documents/data_groups.hpp"

#include <cstdlib>

namespace {

using namespace sallyport;
using namespace sallyport::documents;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

template <class T>
void check(const Result<T>& result) {
    if (result) {
        return;
    }
    const ErrorCode code = result.error().code();
    require(code == ErrorCode::MalformedInput || code == ErrorCode::PayloadTooLarge);
    require(!result.error().message().empty());
}

void check_portraits(const Result<std::vector<ChipPortrait>>& portraits, std::size_t size) {
    check(portraits);
    if (!portraits) {
        return;
    }
    require(!portraits->empty() && portraits->size() <= limits::chip_portraits_max);
    std::size_t bytes = 0;
    for (const ChipPortrait& portrait : *portraits) {
        require(portrait.width_px >= 0 && portrait.height_px >= 0);
        require(portrait.coding != PortraitCoding::Unknown || !portrait.faults.empty());
        require(portrait.faults.size() <= limits::chip_faults_max);
        bytes += portrait.picture.size();
    }
    require(bytes <= size); // no byte is handed out twice
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const ByteView file(data + 1, size - 1);
    switch (data[0] % 7) {
    case 0:
        check(read_com(file));
        break;
    case 1:
        check(read_dg1(file, Instant{}));
        break;
    case 2:
        check_portraits(read_dg2(file), file.size());
        break;
    case 3:
        check(read_dg11(file));
        break;
    case 4:
        check(read_dg12(file));
        break;
    case 5: {
        const auto infos = read_dg14(file);
        check(infos);
        require(!infos || infos->size() <= limits::security_infos_max);
        break;
    }
    default: {
        const auto key = read_dg15(file);
        check(key);
        require(!key || key->bits >= 0);
        break;
    }
    }
    return 0;
}
