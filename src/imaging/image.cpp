#include "imaging/image.hpp"

namespace sallyport::imaging {

Image::Image(int width, int height)
    : width_(width), height_(height),
      pixels_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3) {}

Image Image::clone() const {
    return Image(*this);
}

} // namespace sallyport::imaging
