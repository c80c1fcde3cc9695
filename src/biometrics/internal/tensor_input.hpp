// Pixels into the input tensor of a model, as the pack's input contract says. Private to
// biometrics.
#pragma once

#include "base/result.hpp"
#include "imaging/image.hpp"
#include "inference/engine.hpp"
#include "inference/model_pack.hpp"

#include <span>

namespace sallyport::biometrics::internal {

enum class Mirroring { None, LeftRight };

struct PictureInput {
    int width = 0;
    int height = 0;
    inference::InputContract contract;
};

// What a model with this one input tensor takes. ModelMismatch unless it is one picture in three
// colours.
[[nodiscard]] Result<PictureInput>
picture_input(const inference::Model& model, const inference::ModelFile& file);

// Index of the model's output with this many values for each row. ModelMismatch when there is none.
[[nodiscard]] Result<std::size_t> output_of_width(
    const inference::Model& model, const inference::ModelFile& file, std::int64_t width
);

// The picture must have the input's size, the tensor 3 * width * height values.
void write_picture(
    const imaging::Image& image,
    const inference::InputContract& contract,
    Mirroring mirroring,
    std::span<float> tensor
);

} // namespace sallyport::biometrics::internal
