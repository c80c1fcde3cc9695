// Request bodies in JSON, read strictly: one object, no duplicate keys (Boost.JSON would keep the
// last one silently), bounded depth, no unknown fields. Failures name the field, never its value.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::transport {

// MalformedInput unless the bytes are one JSON object; PayloadTooLarge beyond
// limits::json_bytes_max.
[[nodiscard]] Result<boost::json::object> parse_strict_object(std::span<const std::uint8_t> bytes);

// Takes the fields of an object one by one; finish() then refuses whatever was not asked for. A
// reader keeps the first fault, so that a handler reads all fields and looks once.
class FieldReader {
public:
    // path: where the object stands, for messages ("notice."); empty at the top. The object must
    // outlive the reader.
    explicit FieldReader(const boost::json::object& object, std::string path = {})
        : object_(object), path_(std::move(path)) {}

    [[nodiscard]] std::string text(std::string_view name, std::size_t chars_max);
    // Control characters are a fault, but for the line ends of a text of several lines.
    enum class Lines { One, Several };
    [[nodiscard]] std::optional<std::string>
    optional_text(std::string_view name, std::size_t chars_max, Lines lines = Lines::One);
    [[nodiscard]] Instant instant(std::string_view name);
    [[nodiscard]] std::vector<std::string>
    texts(std::string_view name, std::size_t count_max, std::size_t chars_max);
    // Nothing, and a fault, when the field is missing or not what is wanted.
    [[nodiscard]] const boost::json::object* object(std::string_view name);
    [[nodiscard]] const boost::json::array* array(std::string_view name, std::size_t count_max);

    // InvalidArgument with the first fault, or naming an unknown field.
    [[nodiscard]] Status finish();

private:
    [[nodiscard]] const boost::json::value* take(std::string_view name);
    const boost::json::value* need(std::string_view name);
    void fault(std::string_view name, std::string_view what);

    const boost::json::object& object_;
    std::string path_;
    std::set<std::string, std::less<>> taken_;
    std::optional<Error> fault_;
};

} // namespace sallyport::transport
