#include "documents/internal/certificate_path.hpp"

#include "documents/internal/certificate_countries.hpp"

#include <algorithm>

namespace sallyport::documents::internal {
namespace {

void note(PathAnswer& answer, std::string code, std::string text) {
    answer.findings.push_back({std::move(code), std::move(text)});
}

void check_signer_oddities(X509* signer, PathAnswer& answer) {
    constexpr int digital_signature_bit = 0;
    if (!may(signer, digital_signature_bit).value_or(false)) {
        note(
            answer,
            "signer.key_usage",
            "The signer's certificate does not say that its key may sign data."
        );
    }
    if (has_extended_purposes(signer)) {
        note(
            answer,
            "signer.purpose",
            "The signer's certificate states an extended purpose, which document signers do not "
            "have."
        );
    }
    const KeyFacts facts = facts_of(X509_get0_pubkey(signer));
    if (facts.explicit_parameters && facts.acceptable) {
        note(
            answer,
            "signer.explicit_curve",
            "The signer's key states the parameters of its curve; they are those of " +
                facts.short_name + "."
        );
    }
}

void check_anchor_oddities(const CertificateRecord& anchor, X509* signer, PathAnswer& answer) {
    if (anchor.key.explicit_parameters) {
        note(
            answer,
            "trust.explicit_curve",
            "The authority's key states the parameters of its curve; they are those of " +
                anchor.key.short_name + "."
        );
    }
    if (!anchor.authority || !anchor.may_sign_certificates.value_or(false)) {
        note(
            answer,
            "trust.key_usage",
            "The authority's certificate does not say that its key may sign certificates."
        );
    }
    if (!anchor.summary.self_signed) {
        note(
            answer,
            "trust.link_certificate",
            "The authority is known by a link certificate of the trust store, not by a self-signed "
            "one."
        );
    }
    if (X509_NAME_cmp(X509_get_subject_name(anchor.x509.get()), X509_get_issuer_name(signer)) !=
        0) {
        note(
            answer,
            "trust.issuer_name_differs",
            "The authority has another name than the issuer that the signer's certificate states."
        );
    }
}

bool is_revoked(const PathQuestion& question, const TrustStore::Impl& store, PathAnswer& answer) {
    const auto lists_found = store.lists_of(X509_get_issuer_name(question.signer));
    if (lists_found.empty()) {
        note(answer, "crl.none", "The trust store holds no revocation list of this authority.");
        return false;
    }
    bool stale = true;
    bool revoked = false;
    for (const CRLRecord* list : lists_found) {
        stale = stale && list->next_update.has_value() && *list->next_update < question.now;
        revoked = revoked || lists(*list, question.signer);
    }
    if (stale) {
        note(
            answer,
            "crl.stale",
            "The revocation list of this authority should have been renewed by now."
        );
    }
    if (revoked) {
        note(
            answer,
            "trust.revoked",
            "The signer's certificate is on the revocation list of its authority."
        );
    }
    return revoked;
}

// The rule of Doc 9303-12: a state signs its own documents. A country that is not stated is no
// agreement.
bool countries_agree(const PathQuestion& question, const CertificateRecord& anchor) {
    const std::string signer = country_of(X509_get_issuer_name(question.signer));
    const std::string expected = certificate_country(question.issuer);
    return !signer.empty() && signer == anchor.summary.country &&
           (expected.empty() || expected == signer);
}

// Certificates of the store whose key signed the signer's certificate. Renewed and linked
// certificates share keys: each key is tried once, and none after the right one.
std::vector<const CertificateRecord*>
anchors_of(X509* signer, const TrustStore::Impl& store, bool& unusable) {
    std::vector<const CertificateRecord*> found;
    std::vector<const CertificateRecord*> failed;
    const auto has_key_of = [](const CertificateRecord* candidate) {
        return [candidate](const CertificateRecord* other) {
            return EVP_PKEY_eq(other->public_key(), candidate->public_key()) == 1;
        };
    };
    for (const CertificateRecord* candidate : store.issuers_of(signer)) {
        if (!candidate->usable()) {
            unusable = true;
            continue;
        }
        if (!found.empty()) {
            if (has_key_of(candidate)(found.front())) {
                found.push_back(candidate);
            }
            continue;
        }
        if (std::ranges::any_of(failed, has_key_of(candidate))) {
            continue;
        }
        (is_signed_by(signer, candidate->public_key()) ? found : failed).push_back(candidate);
    }
    std::ranges::stable_partition(found, [](const CertificateRecord* candidate) {
        return candidate->summary.self_signed;
    });
    return found;
}

void no_anchor(bool unusable, PathAnswer& answer) {
    note(
        answer,
        "trust.no_anchor",
        "The signer's certificate leads to no authority of the trust store: its origin is not "
        "known."
    );
    if (unusable) {
        note(
            answer,
            "trust.key_not_accepted",
            "An authority of that name has a key that is not accepted: its curve is no known one, "
            "or it is too short."
        );
    }
}

} // namespace

PathAnswer find_path(const PathQuestion& question, const TrustStore::Impl& store) {
    const ErrorQueueGuard errors;
    PathAnswer answer;
    check_signer_oddities(question.signer, answer);
    bool unusable = false;
    const auto anchors = anchors_of(question.signer, store, unusable);
    if (anchors.empty()) {
        no_anchor(unusable, answer);
        return answer;
    }
    const CertificateRecord* anchor = anchors.front();
    for (const CertificateRecord* candidate : anchors) {
        if (is_valid_at(candidate->x509.get(), question.signed_at) &&
            countries_agree(question, *candidate)) {
            anchor = candidate;
            break;
        }
    }
    check_anchor_oddities(*anchor, question.signer, answer);
    answer.state = TrustState::Anchored;
    if (!is_valid_at(question.signer, question.signed_at)) {
        note(
            answer,
            "trust.expired",
            "The signer's certificate was not valid at the time of signing."
        );
        answer.state = TrustState::Expired;
    } else if (!is_valid_at(anchor->x509.get(), question.signed_at)) {
        note(
            answer,
            "trust.expired",
            "The authority's certificate was not valid at the time of signing."
        );
        answer.state = TrustState::Expired;
    }
    if (!countries_agree(question, *anchor)) {
        note(
            answer,
            "trust.country_differs",
            "The country of the signer, of its authority and of the document are not the same."
        );
        answer.state = TrustState::CountryDiffers;
    }
    if (is_revoked(question, store, answer)) {
        answer.state = TrustState::Revoked;
    }
    return answer;
}

} // namespace sallyport::documents::internal
