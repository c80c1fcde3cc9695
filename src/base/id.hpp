// Random 128-bit ids, one type for each kind of thing, written as 32 lower-case hex digits. They
// say nothing about what they name: no counters, no times, no row numbers.
#pragma once

#include "base/random.hpp"
#include "base/result.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

namespace sallyport {

using IdBytes = std::array<std::byte, 16>;

[[nodiscard]] std::string id_to_hex(const IdBytes& bytes);
// InvalidArgument unless the text is exactly 32 hex digits.
[[nodiscard]] Result<IdBytes> id_from_hex(std::string_view text);

template <class Tag>
class Id {
public:
    Id() = default; // the nil id, all zero
    explicit Id(const IdBytes& bytes) : bytes_(bytes) {}

    [[nodiscard]] static Id random(Random& source) {
        IdBytes bytes{};
        source.fill(bytes);
        return Id(bytes);
    }
    [[nodiscard]] static Result<Id> parse(std::string_view text) {
        SALLYPORT_TRY(const IdBytes bytes, id_from_hex(text));
        return Id(bytes);
    }
    [[nodiscard]] std::string hex() const { return id_to_hex(bytes_); }
    [[nodiscard]] const IdBytes& bytes() const { return bytes_; }
    [[nodiscard]] bool is_nil() const { return bytes_ == IdBytes{}; }

    auto operator<=>(const Id&) const = default;

private:
    IdBytes bytes_{};
};

} // namespace sallyport

template <class Tag>
struct std::hash<sallyport::Id<Tag>> {
    std::size_t operator()(const sallyport::Id<Tag>& id) const noexcept {
        std::uint64_t value = 0;
        std::memcpy(&value, id.bytes().data(), sizeof value);
        return static_cast<std::size_t>(value);
    }
};
