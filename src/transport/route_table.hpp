// Every route of the server, in one place: method, path, who may use it, what body it takes.
// schema/openapi/sallyport.json describes the same list; a test compares the two.
#pragma once

#include "transport/router.hpp"

#include <span>
#include <string>
#include <vector>

namespace sallyport::transport {

[[nodiscard]] std::span<const Route> route_table();
// The names under which answers are counted: every pattern once, and that of the pages.
[[nodiscard]] std::vector<std::string> counted_routes();

} // namespace sallyport::transport
