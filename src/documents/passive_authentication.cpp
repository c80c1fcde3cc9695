#include "documents/passive_authentication.hpp"

#include "base/limits.hpp"
#include "documents/internal/certificate_path.hpp"
#include "documents/internal/certificate_record.hpp"
#include "documents/internal/cms_signed_data.hpp"
#include "documents/internal/openssl_keys.hpp"
#include "documents/internal/sod_file.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sallyport::documents {
namespace {

using internal::SecurityObject;
using internal::SecurityObjectKind;
using internal::SignedData;
using internal::SignerCheck;
using internal::SignerFault;

enum class Presented { Chip, SODAlone };

void note(PassiveAuthentication& result, std::string code, std::string text) {
    result.findings.push_back({std::move(code), std::move(text)});
}

void note_signer_fault(SignerFault fault, PassiveAuthentication& result) {
    switch (fault) {
    case SignerFault::None:
        return;
    case SignerFault::NoSignerInfo:
        return note(result, "signature.absent", "EF.SOD carries no signature.");
    case SignerFault::NoCertificate:
        return note(
            result,
            "signature.no_signer",
            "EF.SOD does not hold the certificate of the signer that it names."
        );
    case SignerFault::NoSignedAttributes:
        return note(
            result, "signature.no_attributes", "The signature covers no signed attributes."
        );
    case SignerFault::AttributesNotDER:
        return note(
            result,
            "signature.attributes_coding",
            "The signed attributes are not coded as they have to be."
        );
    case SignerFault::ContentTypeDiffers:
        return note(
            result, "signature.content_type", "The signature was made for another kind of content."
        );
    case SignerFault::DigestUnknown:
    case SignerFault::AlgorithmUnknown:
        return note(
            result,
            "signature.algorithm",
            "The algorithm of the signature is not one that is accepted."
        );
    case SignerFault::ContentDiffers:
        return note(
            result, "signature.content_differs", "The content of EF.SOD is not what was signed."
        );
    case SignerFault::KeyUnacceptable:
        return note(
            result,
            "signature.key",
            "The signer's key is not accepted: it cannot be read, its curve is no known one, or it "
            "is too short."
        );
    case SignerFault::SignatureWrong:
        return note(
            result,
            "signature.bad",
            "The signature does not fit the signer's key: EF.SOD was altered."
        );
    }
}

void note_signer_oddities(const SignerCheck& check, PassiveAuthentication& result) {
    if (!check.identifier_exact && check.signer != nullptr) {
        note(
            result,
            "signature.identifier_differs",
            "The signature names its signer in another form than the signer's certificate does."
        );
    }
    if (check.several) {
        note(
            result,
            "signature.several",
            "EF.SOD carries several signatures; one that is good counts."
        );
    }
    if (check.sha1) {
        note(result, "signature.sha1", "The signature uses SHA-1, which is no longer strong.");
    }
}

// Time at which validity is judged: the signed time, or else the earliest at which the signer may
// have signed.
Instant
time_of_signing(const SignerCheck& check, const Instant now, PassiveAuthentication& result) {
    if (check.signed_at.has_value()) {
        note(
            result,
            "time.signing_time",
            "Validity was judged at the time of signing that the signature states."
        );
        constexpr std::chrono::hours clock_error{24};
        if (*check.signed_at > now + clock_error) {
            note(result, "time.in_future", "The signature states a time that has not come yet.");
        }
        return *check.signed_at;
    }
    note(
        result,
        "time.signer_start",
        "The signature states no time; validity was judged at the start of the signer's own."
    );
    return internal::instant_of(X509_get0_notBefore(check.signer)).value_or(Instant{});
}

void check_trust(
    const SignerCheck& check,
    const TrustStore& trust,
    const AuthenticationOptions& options,
    PassiveAuthentication& result
) {
    if (check.signer == nullptr) {
        note(
            result,
            "trust.no_anchor",
            "Without a signer's certificate nothing leads to an authority of the trust store."
        );
        return;
    }
    result.signer_country = internal::country_of(X509_get_issuer_name(check.signer));
    internal::PathAnswer answer = internal::find_path(
        {.signer = check.signer,
         .signed_at = time_of_signing(check, options.now, result),
         .now = options.now,
         .issuer = options.issuer},
        trust.impl()
    );
    result.trust = answer.state;
    std::ranges::move(answer.findings, std::back_inserter(result.findings));
}

// Signature, signer and trust; nothing when EF.SOD cannot be read. The content lives in `data`.
bool check_signed_file(
    ByteView sod,
    const TrustStore& trust,
    const AuthenticationOptions& options,
    SignedData& data,
    PassiveAuthentication& result
) {
    result.signature = SignatureState::Bad;
    if (sod.size() > limits::sod_bytes_max) {
        note(result, "sod.too_large", "EF.SOD is larger than 64 KiB and was not read.");
        return false;
    }
    const auto wrapping = internal::unwrap_sod(sod);
    auto signed_data = wrapping.has_value() ? internal::read_signed_data(wrapping->inside, "EF.SOD")
                                            : Result<SignedData>(fail(wrapping.error()));
    if (!signed_data.has_value()) {
        note(
            result,
            "sod.unreadable",
            fmt::format("EF.SOD cannot be read: {}.", signed_data.error().describe())
        );
        return false;
    }
    data = *std::move(signed_data);
    if (wrapping->trailing > 0) {
        note(
            result,
            "sod.trailing_bytes",
            fmt::format("{} bytes follow EF.SOD; they were not looked at.", wrapping->trailing)
        );
    }
    if (wrapping->indefinite_length || data.indefinite_length) {
        note(
            result, "sod.indefinite_length", "EF.SOD is coded with indefinite lengths, not in DER."
        );
    }
    const SignerCheck check = internal::check_signers(data);
    result.signature = check.good()                               ? SignatureState::Good
                       : check.fault == SignerFault::NoSignerInfo ? SignatureState::Absent
                                                                  : SignatureState::Bad;
    result.signature_algorithm = check.algorithm;
    result.signed_at = check.signed_at;
    note_signer_fault(check.fault, result);
    note_signer_oddities(check, result);
    check_trust(check, trust, options, result);
    return true;
}

bool check_kind(SecurityObjectKind kind, Presented presented, PassiveAuthentication& result) {
    switch (kind) {
    case SecurityObjectKind::LDS:
        return true;
    case SecurityObjectKind::LDSOldIdentifier:
        note(
            result,
            "sod.old_content_type",
            "EF.SOD states its content by an identifier of before 2004."
        );
        return true;
    case SecurityObjectKind::CardSecurity:
        if (presented == Presented::SODAlone) {
            note(result, "sod.card_security", "This is a CardSecurity: it names no data groups.");
            return false;
        }
        break;
    case SecurityObjectKind::Unknown:
        break;
    }
    // Signed by the right key, but for something else: as good as not signed.
    note(result, "sod.content_type", "What was signed is not the list of hashes of a document.");
    if (result.signature == SignatureState::Good) {
        result.signature = SignatureState::Bad;
    }
    return false;
}

// What EF.SOD states, or nothing with the findings that say why.
std::optional<SecurityObject>
read_hashes(const SignedData& data, Presented presented, PassiveAuthentication& result) {
    if (!check_kind(internal::kind_of_content(data.content_type), presented, result)) {
        return std::nullopt;
    }
    auto object = internal::read_security_object(data.content);
    if (!object.has_value()) {
        note(result, "sod.unreadable", fmt::format("{}.", object.error().describe()));
        result.signature = SignatureState::Bad;
        return std::nullopt;
    }
    result.digest_algorithm = internal::digest_name(object->digest);
    if (EVP_MD_get_type(object->digest) == NID_sha1) {
        note(
            result,
            "hash.sha1",
            "The hashes of the data groups are SHA-1, which is no longer strong."
        );
    }
    return *std::move(object);
}

void compare_hashes(
    const SecurityObject& object, const ChipFiles& files, PassiveAuthentication& result
) {
    for (const auto& [group, stated] : object.hashes) {
        const auto file = files.groups.find(group);
        if (file == files.groups.end()) {
            result.hashes[group] = HashState::NotPresented;
            continue;
        }
        const bool same = internal::digest(object.digest, file->second) == stated;
        result.hashes[group] = same ? HashState::Match : HashState::Differs;
        if (!same) {
            note(
                result,
                "hash.differs",
                fmt::format("{} is not the file that was signed.", data_group_name(group))
            );
        }
    }
}

void note_unnamed_groups(const ChipFiles& files, PassiveAuthentication& result) {
    for (const auto& [group, bytes] : files.groups) {
        if (result.hashes.emplace(group, HashState::Differs).second) {
            note(
                result,
                "hash.not_named",
                fmt::format(
                    "{} was presented, but EF.SOD does not name it.", data_group_name(group)
                )
            );
        }
    }
}

// EF.COM is not signed: leaving a group out of it hides that the chip has one.
void compare_common_data(
    const SecurityObject& object, const ChipFiles& files, PassiveAuthentication& result
) {
    if (!files.com.has_value()) {
        return;
    }
    const auto common = read_com(*files.com);
    if (!common.has_value()) {
        return note(
            result, "com.unreadable", "EF.COM cannot be read; it is not signed and not needed."
        );
    }
    std::vector<DataGroup> named;
    for (const auto& [group, hash] : object.hashes) {
        named.push_back(group);
    }
    std::vector<DataGroup> present = common->present;
    std::ranges::sort(present);
    if (present != named) {
        note(
            result,
            "com.differs",
            "EF.COM, which is not signed, names other data groups than EF.SOD."
        );
    }
}

std::string issuer_of(const ChipFiles& files, Instant now, PassiveAuthentication& result) {
    const auto file = files.groups.find(DataGroup::DG1);
    if (file == files.groups.end()) {
        return {};
    }
    const auto zone = read_dg1(file->second, now);
    if (!zone.has_value()) {
        note(
            result,
            "dg1.unreadable",
            "DG1 cannot be read, so that the issuing state was not compared with the signer's."
        );
        return {};
    }
    return zone->fields.issuer;
}

} // namespace

