// Which picture files of a folder belong to which document, found by their names and by
// holdings.csv, and the reading of one of them. Nothing outside the folder is ever linked or read.
#pragma once

#include "base/result.hpp"
#include "base/secret_bytes.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

namespace sallyport::holdings::internal {

struct PhotoLink {
    std::filesystem::path file; // relative to the folder
    std::string issuer;         // empty: any
    std::string source;
    int year = 0;
};

struct PhotoLinks {
    std::filesystem::path folder;                                        // canonical
    std::unordered_map<std::string, std::vector<PhotoLink>> by_document; // normalised number
    std::vector<std::string> warnings;
    std::size_t photos = 0;
};

[[nodiscard]] Result<PhotoLinks> find_photo_links(const std::filesystem::path& folder);

// IoFailed unless the file is a regular one inside the folder and within limits::image_bytes_max.
// The name of the file is in no error: it may be a document number.
[[nodiscard]] Result<SecretBytes>
read_photo(const std::filesystem::path& folder, const std::filesystem::path& file);

} // namespace sallyport::holdings::internal
