// The inside of TrustStore: records and the tables that find them. Immutable once index() has run.
#pragma once

#include "documents/internal/certificate_record.hpp"
#include "documents/internal/crl_record.hpp"
#include "documents/trust_store.hpp"

#include <string>
#include <unordered_map>
#include <vector>

namespace sallyport::documents {

struct TrustStore::Impl {
    std::vector<internal::CertificateRecord> certificates;
    std::vector<internal::CRLRecord>
        crls; // signed by a certificate of the store; others are dropped

    // Builds the tables and drops revocation lists that nobody in the store signed.
    void index();

    // Authorities that may have issued a certificate: by its authority key identifier first, then
    // by its issuer's name. Without duplicates, at most limits::anchors_tried_max.
    [[nodiscard]] std::vector<const internal::CertificateRecord*> issuers_of(X509* certificate
    ) const;
    [[nodiscard]] std::vector<const internal::CRLRecord*> lists_of(const X509_NAME* issuer) const;

private:
    // X509_NAME_hash of the canonical form: string type, case and blanks make no difference.
    std::unordered_multimap<unsigned long, std::size_t> by_name_;
    std::unordered_multimap<std::string, std::size_t> by_key_id_;
};

} // namespace sallyport::documents
