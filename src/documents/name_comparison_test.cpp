// Proves that a list's name and a zone's name agree exactly when Doc 9303-3 lets them.
#include "documents/name_comparison.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace sallyport::documents {
namespace {

constexpr auto same = NameAgreement::Same;
constexpr auto shortened = NameAgreement::Shortened;
constexpr auto differs = NameAgreement::Differs;

TEST(NameComparison, AcceptsEveryPermittedSpelling) {
    for (const char* zone : {"MUELLER", "MUXXLLER", "MULLER"}) {
        EXPECT_EQ(compare_family_names("Müller", zone, false), same) << zone;
    }
    EXPECT_EQ(compare_family_names("Ångström", "AANGSTROEM", false), same);
    EXPECT_EQ(compare_family_names("Strauß", "STRAUSS", false), same);
    EXPECT_EQ(compare_family_names("Žižek", "ZIZEK", false), same);
    EXPECT_EQ(compare_family_names("Núñez", "NUNXXEZ", false), same);
    EXPECT_EQ(compare_family_names("İnönü", "INOENUE", false), same);
    EXPECT_EQ(compare_family_names("ŁĄCKI", "LACKI", false), same);
    EXPECT_EQ(compare_family_names("Þór", "THOR", false), same);
}

TEST(NameComparison, PassesOverApostrophesHyphensAndMissingBlanks) {
    EXPECT_EQ(compare_family_names("O'Connor", "OCONNOR", false), same);
    EXPECT_EQ(compare_family_names("Meyer-Landrut", "MEYER LANDRUT", false), same);
    EXPECT_EQ(compare_given_names("ANNAMARIA", "ANNA MARIA", false), same);
    EXPECT_EQ(compare_given_names("ANNA MARIA", "ANNAMARIA", false), same);
}

TEST(NameComparison, DropsTitlesAtTheEndOfGivenNames) {
    EXPECT_EQ(compare_given_names("JOHN MR", "JOHN", false), same);
    EXPECT_EQ(compare_given_names("MR", "MR", false), same);
    EXPECT_EQ(compare_family_names("DOE MR", "DOE", false), shortened);
}

TEST(NameComparison, CallsMissingGivenNamesShortened) {
    EXPECT_EQ(compare_given_names("ANNA", "ANNA MARIA", false), shortened);
    EXPECT_EQ(compare_given_names("ANNA MARIA", "ANNA", false), shortened);
    EXPECT_EQ(compare_given_names("ANNA", "ANNABEL", false), differs);
}

TEST(NameComparison, CutsInsideAWordOnlyWhenTheZoneIsFull) {
    EXPECT_EQ(compare_family_names("PAPANDROPOULOUS", "PAPANDROP", true), shortened);
    EXPECT_EQ(compare_family_names("PAPANDROPOULOUS", "PAPANDROP", false), differs);
}

TEST(NameComparison, SaysWhenNamesDiffer) {
    EXPECT_EQ(compare_family_names("DOE", "ROE", false), differs);
    EXPECT_EQ(compare_family_names("", "ROE", false), differs);
    EXPECT_EQ(compare_family_names("DOE", "", false), differs);
    EXPECT_EQ(compare_family_names("\xFF\xC3", "A", false), differs);
}

RC_GTEST_PROP(NameComparison, HoldsItsOwnSpellingForTheSame, (std::string raw)) {
    const std::string spelling = zone_spelling(raw);
    if (!spelling.empty()) {
        RC_ASSERT(compare_family_names(raw, spelling, false) == same);
    }
}

RC_GTEST_PROP(NameComparison, HoldsNoOtherLettersForTheSame, ()) {
    const auto name =
        *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('A', '[')));
    const auto at = *rc::gen::inRange<std::size_t>(0, name.size());
    std::string other = name;
    other[at] = *rc::gen::distinctFrom(rc::gen::inRange('A', '['), name[at]);
    RC_ASSERT(compare_family_names(name, other, false) == differs);
}

} // namespace
} // namespace sallyport::documents
