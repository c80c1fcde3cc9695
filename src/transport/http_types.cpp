#include "transport/http_types.hpp"

#include <algorithm>
#include <array>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace sallyport::transport {

namespace {

constexpr std::array<std::pair<Method, std::string_view>, 6> method_names{{
    {Method::Get, "GET"},
    {Method::Head, "HEAD"},
    {Method::Post, "POST"},
    {Method::Put, "PUT"},
    {Method::Delete, "DELETE"},
    {Method::Options, "OPTIONS"},
}};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool is_plain_segment(std::string_view segment) {
    if (segment == "." || segment == "..") {
        return false;
    }
    return std::none_of(segment.begin(), segment.end(), [](char c) {
        return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
}

} // namespace

std::string_view method_name(Method method) {
    for (const auto& [known, name] : method_names) {
        if (known == method) {
            return name;
        }
    }
    return "other";
}

Method method_from_name(std::string_view name) {
    for (const auto& [method, known] : method_names) {
        if (known == name) {
            return method;
        }
    }
    return Method::Other;
}

bool equal_without_case(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
        return lower(a) == lower(b);
    });
}

void Headers::set(std::string_view name, std::string value) {
    std::erase_if(fields_, [&](const auto& field) {
        return equal_without_case(field.first, name);
    });
    fields_.emplace_back(std::string(name), std::move(value));
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    for (const auto& [field, value] : fields_) {
        if (equal_without_case(field, name)) {
            return value;
        }
    }
    return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
    return static_cast<std::size_t>(std::count_if(
        fields_.begin(),
        fields_.end(),
        [&](const auto& field) { return equal_without_case(field.first, name); }
    ));
}

std::string Target::path() const {
    if (segments.empty()) {
        return "/";
    }
    std::string path;
    for (const std::string& segment : segments) {
        path += '/';
        path += segment;
    }
    return path;
}

std::optional<std::string_view> Target::parameter(std::string_view name) const {
    for (const auto& [key, value] : query) {
        if (key == name) {
            return value;
        }
    }
    return std::nullopt;
}

Result<Target> parse_target(std::string_view target) {
    if (target.empty() || target.front() != '/' || target.starts_with("//")) {
        return fail(ErrorCode::MalformedInput, "the request target is not a path");
    }
    const auto url = boost::urls::parse_origin_form({target.data(), target.size()});
    if (url.has_error()) {
        return fail(ErrorCode::MalformedInput, "the request target is not well formed");
    }
    Target parsed;
    for (const auto& segment : url->segments()) {
        parsed.segments.emplace_back(segment);
    }
    if (parsed.segments.size() == 1 && parsed.segments.front().empty()) {
        parsed.segments.clear();
    }
    if (!std::all_of(parsed.segments.begin(), parsed.segments.end(), is_plain_segment)) {
        return fail(ErrorCode::MalformedInput, "the request target's path is not a plain one");
    }
    parsed.raw_query = std::string(url->encoded_query());
    for (const auto& parameter : url->params()) {
        parsed.query.emplace_back(parameter.key, parameter.value);
    }
    return parsed;
}

SecretBytes bytes_of(std::string_view text) {
    return {text.begin(), text.end()};
}

std::string_view text_of(const SecretBytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Response make_response(int status, std::string_view content_type, std::string_view body) {
    Response response;
    response.status = status;
    response.headers.add("Content-Type", std::string(content_type));
    response.body = bytes_of(body);
    return response;
}

Response make_json(int status, std::string_view json) {
    return make_response(status, "application/json", json);
}

std::string media_type(std::string_view content_type) {
    std::string_view type = content_type.substr(0, content_type.find(';'));
    while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) {
        type.remove_suffix(1);
    }
    while (!type.empty() && (type.front() == ' ' || type.front() == '\t')) {
        type.remove_prefix(1);
    }
    std::string lowered(type);
    std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
    return lowered;
}

} // namespace sallyport::transport
