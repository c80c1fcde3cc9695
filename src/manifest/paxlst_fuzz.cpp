// Fuzzes the reading of EDIFACT lists, from unwrapping to lint. Whatever the bytes:
//   nothing crashes, reading ends, and the limits on travelers and faults hold;
//   a fault points into the file and says something;
//   every stored text is UTF-8 without control characters;
//   each byte that unwrapping keeps stands in the file where its map says (mail encodings aside).
#include "base/limits.hpp"
#include "manifest/internal/edifact_text.hpp"
#include "manifest/internal/received.hpp"
#include "manifest/lint.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace {

using namespace sallyport;

void must(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void check_text(std::string_view text) {
    must(manifest::internal::printable_utf8(text) == text);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const manifest::internal::Received received = manifest::internal::unwrap_received(bytes);
    for (std::size_t at = 0; !received.transfer_encoded && at < received.text.size(); ++at) {
        must(bytes[received.offsets.at(at)] == received.text[at]);
    }
    manifest::ListReading reading = manifest::read_paxlst(bytes);
    must(reading.faults.size() <= limits::manifest_faults_max);
    must(!reading.lists.empty() || reading.has_errors());
    std::size_t travelers = 0;
    for (const manifest::PassengerList& list : reading.lists) {
        travelers += list.travelers.size();
        must(list.legs.size() <= limits::manifest_legs_max);
        for (const domain::Traveler& traveler : list.travelers) {
            check_text(traveler.family_name);
            check_text(traveler.given_names);
            check_text(traveler.birth_place);
            must(traveler.documents.size() <= limits::manifest_documents_max);
        }
    }
    must(travelers <= limits::manifest_travelers_max + 1);
    for (const manifest::Fault& fault : reading.faults) {
        must(fault.offset <= size && !fault.text.empty());
    }
    const manifest::LintedFile file{.file = "fuzz", .reading = std::move(reading)};
    must(!manifest::lint_json({&file, 1}).empty());
    return 0;
}
