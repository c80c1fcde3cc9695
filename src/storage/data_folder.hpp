// The folder that holds everything one installation keeps. Opening it creates it for its owner
// alone, makes sure that it can be written and has room, and locks it, so that two servers never
// share a record. The lock goes with the object or with the process, however that ends. Each
// failure is one line for the operator that names the folder.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace sallyport::storage {

struct DataFolderOptions {
    // Below this a busy flight could fill the disk before anybody looks.
    std::uint64_t free_bytes_min = 64ULL << 20U;
};

class DataFolder {
public:
    // AlreadyRunning while another process (or object) holds it; StorageReadOnly, StorageFull, or
    // StorageFailed when the path is no folder or cannot be made one.
    [[nodiscard]] static Result<DataFolder>
    open(const std::filesystem::path& path, const DataFolderOptions& options = {});
    ~DataFolder();
    DataFolder(DataFolder&& other) noexcept;
    DataFolder& operator=(DataFolder&&) = delete;
    DataFolder(const DataFolder&) = delete;
    DataFolder& operator=(const DataFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::filesystem::path file(std::string_view name) const { return path_ / name; }

private:
    DataFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
    std::filesystem::path path_;
    int lock_;
};

} // namespace sallyport::storage
