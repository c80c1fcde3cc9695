// Public keys and signatures as certificates and signed data of travel documents carry them: RSA
// PKCS#1 v1.5, RSA-PSS, ECDSA (DER, and BSI TR-03111 plain), SHA-1 to SHA-512. Any thread; a key is
// only read.
#pragma once

#include "documents/internal/openssl_handles.hpp"

#include <string>

namespace sallyport::documents::internal {

struct KeyFacts {
    std::string description; // "RSA 4096", "EC brainpoolP384r1", "EC brainpoolP384r1 explicit"
    std::string short_name;  // "2048", "brainpoolP384r1": as it stands behind an algorithm's name
    bool explicit_parameters = false;
    // False for a curve whose parameters are those of no named curve (anybody can choose a
    // generator for which he knows the key: CVE-2020-0601), for RSA under 1024 bits, and for kinds
    // that documents do not use.
    bool acceptable = false;
};
[[nodiscard]] KeyFacts facts_of(const EVP_PKEY* key); // null: not acceptable

// SHA-1, 224, 256, 384, 512; null for any other.
[[nodiscard]] const EVP_MD* digest_of(const X509_ALGOR* algorithm);
[[nodiscard]] const EVP_MD* digest_of(const ASN1_OBJECT* algorithm);
[[nodiscard]] std::string digest_name(const EVP_MD* digest); // "SHA-256"
[[nodiscard]] Bytes digest(const EVP_MD* algorithm, ByteView data);

struct SignatureCheck {
    bool good = false;
    bool algorithm_known = true;
    bool sha1 = false;
    std::string algorithm; // "ecdsa-with-SHA256", "rsassaPss SHA-256", "rsaEncryption SHA-256"
};
// digest_algorithm stands in for a signature algorithm that names no digest (rsaEncryption).
[[nodiscard]] SignatureCheck check_signature(
    const X509_ALGOR* algorithm,
    const EVP_MD* digest_algorithm,
    EVP_PKEY* key,
    ByteView data,
    ByteView signature
);

} // namespace sallyport::documents::internal
