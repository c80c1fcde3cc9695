// The index of a trust store's folder: which files belong to it and who vouches for each. Written
// whole and renamed into place, it is the only thing that makes an import take effect. Private to
// documents.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret_bytes.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace sallyport::documents::internal {

struct IndexedCertificate {
    std::set<std::string> lists; // countries whose master list carries it
    bool named = false;          // the operator imported the file itself
    bool self_signed = false;
    [[nodiscard]] bool held() const { return named || !lists.empty(); }
    [[nodiscard]] bool anchor() const { return named && self_signed; }
};
struct IndexedList {
    std::string sha256;
    std::string signer;
    std::optional<Instant> signed_at;
};
struct TrustIndex {
    std::map<std::string, IndexedCertificate> certificates; // by SHA-256
    std::map<std::string, IndexedList> lists;               // by country
    std::set<std::string> crls;                             // SHA-256
};

[[nodiscard]] std::string write_index(const TrustIndex& index);
[[nodiscard]] Result<TrustIndex> parse_index(const std::string& text);

// Where things stand in the folder.
[[nodiscard]] std::filesystem::path index_path(const std::filesystem::path& store);
[[nodiscard]] std::filesystem::path
certificate_path(const std::filesystem::path& store, const std::string& sha256);
[[nodiscard]] std::filesystem::path
crl_path(const std::filesystem::path& store, const std::string& sha256);

// NotFound, PayloadTooLarge, IoFailed.
[[nodiscard]] Result<SecretBytes>
read_file(const std::filesystem::path& path, std::size_t bytes_max);
// Written aside and renamed. Now: synced, and its folder too; Later: sync_files() makes it durable.
enum class Durable { Now, Later };
[[nodiscard]] Status
write_file(const std::filesystem::path& path, std::span<const std::uint8_t> bytes, Durable durable);
// Makes everything written below the folder durable, with one call instead of one for each file.
[[nodiscard]] Status sync_files(const std::filesystem::path& folder);

} // namespace sallyport::documents::internal
