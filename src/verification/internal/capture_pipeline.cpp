#include "verification/internal/capture_pipeline.hpp"

#include "base/limits.hpp"
#include "imaging/codec.hpp"

#include <algorithm>
#include <spdlog/spdlog.h>

namespace sallyport::verification {
namespace {

// What all the galleries of a checkpoint said together.
struct JointSearch {
    std::vector<domain::ScoredIdentity> best_first;
    std::vector<domain::ContextId> context_of; // beside best_first
    std::size_t templates_searched = 0;
    std::size_t identities_searched = 0;
};

Result<JointSearch> search_galleries(
    GalleryService& galleries, const Checkpoint& checkpoint, const biometrics::Template& probe
) {
    if (checkpoint.contexts.empty()) {
        return fail(ErrorCode::NotReady, "the checkpoint has no context to search");
    }
    JointSearch joint;
    std::vector<std::pair<domain::ScoredIdentity, domain::ContextId>> all;
    std::size_t open_contexts = 0;
    for (const domain::ContextId& context : checkpoint.contexts) {
        const auto published = galleries.snapshot(context);
        if (!published.has_value() && published.error().code() == ErrorCode::ContextClosed) {
            continue; // a flight that has left does not stop the next one of this gate
        }
        SALLYPORT_TRY(const auto snapshot, published);
        ++open_contexts;
        if (snapshot->template_count() == 0) {
            continue;
        }
        SALLYPORT_TRY(
            const gallery::SearchResult found,
            snapshot->search(probe, {.candidates_max = limits::search_candidates_max})
        );
        joint.templates_searched += found.templates_searched;
        joint.identities_searched += found.identities_searched;
        for (const domain::ScoredIdentity& identity : found.best_first) {
            all.emplace_back(identity, context);
        }
    }
    if (open_contexts == 0) {
        return fail(ErrorCode::ContextClosed, "every context of this checkpoint is closed");
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& left, const auto& right) {
        return left.first.score > right.first.score;
    });
    all.resize(std::min(all.size(), limits::search_candidates_max));
    for (const auto& [identity, context] : all) {
        joint.best_first.push_back(identity);
        joint.context_of.push_back(context);
    }
    return joint;
}

class Pipeline {
public:
    Pipeline(
        const PipelinePorts& ports,
        const Checkpoint& checkpoint,
        int attempt,
        SteadyInstant deadline,
        StageTimings timings
    )
        : ports_(ports), checkpoint_(checkpoint), attempt_(attempt), deadline_(deadline) {
        result_.timings = timings;
    }

    Status run(std::span<const imaging::Image> frames) {
        const domain::CheckpointProfile& profile = checkpoint_.profile;
        const capture::CaptureRules rules{
            .zone = profile.zone, .interocular_px_min = profile.interocular_px_min
        };
        const SteadyInstant begun = ports_.clock.steady_now();
        SALLYPORT_TRY(
            capture::CaptureOutcome outcome,
            capture::choose_best_shot(ports_.engine, frames, rules, &result_.timings.face)
        );
        result_.timings.portrait_ms = std::max(
            0.0,
            elapsed_ms(ports_.clock, begun) - result_.timings.face.detect_ms -
                result_.timings.face.landmarks_ms
        );
        result_.faces_seen = outcome.faces_seen;
        if (!outcome.shot) {
            result_.verdict = domain::Refer{outcome.reason};
            return {};
        }
        capture::BestShot& shot = *outcome.shot;
        result_.portrait = std::move(shot.portrait);
        SALLYPORT_CHECK(check_deadline());
        SALLYPORT_TRY(
            const biometrics::Template probe,
            ports_.engine.extract(frames[shot.frame], shot.face, &result_.timings.face)
        );
        return search_and_decide(probe, shot.quality);
    }

    CaptureResult take() && { return std::move(result_); }
    void refer(const Error& error) {
        result_.verdict = domain::Verdict(error);
        result_.searched = false;
        result_.context.reset();
    }

private:
    Status check_deadline() const {
        if (ports_.clock.steady_now() > deadline_) {
            return fail(ErrorCode::DeadlineExceeded, "the capture took longer than its deadline");
        }
        return {};
    }

