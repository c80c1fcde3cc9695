// Owners of OpenSSL's objects. OpenSSL keeps an error queue for each thread; ErrorQueueGuard
// empties it, so that a failure here is not found by somebody else's call later.
#pragma once

#include "base/secret_bytes.hpp"

#include <memory>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace sallyport::documents::internal {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};

using X509Ptr = std::unique_ptr<X509, Freed<X509_free>>;
using CRLPtr = std::unique_ptr<X509_CRL, Freed<X509_CRL_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using CMSPtr = std::unique_ptr<CMS_ContentInfo, Freed<CMS_ContentInfo_free>>;
using NamePtr = std::unique_ptr<X509_NAME, Freed<X509_NAME_free>>;

struct ErrorQueueGuard {
    ErrorQueueGuard() { ERR_clear_error(); }
    ~ErrorQueueGuard() { ERR_clear_error(); }
    ErrorQueueGuard(const ErrorQueueGuard&) = delete;
    ErrorQueueGuard& operator=(const ErrorQueueGuard&) = delete;
};

using Bytes = SecretBytes;
using ByteView = std::span<const unsigned char>;

// Contents of a string type of ASN.1, as they are; empty for null.
[[nodiscard]] inline ByteView view_of(const ASN1_STRING* string) {
    if (string == nullptr || ASN1_STRING_length(string) <= 0) {
        return {};
    }
    return {ASN1_STRING_get0_data(string), static_cast<std::size_t>(ASN1_STRING_length(string))};
}

// DER of any object that OpenSSL can write: der_of(x509, i2d_X509). Empty when it cannot.
template <class T, class Write>
[[nodiscard]] Bytes der_of(T* object, Write write) {
    const int length = write(object, nullptr);
    if (length <= 0) {
        return {};
    }
    Bytes out(static_cast<std::size_t>(length));
    unsigned char* place = out.data();
    write(object, &place);
    return out;
}

// Dotted object identifier; empty for null.
[[nodiscard]] std::string dotted(const ASN1_OBJECT* object);
// Upper bound of what OpenSSL takes as a length.
[[nodiscard]] inline long long_size(ByteView bytes) {
    return static_cast<long>(bytes.size());
}
// SHA-256 in lower-case hex.
[[nodiscard]] std::string sha256_hex(ByteView bytes);
[[nodiscard]] std::string hex(ByteView bytes);

} // namespace sallyport::documents::internal
