// The recogniser of a pack: an aligned face in, a template out. Private to biometrics.
#pragma once

#include "biometrics/internal/tensor_input.hpp"
#include "biometrics/template.hpp"

#include <memory>

namespace sallyport::biometrics::internal {

class Recogniser {
public:
    // ModelMismatch unless the model takes aligned faces and gives the pack's template dimension.
    [[nodiscard]] static Result<Recogniser>
    load(inference::Engine& engine, const inference::ModelPack& pack);

    // With a mirroring pack the templates of the face and of its mirror image, each of length one,
    // are added.
    [[nodiscard]] Result<Template> extract(const imaging::Image& aligned) const;

private:
    Recogniser() = default;
    // Adds the unit vector of one look to the sum.
    [[nodiscard]] Status
    add_look(const imaging::Image& aligned, Mirroring mirroring, SecretFloats& sum) const;

    std::unique_ptr<inference::Model> model_;
    PictureInput input_;
    domain::TemplateVersion version_;
    std::size_t dimension_ = 0;
    bool mirror_ = false;
};

} // namespace sallyport::biometrics::internal
