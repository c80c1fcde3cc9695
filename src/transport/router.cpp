#include "transport/router.hpp"

#include <algorithm>

namespace sallyport::transport {

namespace {

// {name} or {name}.suffix against one segment; nothing may stand before the brace.
bool match_named(std::string_view piece, std::string_view segment, RouteParameters& parameters) {
    const std::size_t close = piece.find('}');
    const std::string_view name = piece.substr(1, close - 1);
    const std::string_view suffix = piece.substr(close + 1);
    if (!segment.ends_with(suffix) || segment.size() == suffix.size()) {
        return false;
    }
    segment.remove_suffix(suffix.size());
    parameters.emplace_back(std::string(name), std::string(segment));
    return true;
}

void add_method(std::string& allow, std::string_view name) {
    if (!allow.empty()) {
        allow += ", ";
    }
    allow += name;
}

} // namespace

std::string_view Exchange::parameter(std::string_view name) const {
    for (const auto& [key, value] : parameters) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

bool match_pattern(
    std::string_view pattern, const std::vector<std::string>& segments, RouteParameters& parameters
) {
    parameters.clear();
    std::size_t index = 0;
    while (!pattern.empty()) {
        pattern.remove_prefix(1); // the slash
        const std::string_view piece = pattern.substr(0, pattern.find('/'));
        pattern.remove_prefix(piece.size());
        if (index == segments.size()) {
            return false;
        }
        const std::string& segment = segments[index];
        const bool fits =
            piece.starts_with('{') ? match_named(piece, segment, parameters) : piece == segment;
        if (!fits) {
            return false;
        }
        ++index;
    }
    return index == segments.size();
}

RouteMatch Router::match(Method method, const Target& target) const {
    const Method wanted = method == Method::Head ? Method::Get : method;
    RouteMatch result;
    RouteParameters parameters;
    for (const Route& route : routes_) {
        if (!match_pattern(route.pattern, target.segments, parameters)) {
            continue;
        }
        if (route.method == wanted) {
            result.route = &route;
            result.parameters = parameters;
        }
        add_method(result.allow, method_name(route.method));
        if (route.method == Method::Get) {
            add_method(result.allow, method_name(Method::Head));
        }
    }
    if (!result.allow.empty()) {
        add_method(result.allow, method_name(Method::Options));
    }
    return result;
}

} // namespace sallyport::transport
