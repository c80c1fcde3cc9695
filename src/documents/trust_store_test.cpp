// Proves that a master list is imported only when an anchor the operator named vouches for it, that
// an import takes effect whole or not at all, and that a newer list takes away what it no longer
// carries.
#include "base/secret_bytes.hpp"
#include "documents/testing/test_pki.hpp"
#include "documents/trust_store.hpp"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <set>

namespace sallyport::documents {
namespace {

using testing::CertificateRequest;
using testing::CertificateRole;
using testing::day;
using testing::ec_key;
using testing::make_master_list;
using testing::make_party;
using testing::Party;

CertificateRequest authority_of(const std::string& country) {
    CertificateRequest request;
    request.country = country;
    request.common_name = "CSCA " + country;
    return request;
}

class TrustStoreImport : public ::testing::Test {
protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() /
                  ("trust_store_test_" + std::to_string(std::random_device{}()));
        std::filesystem::create_directories(folder_);
        root_ = make_party(authority_of("UT"), ec_key());
        CertificateRequest signer = authority_of("UT");
        signer.role = CertificateRole::MasterListSigner;
        signer.common_name = "Master List Signer";
        signer.serial = 3;
        signer_ = make_party(signer, ec_key(), &root_);
        for (const char* country : {"AA", "BB", "CC"}) {
            others_.push_back(make_party(authority_of(country), ec_key()));
        }
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path write(const std::string& name, const Bytes& bytes) const {
        const std::filesystem::path path = folder_ / name;
        std::ofstream stream(path, std::ios::binary);
        stream.write(
            reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size())
        );
        return path;
    }
    std::filesystem::path list_file(
        const std::string& name, const std::vector<std::size_t>& which, Instant signed_at
    ) const {
        std::vector<Bytes> certificates{root_.der()};
        for (const std::size_t index : which) {
            certificates.push_back(others_[index].der());
        }
        return write(
            name, make_master_list({.certificates = certificates, .signed_at = signed_at}, signer_)
        );
    }
    Result<TrustImport> import(
        const std::vector<std::filesystem::path>& files,
        const std::vector<std::filesystem::path>& anchors = {}
    ) const {
        return import_trust(
            {.store = store(), .files = files, .anchors = anchors, .now = day(2026, 11, 24)}
        );
    }
    std::filesystem::path store() const { return folder_ / "store"; }
    std::size_t held() const {
        const auto loaded = TrustStore::load(store());
        return loaded.has_value() ? loaded->size() : 0;
    }
    std::filesystem::path root_file() const { return write("root.cer", root_.der()); }

