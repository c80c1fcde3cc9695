// Cutting, scaling, turning and masking pictures. All functions are pure and safe from any thread;
// OpenCV does the work inside and its exceptions end here as Internal.
#pragma once

#include "base/result.hpp"
#include "imaging/image.hpp"

#include <span>

namespace sallyport::imaging {

// Bilinear; area average when both sides shrink to half or less, so that no pixel is skipped.
// InvalidArgument for an empty picture or a side < 1.
[[nodiscard]] Result<Image> resize(const Image& image, int width, int height);

// The rectangle `box` (may reach outside: zero filled) scaled to width x height. This and the crops
// below sample bilinearly after the same area average where they shrink.
[[nodiscard]] Result<Image> crop_resize(const Image& image, const Box& box, int width, int height);

// Where the five landmarks of an aligned face lie in 112 x 112 pixels (the ArcFace template).
inline constexpr int aligned_side_px = 112;
inline constexpr Landmarks arcface_landmarks{
    {{38.2946F, 51.6963F},
     {73.5318F, 51.5014F},
     {56.0252F, 71.7366F},
     {41.5493F, 92.3655F},
     {70.7299F, 92.2041F}}
};
// Least-squares similarity (rotation, scale, shift; Umeyama 1991) of the landmarks onto the
// template, bilinear, zero border. InvalidArgument when the landmarks coincide.
[[nodiscard]] Result<Image> align_face(const Image& image, const Landmarks& landmarks);

// A portrait for people to look at: eyes level, on the same line and at the same distance whatever
// the source, so that two portraits can be compared by flipping between them. Eyes at 45 % of the
// height, their distance a quarter of the width. Grey (96) outside the picture.
[[nodiscard]] Result<Image>
portrait_crop(const Image& image, const Landmarks& landmarks, int width, int height);

// Fills the boxes with plain grey: faces of bystanders in what is kept or shown.
void mask(Image& image, std::span<const Box> boxes);

} // namespace sallyport::imaging
