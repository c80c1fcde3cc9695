// Passive Authentication (ICAO Doc 9303-11 section 5.1, Doc 9303-12): whether the files of a chip
// are those that an issuing state signed. Never one flag: a signature, a trust and a hash for each
// data group, each with the findings that led to it. It shows that data are unaltered, not that a
// chip is not a copy. Safe from any thread; a TrustStore is immutable once made.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "documents/data_groups.hpp"
#include "documents/trust_store.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::documents {

enum class SignatureState { Good, Bad, Absent };
enum class TrustState {
    Anchored,
    NoAnchor, // genuine perhaps, signed by somebody we do not know
    Expired,  // the signer, or its CSCA, was not valid at the time of signing
    Revoked,
    CountryDiffers // the CSCA's country is not the one that issued the document
};
enum class HashState { Match, Differs, NotPresented };
[[nodiscard]] std::string_view signature_state_name(SignatureState state); // "good", ...
[[nodiscard]] std::string_view trust_state_name(TrustState state);         // "no_anchor", ...
[[nodiscard]] std::string_view hash_state_name(HashState state);           // "not_presented", ...

struct Finding {
    std::string code; // stable, as docs/documents.md lists them: "signature.bad", "hash.differs"
    std::string text; // one sentence for the officer, without personal data
};

struct PassiveAuthentication {
    SignatureState signature = SignatureState::Absent;
    TrustState trust = TrustState::NoAnchor;
    std::map<DataGroup, HashState> hashes; // every group named by EF.SOD, or presented
    std::vector<Finding> findings;
    std::string digest_algorithm; // of the group hashes: "SHA-256"
    // "ecdsa-with-SHA256 brainpoolP256r1", "rsassaPss SHA-256 2048"
    std::string signature_algorithm;
    std::string signer_country;       // of the document signer's issuer, upper case
    std::optional<Instant> signed_at; // the signed attribute signingTime, when there is one

    // Signature good and anchored: what EF.SOD says was said by the state it names. All there is to
    // ask of an EF.SOD or a CardSecurity alone.
    [[nodiscard]] bool signer_trusted() const;

    // Signature good, anchored, DG1 presented, no presented group differs or is unnamed.
    [[nodiscard]] bool passed() const;
    // The portrait may be compared: passed(), and DG2 presented with a matching hash.
    [[nodiscard]] bool portrait_trusted() const;
};

struct AuthenticationOptions {
    Instant now{};
    // Issuer as DG1 says, for the country rule; empty: taken from DG1 when it is presented.
    std::string issuer;
};

// Never fails: what cannot be read is a finding, and a bad signature. A signature is Bad also when
// it is of a kind that is not accepted (algorithm, curve, key length); the finding says which.
[[nodiscard]] PassiveAuthentication authenticate_chip(
    const ChipFiles& files, const TrustStore& trust, const AuthenticationOptions& options
);
// EF.SOD or a CardSecurity alone: every group it names is not presented.
[[nodiscard]] PassiveAuthentication
authenticate_sod(ByteView sod, const TrustStore& trust, const AuthenticationOptions& options);

} // namespace sallyport::documents
