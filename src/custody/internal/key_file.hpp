// The key file on disk: read with checks, or created so that a crash leaves a whole file or none.
#pragma once

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret_bytes.hpp"

#include <filesystem>

namespace sallyport::custody {

inline constexpr std::size_t master_key_bytes = 32;

// NotFound when there is none; ConfigInvalid or IoFailed as open_keyfile() says.
[[nodiscard]] Result<SecretBytes> read_key_file(const std::filesystem::path& path);
// AlreadyExists when somebody else created it first; that file is left alone.
[[nodiscard]] Status create_key_file(const std::filesystem::path& path, Random& random);

} // namespace sallyport::custody
