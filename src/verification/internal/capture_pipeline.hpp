// The probe path: frames to a verdict. Decode, best shot, template, search in the galleries of the
// checkpoint and in no other, threshold from the error rate, decision. Never fails after decoding:
// whatever goes wrong comes out as a refer with its reason.
#pragma once

#include "verification/transaction_service.hpp"

#include <optional>
#include <vector>

namespace sallyport::verification {

struct CaptureResult {
    domain::Verdict verdict = domain::Refer{domain::ReferReason::SystemFault};
    Instant captured_at{};
    ClockQuality clock_quality = ClockQuality::Unknown;
    bool searched = false;                    // counts as an attempt
    std::optional<domain::ContextId> context; // of the matched traveler
    std::optional<DecisionEvidence> evidence;
    std::optional<imaging::Image> portrait;
    std::size_t faces_seen = 0;
    StageTimings timings;
};

struct PipelinePorts {
    GalleryService& galleries;
    biometrics::FaceEngine& engine;
    const std::optional<domain::Calibration>& calibration;
    const Clock& clock;
};

// The error of the first frame when none can be decoded; frames that can are used.
[[nodiscard]] Result<std::vector<imaging::Image>>
decode_frames(const CaptureRequest& request, const Clock& clock, StageTimings& timings);

[[nodiscard]] CaptureResult run_capture(
    const PipelinePorts& ports,
    const Checkpoint& checkpoint,
    std::span<const imaging::Image> frames,
    int attempt,
    SteadyInstant deadline,
    StageTimings timings
);

// Milliseconds from then to now.
[[nodiscard]] double elapsed_ms(const Clock& clock, SteadyInstant then);

} // namespace sallyport::verification
