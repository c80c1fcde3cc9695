#include "documents/internal/master_list_reader.hpp"

#include "base/limits.hpp"
#include "documents/internal/cms_signed_data.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <openssl/asn1t.h>
#include <set>

namespace sallyport::documents::internal {

// Doc 9303-12 section 9.3. Certificates are taken as they stand, so that one that cannot be read
// does not hide the others.
struct CscaMasterList {
    ASN1_INTEGER* version;
    STACK_OF(ASN1_TYPE) * certificates;
};

// clang-format off
ASN1_SEQUENCE(CscaMasterList) = {
    ASN1_SIMPLE(CscaMasterList, version, ASN1_INTEGER),
    ASN1_SET_OF(CscaMasterList, certificates, ASN1_ANY),
} static_ASN1_SEQUENCE_END(CscaMasterList)
    // clang-format on

    namespace {

    constexpr const char* master_list_content = "2.23.136.1.1.2"; // id-icao-cscaMasterList
    constexpr const char* master_list_purpose =
        "2.23.136.1.1.3"; // id-icao-cscaMasterListSigningKey

    struct FreeMasterList {
        void operator()(CscaMasterList* list) const {
            ASN1_item_free(reinterpret_cast<ASN1_VALUE*>(list), ASN1_ITEM_rptr(CscaMasterList));
        }
    };

    Result<std::vector<CertificateRecord>> read_content(ByteView content) {
        const unsigned char* place = content.data();
        const std::unique_ptr<CscaMasterList, FreeMasterList> list(
            reinterpret_cast<CscaMasterList*>(
                ASN1_item_d2i(nullptr, &place, long_size(content), ASN1_ITEM_rptr(CscaMasterList))
            )
        );
        if (list == nullptr || place != content.data() + content.size()) {
            return fail(ErrorCode::MalformedInput, "the content is no CscaMasterList");
        }
        const int count = sk_ASN1_TYPE_num(list->certificates);
        if (static_cast<std::size_t>(count) > limits::master_list_certificates_max) {
            return fail(
                ErrorCode::PayloadTooLarge,
                fmt::format("more than {} certificates", limits::master_list_certificates_max)
            );
        }
        std::vector<CertificateRecord> records;
        std::set<std::string> seen;
        for (int i = 0; i < count; ++i) {
            const ASN1_TYPE* entry = sk_ASN1_TYPE_value(list->certificates, i);
            if (ASN1_TYPE_get(entry) != V_ASN1_SEQUENCE) {
                return fail(
                    ErrorCode::MalformedInput, fmt::format("entry {} is no certificate", i + 1)
                );
            }
            CertificateRecord record = read_certificate(view_of(entry->value.sequence));
            if (seen.insert(record.summary.sha256).second) {
                records.push_back(std::move(record));
            }
        }
        return records;
    }

    // Who vouches: the signer's certificate is an anchor's, or leads to one over authorities that
    // the list embeds (link certificates after a change of keys).
    class AnchorSearch {
    public:
        AnchorSearch(std::span<const CertificateRecord> anchors, const SignedData& data, Instant at)
            : anchors_(anchors), data_(data), at_(at) {}

        [[nodiscard]] const CertificateRecord* find(X509* certificate, int depth = 1) const {
            if (!is_valid_at(certificate, at_)) {
                return nullptr;
            }
            for (const CertificateRecord& anchor : anchors_) {
                if (anchor.usable() && anchor.summary.self_signed && anchor.authority &&
                    is_valid_at(anchor.x509.get(), at_) &&
                    is_signed_by(certificate, anchor.public_key())) {
                    return &anchor;
                }
            }
            for (const X509Ptr& above : data_.certificates) {
                if (depth < limits::master_list_path_max && above.get() != certificate &&
                    X509_NAME_cmp(
                        X509_get_subject_name(above.get()), X509_get_issuer_name(certificate)
                    ) == 0 &&
                    is_authority(above.get()) &&
                    is_signed_by(certificate, X509_get0_pubkey(above.get()))) {
                    const CertificateRecord* anchor = find(above.get(), depth + 1);
                    if (anchor != nullptr) {
                        return anchor;
                    }
                }
            }
            return nullptr;
        }

