// The pictures that benchmarks work on. Portraits come from build/portraits, where script/setup
// puts them; without them a picture is made up from a fixed seed, which a decoder takes as
// seriously but in which nobody is found. Owned by the caller.
#pragma once

#include "imaging/image.hpp"

#include <string>
#include <vector>

namespace sallyport::bench {

inline constexpr int picture_width_px = 640;
inline constexpr int picture_height_px = 480;

struct NamedPicture {
    std::string name;
    imaging::Image image;
    SecretBytes jpeg; // the same picture as a camera would send it, quality 90
};

// Portraits scaled into the middle of a 640 x 480 frame, by name; empty when there are none.
[[nodiscard]] std::vector<NamedPicture> portraits();

// Smooth shapes with noise on them, about as costly to decode as a photograph.
[[nodiscard]] NamedPicture made_up_picture();

} // namespace sallyport::bench
