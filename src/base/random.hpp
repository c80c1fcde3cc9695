// Randomness as a port, so that tests can repeat themselves. The system source never fails: a
// kernel that cannot give random bytes ends the process rather than handing out guessable ids.
// Implementations may be called from any thread.
#pragma once

#include <cstddef>
#include <span>

namespace sallyport {

class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::byte> out) = 0;
};

class SystemRandom final : public Random {
public:
    void fill(std::span<std::byte> out) override;
};

// Repeatable bytes for tests and benchmarks; never for ids or keys of a running system.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(unsigned long long seed) : state_(seed) {}
    void fill(std::span<std::byte> out) override;

private:
    unsigned long long state_;
};

} // namespace sallyport
