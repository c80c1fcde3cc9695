// What the routes count for operators. Every function does nothing when no metrics are kept.
#pragma once

#include "observability/metrics.hpp"
#include "transport/http_types.hpp"
#include "transport/services.hpp"

#include <string_view>

namespace sallyport::transport {

// An answer that was made: by route, method and class of status, and how long it took since the
// request was there.
void count_answer(const Services& services, const Request& request, const Response& response);
void count_problem(const Services& services, ErrorCode code);
void count_refused_manifest(const Services& services, ErrorCode code);
void count_capture(const Services& services, const verification::TransactionView& view);
void count(observability::Metrics* metrics, observability::Counter counter);
void set_gauge(observability::Metrics* metrics, observability::Gauge gauge, std::size_t value);

} // namespace sallyport::transport
