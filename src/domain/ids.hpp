// The ids of everything that has one. Different types, so that a traveler cannot be passed where a
// context is wanted.
#pragma once

#include "base/id.hpp"

namespace sallyport::domain {

using TravelerId = Id<struct TravelerTag>;
using ContextId = Id<struct ContextTag>;
using ManifestId = Id<struct ManifestTag>;
using TransactionId = Id<struct TransactionTag>;
using CrossingId = Id<struct CrossingTag>;
using AccountId = Id<struct AccountTag>; // somebody who signs in

// A checkpoint is named by the operator ("gate-b12"): lower-case letters, digits and hyphens.
struct CheckpointName {
    std::string value;
    auto operator<=>(const CheckpointName&) const = default;
};

} // namespace sallyport::domain
