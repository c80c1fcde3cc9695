// Proves that a data folder is private, held by one process at a time, released by any death, and
// that a folder that cannot be used says why in one line.
#include "storage/data_folder.hpp"
#include "storage/internal/storage_test_support.hpp"

#include <sys/stat.h>

namespace sallyport::storage {
namespace {

TEST(DataFolder, IsCreatedForItsOwnerAlone) {
    const TemporaryFolder temporary;
    const auto folder = DataFolder::open(temporary.path() / "deep" / "data");
    ASSERT_TRUE(folder) << folder.error().describe();
    struct stat attributes{};
    ASSERT_EQ(::stat(folder->path().c_str(), &attributes), 0);
    EXPECT_EQ(attributes.st_mode & 07777U, 0700U);
    EXPECT_EQ(folder->file("records.db"), temporary.path() / "deep" / "data" / "records.db");
}

TEST(DataFolder, RefusesASecondHolderAndNamesTheFirst) {
    const TemporaryFolder temporary;
    const auto first = DataFolder::open(temporary.path());
    ASSERT_TRUE(first);
    const auto second = DataFolder::open(temporary.path());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), ErrorCode::AlreadyRunning);
    const std::string& line = second.error().message();
    EXPECT_NE(line.find(temporary.path().string()), std::string::npos) << line;
    EXPECT_NE(line.find(std::to_string(::getpid())), std::string::npos) << line;
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
}

TEST(DataFolder, RefusesASecondProcess) {
    const TemporaryFolder temporary;
    const auto first = DataFolder::open(temporary.path());
    ASSERT_TRUE(first);
    EXPECT_EQ(
        exit_code_of_child([&] {
            const auto second = DataFolder::open(temporary.path());
            return !second && second.error().code() == ErrorCode::AlreadyRunning ? 0 : 1;
        }),
        0
    );
}

TEST(DataFolder, IsFreeAgainWhenItsHolderGoes) {
    const TemporaryFolder temporary;
    {
        ASSERT_TRUE(DataFolder::open(temporary.path()));
    }
    EXPECT_TRUE(DataFolder::open(temporary.path()));
}

TEST(DataFolder, IsFreeAgainWhenItsHolderDies) {
    const TemporaryFolder temporary;
    ASSERT_EQ(
        exit_code_of_child([&] {
            auto held = DataFolder::open(temporary.path());
            return held ? 7 : 1; // ends with the folder still held
        }),
        7
    );
    EXPECT_TRUE(DataFolder::open(temporary.path()));
}

TEST(DataFolder, StaysHeldWhenItsObjectMoves) {
    const TemporaryFolder temporary;
    auto first = DataFolder::open(temporary.path());
    ASSERT_TRUE(first);
    const DataFolder moved = std::move(*first);
    EXPECT_FALSE(DataFolder::open(temporary.path()));
}

TEST(DataFolder, RefusesAFolderThatCannotBeWritten) {
    const TemporaryFolder temporary;
    ASSERT_EQ(::chmod(temporary.path().c_str(), 0555), 0);
    EXPECT_EQ(
        exit_code_of_plain_user([&] {
            const auto folder = DataFolder::open(temporary.path());
            return !folder && folder.error().code() == ErrorCode::StorageReadOnly ? 0 : 1;
        }),
        0
    );
    ::chmod(temporary.path().c_str(), 0700);
}

TEST(DataFolder, RefusesAFolderWithoutRoom) {
    const TemporaryFolder temporary;
    constexpr std::uint64_t more_than_any_disk = 1ULL << 60U;
    const auto folder = DataFolder::open(temporary.path(), {.free_bytes_min = more_than_any_disk});
    ASSERT_FALSE(folder);
    EXPECT_EQ(folder.error().code(), ErrorCode::StorageFull);
    EXPECT_NE(folder.error().message().find(temporary.path().string()), std::string::npos);
    // A refusal holds nothing.
    EXPECT_TRUE(DataFolder::open(temporary.path()));
}

TEST(DataFolder, RefusesAFileInItsPlace) {
    const TemporaryFolder temporary;
    const auto file = temporary.path() / "file";
    std::ofstream(file) << "x";
    const auto folder = DataFolder::open(file);
    ASSERT_FALSE(folder);
    EXPECT_EQ(folder.error().code(), ErrorCode::StorageFailed);
}

TEST(DataFolder, LeavesOnlyItsLockBehind) {
    const TemporaryFolder temporary;
    const auto folder = DataFolder::open(temporary.path());
    ASSERT_TRUE(folder);
    for (const auto& entry : std::filesystem::directory_iterator(temporary.path())) {
        EXPECT_EQ(entry.path().filename(), "lock");
    }
}

} // namespace
} // namespace sallyport::storage
