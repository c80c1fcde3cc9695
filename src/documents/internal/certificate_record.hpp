// A certificate as the trust store holds it: what is asked for often is taken out once, so that a
// record is only read afterwards, from any thread. A certificate that OpenSSL cannot read is a
// record too (usable() is false): a master list's content is shown whole.
#pragma once

#include "documents/internal/openssl_handles.hpp"
#include "documents/internal/openssl_keys.hpp"
#include "documents/trust_store.hpp"

#include <optional>
#include <string>

namespace sallyport::documents::internal {

struct CertificateRecord {
    Bytes der;
    X509Ptr x509;
    CertificateSummary summary;
    KeyFacts key;
    std::string subject_key_id; // bytes; empty when the certificate states none
    bool authority = false;     // basicConstraints says CA, or it may sign certificates
    std::optional<bool> may_sign_certificates; // keyUsage; nothing when there is none
    [[nodiscard]] bool usable() const { return x509 != nullptr && key.acceptable; }
    [[nodiscard]] EVP_PKEY* public_key() const { return X509_get0_pubkey(x509.get()); }
};

// self_signed: as an index recorded it; nothing: found out by checking the signature.
[[nodiscard]] CertificateRecord
read_certificate(ByteView der, std::optional<bool> self_signed = std::nullopt);

// countryName of a name, upper case; empty when there is none.
[[nodiscard]] std::string country_of(const X509_NAME* name);
[[nodiscard]] std::string one_line(const X509_NAME* name); // RFC 2253
[[nodiscard]] std::string authority_key_id(X509* certificate);
[[nodiscard]] bool has_extended_purpose(X509* certificate, const char* dotted_purpose);
[[nodiscard]] bool has_extended_purposes(X509* certificate);
[[nodiscard]] std::optional<bool> may(X509* certificate, int key_usage_bit); // 0 digitalSignature

// True when the certificate's signature was made with this key.
[[nodiscard]] bool is_signed_by(X509* certificate, EVP_PKEY* key);
// True when the certificate is valid at this time, both ends included.
[[nodiscard]] bool is_valid_at(X509* certificate, Instant at);

} // namespace sallyport::documents::internal
