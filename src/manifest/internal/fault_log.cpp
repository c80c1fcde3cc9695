#include "manifest/internal/fault_log.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <tuple>

namespace sallyport::manifest::internal {

namespace {
constexpr std::size_t warnings_max = limits::manifest_faults_max / 2;
// Room for the two closing remarks.
constexpr std::size_t listed_max = limits::manifest_faults_max - 2;
} // namespace

void FaultLog::add(Fault fault) {
    if (full_) {
        return;
    }
    if (fault.severity == Severity::Warning) {
        if (warnings_ >= warnings_max || faults_.size() >= listed_max) {
            ++warnings_dropped_;
            return;
        }
        ++warnings_;
    } else if (faults_.size() >= listed_max) {
        fault.text =
            fmt::format("more than {} faults: reading stopped here", limits::manifest_faults_max);
        full_ = true;
    }
    faults_.push_back(std::move(fault));
}

std::vector<Fault> FaultLog::take() && {
    std::ranges::stable_sort(faults_, {}, [](const Fault& fault) {
        return std::tuple(fault.offset, fault.segment);
    });
    if (warnings_dropped_ > 0) {
        faults_.push_back(
            {Severity::Warning,
             message_,
             0,
             0,
             fmt::format("{} further warnings are not listed", warnings_dropped_)}
        );
    }
    return std::move(faults_);
}

} // namespace sallyport::manifest::internal