    std::filesystem::path folder_;
    Party root_;
    Party signer_;
    std::vector<Party> others_;
};

TEST_F(TrustStoreImport, TakesAListThatANamedAnchorVouchesFor) {
    const auto list = list_file("a.ml", {0, 1}, day(2024, 1, 1));
    const auto outcome = import({list}, {root_file()});
    ASSERT_TRUE(outcome.has_value()) << outcome.error().describe();
    EXPECT_TRUE(outcome->applied);
    EXPECT_EQ(outcome->added, 3U);
    EXPECT_EQ(outcome->removed, 0U);
    ASSERT_EQ(outcome->lists.size(), 1U);
    EXPECT_TRUE(outcome->lists[0].signature_good);
    EXPECT_EQ(outcome->lists[0].country, "UT");
    EXPECT_EQ(outcome->lists[0].countries, 3U);
    const auto loaded = TrustStore::load(store());
    ASSERT_TRUE(loaded.has_value()) << loaded.error().describe();
    EXPECT_EQ(loaded->size(), 3U);
    EXPECT_EQ(loaded->countries(), 3U);
    EXPECT_EQ(loaded->certificates()[0].country, "AA");
    EXPECT_TRUE(loaded->certificates()[0].self_signed);
}

TEST_F(TrustStoreImport, TakesACertificateNamedAmongTheFilesAsAnAnchorForLaterListsToo) {
    const auto first = import({root_file(), list_file("a.ml", {0}, day(2024, 1, 1))});
    ASSERT_TRUE(first.has_value() && first->applied);
    const auto second = import({list_file("b.ml", {0, 1}, day(2025, 1, 1))});
    ASSERT_TRUE(second.has_value()) << second.error().describe();
    EXPECT_TRUE(second->applied);
    EXPECT_EQ(second->added, 1U);
}

TEST_F(TrustStoreImport, RefusesAListThatNobodyNamedVouchesFor) {
    const auto list = list_file("a.ml", {0, 1}, day(2024, 1, 1));
    const auto without = import({list});
    ASSERT_TRUE(without.has_value());
    EXPECT_FALSE(without->applied);
    EXPECT_EQ(without->lists[0].reason, "signed by nobody you named");
    EXPECT_FALSE(std::filesystem::exists(store()));

    const auto wrong = import({list}, {write("other.cer", others_[0].der())});
    ASSERT_TRUE(wrong.has_value());
    EXPECT_FALSE(wrong->applied) << "an authority that the list itself carries vouches for nothing";
}

TEST_F(TrustStoreImport, DoesNotTakeAnAuthorityOfAListForAnAnchor) {
    ASSERT_TRUE(import({list_file("a.ml", {0}, day(2024, 1, 1))}, {root_file()})->applied);
    CertificateRequest request = authority_of("AA");
    request.role = CertificateRole::MasterListSigner;
    request.serial = 8;
    const Party theirs = make_party(request, ec_key(), &others_[0]);
    const auto list =
        write("aa.ml", make_master_list({.certificates = {others_[1].der()}}, theirs));
    const auto outcome = import({list});
    ASSERT_TRUE(outcome.has_value());
    EXPECT_FALSE(outcome->applied);
    EXPECT_EQ(held(), 2U);
}

TEST_F(TrustStoreImport, RefusesAListSignedByADocumentSigner) {
    CertificateRequest request = authority_of("UT");
    request.role = CertificateRole::DocumentSigner;
    request.serial = 8;
    const Party document_signer = make_party(request, ec_key(), &root_);
    const auto list =
        write("a.ml", make_master_list({.certificates = {others_[1].der()}}, document_signer));
    const auto outcome = import({list}, {root_file()});
    ASSERT_TRUE(outcome.has_value());
    EXPECT_FALSE(outcome->applied);
    EXPECT_EQ(outcome->lists[0].reason, "its signer may not sign master lists");
}

TEST_F(TrustStoreImport, FollowsALinkCertificateThatTheListEmbeds) {
    CertificateRequest renewed = authority_of("UT");
    renewed.common_name = "CSCA UT 2";
    renewed.serial = 20;
    const Party link = make_party(renewed, ec_key(), &root_);
    CertificateRequest request = authority_of("UT");
    request.role = CertificateRole::MasterListSigner;
    request.serial = 21;
    const Party signer = make_party(request, ec_key(), &link);
    const auto list =
        write("a.ml", make_master_list({.certificates = {others_[1].der()}}, signer, {&link}));
    const auto outcome = import({list}, {root_file()});
    ASSERT_TRUE(outcome.has_value());
    EXPECT_TRUE(outcome->applied) << outcome->lists[0].reason;
}

TEST_F(TrustStoreImport, RefusesAnAlteredList) {
    const auto path = list_file("a.ml", {0, 1}, day(2024, 1, 1));
    const Bytes good = make_master_list({.certificates = {others_[0].der()}}, signer_);
    std::size_t accepted = 0;
    for (std::size_t at = 0; at < good.size(); at += 7) {
        Bytes bad = good;
        bad[at] ^= 0x10U;
        const auto summary =
            read_master_list(bad, std::vector<SecretBytes>{root_.der()}, day(2026, 1, 1));
        if (summary.has_value() && summary->signature_good) {
            // Only bytes that no signature covers may change: then the content is the same.
            ++accepted;
            ASSERT_EQ(summary->content.size(), 1U);
            EXPECT_EQ(
                summary->content[0].sha256,
                read_master_list(good, std::vector<SecretBytes>{root_.der()}, day(2026, 1, 1))
                    ->content[0]
                    .sha256
            );
        }
    }
    EXPECT_LT(accepted, good.size() / 7 / 10);
}

TEST_F(TrustStoreImport, RemovesWhatANewerListNoLongerCarries) {
    const auto first = list_file("a.ml", {0, 1}, day(2024, 1, 1));
    const auto second = list_file("b.ml", {1, 2}, day(2025, 1, 1));
    ASSERT_TRUE(import({first}, {root_file()})->applied);
    const auto newer = import({second}, {root_file()});
    ASSERT_TRUE(newer.has_value() && newer->applied);
    EXPECT_EQ(newer->added, 1U);
    EXPECT_EQ(newer->removed, 1U);
    EXPECT_EQ(held(), 3U);

    const auto again = import({second}, {root_file()});
    ASSERT_TRUE(again.has_value() && again->applied);
    EXPECT_EQ(again->added + again->removed, 0U);

    const auto older = import({first}, {root_file()});
    ASSERT_TRUE(older.has_value());
    EXPECT_FALSE(older->applied) << "an old list would bring back what was withdrawn";
    EXPECT_EQ(held(), 3U);
}

TEST_F(TrustStoreImport, KeepsWhatTheOperatorNamedWhenTheListDropsIt) {
    const auto named = write("aa.cer", others_[0].der());
    ASSERT_TRUE(import({named, list_file("a.ml", {0, 1}, day(2024, 1, 1))}, {root_file()})->applied
    );
    ASSERT_TRUE(import({list_file("b.ml", {1}, day(2025, 1, 1))}, {root_file()})->applied);
    EXPECT_EQ(held(), 3U);
}

TEST_F(TrustStoreImport, TakesNothingWhenOneFileIsBad) {
    ASSERT_TRUE(import({list_file("a.ml", {0}, day(2024, 1, 1))}, {root_file()})->applied);
    const auto good = list_file("b.ml", {0, 1, 2}, day(2025, 1, 1));
    const auto cut = import({good, write("bad.ml", Bytes{0x30, 0x82, 0xFF})}, {root_file()});
    ASSERT_FALSE(cut.has_value());
    EXPECT_EQ(cut.error().code(), ErrorCode::MalformedInput);
    EXPECT_EQ(
        import({good, write("bad.txt", Bytes{1})}).error().code(), ErrorCode::InvalidArgument
    );
    EXPECT_EQ(import({good, folder_ / "none.crl"}).error().code(), ErrorCode::NotFound);
    EXPECT_EQ(held(), 2U);
}

TEST_F(TrustStoreImport, LeavesTheStoreAsItWasWhenItCannotBeWritten) {
    ASSERT_TRUE(import({list_file("a.ml", {0}, day(2024, 1, 1))}, {root_file()})->applied);
    // A folder in the place of the new index: the last step of an import fails.
    std::filesystem::create_directory(store() / "index.json.new");
    const auto outcome = import({list_file("b.ml", {1, 2}, day(2025, 1, 1))}, {root_file()});
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().code(), ErrorCode::IoFailed);
    const auto loaded = TrustStore::load(store());
    ASSERT_TRUE(loaded.has_value());
    ASSERT_EQ(loaded->size(), 2U);
    EXPECT_EQ(loaded->certificates()[0].country, "AA");
    // What the broken import left behind does not stand in the way of the next.
    std::filesystem::remove(store() / "index.json.new");
    ASSERT_TRUE(import({list_file("b.ml", {1, 2}, day(2025, 1, 1))}, {root_file()})->applied);
    EXPECT_EQ(held(), 3U);
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& file :
         std::filesystem::directory_iterator(store() / "certificates")) {
        ++files;
    }
    EXPECT_EQ(files, 3U);
}

