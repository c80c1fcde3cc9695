#include "domain/verdict.hpp"

#include <cmath>

namespace sallyport::domain {

std::string_view refer_reason_name(ReferReason reason) {
    switch (reason) {
    case ReferReason::NearTie:
        return "near_tie";
    case ReferReason::AlreadyDone:
        return "already_done";
    case ReferReason::NoHeldPhoto:
        return "no_held_photo";
    case ReferReason::NotConfirmed:
        return "not_confirmed";
    case ReferReason::NoFace:
        return "no_face";
    case ReferReason::FaceTooSmall:
        return "face_too_small";
    case ReferReason::FaceCutOff:
        return "face_cut_off";
    case ReferReason::TooDark:
        return "too_dark";
    case ReferReason::TooBright:
        return "too_bright";
    case ReferReason::TooManyFaces:
        return "too_many_faces";
    case ReferReason::PictureUnusable:
        return "picture_unusable";
    case ReferReason::NotCalibrated:
        return "not_calibrated";
    case ReferReason::GalleryNotReady:
        return "gallery_not_ready";
    case ReferReason::Mismatch:
        return "mismatch";
    case ReferReason::DocumentAltered:
        return "document_altered";
    case ReferReason::DocumentUnusable:
        return "document_unusable";
    case ReferReason::TimedOut:
        return "timed_out";
    case ReferReason::SystemFault:
        return "system_fault";
    }
    return "system_fault";
}

std::optional<ReferReason> refer_reason_from_name(std::string_view name) {
    for (int value = 0; value <= static_cast<int>(ReferReason::SystemFault); ++value) {
        const auto reason = static_cast<ReferReason>(value);
        if (refer_reason_name(reason) == name) {
            return reason;
        }
    }
    return std::nullopt;
}

bool is_picture_reason(ReferReason reason) {
    switch (reason) {
    case ReferReason::NoFace:
    case ReferReason::FaceTooSmall:
    case ReferReason::FaceCutOff:
    case ReferReason::TooDark:
    case ReferReason::TooBright:
    case ReferReason::TooManyFaces:
    case ReferReason::PictureUnusable:
        return true;
    case ReferReason::NearTie:
    case ReferReason::AlreadyDone:
    case ReferReason::NoHeldPhoto:
    case ReferReason::NotConfirmed:
    case ReferReason::NotCalibrated:
    case ReferReason::GalleryNotReady:
    case ReferReason::Mismatch:
    case ReferReason::DocumentAltered:
    case ReferReason::DocumentUnusable:
    case ReferReason::TimedOut:
    case ReferReason::SystemFault:
        return false;
    }
    return false;
}

ReferReason refer_reason_for(const Error& error) {
    switch (error.code()) {
    case ErrorCode::NoCalibration:
        return ReferReason::NotCalibrated;
    case ErrorCode::NotReady:
    case ErrorCode::ContextClosed:
    case ErrorCode::ModelMismatch:
        return ReferReason::GalleryNotReady;
    case ErrorCode::DeadlineExceeded:
        return ReferReason::TimedOut;
    case ErrorCode::ImageUndecodable:
    case ErrorCode::ImageUnsupported:
    case ErrorCode::ImageTooLarge:
        return ReferReason::PictureUnusable;
    default:
        return ReferReason::SystemFault;
    }
}

std::string_view Verdict::name() const {
    if (match() != nullptr) {
        return "match";
    }
    return refer() != nullptr ? "refer" : "no_match";
}

namespace {

// A search must list each identity once, best first, with finite scores.
bool is_sound(std::span<const ScoredIdentity> best_first) {
    for (std::size_t index = 0; index < best_first.size(); ++index) {
        if (!std::isfinite(best_first[index].score)) {
            return false;
        }
        if (index > 0 && best_first[index].score > best_first[index - 1].score) {
            return false;
        }
        for (std::size_t earlier = 0; earlier < index; ++earlier) {
            if (best_first[earlier].traveler == best_first[index].traveler) {
                return false;
            }
        }
    }
    return true;
}

} // namespace

Verdict decide(
    std::span<const ScoredIdentity> best_first,
    const TemplateVersion& searched,
    const Threshold& threshold,
    const TiePolicy& tie
) {
    if (threshold.version != searched || !std::isfinite(threshold.score)) {
        return Refer{ReferReason::GalleryNotReady};
    }
    if (best_first.empty()) {
        return Refer{ReferReason::NoHeldPhoto};
    }
    if (!is_sound(best_first) || !(tie.margin >= 0.0)) {
        return Refer{ReferReason::SystemFault};
    }
    const ScoredIdentity& best = best_first.front();
    if (best.score < threshold.score) {
        return NoMatch{};
    }
    if (best_first.size() > 1) {
        const float second = best_first[1].score;
        const bool tied =
            static_cast<double>(best.score) - static_cast<double>(second) <= tie.margin;
        if (second >= threshold.score || tied) {
            return Refer{ReferReason::NearTie};
        }
    }
    return Match(best.traveler, best.score);
}

Verdict decide_one(
    const ScoredIdentity& presented,
    const TemplateVersion& compared,
    const Threshold& threshold,
    AttemptsLeft attempts_left
) {
    const bool sound = std::isfinite(threshold.score) && std::isfinite(presented.score);
    if (!sound || threshold.version != compared || presented.traveler.is_nil()) {
        return Refer{ReferReason::SystemFault};
    }
    if (presented.score >= threshold.score) {
        return Match(presented.traveler, presented.score);
    }
    if (attempts_left == AttemptsLeft::Yes) {
        return NoMatch{};
    }
    return Refer{ReferReason::Mismatch};
}

} // namespace sallyport::domain