    Status
    search_and_decide(const biometrics::Template& probe, const capture::FaceQuality& quality) {
        SteadyInstant begun = ports_.clock.steady_now();
        SALLYPORT_TRY(
            const JointSearch found, search_galleries(ports_.galleries, checkpoint_, probe)
        );
        result_.timings.search_ms = elapsed_ms(ports_.clock, begun);
        begun = ports_.clock.steady_now();
        if (found.templates_searched == 0) {
            result_.verdict = domain::Refer{domain::ReferReason::NoHeldPhoto};
            return {};
        }
        SALLYPORT_TRY(const domain::Threshold threshold, threshold_for(found.templates_searched));
        SALLYPORT_CHECK(check_deadline());
        result_.evidence = evidence_of(found, threshold, quality);
        result_.verdict = domain::decide(
            found.best_first, probe.version(), threshold, {.margin = checkpoint_.profile.tie_margin}
        );
        result_.searched = true;
        if (result_.verdict.match() != nullptr) {
            result_.context = found.context_of.front();
        }
        result_.timings.decide_ms = elapsed_ms(ports_.clock, begun);
        return {};
    }

    Result<domain::Threshold> threshold_for(std::size_t n) const {
        if (!ports_.calibration) {
            return fail(ErrorCode::NoCalibration, "the model pack has no calibration");
        }
        const domain::CheckpointProfile& profile = checkpoint_.profile;
        SALLYPORT_TRY(
            const double fmr, domain::fmr_for_fpir(profile.fpir_max, n, profile.attempts_max)
        );
        return ports_.calibration->threshold_for(fmr);
    }

    DecisionEvidence evidence_of(
        const JointSearch& found,
        const domain::Threshold& threshold,
        const capture::FaceQuality& quality
    ) const {
        DecisionEvidence evidence;
        evidence.pack = threshold.version.value;
        evidence.n = found.templates_searched;
        evidence.identities = found.identities_searched;
        evidence.attempt = attempt_;
        evidence.attempts_max = checkpoint_.profile.attempts_max;
        evidence.fpir_max = checkpoint_.profile.fpir_max;
        evidence.fmr = threshold.fmr;
        evidence.threshold = threshold.score;
        evidence.faces_seen = result_.faces_seen;
        evidence.quality = quality;
        for (const domain::ScoredIdentity& identity : found.best_first) {
            evidence.scores.push_back(identity.score);
            evidence.above_threshold += identity.score >= threshold.score ? 1U : 0U;
        }
        return evidence;
    }

    const PipelinePorts& ports_;
    const Checkpoint& checkpoint_;
    int attempt_;
    SteadyInstant deadline_;
    CaptureResult result_;
};

} // namespace

double elapsed_ms(const Clock& clock, SteadyInstant then) {
    return std::chrono::duration<double, std::milli>(clock.steady_now() - then).count();
}

Result<std::vector<imaging::Image>>
decode_frames(const CaptureRequest& request, const Clock& clock, StageTimings& timings) {
    if (request.frames.empty()) {
        return fail(ErrorCode::InvalidArgument, "a capture needs at least one frame");
    }
    if (request.frames.size() > limits::capture_frames_max) {
        return fail(ErrorCode::InvalidArgument, "a capture has at most ten frames");
    }
    const SteadyInstant begun = clock.steady_now();
    std::vector<imaging::Image> frames;
    std::optional<Error> first_error;
    for (const auto& bytes : request.frames) {
        auto image = imaging::decode_image(bytes);
        if (image.has_value()) {
            frames.push_back(*std::move(image));
        } else if (!first_error) {
            first_error = std::move(image).error();
        }
    }
    timings.decode_ms = elapsed_ms(clock, begun);
    if (frames.empty()) {
        return fail(std::move(*first_error));
    }
    return frames;
}

CaptureResult run_capture(
    const PipelinePorts& ports,
    const Checkpoint& checkpoint,
    std::span<const imaging::Image> frames,
    int attempt,
    SteadyInstant deadline,
    StageTimings timings
) {
    Pipeline pipeline(ports, checkpoint, attempt, deadline, timings);
    const Status done = pipeline.run(frames);
    if (!done.has_value()) {
        spdlog::warn("a capture ends as refer: {}", done.error().describe());
        pipeline.refer(done.error());
    }
    return std::move(pipeline).take();
}

} // namespace sallyport::verification
