#include "custody/internal/key_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <span>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace sallyport::custody {
namespace {

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

private:
    int number_;
};

tl::unexpected<Error>
failure(ErrorCode code, const std::filesystem::path& path, std::string_view what, int reason) {
    return fail(
        code,
        fmt::format(
            "key file {} {}: {}", path.string(), what, std::generic_category().message(reason)
        )
    );
}

Status check_attributes(const struct stat& attributes, const std::filesystem::path& path) {
    if (!S_ISREG(attributes.st_mode)) {
        return fail(
            ErrorCode::ConfigInvalid, fmt::format("key file {} is not a file", path.string())
        );
    }
    if ((attributes.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return fail(
            ErrorCode::ConfigInvalid,
            fmt::format(
                "key file {} is open to others (mode {:04o}): chmod 600 it and think about who may "
                "have read it",
                path.string(),
                static_cast<unsigned>(attributes.st_mode & 07777U)
            )
        );
    }
    if (attributes.st_size != static_cast<off_t>(master_key_bytes)) {
        return fail(
            ErrorCode::ConfigInvalid,
            fmt::format(
                "key file {} has {} bytes, a key has {}",
                path.string(),
                static_cast<long long>(attributes.st_size),
                master_key_bytes
            )
        );
    }
    return {};
}

Status write_key(int file, Random& random, const std::filesystem::path& path) {
    SecretBytes key(master_key_bytes);
    random.fill(std::as_writable_bytes(std::span(key)));
    const ssize_t written = ::write(file, key.data(), key.size());
    if (written != static_cast<ssize_t>(key.size()) || ::fsync(file) != 0) {
        return failure(ErrorCode::IoFailed, path, "cannot be written", errno);
    }
    return {};
}

Status sync_folder_of(const std::filesystem::path& path) {
    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
    const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.number() < 0 || ::fsync(directory.number()) != 0) {
        return failure(ErrorCode::IoFailed, path, "cannot be made durable", errno);
    }
    return {};
}

} // namespace

Result<SecretBytes> read_key_file(const std::filesystem::path& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0) {
        const ErrorCode code = errno == ENOENT ? ErrorCode::NotFound : ErrorCode::IoFailed;
        return failure(code, path, "cannot be read", errno);
    }
    struct stat attributes{};
    if (::fstat(file.number(), &attributes) != 0) {
        return failure(ErrorCode::IoFailed, path, "cannot be read", errno);
    }
    SALLYPORT_CHECK(check_attributes(attributes, path));
    SecretBytes key(master_key_bytes);
    if (::read(file.number(), key.data(), key.size()) != static_cast<ssize_t>(key.size())) {
        return failure(ErrorCode::IoFailed, path, "cannot be read", errno);
    }
    // What a file system leaves after a crash in the middle of a copy.
    if (std::all_of(key.begin(), key.end(), [](std::uint8_t byte) { return byte == 0; })) {
        return fail(
            ErrorCode::ConfigInvalid, fmt::format("key file {} holds only zeros", path.string())
        );
    }
    return key;
}

Status create_key_file(const std::filesystem::path& path, Random& random) {
    std::filesystem::path draft = path;
    draft += fmt::format(".new.{}", ::getpid());
    ::unlink(draft.c_str()); // of an earlier process of this number that was killed
    Status done;
    {
        const Descriptor file(::open(draft.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
        if (file.number() < 0) {
            return failure(ErrorCode::IoFailed, path, "cannot be created", errno);
        }
        done = write_key(file.number(), random, path);
    }
    // NOREPLACE: a key that another process put there meanwhile must never be overwritten.
    if (done &&
        ::renameat2(AT_FDCWD, draft.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) != 0) {
        const ErrorCode code = errno == EEXIST ? ErrorCode::AlreadyExists : ErrorCode::IoFailed;
        done = failure(code, path, "cannot be created", errno);
    }
    if (!done) {
        ::unlink(draft.c_str());
        return done;
    }
    return sync_folder_of(path);
}

} // namespace sallyport::custody
