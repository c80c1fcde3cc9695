// Reads multipart/form-data (RFC 7578) without copying: parts are views into the body, which must
// outlive them. Strict: no preamble, no nested parts, no transfer encodings, no epilogue beyond one
// line end. Pure functions; they fail with MalformedInput, UnsupportedMediaType or PayloadTooLarge.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::transport {

struct Part {
    std::string name;
    std::string content_type; // media type, lower case; "text/plain" when the part does not say
    std::span<const std::uint8_t> body;
    [[nodiscard]] std::string_view text() const {
        return {reinterpret_cast<const char*>(body.data()), body.size()};
    }
};

struct MultipartLimits {
    std::size_t parts_max = 16;
    std::size_t headers_bytes_max = 1024; // of one part
    std::size_t headers_max = 8;
};

// content_type: the request's Content-Type with its boundary.
[[nodiscard]] Result<std::vector<Part>> read_multipart(
    std::string_view content_type,
    std::span<const std::uint8_t> body,
    const MultipartLimits& limits = {}
);

// The boundary parameter of a Content-Type, unquoted. MalformedInput when there is none, or when it
// is not 1 to 70 characters of those RFC 2046 5.1.1 allows.
[[nodiscard]] Result<std::string> multipart_boundary(std::string_view content_type);

} // namespace sallyport::transport
