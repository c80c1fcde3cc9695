// Passive Authentication of one document, with everything but the reading of the chip: the
// signature, the path to an authority among several of one name, a revocation list, and the hashes
// of DG1 and a portrait.
#include "documents/passive_authentication.hpp"
#include "documents/testing/test_pki.hpp"

#include <benchmark/benchmark.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace sallyport::documents {
namespace {

using testing::CertificateRequest;
using testing::CertificateRole;
using testing::Curve;

struct Kind {
    const char* curve; // empty: RSA
    Curve form;
};
constexpr Kind kinds[] = {
    {"", Curve::Named},
    {"prime256v1", Curve::Named},
    {"brainpoolP256r1", Curve::Explicit},
    {"brainpoolP512r1", Curve::Explicit},
};

void authenticate(benchmark::State& state) {
    const Kind& kind = kinds[state.range(0)];
    const bool rsa = std::string(kind.curve).empty();
    const auto key = [&] {
        return rsa ? testing::rsa_key(3072) : testing::ec_key(kind.curve, kind.form);
    };
    std::vector<Bytes> authorities;
    for (int i = 0; i < 5; ++i) {
        authorities.push_back(testing::make_party({}, testing::ec_key()).der());
    }
    const testing::Party authority = testing::make_party({}, key());
    authorities.push_back(authority.der());
    CertificateRequest request;
    request.role = CertificateRole::DocumentSigner;
    const testing::Party signer = testing::make_party(request, key(), &authority);
    ChipFiles files;
    files.groups[DataGroup::DG1] = testing::make_dg1("UT");
    files.groups[DataGroup::DG2] = Bytes(20'000, 1);
    testing::SODRequest sod;
    sod.groups = files.groups;
    files.sod = testing::make_sod(sod, signer);
    const TrustStore trust =
        testing::store_of(authorities, {testing::make_crl({.serials = {500}}, authority)});
    const AuthenticationOptions options{.now = testing::day(2026, 1, 1), .issuer = {}};
    for (auto _ : state) {
        const PassiveAuthentication result = authenticate_chip(files, trust, options);
        if (!result.passed()) {
            state.SkipWithError("the document did not pass");
            break;
        }
    }
    state.SetLabel(rsa ? "RSA 3072" : kind.curve);
}
BENCHMARK(authenticate)
    ->Name("passive_authentication")
    ->DenseRange(0, 3)
    ->Unit(benchmark::kMillisecond);

// EF.SOD of issued documents against both master lists, where such data lie beside the project.
std::filesystem::path field_data() {
    if (const char* named = std::getenv("SALLYPORT_TESTDATA")) {
        return std::filesystem::path(named) / "emrtd";
    }
    return std::filesystem::path(SALLYPORT_SOURCE_DIR) / "../shared/testdata/emrtd";
}

Bytes bytes_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void authenticate_field(benchmark::State& state, const std::string& name) {
    const auto folder = field_data();
    const Bytes sod = bytes_of(folder / "sod" / name);
    std::vector<std::filesystem::path> files{folder / "DE_ROOT_CA_CSCA07.cer"};
    for (const char* list : {"DE_ML_2025-03-05.ml", "DE_ML_2026-05-28.ml"}) {
        files.push_back(folder / list);
    }
    const auto store = std::filesystem::temp_directory_path() / "sallyport-bench-trust";
    std::filesystem::remove_all(store);
    const Instant now = testing::day(2026, 6, 1);
    TrustImportRequest request;
    request.store = store;
    request.files = files;
    request.now = now;
    const auto imported = import_trust(request);
    const auto trust = TrustStore::load(store);
    if (!imported.has_value() || !trust.has_value()) {
        state.SkipWithError("there is no data of the field beside the project");
        return;
    }
    for (auto _ : state) {
        const PassiveAuthentication result =
            authenticate_sod(sod, *trust, {.now = now, .issuer = {}});
        if (result.trust != TrustState::Anchored) {
            state.SkipWithError("the document did not pass");
            break;
        }
    }
    state.SetLabel(std::to_string(trust->size()) + " authorities");
    std::filesystem::remove_all(store);
}

const bool field_registered = [] {
    for (const char* name : {"AT.sod", "DE.sod", "FR.sod", "MY.sod", "SG.sod", "US.sod"}) {
        if (std::filesystem::exists(field_data() / "sod" / name)) {
            benchmark::RegisterBenchmark(
                (std::string("passive_authentication_field/") + name).c_str(),
                authenticate_field,
                std::string(name)
            )
                ->Unit(benchmark::kMillisecond);
        }
    }
    return true;
}();

} // namespace
} // namespace sallyport::documents
