// The pages: files below one folder, and nothing outside it, not even through a symbolic link.
// Answers with an ETag; files under /assets/ have a hash in their name and are kept for good. Safe
// from any thread: files are read on every request and nothing is cached.
#pragma once

#include "base/result.hpp"
#include "transport/http_types.hpp"

#include <filesystem>
#include <string_view>

namespace sallyport::transport {

class StaticFiles {
public:
    // ConfigInvalid when the folder cannot be read.
    [[nodiscard]] static Result<StaticFiles> open(const std::filesystem::path& root);

    // 200, 301 from a folder to its slash, 304; NotFound, MethodNotAllowed.
    [[nodiscard]] Result<Response> serve(const Request& request) const;

private:
    explicit StaticFiles(std::filesystem::path root) : root_(std::move(root)) {}
    std::filesystem::path root_; // canonical
};

// By the file's ending; application/octet-stream when it is not one of ours.
[[nodiscard]] std::string_view content_type_of(const std::filesystem::path& file);

} // namespace sallyport::transport
