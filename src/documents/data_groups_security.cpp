// DG14 and DG15: the protocols and keys that a chip proves itself with. OpenSSL knows the keys and
// the object identifiers.
#include "documents/data_groups.hpp"
#include "documents/internal/dg_file.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <memory>
#include <openssl/asn1.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

namespace sallyport::documents {
namespace {

using internal::Tag;
using internal::TLVElement;
using internal::TLVElements;
using internal::TLVReader;

constexpr Tag dg14_tag = 0x6E;
constexpr Tag dg15_tag = 0x6F;
constexpr Tag set_tag = 0x31;
constexpr Tag sequence_tag = 0x30;
constexpr Tag object_identifier_tag = 0x06;
constexpr Tag integer_tag = 0x02;

struct Protocol {
    std::string_view identifier;
    std::string_view name;
};

// Doc 9303-11, 9.2.11 and BSI TR-03110-3, A.1. Complete identifiers.
constexpr std::array protocols{
    Protocol{"2.23.136.1.1.5", "ActiveAuthentication"},
    Protocol{"2.23.136.1.1.13", "EFDIRInfo"},
    Protocol{"0.4.0.127.0.7.2.2.1.1", "ChipAuthenticationPublicKey DH"},
    Protocol{"0.4.0.127.0.7.2.2.1.2", "ChipAuthenticationPublicKey ECDH"},
    Protocol{"0.4.0.127.0.7.2.2.2", "TerminalAuthentication"},
    Protocol{"0.4.0.127.0.7.2.2.5.1", "RestrictedIdentification DH"},
    Protocol{"0.4.0.127.0.7.2.2.5.2", "RestrictedIdentification ECDH"},
    Protocol{"0.4.0.127.0.7.2.2.6", "CardInfoLocator"},
    Protocol{"0.4.0.127.0.7.2.2.7", "EIDSecurity"},
    Protocol{"0.4.0.127.0.7.2.2.8", "PrivilegedTerminal"},
};

// Families whose members end in a cipher; the family alone names domain parameters.
constexpr std::array ciphered_protocols{
    Protocol{"0.4.0.127.0.7.2.2.3.1", "ChipAuthentication DH"},
    Protocol{"0.4.0.127.0.7.2.2.3.2", "ChipAuthentication ECDH"},
    Protocol{"0.4.0.127.0.7.2.2.4.1", "PACE DH-GM"},
    Protocol{"0.4.0.127.0.7.2.2.4.2", "PACE ECDH-GM"},
    Protocol{"0.4.0.127.0.7.2.2.4.3", "PACE DH-IM"},
    Protocol{"0.4.0.127.0.7.2.2.4.4", "PACE ECDH-IM"},
    Protocol{"0.4.0.127.0.7.2.2.4.6", "PACE ECDH-CAM"},
};
constexpr std::array<std::string_view, 4> ciphers{"3DES", "AES-128", "AES-192", "AES-256"};

std::string protocol_name(std::string_view identifier) {
    for (const Protocol& protocol : protocols) {
        if (identifier == protocol.identifier) {
            return std::string(protocol.name);
        }
    }
    for (const Protocol& family : ciphered_protocols) {
        if (identifier == family.identifier) {
            return fmt::format("{} domain parameters", family.name);
        }
        for (std::size_t cipher = 0; cipher < ciphers.size(); ++cipher) {
            if (identifier == fmt::format("{}.{}", family.identifier, cipher + 1)) {
                return fmt::format("{} {}", family.name, ciphers.at(cipher));
            }
        }
    }
    return {};
}

// Dotted text of an OBJECT IDENTIFIER; empty when OpenSSL cannot read it.
std::string dotted(const TLVElement& element) {
    const unsigned char* at = element.whole.data();
    const std::unique_ptr<ASN1_OBJECT, void (*)(ASN1_OBJECT*)> object(
        d2i_ASN1_OBJECT(nullptr, &at, static_cast<long>(element.whole.size())), ASN1_OBJECT_free
    );
    if (object == nullptr) {
        ERR_clear_error();
        return {};
    }
    std::array<char, 128> text{};
    constexpr int no_name = 1;
    const int size = OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object.get(), no_name);
    if (size <= 0 || static_cast<std::size_t>(size) >= text.size()) {
        ERR_clear_error();
        return {};
    }
    return {text.data(), static_cast<std::size_t>(size)};
}

std::optional<long> integer_at(const TLVElements& fields, std::size_t index) {
    if (index >= fields.size() || fields[index].tag != integer_tag) {
        return std::nullopt;
    }
    return internal::small_integer(fields[index].value);
}

// SecurityInfo ::= SEQUENCE { protocol OBJECT IDENTIFIER, requiredData ANY, optionalData ANY
// OPTIONAL }. Where the required data are an integer they are the version; where the optional data
// are one, they name the key or the parameters.
Result<SecurityInfo> read_security_info(TLVReader& reader, const TLVElement& element) {
    if (element.tag != sequence_tag) {
        return fail(reader.malformed("a security info is no sequence", element.offset));
    }
    SALLYPORT_TRY(const TLVElements fields, reader.children(element));
    if (fields.size() < 2 || fields[0].tag != object_identifier_tag) {
        return fail(reader.malformed("a security info names no protocol", element.offset));
    }
    SecurityInfo info;
    info.protocol = dotted(fields[0]);
    if (info.protocol.empty()) {
        return fail(reader.malformed("an object identifier is not readable", fields[0].offset));
    }
    info.protocol_name = protocol_name(info.protocol);
    info.version = integer_at(fields, 1);
    info.key_id = integer_at(fields, 2);
    return info;
}

std::string text_parameter(const EVP_PKEY* key, const char* name) {
    std::array<char, 64> text{};
    std::size_t size = 0;
    if (EVP_PKEY_get_utf8_string_param(key, name, text.data(), text.size(), &size) != 1) {
        ERR_clear_error();
        return {};
    }
    return {text.data(), size};
}

std::string curve_of(const EVP_PKEY* key) {
    if (text_parameter(key, OSSL_PKEY_PARAM_EC_ENCODING) == OSSL_PKEY_EC_ENCODING_EXPLICIT) {
        return "explicit";
    }
    return text_parameter(key, OSSL_PKEY_PARAM_GROUP_NAME);
}

} // namespace

