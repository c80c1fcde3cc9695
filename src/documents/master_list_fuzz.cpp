// Reads any bytes as a CSCA master list. Invariants: it ends, a list without an anchor is never
// good, and the counts agree with the content.
#include "documents/trust_store.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sallyport::documents;
    const auto list =
        read_master_list({data, size}, {}, sallyport::Instant(std::chrono::hours(24 * 365 * 57)));
    if (list.has_value()) {
        if (list->signature_good || list->reason.empty() ||
            list->certificates != list->content.size() || list->countries > list->certificates) {
            std::abort();
        }
    }
    return 0;
}
