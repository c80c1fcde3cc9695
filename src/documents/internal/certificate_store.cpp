#include "documents/internal/certificate_store.hpp"

#include "base/limits.hpp"

#include <algorithm>

namespace sallyport::documents {
namespace {

unsigned long name_hash(const X509_NAME* name) {
    int ok = 0;
    return X509_NAME_hash_ex(name, nullptr, nullptr, &ok);
}

} // namespace

void TrustStore::Impl::index() {
    const internal::ErrorQueueGuard errors;
    by_name_.clear();
    by_key_id_.clear();
    for (std::size_t i = 0; i < certificates.size(); ++i) {
        const internal::CertificateRecord& record = certificates[i];
        if (record.x509 == nullptr) {
            continue;
        }
        by_name_.emplace(name_hash(X509_get_subject_name(record.x509.get())), i);
        if (!record.subject_key_id.empty()) {
            by_key_id_.emplace(record.subject_key_id, i);
        }
    }
    std::erase_if(crls, [this](const internal::CRLRecord& list) {
        return list.crl == nullptr ||
               std::ranges::none_of(certificates, [&](const internal::CertificateRecord& record) {
                   return record.usable() &&
                          X509_NAME_cmp(
                              X509_get_subject_name(record.x509.get()),
                              X509_CRL_get_issuer(list.crl.get())
                          ) == 0 &&
                          internal::is_signed_by(list, record.public_key());
               });
    });
}

std::vector<const internal::CertificateRecord*> TrustStore::Impl::issuers_of(X509* certificate
) const {
    std::vector<const internal::CertificateRecord*> found;
    const auto add = [&](std::size_t at) {
        const internal::CertificateRecord* record = &certificates[at];
        if (found.size() < limits::anchors_tried_max &&
            std::ranges::find(found, record) == found.end()) {
            found.push_back(record);
        }
    };
    const auto keyed = by_key_id_.equal_range(internal::authority_key_id(certificate));
    for (auto it = keyed.first; it != keyed.second; ++it) {
        add(it->second);
    }
    const X509_NAME* issuer = X509_get_issuer_name(certificate);
    const auto named = by_name_.equal_range(name_hash(issuer));
    for (auto it = named.first; it != named.second; ++it) {
        const X509* candidate = certificates[it->second].x509.get();
        if (X509_NAME_cmp(X509_get_subject_name(candidate), issuer) == 0) {
            add(it->second);
        }
    }
    return found;
}

std::vector<const internal::CRLRecord*> TrustStore::Impl::lists_of(const X509_NAME* issuer) const {
    std::vector<const internal::CRLRecord*> found;
    for (const internal::CRLRecord& list : crls) {
        if (X509_NAME_cmp(X509_CRL_get_issuer(list.crl.get()), issuer) == 0) {
            found.push_back(&list);
        }
    }
    return found;
}

} // namespace sallyport::documents
