#include "documents/internal/crl_record.hpp"

#include "documents/internal/certificate_record.hpp"
#include "documents/internal/cms_signed_data.hpp"
#include "documents/internal/openssl_keys.hpp"

namespace sallyport::documents::internal {

CRLRecord read_crl(ByteView der) {
    const ErrorQueueGuard errors;
    CRLRecord record;
    record.der.assign(der.begin(), der.end());
    record.sha256 = sha256_hex(der);
    const unsigned char* place = der.data();
    record.crl.reset(d2i_X509_CRL(nullptr, &place, long_size(der)));
    if (record.crl == nullptr || place != der.data() + der.size()) {
        record.crl.reset();
        return record;
    }
    record.issuer = one_line(X509_CRL_get_issuer(record.crl.get()));
    record.this_update = instant_of(X509_CRL_get0_lastUpdate(record.crl.get()));
    record.next_update = instant_of(X509_CRL_get0_nextUpdate(record.crl.get()));
    return record;
}

bool is_signed_by(const CRLRecord& record, EVP_PKEY* key) {
    return record.crl != nullptr && key != nullptr && X509_CRL_verify(record.crl.get(), key) == 1;
}

bool lists(const CRLRecord& record, X509* certificate) {
    X509_REVOKED* entry = nullptr;
    // 2 says that the entry takes the certificate off the list again (removeFromCRL).
    return X509_CRL_get0_by_serial(record.crl.get(), &entry, X509_get0_serialNumber(certificate)) ==
           1;
}

} // namespace sallyport::documents::internal
