// The notices shown before the camera, one file for each version, and the API's description: texts
// read and checked once at start, then immutable and safe from any thread.
#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace sallyport::transport {

class Documents {
public:
    // Reads openapi/sallyport.json and notices/*.json below the folder. ConfigInvalid when a file
    // is missing, is not JSON, or a notice lacks a language's title, lines or button texts.
    [[nodiscard]] static Result<Documents> load(const std::filesystem::path& schema_root);

    [[nodiscard]] const std::string& openapi() const { return openapi_; }
    [[nodiscard]] Result<std::string_view> notice(std::string_view version) const; // NotFound

private:
    Documents() = default;
    std::string openapi_;
    std::map<std::string, std::string, std::less<>> notices_;
};

} // namespace sallyport::transport
