// Proves on files of issued documents of six states, two German master lists and the German
// specimen that Passive Authentication says what is so, and that no single flipped bit of an EF.SOD
// passes unseen. Skipped where the samples are not beside the project.
#include "base/secret_bytes.hpp"
#include "documents/internal/certificate_store.hpp"
#include "documents/internal/cms_signed_data.hpp"
#include "documents/internal/sod_file.hpp"
#include "documents/passive_authentication.hpp"
#include "documents/testing/test_pki.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <iostream>
#include <iterator>
#include <random>
#include <set>

namespace sallyport::documents {
namespace {

using testing::day;

const Instant today = day(2026, 11, 24);
const AuthenticationOptions at_the_gate{.now = today, .issuer = {}};

std::filesystem::path samples() {
    const char* named = std::getenv("SALLYPORT_TESTDATA"); // NOLINT(concurrency-mt-unsafe)
    const std::filesystem::path root =
        named != nullptr
            ? std::filesystem::path(named)
            : std::filesystem::path(SALLYPORT_SOURCE_DIR) / ".." / "shared" / "testdata";
    return root / "emrtd";
}

Bytes bytes_of(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

class DocumentSamples : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        if (!std::filesystem::exists(samples())) {
            return;
        }
        folder() = std::filesystem::temp_directory_path() /
                   ("document_samples_" + std::to_string(std::random_device{}()));
        const auto outcome = import_trust(
            {.store = folder(),
             .files =
                 {samples() / "DE_ROOT_CA_CSCA07.cer",
                  samples() / "DE_ML_2025-03-05.ml",
                  samples() / "DE_ML_2026-05-28.ml"},
             .anchors = {},
             .now = today}
        );
        ASSERT_TRUE(outcome.has_value()) << outcome.error().describe();
        ASSERT_TRUE(outcome->applied);
        EXPECT_EQ(outcome->added, 588U);
        auto loaded = TrustStore::load(folder());
        ASSERT_TRUE(loaded.has_value()) << loaded.error().describe();
        trust() = *std::move(loaded);
    }
    static void TearDownTestSuite() {
        if (!folder().empty()) {
            std::filesystem::remove_all(folder());
        }
    }
    void SetUp() override {
        if (!std::filesystem::exists(samples())) {
            GTEST_SKIP() << "no samples of travel documents in " << samples();
        }
    }
    static std::filesystem::path& folder() {
        static std::filesystem::path path;
        return path;
    }
    static TrustStore& trust() {
        static TrustStore store;
        return store;
    }
};

TEST_F(DocumentSamples, BothMasterListsLeadToTheGermanRoot) {
    const std::vector<SecretBytes> anchors{bytes_of(samples() / "DE_ROOT_CA_CSCA07.cer")};
    const auto older = read_master_list_file(samples() / "DE_ML_2025-03-05.ml", anchors, today);
    const auto newer = read_master_list_file(samples() / "DE_ML_2026-05-28.ml", anchors, today);
    ASSERT_TRUE(older.has_value() && newer.has_value());
    EXPECT_TRUE(older->signature_good) << older->reason;
    EXPECT_TRUE(newer->signature_good) << newer->reason;
    EXPECT_EQ(newer->certificates, 588U);
    EXPECT_EQ(newer->countries, 112U);
    const TrustDiff diff = diff_lists(*older, *newer);
    EXPECT_EQ(older->certificates + diff.added.size() - diff.removed.size(), newer->certificates);
    std::cout << older->certificates << " certificates of " << older->countries
              << " countries, then " << diff.added.size() << " added, " << diff.removed.size()
              << " removed\n";
    const auto nobody = read_master_list_file(samples() / "DE_ML_2026-05-28.ml", {}, today);
    EXPECT_FALSE(nobody->signature_good);
}

TEST_F(DocumentSamples, EveryCertificateOfTheListCanBeUsed) {
    EXPECT_EQ(trust().size(), 588U);
    EXPECT_EQ(trust().countries(), 112U);
    for (const auto& record : trust().impl().certificates) {
        EXPECT_TRUE(record.usable()) << record.summary.subject << " " << record.summary.key;
    }
}

TEST_F(DocumentSamples, TheSignersOfSixStatesAreAnchored) {
    for (const char* name :
         {"AT.sod", "DE.sod", "FR.sod", "MY.sod", "SG.sod", "US.sod", "DE.cardsecurity"}) {
        SCOPED_TRACE(name);
        const Bytes sod = bytes_of(samples() / "sod" / name);
        const auto result = authenticate_sod(sod, trust(), at_the_gate);
        EXPECT_EQ(result.signature, SignatureState::Good);
        EXPECT_EQ(result.trust, TrustState::Anchored);
        EXPECT_EQ(result.signer_country, std::string(name).substr(0, 2));
        constexpr int rounds = 20;
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < rounds; ++i) {
            EXPECT_TRUE(authenticate_sod(sod, trust(), at_the_gate).signer_trusted());
        }
        const std::chrono::duration<double, std::milli> spent =
            std::chrono::steady_clock::now() - start;
        std::cout << name << ": " << spent.count() / rounds << " ms, " << result.signature_algorithm
                  << "\n";
    }
}

