// A model pack: a folder with pack.toml, model files and calibration.json. Opening one checks the
// SHA-256 of every file it names before any of them is parsed. Immutable afterwards.
#pragma once

#include "base/result.hpp"
#include "domain/threshold_policy.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::inference {

enum class ModelRole {
    Detector,
    Landmarks,
    Recogniser,
    Proposal,
    Refine,
    Quality,
    AttackDetection
};

// How a model wants its picture: the order of the tensor's axes (TransposedNHWC is NHWC with height
// and width swapped), the order of the colours, and value = (pixel - mean) * scale.
enum class TensorLayout { NCHW, NHWC, TransposedNHWC };
enum class ColourOrder { RGB, BGR };
struct InputContract {
    TensorLayout layout = TensorLayout::NCHW;
    ColourOrder colours = ColourOrder::RGB;
    float mean = 0.0F;
    float scale = 1.0F;
};

struct ModelFile {
    ModelRole role = ModelRole::Detector;
    std::filesystem::path path;
    std::string sha256; // lower-case hex
    std::string origin; // package, upstream and licence, in one line
    std::string licence;
    std::string training_data; // what is known of it
    InputContract input;
};

// "detector", "attack_detection", ... as pack.toml writes them.
[[nodiscard]] std::string_view model_role_name(ModelRole role);

class ModelPack {
public:
    // ModelMissing (names the file and says to run script/setup), DigestMismatch, ConfigInvalid.
    [[nodiscard]] static Result<ModelPack> open(const std::filesystem::path& folder);

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::string& pack_version() const { return pack_version_; }
    // Changes whenever a template made by this pack would: name, version and a digest over the
    // files and settings that shape templates.
    [[nodiscard]] const domain::TemplateVersion& template_version() const {
        return template_version_;
    }
    [[nodiscard]] std::size_t template_dimension() const { return template_dimension_; }
    [[nodiscard]] bool mirror() const { return mirror_; } // add the mirrored face's template
    [[nodiscard]] const std::vector<ModelFile>& files() const { return files_; }
    [[nodiscard]] Result<ModelFile> file(ModelRole role) const;
    // Nothing when the pack has no calibration: then no automatic match.
    [[nodiscard]] const std::optional<domain::Calibration>& calibration() const {
        return calibration_;
    }
    // What its calibration was measured on, one line, for people.
    [[nodiscard]] const std::string& calibration_evidence() const { return calibration_evidence_; }
    [[nodiscard]] const std::string& limits_of_use() const { return limits_of_use_; }

private:
    ModelPack() = default;
    std::filesystem::path folder_;
    std::string name_;
    std::string pack_version_;
    domain::TemplateVersion template_version_;
    std::size_t template_dimension_ = 0;
    bool mirror_ = false;
    std::vector<ModelFile> files_;
    std::optional<domain::Calibration> calibration_;
    std::string calibration_evidence_;
    std::string limits_of_use_;
};

} // namespace sallyport::inference
