#include "transport/internal/fingerprint.hpp"

#include "transport/multipart.hpp"

#include <array>
#include <sodium.h>
#include <span>

namespace sallyport::transport {

namespace {

class Hasher {
public:
    Hasher() { crypto_generichash_init(&state_, nullptr, 0, digest_bytes); }
    // With its length before it, so that no two lists of values run into the same bytes.
    void add(std::span<const std::uint8_t> bytes) {
        const std::uint64_t size = bytes.size();
        crypto_generichash_update(
            &state_, reinterpret_cast<const unsigned char*>(&size), sizeof size
        );
        crypto_generichash_update(&state_, bytes.data(), bytes.size());
    }
    void add(std::string_view text) {
        add(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
    }
    [[nodiscard]] std::string hex() {
        std::array<unsigned char, digest_bytes> digest{};
        crypto_generichash_final(&state_, digest.data(), digest.size());
        std::array<char, digest_bytes * 2 + 1> text{};
        sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
        return text.data();
    }

private:
    static constexpr std::size_t digest_bytes = 32;
    crypto_generichash_state state_{};
};

} // namespace

std::string request_fingerprint(const Request& request) {
    const std::string_view content_type = request.headers.find("Content-Type").value_or("");
    Hasher hasher;
    hasher.add(media_type(content_type));
    if (const auto parts = read_multipart(content_type, request.body); parts.has_value()) {
        for (const Part& part : *parts) {
            hasher.add(part.name);
            hasher.add(part.content_type);
            hasher.add(part.body);
        }
    } else {
        hasher.add(std::span<const std::uint8_t>(request.body));
    }
    return hasher.hex();
}

} // namespace sallyport::transport
