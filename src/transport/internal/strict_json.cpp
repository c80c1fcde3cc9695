#include "transport/internal/strict_json.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <unordered_set>

namespace sallyport::transport {

namespace {

namespace json = boost::json;

// Follows the parser's events only to see whether an object names a key twice.
struct DuplicateKeyFinder {
    static constexpr std::size_t max_object_size = limits::json_bytes_max;
    static constexpr std::size_t max_array_size = limits::json_bytes_max;
    static constexpr std::size_t max_key_size = limits::json_bytes_max;
    static constexpr std::size_t max_string_size = limits::json_bytes_max;

    std::vector<std::unordered_set<std::string>> objects;
    std::string key;
    bool found = false;

    bool on_object_begin(json::error_code& /*error*/) {
        objects.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t /*count*/, json::error_code& /*error*/) {
        objects.pop_back();
        return true;
    }
    bool on_key_part(json::string_view text, std::size_t /*size*/, json::error_code& /*error*/) {
        key.append(text.data(), text.size());
        return true;
    }
    bool on_key(json::string_view text, std::size_t /*size*/, json::error_code& error) {
        key.append(text.data(), text.size());
        if (!objects.back().insert(std::move(key)).second) {
            found = true;
            error = json::error::syntax;
            return false;
        }
        key.clear();
        return true;
    }
    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_array_begin(json::error_code&) { return true; }
    bool on_array_end(std::size_t, json::error_code&) { return true; }
    bool on_string_part(json::string_view, std::size_t, json::error_code&) { return true; }
    bool on_string(json::string_view, std::size_t, json::error_code&) { return true; }
    bool on_number_part(json::string_view, json::error_code&) { return true; }
    bool on_int64(std::int64_t, json::string_view, json::error_code&) { return true; }
    bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return true; }
    bool on_double(double, json::string_view, json::error_code&) { return true; }
    bool on_bool(bool, json::error_code&) { return true; }
    bool on_null(json::error_code&) { return true; }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }
};

json::string_view boost_view(std::string_view text) {
    return {text.data(), text.size()};
}

std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

} // namespace

Result<json::object> parse_strict_object(std::span<const std::uint8_t> bytes) {
    if (bytes.size() > limits::json_bytes_max) {
        return fail(ErrorCode::PayloadTooLarge, "the JSON body is too large");
    }
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    json::parse_options options;
    options.max_depth = limits::json_depth_max;

    json::basic_parser<DuplicateKeyFinder> finder(options);
    json::error_code error;
    finder.write_some(false, text.data(), text.size(), error);
    if (finder.handler().found) {
        return fail(ErrorCode::MalformedInput, "an object in the JSON body names a field twice");
    }
    if (error) {
        return fail(ErrorCode::MalformedInput, "the body is not JSON that is read here");
    }
    json::value value = json::parse(boost_view(text), error, {}, options);
    if (error || !value.is_object()) {
        return fail(ErrorCode::MalformedInput, "the body is not one JSON object");
    }
    return std::move(value.as_object());
}

void FieldReader::fault(std::string_view name, std::string_view what) {
    if (!fault_.has_value()) {
        fault_.emplace(
            ErrorCode::InvalidArgument, path_ + std::string(name) + " " + std::string(what)
        );
    }
}

const json::value* FieldReader::take(std::string_view name) {
    taken_.emplace(name);
    return object_.if_contains(boost_view(name));
}

const json::value* FieldReader::need(std::string_view name) {
    const json::value* value = take(name);
    if (value == nullptr) {
        fault(name, "is missing");
    }
    return value;
}

std::optional<std::string>
FieldReader::optional_text(std::string_view name, std::size_t chars_max, Lines lines) {
    const json::value* value = take(name);
    if (value == nullptr || value->is_null()) {
        return std::nullopt;
    }
    if (!value->is_string()) {
        fault(name, "must be a text");
        return std::nullopt;
    }
    std::string text(value->as_string().data(), value->as_string().size());
    if (code_points(text) > chars_max) {
        fault(name, "is too long");
        return std::nullopt;
    }
    if (std::any_of(text.begin(), text.end(), [lines](char c) {
            const bool line_end = c == '\n' || c == '\r';
            return (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) &&
                   !(line_end && lines == Lines::Several);
        })) {
        fault(name, "holds a control character");
        return std::nullopt;
    }
    return text;
}

std::string FieldReader::text(std::string_view name, std::size_t chars_max) {
    std::optional<std::string> value = optional_text(name, chars_max);
    if (!value.has_value() || value->empty()) {
        fault(name, "is missing");
        return {};
    }
    return *std::move(value);
}

Instant FieldReader::instant(std::string_view name) {
    const std::string value = text(name, 40);
    const Result<Instant> read = parse_instant(value);
    if (!read.has_value()) {
        fault(name, "must be a time as in RFC 3339");
        return {};
    }
    return *read;
}

const json::array* FieldReader::array(std::string_view name, std::size_t count_max) {
    const json::value* value = need(name);
    if (value == nullptr) {
        return nullptr;
    }
    if (!value->is_array()) {
        fault(name, "must be an array");
        return nullptr;
    }
    if (value->as_array().size() > count_max) {
        fault(name, "has too many entries");
        return nullptr;
    }
    return &value->as_array();
}

std::vector<std::string>
FieldReader::texts(std::string_view name, std::size_t count_max, std::size_t chars_max) {
    std::vector<std::string> read;
    const json::array* values = array(name, count_max);
    if (values == nullptr) {
        return read;
    }
    for (const json::value& value : *values) {
        if (!value.is_string() || value.as_string().size() > chars_max) {
            fault(name, "must hold short texts only");
            return {};
        }
        read.emplace_back(value.as_string().data(), value.as_string().size());
    }
    return read;
}

const json::object* FieldReader::object(std::string_view name) {
    const json::value* value = need(name);
    if (value == nullptr) {
        return nullptr;
    }
    if (!value->is_object()) {
        fault(name, "must be an object");
        return nullptr;
    }
    return &value->as_object();
}

Status FieldReader::finish() {
    if (fault_.has_value()) {
        return fail(*fault_);
    }
    for (const auto& member : object_) {
        const std::string_view name(member.key().data(), member.key().size());
        if (!taken_.contains(name)) {
            // The name is the client's own text: shown back cut short, since it may be anything.
            return fail(
                ErrorCode::InvalidArgument,
                path_ + std::string(name.substr(0, 64)) + " is not a field of this request"
            );
        }
    }
    return {};
}

} // namespace sallyport::transport
