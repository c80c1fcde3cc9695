#include "transport/internal/session_secret.hpp"

#include <algorithm>

namespace sallyport::transport {

namespace {
constexpr std::string_view session_cookie = "sallyport_session=";
constexpr std::string_view bearer = "Bearer ";
} // namespace

std::optional<std::string_view> session_secret(const Headers& headers) {
    if (const auto authorization = headers.find("Authorization"); authorization.has_value()) {
        return authorization->starts_with(bearer) ? authorization->substr(bearer.size())
                                                  : std::string_view();
    }
    for (const auto& [name, value] : headers.fields()) {
        if (!equal_without_case(name, "Cookie")) {
            continue;
        }
        std::string_view rest = value;
        while (!rest.empty()) {
            const std::size_t end = rest.find(';');
            const std::string_view cookie = rest.substr(0, end);
            if (cookie.starts_with(session_cookie)) {
                return cookie.substr(session_cookie.size());
            }
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
            rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
        }
    }
    return std::nullopt;
}

} // namespace sallyport::transport