    private:
        static bool is_authority(X509* certificate) {
            const CertificateRecord record = read_certificate(der_of(certificate, i2d_X509), false);
            return record.usable() && record.authority;
        }
        std::span<const CertificateRecord> anchors_;
        const SignedData& data_;
        Instant at_;
    };

    std::string reason_of(const SignerCheck& check) {
        switch (check.fault) {
        case SignerFault::None:
            return {};
        case SignerFault::NoSignerInfo:
        case SignerFault::NoSignedAttributes:
            return "it is not signed";
        case SignerFault::NoCertificate:
            return "the signer's certificate is not in it";
        case SignerFault::AttributesNotDER:
        case SignerFault::ContentDiffers:
        case SignerFault::ContentTypeDiffers:
            return "its content is not what was signed";
        case SignerFault::DigestUnknown:
        case SignerFault::AlgorithmUnknown:
        case SignerFault::KeyUnacceptable:
            return "its signature is of a kind that is not accepted";
        case SignerFault::SignatureWrong:
            return "its signature is wrong";
        }
        return "its signature is wrong";
    }

    void check_list_signer(
        const SignedData& data,
        std::span<const CertificateRecord> anchors,
        Instant now,
        MasterListSummary& summary
    ) {
        const SignerCheck check = check_signers(data);
        summary.signed_at = check.signed_at;
        if (check.signer != nullptr) {
            summary.signer = one_line(X509_get_subject_name(check.signer));
            summary.country = country_of(X509_get_issuer_name(check.signer));
        }
        summary.reason = reason_of(check);
        if (!check.good()) {
            return;
        }
        const AnchorSearch search(anchors, data, check.signed_at.value_or(now));
        const CertificateRecord* anchor = search.find(check.signer);
        if (anchor == nullptr) {
            summary.reason = "signed by nobody you named";
            return;
        }
        // An authority signs document signers too; only a key with this purpose may speak of other
        // states' authorities. The authority itself may.
        const bool is_anchor =
            EVP_PKEY_eq(X509_get0_pubkey(check.signer), anchor->public_key()) == 1;
        if (!is_anchor && !has_extended_purpose(check.signer, master_list_purpose)) {
            summary.reason = "its signer may not sign master lists";
            return;
        }
        summary.signature_good = true;
    }

} // namespace

Result<MasterListReading>
read_master_list_records(ByteView bytes, std::span<const CertificateRecord> anchors, Instant now) {
    const ErrorQueueGuard errors;
    if (bytes.size() > limits::master_list_bytes_max) {
        return fail(ErrorCode::PayloadTooLarge, "the master list is larger than 16 MiB");
    }
    SALLYPORT_TRY(const SignedData data, read_signed_data(bytes, "the master list"));
    if (data.content_type != master_list_content) {
        return fail(ErrorCode::MalformedInput, "the signed content is no CSCA master list");
    }
    auto records = read_content(data.content);
    if (!records.has_value()) {
        return fail(
            records.error().code(), "the master list cannot be read", std::move(records).error()
        );
    }
    MasterListReading reading;
    reading.certificates = *std::move(records);
    MasterListSummary& summary = reading.summary;
    std::set<std::string> countries;
    for (const CertificateRecord& record : reading.certificates) {
        summary.content.push_back(record.summary);
        if (!record.summary.country.empty()) {
            countries.insert(record.summary.country);
        }
    }
    summary.certificates = reading.certificates.size();
    summary.countries = countries.size();
    check_list_signer(data, anchors, now, summary);
    return reading;
}

} // namespace sallyport::documents::internal
