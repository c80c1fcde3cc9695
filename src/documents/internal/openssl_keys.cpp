#include "documents/internal/openssl_keys.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <string_view>

namespace sallyport::documents::internal {
namespace {

constexpr int rsa_bits_min =
    1024; // first-generation signers; anything less can be factored at home

struct PlainEcdsa {
    std::string_view identifier; // BSI TR-03111 5.2.1.1
    int digest;
};
constexpr std::array<PlainEcdsa, 5> plain_ecdsa{
    {{"0.4.0.127.0.7.1.1.4.1.1", NID_sha1},
     {"0.4.0.127.0.7.1.1.4.1.2", NID_sha224},
     {"0.4.0.127.0.7.1.1.4.1.3", NID_sha256},
     {"0.4.0.127.0.7.1.1.4.1.4", NID_sha384},
     {"0.4.0.127.0.7.1.1.4.1.5", NID_sha512}}
};

const EVP_MD* digest_of_nid(int nid) {
    switch (nid) {
    case NID_sha1:
        return EVP_sha1();
    case NID_sha224:
        return EVP_sha224();
    case NID_sha256:
        return EVP_sha256();
    case NID_sha384:
        return EVP_sha384();
    case NID_sha512:
        return EVP_sha512();
    default:
        return nullptr;
    }
}

std::string curve_of(const EVP_PKEY* key) {
    std::array<char, 80> name{};
    std::size_t length = 0;
    // A group read from explicit parameters has a name only when OpenSSL found them equal to those
    // of a curve it knows: field, coefficients, generator, order and cofactor.
    if (EVP_PKEY_get_utf8_string_param(
            key, OSSL_PKEY_PARAM_GROUP_NAME, name.data(), name.size(), &length
        ) != 1) {
        return {};
    }
    return std::string(name.data(), length);
}

// How one signature is to be checked.
struct Scheme {
    const EVP_MD* digest = nullptr;
    bool plain = false;
    bool pss = false;
    const EVP_MD* mask_digest = nullptr;
    int salt_bytes = 20;
    int key_type = EVP_PKEY_NONE; // of the algorithm: a signature by another kind of key is none
};

bool read_pss(const X509_ALGOR* algorithm, Scheme& scheme) {
    const ASN1_OBJECT* object = nullptr;
    int type = V_ASN1_UNDEF;
    const void* value = nullptr;
    X509_ALGOR_get0(&object, &type, &value, algorithm);
    // RFC 4055: what is left out is SHA-1, MGF1 with SHA-1, 20 bytes of salt, trailer 1.
    scheme.pss = true;
    scheme.digest = EVP_sha1();
    scheme.mask_digest = EVP_sha1();
    if (type == V_ASN1_UNDEF || type == V_ASN1_NULL) {
        return true;
    }
    if (type != V_ASN1_SEQUENCE) {
        return false;
    }
    const ByteView bytes = view_of(static_cast<const ASN1_STRING*>(value));
    const unsigned char* place = bytes.data();
    const std::unique_ptr<RSA_PSS_PARAMS, Freed<RSA_PSS_PARAMS_free>> parameters(
        d2i_RSA_PSS_PARAMS(nullptr, &place, long_size(bytes))
    );
    if (parameters == nullptr || place != bytes.data() + bytes.size()) {
        return false;
    }
    if (parameters->hashAlgorithm != nullptr) {
        scheme.digest = digest_of(parameters->hashAlgorithm);
    }
    if (parameters->maskGenAlgorithm != nullptr) {
        const X509_ALGOR* mask = parameters->maskGenAlgorithm;
        if (OBJ_obj2nid(mask->algorithm) != NID_mgf1 || mask->parameter == nullptr ||
            mask->parameter->type != V_ASN1_SEQUENCE) {
            return false;
        }
        const ByteView inner = view_of(mask->parameter->value.sequence);
        const unsigned char* start = inner.data();
        const std::unique_ptr<X509_ALGOR, Freed<X509_ALGOR_free>> hash(
            d2i_X509_ALGOR(nullptr, &start, long_size(inner))
        );
        scheme.mask_digest = hash != nullptr ? digest_of(hash.get()) : nullptr;
    }
    if (parameters->saltLength != nullptr) {
        const long salt = ASN1_INTEGER_get(parameters->saltLength);
        if (salt < 0 || salt > 512) {
            return false;
        }
        scheme.salt_bytes = static_cast<int>(salt);
    }
    const bool trailer_known =
        parameters->trailerField == nullptr || ASN1_INTEGER_get(parameters->trailerField) == 1;
    return trailer_known && scheme.digest != nullptr && scheme.mask_digest != nullptr;
}

bool read_scheme(const X509_ALGOR* algorithm, const EVP_MD* fallback, Scheme& scheme) {
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
    const int nid = OBJ_obj2nid(object);
    if (nid == NID_rsassaPss) {
        scheme.key_type = EVP_PKEY_RSA;
        return read_pss(algorithm, scheme);
    }
    if (nid == NID_rsaEncryption || nid == NID_X9_62_id_ecPublicKey) {
        scheme.digest = fallback;
        scheme.key_type = nid == NID_rsaEncryption ? EVP_PKEY_RSA : EVP_PKEY_EC;
        return fallback != nullptr;
    }
    const std::string identifier = dotted(object);
    for (const PlainEcdsa& known : plain_ecdsa) {
        if (identifier == known.identifier) {
            scheme.plain = true;
            scheme.key_type = EVP_PKEY_EC;
            scheme.digest = digest_of_nid(known.digest);
            return true;
        }
    }
    int digest_nid = NID_undef;
    int key_nid = NID_undef;
    if (OBJ_find_sigid_algs(nid, &digest_nid, &key_nid) != 1) {
        return false;
    }
    scheme.key_type = key_nid == NID_rsaEncryption          ? EVP_PKEY_RSA
                      : key_nid == NID_X9_62_id_ecPublicKey ? EVP_PKEY_EC
                                                            : EVP_PKEY_NONE;
    scheme.digest = digest_of_nid(digest_nid);
    return scheme.digest != nullptr && scheme.key_type != EVP_PKEY_NONE;
}

std::string name_of(const X509_ALGOR* algorithm, const Scheme& scheme) {
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
    const int nid = OBJ_obj2nid(object);
    const std::string name = nid != NID_undef ? OBJ_nid2sn(nid) : dotted(object);
    if (scheme.plain) {
        return "ecdsa-plain-" + digest_name(scheme.digest);
    }
    switch (nid) {
    case NID_rsassaPss:
        return "rsassaPss " + digest_name(scheme.digest);
    case NID_rsaEncryption:
    case NID_X9_62_id_ecPublicKey:
        return name + " " + digest_name(scheme.digest);
    default:
        return name;
    }
}

// r and s of equal length behind one another become the SEQUENCE that EVP reads.
Bytes der_signature(ByteView plain) {
    const std::size_t half = plain.size() / 2;
    if (plain.size() % 2 != 0 || half == 0 || half > 128) {
        return {};
    }
    const std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>> pair(ECDSA_SIG_new());
    BIGNUM* r = BN_bin2bn(plain.data(), static_cast<int>(half), nullptr);
    BIGNUM* s = BN_bin2bn(plain.data() + half, static_cast<int>(half), nullptr);
    if (pair == nullptr || r == nullptr || s == nullptr || ECDSA_SIG_set0(pair.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return {};
    }
    return der_of(pair.get(), i2d_ECDSA_SIG);
}

bool kind_fits(const EVP_PKEY* key, const Scheme& scheme) {
    const int kind = EVP_PKEY_get_base_id(key);
    return kind == scheme.key_type || (kind == EVP_PKEY_RSA_PSS && scheme.pss);
}

} // namespace

std::string dotted(const ASN1_OBJECT* object) {
    std::array<char, 128> text{};
    if (object == nullptr ||
        OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1) <= 0) {
        return {};
    }
    return std::string(text.data());
}

std::string hex(ByteView bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const unsigned char byte : bytes) {
        out += fmt::format("{:02x}", byte);
    }
    return out;
}

