// Ports that keep identifying data out of the record in clear. A Sealer encrypts fields for one
// record; a BlindIndex turns a value into a keyed hash by which equal values can be found without
// being readable. Implementations live in custody/ and are safe from any thread.
#pragma once

#include "base/result.hpp"
#include "base/secret_bytes.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::domain {

// What a sealed record is, bound into the seal so that one cannot stand in for another.
enum class SealCategory { TravelerIdentity, ManifestBody, RecordedAnswer };

struct SealedBytes {
    std::string vault;       // which vault holds the key: "keyfile" until custody has others
    std::uint64_t epoch = 0; // which key of that vault
    std::vector<std::uint8_t> bytes; // nonce and ciphertext
    bool operator==(const SealedBytes&) const = default;
};

class Sealer {
public:
    virtual ~Sealer() = default;
    // record_id: the 16 bytes of the record's id, bound as associated data.
    [[nodiscard]] virtual Result<SealedBytes> seal(
        SealCategory category,
        std::span<const std::byte, 16> record_id,
        std::span<const std::uint8_t> clear
    ) = 0;
    // SealBroken when key, category, record or bytes are not those of seal().
    [[nodiscard]] virtual Result<SecretBytes> open(
        SealCategory category, std::span<const std::byte, 16> record_id, const SealedBytes& sealed
    ) = 0;
};

using BlindKey = std::array<std::uint8_t, 32>;

class BlindIndex {
public:
    virtual ~BlindIndex() = default;
    // field names the kind of value ("document", "manifest"), so that equal texts of different
    // kinds have different keys. The value must be normalised by the caller.
    [[nodiscard]] virtual BlindKey key_of(std::string_view field, std::string_view value) = 0;
};

} // namespace sallyport::domain
