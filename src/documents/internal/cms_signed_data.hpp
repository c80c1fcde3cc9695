// CMS SignedData (RFC 5652) as EF.SOD, CardSecurity and master lists carry it, with the signer
// found among the embedded certificates. BER is read as OpenSSL reads it, indefinite lengths
// included.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "documents/internal/openssl_handles.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sallyport::documents::internal {

struct SignedData {
    CMSPtr cms;
    std::string content_type; // dotted
    ByteView content;         // lives as long as cms
    ByteView source;          // the bytes that were read; the caller keeps them
    std::vector<X509Ptr> certificates;
    bool indefinite_length = false;
};

// MalformedInput when the bytes are no SignedData with a content, or go on behind it. `what` names
// the file in messages.
[[nodiscard]] Result<SignedData> read_signed_data(ByteView bytes, std::string_view what);

enum class SignerFault {
    None,
    NoSignerInfo,
    NoCertificate,      // no embedded certificate is the signer that is named
    NoSignedAttributes, // RFC 5652 5.3 demands them for every content but id-data
    AttributesNotDER,   // RFC 5652 5.3; otherwise other bytes than the signed ones could mean the
                        // same
    ContentTypeDiffers,
    DigestUnknown,
    ContentDiffers, // messageDigest is not that of the content
    AlgorithmUnknown,
    KeyUnacceptable, // curve parameters of one's own, RSA too short, or a key that cannot be read
    SignatureWrong,
};

struct SignerCheck {
    SignerFault fault = SignerFault::NoSignerInfo;
    X509* signer = nullptr; // one of SignedData::certificates; null when none was found
    bool identifier_exact = true;
    bool several = false; // more than one signer info; the first that is good counts
    bool sha1 = false;
    std::string algorithm; // signature algorithm and key: "rsassaPss SHA-256 2048"
    std::optional<Instant> signed_at;
    [[nodiscard]] bool good() const { return fault == SignerFault::None; }
};
[[nodiscard]] SignerCheck check_signers(const SignedData& data);

// Nothing when the time is none.
[[nodiscard]] std::optional<Instant> instant_of(const ASN1_TIME* time);

} // namespace sallyport::documents::internal