std::string sha256_hex(ByteView bytes) {
    return hex(digest(EVP_sha256(), bytes));
}

KeyFacts facts_of(const EVP_PKEY* key) {
    KeyFacts facts;
    if (key == nullptr) {
        facts.description = "unknown";
        return facts;
    }
    const int bits = EVP_PKEY_get_bits(key);
    const int kind = EVP_PKEY_get_base_id(key);
    if (kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS) {
        facts.short_name = fmt::format("{}", bits);
        facts.description = "RSA " + facts.short_name;
        facts.acceptable = bits >= rsa_bits_min;
        return facts;
    }
    if (kind != EVP_PKEY_EC) {
        facts.description = fmt::format("other {}", bits);
        return facts;
    }
    int from_explicit = 0;
    EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &from_explicit);
    facts.explicit_parameters = from_explicit == 1;
    const std::string curve = curve_of(key);
    facts.acceptable = !curve.empty();
    facts.short_name = curve.empty() ? fmt::format("explicit {}", bits) : curve;
    facts.description = "EC " + facts.short_name;
    if (facts.explicit_parameters && facts.acceptable) {
        facts.description += " explicit";
    }
    return facts;
}

const EVP_MD* digest_of(const ASN1_OBJECT* algorithm) {
    return digest_of_nid(OBJ_obj2nid(algorithm));
}

