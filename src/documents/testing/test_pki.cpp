#include "documents/testing/test_pki.hpp"

#include "documents/internal/certificate_store.hpp"
#include "documents/internal/openssl_keys.hpp"
#include "documents/internal/tlv.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdexcept>

namespace sallyport::documents::testing {
namespace {

using internal::DigestContextPtr;
using internal::Freed;
using internal::KeyContextPtr;
using internal::KeyPtr;
using internal::X509Ptr;
using TimePtr = std::unique_ptr<ASN1_TIME, Freed<ASN1_TIME_free>>;
using ObjectPtr = std::unique_ptr<ASN1_OBJECT, Freed<ASN1_OBJECT_free>>;

void require(bool good, const char* what) {
    if (!good) {
        throw std::runtime_error(std::string("OpenSSL could not make ") + what);
    }
}

Bytes joined(std::initializer_list<Bytes> parts) {
    Bytes out;
    for (const Bytes& part : parts) {
        out.insert(out.end(), part.begin(), part.end());
    }
    return out;
}

TimePtr time_of(Instant instant) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(instant);
    TimePtr time(ASN1_TIME_set(nullptr, seconds.time_since_epoch().count()));
    require(time != nullptr, "a time");
    return time;
}

const EVP_MD* digest_named(const std::string& name) {
    const EVP_MD* digest = EVP_get_digestbyname(name.c_str());
    require(digest != nullptr, "a digest");
    return digest;
}

void name_entry(X509_NAME* name, const char* field, const std::string& value) {
    require(
        X509_NAME_add_entry_by_txt(
            name,
            field,
            MBSTRING_UTF8,
            reinterpret_cast<const unsigned char*>(value.data()),
            static_cast<int>(value.size()),
            -1,
            0
        ) == 1,
        "a name"
    );
}

void extension(X509* certificate, X509* issuer, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
    require(made != nullptr && X509_add_ext(certificate, made, -1) == 1, "an extension");
    X509_EXTENSION_free(made);
}

void sign_certificate(X509* certificate, EVP_PKEY* key, const CertificateRequest& request) {
    const DigestContextPtr context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* options = nullptr;
    require(
        EVP_DigestSignInit(context.get(), &options, digest_named(request.digest), nullptr, key) ==
            1,
        "a signature"
    );
    if (request.pss) {
        EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
    }
    require(X509_sign_ctx(certificate, context.get()) > 0, "a certificate");
}

// The signature of the only signer info made anew over its attributes as they now are.
void sign_again(CMS_SignerInfo* info, EVP_PKEY* key, const SODRequest& request) {
    std::vector<Bytes> attributes;
    for (int i = 0; i < CMS_signed_get_attr_count(info); ++i) {
        attributes.push_back(internal::der_of(CMS_signed_get_attr(info, i), i2d_X509_ATTRIBUTE));
    }
    std::ranges::sort(attributes);
    Bytes inside;
    for (const Bytes& one : attributes) {
        inside.insert(inside.end(), one.begin(), one.end());
    }
    const Bytes data = internal::write_tlv(0x31, inside);
    const DigestContextPtr context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* options = nullptr;
    require(
        EVP_DigestSignInit(context.get(), &options, digest_named(request.digest), nullptr, key) ==
            1,
        "a signature"
    );
    if (request.pss) {
        EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
    }
    std::size_t length = 0;
    EVP_DigestSign(context.get(), nullptr, &length, data.data(), data.size());
    Bytes signature(length);
    require(
        EVP_DigestSign(context.get(), signature.data(), &length, data.data(), data.size()) == 1,
        "a signature"
    );
    ASN1_STRING_set(
        CMS_SignerInfo_get0_signature(info), signature.data(), static_cast<int>(length)
    );
}

// The issuer's name with its entries in the opposite order, as Malaysia writes it.
void permute_identifier(CMS_SignerInfo* info, const Party& signer) {
    X509_NAME* issuer = nullptr;
    CMS_SignerInfo_get0_signer_id(info, nullptr, &issuer, nullptr);
    const X509_NAME* original = X509_get_issuer_name(signer.certificate.get());
    const int count = X509_NAME_entry_count(original);
    while (X509_NAME_entry_count(issuer) > 0) {
        X509_NAME_ENTRY_free(X509_NAME_delete_entry(issuer, 0));
    }
    for (int i = count - 1; i >= 0; --i) {
        X509_NAME_add_entry(issuer, X509_NAME_get_entry(original, i), -1, 0);
    }
}

Bytes make_signed(
    const Bytes& content,
    const SODRequest& request,
    const Party& signer,
    const std::vector<const Party*>& embedded
) {
    const unsigned flags = CMS_PARTIAL | CMS_BINARY | CMS_NOSMIMECAP;
    const internal::CMSPtr cms(CMS_sign(nullptr, nullptr, nullptr, nullptr, flags));
    const ObjectPtr type(OBJ_txt2obj(request.content_type.c_str(), 1));
    require(cms != nullptr && CMS_set1_eContentType(cms.get(), type.get()) == 1, "a CMS");
    for (const Party* party : embedded) {
        CMS_add1_cert(cms.get(), party->certificate.get());
    }
    unsigned signer_flags = flags | (request.pss ? CMS_KEY_PARAM : 0U);
    signer_flags |= request.identifier == Identifier::KeyIdentifier ? CMS_USE_KEYID : 0U;
    CMS_SignerInfo* info = CMS_add1_signer(
        cms.get(),
        signer.certificate.get(),
        signer.key.get(),
        digest_named(request.digest),
        signer_flags
    );
    require(info != nullptr, "a signer info");
    if (request.pss) {
        EVP_PKEY_CTX* options = CMS_SignerInfo_get0_pkey_ctx(info);
        EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
    }
    const std::unique_ptr<BIO, Freed<BIO_free>> data(
        BIO_new_mem_buf(content.data(), static_cast<int>(content.size()))
    );
    require(CMS_final(cms.get(), data.get(), nullptr, CMS_BINARY) == 1, "a CMS");
    // OpenSSL signs at the present time; the test signs when it wants to.
    const int at = CMS_signed_get_attr_by_NID(info, NID_pkcs9_signingTime, -1);
    X509_ATTRIBUTE_free(CMS_signed_delete_attr(info, at));
    if (request.signed_at.has_value()) {
        const TimePtr time = time_of(*request.signed_at);
        CMS_signed_add1_attr_by_NID(info, NID_pkcs9_signingTime, time->type, time.get(), -1);
    }
    sign_again(info, signer.key.get(), request);
    if (request.identifier == Identifier::Permuted) {
        permute_identifier(info, signer);
    } else if (request.identifier == Identifier::OfSomebodyElse) {
        ASN1_INTEGER* serial = nullptr;
        CMS_SignerInfo_get0_signer_id(info, nullptr, nullptr, &serial);
        ASN1_INTEGER_set(serial, 987654);
    }
    return internal::der_of(cms.get(), i2d_CMS_ContentInfo);
}

Bytes hash_identifier(const std::string& name) {
    const ASN1_OBJECT* object = OBJ_nid2obj(EVP_MD_get_type(digest_named(name)));
    return internal::write_tlv(0x30, internal::der_of(object, i2d_ASN1_OBJECT));
}

Bytes security_object(const SODRequest& request) {
    Bytes hashes;
    for (const auto& [group, bytes] : request.groups) {
        const Bytes number = {0x02, 0x01, static_cast<std::uint8_t>(group)};
        const Bytes hash = internal::digest(digest_named(request.hash), bytes);
        const Bytes entry =
            internal::write_tlv(0x30, joined({number, internal::write_tlv(0x04, hash)}));
        hashes.insert(hashes.end(), entry.begin(), entry.end());
    }
    const Bytes version = {0x02, 0x01, static_cast<std::uint8_t>(request.version)};
    const Bytes version_info =
        request.version == 0
            ? Bytes{}
            : internal::write_tlv(
                  0x30,
                  joined(
                      {internal::write_tlv(0x13, Bytes{'0', '1', '0', '8'}),
                       internal::write_tlv(0x13, Bytes{'0', '4', '0', '0', '0', '0'})}
                  )
              );
    return internal::write_tlv(
        0x30,
        joined(
            {version, hash_identifier(request.hash), internal::write_tlv(0x30, hashes), version_info
            }
        )
    );
}

} // namespace

