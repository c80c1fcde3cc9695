// Proves that a folder gives each traveler the photos of their documents and no others, that it
// never reads outside itself, and that a photo that cannot be read is an error, not "nothing held".
#include "base/limits.hpp"
#include "holdings/folder_holdings.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace sallyport::holdings {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

domain::Traveler traveler_with(std::string number, std::string issuer = "") {
    domain::Traveler traveler;
    traveler.documents.push_back({"P", std::move(number), std::move(issuer), std::nullopt});
    return traveler;
}

class FolderHoldingsTest : public ::testing::Test {
protected:
    FolderHoldingsTest() {
        std::string name = (fs::temp_directory_path() / "sallyport-holdings-XXXXXX").string();
        base_ = ::mkdtemp(name.data());
        folder_ = base_ / "held";
        fs::create_directory(folder_);
    }
    ~FolderHoldingsTest() override { fs::remove_all(base_); }

    void write(const std::string& name, const std::string& content) const {
        fs::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name, std::ios::binary) << content;
    }
    void write_csv(const std::string& rows) const {
        write("holdings.csv", "document_number,issuer,photo,source,year\n" + rows);
    }
    [[nodiscard]] Result<std::unique_ptr<FolderHoldings>> open() const {
        return open_folder_holdings(folder_);
    }
    // The contents of the photos, in the order given.
    [[nodiscard]] std::vector<std::string> photos_of(const domain::Traveler& traveler) const {
        const auto holdings = open();
        EXPECT_TRUE(holdings.has_value());
        const auto photos = (*holdings)->photos_of(traveler);
        EXPECT_TRUE(photos.has_value());
        std::vector<std::string> contents;
        for (const HeldPhoto& photo : *photos) {
            contents.emplace_back(photo.bytes.begin(), photo.bytes.end());
        }
        return contents;
    }
    [[nodiscard]] std::string open_error() const {
        const auto holdings = open();
        return holdings ? "opened" : holdings.error().describe();
    }

    fs::path base_;
    fs::path folder_;
};

TEST_F(FolderHoldingsTest, FindsPicturesNamedByTheDocument) {
    write("D0000001.jpg", "one");
    write("D0000001_2.JPEG", "two");
    write("D0000001_note.txt", "no picture");
    write("D0000002.png", "other");
    EXPECT_THAT(photos_of(traveler_with("D0000001")), ElementsAre("one", "two"));
    EXPECT_THAT(photos_of(traveler_with("D0000002")), ElementsAre("other"));
}

TEST_F(FolderHoldingsTest, FindsPicturesInASubFolderNamedByTheDocument) {
    write("D0000001/b.jpg", "b");
    write("D0000001/a.png", "a");
    write("D0000001/below/c.jpg", "c");
    EXPECT_THAT(photos_of(traveler_with("D0000001")), ElementsAre("a", "b"));
}

TEST_F(FolderHoldingsTest, ComparesDocumentNumbersInNormalForm) {
    write("d-0000 001.jpg", "one");
    write_csv("ab-12,,d-0000 001.jpg,,\n");
    EXPECT_THAT(photos_of(traveler_with("D0000001")), ElementsAre("one"));
    EXPECT_THAT(photos_of(traveler_with("AB 12")), ElementsAre("one"));
}

TEST_F(FolderHoldingsTest, HoldsNothingForOthers) {
    write("D0000001.jpg", "one");
    write("---.jpg", "no number");
    EXPECT_THAT(photos_of(traveler_with("D0000009")), IsEmpty());
    EXPECT_THAT(photos_of(traveler_with("--")), IsEmpty());
    EXPECT_THAT(photos_of(domain::Traveler{}), IsEmpty());
}

TEST_F(FolderHoldingsTest, LinksDocumentsToPhotosByTheTableNewestFirst) {
    write("p/old.jpg", "old");
    write("p/new.jpg", "new");
    write("p/undated.jpg", "undated");
    write_csv("D1,UTO,p/undated.jpg,visa,\nD1,UTO,p/old.jpg,passport,2015\n"
              "D1,UTO,p/new.jpg,\"encounter, entry\",2024\n");
    EXPECT_THAT(photos_of(traveler_with("D1")), ElementsAre("new", "old", "undated"));
    const auto holdings = open();
    ASSERT_TRUE(holdings.has_value());
    const auto photos = (*holdings)->photos_of(traveler_with("D1", "UTO"));
    ASSERT_TRUE(photos.has_value());
    EXPECT_EQ(photos->at(0).source, "encounter, entry");
    EXPECT_EQ(photos->at(0).year, 2024);
    EXPECT_EQ(photos->at(2).year, 0);
}

