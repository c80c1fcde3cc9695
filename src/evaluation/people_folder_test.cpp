// Proves that a folder of people is read as it stands, that each kind of correction does what it
// says and nothing else, and that the halves are those of the stated rule.
#include "evaluation/people_folder.hpp"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace sallyport::evaluation {
namespace {

namespace fs = std::filesystem;

class PeopleFolder : public testing::Test {
protected:
    void SetUp() override {
        const std::string pattern = (fs::temp_directory_path() / "people-XXXXXX").string();
        std::vector<char> name(pattern.begin(), pattern.end());
        name.push_back('\0');
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        scratch_ = name.data();
        folder_ = scratch_ / "made-up";
        fs::create_directory(folder_);
    }
    void TearDown() override { fs::remove_all(scratch_); }

    void write(const fs::path& path, const std::string& text = "picture") const {
        fs::create_directories((scratch_ / path).parent_path());
        std::ofstream(scratch_ / path) << text;
    }
    void picture(const std::string& folder_and_file) const { write("made-up/" + folder_and_file); }
    [[nodiscard]] Result<CorrectionsApplied>
    correct(PeopleSelection& selection, const std::string& rows) const {
        write("corrections.csv", rows);
        return apply_corrections(selection, scratch_ / "corrections.csv");
    }
    void four_people() const {
        picture("Delta/Delta_1.jpg");
        picture("Alpha/Alpha_1.jpg");
        picture("Alpha/Alpha_2.JPEG");
        picture("Gamma/Gamma_1.png");
        picture("Beta/Beta_1.jpg");
        picture("Beta/Beta_2.jpg");
    }
    [[nodiscard]] static std::vector<std::string> names(const PeopleSelection& selection) {
        std::vector<std::string> result;
        for (const Person& person : selection.people) {
            result.push_back(person.name);
        }
        return result;
    }
    [[nodiscard]] static std::vector<std::string> files(const Person& person) {
        std::vector<std::string> result;
        for (const fs::path& path : person.pictures) {
            result.push_back(path.filename().string());
        }
        return result;
    }
    using Names = std::vector<std::string>;

