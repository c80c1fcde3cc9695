#include "custody/keyfile_sealer.hpp"

#include "custody/internal/key_file.hpp"

#include <array>
#include <cstring>
#include <sodium.h>
#include <string_view>
#include <vector>

namespace sallyport::custody {
namespace {

using domain::BlindKey;
using domain::SealCategory;
using domain::SealedBytes;

constexpr std::string_view vault_name = "keyfile";
constexpr std::uint64_t only_epoch = 1;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t key_bytes = 32;
static_assert(master_key_bytes == crypto_kdf_KEYBYTES);
static_assert(key_bytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(sizeof(BlindKey) <= crypto_generichash_BYTES_MAX);

// Bound into every seal, and the number of its key: neither ever changes.
struct CategoryIdentity {
    std::string_view name;
    std::size_t key_number;
};

CategoryIdentity identity_of(SealCategory category) {
    switch (category) {
    case SealCategory::TravelerIdentity:
        return {"traveler-identity", 0};
    case SealCategory::ManifestBody:
        return {"manifest-body", 1};
    case SealCategory::RecordedAnswer:
        return {"recorded-answer", 2};
    }
    return {"traveler-identity", 0};
}

// The derived keys, in memory that is never swapped or dumped and is zeroed when freed.
class LockedKeys {
public:
    static constexpr std::size_t seal_keys = 3;

    static Result<std::unique_ptr<LockedKeys>> derive(const SecretBytes& master) {
        std::unique_ptr<LockedKeys> keys(new LockedKeys());
        // sodium_malloc locks, too, but does not say when it could not.
        if (keys->memory_ == nullptr || ::sodium_mlock(keys->memory_, sizeof(Layout)) != 0) {
            return fail(
                ErrorCode::ConfigInvalid,
                "keys cannot be kept out of swap: raise the limit of locked memory (ulimit -l)"
            );
        }
        for (std::size_t number = 0; number < seal_keys; ++number) {
            crypto_kdf_derive_from_key(
                keys->memory_->seal[number].data(), key_bytes, number + 1, "SP.seal1", master.data()
            );
        }
        crypto_kdf_derive_from_key(
            keys->memory_->blind.data(), key_bytes, 1, "SP.blnd1", master.data()
        );
        // From here on nobody writes to it, not even by mistake.
        ::sodium_mprotect_readonly(keys->memory_);
        return keys;
    }
    ~LockedKeys() { ::sodium_free(memory_); }
    LockedKeys(const LockedKeys&) = delete;
    LockedKeys& operator=(const LockedKeys&) = delete;

    [[nodiscard]] const std::uint8_t* seal_key(std::size_t number) const {
        return memory_->seal[number].data();
    }
    [[nodiscard]] const std::uint8_t* blind_key() const { return memory_->blind.data(); }

private:
    struct Layout {
        std::array<std::array<std::uint8_t, key_bytes>, seal_keys> seal;
        std::array<std::uint8_t, key_bytes> blind;
    };

    LockedKeys() : memory_(static_cast<Layout*>(::sodium_malloc(sizeof(Layout)))) {}
    Layout* memory_;
};

void append_number(std::vector<std::uint8_t>& bytes, std::uint64_t number) {
    for (unsigned shift = 0; shift < 64; shift += 8) {
        bytes.push_back(static_cast<std::uint8_t>(number >> shift));
    }
}

// With its length in front, so that two fields cannot be cut differently into the same bytes.
void append_field(std::vector<std::uint8_t>& bytes, std::string_view field) {
    append_number(bytes, field.size());
    bytes.insert(bytes.end(), field.begin(), field.end());
}

std::vector<std::uint8_t> associated_data(
    std::string_view category,
    std::span<const std::byte, 16> record_id,
    std::string_view vault,
    std::uint64_t epoch
) {
    std::vector<std::uint8_t> bytes;
    append_field(bytes, "sallyport.seal.1");
    append_field(bytes, category);
    for (const std::byte value : record_id) {
        bytes.push_back(std::to_integer<std::uint8_t>(value));
    }
    append_field(bytes, vault);
    append_number(bytes, epoch);
    return bytes;
}

class KeyfileSealer final : public domain::Sealer {
public:
    KeyfileSealer(const LockedKeys& keys, Random& random) : keys_(keys), random_(random) {}

    Result<SealedBytes> seal(
        SealCategory category,
        std::span<const std::byte, 16> record_id,
        std::span<const std::uint8_t> clear
    ) override {
        const CategoryIdentity identity = identity_of(category);
        SealedBytes sealed{std::string(vault_name), only_epoch, {}};
        sealed.bytes.resize(nonce_bytes + clear.size() + tag_bytes);
        // 192 bits: fresh random nonces never meet, however many records there are.
        const auto nonce = std::span(sealed.bytes).first(nonce_bytes);
        random_.fill(std::as_writable_bytes(nonce));
        const auto bound = associated_data(identity.name, record_id, sealed.vault, sealed.epoch);
        const int code = crypto_aead_xchacha20poly1305_ietf_encrypt(
            sealed.bytes.data() + nonce_bytes,
            nullptr,
            clear.data(),
            clear.size(),
            bound.data(),
            bound.size(),
            nullptr,
            nonce.data(),
            keys_.seal_key(identity.key_number)
        );
        if (code != 0) {
            return fail(ErrorCode::Internal, "libsodium could not seal");
        }
        return sealed;
    }

    Result<SecretBytes> open(
        SealCategory category, std::span<const std::byte, 16> record_id, const SealedBytes& sealed
    ) override {
        if (sealed.vault != vault_name || sealed.epoch != only_epoch) {
            return fail(ErrorCode::SealBroken, "sealed under a vault or epoch that is not here");
        }
        if (sealed.bytes.size() < nonce_bytes + tag_bytes) {
            return fail(ErrorCode::SealBroken, "sealed bytes are cut short");
        }
        const CategoryIdentity identity = identity_of(category);
        const auto nonce = std::span(sealed.bytes).first(nonce_bytes);
        const auto closed = std::span(sealed.bytes).subspan(nonce_bytes);
        const auto bound = associated_data(identity.name, record_id, sealed.vault, sealed.epoch);
        SecretBytes clear(closed.size() - tag_bytes);
        const int code = crypto_aead_xchacha20poly1305_ietf_decrypt(
            clear.data(),
            nullptr,
            nullptr,
            closed.data(),
            closed.size(),
            bound.data(),
            bound.size(),
            nonce.data(),
            keys_.seal_key(identity.key_number)
        );
        if (code != 0) {
            return fail(
                ErrorCode::SealBroken, "sealed bytes do not open: another key or record, or altered"
            );
        }
        return clear;
    }

private:
    const LockedKeys& keys_;
    Random& random_;
};

class KeyfileBlindIndex final : public domain::BlindIndex {
public:
    explicit KeyfileBlindIndex(const LockedKeys& keys) : keys_(keys) {}

    BlindKey key_of(std::string_view field, std::string_view value) override {
        // The value is personal data: hashed where it stands, never gathered in a buffer.
        std::vector<std::uint8_t> lead;
        append_field(lead, field);
        append_number(lead, value.size());
        crypto_generichash_state state;
        BlindKey key{};
        crypto_generichash_init(&state, keys_.blind_key(), key_bytes, key.size());
        crypto_generichash_update(&state, lead.data(), lead.size());
        crypto_generichash_update(
            &state, reinterpret_cast<const unsigned char*>(value.data()), value.size()
        );
        crypto_generichash_final(&state, key.data(), key.size());
        ::sodium_memzero(&state, sizeof state);
        return key;
    }

private:
    const LockedKeys& keys_;
};

Result<SecretBytes>
master_key(const std::filesystem::path& path, Random& random, MissingKey missing) {
    Result<SecretBytes> found = read_key_file(path);
    if (found || found.error().code() != ErrorCode::NotFound || missing == MissingKey::Fail) {
        return found;
    }
    const Status created = create_key_file(path, random);
    // Somebody else was faster: theirs is the key.
    if (!created && created.error().code() != ErrorCode::AlreadyExists) {
        return fail(created.error());
    }
    return read_key_file(path);
}

} // namespace

struct KeyfileCustody::Parts {
    Parts(std::unique_ptr<LockedKeys> derived, Random& random)
        : keys(std::move(derived)), sealer(*keys, random), blind_index(*keys) {}

    std::unique_ptr<LockedKeys> keys;
    KeyfileSealer sealer;
    KeyfileBlindIndex blind_index;
};

KeyfileCustody::KeyfileCustody(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
KeyfileCustody::KeyfileCustody(KeyfileCustody&&) noexcept = default;
KeyfileCustody& KeyfileCustody::operator=(KeyfileCustody&&) noexcept = default;
KeyfileCustody::~KeyfileCustody() = default;

domain::Sealer& KeyfileCustody::sealer() {
    return parts_->sealer;
}

domain::BlindIndex& KeyfileCustody::blind_index() {
    return parts_->blind_index;
}

Result<KeyfileCustody>
open_keyfile(const std::filesystem::path& path, Random& random, MissingKey missing) {
    if (::sodium_init() < 0) {
        return fail(ErrorCode::Internal, "libsodium could not start");
    }
    SALLYPORT_TRY(const SecretBytes master, master_key(path, random, missing));
    SALLYPORT_TRY(auto keys, LockedKeys::derive(master));
    return KeyfileCustody(std::make_unique<KeyfileCustody::Parts>(std::move(keys), random));
}

} // namespace sallyport::custody
