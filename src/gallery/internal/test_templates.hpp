// Made-up templates and ids for the gallery's tests: repeatable from a seed.
#pragma once

#include "biometrics/template.hpp"
#include "domain/ids.hpp"
#include "gallery/snapshot.hpp"

#include <cstdint>
#include <random>
#include <vector>

namespace sallyport::gallery::internal {

[[nodiscard]] inline domain::TemplateVersion test_version() {
    return {"made-up@1"};
}

[[nodiscard]] inline std::vector<float> random_values(std::mt19937_64& random, std::size_t count) {
    std::normal_distribution<float> normal;
    std::vector<float> values(count);
    for (float& value : values) {
        value = normal(random);
    }
    return values;
}

[[nodiscard]] inline biometrics::Template
random_template(std::mt19937_64& random, std::size_t dimension) {
    return biometrics::Template::make(test_version(), random_values(random, dimension)).value();
}

// Ids whose order is the order of their numbers.
[[nodiscard]] inline domain::TravelerId traveler_number(std::uint32_t number) {
    IdBytes bytes{};
    for (std::size_t index = 0; index < 4; ++index) {
        bytes[index] = static_cast<std::byte>(number >> (24 - 8 * index));
    }
    bytes[15] = std::byte{1};
    return domain::TravelerId(bytes);
}

} // namespace sallyport::gallery::internal
