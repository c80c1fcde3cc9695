// Proves what a presented document is believed: a portrait only from a chip that is signed,
// unaltered and agrees with the printed zone; every doubt lowers trust and says why; differences to
// the list are those that a person should look at.
#include "verification/document_examination.hpp"
#include "verification/testing/passports.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::verification {
namespace {

using documents::DataGroup;
using testing::code_of;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::listed;
using testing::must;
using testing::zone_of;

Instant today() {
    return std::chrono::sys_days(std::chrono::year(2026) / 5 / 1);
}

const testing::PassportOffice& office() {
    static const testing::PassportOffice one;
    return one;
}

DocumentExamination examine(const PresentedDocument& presented) {
    return must(examine_document(presented, office().trust(), today()));
}

PresentedDocument passport_of(std::size_t face) {
    PresentedDocument presented;
    presented.mrz = zone_of(listed(face));
    presented.chip = office().chip_of(listed(face), testing::picture_of(testing::person(face)));
    return presented;
}

// Without a chip.
PresentedDocument printed(std::string zone) {
    PresentedDocument presented;
    presented.mrz = std::move(zone);
    return presented;
}

std::vector<std::string> codes(const DocumentExamination& seen) {
    std::vector<std::string> codes;
    for (const documents::Finding& finding : seen.findings) {
        codes.push_back(finding.code);
    }
    return codes;
}

TEST(DocumentExamination, TakesThePortraitOfAGenuineChip) {
    const DocumentExamination seen = examine(passport_of(3));
    EXPECT_EQ(seen.chip, ChipVerdict::Genuine);
    ASSERT_TRUE(seen.portrait);
    EXPECT_THAT(
        seen.portrait->picture, ::testing::ElementsAreArray(testing::picture_of(testing::person(3)))
    );
    EXPECT_EQ(seen.format, "TD3");
    EXPECT_EQ(seen.holder.family_name, listed(3).family_name);
    EXPECT_EQ(seen.holder.documents.front().number, listed(3).document);
    EXPECT_TRUE(seen.copying_unchecked());
}

TEST(DocumentExamination, ReadsTheZoneFromTheChipWhenNoneIsPrinted) {
    PresentedDocument presented = passport_of(3);
    presented.mrz.clear();
    const DocumentExamination seen = examine(presented);
    EXPECT_EQ(seen.chip, ChipVerdict::Genuine);
    EXPECT_EQ(seen.holder.documents.front().number, listed(3).document);
}

TEST(DocumentExamination, ReadsAPrintedZoneWithoutAChip) {
    const DocumentExamination seen = examine(printed(zone_of(listed(3))));
    EXPECT_EQ(seen.chip, ChipVerdict::None);
    EXPECT_FALSE(seen.portrait);
    EXPECT_THAT(seen.findings, IsEmpty());
}

TEST(DocumentExamination, RefusesAZoneWhoseCheckDigitsDoNotHold) {
    std::string zone = zone_of(listed(3));
    zone[45] = zone[45] == 'A' ? 'B' : 'A'; // in the document number
    const auto seen = examine_document(printed(zone), office().trust(), today());
    ASSERT_FALSE(seen.has_value());
    EXPECT_EQ(seen.error().code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(code_of(examine_document({}, office().trust(), today())), ErrorCode::InvalidArgument);
    EXPECT_EQ(
        code_of(examine_document(printed("HELLO"), office().trust(), today())),
        ErrorCode::MalformedInput
    );
}

TEST(DocumentExamination, CallsEveryFlippedBitOfTheZoneAndPortraitAltered) {
    for (const DataGroup group : {DataGroup::DG1, DataGroup::DG2}) {
        PresentedDocument presented = passport_of(3);
        presented.chip.groups[group].back() ^= 1U;
        const DocumentExamination seen = examine(presented);
        EXPECT_EQ(seen.chip, ChipVerdict::Altered);
        EXPECT_FALSE(seen.portrait);
    }
}

TEST(DocumentExamination, CallsASwappedPortraitAltered) {
    PresentedDocument presented = passport_of(3);
    presented.chip.groups[DataGroup::DG2] = passport_of(4).chip.groups[DataGroup::DG2];
    EXPECT_EQ(examine(presented).chip, ChipVerdict::Altered);
}

TEST(DocumentExamination, CallsAnUnknownSignerUnprovenAndNotAltered) {
    const auto seen = must(examine_document(passport_of(3), documents::TrustStore(), today()));
    EXPECT_EQ(seen.chip, ChipVerdict::Unproven);
    EXPECT_EQ(seen.authentication->signature, documents::SignatureState::Good);
    EXPECT_EQ(seen.authentication->trust, documents::TrustState::NoAnchor);
    EXPECT_FALSE(seen.portrait);
}

TEST(DocumentExamination, BelievesNoChipWithoutItsSignature) {
    PresentedDocument presented = passport_of(3);
    presented.chip.sod.reset();
    const DocumentExamination seen = examine(presented);
    EXPECT_EQ(seen.chip, ChipVerdict::Unproven);
    EXPECT_FALSE(seen.portrait);
}

TEST(DocumentExamination, BelievesNoChipOfAnotherPrintedZone) {
    PresentedDocument presented = passport_of(3);
    presented.mrz = zone_of(listed(4));
    const DocumentExamination seen = examine(presented);
    EXPECT_EQ(seen.chip, ChipVerdict::Unproven);
    EXPECT_FALSE(seen.portrait);
    EXPECT_THAT(codes(seen), ::testing::Contains("mrz.differs_from_chip"));
    EXPECT_EQ(seen.holder.documents.front().number, listed(4).document);
}

TEST(DocumentExamination, BelievesNoChipWhenAFieldWithoutACheckDigitWasForged) {
    PresentedDocument presented = passport_of(3);
    presented.mrz.replace(presented.mrz.find('\n') + 11, 3, "USA"); // nationality
    const DocumentExamination seen = examine(presented);
    EXPECT_EQ(seen.chip, ChipVerdict::Unproven);
    EXPECT_THAT(codes(seen), ::testing::Contains("mrz.differs_from_chip"));
}

TEST(DocumentExamination, LetsAReaderLowerTrustButNotRaiseIt) {
    PresentedDocument copied = passport_of(3);
    copied.reader.chip_authentication = ReaderCheck::Failed;
    EXPECT_EQ(examine(copied).chip, ChipVerdict::Altered);

    PresentedDocument refused = passport_of(3);
    refused.reader.passive_authentication = ReaderCheck::Failed;
    EXPECT_EQ(examine(refused).chip, ChipVerdict::Unproven);

    PresentedDocument praised = passport_of(3);
    praised.reader.passive_authentication = ReaderCheck::Passed;
    const auto seen = must(examine_document(praised, documents::TrustStore(), today()));
    EXPECT_EQ(seen.chip, ChipVerdict::Unproven);

    PresentedDocument checked = passport_of(3);
    checked.reader.chip_authentication = ReaderCheck::Passed;
    EXPECT_FALSE(examine(checked).copying_unchecked());
}

TEST(DocumentExamination, SaysWhenNoPortraitWasPresented) {
    PresentedDocument presented = passport_of(3);
    presented.chip.groups.erase(DataGroup::DG2);
    const DocumentExamination seen = examine(presented);
    EXPECT_EQ(seen.chip, ChipVerdict::Genuine);
    EXPECT_FALSE(seen.portrait);
    EXPECT_THAT(codes(seen), ::testing::Contains("portrait.not_presented"));
}

// --- differences
// ------------------------------------------------------------------------------------

domain::Traveler listed_traveler() {
    domain::Traveler traveler;
    traveler.family_name = listed(3).family_name;
    traveler.given_names = "WILHELMINA";
    traveler.sex = domain::Sex::Female;
    traveler.birth_date = domain::PartialDate{1980, 2, 3};
    traveler.nationality = "UTO";
    traveler.documents = {
        {.type = "P",
         .number = listed(3).document,
         .issuer = "UTO",
         .expiry = domain::PartialDate{2031, 1, 1}}
    };
    return traveler;
}

std::vector<std::string> fields(const std::vector<FieldDifference>& differences) {
    std::vector<std::string> names;
    for (const FieldDifference& difference : differences) {
        names.push_back(difference.field + (difference.minor ? " (minor)" : ""));
    }
    return names;
}

TEST(DocumentDifferences, AreNoneForTheSamePerson) {
    const DocumentExamination seen = examine(printed(zone_of(listed(3))));
    const domain::Traveler traveler = listed_traveler();
    EXPECT_THAT(differences_of(&traveler, "XX100", seen), IsEmpty());
    EXPECT_THAT(differences_of(nullptr, "XX100", seen), IsEmpty());
}

TEST(DocumentDifferences, NameTheFieldThatDiffers) {
    const DocumentExamination seen = examine(printed(zone_of(listed(3))));
    domain::Traveler traveler = listed_traveler();
    traveler.given_names = "WILHELMINA ANNA";
    traveler.birth_date = domain::PartialDate{1980, 2, 4};
    traveler.nationality.clear();
    traveler.sex = domain::Sex::Male;
    traveler.documents.front().expiry = domain::PartialDate{2030, 1, 1};
    EXPECT_THAT(
        fields(differences_of(&traveler, "", seen)),
        ElementsAre(
            "given_names (minor)", "birth_date", "nationality (minor)", "sex", "document_expiry"
        )
    );
    traveler = listed_traveler();
    traveler.documents.front().number = "X1";
    EXPECT_THAT(fields(differences_of(&traveler, "", seen)), ElementsAre("document_number"));
}

TEST(DocumentDifferences, LookAtTheBoardingPassToo) {
    const std::string pass = "M1QUENTILLARDAD/WILHELEABC123 AMSJFKXX 0100 121Y012A0001 100";
    PresentedDocument presented = printed(zone_of(listed(3)));
    presented.boarding_pass = pass;
    const domain::Traveler traveler = listed_traveler();
    EXPECT_THAT(differences_of(&traveler, "XX100", examine(presented)), IsEmpty());
    EXPECT_THAT(
        fields(differences_of(&traveler, "XX200", examine(presented))), ElementsAre("flight")
    );
    presented.boarding_pass = "M1";
    EXPECT_EQ(
        code_of(examine_document(presented, office().trust(), today())), ErrorCode::MalformedInput
    );
}

// --- ages
// -------------------------------------------------------------------------------------------

TEST(AgeOn, IsARangeWhenTheBirthDateIsIncomplete) {
    const Instant day = today(); // 1 May 2026
    EXPECT_EQ(age_on(domain::PartialDate{2012, 5, 1}, day)->least, 14);
    EXPECT_EQ(age_on(domain::PartialDate{2012, 5, 2}, day)->most, 13);
    const AgeRange year_only = *age_on(domain::PartialDate{2012, 0, 0}, day);
    EXPECT_EQ(year_only.least, 13);
    EXPECT_EQ(year_only.most, 14);
    EXPECT_FALSE(age_on(std::nullopt, day));
    EXPECT_EQ(age_on(domain::PartialDate{2030, 1, 1}, day)->least, 0);
}

} // namespace
} // namespace sallyport::verification