    fs::path scratch_;
    fs::path folder_;
};

TEST_F(PeopleFolder, ListsEverySubFolderWithPicturesInOrder) {
    four_people();
    picture("Empty/notes.txt");
    picture("loose.jpg");
    picture("Alpha/notes.txt");
    const PeopleSelection selection = list_people(folder_).value();
    EXPECT_EQ(names(selection), (Names{"Alpha", "Beta", "Delta", "Gamma"}));
    EXPECT_EQ(files(selection.people[0]), (Names{"Alpha_1.jpg", "Alpha_2.JPEG"}));
    EXPECT_EQ(files(selection.people[3]), (Names{"Gamma_1.png"}));
    EXPECT_EQ(selection.source, "made-up");
    EXPECT_EQ(selection.split, "all");
}

TEST_F(PeopleFolder, NamesTheSourceWithATrailingSlashToo) {
    four_people();
    EXPECT_EQ(list_people(folder_ / "").value().source, "made-up");
}

TEST_F(PeopleFolder, RefusesAFolderThatIsNotThereOrHoldsNobody) {
    EXPECT_EQ(list_people(folder_).error().code(), ErrorCode::NotFound);
    EXPECT_EQ(list_people(folder_ / "nowhere").error().code(), ErrorCode::IoFailed);
}

TEST_F(PeopleFolder, MergesTheSamePersonUnderTheFirstName) {
    four_people();
    PeopleSelection selection = list_people(folder_).value();
    const auto applied =
        correct(selection, "kind,a,b\nsame_person,Gamma,Beta\nsame_person,Delta,Gamma\n").value();
    EXPECT_EQ(applied.people_merged, 2U);
    EXPECT_EQ(applied.rows_unused, 0U);
    EXPECT_EQ(names(selection), (Names{"Alpha", "Beta"}));
    EXPECT_EQ(
        files(selection.people[1]),
        (Names{"Beta_1.jpg", "Beta_2.jpg", "Delta_1.jpg", "Gamma_1.png"})
    );
    EXPECT_EQ(selection.source, "made-up, labels corrected");
}

TEST_F(PeopleFolder, SayingTheSameMergeTwiceMergesOnce) {
    four_people();
    PeopleSelection selection = list_people(folder_).value();
    const auto applied =
        correct(selection, "same_person,Gamma,Beta\nsame_person,Beta,Gamma\n").value();
    EXPECT_EQ(applied.people_merged, 1U);
    EXPECT_EQ(names(selection), (Names{"Alpha", "Beta", "Delta"}));
}

TEST_F(PeopleFolder, DropsAWrongPictureAndNoOther) {
    four_people();
    PeopleSelection selection = list_people(folder_).value();
    const auto applied =
        correct(selection, "kind,a,b\nwrong_picture,Beta/Beta_1.jpg,Somebody_Else\n").value();
    EXPECT_EQ(applied.pictures_dropped, 1U);
    EXPECT_EQ(files(selection.people[1]), (Names{"Beta_2.jpg"}));
    EXPECT_EQ(files(selection.people[0]), (Names{"Alpha_1.jpg", "Alpha_2.JPEG"}));
}

TEST_F(PeopleFolder, DropsAWrongPictureOfSomebodyWhoIsMerged) {
    four_people();
    PeopleSelection selection = list_people(folder_).value();
    const auto applied =
        correct(selection, "same_person,Alpha,Beta\nwrong_picture,Beta/Beta_1.jpg,\n").value();
    EXPECT_EQ(applied.pictures_dropped, 1U);
    EXPECT_EQ(files(selection.people[0]), (Names{"Alpha_1.jpg", "Alpha_2.JPEG", "Beta_2.jpg"}));
}

TEST_F(PeopleFolder, SomebodyWithoutAPictureLeftIsGoneAndTwinsKeepTheirPlaces) {
    four_people();
    PeopleSelection selection = list_people(folder_).value();
    const auto applied = correct(
                             selection,
                             "kind,a,b\ntwins,Delta,Gamma\nwrong_picture,Alpha/Alpha_1.jpg,\n"
                             "wrong_picture,Alpha/Alpha_2.JPEG,\n"
    )
                             .value();
    EXPECT_EQ(applied.twins, 1U);
    EXPECT_EQ(names(selection), (Names{"Beta", "Delta", "Gamma"}));
    ASSERT_EQ(selection.kept_apart.size(), 1U);
    EXPECT_EQ(selection.people[selection.kept_apart[0].first].name, "Delta");
    EXPECT_EQ(selection.people[selection.kept_apart[0].second].name, "Gamma");
}

TEST_F(PeopleFolder, TwinsStayTwoPeople) {
    four_people();
    PeopleSelection selection = list_people(folder_).value();
    EXPECT_TRUE(correct(selection, "twins,Alpha,Beta\n"));
    EXPECT_EQ(selection.people.size(), 4U);
}

TEST_F(PeopleFolder, CountsRowsThatNameNobodyHere) {
    four_people();
    PeopleSelection selection = list_people(folder_).value();
    const auto applied =
        correct(
            selection,
            "same_person,Alpha,Nobody\ntwins,Nobody,Beta\nwrong_picture,Alpha/Nobody.jpg,\n"
        )
            .value();
    EXPECT_EQ(applied.rows_unused, 3U);
    EXPECT_EQ(selection.people.size(), 4U);
    EXPECT_TRUE(selection.kept_apart.empty());
}

TEST_F(PeopleFolder, RefusesARowThatIsNoCorrectionAndNamesOnlyItsLine) {
    four_people();
    PeopleSelection selection = list_people(folder_).value();
    const auto applied = correct(selection, "kind,a,b\ntwins,Alpha,Beta\ncousins,Alpha,Beta\n");
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().code(), ErrorCode::InvalidArgument);
    EXPECT_NE(applied.error().describe().find("line 3"), std::string::npos);
    EXPECT_EQ(applied.error().describe().find("Alpha"), std::string::npos);
    EXPECT_FALSE(correct(selection, "twins,Alpha\n"));
    EXPECT_FALSE(apply_corrections(selection, folder_ / "nowhere.csv"));
}

