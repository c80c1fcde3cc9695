// Proves that a sealed record opens only as what it was sealed as, that altering any byte shows,
// that the key file is private, whole and never replaced, and that equal values meet in the blind
// index only under the same field and key.
#include "custody/keyfile_sealer.hpp"

#include <array>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sallyport::custody {
namespace {

namespace fs = std::filesystem;
using domain::SealCategory;
using domain::SealedBytes;
using RecordId = std::array<std::byte, 16>;

RecordId record(unsigned char fill) {
    RecordId id{};
    id.fill(static_cast<std::byte>(fill));
    return id;
}

std::vector<std::uint8_t> bytes_of(std::string_view text) {
    return {text.begin(), text.end()};
}

std::string text_of(const SecretBytes& bytes) {
    return {bytes.begin(), bytes.end()};
}

class Keyfile : public testing::Test {
protected:
    Keyfile() {
        std::string pattern = (fs::temp_directory_path() / "sallyport-keyfile-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        path_ = folder_ / "master.key";
    }
    ~Keyfile() override {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    KeyfileCustody open() { return open_keyfile(path_, random_).value(); }
    void write_file(std::size_t size, mode_t mode, char fill) const {
        std::ofstream(path_, std::ios::binary) << std::string(size, fill);
        ASSERT_EQ(::chmod(path_.c_str(), mode), 0);
    }
    ErrorCode code_of_open() {
        const auto opened = open_keyfile(path_, random_);
        return opened ? ErrorCode::Internal : opened.error().code();
    }

    fs::path folder_;
    fs::path path_;
    SystemRandom random_;
};

TEST_F(Keyfile, OpensWhatItSealed) {
    KeyfileCustody custody = open();
    const auto clear = bytes_of("a name");
    const SealedBytes sealed =
        custody.sealer().seal(SealCategory::TravelerIdentity, record(1), clear).value();
    EXPECT_EQ(sealed.vault, "keyfile");
    EXPECT_EQ(sealed.epoch, 1U);
    EXPECT_EQ(
        text_of(custody.sealer().open(SealCategory::TravelerIdentity, record(1), sealed).value()),
        "a name"
    );
}

TEST_F(Keyfile, SealsAnEmptyValue) {
    KeyfileCustody custody = open();
    const SealedBytes sealed =
        custody.sealer().seal(SealCategory::RecordedAnswer, record(1), {}).value();
    EXPECT_TRUE(
        custody.sealer().open(SealCategory::RecordedAnswer, record(1), sealed).value().empty()
    );
}

TEST_F(Keyfile, OpensAfterARestart) {
    const auto clear = bytes_of("kept");
    SealedBytes sealed;
    domain::BlindKey key{};
    {
        KeyfileCustody custody = open();
        sealed = custody.sealer().seal(SealCategory::ManifestBody, record(1), clear).value();
        key = custody.blind_index().key_of("document", "X123");
    }
    KeyfileCustody custody = open();
    EXPECT_EQ(
        text_of(custody.sealer().open(SealCategory::ManifestBody, record(1), sealed).value()),
        "kept"
    );
    EXPECT_EQ(custody.blind_index().key_of("document", "X123"), key);
}

TEST_F(Keyfile, NoticesAnyAlteredByte) {
    KeyfileCustody custody = open();
    const SealedBytes sealed =
        custody.sealer()
            .seal(SealCategory::TravelerIdentity, record(1), bytes_of("a longer name"))
            .value();
    for (std::size_t index = 0; index < sealed.bytes.size(); ++index) {
        for (const unsigned bit : {0x01U, 0x80U}) {
            SealedBytes altered = sealed;
            altered.bytes[index] = static_cast<std::uint8_t>(altered.bytes[index] ^ bit);
            const auto opened =
                custody.sealer().open(SealCategory::TravelerIdentity, record(1), altered);
            ASSERT_FALSE(opened) << "byte " << index;
            EXPECT_EQ(opened.error().code(), ErrorCode::SealBroken);
        }
    }
}

TEST_F(Keyfile, NoticesAnyCutAndAnyAddedByte) {
    KeyfileCustody custody = open();
    const SealedBytes sealed =
        custody.sealer().seal(SealCategory::TravelerIdentity, record(1), bytes_of("name")).value();
    for (std::size_t length = 0; length < sealed.bytes.size(); ++length) {
        SealedBytes cut = sealed;
        cut.bytes.resize(length);
        const auto opened = custody.sealer().open(SealCategory::TravelerIdentity, record(1), cut);
        ASSERT_FALSE(opened) << length;
        EXPECT_EQ(opened.error().code(), ErrorCode::SealBroken);
    }
    SealedBytes longer = sealed;
    longer.bytes.push_back(0);
    EXPECT_FALSE(custody.sealer().open(SealCategory::TravelerIdentity, record(1), longer));
}

TEST_F(Keyfile, DoesNotOpenOneRecordAsAnother) {
    KeyfileCustody custody = open();
    const SealedBytes sealed =
        custody.sealer().seal(SealCategory::TravelerIdentity, record(1), bytes_of("name")).value();
    const auto opened = custody.sealer().open(SealCategory::TravelerIdentity, record(2), sealed);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code(), ErrorCode::SealBroken);
}

TEST_F(Keyfile, DoesNotOpenOneCategoryAsAnother) {
    KeyfileCustody custody = open();
    const auto all = {
        SealCategory::TravelerIdentity, SealCategory::ManifestBody, SealCategory::RecordedAnswer
    };
    for (const SealCategory sealed_as : all) {
        const SealedBytes sealed =
            custody.sealer().seal(sealed_as, record(1), bytes_of("name")).value();
        for (const SealCategory opened_as : all) {
            EXPECT_EQ(
                custody.sealer().open(opened_as, record(1), sealed).has_value(),
                sealed_as == opened_as
            );
        }
    }
}

TEST_F(Keyfile, DoesNotOpenUnderAnotherVaultOrEpoch) {
    KeyfileCustody custody = open();
    const SealedBytes sealed =
        custody.sealer().seal(SealCategory::TravelerIdentity, record(1), bytes_of("name")).value();
    SealedBytes later = sealed;
    later.epoch = 2;
    SealedBytes elsewhere = sealed;
    elsewhere.vault = "token";
    for (const SealedBytes& wrong : {later, elsewhere}) {
        const auto opened = custody.sealer().open(SealCategory::TravelerIdentity, record(1), wrong);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().code(), ErrorCode::SealBroken);
    }
}

TEST_F(Keyfile, DoesNotOpenWithAnotherKey) {
    KeyfileCustody custody = open();
    const SealedBytes sealed =
        custody.sealer().seal(SealCategory::TravelerIdentity, record(1), bytes_of("name")).value();
    KeyfileCustody other = open_keyfile(folder_ / "other.key", random_).value();
    EXPECT_FALSE(other.sealer().open(SealCategory::TravelerIdentity, record(1), sealed));
    EXPECT_NE(
        custody.blind_index().key_of("document", "X1"), other.blind_index().key_of("document", "X1")
    );
}

TEST_F(Keyfile, SealsTheSameDifferentlyEachTime) {
    KeyfileCustody custody = open();
    const auto clear = bytes_of("name");
    const auto first =
        custody.sealer().seal(SealCategory::TravelerIdentity, record(1), clear).value();
    const auto second =
        custody.sealer().seal(SealCategory::TravelerIdentity, record(1), clear).value();
    EXPECT_NE(first.bytes, second.bytes);
}

TEST_F(Keyfile, KeepsTheClearBytesOutOfTheSeal) {
    KeyfileCustody custody = open();
    const std::string marked = "MARKED-NAME-OF-A-TRAVELER";
    const auto sealed =
        custody.sealer().seal(SealCategory::TravelerIdentity, record(1), bytes_of(marked)).value();
    const std::string text(sealed.bytes.begin(), sealed.bytes.end());
    EXPECT_EQ(text.find(marked.substr(0, 8)), std::string::npos);
}

TEST_F(Keyfile, BlindKeysTellFieldsAndValuesApart) {
    KeyfileCustody custody = open();
    domain::BlindIndex& index = custody.blind_index();
    EXPECT_EQ(index.key_of("document", "X123"), index.key_of("document", "X123"));
    EXPECT_NE(index.key_of("document", "X123"), index.key_of("document", "X124"));
    EXPECT_NE(index.key_of("document", "X123"), index.key_of("manifest", "X123"));
    // The same bytes, cut in another place.
    EXPECT_NE(index.key_of("ab", "c"), index.key_of("a", "bc"));
    EXPECT_NE(index.key_of("ab", ""), index.key_of("a", "b"));
}

TEST_F(Keyfile, CreatesAPrivateFileOfThirtyTwoBytesAndNothingElse) {
    static_cast<void>(open());
    struct stat attributes{};
    ASSERT_EQ(::stat(path_.c_str(), &attributes), 0);
    EXPECT_EQ(attributes.st_mode & 07777U, 0600U);
    EXPECT_EQ(attributes.st_size, 32);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(Keyfile, RefusesAFileThatOthersCanRead) {
    for (const mode_t mode : {0640U, 0604U, 0660U, 0601U}) {
        write_file(32, mode, 'k');
        EXPECT_EQ(code_of_open(), ErrorCode::ConfigInvalid) << mode;
    }
    write_file(32, 0600, 'k');
    EXPECT_TRUE(open_keyfile(path_, random_));
    write_file(32, 0400, 'k');
    EXPECT_TRUE(open_keyfile(path_, random_));
}

TEST_F(Keyfile, RefusesAFileOfAnotherSizeOrWithoutAKeyAndLeavesItAlone) {
    for (const std::size_t size : {0U, 31U, 33U, 64U}) {
        write_file(size, 0600, 'k');
        EXPECT_EQ(code_of_open(), ErrorCode::ConfigInvalid) << size;
        EXPECT_EQ(fs::file_size(path_), size);
    }
    write_file(32, 0600, '\0');
    EXPECT_EQ(code_of_open(), ErrorCode::ConfigInvalid);
}

TEST_F(Keyfile, RefusesAFolderInPlaceOfTheFile) {
    fs::create_directory(path_);
    EXPECT_EQ(code_of_open(), ErrorCode::ConfigInvalid);
}

TEST_F(Keyfile, SaysWhenTheFolderIsMissing) {
    path_ = folder_ / "nowhere" / "master.key";
    EXPECT_EQ(code_of_open(), ErrorCode::IoFailed);
}

TEST_F(Keyfile, DoesNotInventAKeyWhereOneMustBe) {
    const auto opened = open_keyfile(path_, random_, MissingKey::Fail);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code(), ErrorCode::NotFound);
    EXPECT_FALSE(fs::exists(path_));
}

// Runs check in a child without root's powers, which would see through permissions and limits.
template <class Check>
int exit_code_of_plain_user(Check check) {
    const pid_t child = ::fork();
    if (child == 0) {
        constexpr uid_t nobody = 65534;
        if (::geteuid() == 0 && ::setresuid(nobody, nobody, nobody) != 0) {
            ::_exit(99);
        }
        ::_exit(check());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

TEST_F(Keyfile, SaysWhenTheFileCannotBeRead) {
    write_file(32, 0000, 'k');
    ASSERT_EQ(::chmod(folder_.c_str(), 0755), 0);
    EXPECT_EQ(
        exit_code_of_plain_user([&] { return code_of_open() == ErrorCode::IoFailed ? 0 : 1; }), 0
    );
}

TEST_F(Keyfile, RefusesToHoldKeysInMemoryThatCanBeSwapped) {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "AddressSanitizer turns mlock into nothing";
#endif
    write_file(32, 0600, 'k');
    if (::geteuid() == 0) {
        ASSERT_EQ(::chown(path_.c_str(), 65534, 65534), 0);
        ASSERT_EQ(::chmod(folder_.c_str(), 0755), 0);
    }
    EXPECT_EQ(exit_code_of_plain_user([&] { return open_keyfile(path_, random_) ? 0 : 1; }), 0);
    EXPECT_EQ(
        exit_code_of_plain_user([&] {
            const rlimit none{0, 0};
            if (::setrlimit(RLIMIT_MEMLOCK, &none) != 0) {
                return 97;
            }
            return code_of_open() == ErrorCode::ConfigInvalid ? 0 : 1;
        }),
        0
    );
}

} // namespace
} // namespace sallyport::custody
