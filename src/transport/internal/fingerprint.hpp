// A digest of what a request asks for, by which the answer journal knows the same request again.
#pragma once

#include "transport/http_types.hpp"

#include <string>

namespace sallyport::transport {

// BLAKE2b over media type and body, in hex. Of multipart bodies the parts count and the boundary
// does not: a browser makes a new one for every try.
[[nodiscard]] std::string request_fingerprint(const Request& request);

} // namespace sallyport::transport
