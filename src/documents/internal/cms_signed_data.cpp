#include "documents/internal/cms_signed_data.hpp"

#include "base/limits.hpp"
#include "documents/internal/openssl_keys.hpp"

#include <algorithm>
#include <ctime>
#include <fmt/format.h>

namespace sallyport::documents::internal {
namespace {

constexpr int unique_attribute = -3; // one attribute of the kind, with one value

bool is_indefinite(ByteView bytes) {
    const unsigned char* place = bytes.data();
    long length = 0;
    int tag = 0;
    int kind = 0;
    return (ASN1_get_object(&place, &length, &tag, &kind, long_size(bytes)) & 1) != 0;
}

// Names with the same entries in any order: Malaysia's signer infos name the issuer in another
// order than its certificates do. Entries are compared as X509_NAME_cmp does, whatever the string
// type, upper or lower case, and number of blanks.
bool same_entries(const X509_NAME* left, const X509_NAME* right) {
    const int count = X509_NAME_entry_count(left);
    if (count != X509_NAME_entry_count(right) || count > limits::certificate_name_entries_max) {
        return false;
    }
    const auto alone = [](const X509_NAME* name, int index) {
        NamePtr single(X509_NAME_new());
        X509_NAME_add_entry(single.get(), X509_NAME_get_entry(name, index), -1, 0);
        return single;
    };
    std::vector<NamePtr> rest;
    for (int i = 0; i < count; ++i) {
        rest.push_back(alone(right, i));
    }
    for (int i = 0; i < count; ++i) {
        const NamePtr wanted = alone(left, i);
        const auto found = std::find_if(rest.begin(), rest.end(), [&](const NamePtr& name) {
            return X509_NAME_cmp(wanted.get(), name.get()) == 0;
        });
        if (found == rest.end()) {
            return false;
        }
        rest.erase(found);
    }
    return true;
}

enum class Identified { No, Loosely, Exactly };

Identified identified(CMS_SignerInfo* info, X509* certificate) {
    if (CMS_SignerInfo_cert_cmp(info, certificate) == 0) {
        return Identified::Exactly;
    }
    ASN1_OCTET_STRING* key_id = nullptr;
    X509_NAME* issuer = nullptr;
    ASN1_INTEGER* serial = nullptr;
    if (CMS_SignerInfo_get0_signer_id(info, &key_id, &issuer, &serial) != 1 || serial == nullptr ||
        issuer == nullptr) {
        return Identified::No;
    }
    const bool same = ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(certificate)) == 0 &&
                      same_entries(issuer, X509_get_issuer_name(certificate));
    return same ? Identified::Loosely : Identified::No;
}

struct Found {
    X509* certificate = nullptr;
    bool exact = false;
};

Found find_signer(CMS_SignerInfo* info, const std::vector<X509Ptr>& certificates) {
    Found loose;
    for (const X509Ptr& certificate : certificates) {
        switch (identified(info, certificate.get())) {
        case Identified::Exactly:
            return {certificate.get(), true};
        case Identified::Loosely:
            loose = {certificate.get(), false};
            break;
        case Identified::No:
            break;
        }
    }
    return loose;
}

// SET OF Attribute as it was signed: each attribute in DER behind a SET header. Signers hash the
// DER order or the order they wrote, so both are tried.
Bytes attributes_der(std::vector<Bytes> attributes, bool sorted) {
    if (sorted) {
        std::sort(attributes.begin(), attributes.end());
    }
    std::size_t length = 0;
    for (const Bytes& one : attributes) {
        length += one.size();
    }
    const int total = ASN1_object_size(1, static_cast<int>(length), V_ASN1_SET);
    Bytes out(static_cast<std::size_t>(total));
    unsigned char* place = out.data();
    ASN1_put_object(&place, 1, static_cast<int>(length), V_ASN1_SET, V_ASN1_UNIVERSAL);
    for (const Bytes& one : attributes) {
        place = std::copy(one.begin(), one.end(), place);
    }
    return out;
}

const void* attribute(CMS_SignerInfo* info, int nid, int type) {
    return CMS_signed_get0_data_by_OBJ(info, OBJ_nid2obj(nid), unique_attribute, type);
}

std::optional<Instant> signing_time(CMS_SignerInfo* info) {
    for (const int type : {V_ASN1_UTCTIME, V_ASN1_GENERALIZEDTIME}) {
        const void* time = attribute(info, NID_pkcs9_signingTime, type);
        if (time != nullptr) {
            return instant_of(static_cast<const ASN1_TIME*>(time));
        }
    }
    return std::nullopt;
}

SignerFault
check_attributes(CMS_SignerInfo* info, const SignedData& data, const EVP_MD* algorithm) {
    if (CMS_signed_get_attr_count(info) <= 0) {
        return SignerFault::NoSignedAttributes;
    }
    const void* type = attribute(info, NID_pkcs9_contentType, V_ASN1_OBJECT);
    if (type == nullptr || dotted(static_cast<const ASN1_OBJECT*>(type)) != data.content_type) {
        return SignerFault::ContentTypeDiffers;
    }
    const void* stated = attribute(info, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING);
    const ByteView expected = view_of(static_cast<const ASN1_STRING*>(stated));
    const Bytes computed = digest(algorithm, data.content);
    if (computed.empty() || !std::ranges::equal(expected, computed)) {
        return SignerFault::ContentDiffers;
    }
    return SignerFault::None;
}

// OpenSSL reads more than DER and writes DER again: an attribute that does not stand in the file as
// it is written was coded otherwise.
bool stands_in(ByteView source, const Bytes& attribute) {
    return !attribute.empty() && !std::ranges::search(source, attribute).empty();
}

SignerFault check_signature_of(
    CMS_SignerInfo* info,
    const SignedData& data,
    const X509_ALGOR* algorithm,
    const EVP_MD* digest_algorithm,
    SignerCheck& check
) {
    EVP_PKEY* key = X509_get0_pubkey(check.signer);
    const KeyFacts facts = facts_of(key);
    if (!facts.acceptable) {
        return SignerFault::KeyUnacceptable;
    }
    std::vector<Bytes> attributes;
    for (int i = 0; i < CMS_signed_get_attr_count(info); ++i) {
        attributes.push_back(der_of(CMS_signed_get_attr(info, i), i2d_X509_ATTRIBUTE));
        if (!stands_in(data.source, attributes.back())) {
            return SignerFault::AttributesNotDER;
        }
    }
    const ByteView signature = view_of(CMS_SignerInfo_get0_signature(info));
    const Bytes as_found = attributes_der(attributes, false);
    const Bytes as_sorted = attributes_der(attributes, true);
    SignatureCheck result = check_signature(algorithm, digest_algorithm, key, as_found, signature);
    if (!result.good && as_sorted != as_found) {
        result = check_signature(algorithm, digest_algorithm, key, as_sorted, signature);
    }
    if (!result.algorithm_known) {
        return SignerFault::AlgorithmUnknown;
    }
    check.sha1 = result.sha1;
    check.algorithm = result.algorithm + " " + facts.short_name;
    return result.good ? SignerFault::None : SignerFault::SignatureWrong;
}

SignerCheck check_signer(CMS_SignerInfo* info, const SignedData& data) {
    SignerCheck check;
    check.signed_at = signing_time(info);
    const Found found = find_signer(info, data.certificates);
    check.signer = found.certificate;
    check.identifier_exact = found.exact;
    if (found.certificate == nullptr) {
        check.fault = SignerFault::NoCertificate;
        return check;
    }
    X509_ALGOR* digest_algorithm = nullptr;
    X509_ALGOR* signature_algorithm = nullptr;
    CMS_SignerInfo_get0_algs(info, nullptr, nullptr, &digest_algorithm, &signature_algorithm);
    const EVP_MD* algorithm = digest_of(digest_algorithm);
    if (algorithm == nullptr) {
        check.fault = SignerFault::DigestUnknown;
        return check;
    }
    check.fault = check_attributes(info, data, algorithm);
    if (check.good()) {
        check.fault = check_signature_of(info, data, signature_algorithm, algorithm, check);
    }
    return check;
}

} // namespace

