#include "documents/internal/sod_file.hpp"

#include "documents/internal/openssl_keys.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <openssl/asn1t.h>

namespace sallyport::documents::internal {

// Names of Doc 9303-10 4.6.2.3; outside the unnamed namespace because OpenSSL's templates need
// linkage.
struct DataGroupHash {
    ASN1_INTEGER* number;
    ASN1_OCTET_STRING* value;
};
struct LDSVersionInfo {
    ASN1_PRINTABLESTRING* lds_version;
    ASN1_PRINTABLESTRING* unicode_version;
};
DEFINE_STACK_OF(DataGroupHash)
struct LDSSecurityObject {
    ASN1_INTEGER* version;
    X509_ALGOR* hash_algorithm;
    STACK_OF(DataGroupHash) * hashes;
    LDSVersionInfo* version_info;
};

// clang-format off
ASN1_SEQUENCE(DataGroupHash) = {
    ASN1_SIMPLE(DataGroupHash, number, ASN1_INTEGER),
    ASN1_SIMPLE(DataGroupHash, value, ASN1_OCTET_STRING),
} static_ASN1_SEQUENCE_END(DataGroupHash)

ASN1_SEQUENCE(LDSVersionInfo) = {
    ASN1_SIMPLE(LDSVersionInfo, lds_version, ASN1_PRINTABLESTRING),
    ASN1_SIMPLE(LDSVersionInfo, unicode_version, ASN1_PRINTABLESTRING),
} static_ASN1_SEQUENCE_END(LDSVersionInfo)

ASN1_SEQUENCE(LDSSecurityObject) = {
    ASN1_SIMPLE(LDSSecurityObject, version, ASN1_INTEGER),
    ASN1_SIMPLE(LDSSecurityObject, hash_algorithm, X509_ALGOR),
    ASN1_SEQUENCE_OF(LDSSecurityObject, hashes, DataGroupHash),
    ASN1_OPT(LDSSecurityObject, version_info, LDSVersionInfo),
} static_ASN1_SEQUENCE_END(LDSSecurityObject)
    // clang-format on

    namespace {

    constexpr int sod_tag = 23; // 77: application class, constructed, number 23

    struct FreeSecurityObject {
        void operator()(LDSSecurityObject* object) const {
            ASN1_item_free(
                reinterpret_cast<ASN1_VALUE*>(object), ASN1_ITEM_rptr(LDSSecurityObject)
            );
        }
    };

    Result<Bytes> checked_hash(const DataGroupHash* entry, const EVP_MD* digest) {
        const ByteView value = view_of(entry->value);
        if (value.size() != static_cast<std::size_t>(EVP_MD_get_size(digest))) {
            return fail(ErrorCode::MalformedInput, "EF.SOD has a hash of a wrong length");
        }
        return Bytes(value.begin(), value.end());
    }

} // namespace

Result<SODWrapping> unwrap_sod(ByteView file) {
    SODWrapping out;
    const ErrorQueueGuard errors;
    const unsigned char* place = file.data();
    long length = 0;
    int tag = 0;
    int kind = 0;
    const int form = ASN1_get_object(&place, &length, &tag, &kind, long_size(file));
    if ((form & 0x80) != 0) {
        return fail(ErrorCode::MalformedInput, "EF.SOD: the outer length goes past the end");
    }
    if (kind == V_ASN1_UNIVERSAL && tag == V_ASN1_SEQUENCE) {
        out.wrapped = false;
        out.inside = file;
        return out;
    }
    if (kind != V_ASN1_APPLICATION || tag != sod_tag || (form & V_ASN1_CONSTRUCTED) == 0) {
        return fail(ErrorCode::MalformedInput, "EF.SOD: the outer tag is not 77");
    }
    const auto begin = static_cast<std::size_t>(place - file.data());
    if ((form & 1) == 0) {
        out.inside = file.subspan(begin, static_cast<std::size_t>(length));
        out.trailing = file.size() - begin - out.inside.size();
        return out;
    }
    // Indefinite length: the structure inside says where it ends, then two zero bytes follow.
    out.indefinite_length = true;
    const CMSPtr cms(d2i_CMS_ContentInfo(nullptr, &place, long_size(file.subspan(begin))));
    const auto end = static_cast<std::size_t>(place - file.data());
    if (cms == nullptr || file.size() - end < 2 || file[end] != 0 || file[end + 1] != 0) {
        return fail(ErrorCode::MalformedInput, "EF.SOD: tag 77 of indefinite length has no end");
    }
    out.inside = file.subspan(begin, end - begin);
    out.trailing = file.size() - end - 2;
    return out;
}

SecurityObjectKind kind_of_content(const std::string& content_type) {
    if (content_type == "2.23.136.1.1.1") { // id-icao-ldsSecurityObject
        return SecurityObjectKind::LDS;
    }
    // Found in documents made before the identifier above was assigned.
    if (content_type == "1.3.27.1.1.1" || content_type == "1.2.528.1.1006.1.20.1") {
        return SecurityObjectKind::LDSOldIdentifier;
    }
    if (content_type == "0.4.0.127.0.7.3.2.1") { // id-SecurityObject, BSI TR-03110-3
        return SecurityObjectKind::CardSecurity;
    }
    return SecurityObjectKind::Unknown;
}

Result<SecurityObject> read_security_object(ByteView content) {
    const ErrorQueueGuard errors;
    const unsigned char* place = content.data();
    const std::unique_ptr<LDSSecurityObject, FreeSecurityObject> object(
        reinterpret_cast<LDSSecurityObject*>(
            ASN1_item_d2i(nullptr, &place, long_size(content), ASN1_ITEM_rptr(LDSSecurityObject))
        )
    );
    if (object == nullptr || place != content.data() + content.size()) {
        return fail(ErrorCode::MalformedInput, "EF.SOD: the content is no LDSSecurityObject");
    }
    SecurityObject out;
    out.version = ASN1_INTEGER_get(object->version);
    if (out.version != 0 && out.version != 1) {
        return fail(
            ErrorCode::MalformedInput,
            fmt::format("EF.SOD: LDSSecurityObject of version {}", out.version)
        );
    }
    out.digest = digest_of(object->hash_algorithm);
    if (out.digest == nullptr) {
        return fail(ErrorCode::MalformedInput, "EF.SOD: the hash algorithm is not known");
    }
    for (int i = 0; i < sk_DataGroupHash_num(object->hashes); ++i) {
        const DataGroupHash* entry = sk_DataGroupHash_value(object->hashes, i);
        const auto group = data_group_from_number(
            static_cast<int>(std::clamp(ASN1_INTEGER_get(entry->number), -1L, 99L))
        );
        if (!group.has_value()) {
            return fail(ErrorCode::MalformedInput, "EF.SOD: a hash of no data group from 1 to 16");
        }
        SALLYPORT_TRY(Bytes hash, checked_hash(entry, out.digest));
        if (!out.hashes.emplace(*group, std::move(hash)).second) {
            return fail(
                ErrorCode::MalformedInput,
                fmt::format("EF.SOD: two hashes of {}", data_group_name(*group))
            );
        }
    }
    if (object->version_info != nullptr) {
        const ByteView version = view_of(object->version_info->lds_version);
        out.lds_version.assign(version.begin(), version.end());
    }
    return out;
}

} // namespace sallyport::documents::internal
