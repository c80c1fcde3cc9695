// Memory for pictures, templates and keys: zeroed before it goes back to the allocator, whatever
// path frees it. WipingAllocator makes any std container do so; SecretBytes is the usual buffer.
// Not safe to share between threads while somebody writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <strings.h>
#include <vector>

namespace sallyport {

template <class T>
class WipingAllocator {
public:
    using value_type = T;
    WipingAllocator() = default;
    template <class U>
    explicit WipingAllocator(const WipingAllocator<U>& /*other*/) {}

    [[nodiscard]] T* allocate(std::size_t count) { return std::allocator<T>().allocate(count); }
    void deallocate(T* memory, std::size_t count) noexcept {
        // explicit_bzero is never optimised away, unlike memset before a free.
        ::explicit_bzero(static_cast<void*>(memory), count * sizeof(T));
        std::allocator<T>().deallocate(memory, count);
    }
    template <class U>
    bool operator==(const WipingAllocator<U>& /*other*/) const {
        return true;
    }
};

template <class T>
using WipedVector = std::vector<T, WipingAllocator<T>>;
using SecretBytes = WipedVector<std::uint8_t>;
using SecretFloats = WipedVector<float>;

} // namespace sallyport
