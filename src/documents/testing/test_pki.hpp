// A small country signing authority made with OpenSSL for tests: authorities, link certificates,
// document signers, EF.SOD, master lists and revocation lists, with every wrong that tests need.
// Keys are new in each run. Throws std::runtime_error when OpenSSL fails: a test has nothing to do
// then.
#pragma once

#include "base/clock.hpp"
#include "documents/data_groups.hpp"
#include "documents/internal/openssl_handles.hpp"
#include "documents/trust_store.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::documents::testing {

enum class Curve { Named, Explicit };
// RSA keys are made once for each size: making them takes time.
[[nodiscard]] internal::KeyPtr rsa_key(int bits = 2048);
[[nodiscard]] internal::KeyPtr
ec_key(const std::string& curve = "prime256v1", Curve form = Curve::Named);
// prime256v1 with another generator, for which anybody can know the private key (CVE-2020-0601).
[[nodiscard]] internal::KeyPtr foreign_generator_key();

[[nodiscard]] Instant day(int year, unsigned month, unsigned day_of_month);

enum class CertificateRole { Authority, DocumentSigner, MasterListSigner };

struct CertificateRequest {
    std::string country = "UT";
    std::string common_name = "CSCA";
    CertificateRole role = CertificateRole::Authority;
    long serial = 1;
    Instant not_before = day(2020, 1, 1);
    Instant not_after = day(2035, 1, 1);
    std::string digest = "SHA256";
    bool pss = false; // the signature of the certificate
    bool key_identifiers = true;
    bool lower_case_country = false;
};

struct Party {
    internal::X509Ptr certificate;
    internal::KeyPtr key;
    [[nodiscard]] Bytes der() const;
};

// issuer null: self-signed.
[[nodiscard]] Party
make_party(const CertificateRequest& request, internal::KeyPtr key, const Party* issuer = nullptr);

enum class Identifier { IssuerAndSerial, KeyIdentifier, Permuted, OfSomebodyElse };

struct SODRequest {
    std::map<DataGroup, Bytes> groups;
    std::string hash = "SHA256";   // of the groups
    std::string digest = "SHA256"; // of the signature
    bool pss = false;
    int version = 0;
    std::optional<Instant> signed_at = day(2024, 5, 1);
    Identifier identifier = Identifier::IssuerAndSerial;
    std::string content_type = "2.23.136.1.1.1";
    bool wrap = true; // tag 77
};
[[nodiscard]] Bytes make_sod(const SODRequest& request, const Party& signer);

struct MasterListRequest {
    std::vector<Bytes> certificates;
    std::optional<Instant> signed_at = day(2024, 5, 1);
};
[[nodiscard]] Bytes make_master_list(
    const MasterListRequest& request,
    const Party& signer,
    const std::vector<const Party*>& embedded = {}
);

struct CRLRequest {
    std::vector<long> serials;
    Instant this_update = day(2024, 1, 1);
    Instant next_update = day(2030, 1, 1);
};
[[nodiscard]] Bytes make_crl(const CRLRequest& request, const Party& issuer);

// EF.DG1 of a specimen passport of this issuer ("UTO", "D").
[[nodiscard]] Bytes make_dg1(const std::string& issuer);

// A store in memory: nothing is written.
[[nodiscard]] TrustStore
store_of(const std::vector<Bytes>& certificates, const std::vector<Bytes>& crls = {});

} // namespace sallyport::documents::testing
