// The probe path: frames to a verdict. Decode, best shot, template, search in the galleries of the
// checkpoint and in no other, threshold from the error rate, decision. One capture works with one
// matcher from beginning to end. Never fails after decoding: whatever goes wrong comes out as a
// refer with its reason.
#pragma once

#include "verification/context_directory.hpp"
#include "verification/matcher.hpp"
#include "verification/transaction_service.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace sallyport::verification {

struct CaptureResult {
    domain::Verdict verdict = domain::Refer{domain::ReferReason::SystemFault};
    Instant captured_at{};
    ClockQuality clock_quality = ClockQuality::Unknown;
    bool searched = false;   // counts as an attempt
    bool one_to_one = false; // compared with a document: an attempt of its own
    // The checkpoint compares documents only: the face is there, whom to compare it with is not.
    // The verdict is a refer until somebody compares.
    bool awaits_document = false;
    std::optional<domain::ContextId> context; // of the matched traveler
    std::optional<DecisionEvidence> evidence;
    std::optional<imaging::Image> portrait;
    // Of every usable face, for a document presented later; none where a face is not used at all.
    std::optional<biometrics::Template> probe;
    capture::FaceQuality quality; // of the probe
    std::size_t faces_seen = 0;
    StageTimings timings;
};

struct PipelinePorts {
    GalleryService& galleries;
    const ContextDirectory& directory;
    const ActiveMatcher& matcher;
    const Clock& clock;
    // Whether two travelers of different contexts are one person; asked only before a tie between
    // them. Empty: nobody is.
    std::function<bool(const domain::TravelerId&, const domain::TravelerId&)> same_person = {};
};

// The error of the first frame when none can be decoded; frames that can are used.
[[nodiscard]] Result<std::vector<imaging::Image>>
decode_frames(const CaptureRequest& request, const Clock& clock, StageTimings& timings);

// What all the galleries of a checkpoint say together.
struct JointSearch {
    std::vector<domain::ScoredIdentity> best_first; // a traveler occurs once
    std::vector<domain::ContextId> context_of;      // beside best_first
    std::size_t templates_searched = 0;             // N
    std::size_t identities_searched = 0;
    // A flight of an arrivals window has no gallery yet: a match stands, a miss says nothing.
    bool incomplete = false;
};

// Searches what the profile may search of what the checkpoint was given. NotReady without a
// context, or when a context that was named itself has no gallery; ContextClosed when all are over.
[[nodiscard]] Result<JointSearch> search_galleries(
    const PipelinePorts& ports, const Checkpoint& checkpoint, const biometrics::Template& probe
);

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
