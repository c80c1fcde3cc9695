#include "storage/data_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace sallyport::storage {
namespace {

// Closes a file descriptor, unless it was released.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] int release() { return std::exchange(number_, -1); }

private:
    int number_;
};

tl::unexpected<Error>
failure(int reason, const std::filesystem::path& path, std::string_view what) {
    ErrorCode code = ErrorCode::StorageFailed;
    if (reason == ENOSPC || reason == EDQUOT) {
        code = ErrorCode::StorageFull;
    } else if (reason == EACCES || reason == EPERM || reason == EROFS) {
        code = ErrorCode::StorageReadOnly;
    }
    return fail(
        code,
        fmt::format(
            "data folder {} {}: {}", path.string(), what, std::generic_category().message(reason)
        )
    );
}

Status make_folder(const std::filesystem::path& path) {
    std::error_code code;
    if (path.has_parent_path()) {
        std::filesystem::create_directories(path.parent_path(), code);
        if (code) {
            return failure(code.value(), path, "cannot be created");
        }
    }
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
        return failure(errno, path, "cannot be created");
    }
    if (!std::filesystem::is_directory(path, code)) {
        return fail(
            ErrorCode::StorageFailed, fmt::format("data folder {} is not a folder", path.string())
        );
    }
    return {};
}

// Writing a byte says more than permissions do: a mount may be read-only or the disk full.
Status check_writable(const std::filesystem::path& path) {
    const std::filesystem::path probe = path / fmt::format(".write-probe.{}", ::getpid());
    const Descriptor file(::open(probe.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600));
    if (file.number() < 0) {
        return failure(errno, path, "cannot be written");
    }
    const bool written = ::write(file.number(), "x", 1) == 1 && ::fsync(file.number()) == 0;
    const int reason = errno;
    ::unlink(probe.c_str());
    if (!written) {
        return failure(reason, path, "cannot be written");
    }
    return {};
}

Status check_room(const std::filesystem::path& path, std::uint64_t free_bytes_min) {
    struct statvfs state{};
    if (::statvfs(path.c_str(), &state) != 0) {
        return failure(errno, path, "cannot be examined");
    }
    const std::uint64_t free_bytes = std::uint64_t{state.f_bavail} * state.f_frsize;
    if (free_bytes < free_bytes_min) {
        return fail(
            ErrorCode::StorageFull,
            fmt::format(
                "data folder {} has {} MiB left, {} MiB are needed",
                path.string(),
                free_bytes >> 20U,
                free_bytes_min >> 20U
            )
        );
    }
    return {};
}

// The process id that the holder of the lock wrote into it; empty when it had no time to.
std::string holder_of(int lock) {
    std::string text(20, '\0');
    const ssize_t length = ::pread(lock, text.data(), text.size(), 0);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
    return text.substr(0, text.find_first_not_of("0123456789"));
}

Status take_lock(int lock, const std::filesystem::path& path) {
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) {
            return failure(errno, path, "cannot be locked");
        }
        const std::string holder = holder_of(lock);
        return fail(
            ErrorCode::AlreadyRunning,
            fmt::format(
                "data folder {} is in use by {}",
                path.string(),
                holder.empty() ? std::string("another process") : fmt::format("process {}", holder)
            )
        );
    }
    const std::string own = fmt::format("{}\n", ::getpid());
    if (::ftruncate(lock, 0) != 0 ||
        ::pwrite(lock, own.data(), own.size(), 0) != static_cast<ssize_t>(own.size())) {
        return failure(errno, path, "cannot be locked");
    }
    return {};
}

} // namespace

Result<DataFolder>
DataFolder::open(const std::filesystem::path& path, const DataFolderOptions& options) {
    SALLYPORT_CHECK(make_folder(path));
    const std::filesystem::path lock_file = path / "lock";
    Descriptor lock(::open(lock_file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
    if (lock.number() < 0) {
        return failure(errno, path, "cannot be written");
    }
    SALLYPORT_CHECK(take_lock(lock.number(), path));
    SALLYPORT_CHECK(check_writable(path));
    SALLYPORT_CHECK(check_room(path, options.free_bytes_min));
    return DataFolder(path, lock.release());
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataFolder::~DataFolder() {
    if (lock_ >= 0) {
        ::close(lock_);
    }
}

} // namespace sallyport::storage
