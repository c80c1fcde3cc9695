// What a retention policy as a whole must keep to, whoever wrote it.
#pragma once

#include "retention/internal/policy_reader.hpp"

namespace sallyport::retention::internal {

void check_policy(const PolicyContent& content, const ErasureLead& lead, FaultList& faults);

} // namespace sallyport::retention::internal
