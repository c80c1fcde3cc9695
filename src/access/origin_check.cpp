#include "access/origin_check.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <string>

namespace sallyport::access {

namespace {

constexpr std::array<std::string_view, 3> loopback_names{"127.0.0.1", "localhost", "[::1]"};
constexpr std::string_view origin_scheme = "http://";

// Names compare without case (RFC 9110 4.2.3); ASCII only, whatever the locale.
bool equal_without_case(std::string_view left, std::string_view right) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [&](char a, char b) {
        return lower(a) == lower(b);
    });
}

bool names_this_server(std::string_view host, std::uint16_t port) {
    return std::any_of(loopback_names.begin(), loopback_names.end(), [&](std::string_view name) {
        const std::string with_port = std::string(name) + ":" + std::to_string(port);
        return equal_without_case(host, with_port) ||
               (port == 80 && equal_without_case(host, name));
    });
}

} // namespace

Status
check_origin(std::string_view host, std::optional<std::string_view> origin, std::uint16_t port) {
    if (!names_this_server(host, port)) {
        return fail(ErrorCode::HostRejected, "the Host header does not name this server");
    }
    if (!origin.has_value()) {
        return {};
    }
    if (!origin->starts_with(origin_scheme) ||
        !equal_without_case(origin->substr(origin_scheme.size()), host)) {
        return fail(ErrorCode::HostRejected, "the request comes from a page of another origin");
    }
    return {};
}

bool is_loopback_address(std::string_view address) {
    if (address == "localhost") {
        return true;
    }
    const std::string text(address);
    in_addr four{};
    if (inet_pton(AF_INET, text.c_str(), &four) == 1) {
        return (ntohl(four.s_addr) >> 24U) == 127;
    }
    in6_addr six{};
    return inet_pton(AF_INET6, text.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

} // namespace sallyport::access