std::string_view signature_state_name(SignatureState state) {
    switch (state) {
    case SignatureState::Good:
        return "good";
    case SignatureState::Bad:
        return "bad";
    case SignatureState::Absent:
        return "absent";
    }
    return "bad";
}

std::string_view trust_state_name(TrustState state) {
    switch (state) {
    case TrustState::Anchored:
        return "anchored";
    case TrustState::NoAnchor:
        return "no_anchor";
    case TrustState::Expired:
        return "expired";
    case TrustState::Revoked:
        return "revoked";
    case TrustState::CountryDiffers:
        return "country_differs";
    }
    return "no_anchor";
}

std::string_view hash_state_name(HashState state) {
    switch (state) {
    case HashState::Match:
        return "match";
    case HashState::Differs:
        return "differs";
    case HashState::NotPresented:
        return "not_presented";
    }
    return "differs";
}

bool PassiveAuthentication::signer_trusted() const {
    return signature == SignatureState::Good && trust == TrustState::Anchored;
}

bool PassiveAuthentication::passed() const {
    const auto first = hashes.find(DataGroup::DG1);
    return signer_trusted() && first != hashes.end() && first->second == HashState::Match &&
           std::ranges::none_of(hashes, [](const auto& entry) {
               return entry.second == HashState::Differs;
           });
}

