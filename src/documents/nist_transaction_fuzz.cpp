// Whatever the bytes are: a transaction is an error or begins with Type-1, its records' lengths add
// up to the file, and it holds no more than the limits say. An encounter that can be written is the
// same when it is read back.
#include "base/limits.hpp"
#include "documents/encounter_record.hpp"

#include <cstdint>
#include <cstdlib>

namespace {

namespace documents = sallyport::documents;
namespace limits = sallyport::limits;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void check_written(const documents::FaceEncounter& encounter) {
    const auto written = documents::write_face_encounter(encounter);
    if (!written.has_value()) {
        return; // of another writer: we may be stricter in what we write
    }
    const auto transaction = documents::read_nist_transaction(*written);
    require(transaction.has_value());
    const auto again = documents::face_encounter_of(*transaction);
    require(again.has_value());
    require(again->picture == encounter.picture);
    require(again->descriptive == encounter.descriptive);
    require(again->made_at == encounter.made_at && again->captured_at == encounter.captured_at);
}

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming) libFuzzer calls it by this name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto transaction = documents::read_nist_transaction({data, size});
    if (!transaction.has_value()) {
        require(!transaction.error().message().empty());
        return 0;
    }
    require(transaction->records.size() <= limits::nist_records_max + 1);
    require(transaction->records.front().type == 1);
    std::size_t total = 0;
    for (const documents::NISTRecord& record : transaction->records) {
        total += std::strtoul(record.text(1).c_str(), nullptr, 10);
        require(record.data.size() <= size);
    }
    require(total == size);
    const auto encounter = documents::face_encounter_of(*transaction);
    if (encounter.has_value()) {
        check_written(*encounter);
    }
    return 0;
}
