// A certificate revocation list, and which certificates of a store it lists. Only read once made.
#pragma once

#include "base/clock.hpp"
#include "documents/internal/openssl_handles.hpp"

#include <optional>
#include <string>

namespace sallyport::documents::internal {

struct CRLRecord {
    Bytes der;
    CRLPtr crl; // null when it cannot be read
    std::string sha256;
    std::string issuer; // RFC 2253
    std::optional<Instant> this_update;
    std::optional<Instant> next_update;
};
[[nodiscard]] CRLRecord read_crl(ByteView der);
[[nodiscard]] bool is_signed_by(const CRLRecord& record, EVP_PKEY* key);
[[nodiscard]] bool lists(const CRLRecord& record, X509* certificate);

} // namespace sallyport::documents::internal
