#include "pictures.hpp"

#include "imaging/codec.hpp"
#include "imaging/geometry.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <random>

namespace sallyport::bench {

namespace {

namespace fs = std::filesystem;

constexpr int jpeg_quality = 90;
constexpr std::uint8_t background = 128;

// A benchmark has nobody to hand an error to.
template <class T>
[[nodiscard]] T need(Result<T> result, const std::string& what) {
    if (!result.has_value()) {
        fmt::print(stderr, "{}: {}\n", what, result.error().describe());
        std::exit(1);
    }
    return *std::move(result);
}

[[nodiscard]] SecretBytes read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

[[nodiscard]] imaging::Image in_the_middle(const imaging::Image& picture) {
    const double scale = std::min(
        static_cast<double>(picture_width_px) / picture.width(),
        static_cast<double>(picture_height_px) / picture.height()
    );
    const int width = std::max(1, static_cast<int>(picture.width() * scale));
    const int height = std::max(1, static_cast<int>(picture.height() * scale));
    const imaging::Image scaled = need(imaging::resize(picture, width, height), "resize");
    imaging::Image frame(picture_width_px, picture_height_px);
    std::fill(frame.pixels().begin(), frame.pixels().end(), background);
    const int left = (picture_width_px - width) / 2;
    const int top = (picture_height_px - height) / 2;
    for (int y = 0; y < height; ++y) {
        std::copy_n(scaled.row(y), 3 * width, frame.row(top + y) + 3 * left);
    }
    return frame;
}

[[nodiscard]] NamedPicture named(std::string name, imaging::Image image) {
    SecretBytes jpeg = need(imaging::encode_jpeg(image, jpeg_quality), name);
    return {std::move(name), std::move(image), std::move(jpeg)};
}

} // namespace

std::vector<NamedPicture> portraits() {
    const fs::path folder = fs::path(SALLYPORT_SOURCE_DIR) / "build" / "portraits";
    std::vector<fs::path> paths;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const fs::path ending = entry->path().extension();
        if (ending == ".jpg" || ending == ".png") {
            paths.push_back(entry->path());
        }
    }
    std::sort(paths.begin(), paths.end());
    std::vector<NamedPicture> pictures;
    for (const fs::path& path : paths) {
        const imaging::Image picture = need(imaging::decode_image(read_file(path)), "portrait");
        pictures.push_back(named(path.filename().string(), in_the_middle(picture)));
    }
    return pictures;
}

NamedPicture made_up_picture() {
    std::mt19937_64 random(640480);
    std::normal_distribution<double> noise(0.0, 6.0);
    imaging::Image image(picture_width_px, picture_height_px);
    for (int y = 0; y < picture_height_px; ++y) {
        for (int x = 0; x < picture_width_px; ++x) {
            for (int channel = 0; channel < 3; ++channel) {
                const double wave = std::sin(x / (17.0 + 9.0 * channel)) * std::cos(y / 23.0);
                const double value = 128.0 + 90.0 * wave + noise(random);
                image.row(y)[3 * x + channel] =
                    static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
            }
        }
    }
    return named("made up", std::move(image));
}

} // namespace sallyport::bench
