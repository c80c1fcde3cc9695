#include "biometrics/internal/tensor_input.hpp"

#include <array>
#include <cstddef>

namespace sallyport::biometrics::internal {
namespace {

using inference::TensorLayout;

tl::unexpected<Error> mismatch(const inference::ModelFile& file, const std::string& what) {
    return fail(
        ErrorCode::ModelMismatch,
        "the " + std::string(inference::model_role_name(file.role)) + " of the model pack " + what
    );
}

// Distances in the tensor between neighbouring columns, rows and colours.
struct Strides {
    std::size_t column = 0;
    std::size_t row = 0;
    std::size_t colour = 0;
};
Strides strides_of(TensorLayout layout, std::size_t width, std::size_t height) {
    switch (layout) {
    case TensorLayout::NHWC:
        return {.column = 3, .row = 3 * width, .colour = 1};
    case TensorLayout::TransposedNHWC:
        return {.column = 3 * height, .row = 3, .colour = 1};
    case TensorLayout::NCHW:
        break;
    }
    return {.column = 1, .row = width, .colour = width * height};
}

} // namespace

Result<PictureInput>
picture_input(const inference::Model& model, const inference::ModelFile& file) {
    if (model.inputs().size() != 1) {
        return mismatch(file, "has another number of inputs than one");
    }
    const inference::Shape& shape = model.inputs().front().shape;
    if (shape.size() != 4 || shape[0] != 1) {
        return mismatch(file, "does not take one picture at a time");
    }
    const bool colours_first = file.input.layout == TensorLayout::NCHW;
    if (shape[colours_first ? 1 : 3] != 3) {
        return mismatch(file, "does not take three colours");
    }
    auto height = static_cast<int>(shape[colours_first ? 2 : 1]);
    auto width = static_cast<int>(shape[colours_first ? 3 : 2]);
    if (file.input.layout == TensorLayout::TransposedNHWC) {
        std::swap(width, height);
    }
    return PictureInput{.width = width, .height = height, .contract = file.input};
}

Result<std::size_t> output_of_width(
    const inference::Model& model, const inference::ModelFile& file, std::int64_t width
) {
    const auto& outputs = model.outputs();
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (!outputs[i].shape.empty() && outputs[i].shape.back() == width) {
            return i;
        }
    }
    return mismatch(file, "has no output of width " + std::to_string(width));
}

void write_picture(
    const imaging::Image& image,
    const inference::InputContract& contract,
    Mirroring mirroring,
    std::span<float> tensor
) {
    std::array<float, 256> value_of{};
    for (std::size_t pixel = 0; pixel < value_of.size(); ++pixel) {
        value_of[pixel] = (static_cast<float>(pixel) - contract.mean) * contract.scale;
    }
    const auto width = static_cast<std::size_t>(image.width());
    const auto height = static_cast<std::size_t>(image.height());
    const Strides strides = strides_of(contract.layout, width, height);
    const bool reversed = contract.colours == inference::ColourOrder::BGR;
    const std::size_t red = reversed ? 2 * strides.colour : 0;
    const std::size_t green = strides.colour;
    const std::size_t blue = reversed ? 0 : 2 * strides.colour;
    for (std::size_t y = 0; y < height; ++y) {
        const std::uint8_t* pixel = image.row(static_cast<int>(y));
        for (std::size_t x = 0; x < width; ++x, pixel += 3) {
            const std::size_t column = mirroring == Mirroring::LeftRight ? width - 1 - x : x;
            const std::size_t at = y * strides.row + column * strides.column;
            tensor[at + red] = value_of[pixel[0]];
            tensor[at + green] = value_of[pixel[1]];
            tensor[at + blue] = value_of[pixel[2]];
        }
    }
}

} // namespace sallyport::biometrics::internal
