// The rules of a transaction as pure functions over its state: what may follow, how it ends, what
// is told of it. No storage, no clock, no models.
#pragma once

#include "verification/internal/live_transaction.hpp"

#include <string>
#include <vector>

namespace sallyport::verification {

// How a transaction ends: the crossing it leaves and what becomes of the traveler's state.
struct Ending {
    ledger::Outcome outcome = ledger::Outcome::Abandoned;
    std::string decision;
    std::string reason;
    std::optional<domain::TravelerId> traveler;
    std::optional<TravelerState> traveler_state;
    bool closes = false; // at once; otherwise the pictures stay until it is closed
};

// Let through already, by whomever.
[[nodiscard]] bool is_done(TravelerState state);
// Whether the profile compares faces with presented documents.
[[nodiscard]] bool compares_documents(const domain::CheckpointProfile& profile);

[[nodiscard]] int attempts_left(const LiveTransaction& live);
// Decisions a person may take now.
[[nodiscard]] std::vector<Decision> allowed_decisions(const LiveTransaction& live);
// StateConflict with the reason when no capture may follow.
[[nodiscard]] Status may_capture(const LiveTransaction& live);
// True when only a person can end it: a final refer, a match that an officer decides, an opt-out.
[[nodiscard]] bool waits_for_person(const LiveTransaction& live);

// The ending of a final decision; the request was checked against allowed_decisions().
[[nodiscard]] Ending ending_of_decision(
    const LiveTransaction& live, const DecisionRequest& request, const std::string& decision
);
// The ending of a transaction that nobody decided.
[[nodiscard]] Ending
ending_without_decision(const LiveTransaction& live, const std::string& reason);

[[nodiscard]] std::string
evidence_json(const DecisionEvidence& evidence, const std::string& software_version);
[[nodiscard]] std::string event_json(const LiveTransaction& live, const TransactionRow& row);

} // namespace sallyport::verification
