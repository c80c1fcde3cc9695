// Proves that dates with unknown parts and document numbers are read and compared as the standards
// of the field write them.
#include "domain/traveler.hpp"

#include <gtest/gtest.h>

namespace sallyport::domain {
namespace {

TEST(PartialDate, ReadsFullAndPartialDates) {
    EXPECT_EQ(parse_date("1974-08-12").value(), (PartialDate{1974, 8, 12}));
    EXPECT_EQ(parse_date("1974-08").value(), (PartialDate{1974, 8, 0}));
    EXPECT_EQ(parse_date("1974").value(), (PartialDate{1974, 0, 0}));
    EXPECT_TRUE(parse_date("1974-08-12").value().complete());
    EXPECT_FALSE(parse_date("1974-08").value().complete());
}

TEST(PartialDate, WritesWhatItRead) {
    for (const char* text : {"1974-08-12", "1974-08", "1974", "2024-02-29"}) {
        EXPECT_EQ(format_date(parse_date(text).value()), text);
    }
}

TEST(PartialDate, RefusesWhatIsNoDate) {
    for (const char* text :
         {"",
          "74-08-12",
          "1974-13-01",
          "1974-00-01",
          "1974-02-30",
          "2023-02-29",
          "1974/08/12",
          "1974-8-12",
          "0000-01-01",
          "1974-08-1x",
          "19740812"}) {
        EXPECT_FALSE(parse_date(text)) << text;
    }
}

TEST(DocumentNumber, IsComparedWithoutCaseSpacesAndFillers) {
    EXPECT_EQ(normalised_document_number("l898 902-c<"), "L898902C");
    EXPECT_EQ(normalised_document_number("L898902C"), "L898902C");
    EXPECT_EQ(normalised_document_number(" <<"), "");
}

TEST(SexLetter, FollowsTheMachineReadableZone) {
    EXPECT_EQ(sex_letter(Sex::Female), "F");
    EXPECT_EQ(sex_letter(Sex::Male), "M");
    EXPECT_EQ(sex_letter(Sex::Unspecified), "X");
    EXPECT_EQ(sex_from_letter("F"), Sex::Female);
    EXPECT_EQ(sex_from_letter("U"), Sex::Unspecified);
}

TEST(SamePerson, NeedsADocumentInCommonAndNothingAgainstIt) {
    Traveler one;
    one.family_name = "DOE";
    one.birth_date = PartialDate{1980, 1, 2};
    one.documents = {{.type = "P", .number = "AB-12", .issuer = "UTO", .expiry = std::nullopt}};
    Traveler other = one;
    other.documents.front().number = "ab12";
    EXPECT_TRUE(same_person(one, other));
    other.birth_date.reset();
    EXPECT_TRUE(same_person(one, other));
    other.birth_date = PartialDate{1980, 1, 3};
    EXPECT_FALSE(same_person(one, other));
    other = one;
    other.family_name = "ROE";
    EXPECT_FALSE(same_person(one, other));
    other = one;
    other.given_names = "ANNA"; // twins with one mistyped passport stay two
    EXPECT_FALSE(same_person(one, other));
    other = one;
    one.sex = Sex::Female;
    EXPECT_TRUE(same_person(one, other));
    other.sex = Sex::Male;
    EXPECT_FALSE(same_person(one, other));
    other = one;
    other.documents.front().issuer = "USA";
    EXPECT_FALSE(same_person(one, other));
    other = one;
    one.documents.front().type = other.documents.front().type = "V";
    EXPECT_FALSE(same_person(one, other));
    one.documents.clear();
    other.documents.clear();
    EXPECT_FALSE(same_person(one, other));
}

} // namespace
} // namespace sallyport::domain