bool PassiveAuthentication::portrait_trusted() const {
    const auto second = hashes.find(DataGroup::DG2);
    return passed() && second != hashes.end() && second->second == HashState::Match;
}

PassiveAuthentication authenticate_chip(
    const ChipFiles& files, const TrustStore& trust, const AuthenticationOptions& options
) {
    const internal::ErrorQueueGuard errors;
    PassiveAuthentication result;
    AuthenticationOptions known = options;
    if (known.issuer.empty()) {
        known.issuer = issuer_of(files, options.now, result);
    }
    SignedData data;
    if (!files.sod.has_value() || files.sod->empty()) {
        note(result, "sod.absent", "There is no EF.SOD: nothing shows who made these files.");
    } else if (check_signed_file(*files.sod, trust, known, data, result)) {
        const auto object = read_hashes(data, Presented::Chip, result);
        if (object.has_value()) {
            compare_hashes(*object, files, result);
            compare_common_data(*object, files, result);
        }
    }
    note_unnamed_groups(files, result);
    if (!files.groups.contains(DataGroup::DG1)) {
        note(
            result, "hash.no_dg1", "DG1 was not presented: it is not shown whose document this is."
        );
    }
    return result;
}

PassiveAuthentication
authenticate_sod(ByteView sod, const TrustStore& trust, const AuthenticationOptions& options) {
    const internal::ErrorQueueGuard errors;
    PassiveAuthentication result;
    SignedData data;
    if (sod.empty()) {
        note(result, "sod.absent", "There is no EF.SOD: nothing shows who made these files.");
        return result;
    }
    if (check_signed_file(sod, trust, options, data, result)) {
        const auto object = read_hashes(data, Presented::SODAlone, result);
        if (object.has_value()) {
            compare_hashes(*object, {}, result);
        }
    }
    note(
        result,
        "hash.none_presented",
        "No data group was presented: this is about the signature of EF.SOD alone."
    );
    return result;
}

} // namespace sallyport::documents
