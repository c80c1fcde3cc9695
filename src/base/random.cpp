#include "base/random.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <sys/random.h>

namespace sallyport {

void SystemRandom::fill(std::span<std::byte> out) {
    while (!out.empty()) {
        // getrandom gives up to 256 bytes in one uninterrupted piece.
        const std::size_t chunk = std::min<std::size_t>(out.size(), 256);
        const ssize_t got = ::getrandom(out.data(), chunk, 0);
        if (got < 0) {
            if (errno == EINTR) {
                continue;
            }
            std::abort();
        }
        out = out.subspan(static_cast<std::size_t>(got));
    }
}

void SeededRandom::fill(std::span<std::byte> out) {
    // SplitMix64 (Steele, Lea, Flood 2014).
    for (std::byte& value : out) {
        state_ += 0x9E3779B97F4A7C15ULL;
        unsigned long long mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
        value = static_cast<std::byte>((mixed ^ (mixed >> 31)) & 0xFF);
    }
}

} // namespace sallyport
