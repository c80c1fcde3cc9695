// A picture in memory: 8-bit RGB, rows from the top, 3 * width bytes a row without padding. Its
// pixels are zeroed when it is freed. Move only in spirit: copying is explicit through clone().
#pragma once

#include "base/secret_bytes.hpp"

#include <array>
#include <cstdint>
#include <span>

namespace sallyport::imaging {

struct Point {
    float x = 0.0F; // pixels, from the left edge
    float y = 0.0F; // pixels, from the top edge
};

struct Box {
    float left = 0.0F;
    float top = 0.0F;
    float width = 0.0F;
    float height = 0.0F;
    [[nodiscard]] float right() const { return left + width; }
    [[nodiscard]] float bottom() const { return top + height; }
    [[nodiscard]] Point centre() const { return {left + width / 2, top + height / 2}; }
};

// Left eye, right eye, nose tip, left and right mouth corner, left and right as seen in the
// picture.
using Landmarks = std::array<Point, 5>;

class Image {
public:
    Image() = default;
    // Black. width and height in pixels, both >= 0.
    Image(int width, int height);
    Image(Image&&) = default;
    Image& operator=(Image&&) = default;
    [[nodiscard]] Image clone() const;

    [[nodiscard]] int width() const { return width_; }
    [[nodiscard]] int height() const { return height_; }
    [[nodiscard]] bool empty() const { return pixels_.empty(); }
    [[nodiscard]] std::span<std::uint8_t> pixels() { return pixels_; }
    [[nodiscard]] std::span<const std::uint8_t> pixels() const { return pixels_; }
    [[nodiscard]] std::uint8_t* row(int y) {
        return pixels_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) * 3;
    }
    [[nodiscard]] const std::uint8_t* row(int y) const {
        return pixels_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) * 3;
    }

private:
    Image(const Image&) = default;
    int width_ = 0;
    int height_ = 0;
    SecretBytes pixels_;
};

} // namespace sallyport::imaging
