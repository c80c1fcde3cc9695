#include "transport/multipart.hpp"

#include "transport/http_types.hpp"

#include <algorithm>
#include <optional>

namespace sallyport::transport {

namespace {

constexpr std::size_t boundary_chars_max = 70;
constexpr std::string_view line_end = "\r\n";

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

// Parameters of a header value: ; name=value or name="value" with backslash escapes. Nothing when
// they are not well formed.
class ParameterReader {
public:
    explicit ParameterReader(std::string_view value)
        : rest_(value.substr(std::min(value.find(';'), value.size()))) {}

    struct Parameter {
        std::string_view name;
        std::string value;
    };
    // False at the end, and when what follows is malformed.
    bool next(Parameter& parameter) {
        rest_ = trimmed(rest_);
        if (rest_.empty()) {
            return false;
        }
        if (rest_.front() != ';') {
            broken_ = true;
            return false;
        }
        rest_.remove_prefix(1);
        const std::size_t equals = rest_.find('=');
        if (equals == std::string_view::npos) {
            broken_ = !trimmed(rest_).empty();
            return false;
        }
        parameter.name = trimmed(rest_.substr(0, equals));
        rest_ = trimmed(rest_.substr(equals + 1));
        return read_value(parameter.value);
    }
    [[nodiscard]] bool broken() const { return broken_; }

private:
    bool read_value(std::string& value) {
        value.clear();
        if (!rest_.starts_with('"')) {
            const std::string_view token = rest_.substr(0, rest_.find(';'));
            rest_.remove_prefix(token.size());
            value = trimmed(token);
            return true;
        }
        rest_.remove_prefix(1);
        while (!rest_.empty() && rest_.front() != '"') {
            if (rest_.front() == '\\' && rest_.size() > 1) {
                rest_.remove_prefix(1);
            }
            value += rest_.front();
            rest_.remove_prefix(1);
        }
        if (rest_.empty()) {
            broken_ = true;
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    std::string_view rest_;
    bool broken_ = false;
};

Result<std::optional<std::string>> parameter_of(std::string_view value, std::string_view name) {
    ParameterReader reader(value);
    ParameterReader::Parameter parameter;
    std::optional<std::string> found;
    while (reader.next(parameter)) {
        if (!equal_without_case(parameter.name, name)) {
            continue;
        }
        if (found.has_value()) {
            return fail(ErrorCode::MalformedInput, "a header parameter stands twice");
        }
        found = parameter.value;
    }
    if (reader.broken()) {
        return fail(ErrorCode::MalformedInput, "a header's parameters are not well formed");
    }
    return found;
}

// RFC 2046 5.1.1, bcharsnospace and the space.
bool is_boundary_char(char c) {
    constexpr std::string_view others = "'()+_,-./:=? ";
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           others.find(c) != std::string_view::npos;
}

Status apply_header(std::string_view name, std::string_view value, Part& part, bool& named) {
    if (equal_without_case(name, "Content-Disposition")) {
        if (named || media_type(value) != "form-data") {
            return fail(
                ErrorCode::MalformedInput, "a part needs one Content-Disposition: form-data"
            );
        }
        SALLYPORT_TRY(const std::optional<std::string> given, parameter_of(value, "name"));
        if (!given.has_value() || given->empty()) {
            return fail(ErrorCode::MalformedInput, "a part has no name");
        }
        part.name = *given;
        named = true;
    } else if (equal_without_case(name, "Content-Type")) {
        part.content_type = media_type(value);
        if (part.content_type.starts_with("multipart/")) {
            return fail(ErrorCode::UnsupportedMediaType, "parts within parts are not read");
        }
    } else if (equal_without_case(name, "Content-Transfer-Encoding")) {
        // RFC 7578 4.7: deprecated; only the encodings that change nothing are taken.
        const std::string encoding = media_type(value);
        if (encoding != "binary" && encoding != "8bit" && encoding != "7bit") {
            return fail(ErrorCode::UnsupportedMediaType, "encoded parts are not read");
        }
    }
    return {};
}

Result<Part> read_headers(std::string_view headers, const MultipartLimits& part_limits) {
    Part part;
    part.content_type = "text/plain";
    bool named = false;
    std::size_t count = 0;
    while (!headers.empty()) {
        const std::size_t end = headers.find(line_end);
        const std::string_view line = headers.substr(0, end);
        headers.remove_prefix(
            end == std::string_view::npos ? headers.size() : end + line_end.size()
        );
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0) {
            return fail(ErrorCode::MalformedInput, "a part's header is not well formed");
        }
        if (++count > part_limits.headers_max) {
            return fail(ErrorCode::PayloadTooLarge, "a part has too many headers");
        }
        const Status applied =
            apply_header(line.substr(0, colon), trimmed(line.substr(colon + 1)), part, named);
        if (!applied.has_value()) {
            return fail(applied.error());
        }
    }
    if (!named) {
        return fail(ErrorCode::MalformedInput, "a part has no name");
    }
    return part;
}

} // namespace

Result<std::string> multipart_boundary(std::string_view content_type) {
    SALLYPORT_TRY(
        const std::optional<std::string> boundary, parameter_of(content_type, "boundary")
    );
    if (!boundary.has_value() || boundary->empty() || boundary->size() > boundary_chars_max ||
        boundary->back() == ' ' ||
        !std::all_of(boundary->begin(), boundary->end(), is_boundary_char)) {
        return fail(ErrorCode::MalformedInput, "the multipart boundary is missing or not allowed");
    }
    return *boundary;
}

Result<std::vector<Part>> read_multipart(
    std::string_view content_type, std::span<const std::uint8_t> body, const MultipartLimits& limits
) {
    if (media_type(content_type) != "multipart/form-data") {
        return fail(ErrorCode::UnsupportedMediaType, "the body is not multipart/form-data");
    }
    SALLYPORT_TRY(const std::string boundary, multipart_boundary(content_type));
    const std::string delimiter = "\r\n--" + boundary;
    const auto cut_short = [] {
        return fail(
            ErrorCode::MalformedInput, "the multipart body is cut short or not well formed"
        );
    };

    std::string_view rest(reinterpret_cast<const char*>(body.data()), body.size());
    // The first delimiter has no line before it.
    if (!rest.starts_with(std::string_view(delimiter).substr(line_end.size()))) {
        return cut_short();
    }
    rest.remove_prefix(delimiter.size() - line_end.size());

    std::vector<Part> parts;
    while (!rest.starts_with("--")) {
        if (parts.size() == limits.parts_max) {
            return fail(ErrorCode::PayloadTooLarge, "the multipart body has too many parts");
        }
        if (!rest.starts_with(line_end)) {
            return cut_short();
        }
        rest.remove_prefix(line_end.size());
        const std::size_t headers_end =
            rest.substr(0, limits.headers_bytes_max + 2 * line_end.size()).find("\r\n\r\n");
        if (headers_end == std::string_view::npos) {
            return cut_short();
        }
        SALLYPORT_TRY(Part part, read_headers(rest.substr(0, headers_end), limits));
        // The line end that closes the headers may open the delimiter: an empty part.
        rest.remove_prefix(headers_end + line_end.size());
        const std::size_t end = rest.find(delimiter);
        if (end == std::string_view::npos) {
            return cut_short();
        }
        const std::string_view content =
            end == 0 ? std::string_view() : rest.substr(line_end.size(), end - line_end.size());
        part.body = {reinterpret_cast<const std::uint8_t*>(content.data()), content.size()};
        parts.push_back(std::move(part));
        rest.remove_prefix(end + delimiter.size());
    }
    rest.remove_prefix(2);
    if (!rest.empty() && rest != line_end) {
        return cut_short();
    }
    return parts;
}

} // namespace sallyport::transport