TEST_F(TrustStoreImport, RefusesAStoreThatCannotBeAFolder) {
    write("store", Bytes{1});
    const auto outcome = import({list_file("a.ml", {0}, day(2024, 1, 1))}, {root_file()});
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().code(), ErrorCode::IoFailed);
}

TEST_F(TrustStoreImport, TakesRevocationListsThatAnAuthorityOfTheStoreSigned) {
    const auto crl = write("ut.crl", testing::make_crl({.serials = {4}}, root_));
    EXPECT_EQ(import({crl}).error().code(), ErrorCode::Forbidden);
    ASSERT_TRUE(import({root_file(), crl})->applied);
    const auto forged = write("forged.crl", testing::make_crl({.serials = {4}}, others_[2]));
    EXPECT_EQ(import({forged}).error().code(), ErrorCode::Forbidden);
    // An older list does not take the place of a newer one.
    const auto older =
        write("old.crl", testing::make_crl({.serials = {}, .this_update = day(2023, 1, 1)}, root_));
    ASSERT_TRUE(import({older})->applied);
    std::set<std::string> held_lists;
    for (const auto& file : std::filesystem::directory_iterator(store() / "crls")) {
        held_lists.insert(file.path().filename().string());
    }
    EXPECT_EQ(held_lists.size(), 1U);
}

