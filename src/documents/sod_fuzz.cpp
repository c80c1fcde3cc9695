// Reads any bytes as EF.SOD, and as DG1 beside it. Invariants: it ends, no state is reached that
// only a signature can give (an empty trust store anchors nothing), and every finding has a code
// and a text.
#include "documents/passive_authentication.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sallyport::documents;
    static const TrustStore empty;
    const AuthenticationOptions options{
        .now = sallyport::Instant(std::chrono::hours(24 * 365 * 57)), .issuer = {}
    };
    const ByteView bytes(data, size);
    const PassiveAuthentication alone = authenticate_sod(bytes, empty, options);
    ChipFiles files;
    files.sod = Bytes(bytes.begin(), bytes.end());
    files.groups[DataGroup::DG1] = *files.sod;
    const PassiveAuthentication chip = authenticate_chip(files, empty, options);
    for (const PassiveAuthentication* result : {&alone, &chip}) {
        if (result->trust != TrustState::NoAnchor || result->passed() || result->findings.empty()) {
            std::abort();
        }
        for (const Finding& finding : result->findings) {
            if (finding.code.empty() || finding.text.empty()) {
                std::abort();
            }
        }
    }
    return 0;
}
