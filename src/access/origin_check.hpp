// Guards a loopback server against pages of other sites: a browser tells in Host which name it
// connected to (a rebound DNS name shows) and in Origin which page asks. Pure functions.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace sallyport::access {

// HostRejected unless host is 127.0.0.1:port, localhost:port or [::1]:port (without the port when
// it is 80), and origin, when there is one, is http:// followed by exactly that host.
[[nodiscard]] Status
check_origin(std::string_view host, std::optional<std::string_view> origin, std::uint16_t port);

// True for addresses that only this machine can reach: 127.0.0.0/8, ::1, localhost.
[[nodiscard]] bool is_loopback_address(std::string_view address);

} // namespace sallyport::access