TEST(PeopleHalves, FollowTheFirstByteOfTheNamesDigest) {
    // First bytes by Python's hashlib: 164, 147, 177, 112, 168, 101, 227.
    EXPECT_EQ(half_of_name("Erika_Mustermann"), Half::A);
    EXPECT_EQ(half_of_name("Max_Mustermann"), Half::B);
    EXPECT_EQ(half_of_name("Alpha"), Half::B);
    EXPECT_EQ(half_of_name("Beta"), Half::A);
    EXPECT_EQ(half_of_name("Gamma"), Half::A);
    EXPECT_EQ(half_of_name("Zo\xC3\xAB_\xC3\x85ngstr\xC3\xB6m"), Half::B);
    EXPECT_EQ(half_of_name(""), Half::B);
}

TEST_F(PeopleFolder, HalvesShareNobodyAndTogetherAreEverybody) {
    for (int number = 0; number < 200; ++number) {
        picture("Person_" + std::to_string(number) + "/1.jpg");
    }
    const PeopleSelection all = list_people(folder_).value();
    const PeopleSelection a = select_half(all, Half::A);
    const PeopleSelection b = select_half(all, Half::B);
    EXPECT_EQ(a.people.size() + b.people.size(), all.people.size());
    EXPECT_EQ(a.split, "half a");
    EXPECT_EQ(b.split, "half b");
    // Between 35 and 65 of a hundred: outside is one in a hundred thousand for a fair split.
    EXPECT_GT(a.people.size(), 70U);
    EXPECT_LT(a.people.size(), 130U);
    for (const Person& person : a.people) {
        EXPECT_EQ(half_of_name(person.name), Half::A);
    }
    for (const Person& person : b.people) {
        EXPECT_EQ(half_of_name(person.name), Half::B);
    }
}

TEST_F(PeopleFolder, AMergedPersonGoesWhereTheirFirstNameGoes) {
    // Alpha is of half b, Beta of half a; the merged person keeps the first name.
    picture("Beta/1.jpg");
    picture("Alpha/1.jpg");
    PeopleSelection selection = list_people(folder_).value();
    ASSERT_TRUE(correct(selection, "same_person,Beta,Alpha\n"));
    EXPECT_TRUE(select_half(selection, Half::A).people.empty());
    const PeopleSelection half = select_half(selection, Half::B);
    ASSERT_EQ(half.people.size(), 1U);
    EXPECT_EQ(half.people[0].pictures.size(), 2U);
}

TEST_F(PeopleFolder, TwinsInDifferentHalvesAreNoPairOfEither) {
    for (int number = 0; number < 20; ++number) {
        picture("Person_" + std::to_string(number) + "/1.jpg");
    }
    PeopleSelection all = list_people(folder_).value();
    std::string rows;
    for (int number = 1; number < 20; ++number) {
        rows += "twins,Person_0,Person_" + std::to_string(number) + "\n";
    }
    ASSERT_TRUE(correct(all, rows));
    const Half own = half_of_name("Person_0");
    const PeopleSelection half = select_half(all, own);
    EXPECT_EQ(half.kept_apart.size(), half.people.size() - 1);
    for (const auto& [a, b] : half.kept_apart) {
        EXPECT_EQ(half.people[a].name, "Person_0");
        EXPECT_NE(a, b);
        EXPECT_LT(b, half.people.size());
    }
    EXPECT_TRUE(select_half(all, own == Half::A ? Half::B : Half::A).kept_apart.empty());
}

} // namespace
} // namespace sallyport::evaluation
