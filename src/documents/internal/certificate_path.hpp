// From a document signer to an authority of the trust store (Doc 9303-12). A path has one step:
// every authority in the store is an anchor, link certificates included, because it stands there on
// the word of the operator or of a master list. Validity is judged at the time of signing, not
// today.
#pragma once

#include "documents/internal/certificate_store.hpp"
#include "documents/passive_authentication.hpp"

#include <string>
#include <vector>

namespace sallyport::documents::internal {

struct PathQuestion {
    X509* signer = nullptr;
    Instant signed_at{};
    Instant now{};
    std::string issuer; // as DG1 or the caller says; empty: not known
};
struct PathAnswer {
    TrustState state = TrustState::NoAnchor;
    std::vector<Finding> findings;
};
[[nodiscard]] PathAnswer find_path(const PathQuestion& question, const TrustStore::Impl& store);

} // namespace sallyport::documents::internal
