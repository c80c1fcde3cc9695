#include "transport/testing/colour_face_engine.hpp"

#include "imaging/codec.hpp"

#include <array>
#include <thread>

namespace sallyport::transport::testing {

namespace {

constexpr int width = 320;
constexpr int height = 240;
constexpr std::uint8_t skin = 120;

const std::uint8_t* middle_of(const imaging::Image& image) {
    return image.row(image.height() / 2) + static_cast<std::ptrdiff_t>(image.width() / 2) * 3;
}

} // namespace

Result<std::vector<biometrics::FaceBox>>
ColourFaceEngine::detect(const imaging::Image& image, biometrics::FaceTimings* /*timings*/) {
    while (hold) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    std::vector<biometrics::FaceBox> faces;
    if (middle_of(image)[1] > skin / 2) {
        const auto side = static_cast<float>(image.height()) / 2;
        faces.push_back(
            {.box =
                 {.left = static_cast<float>(image.width()) / 2 - side / 2,
                  .top = side / 2,
                  .width = side,
                  .height = side},
             .score = 0.99F}
        );
    }
    return faces;
}

Result<biometrics::Face> ColourFaceEngine::locate(
    const imaging::Image& /*image*/,
    const biometrics::FaceBox& face,
    biometrics::FaceTimings* /*timings*/
) {
    const imaging::Box& box = face.box;
    const auto at = [&](float x, float y) {
        return imaging::Point{box.left + box.width * x, box.top + box.height * y};
    };
    return biometrics::Face{
        .box = box,
        .landmarks =
            {at(0.3F, 0.4F), at(0.7F, 0.4F), at(0.5F, 0.6F), at(0.35F, 0.8F), at(0.65F, 0.8F)},
        .score = 0.99F,
    };
}

Result<biometrics::Template> ColourFaceEngine::extract(
    const imaging::Image& image,
    const biometrics::Face& /*face*/,
    biometrics::FaceTimings* /*timings*/
) {
    std::array<float, people> values{};
    values.at(middle_of(image)[0] / 32) = 1.0F;
    return biometrics::Template::make(version_, values);
}

SecretBytes picture_of(int person) {
    imaging::Image image(width, height);
    if (person >= 0) {
        for (int y = 0; y < height; ++y) {
            std::uint8_t* row = image.row(y);
            for (int x = 0; x < width; ++x) {
                row[3 * x] = colour_of(person);
                row[3 * x + 1] = skin;
                row[3 * x + 2] = skin;
            }
        }
    }
    return imaging::encode_jpeg(image, 90).value();
}

} // namespace sallyport::transport::testing
