#include "documents/internal/certificate_index.hpp"

#include "base/limits.hpp"
#include "base/secret_bytes.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace sallyport::documents::internal {
namespace {

constexpr int index_format = 1;

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

tl::unexpected<Error> io_failure(const std::filesystem::path& path, const char* what, int number) {
    const ErrorCode code = number == ENOENT   ? ErrorCode::NotFound
                           : number == ENOSPC ? ErrorCode::StorageFull
                                              : ErrorCode::IoFailed;
    return fail(
        code, fmt::format("{} {}: {}", path.string(), what, std::generic_category().message(number))
    );
}

bool is_digest(std::string_view text) {
    return text.size() == 64 && std::ranges::all_of(text, [](char letter) {
               return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
           });
}

// Names of files come from the index: nothing but a digest may become a path.
Result<std::string> digest_in(const boost::json::object& entry) {
    const boost::json::value* value = entry.if_contains("sha256");
    if (value == nullptr || !value->is_string() || !is_digest(value->get_string())) {
        return fail(ErrorCode::MalformedInput, "the index has an entry without a SHA-256");
    }
    return std::string(value->get_string());
}

bool flag_in(const boost::json::object& entry, std::string_view name) {
    const boost::json::value* value = entry.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

std::string text_in(const boost::json::object& entry, std::string_view name) {
    const boost::json::value* value = entry.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

const boost::json::array& array_in(const boost::json::object& root, std::string_view name) {
    static const boost::json::array none;
    const boost::json::value* value = root.if_contains(name);
    return value != nullptr && value->is_array() ? value->get_array() : none;
}

Status read_certificates(const boost::json::object& root, TrustIndex& index) {
    for (const boost::json::value& value : array_in(root, "certificates")) {
        if (!value.is_object()) {
            return fail(ErrorCode::MalformedInput, "the index has an entry that is no object");
        }
        const boost::json::object& entry = value.get_object();
        SALLYPORT_TRY(const std::string digest, digest_in(entry));
        IndexedCertificate& certificate = index.certificates[digest];
        certificate.named = flag_in(entry, "named");
        certificate.self_signed = flag_in(entry, "self_signed");
        for (const boost::json::value& list : array_in(entry, "lists")) {
            if (list.is_string()) {
                certificate.lists.emplace(list.get_string());
            }
        }
    }
    return {};
}

Status read_lists(const boost::json::object& root, TrustIndex& index) {
    for (const boost::json::value& value : array_in(root, "lists")) {
        if (!value.is_object()) {
            return fail(ErrorCode::MalformedInput, "the index has an entry that is no object");
        }
        const boost::json::object& entry = value.get_object();
        SALLYPORT_TRY(const std::string digest, digest_in(entry));
        IndexedList list{.sha256 = digest, .signer = text_in(entry, "signer"), .signed_at = {}};
        const std::string signed_at = text_in(entry, "signed_at");
        if (!signed_at.empty()) {
            SALLYPORT_TRY(list.signed_at, parse_instant(signed_at));
        }
        index.lists.emplace(text_in(entry, "country"), std::move(list));
    }
    for (const boost::json::value& value : array_in(root, "crls")) {
        if (!value.is_string() || !is_digest(value.get_string())) {
            return fail(ErrorCode::MalformedInput, "the index has an entry without a SHA-256");
        }
        index.crls.emplace(value.get_string());
    }
    return {};
}

Status write_all(int file, std::span<const std::uint8_t> bytes, const std::filesystem::path& path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return io_failure(path, "cannot be written", errno);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

} // namespace

std::string write_index(const TrustIndex& index) {
    boost::json::array certificates;
    for (const auto& [digest, certificate] : index.certificates) {
        certificates.push_back(boost::json::object{
            {"sha256", digest},
            {"lists", boost::json::array(certificate.lists.begin(), certificate.lists.end())},
            {"named", certificate.named},
            {"self_signed", certificate.self_signed},
        });
    }
    boost::json::array lists;
    for (const auto& [country, list] : index.lists) {
        boost::json::object entry{
            {"country", country}, {"sha256", list.sha256}, {"signer", list.signer}
        };
        if (list.signed_at.has_value()) {
            entry["signed_at"] = format_instant(*list.signed_at);
        }
        lists.push_back(std::move(entry));
    }
    return boost::json::serialize(boost::json::object{
        {"format", index_format},
        {"certificates", std::move(certificates)},
        {"lists", std::move(lists)},
        {"crls", boost::json::array(index.crls.begin(), index.crls.end())},
    });
}

Result<TrustIndex> parse_index(const std::string& text) {
    boost::system::error_code error;
    const boost::json::value root = boost::json::parse(text, error);
    if (error || !root.is_object()) {
        return fail(ErrorCode::MalformedInput, "the index of the trust store is no JSON object");
    }
    const boost::json::value* format = root.get_object().if_contains("format");
    if (format == nullptr || !format->is_int64() || format->get_int64() != index_format) {
        return fail(ErrorCode::MalformedInput, "the index of the trust store has another format");
    }
    TrustIndex index;
    SALLYPORT_CHECK(read_certificates(root.get_object(), index));
    SALLYPORT_CHECK(read_lists(root.get_object(), index));
    return index;
}

std::filesystem::path index_path(const std::filesystem::path& store) {
    return store / "index.json";
}

std::filesystem::path
certificate_path(const std::filesystem::path& store, const std::string& sha256) {
    return store / "certificates" / (sha256 + ".cer");
}

std::filesystem::path crl_path(const std::filesystem::path& store, const std::string& sha256) {
    return store / "crls" / (sha256 + ".crl");
}

Result<SecretBytes> read_file(const std::filesystem::path& path, std::size_t bytes_max) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0) {
        return io_failure(path, "cannot be read", errno);
    }
    struct stat attributes{};
    if (::fstat(file.number(), &attributes) != 0 || !S_ISREG(attributes.st_mode)) {
        return fail(ErrorCode::IoFailed, fmt::format("{} is no file", path.string()));
    }
    const auto size = static_cast<std::size_t>(attributes.st_size);
    if (size > bytes_max) {
        return fail(
            ErrorCode::PayloadTooLarge,
            fmt::format("{} has {} bytes, at most {} are read", path.string(), size, bytes_max)
        );
    }
    SecretBytes bytes(size);
    std::size_t have = 0;
    while (have < size) {
        const ssize_t count = ::read(file.number(), bytes.data() + have, size - have);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return io_failure(path, "cannot be read", count == 0 ? EIO : errno);
        }
        have += static_cast<std::size_t>(count);
    }
    return bytes;
}

Status write_file(
    const std::filesystem::path& path, std::span<const std::uint8_t> bytes, Durable durable
) {
    const std::filesystem::path aside = path.string() + ".new";
    {
        const Descriptor file(::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)
        );
        if (file.number() < 0) {
            return io_failure(aside, "cannot be written", errno);
        }
        SALLYPORT_CHECK(write_all(file.number(), bytes, aside));
        if (durable == Durable::Now && ::fsync(file.number()) != 0) {
            return io_failure(aside, "cannot be made durable", errno);
        }
    }
    if (::rename(aside.c_str(), path.c_str()) != 0) {
        return io_failure(path, "cannot be put into place", errno);
    }
    if (durable == Durable::Later) {
        return {};
    }
    const Descriptor folder(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.number() < 0 || ::fsync(folder.number()) != 0) {
        return io_failure(path, "cannot be made durable", errno);
    }
    return {};
}

Status sync_files(const std::filesystem::path& folder) {
    const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.number() < 0 || ::syncfs(directory.number()) != 0) {
        return io_failure(folder, "cannot be made durable", errno);
    }
    return {};
}

} // namespace sallyport::documents::internal