std::optional<Instant> instant_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) {
        return std::nullopt;
    }
    using namespace std::chrono;
    const year_month_day day(
        year(parts.tm_year + 1900),
        month(static_cast<unsigned>(parts.tm_mon + 1)),
        std::chrono::day(static_cast<unsigned>(parts.tm_mday))
    );
    return Instant(
        sys_days(day) + hours(parts.tm_hour) + minutes(parts.tm_min) + seconds(parts.tm_sec)
    );
}

Result<SignedData> read_signed_data(ByteView bytes, std::string_view what) {
    const ErrorQueueGuard errors;
    SignedData data;
    const unsigned char* place = bytes.data();
    data.cms.reset(d2i_CMS_ContentInfo(nullptr, &place, long_size(bytes)));
    if (data.cms == nullptr) {
        return fail(ErrorCode::MalformedInput, fmt::format("{} is no CMS structure", what));
    }
    if (place != bytes.data() + bytes.size()) {
        return fail(
            ErrorCode::MalformedInput,
            fmt::format(
                "{} goes on behind its CMS structure, at byte {}", what, place - bytes.data()
            )
        );
    }
    if (OBJ_obj2nid(CMS_get0_type(data.cms.get())) != NID_pkcs7_signed) {
        return fail(ErrorCode::MalformedInput, fmt::format("{} is no signed data", what));
    }
    ASN1_OCTET_STRING** content = CMS_get0_content(data.cms.get());
    if (content == nullptr || *content == nullptr) {
        return fail(ErrorCode::MalformedInput, fmt::format("{} has no content", what));
    }
    data.source = bytes;
    data.content = view_of(*content);
    data.content_type = dotted(CMS_get0_eContentType(data.cms.get()));
    data.indefinite_length = is_indefinite(bytes);
    STACK_OF(X509)* stack = CMS_get1_certs(data.cms.get());
    while (stack != nullptr && sk_X509_num(stack) > 0) {
        data.certificates.emplace_back(sk_X509_shift(stack));
    }
    sk_X509_free(stack);
    if (data.certificates.size() > limits::cms_certificates_max) {
        return fail(
            ErrorCode::PayloadTooLarge,
            fmt::format("{} embeds more than {} certificates", what, limits::cms_certificates_max)
        );
    }
    return data;
}

SignerCheck check_signers(const SignedData& data) {
    const ErrorQueueGuard errors;
    SignerCheck first;
    STACK_OF(CMS_SignerInfo)* infos = CMS_get0_SignerInfos(data.cms.get());
    const int count = infos == nullptr ? 0 : sk_CMS_SignerInfo_num(infos);
    for (int i = 0; i < std::min(count, limits::cms_signers_max); ++i) {
        SignerCheck check = check_signer(sk_CMS_SignerInfo_value(infos, i), data);
        check.several = count > 1;
        if (check.good()) {
            return check;
        }
        if (i == 0) {
            first = std::move(check);
        }
    }
    return first;
}

} // namespace sallyport::documents::internal