const EVP_MD* digest_of(const X509_ALGOR* algorithm) {
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
    return digest_of(object);
}

std::string digest_name(const EVP_MD* digest) {
    switch (EVP_MD_get_type(digest)) {
    case NID_sha1:
        return "SHA-1";
    case NID_sha224:
        return "SHA-224";
    case NID_sha256:
        return "SHA-256";
    case NID_sha384:
        return "SHA-384";
    default:
        return "SHA-512";
    }
}

Bytes digest(const EVP_MD* algorithm, ByteView data) {
    Bytes out(EVP_MAX_MD_SIZE);
    unsigned int length = 0;
    if (EVP_Digest(data.data(), data.size(), out.data(), &length, algorithm, nullptr) != 1) {
        return {};
    }
    out.resize(length);
    return out;
}

SignatureCheck check_signature(
    const X509_ALGOR* algorithm,
    const EVP_MD* digest_algorithm,
    EVP_PKEY* key,
    ByteView data,
    ByteView signature
) {
    SignatureCheck check;
    Scheme scheme;
    if (!read_scheme(algorithm, digest_algorithm, scheme)) {
        check.algorithm_known = false;
        return check;
    }
    check.algorithm = name_of(algorithm, scheme);
    check.sha1 = EVP_MD_get_type(scheme.digest) == NID_sha1;
    if (!kind_fits(key, scheme)) {
        return check;
    }
    const DigestContextPtr context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* key_context = nullptr; // owned by the digest context
    if (context == nullptr ||
        EVP_DigestVerifyInit(context.get(), &key_context, scheme.digest, nullptr, key) != 1) {
        return check;
    }
    if (scheme.pss && (EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING) != 1 ||
                       EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, scheme.salt_bytes) != 1 ||
                       EVP_PKEY_CTX_set_rsa_mgf1_md(key_context, scheme.mask_digest) != 1)) {
        return check;
    }
    const Bytes converted = scheme.plain ? der_signature(signature) : Bytes{};
    const ByteView given = scheme.plain ? ByteView(converted) : signature;
    check.good =
        EVP_DigestVerify(context.get(), given.data(), given.size(), data.data(), data.size()) == 1;
    return check;
}

} // namespace sallyport::documents::internal
