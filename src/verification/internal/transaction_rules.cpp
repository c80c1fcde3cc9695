#include "verification/internal/transaction_rules.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace sallyport::verification {

namespace json = boost::json;

bool is_done(TravelerState state) {
    return state == TravelerState::Confirmed || state == TravelerState::Manual;
}

bool compares_documents(const domain::CheckpointProfile& profile) {
    return profile.order == domain::MatchingOrder::GalleryThenDocument ||
           profile.order == domain::MatchingOrder::DocumentOnly;
}

int attempts_left(const LiveTransaction& live) {
    if (live.verdict_is_final || live.ended || live.opted_out) {
        return 0;
    }
    const bool one_to_one = live.document && !live.document->references.empty();
    const int used = one_to_one ? live.document_attempts : live.row.attempts;
    return std::max(0, live.checkpoint.profile.attempts_max - used);
}

bool waits_for_person(const LiveTransaction& live) {
    return !live.ended && (live.verdict_is_final || live.row.decision == "opted_out" ||
                           live.row.decision == "identity_confirmed");
}

std::vector<Decision> allowed_decisions(const LiveTransaction& live) {
    if (live.ended) {
        return {};
    }
    if (live.mismatch_is_final) {
        return {Decision::Referred};
    }
    if (live.checkpoint.profile.decided_by == domain::DecidedBy::Rule) {
        return {Decision::Boarded, Decision::Referred};
    }
    if (live.identity_confirmed) {
        return {Decision::Admitted, Decision::Referred};
    }
    return {Decision::IdentityConfirmed, Decision::Referred};
}

Status may_capture(const LiveTransaction& live) {
    if (live.ended) {
        return fail(ErrorCode::StateConflict, "the transaction is decided");
    }
    if (live.checkpoint.profile.order == domain::MatchingOrder::Manual) {
        return fail(
            ErrorCode::StateConflict, "no photo is taken at this checkpoint; a person decides"
        );
    }
    if (live.opted_out) {
        return fail(
            ErrorCode::StateConflict, "the traveler chose the manual check; no photo is taken"
        );
    }
    if (!live.row.decision.empty()) {
        return fail(ErrorCode::StateConflict, "a person has confirmed the identity already");
    }
    if (live.verdict_is_final) {
        return fail(ErrorCode::StateConflict, "the transaction has its verdict");
    }
    return {};
}

Ending ending_of_decision(
    const LiveTransaction& live, const DecisionRequest& request, const std::string& decision
) {
    Ending ending;
    ending.decision = decision;
    ending.reason = request.reason.empty() ? live.reason_given : request.reason;
    ending.traveler = request.traveler ? request.traveler : live.row.traveler;
    // A mismatch that is referred stays a referral, also after an opt-out.
    const bool refers_mismatch =
        live.document && live.document->mismatch && request.decision == Decision::Referred;
    if (live.row.decision == "opted_out" && !refers_mismatch) {
        ending.outcome = ledger::Outcome::OptedOut;
        if (ending.traveler) {
            ending.traveler_state = TravelerState::OptedOut;
        }
        return ending;
    }
    if (request.decision == Decision::Referred) {
        ending.outcome = ledger::Outcome::Referred;
        if (ending.reason.empty() && live.reason) {
            ending.reason = std::string(domain::refer_reason_name(*live.reason));
        }
        if (ending.traveler) {
            ending.traveler_state = TravelerState::Referred;
        }
        return ending;
    }
    // Confirmed by the face only when the machine matched the very traveler who is let through.
    const bool confirmed = live.row.verdict == "match" && live.evidence.has_value() &&
                           live.row.traveler.has_value() && ending.traveler == live.row.traveler &&
                           !request.traveler.has_value();
    ending.outcome = confirmed ? ledger::Outcome::Confirmed : ledger::Outcome::Manual;
    ending.traveler_state = confirmed ? TravelerState::Confirmed : TravelerState::Manual;
    return ending;
}

Ending ending_without_decision(const LiveTransaction& live, const std::string& reason) {
    Ending ending;
    ending.closes = true;
    ending.reason = reason;
    const bool mismatch = live.document && live.document->mismatch;
    if (live.row.decision == "opted_out" && !mismatch) {
        ending.outcome = ledger::Outcome::OptedOut;
        ending.decision = "opted_out";
        ending.traveler = live.row.traveler;
    } else if (live.row.verdict == "refer" && live.verdict_is_final) {
        ending.outcome = ledger::Outcome::Referred;
        ending.decision = "referred";
        if (live.reason) {
            ending.reason = std::string(domain::refer_reason_name(*live.reason));
        }
    } else {
        ending.outcome = ledger::Outcome::Abandoned;
        ending.decision = "abandoned";
    }
    return ending;
}

std::string evidence_json(const DecisionEvidence& evidence, const std::string& software_version) {
    json::array scores;
    for (const float score : evidence.scores) {
        scores.emplace_back(score);
    }
    return json::serialize(json::object{
        {"software", software_version},
        {"pack", evidence.pack},
        {"compared_with", compared_with_name(evidence.compared_with)},
        {"n", evidence.n},
        {"identities", evidence.identities},
        {"attempt", evidence.attempt},
        {"attempts_max", evidence.attempts_max},
        {"fpir_max", evidence.fpir_max},
        {"fmr_max", evidence.fmr_max},
        {"fmr", evidence.fmr},
        {"threshold", evidence.threshold},
        {"scores", std::move(scores)},
        {"above_threshold", evidence.above_threshold},
        {"faces_seen", evidence.faces_seen},
        {"interocular_px", evidence.quality.interocular_px},
        {"luminance_mean", evidence.quality.luminance_mean},
        {"sharpness", evidence.quality.sharpness},
        {"pad", nullptr}, // not assessed by this pack
    });
}

std::string event_json(const LiveTransaction& live, const TransactionRow& row) {
    json::object body{
        {"transaction", row.id.hex()},
        {"state", transaction_state_name(row.state)},
        {"verdict", row.verdict},
        {"reason", row.reason.empty() ? json::value(nullptr) : json::value(row.reason)},
        {"decision", row.decision},
        {"attempts", row.attempts},
    };
    if (!live.checkpoint.contexts.empty()) {
        body["context"] = live.checkpoint.contexts.front().hex();
    }
    if (live.document) {
        body["chip"] = chip_verdict_name(live.document->examination.chip);
        body["portrait"] = portrait_source_name(live.document->portrait);
    }
    return json::serialize(body);
}

} // namespace sallyport::verification