TEST_F(FolderHoldingsTest, LinksADocumentToASubFolderOfPhotos) {
    write("some_person/1.jpg", "1");
    write("some_person/2.jpg", "2");
    write_csv("D1,UTO,some_person,passport,2020\n");
    EXPECT_THAT(photos_of(traveler_with("D1")), ElementsAre("1", "2"));
}

TEST_F(FolderHoldingsTest, TellsIssuersApartWhereBothSidesNameOne) {
    write("a.jpg", "uto");
    write("b.jpg", "xxa");
    write("c.jpg", "any");
    write_csv("D1,UTO,a.jpg,,\nD1,XXA,b.jpg,,\nD1,,c.jpg,,\n");
    EXPECT_THAT(photos_of(traveler_with("D1", "UTO")), ElementsAre("uto", "any"));
    EXPECT_THAT(photos_of(traveler_with("D1", "XXA")), ElementsAre("xxa", "any"));
    EXPECT_THAT(photos_of(traveler_with("D1")), ElementsAre("uto", "xxa", "any"));
}

TEST_F(FolderHoldingsTest, GivesEachPhotoOnceWhenDocumentsShareIt) {
    write("D1.jpg", "same");
    write_csv("D1,,D1.jpg,passport,2020\nD2,,D1.jpg,visa,2021\n");
    domain::Traveler traveler = traveler_with("D1");
    traveler.documents.push_back({"V", "D2", "", std::nullopt});
    EXPECT_THAT(photos_of(traveler), ElementsAre("same"));
    const auto holdings = open();
    ASSERT_TRUE(holdings.has_value());
    // The table's word about the picture counts, not its bare name.
    EXPECT_EQ((*holdings)->photos_of(traveler)->at(0).source, "passport");
}

TEST_F(FolderHoldingsTest, GivesAtMostTheLimitOfPhotosTheNewestOnes) {
    std::string rows;
    for (int year = 2000; year < 2012; ++year) {
        write("p" + std::to_string(year) + ".jpg", std::to_string(year));
        rows += "D1,,p" + std::to_string(year) + ".jpg,," + std::to_string(year) + "\n";
    }
    write_csv(rows);
    const std::vector<std::string> photos = photos_of(traveler_with("D1"));
    EXPECT_EQ(photos.size(), limits::photos_per_traveler_max);
    EXPECT_EQ(photos.front(), "2011");
    EXPECT_EQ(photos.back(), "2004");
}

TEST_F(FolderHoldingsTest, WarnsOfPhotosThatAreNotThereByLine) {
    write("a.jpg", "a");
    write_csv("SECRET1,,a.jpg,,\nSECRET2,,gone.jpg,,\n");
    const auto holdings = open();
    ASSERT_TRUE(holdings.has_value());
    EXPECT_THAT(
        (*holdings)->warnings(), ElementsAre("holdings.csv line 3: the photo is not there")
    );
    EXPECT_THAT(photos_of(traveler_with("SECRET1")), ElementsAre("a"));
}

TEST_F(FolderHoldingsTest, RefusesABadRowNamingItsLineOnly) {
    write("a.jpg", "a");
    write("a.txt", "a");
    const std::vector<std::pair<std::string, std::string>> cases{
        {"SECRET,,a.jpg\n", "line 2: 3 fields, there must be 5"},
        {"D1,,a.jpg,,\n\n-,,a.jpg,,\n", "line 4: the document number is empty"},
        {"SECRET,,a.jpg,,20\n", "line 2: the year is not one"},
        {"SECRET,,a.jpg,,2020x\n", "line 2: the year is not one"},
        {"SECRET,,,,\n", "line 2: the photo must be a path inside"},
        {"SECRET,,../x.jpg,,\n", "line 2: the photo must be a path inside"},
        {"SECRET,,p/../../x.jpg,,\n", "line 2: the photo must be a path inside"},
        {"SECRET,,/etc/passwd,,\n", "line 2: the photo must be a path inside"},
        {"SECRET,,a.txt,,\n", "line 2: the photo is neither"},
        {"SECRET,,\"a.jpg,,\n", "line 2: a quoted field is not closed"},
    };
    for (const auto& [rows, problem] : cases) {
        write_csv(rows);
        EXPECT_THAT(open_error(), HasSubstr("holdings.csv " + problem)) << rows;
        EXPECT_THAT(open_error(), Not(HasSubstr("SECRET")));
    }
}

