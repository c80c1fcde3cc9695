// Runs a scenario from its first to its last step in an installation of its own, and says what did
// not come out as written. Never throws; single thread.
#pragma once

#include "world.hpp"

#include <string>
#include <vector>

namespace sallyport::scenarios {

// In the order of the lines; nothing when all holds. Between "shuffle" and "end" stand messages
// only: they are received in many orders, each in an installation of its own that was brought to
// the same point, and every order has to come to the same lists. After "end" it goes on with the
// order in which they are written.
[[nodiscard]] std::vector<Problem> run_scenario(const Scenario& scenario);

} // namespace sallyport::scenarios
