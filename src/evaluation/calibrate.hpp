// Calibration of a pack from pictures: finds one face in each, makes its template, and hands the
// templates to calibrate_templates(). Templates live in memory only and are wiped. Uses a few
// threads of its own; the engine is shared by them. A picture without a usable face is counted and
// left out; an engine that fails ends the run with its error.
#pragma once

#include "biometrics/face_engine.hpp"
#include "evaluation/calibration.hpp"
#include "evaluation/people_folder.hpp"

#include <functional>

namespace sallyport::evaluation {

// Pictures done and pictures in all. Called now and then by one thread at a time.
using Progress = std::function<void(std::size_t done, std::size_t total)>;

struct AcquiredTemplates {
    LabelledTemplates templates; // labels are indexes into the selection's people
    std::size_t failures = 0;    // pictures without a template
};

[[nodiscard]] Result<AcquiredTemplates> acquire_templates(
    biometrics::FaceEngine& engine, const PeopleSelection& selection, const Progress& progress = {}
);

[[nodiscard]] Result<CalibrationReport> calibrate(
    biometrics::FaceEngine& engine,
    const PeopleSelection& selection,
    const Progress& progress = {},
    const CalibrationOptions& options = {}
);

} // namespace sallyport::evaluation