KeyPtr rsa_key(int bits) {
    static std::map<int, KeyPtr> made;
    KeyPtr& key = made[bits];
    if (key == nullptr) {
        key.reset(EVP_RSA_gen(static_cast<unsigned>(bits)));
        require(key != nullptr, "an RSA key");
    }
    EVP_PKEY_up_ref(key.get());
    return KeyPtr(key.get());
}

KeyPtr ec_key(const std::string& curve, Curve form) {
    const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* key = nullptr;
    require(
        EVP_PKEY_keygen_init(context.get()) == 1 &&
            EVP_PKEY_CTX_set_group_name(context.get(), curve.c_str()) == 1 &&
            EVP_PKEY_CTX_set_ec_param_enc(
                context.get(),
                form == Curve::Explicit ? OPENSSL_EC_EXPLICIT_CURVE : OPENSSL_EC_NAMED_CURVE
            ) == 1 &&
            EVP_PKEY_generate(context.get(), &key) == 1,
        "an EC key"
    );
    return KeyPtr(key);
}

KeyPtr foreign_generator_key() {
    const std::unique_ptr<EC_GROUP, Freed<EC_GROUP_free>> group(
        EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)
    );
    using NumberPtr = std::unique_ptr<BIGNUM, Freed<BN_free>>;
    const NumberPtr p(BN_new());
    const NumberPtr a(BN_new());
    const NumberPtr b(BN_new());
    const NumberPtr three(BN_new());
    BN_set_word(three.get(), 3);
    EC_GROUP_get_curve(group.get(), p.get(), a.get(), b.get(), nullptr);
    const std::unique_ptr<EC_POINT, Freed<EC_POINT_free>> point(EC_POINT_new(group.get()));
    EC_POINT_mul(group.get(), point.get(), three.get(), nullptr, nullptr, nullptr);
    std::array<unsigned char, 65> generator{};
    EC_POINT_point2oct(
        group.get(),
        point.get(),
        POINT_CONVERSION_UNCOMPRESSED,
        generator.data(),
        generator.size(),
        nullptr
    );
    const std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>> build(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_EC_FIELD_TYPE, "prime-field", 0);
    OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_EC_P, p.get());
    OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_EC_A, a.get());
    OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_EC_B, b.get());
    OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_EC_ORDER, EC_GROUP_get0_order(group.get()));
    OSSL_PARAM_BLD_push_BN(
        build.get(), OSSL_PKEY_PARAM_EC_COFACTOR, EC_GROUP_get0_cofactor(group.get())
    );
    OSSL_PARAM_BLD_push_octet_string(
        build.get(), OSSL_PKEY_PARAM_EC_GENERATOR, generator.data(), generator.size()
    );
    const std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>> parameters(
        OSSL_PARAM_BLD_to_param(build.get())
    );
    const KeyContextPtr reader(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* group_key = nullptr;
    require(
        EVP_PKEY_fromdata_init(reader.get()) == 1 &&
            EVP_PKEY_fromdata(
                reader.get(), &group_key, EVP_PKEY_KEY_PARAMETERS, parameters.get()
            ) == 1,
        "a curve"
    );
    const KeyPtr holder(group_key);
    const KeyContextPtr maker(EVP_PKEY_CTX_new_from_pkey(nullptr, group_key, nullptr));
    EVP_PKEY* key = nullptr;
    require(
        EVP_PKEY_keygen_init(maker.get()) == 1 && EVP_PKEY_generate(maker.get(), &key) == 1,
        "a key on a curve of one's own"
    );
    return KeyPtr(key);
}