TEST_F(DocumentSamples, TheSpecimenIsGenuineButOfUnknownOriginAndItsDG11IsAnothers) {
    ChipFiles files;
    files.sod = bytes_of(samples() / "specimen-deu" / "EF_SOD.bin");
    files.com = bytes_of(samples() / "specimen-deu" / "EF_COM.bin");
    for (const int number : {1, 2, 3, 11, 14}) {
        files.groups[*data_group_from_number(number)] =
            bytes_of(samples() / "specimen-deu" / ("EF_DG" + std::to_string(number) + ".bin"));
    }
    const auto result = authenticate_chip(files, trust(), at_the_gate);
    EXPECT_EQ(result.signature, SignatureState::Good);
    EXPECT_EQ(result.trust, TrustState::NoAnchor);
    for (const DataGroup group :
         {DataGroup::DG1, DataGroup::DG2, DataGroup::DG3, DataGroup::DG14}) {
        EXPECT_EQ(result.hashes.at(group), HashState::Match) << data_group_name(group);
    }
    EXPECT_EQ(result.hashes.at(DataGroup::DG11), HashState::Differs);
    EXPECT_FALSE(result.passed());
}

// Bytes of the file that a signature covers: the content, the signed attributes, the signature, and
// the signer's certificate.
std::vector<bool> signed_bytes(const Bytes& file) {
    std::vector<bool> covered(file.size(), false);
    const auto cover = [&](internal::ByteView part) {
        const auto at = std::search(file.begin(), file.end(), part.begin(), part.end());
        ASSERT_NE(at, file.end());
        std::fill_n(covered.begin() + (at - file.begin()), part.size(), true);
    };
    const auto wrapping = internal::unwrap_sod(file);
    const auto data = internal::read_signed_data(wrapping->inside, "EF.SOD");
    cover(data->content);
    CMS_SignerInfo* info = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(data->cms.get()), 0);
    for (int i = 0; i < CMS_signed_get_attr_count(info); ++i) {
        cover(internal::der_of(CMS_signed_get_attr(info, i), i2d_X509_ATTRIBUTE));
    }
    cover(internal::view_of(CMS_SignerInfo_get0_signature(info)));
    cover(internal::der_of(internal::check_signers(*data).signer, i2d_X509));
    return covered;
}

std::set<std::string> codes(const PassiveAuthentication& result) {
    std::set<std::string> out;
    for (const Finding& finding : result.findings) {
        out.insert(finding.code);
    }
    return out;
}

TEST_F(DocumentSamples, NoFlippedBitPassesUnseen) {
    struct Sample {
        const char* name;
        std::size_t step; // every step-th bit: checking curves takes longer than checking RSA
    };
    for (const Sample sample :
         {Sample{"US.sod", 1},
          Sample{"FR.sod", 5},
          Sample{"MY.sod", 5},
          Sample{"SG.sod", 5},
          Sample{"AT.sod", 7},
          Sample{"DE.sod", 13}}) {
        SCOPED_TRACE(sample.name);
        Bytes file = bytes_of(samples() / "sod" / sample.name);
        const std::vector<bool> covered = signed_bytes(file);
        const auto whole = authenticate_sod(file, trust(), at_the_gate);
        ASSERT_TRUE(whole.signer_trusted());
        std::size_t refused = 0;
        std::size_t unchanged = 0;
        for (std::size_t bit = 0; bit < file.size() * 8; bit += sample.step) {
            const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
            file[bit / 8] ^= mask;
            const auto result = authenticate_sod(file, trust(), at_the_gate);
            file[bit / 8] ^= mask;
            if (!result.signer_trusted()) {
                ++refused;
                continue;
            }
            ++unchanged;
            EXPECT_FALSE(covered[bit / 8]) << "bit " << bit;
            EXPECT_EQ(codes(result), codes(whole)) << "bit " << bit;
            EXPECT_EQ(result.hashes, whole.hashes) << "bit " << bit;
        }
        std::cout << sample.name << ": " << refused << " flipped bits refused, " << unchanged
                  << " in fields that nothing signs changed no finding\n";
    }
}

} // namespace
} // namespace sallyport::documents