TEST_F(TrustStoreImport, TakesALinkCertificateOnlyWhenTheStoreKnowsItsIssuer) {
    CertificateRequest renewed = authority_of("UT");
    renewed.serial = 20;
    const auto link = write("link.cer", make_party(renewed, ec_key(), &root_).der());
    EXPECT_EQ(import({link}).error().code(), ErrorCode::Forbidden);
    const auto both = import({root_file(), link});
    ASSERT_TRUE(both.has_value()) << both.error().describe();
    EXPECT_EQ(both->added, 2U);
}

TEST_F(TrustStoreImport, RefusesAFileThatIsNotWhatItsNameStates) {
    ASSERT_TRUE(import({root_file()})->applied);
    for (const auto& file : std::filesystem::directory_iterator(store() / "certificates")) {
        std::ofstream(file.path(), std::ios::binary) << "0";
    }
    EXPECT_FALSE(TrustStore::load(store()).has_value());
}

TEST(TrustStore, SaysThatAFolderIsNoStore) {
    EXPECT_EQ(TrustStore::load("/nonexistent/trust").error().code(), ErrorCode::NotFound);
}

TEST_F(TrustStoreImport, ShowsWhatTwoListsDifferIn) {
    const std::vector<SecretBytes> anchors{root_.der()};
    const auto older =
        read_master_list_file(list_file("a.ml", {0, 1}, day(2024, 1, 1)), anchors, day(2026, 1, 1));
    const auto newer =
        read_master_list_file(list_file("b.ml", {1, 2}, day(2025, 1, 1)), anchors, day(2026, 1, 1));
    ASSERT_TRUE(older.has_value() && newer.has_value());
    const TrustDiff diff = diff_lists(*older, *newer);
    ASSERT_EQ(diff.added.size(), 1U);
    ASSERT_EQ(diff.removed.size(), 1U);
    EXPECT_EQ(diff.added[0].country, "CC");
    EXPECT_EQ(diff.removed[0].country, "AA");
}

TEST_F(TrustStoreImport, ListsACertificateThatCannotBeRead) {
    const Bytes odd{0x30, 0x03, 0x02, 0x01, 0x05};
    const auto list =
        write("a.ml", make_master_list({.certificates = {odd, others_[0].der()}}, signer_));
    const auto outcome = import({list}, {root_file()});
    ASSERT_TRUE(outcome.has_value() && outcome->applied);
    EXPECT_EQ(outcome->added, 2U);
    EXPECT_EQ(held(), 2U);
    EXPECT_EQ(TrustStore::load(store())->certificates()[0].subject, "unreadable");
}

} // namespace
} // namespace sallyport::documents
