// Reads calibration.json of a model pack: {"pack": template version, "fmr_min": x,
// "points": [{"fmr": .., "score": ..}], "evidence": {.., "summary": "one line"}}.
#pragma once

#include "base/result.hpp"
#include "domain/threshold_policy.hpp"

#include <filesystem>
#include <string>

namespace sallyport::inference {

struct CalibrationFile {
    domain::Calibration calibration;
    std::string evidence; // the summary line
};

// ConfigInvalid when it is not as above or was measured with another template version; IoFailed
// when it cannot be read.
[[nodiscard]] Result<CalibrationFile>
read_calibration(const std::filesystem::path& file, const domain::TemplateVersion& version);

} // namespace sallyport::inference
