// Where a request carries its session.
#pragma once

#include "transport/http_types.hpp"

#include <optional>
#include <string_view>

namespace sallyport::transport {

// The Bearer value of Authorization, else the value of the session cookie. A header that is there
// decides, so that a page of another role can sit in the same browser as the cookie.
[[nodiscard]] std::optional<std::string_view> session_secret(const Headers& headers);

} // namespace sallyport::transport
