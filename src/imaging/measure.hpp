// Measures of a picture that quality checks are made of. Pure, safe from any thread; they fail with
// InvalidArgument when the part looked at is empty.
#pragma once

#include "base/result.hpp"
#include "imaging/image.hpp"

namespace sallyport::imaging {

// Mean luminance (Rec. 601), 0 to 255, of the part of `box` that lies inside the picture.
[[nodiscard]] Result<double> luminance_mean(const Image& image, const Box& box);

// Variance of the Laplacian of the luminance: small when the picture is blurred. It depends on the
// size of things in the picture, so compare only pictures of one scale, such as aligned faces.
[[nodiscard]] Result<double> laplacian_variance(const Image& image);

} // namespace sallyport::imaging
