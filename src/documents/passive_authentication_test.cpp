// Proves that Passive Authentication accepts what a state signed, in every algorithm of the field,
// and that each wrong has its own answer: altered, of unknown origin, expired, revoked, or another
// country's. All certificates are made here.
#include "documents/internal/certificate_countries.hpp"
#include "documents/internal/tlv.hpp"
#include "documents/passive_authentication.hpp"
#include "documents/testing/test_pki.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::documents {
namespace {

using testing::CertificateRequest;
using testing::CertificateRole;
using testing::Curve;
using testing::day;
using testing::ec_key;
using testing::Identifier;
using testing::make_crl;
using testing::make_dg1;
using testing::make_party;
using testing::make_sod;
using testing::Party;
using testing::rsa_key;
using testing::SODRequest;
using testing::store_of;

const AuthenticationOptions at_the_gate{.now = day(2026, 11, 24), .issuer = {}};

std::vector<std::string> codes(const PassiveAuthentication& result) {
    std::vector<std::string> out;
    for (const Finding& finding : result.findings) {
        EXPECT_FALSE(finding.text.empty()) << finding.code;
        out.push_back(finding.code);
    }
    return out;
}

MATCHER_P(HasFinding, code, "") {
    return std::ranges::count(codes(arg), std::string(code)) > 0;
}

// A state, its authority, one signer and the files of one passport.
struct Country {
    Party authority;
    Party signer;
    ChipFiles files;
};

Country make_country(CertificateRequest authority = {}, CertificateRequest signer = {}) {
    Country country;
    country.authority = make_party(authority, ec_key());
    signer.role = CertificateRole::DocumentSigner;
    signer.common_name = "Document Signer";
    signer.country = authority.country;
    if (signer.serial == 1) {
        signer.serial = 77;
    }
    country.signer = make_party(signer, ec_key(), &country.authority);
    country.files.groups[DataGroup::DG1] = make_dg1(authority.country == "DE" ? "D" : "UT");
    country.files.groups[DataGroup::DG2] = internal::write_tlv(0x75, Bytes(100, 7));
    return country;
}

void sign(Country& country, SODRequest request = {}) {
    request.groups = country.files.groups;
    country.files.sod = make_sod(request, country.signer);
}

PassiveAuthentication check(const Country& country) {
    return authenticate_chip(country.files, store_of({country.authority.der()}), at_the_gate);
}

TEST(PassiveAuthentication, AcceptsFilesThatTheStateSigned) {
    Country country = make_country();
    sign(country);
    const auto result = check(country);
    EXPECT_EQ(result.signature, SignatureState::Good);
    EXPECT_EQ(result.trust, TrustState::Anchored) << ::testing::PrintToString(codes(result));
    EXPECT_EQ(result.hashes.at(DataGroup::DG1), HashState::Match);
    EXPECT_EQ(result.hashes.at(DataGroup::DG2), HashState::Match);
    EXPECT_TRUE(result.passed());
    EXPECT_TRUE(result.portrait_trusted());
    EXPECT_EQ(result.signature_algorithm, "ecdsa-with-SHA256 prime256v1");
    EXPECT_EQ(result.digest_algorithm, "SHA-256");
    EXPECT_EQ(result.signer_country, "UT");
    EXPECT_EQ(result.signed_at, day(2024, 5, 1));
}

TEST(PassiveAuthentication, ReadsEveryAlgorithmOfTheField) {
    struct Case {
        const char* digest;
        bool pss;
        const char* curve; // empty: RSA
        Curve form;
    };
    const std::vector<Case> cases{
        {"SHA1", false, "", Curve::Named},
        {"SHA224", false, "", Curve::Named},
        {"SHA256", false, "", Curve::Named},
        {"SHA384", false, "", Curve::Named},
        {"SHA512", false, "", Curve::Named},
        {"SHA1", true, "", Curve::Named},
        {"SHA256", true, "", Curve::Named},
        {"SHA512", true, "", Curve::Named},
        {"SHA1", false, "brainpoolP224r1", Curve::Explicit},
        {"SHA224", false, "secp224r1", Curve::Named},
        {"SHA256", false, "brainpoolP256r1", Curve::Explicit},
        {"SHA384", false, "brainpoolP384r1", Curve::Named},
        {"SHA512", false, "secp521r1", Curve::Explicit},
        {"SHA512", false, "brainpoolP512r1", Curve::Explicit},
    };
    for (const Case& one : cases) {
        const std::string label = std::string(one.digest) + (one.pss ? " PSS " : " ") + one.curve;
        SCOPED_TRACE(label);
        const bool rsa = std::string(one.curve).empty();
        const auto key = [&] { return rsa ? rsa_key() : ec_key(one.curve, one.form); };
        CertificateRequest authority;
        authority.digest = one.digest;
        authority.pss = one.pss;
        CertificateRequest signer = authority;
        signer.role = CertificateRole::DocumentSigner;
        signer.serial = 5;
        signer.common_name = "DS";
        Country country;
        country.authority = make_party(authority, key());
        country.signer = make_party(signer, key(), &country.authority);
        country.files.groups[DataGroup::DG1] = make_dg1("UT");
        SODRequest request;
        request.hash = one.digest;
        request.digest = one.digest;
        request.pss = one.pss;
        request.version = one.pss ? 1 : 0;
        sign(country, request);
        const auto result = check(country);
        EXPECT_TRUE(result.passed()) << ::testing::PrintToString(codes(result));
        const bool explicit_curve = one.form == Curve::Explicit;
        EXPECT_EQ(std::ranges::count(codes(result), "signer.explicit_curve"), explicit_curve);
        EXPECT_EQ(std::ranges::count(codes(result), "trust.explicit_curve"), explicit_curve);
        EXPECT_EQ(std::ranges::count(codes(result), "signature.sha1"), label.starts_with("SHA1"));
    }
}

TEST(PassiveAuthentication, RefusesACurveOfTheSignersOwnMaking) {
    Country country = make_country();
    CertificateRequest signer;
    signer.role = CertificateRole::DocumentSigner;
    signer.serial = 9;
    country.signer = make_party(signer, testing::foreign_generator_key(), &country.authority);
    sign(country);
    const auto result = check(country);
    EXPECT_EQ(result.signature, SignatureState::Bad);
    EXPECT_THAT(result, HasFinding("signature.key"));
    EXPECT_FALSE(result.passed());
}

TEST(PassiveAuthentication, RefusesAnAuthorityWithACurveOfItsOwnMaking) {
    Country country;
    country.authority = make_party({}, testing::foreign_generator_key());
    CertificateRequest signer;
    signer.role = CertificateRole::DocumentSigner;
    country.signer = make_party(signer, ec_key(), &country.authority);
    country.files.groups[DataGroup::DG1] = make_dg1("UT");
    sign(country);
    const auto result = check(country);
    EXPECT_EQ(result.signature, SignatureState::Good);
    EXPECT_EQ(result.trust, TrustState::NoAnchor);
    EXPECT_THAT(result, HasFinding("trust.key_not_accepted"));
}

TEST(PassiveAuthentication, RefusesRSAKeysUnder1024Bits) {
    Country country = make_country();
    CertificateRequest signer;
    signer.role = CertificateRole::DocumentSigner;
    country.signer = make_party(signer, rsa_key(768), &country.authority);
    sign(country);
    EXPECT_THAT(check(country), HasFinding("signature.key"));
    EXPECT_FALSE(check(country).passed());
}

TEST(PassiveAuthentication, TellsAnUnknownSignerFromAnAlteredFile) {
    Country country = make_country();
    sign(country);
    const Country other = make_country();
    const auto unknown =
        authenticate_chip(country.files, store_of({other.authority.der()}), at_the_gate);
    EXPECT_EQ(unknown.signature, SignatureState::Good);
    EXPECT_EQ(unknown.trust, TrustState::NoAnchor);
    EXPECT_EQ(unknown.hashes.at(DataGroup::DG1), HashState::Match);
    EXPECT_THAT(unknown, HasFinding("trust.no_anchor"));
    EXPECT_FALSE(unknown.passed());

    country.files.groups[DataGroup::DG2].back() ^= 1U;
    const auto altered = check(country);
    EXPECT_EQ(altered.signature, SignatureState::Good);
    EXPECT_EQ(altered.trust, TrustState::Anchored);
    EXPECT_EQ(altered.hashes.at(DataGroup::DG2), HashState::Differs);
    EXPECT_THAT(altered, HasFinding("hash.differs"));
    EXPECT_FALSE(altered.passed());
    EXPECT_FALSE(altered.portrait_trusted());
}

TEST(PassiveAuthentication, RefusesAGroupThatIsNotNamed) {
    Country country = make_country();
    sign(country);
    country.files.groups[DataGroup::DG11] = internal::write_tlv(0x6B, Bytes{});
    const auto result = check(country);
    EXPECT_EQ(result.hashes.at(DataGroup::DG11), HashState::Differs);
    EXPECT_THAT(result, HasFinding("hash.not_named"));
    EXPECT_FALSE(result.passed());
}

TEST(PassiveAuthentication, RefusesGroupsInEachOthersPlace) {
    Country country = make_country();
    sign(country);
    std::swap(country.files.groups[DataGroup::DG1], country.files.groups[DataGroup::DG2]);
    const auto result = check(country);
    EXPECT_EQ(result.hashes.at(DataGroup::DG1), HashState::Differs);
    EXPECT_EQ(result.hashes.at(DataGroup::DG2), HashState::Differs);
}

TEST(PassiveAuthentication, NeedsDG1ToPassAndDG2ToTrustThePortrait) {
    Country country = make_country();
    sign(country);
    Country without_portrait = std::move(country);
    const Bytes dg1 = without_portrait.files.groups[DataGroup::DG1];
    without_portrait.files.groups.erase(DataGroup::DG2);
    EXPECT_TRUE(check(without_portrait).passed());
    EXPECT_FALSE(check(without_portrait).portrait_trusted());
    EXPECT_EQ(check(without_portrait).hashes.at(DataGroup::DG2), HashState::NotPresented);
    without_portrait.files.groups.erase(DataGroup::DG1);
    EXPECT_FALSE(check(without_portrait).passed());
    EXPECT_THAT(check(without_portrait), HasFinding("hash.no_dg1"));
}

TEST(PassiveAuthentication, SaysThatTheSignatureIsAbsent) {
    Country country = make_country();
    const auto result = check(country);
    EXPECT_EQ(result.signature, SignatureState::Absent);
    EXPECT_THAT(result, HasFinding("sod.absent"));
    EXPECT_FALSE(result.passed());
}

TEST(PassiveAuthentication, JudgesValidityAtTheTimeOfSigning) {
    CertificateRequest signer;
    signer.not_before = day(2021, 1, 1);
    signer.not_after = day(2022, 1, 1);
    Country country = make_country({}, signer);
    SODRequest request;
    request.signed_at = day(2021, 6, 1);
    sign(country, request);
    EXPECT_TRUE(check(country).passed()) << "expired today, valid when it signed";
    EXPECT_THAT(check(country), HasFinding("time.signing_time"));

    request.signed_at = day(2023, 6, 1);
    sign(country, request);
    EXPECT_EQ(check(country).trust, TrustState::Expired);
    EXPECT_THAT(check(country), HasFinding("trust.expired"));

    request.signed_at.reset();
    sign(country, request);
    EXPECT_TRUE(check(country).passed());
    EXPECT_THAT(check(country), HasFinding("time.signer_start"));
}

TEST(PassiveAuthentication, RefusesAnAuthorityThatWasNotValidAtTheTimeOfSigning) {
    CertificateRequest authority;
    authority.not_after = day(2023, 1, 1);
    Country country = make_country(authority);
    sign(country);
    EXPECT_EQ(check(country).trust, TrustState::Expired);
}

TEST(PassiveAuthentication, RefusesARevokedSigner) {
    Country country = make_country();
    sign(country);
    const auto with = [&](const testing::CRLRequest& request) {
        return authenticate_chip(
            country.files,
            store_of({country.authority.der()}, {make_crl(request, country.authority)}),
            at_the_gate
        );
    };
    EXPECT_TRUE(with({.serials = {1, 2}}).passed());
    EXPECT_EQ(with({.serials = {1, 77}}).trust, TrustState::Revoked);
    EXPECT_THAT(with({.serials = {77}}), HasFinding("trust.revoked"));
    const auto stale =
        with({.serials = {}, .this_update = day(2024, 1, 1), .next_update = day(2025, 1, 1)});
    EXPECT_TRUE(stale.passed());
    EXPECT_THAT(stale, HasFinding("crl.stale"));
    EXPECT_THAT(check(country), HasFinding("crl.none"));

    const Country impostor = make_country();
    const auto forged = authenticate_chip(
        country.files,
        store_of({country.authority.der()}, {make_crl({.serials = {77}}, impostor.authority)}),
        at_the_gate
    );
    EXPECT_TRUE(forged.passed()) << "a list that the authority did not sign revokes nothing";
}

TEST(PassiveAuthentication, RefusesAnotherCountrysSigner) {
    CertificateRequest german;
    german.country = "DE";
    Country country = make_country(german);
    sign(country);
    EXPECT_TRUE(check(country).passed()) << "D of the zone is DE of the certificate";
    country.files.groups[DataGroup::DG1] = make_dg1("F");
    sign(country);
    EXPECT_EQ(check(country).trust, TrustState::CountryDiffers);
    EXPECT_THAT(check(country), HasFinding("trust.country_differs"));
    EXPECT_FALSE(check(country).passed());
}

TEST(PassiveAuthentication, RefusesASignerOfNoCountry) {
    CertificateRequest nowhere;
    nowhere.country = "";
    Country country = make_country(nowhere);
    sign(country);
    EXPECT_EQ(check(country).trust, TrustState::CountryDiffers);
}

TEST(PassiveAuthentication, ComparesCountriesWithoutRegardToCase) {
    CertificateRequest authority;
    authority.lower_case_country = true;
    Country country = make_country(authority);
    sign(country);
    EXPECT_TRUE(check(country).passed());
    EXPECT_EQ(check(country).signer_country, "UT");
}

TEST(PassiveAuthentication, AcceptsALinkCertificateOfTheStoreAsAnAnchor) {
    const Party old_authority = make_party({}, ec_key());
    CertificateRequest renewed;
    renewed.common_name = "CSCA 2";
    renewed.serial = 2;
    Country country = make_country(renewed);
    const Party link = [&] {
        internal::KeyPtr key;
        EVP_PKEY_up_ref(country.authority.key.get());
        key.reset(country.authority.key.get());
        return make_party(renewed, std::move(key), &old_authority);
    }();
    sign(country);
    const auto result = authenticate_chip(country.files, store_of({link.der()}), at_the_gate);
    EXPECT_TRUE(result.passed()) << ::testing::PrintToString(codes(result));
    EXPECT_THAT(result, HasFinding("trust.link_certificate"));
}

TEST(PassiveAuthentication, FindsTheRightOneOfSeveralAuthoritiesOfOneName) {
    CertificateRequest plain;
    plain.key_identifiers = false;
    const Party first = make_party(plain, ec_key());
    const Party second = make_party(plain, ec_key());
    CertificateRequest signer = plain;
    signer.role = CertificateRole::DocumentSigner;
    Country country = make_country(plain);
    country.signer = make_party(signer, ec_key(), &second);
    sign(country);
    const auto result = authenticate_chip(
        country.files, store_of({first.der(), country.authority.der(), second.der()}), at_the_gate
    );
    EXPECT_TRUE(result.passed());
}

TEST(PassiveAuthentication, FindsTheSignerByItsIdentifier) {
    Country country = make_country();
    SODRequest request;
    request.identifier = Identifier::KeyIdentifier;
    sign(country, request);
    EXPECT_TRUE(check(country).passed());

    request.identifier = Identifier::Permuted;
    sign(country, request);
    EXPECT_TRUE(check(country).passed());
    EXPECT_THAT(check(country), HasFinding("signature.identifier_differs"));

    request.identifier = Identifier::OfSomebodyElse;
    sign(country, request);
    EXPECT_EQ(check(country).signature, SignatureState::Bad);
    EXPECT_THAT(check(country), HasFinding("signature.no_signer"));
}

TEST(PassiveAuthentication, ReadsTheContentIdentifiersOfTheField) {
    Country country = make_country();
    SODRequest request;
    for (const char* old : {"1.3.27.1.1.1", "1.2.528.1.1006.1.20.1"}) {
        request.content_type = old;
        sign(country, request);
        EXPECT_TRUE(check(country).passed()) << old;
        EXPECT_THAT(check(country), HasFinding("sod.old_content_type"));
    }
    // A master list, or a CardSecurity, signed by the right key is no list of hashes.
    for (const char* other : {"2.23.136.1.1.2", "0.4.0.127.0.7.3.2.1"}) {
        request.content_type = other;
        sign(country, request);
        EXPECT_EQ(check(country).signature, SignatureState::Bad) << other;
        EXPECT_THAT(check(country), HasFinding("sod.content_type"));
    }
}

TEST(PassiveAuthentication, ChecksTheSignatureOfAnEFSODAlone) {
    Country country = make_country();
    sign(country);
    const TrustStore trust = store_of({country.authority.der()});
    const auto result = authenticate_sod(*country.files.sod, trust, at_the_gate);
    EXPECT_TRUE(result.signer_trusted());
    EXPECT_FALSE(result.passed());
    EXPECT_EQ(result.hashes.at(DataGroup::DG1), HashState::NotPresented);
    EXPECT_THAT(result, HasFinding("hash.none_presented"));
}

TEST(PassiveAuthentication, NotesBytesBehindTheFile) {
    Country country = make_country();
    sign(country);
    country.files.sod->insert(country.files.sod->end(), 3, 0);
    EXPECT_TRUE(check(country).passed());
    EXPECT_THAT(check(country), HasFinding("sod.trailing_bytes"));
}

TEST(PassiveAuthentication, ReadsIndefiniteLengthsAndSaysSo) {
    Country country = make_country();
    SODRequest request;
    request.wrap = false;
    sign(country, request);
    const Bytes inside = *country.files.sod;
    Bytes file{0x77, 0x80};
    file.insert(file.end(), inside.begin(), inside.end());
    file.insert(file.end(), 2, 0);
    country.files.sod = file;
    EXPECT_TRUE(check(country).passed());
    EXPECT_THAT(check(country), HasFinding("sod.indefinite_length"));
    country.files.sod->pop_back();
    EXPECT_EQ(check(country).signature, SignatureState::Bad);
}

TEST(PassiveAuthentication, RefusesEveryCutAndWrongLength) {
    Country country = make_country();
    sign(country);
    const Bytes whole = *country.files.sod;
    for (std::size_t size = 1; size < whole.size(); ++size) {
        country.files.sod = Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        ASSERT_FALSE(check(country).passed()) << size;
    }
    country.files.sod = Bytes{0x77, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x30};
    EXPECT_THAT(check(country), HasFinding("sod.unreadable"));
    country.files.sod = Bytes(70'000, 0x30);
    EXPECT_THAT(check(country), HasFinding("sod.too_large"));
    Bytes nested;
    for (int i = 0; i < 20'000; ++i) {
        nested.insert(nested.end(), {0x30, 0x80});
    }
    country.files.sod = nested;
    EXPECT_THAT(check(country), HasFinding("sod.unreadable"));
}

TEST(PassiveAuthentication, RefusesEveryFlippedBitOfASignedGroup) {
    Country country = make_country();
    sign(country);
    const TrustStore trust = store_of({country.authority.der()});
    Bytes& dg1 = country.files.groups[DataGroup::DG1];
    for (std::size_t bit = 0; bit < dg1.size() * 8; bit += 5) {
        dg1[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        ASSERT_FALSE(authenticate_chip(country.files, trust, at_the_gate).passed()) << bit;
        dg1[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    }
    EXPECT_TRUE(authenticate_chip(country.files, trust, at_the_gate).passed());
}

TEST(PassiveAuthentication, NotesThatEFCOMNamesOtherGroups) {
    Country country = make_country();
    sign(country);
    const auto com = [](const Bytes& tags) {
        const Bytes version = internal::write_tlv(0x5F01, Bytes{'0', '1', '0', '7'});
        const Bytes unicode = internal::write_tlv(0x5F36, Bytes{'0', '4', '0', '0', '0', '0'});
        Bytes all = version;
        all.insert(all.end(), unicode.begin(), unicode.end());
        const Bytes list = internal::write_tlv(0x5C, tags);
        all.insert(all.end(), list.begin(), list.end());
        return internal::write_tlv(0x60, all);
    };
    country.files.com = com({0x61, 0x75});
    EXPECT_THAT(check(country), ::testing::Not(HasFinding("com.differs")));
    country.files.com = com({0x61});
    EXPECT_THAT(check(country), HasFinding("com.differs"));
    EXPECT_TRUE(check(country).passed()) << "EF.COM is not signed";
}

TEST(CertificateCountries, GiveTheCodesOfCertificates) {
    EXPECT_EQ(internal::certificate_country("D"), "DE");
    EXPECT_EQ(internal::certificate_country("DEU"), "DE");
    EXPECT_EQ(internal::certificate_country("D<<"), "DE");
    EXPECT_EQ(internal::certificate_country("de"), "DE");
    EXPECT_EQ(internal::certificate_country("UNO"), "UN");
    EXPECT_EQ(internal::certificate_country("EUE"), "EU");
    EXPECT_EQ(internal::certificate_country("RKS"), "KS");
    EXPECT_EQ(internal::certificate_country("USA"), "US");
    EXPECT_EQ(internal::certificate_country("ZWE"), "ZW");
    EXPECT_EQ(internal::certificate_country("XXA"), "XXA");
}

} // namespace
} // namespace sallyport::documents
