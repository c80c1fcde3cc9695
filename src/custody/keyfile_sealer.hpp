// Sealing with one key file: the simplest vault ("keyfile", epoch 1), for an installation without a
// token. The file holds 32 random bytes, belongs to its owner alone and must stand apart from the
// record and its backups: who has both reads everything. Every kind of record has a key of its own,
// derived from the file; keys live in locked memory that core dumps leave out and that is zeroed
// when the object goes. Seals are XChaCha20-Poly1305 under a fresh nonce, bound to category,
// record, vault and epoch. Both ports are safe from any thread; random must outlive the object.
#pragma once

#include "base/random.hpp"
#include "base/result.hpp"
#include "domain/sealer.hpp"

#include <filesystem>
#include <memory>

namespace sallyport::custody {

// What to do when the file is not there. A record without its key must not get a new one: every
// sealed row would be lost without a word.
enum class MissingKey { Create, Fail };

class KeyfileCustody {
public:
    KeyfileCustody(KeyfileCustody&&) noexcept;
    KeyfileCustody& operator=(KeyfileCustody&&) noexcept;
    ~KeyfileCustody();

    [[nodiscard]] domain::Sealer& sealer();
    [[nodiscard]] domain::BlindIndex& blind_index();

private:
    friend Result<KeyfileCustody>
    open_keyfile(const std::filesystem::path& path, Random& random, MissingKey missing);
    struct Parts;
    explicit KeyfileCustody(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

// ConfigInvalid when the file has another size, may be read by others, is no key, or memory cannot
// be locked; NotFound when it is missing and must not be created; IoFailed when it cannot be read
// or written. A new file is complete and durable before it has its name.
[[nodiscard]] Result<KeyfileCustody> open_keyfile(
    const std::filesystem::path& path, Random& random, MissingKey missing = MissingKey::Create
);

} // namespace sallyport::custody
