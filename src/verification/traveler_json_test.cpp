// Proves that a traveler comes out of the sealed form as they went in, and that bytes that are no
// traveler are an error, not a traveler without a name.
#include "verification/manifest_service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace sallyport::verification {
namespace {

domain::Traveler back(const domain::Traveler& traveler) {
    auto result = traveler_from_json(traveler_to_json(traveler));
    EXPECT_TRUE(result.has_value());
    return result.value_or(domain::Traveler{});
}

void expect_same(const domain::Traveler& left, const domain::Traveler& right) {
    EXPECT_EQ(left.kind, right.kind);
    EXPECT_EQ(left.family_name, right.family_name);
    EXPECT_EQ(left.given_names, right.given_names);
    EXPECT_EQ(left.sex, right.sex);
    EXPECT_EQ(left.birth_date, right.birth_date);
    EXPECT_EQ(left.nationality, right.nationality);
    EXPECT_EQ(left.documents, right.documents);
    EXPECT_EQ(left.reference, right.reference);
    EXPECT_EQ(left.passenger_reference, right.passenger_reference);
    EXPECT_EQ(left.seat, right.seat);
    EXPECT_EQ(left.embarkation, right.embarkation);
    EXPECT_EQ(left.debarkation, right.debarkation);
    EXPECT_EQ(left.residence, right.residence);
}

TEST(TravelerJSON, KeepsEveryField) {
    domain::Traveler traveler;
    traveler.kind = domain::TravelerKind::TransitCrew;
    traveler.family_name = "O'NEILL \"THE\\LINE\"\n\xC3\x9C";
    traveler.given_names = "ANNA MARIA";
    traveler.sex = domain::Sex::Female;
    traveler.birth_date = domain::PartialDate{1974, 8, 0};
    traveler.nationality = "UTO";
    traveler.documents = {
        {"P", "L898902C3", "UTO", domain::PartialDate{2032, 4, 15}}, {"V", "77", "", std::nullopt}
    };
    traveler.reference = "ABC123";
    traveler.passenger_reference = "U1";
    traveler.seat = "12A";
    traveler.embarkation = "AMS";
    traveler.debarkation = "JFK";
    traveler.residence = "XXK";
    expect_same(back(traveler), traveler);
}

TEST(TravelerJSON, KeepsWhatIsNotKnownUnknown) {
    domain::Traveler traveler;
    traveler.family_name = "DOE";
    expect_same(back(traveler), traveler);
}

RC_GTEST_PROP(TravelerJSON, KeepsAnyASCIIText, ()) {
    domain::Traveler traveler;
    const auto text = rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127));
    traveler.family_name = *text;
    traveler.seat = *text;
    traveler.documents.push_back({.type = *text, .number = *text, .issuer = *text, .expiry = {}});
    const auto result = traveler_from_json(traveler_to_json(traveler));
    RC_ASSERT(result.has_value());
    RC_ASSERT(result->family_name == traveler.family_name);
    RC_ASSERT(result->seat == traveler.seat);
    RC_ASSERT(result->documents == traveler.documents);
}

TEST(TravelerJSON, WhatIsNoTravelerIsAnError) {
    for (const std::string text : {"", "null", "[]", "7", "{", "{}x", "\xFF"}) {
        const std::vector<std::uint8_t> bytes(text.begin(), text.end());
        const auto result = traveler_from_json(bytes);
        ASSERT_FALSE(result.has_value()) << text;
        EXPECT_EQ(result.error().code(), ErrorCode::StorageFailed);
    }
}

TEST(TravelerJSON, FieldsOfAWrongKindDoNotBecomeText) {
    const std::string text =
        R"({"kind":99,"family_name":7,"birth_date":"1974-99","documents":[1,{"number":"A1"}]})";
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    const auto traveler = traveler_from_json(bytes);
    ASSERT_TRUE(traveler.has_value());
    EXPECT_EQ(traveler->family_name, "");
    EXPECT_FALSE(traveler->birth_date);
    ASSERT_EQ(traveler->documents.size(), 1U);
    EXPECT_EQ(traveler->documents.front().number, "A1");
}

} // namespace
} // namespace sallyport::verification