Instant day(int year, unsigned month, unsigned day_of_month) {
    return std::chrono::sys_days(
        std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day_of_month)
    );
}

Bytes Party::der() const {
    return internal::der_of(certificate.get(), i2d_X509);
}

Party make_party(const CertificateRequest& request, KeyPtr key, const Party* issuer) {
    Party party{.certificate = X509Ptr(X509_new()), .key = std::move(key)};
    X509* x509 = party.certificate.get();
    X509_set_version(x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), request.serial);
    X509_set1_notBefore(x509, time_of(request.not_before).get());
    X509_set1_notAfter(x509, time_of(request.not_after).get());
    X509_NAME* name = X509_get_subject_name(x509);
    std::string country = request.country;
    if (request.lower_case_country) {
        std::ranges::transform(country, country.begin(), [](char letter) {
            return static_cast<char>(letter - 'A' + 'a');
        });
    }
    if (!country.empty()) {
        name_entry(name, "C", country);
    }
    name_entry(name, "O", "Test State");
    name_entry(name, "CN", request.common_name);
    X509* above = issuer == nullptr ? x509 : issuer->certificate.get();
    X509_set_issuer_name(x509, X509_get_subject_name(above));
    require(X509_set_pubkey(x509, party.key.get()) == 1, "a certificate");
    if (request.key_identifiers) {
        extension(x509, above, NID_subject_key_identifier, "hash");
        if (X509_get_ext_by_NID(above, NID_subject_key_identifier, -1) >= 0) {
            extension(x509, above, NID_authority_key_identifier, "keyid");
        }
    }
    if (request.role == CertificateRole::Authority) {
        extension(x509, above, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
        extension(x509, above, NID_key_usage, "critical,keyCertSign,cRLSign");
    } else {
        extension(x509, above, NID_key_usage, "critical,digitalSignature");
    }
    if (request.role == CertificateRole::MasterListSigner) {
        extension(x509, above, NID_ext_key_usage, "critical,2.23.136.1.1.3");
    }
    sign_certificate(x509, issuer == nullptr ? party.key.get() : issuer->key.get(), request);
    // Read back, so that the object is what a reader of its bytes has.
    const Bytes der = party.der();
    const unsigned char* place = der.data();
    party.certificate.reset(d2i_X509(nullptr, &place, static_cast<long>(der.size())));
    return party;
}

