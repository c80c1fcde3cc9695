#include "documents/internal/certificate_record.hpp"

#include "base/limits.hpp"
#include "documents/internal/certificate_countries.hpp"
#include "documents/internal/cms_signed_data.hpp"

#include <openssl/x509v3.h>

namespace sallyport::documents::internal {
namespace {

using OctetStringPtr = std::unique_ptr<ASN1_OCTET_STRING, Freed<ASN1_OCTET_STRING_free>>;
using BitStringPtr = std::unique_ptr<ASN1_BIT_STRING, Freed<ASN1_BIT_STRING_free>>;
using AuthorityKeyPtr = std::unique_ptr<AUTHORITY_KEYID, Freed<AUTHORITY_KEYID_free>>;
using ConstraintsPtr = std::unique_ptr<BASIC_CONSTRAINTS, Freed<BASIC_CONSTRAINTS_free>>;
using PurposesPtr = std::unique_ptr<EXTENDED_KEY_USAGE, Freed<EXTENDED_KEY_USAGE_free>>;
using BioPtr = std::unique_ptr<BIO, Freed<BIO_free>>;

constexpr int key_cert_sign_bit = 5;

// Extensions are read one by one: OpenSSL's cached view gives nothing at all when one of them is
// odd.
template <class Ptr>
Ptr extension(X509* certificate, int nid) {
    return Ptr(
        static_cast<typename Ptr::pointer>(X509_get_ext_d2i(certificate, nid, nullptr, nullptr))
    );
}

std::string text_of(ByteView bytes) {
    return std::string(bytes.begin(), bytes.end());
}

std::string serial_of(X509* certificate) {
    const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate);
    const std::string digits = hex(view_of(serial));
    return (ASN1_STRING_type(serial) & V_ASN1_NEG) != 0 ? "-" + digits : digits;
}

} // namespace

std::string country_of(const X509_NAME* name) {
    const int at = X509_NAME_get_index_by_NID(name, NID_countryName, -1);
    if (at < 0) {
        return {};
    }
    const ASN1_STRING* value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
    unsigned char* text = nullptr;
    const int length = ASN1_STRING_to_UTF8(&text, value);
    std::string out;
    for (int i = 0; i < length; ++i) {
        // Letters only: what is shown and compared is a code.
        const auto letter = static_cast<char>(text[i]);
        if ((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z')) {
            out.push_back(letter);
        }
    }
    OPENSSL_free(text);
    return upper_country(out);
}

std::string one_line(const X509_NAME* name) {
    const BioPtr out(BIO_new(BIO_s_mem()));
    if (out == nullptr || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253) < 0) {
        return {};
    }
    char* text = nullptr;
    const long length = BIO_get_mem_data(out.get(), &text);
    return std::string(text, static_cast<std::size_t>(length));
}

std::string authority_key_id(X509* certificate) {
    const auto id = extension<AuthorityKeyPtr>(certificate, NID_authority_key_identifier);
    return id == nullptr ? std::string() : text_of(view_of(id->keyid));
}

bool has_extended_purpose(X509* certificate, const char* dotted_purpose) {
    const auto purposes = extension<PurposesPtr>(certificate, NID_ext_key_usage);
    for (int i = 0; purposes != nullptr && i < sk_ASN1_OBJECT_num(purposes.get()); ++i) {
        if (dotted(sk_ASN1_OBJECT_value(purposes.get(), i)) == dotted_purpose) {
            return true;
        }
    }
    return false;
}

bool has_extended_purposes(X509* certificate) {
    return extension<PurposesPtr>(certificate, NID_ext_key_usage) != nullptr;
}

std::optional<bool> may(X509* certificate, int key_usage_bit) {
    const auto usage = extension<BitStringPtr>(certificate, NID_key_usage);
    if (usage == nullptr) {
        return std::nullopt;
    }
    return ASN1_BIT_STRING_get_bit(usage.get(), key_usage_bit) == 1;
}

bool is_signed_by(X509* certificate, EVP_PKEY* key) {
    return key != nullptr && X509_verify(certificate, key) == 1;
}

bool is_valid_at(X509* certificate, Instant at) {
    const auto from = instant_of(X509_get0_notBefore(certificate));
    const auto until = instant_of(X509_get0_notAfter(certificate));
    return from.has_value() && until.has_value() && *from <= at && at <= *until;
}

CertificateRecord read_certificate(ByteView der, std::optional<bool> self_signed) {
    const ErrorQueueGuard errors;
    CertificateRecord record;
    record.der.assign(der.begin(), der.end());
    record.summary.sha256 = sha256_hex(der);
    const unsigned char* place = der.data();
    if (der.size() <= limits::certificate_bytes_max) {
        record.x509.reset(d2i_X509(nullptr, &place, long_size(der)));
    }
    if (record.x509 == nullptr || place != der.data() + der.size()) {
        record.x509.reset();
        record.summary.subject = "unreadable";
        record.summary.key = "unknown";
        return record;
    }
    X509* x509 = record.x509.get();
    record.key = facts_of(record.public_key());
    record.subject_key_id =
        text_of(view_of(extension<OctetStringPtr>(x509, NID_subject_key_identifier).get()));
    record.may_sign_certificates = may(x509, key_cert_sign_bit);
    const auto constraints = extension<ConstraintsPtr>(x509, NID_basic_constraints);
    record.authority = (constraints != nullptr && constraints->ca != 0) ||
                       record.may_sign_certificates.value_or(false);
    CertificateSummary& summary = record.summary;
    summary.country = country_of(X509_get_subject_name(x509));
    summary.subject = one_line(X509_get_subject_name(x509));
    summary.serial = serial_of(x509);
    summary.key = record.key.description;
    summary.not_before = instant_of(X509_get0_notBefore(x509)).value_or(Instant{});
    summary.not_after = instant_of(X509_get0_notAfter(x509)).value_or(Instant{});
    if (self_signed.has_value()) {
        summary.self_signed = *self_signed;
    } else {
        summary.self_signed =
            X509_NAME_cmp(X509_get_subject_name(x509), X509_get_issuer_name(x509)) == 0 &&
            is_signed_by(x509, record.public_key());
    }
    return record;
}

} // namespace sallyport::documents::internal
