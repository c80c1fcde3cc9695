// Requests and responses as the rest of the program sees them: no HTTP library's types. Bodies may
// hold pictures and names, so both are wiped when they are freed. Plain values, one owner each.
#pragma once

#include "access/roles.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret_bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::transport {

enum class Method { Get, Head, Post, Put, Delete, Options, Other };
[[nodiscard]] std::string_view method_name(Method method);
[[nodiscard]] Method method_from_name(std::string_view name); // names are case-sensitive

// Header fields in the order they came; names compare without case.
class Headers {
public:
    void add(std::string name, std::string value) {
        fields_.emplace_back(std::move(name), std::move(value));
    }
    // Replaces every field of this name.
    void set(std::string_view name, std::string value);
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const; // the first
    [[nodiscard]] std::size_t count(std::string_view name) const;
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& fields() const {
        return fields_;
    }

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

// A request's target, decoded: "/v1/contexts/a%20b?x=1" has the segments v1, contexts, "a b".
struct Target {
    std::vector<std::string> segments; // a trailing slash gives a last empty one; "/" gives none
    std::vector<std::pair<std::string, std::string>> query;
    std::string raw_query;                  // as sent, without the question mark
    [[nodiscard]] std::string path() const; // "/" and the decoded segments
    [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
};
// MalformedInput unless it is an origin-form target ("/..."), or when a segment is "." or "..", or
// holds a slash, a backslash or a control character once decoded.
[[nodiscard]] Result<Target> parse_target(std::string_view target);

struct Request {
    Method method = Method::Get;
    Target target;
    Headers headers;
    SecretBytes body;
    SteadyInstant received_at{}; // when the last byte of the body was there
    // Length the client announced; nothing for chunked bodies.
    std::optional<std::uint64_t> content_length;
    bool has_body = false; // a body was announced, of known length or not
};

struct Response {
    int status = 200;
    Headers headers;
    SecretBytes body;
    bool head_only = false;        // answers HEAD: the body counts for its length and is not sent
    bool close_connection = false; // the rest of the request was not read
    std::string_view route;        // pattern of the route that answered, for metrics
};

[[nodiscard]] SecretBytes bytes_of(std::string_view text);
[[nodiscard]] std::string_view text_of(const SecretBytes& bytes);
// A response with a body of this content type.
[[nodiscard]] Response
make_response(int status, std::string_view content_type, std::string_view body);
[[nodiscard]] Response make_json(int status, std::string_view json);

// The media type of a Content-Type value, lower case, without parameters.
[[nodiscard]] std::string media_type(std::string_view content_type);
[[nodiscard]] bool equal_without_case(std::string_view left, std::string_view right);

} // namespace sallyport::transport