TEST_F(FolderHoldingsTest, RefusesATableWithAnotherHeader) {
    write("holdings.csv", "number,photo\nD1,a.jpg\n");
    EXPECT_THAT(open_error(), HasSubstr("line 1: the header must be"));
    EXPECT_EQ(open().error().code(), ErrorCode::MalformedInput);
}

TEST_F(FolderHoldingsTest, RefusesATableRowThatLeavesByASymbolicLink) {
    std::ofstream(base_ / "outside.jpg") << "outside";
    fs::create_symlink(base_ / "outside.jpg", folder_ / "inside.jpg");
    write_csv("D1,,inside.jpg,,\n");
    EXPECT_THAT(open_error(), HasSubstr("line 2: the photo lies outside the folder"));
}

TEST_F(FolderHoldingsTest, PassesOverSymbolicLinksThatLeaveTheFolder) {
    fs::create_directory(base_ / "elsewhere");
    std::ofstream(base_ / "elsewhere" / "x.jpg") << "outside";
    fs::create_symlink(base_ / "elsewhere", folder_ / "D1");
    fs::create_symlink(base_ / "elsewhere" / "x.jpg", folder_ / "D2.jpg");
    write("D3.jpg", "three");
    fs::create_symlink(folder_ / "D3.jpg", folder_ / "D4.jpg"); // stays inside
    const auto holdings = open();
    ASSERT_TRUE(holdings.has_value());
    EXPECT_THAT((*holdings)->warnings(), ElementsAre(HasSubstr("passed over: 2")));
    EXPECT_THAT(photos_of(traveler_with("D1")), IsEmpty());
    EXPECT_THAT(photos_of(traveler_with("D2")), IsEmpty());
    EXPECT_THAT(photos_of(traveler_with("D4")), ElementsAre("three"));
}

TEST_F(FolderHoldingsTest, DoesNotFollowALinkThatWasPutThereAfterOpening) {
    write("D1.jpg", "one");
    std::ofstream(base_ / "outside.jpg") << "outside";
    const auto holdings = open();
    ASSERT_TRUE(holdings.has_value());
    fs::remove(folder_ / "D1.jpg");
    fs::create_symlink(base_ / "outside.jpg", folder_ / "D1.jpg");
    const auto photos = (*holdings)->photos_of(traveler_with("D1"));
    ASSERT_FALSE(photos.has_value());
    EXPECT_EQ(photos.error().code(), ErrorCode::IoFailed);
}

TEST_F(FolderHoldingsTest, APhotoThatVanishedIsAnErrorNotNothingHeld) {
    write("D1.jpg", "one");
    const auto holdings = open();
    ASSERT_TRUE(holdings.has_value());
    fs::remove(folder_ / "D1.jpg");
    const auto photos = (*holdings)->photos_of(traveler_with("D1"));
    ASSERT_FALSE(photos.has_value());
    EXPECT_EQ(photos.error().code(), ErrorCode::IoFailed);
    EXPECT_THAT(photos.error().describe(), Not(HasSubstr("D1")));
}

TEST_F(FolderHoldingsTest, APhotoOverTheLimitIsAnError) {
    write("D1.jpg", "one");
    fs::resize_file(folder_ / "D1.jpg", limits::image_bytes_max + 1);
    const auto holdings = open();
    ASSERT_TRUE(holdings.has_value());
    EXPECT_FALSE((*holdings)->photos_of(traveler_with("D1")).has_value());
    fs::resize_file(folder_ / "D1.jpg", limits::image_bytes_max);
    EXPECT_TRUE((*holdings)->photos_of(traveler_with("D1")).has_value());
}

TEST_F(FolderHoldingsTest, ReadsTheFileEachTimeItIsAsked) {
    write("D1.jpg", "before");
    const auto holdings = open();
    ASSERT_TRUE(holdings.has_value());
    write("D1.jpg", "after");
    const auto photos = (*holdings)->photos_of(traveler_with("D1"));
    ASSERT_TRUE(photos.has_value());
    EXPECT_EQ(std::string(photos->at(0).bytes.begin(), photos->at(0).bytes.end()), "after");
}

TEST_F(FolderHoldingsTest, SaysWhenThereIsNoSuchFolder) {
    const auto holdings = open_folder_holdings(folder_ / "absent");
    ASSERT_FALSE(holdings.has_value());
    EXPECT_EQ(holdings.error().code(), ErrorCode::NotFound);
    write("file", "x");
    EXPECT_EQ(open_folder_holdings(folder_ / "file").error().code(), ErrorCode::NotFound);
}

} // namespace
} // namespace sallyport::holdings