Result<std::vector<SecurityInfo>> read_dg14(ByteView file) {
    TLVReader reader(file, "DG14");
    SALLYPORT_TRY(const TLVElement outer, internal::open_file(reader, file, dg14_tag));
    SALLYPORT_TRY(const TLVElements sets, reader.children(outer));
    if (sets.size() != 1 || sets[0].tag != set_tag) {
        return fail(reader.malformed("the security infos are not one set", outer.offset));
    }
    SALLYPORT_TRY(const TLVElements elements, reader.children(sets[0]));
    if (elements.size() > limits::security_infos_max) {
        return fail(reader.malformed("there are too many security infos", sets[0].offset));
    }
    std::vector<SecurityInfo> infos;
    for (const TLVElement& element : elements) {
        SALLYPORT_TRY(SecurityInfo info, read_security_info(reader, element));
        infos.push_back(std::move(info));
    }
    return infos;
}

Result<ActiveAuthenticationKey> read_dg15(ByteView file) {
    TLVReader reader(file, "DG15");
    SALLYPORT_TRY(const TLVElement outer, internal::open_file(reader, file, dg15_tag));
    const unsigned char* at = outer.value.data();
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(
        d2i_PUBKEY(nullptr, &at, static_cast<long>(outer.value.size())), EVP_PKEY_free
    );
    const bool whole = key != nullptr && at == outer.value.data() + outer.value.size();
    if (!whole) {
        ERR_clear_error();
        return fail(reader.malformed("it holds no public key that is read", outer.value_offset));
    }
    const char* name = EVP_PKEY_get0_type_name(key.get());
    ActiveAuthenticationKey read;
    read.algorithm = name == nullptr ? "" : name;
    read.bits = EVP_PKEY_get_bits(key.get());
    if (read.algorithm == "EC") {
        read.curve = curve_of(key.get());
    }
    read.public_key_info.assign(outer.value.begin(), outer.value.end());
    return read;
}

} // namespace sallyport::documents
