// What must hold for a crossing before it may be written, whoever decided: pure, safe from any
// thread. The stores ask it, so that no caller can record a confirmation without a face or a face
// without a person.
#pragma once

#include "base/result.hpp"
#include "ledger/crossing.hpp"

namespace sallyport::ledger {

// InvalidArgument when an id or the checkpoint is missing, when Confirmed lacks its biometric
// match, when a match names nobody, or when a manual check or an opt-out claims a match.
[[nodiscard]] Status check_crossing(const Crossing& crossing);

} // namespace sallyport::ledger
