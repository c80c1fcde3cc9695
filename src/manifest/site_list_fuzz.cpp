// Fuzzes the two plain forms of a list, JSON and CSV: by the first byte the rest is read as one of
// them, or as what it looks like. Whatever the bytes:
//   nothing crashes, reading ends, and the limits on travelers and faults hold;
//   a reading has a list or an error, and a fault points into the file and says something;
//   every stored text is UTF-8 without control characters.
#include "base/limits.hpp"
#include "manifest/internal/edifact_text.hpp"
#include "manifest/passenger_list.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace sallyport;

void must(bool holds) {
    if (!holds) {
        std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const manifest::ListFormat format = data[0] == 'C'   ? manifest::ListFormat::Csv
                                        : data[0] == 'J' ? manifest::ListFormat::Json
                                                         : manifest::guess_format(bytes);
    const manifest::ListReading reading = manifest::read_list(bytes, format);
    must(reading.faults.size() <= limits::manifest_faults_max);
    must(!reading.lists.empty() || reading.has_errors());
    for (const manifest::PassengerList& list : reading.lists) {
        must(list.travelers.size() <= limits::manifest_travelers_max + 1);
        for (const domain::Traveler& traveler : list.travelers) {
            for (const std::string_view text :
                 {std::string_view(traveler.family_name),
                  std::string_view(traveler.given_names),
                  std::string_view(traveler.seat)}) {
                must(manifest::internal::printable_utf8(text) == text);
            }
        }
    }
    for (const manifest::Fault& fault : reading.faults) {
        must(fault.offset <= size && !fault.text.empty());
    }
    return 0;
}
