// What the machine may say about a traveler: Match, NoMatch or Refer with a reason. It never
// refuses anybody, and nothing but decide() over a complete search can say Match: an Error, a
// timeout or a doubt has no way to become one (tests/compile_fail tries).
#pragma once

#include "base/result.hpp"
#include "domain/ids.hpp"
#include "domain/threshold_policy.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <variant>

namespace sallyport::domain {

enum class ReferReason {
    NearTie,      // two people on this list look alike
    AlreadyDone,  // this traveler was confirmed here before
    NoHeldPhoto,  // the gallery holds no photo to compare with
    NotConfirmed, // no match after the last attempt
    NoFace,       // nobody in the zone
    FaceTooSmall, // eyes too near to each other to compare
    FaceCutOff,   // the face leaves the frame
    TooDark,
    TooBright,
    TooManyFaces,     // more faces than can be told apart
    PictureUnusable,  // not decodable, or of a kind that is not read
    NotCalibrated,    // the pack has no score for the error rate asked for
    GalleryNotReady,  // being built, closed, or of another pack
    Mismatch,         // a completed 1:1 of usable quality: not the person of the document's photo
    DocumentAltered,  // the chip's data do not agree with their signature
    DocumentUnusable, // no document photo that may be compared
    TimedOut,
    SystemFault, // something failed inside; the officer checks by hand
};
[[nodiscard]] std::string_view refer_reason_name(ReferReason reason);
// Nothing for a text that is no reason.
[[nodiscard]] std::optional<ReferReason> refer_reason_from_name(std::string_view name);
// True for reasons that another picture can mend.
[[nodiscard]] bool is_picture_reason(ReferReason reason);
[[nodiscard]] ReferReason refer_reason_for(const Error& error);

// The best score of one identity over all its held photos.
struct ScoredIdentity {
    TravelerId traveler;
    float score = 0.0F;
};

class Verdict;
enum class AttemptsLeft { No, Yes };
struct TiePolicy {
    double margin = 0.05;
};

// The one identity that passed. Only decide() can make one.
class Match {
public:
    [[nodiscard]] const TravelerId& traveler() const { return traveler_; }
    [[nodiscard]] float score() const { return score_; }

private:
    friend Verdict decide(
        std::span<const ScoredIdentity> best_first,
        const TemplateVersion& searched,
        const Threshold& threshold,
        const TiePolicy& tie
    );
    friend Verdict decide_one(
        const ScoredIdentity& presented,
        const TemplateVersion& compared,
        const Threshold& threshold,
        AttemptsLeft attempts_left
    );
    Match(const TravelerId& traveler, float score) : traveler_(traveler), score_(score) {}
    TravelerId traveler_;
    float score_;
};
struct NoMatch {};
struct Refer {
    ReferReason reason = ReferReason::SystemFault;
};

class Verdict {
public:
    Verdict(NoMatch none) : value_(none) {}        // NOLINT(google-explicit-constructor)
    Verdict(Refer refer) : value_(refer) {}        // NOLINT(google-explicit-constructor)
    Verdict(const Match& match) : value_(match) {} // NOLINT(google-explicit-constructor)
    // Every failure refers.
    explicit Verdict(const Error& error) : value_(Refer{refer_reason_for(error)}) {}

    [[nodiscard]] const Match* match() const { return std::get_if<Match>(&value_); }
    [[nodiscard]] const Refer* refer() const { return std::get_if<Refer>(&value_); }
    [[nodiscard]] bool is_no_match() const { return std::holds_alternative<NoMatch>(value_); }
    [[nodiscard]] std::string_view name() const; // "match", "no_match", "refer"

private:
    std::variant<NoMatch, Refer, Match> value_;
};

// Identities best first, one entry each. Refers when the threshold belongs to another pack, when a
// second identity passes too or stands within the margin of the best, and when the list is not in
// order or holds one identity twice (a search that lies must not admit anybody).
[[nodiscard]] Verdict decide(
    std::span<const ScoredIdentity> best_first,
    const TemplateVersion& searched,
    const Threshold& threshold,
    const TiePolicy& tie
);

// One-to-one: the live face against the photo of the presented document. At or above the threshold
// is a match; below it NoMatch while another attempt is left, else Refer(Mismatch). Refers as a
// system fault when the threshold belongs to another pack or the score is no number.
[[nodiscard]] Verdict decide_one(
    const ScoredIdentity& presented,
    const TemplateVersion& compared,
    const Threshold& threshold,
    AttemptsLeft attempts_left
);

} // namespace sallyport::domain