Bytes make_sod(const SODRequest& request, const Party& signer) {
    const Bytes cms = make_signed(security_object(request), request, signer, {});
    return request.wrap ? internal::write_tlv(0x77, cms) : cms;
}

Bytes make_master_list(
    const MasterListRequest& request, const Party& signer, const std::vector<const Party*>& embedded
) {
    Bytes set;
    for (const Bytes& certificate : request.certificates) {
        set.insert(set.end(), certificate.begin(), certificate.end());
    }
    const Bytes content = internal::write_tlv(
        0x30, joined({Bytes{0x02, 0x01, 0x00}, internal::write_tlv(0x31, set)})
    );
    SODRequest sign;
    sign.content_type = "2.23.136.1.1.2";
    sign.signed_at = request.signed_at;
    return make_signed(content, sign, signer, embedded);
}

Bytes make_crl(const CRLRequest& request, const Party& issuer) {
    const internal::CRLPtr crl(X509_CRL_new());
    X509_CRL_set_version(crl.get(), X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(issuer.certificate.get()));
    X509_CRL_set1_lastUpdate(crl.get(), time_of(request.this_update).get());
    X509_CRL_set1_nextUpdate(crl.get(), time_of(request.next_update).get());
    for (const long serial : request.serials) {
        X509_REVOKED* entry = X509_REVOKED_new();
        const std::unique_ptr<ASN1_INTEGER, Freed<ASN1_INTEGER_free>> number(ASN1_INTEGER_new());
        ASN1_INTEGER_set(number.get(), serial);
        X509_REVOKED_set_serialNumber(entry, number.get());
        X509_REVOKED_set_revocationDate(entry, time_of(request.this_update).get());
        X509_CRL_add0_revoked(crl.get(), entry);
    }
    require(X509_CRL_sign(crl.get(), issuer.key.get(), EVP_sha256()) > 0, "a revocation list");
    return internal::der_of(crl.get(), i2d_X509_CRL);
}

Bytes make_dg1(const std::string& issuer) {
    std::string code = issuer;
    code.resize(3, '<');
    // Doc 9303-4, appendix A.
    const std::string zone = "P<" + code + "ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<" +
                             "L898902C36UTO7408122F1204159ZE184226B<<<<<10";
    return internal::write_tlv(0x61, internal::write_tlv(0x5F1F, Bytes(zone.begin(), zone.end())));
}

TrustStore store_of(const std::vector<Bytes>& certificates, const std::vector<Bytes>& crls) {
    TrustStore store;
    auto& impl = const_cast<TrustStore::Impl&>(store.impl()); // NOLINT: nobody else has it yet
    for (const Bytes& der : certificates) {
        impl.certificates.push_back(internal::read_certificate(der));
    }
    for (const Bytes& der : crls) {
        impl.crls.push_back(internal::read_crl(der));
    }
    impl.index();
    return store;
}

} // namespace sallyport::documents::testing
