// Proves which evidence may change a citizenship: towards citizen any, away from it only a
// document, back to unknown none; and that nobody unknown is handed over.
#include "retention/citizenship.hpp"

#include <gtest/gtest.h>

namespace sallyport::retention {
namespace {

constexpr std::array all_sources{
    EvidenceSource::PassengerList,
    EvidenceSource::MRZ,
    EvidenceSource::Chip,
    EvidenceSource::Officer
};

CitizenshipStatus known_as(Citizenship value) {
    if (value == Citizenship::Unknown) {
        return {};
    }
    return {.value = value, .evidence = EvidenceSource::PassengerList, .known_at = Instant{}};
}

bool allowed(Citizenship from, Citizenship to, EvidenceSource source) {
    const Result<CitizenshipChange> change =
        change_citizenship(known_as(from), to, source, Instant{});
    if (!change.has_value()) {
        EXPECT_EQ(change.error().code(), ErrorCode::StateConflict);
    }
    return change.has_value();
}

TEST(CitizenshipChanges, TowardsCitizenAnyEvidenceIsEnough) {
    for (const EvidenceSource source : all_sources) {
        EXPECT_TRUE(allowed(Citizenship::Unknown, Citizenship::Citizen, source));
        EXPECT_TRUE(allowed(Citizenship::NonCitizen, Citizenship::Citizen, source));
    }
}

TEST(CitizenshipChanges, ACitizenBecomesANonCitizenOnlyByADocument) {
    EXPECT_TRUE(allowed(Citizenship::Citizen, Citizenship::NonCitizen, EvidenceSource::MRZ));
    EXPECT_TRUE(allowed(Citizenship::Citizen, Citizenship::NonCitizen, EvidenceSource::Chip));
    EXPECT_FALSE(
        allowed(Citizenship::Citizen, Citizenship::NonCitizen, EvidenceSource::PassengerList)
    );
    EXPECT_FALSE(allowed(Citizenship::Citizen, Citizenship::NonCitizen, EvidenceSource::Officer));
}

TEST(CitizenshipChanges, AnUnknownIsNoNonCitizenByAnOfficersWordAlone) {
    EXPECT_TRUE(
        allowed(Citizenship::Unknown, Citizenship::NonCitizen, EvidenceSource::PassengerList)
    );
    EXPECT_TRUE(allowed(Citizenship::Unknown, Citizenship::NonCitizen, EvidenceSource::MRZ));
    EXPECT_FALSE(allowed(Citizenship::Unknown, Citizenship::NonCitizen, EvidenceSource::Officer));
}

TEST(CitizenshipChanges, NobodyBecomesUnknownAgain) {
    for (const EvidenceSource source : all_sources) {
        for (const Citizenship from : all_citizenships) {
            EXPECT_FALSE(allowed(from, Citizenship::Unknown, source));
        }
    }
}

TEST(CitizenshipChanges, WeakerEvidenceDoesNotReplaceStronger) {
    const CitizenshipStatus by_chip{
        .value = Citizenship::Citizen, .evidence = EvidenceSource::Chip, .known_at = Instant{}
    };
    const CitizenshipChange change =
        change_citizenship(by_chip, Citizenship::Citizen, EvidenceSource::Officer, Instant{})
            .value();
    EXPECT_EQ(change.to, by_chip);
}

TEST(CitizenshipChanges, OnlyAKnownNonCitizenMayBeHandedOver) {
    EXPECT_FALSE(may_be_handed_over({}));
    EXPECT_FALSE(may_be_handed_over(known_as(Citizenship::Citizen)));
    EXPECT_TRUE(may_be_handed_over(known_as(Citizenship::NonCitizen)));
    EXPECT_FALSE(may_be_handed_over(
        {.value = Citizenship::NonCitizen, .evidence = std::nullopt, .known_at = std::nullopt}
    ));
}

} // namespace
} // namespace sallyport::retention
