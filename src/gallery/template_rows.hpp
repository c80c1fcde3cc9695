// Templates as contiguous rows of floats, aligned and padded for exact scans, zeroed when freed.
// Owns its memory. score() and the readers are safe from any thread while nobody appends. A row is
// a template's values and nothing else: whose it is, is the owner's business.
#pragma once

#include "base/result.hpp"
#include "base/secret_bytes.hpp"

#include <array>
#include <cstddef>
#include <span>

namespace sallyport::gallery {

class TemplateRows {
public:
    explicit TemplateRows(std::size_t dimension);

    void reserve(std::size_t rows);
    // InvalidArgument unless values has exactly dimension() floats.
    [[nodiscard]] Status append(std::span<const float> values);

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::size_t dimension() const { return dimension_; }
    [[nodiscard]] std::span<const float> row(std::size_t index) const;

    // Dot products (cosines, rows being unit vectors) of row `probe` of `probes` with the
    // out.size() rows from `first` on. Both sides have one dimension, and the rows asked for exist.
    void score(
        const TemplateRows& probes, std::size_t probe, std::size_t first, std::span<float> out
    ) const;

private:
    // The unit of storage: over-aligned, so that the allocator aligns what the kernel reads.
    struct alignas(64) Line {
        std::array<float, 16> values;
    };
    [[nodiscard]] const float* data(std::size_t index) const;

    std::size_t dimension_;
    std::size_t lines_a_row_;
    std::size_t size_ = 0;
    WipedVector<Line> lines_;
};

} // namespace sallyport::gallery
