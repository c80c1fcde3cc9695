// The content of a CSCA master list (Doc 9303-12 section 9) and the path of its signer to a named
// anchor.
#pragma once

#include "documents/internal/certificate_record.hpp"

#include <span>
#include <vector>

namespace sallyport::documents::internal {

struct MasterListReading {
    MasterListSummary summary;
    std::vector<CertificateRecord> certificates; // one for each different certificate
};
[[nodiscard]] Result<MasterListReading>
read_master_list_records(ByteView bytes, std::span<const CertificateRecord> anchors, Instant now);

} // namespace sallyport::documents::internal
