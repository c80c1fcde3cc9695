// The FaceEngine of a model pack: its detector finds boxes, its landmark net places five points,
// its recogniser makes the template, as the pack's input contracts say. Pimpl: no inference header
// leaks out. Loading reads and compiles the models (0.2 to 0.4 s each) and fails with ModelMissing,
// ModelMismatch (a model of another shape) or Internal.
#pragma once

#include "biometrics/face_engine.hpp"
#include "inference/model_pack.hpp"

#include <filesystem>
#include <memory>

namespace sallyport::biometrics {

struct FaceEngineOptions {
    int parallel_requests = 2;       // threads that may extract at once
    int threads_per_request = 1;     // threads of the inference library for each
    std::filesystem::path cache_dir; // compiled models; empty: none
};

[[nodiscard]] Result<std::unique_ptr<FaceEngine>>
load_face_engine(const inference::ModelPack& pack, const FaceEngineOptions& options);

} // namespace sallyport::biometrics
