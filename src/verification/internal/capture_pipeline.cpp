#include "verification/internal/capture_pipeline.hpp"

#include "base/limits.hpp"
#include "imaging/codec.hpp"

#include <algorithm>
#include <set>
#include <spdlog/spdlog.h>

namespace sallyport::verification {
namespace {

struct Candidate {
    domain::ScoredIdentity identity;
    domain::ContextId context;
};

// Best first; of one traveler the best score alone, since a second one of theirs is no rival.
void keep_the_best(std::vector<Candidate> all, JointSearch& joint) {
    std::stable_sort(all.begin(), all.end(), [](const Candidate& left, const Candidate& right) {
        return left.identity.score > right.identity.score;
    });
    std::set<domain::TravelerId> seen;
    for (const Candidate& candidate : all) {
        if (joint.best_first.size() < limits::search_candidates_max &&
            seen.insert(candidate.identity.traveler).second) {
            joint.best_first.push_back(candidate.identity);
            joint.context_of.push_back(candidate.context);
        }
    }
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
        : ports_(ports), matcher_(ports.matcher.current()), checkpoint_(checkpoint),
          attempt_(attempt), deadline_(deadline) {
        result_.timings = timings;
    }

    Status run(std::span<const imaging::Image> frames) {
        const domain::CheckpointProfile& profile = checkpoint_.profile;
        if (profile.order == domain::MatchingOrder::Manual) {
            // Biometrics off: no face is looked for and no template made.
            return fail(ErrorCode::NotReady, "this checkpoint works without biometrics");
        }
        const capture::CaptureRules rules{
            .zone = profile.zone, .interocular_px_min = profile.interocular_px_min
        };
        const SteadyInstant begun = ports_.clock.steady_now();
        SALLYPORT_TRY(
            capture::CaptureOutcome outcome,
            capture::choose_best_shot(*matcher_->engine, frames, rules, &result_.timings.face)
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
            result_.probe,
            matcher_->engine->extract(frames[shot.frame], shot.face, &result_.timings.face)
        );
        result_.quality = shot.quality;
        if (!searches_galleries(profile)) {
            result_.verdict = domain::Refer{domain::ReferReason::DocumentUnusable};
            result_.awaits_document = true;
            return {};
        }
        return search_and_decide(*result_.probe);
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

    Status search_and_decide(const biometrics::Template& probe) {
        SteadyInstant begun = ports_.clock.steady_now();
        SALLYPORT_TRY(JointSearch found, search_galleries(ports_, checkpoint_, probe));
        result_.timings.search_ms = elapsed_ms(ports_.clock, begun);
        begun = ports_.clock.steady_now();
        if (found.templates_searched == 0) {
            result_.verdict = domain::Refer{
                found.incomplete ? domain::ReferReason::GalleryNotReady
                                 : domain::ReferReason::NoHeldPhoto
            };
            return {};
        }
        SALLYPORT_TRY(const domain::Threshold threshold, threshold_for(found.templates_searched));
        SALLYPORT_CHECK(check_deadline());
        join_same_people(found, threshold);
        result_.evidence = evidence_of(found, threshold);
        result_.verdict = domain::decide(
            found.best_first, probe.version(), threshold, {.margin = checkpoint_.profile.tie_margin}
        );
        if (found.incomplete && result_.verdict.is_no_match()) {
            // Whoever is on the flight that is still being built must not lose an attempt by it.
            result_.verdict = domain::Refer{domain::ReferReason::GalleryNotReady};
            return {};
        }
        result_.searched = true;
        if (result_.verdict.match() != nullptr) {
            result_.context = found.context_of.front();
        }
        result_.timings.decide_ms = elapsed_ms(ports_.clock, begun);
        return {};
    }

    // A connecting traveler stands on two flights and would tie with themselves: of one person the
    // best entry stays. Whoever could not be told to be the same stays, too, and ties.
    void join_same_people(JointSearch& found, const domain::Threshold& threshold) const {
        if (!ports_.same_person || found.best_first.empty() ||
            found.best_first.front().score < threshold.score) {
            return;
        }
        const domain::ScoredIdentity best = found.best_first.front();
        const domain::ContextId context = found.context_of.front();
        for (std::size_t index = found.best_first.size() - 1; index > 0; --index) {
            const domain::ScoredIdentity& other = found.best_first[index];
            const bool ties =
                other.score >= threshold.score ||
                static_cast<double>(best.score - other.score) <= checkpoint_.profile.tie_margin;
            if (ties && found.context_of[index] != context &&
                ports_.same_person(best.traveler, other.traveler)) {
                found.best_first.erase(
                    found.best_first.begin() + static_cast<std::ptrdiff_t>(index)
                );
                found.context_of.erase(
                    found.context_of.begin() + static_cast<std::ptrdiff_t>(index)
                );
            }
        }
    }

    Result<domain::Threshold> threshold_for(std::size_t n) const {
        if (!matcher_->calibration) {
            return fail(ErrorCode::NoCalibration, "the model pack has no calibration");
        }
        const domain::CheckpointProfile& profile = checkpoint_.profile;
        SALLYPORT_TRY(
            const double fmr, domain::fmr_for_fpir(profile.fpir_max, n, profile.attempts_max)
        );
        return matcher_->calibration->threshold_for(fmr);
    }

    DecisionEvidence
    evidence_of(const JointSearch& found, const domain::Threshold& threshold) const {
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
        evidence.quality = result_.quality;
        for (const domain::ScoredIdentity& identity : found.best_first) {
            evidence.scores.push_back(identity.score);
            evidence.above_threshold += identity.score >= threshold.score ? 1U : 0U;
        }
        return evidence;
    }

    const PipelinePorts& ports_;
    const std::shared_ptr<const Matcher> matcher_; // one for the whole capture
    const Checkpoint& checkpoint_;
    int attempt_;
    SteadyInstant deadline_;
    CaptureResult result_;
};

} // namespace

Result<JointSearch> search_galleries(
    const PipelinePorts& ports, const Checkpoint& checkpoint, const biometrics::Template& probe
) {
    if (checkpoint.contexts.empty()) {
        return fail(ErrorCode::NotReady, "the checkpoint has no context to search");
    }
    const auto contexts = ports.directory.searchable(checkpoint.profile, checkpoint.contexts);
    // An open window in which nothing arrives yet is open, and nobody is expected.
    if (contexts.empty() &&
        !ports.directory.any_window_open(checkpoint.profile, checkpoint.contexts)) {
        return fail(ErrorCode::ContextClosed, "every context of this checkpoint is closed");
    }
    JointSearch joint;
    std::vector<Candidate> all;
    std::size_t closed = 0;
    for (const domain::ContextId& context : contexts) {
        const auto published = ports.galleries.snapshot(context, probe.version());
        if (!published.has_value()) {
            const bool named =
                std::find(checkpoint.contexts.begin(), checkpoint.contexts.end(), context) !=
                checkpoint.contexts.end();
            if (published.error().code() == ErrorCode::ContextClosed) {
                ++closed; // a flight that has left does not stop the next one of this gate
            } else if (named) {
                return fail(published.error());
            } else {
                joint.incomplete = true;
            }
            continue;
        }
        const gallery::Snapshot& snapshot = **published;
        if (snapshot.template_count() == 0) {
            continue;
        }
        SALLYPORT_TRY(
            const gallery::SearchResult found,
            snapshot.search(probe, {.candidates_max = limits::search_candidates_max})
        );
        joint.templates_searched += found.templates_searched;
        joint.identities_searched += found.identities_searched;
        for (const domain::ScoredIdentity& identity : found.best_first) {
            all.push_back({identity, context});
        }
    }
    if (!contexts.empty() && closed == contexts.size()) {
        return fail(ErrorCode::ContextClosed, "every context of this checkpoint is closed");
    }
    keep_the_best(std::move(all), joint);
    return joint;
}

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
