#include "biometrics/internal/recogniser.hpp"

#include "imaging/geometry.hpp"

namespace sallyport::biometrics::internal {

Result<Recogniser> Recogniser::load(inference::Engine& engine, const inference::ModelPack& pack) {
    SALLYPORT_TRY(const auto file, pack.file(inference::ModelRole::Recogniser));
    Recogniser recogniser;
    SALLYPORT_TRY(recogniser.model_, engine.load(file.path, {}));
    SALLYPORT_TRY(recogniser.input_, picture_input(*recogniser.model_, file));
    if (recogniser.input_.width != imaging::aligned_side_px ||
        recogniser.input_.height != imaging::aligned_side_px) {
        return fail(ErrorCode::ModelMismatch, "the recogniser does not take 112 x 112 pixels");
    }
    recogniser.version_ = pack.template_version();
    recogniser.dimension_ = pack.template_dimension();
    recogniser.mirror_ = pack.mirror();
    const auto& outputs = recogniser.model_->outputs();
    if (outputs.size() != 1 || outputs.front().shape.empty() ||
        outputs.front().shape.back() != static_cast<std::int64_t>(recogniser.dimension_)) {
        return fail(
            ErrorCode::ModelMismatch, "the recogniser's output is not the pack's template_dimension"
        );
    }
    return recogniser;
}

Status
Recogniser::add_look(const imaging::Image& aligned, Mirroring mirroring, SecretFloats& sum) const {
    SALLYPORT_TRY(const auto request, model_->begin());
    write_picture(aligned, input_.contract, mirroring, request->input(0));
    SALLYPORT_CHECK(request->run());
    SALLYPORT_TRY(
        const Template look, Template::make(version_, request->output(0).first(dimension_))
    );
    for (std::size_t i = 0; i < dimension_; ++i) {
        sum[i] += look.values()[i];
    }
    return {};
}

Result<Template> Recogniser::extract(const imaging::Image& aligned) const {
    SecretFloats sum(dimension_);
    SALLYPORT_CHECK(add_look(aligned, Mirroring::None, sum));
    if (mirror_) {
        SALLYPORT_CHECK(add_look(aligned, Mirroring::LeftRight, sum));
    }
    return Template::make(version_, sum);
}

} // namespace sallyport::biometrics::internal
