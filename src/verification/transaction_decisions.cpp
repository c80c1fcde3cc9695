// What people decide: opting out, and the decisions that follow a verdict or take its place.
#include "verification/internal/live_transaction.hpp"
#include "verification/internal/transaction_rules.hpp"
#include "verification/transaction_service.hpp"

#include <algorithm>

namespace sallyport::verification {

Result<TransactionView> TransactionService::opt_out(
    const domain::TransactionId& id, std::optional<domain::TravelerId> traveler
) {
    SALLYPORT_TRY(const LivePtr live, find(id));
    const std::lock_guard lock(live->mutex);
    if (live->ended) {
        return fail(ErrorCode::StateConflict, "the transaction is decided");
    }
    TransactionRow row = live->row;
    std::optional<TravelerRow> known;
    if (traveler || row.traveler) {
        SALLYPORT_TRY(
            known,
            ports_.records.traveler(traveler.value_or(row.traveler.value_or(domain::TravelerId())))
        );
        if (!known || !serves(*live, *known)) {
            return fail(ErrorCode::NotFound, "this traveler is on no list of this checkpoint");
        }
        row.traveler = known->id;
        row.context = known->context;
    }
    row.decision = "opted_out";
    if (!known && live->document && live->document->traveler) {
        SALLYPORT_TRY(known, ports_.records.traveler(*live->document->traveler));
        row.traveler = live->document->traveler;
        row.context = live->document->context;
    }
    // No picture stays and none is taken any more, whether or not the record can be written.
    live->opted_out = true;
    live->wipe_pictures();
    SALLYPORT_TRY(auto work, ports_.unit_of_work.begin());
    std::vector<TravelerRow> wiped;
    if (known) {
        SALLYPORT_TRY(wiped, opt_out_person(*work, *known));
    }
    SALLYPORT_CHECK(ports_.records.put_transaction(*work, row));
    SALLYPORT_CHECK(
        ports_.events.write(*work, row.checkpoint, "transaction.opted_out", event_json(*live, row))
    );
    SALLYPORT_CHECK(work->commit());
    live->row = std::move(row);
    wipe_templates(wiped);
    ports_.events.announce();
    return view_of(*live);
}

Result<std::vector<TravelerRow>>
TransactionService::opt_out_person(domain::UnitOfWork& work, const TravelerRow& known) {
    // Whoever opts out does so on every flight they are on.
    SALLYPORT_TRY(std::vector<TravelerRow> rows, ports_.manifests.rows_of_person(known));
    const auto is_known = [&known](const TravelerRow& row) { return row.id == known.id; };
    if (std::none_of(rows.begin(), rows.end(), is_known)) {
        rows.push_back(known);
    }
    for (const TravelerRow& row : rows) {
        if (!is_done(row.state)) {
            SALLYPORT_CHECK(ports_.records.set_traveler_state(work, row.id, TravelerState::OptedOut)
            );
        }
    }
    return rows;
}

void TransactionService::wipe_templates(const std::vector<TravelerRow>& rows) {
    for (const TravelerRow& row : rows) {
        ports_.galleries.opt_out(row.context, row.id);
    }
}

bool TransactionService::serves(const LiveTransaction& live, const TravelerRow& row) const {
    if (live.document && live.document->traveler == row.id) {
        return true;
    }
    const auto contexts =
        ports_.directory.searchable(live.checkpoint.profile, live.checkpoint.contexts);
    return std::find(contexts.begin(), contexts.end(), row.context) != contexts.end();
}

bool TransactionService::expects(const LiveTransaction& live, const TravelerRow& row) const {
    const auto contexts =
        ports_.directory.searchable(live.checkpoint.profile, live.checkpoint.contexts);
    return row.searchable() &&
           std::find(contexts.begin(), contexts.end(), row.context) != contexts.end();
}

Status TransactionService::check_time(const LiveTransaction& live) const {
    if (ports_.clock.steady_now() >= live.expires_at) {
        return fail(ErrorCode::StateConflict, "the time of this transaction is over");
    }
    return {};
}

Status TransactionService::check_traveler(
    const LiveTransaction& live, const DecisionRequest& request
) const {
    const bool lets_through = request.decision != Decision::Referred;
    const bool by_machine = live.row.verdict == "match" && live.row.traveler.has_value();
    if (lets_through && !request.traveler && !live.row.traveler) {
        return fail(
            ErrorCode::InvalidArgument, "without a match, say whom the document names: traveler"
        );
    }
    const bool confirmed = by_machine || live.identity_confirmed;
    if (lets_through && (request.traveler || !confirmed) && request.reason.empty()) {
        return fail(ErrorCode::InvalidArgument, "without a match, a reason is needed");
    }
    if (request.reason.size() > 200) {
        return fail(ErrorCode::InvalidArgument, "a reason has at most 200 characters");
    }
    if (request.traveler) {
        SALLYPORT_TRY(const auto row, ports_.records.traveler(*request.traveler));
        if (!row || !serves(live, *row)) {
            return fail(ErrorCode::NotFound, "this traveler is on no list of this checkpoint");
        }
        if (lets_through && is_done(row->state)) {
            return fail(ErrorCode::StateConflict, "this traveler was let through before");
        }
    }
    return {};
}

Result<TransactionView> TransactionService::decide(const DecisionRequest& asked) {
    SALLYPORT_TRY(const LivePtr live, find(asked.id));
    const std::lock_guard lock(live->mutex);
    DecisionRequest request = asked;
    if (!request.traveler && !live->row.traveler && live->document) {
        // The document that was presented says whom it is about.
        request.traveler = live->document->traveler;
    }
    const std::vector<Decision> allowed = allowed_decisions(*live);
    if (std::find(allowed.begin(), allowed.end(), request.decision) == allowed.end()) {
        return fail(
            ErrorCode::StateConflict,
            live->ended ? "the transaction is decided" : "this decision cannot follow here"
        );
    }
    SALLYPORT_CHECK(check_traveler(*live, request));
    if (request.decision == Decision::IdentityConfirmed) {
        TransactionRow row = live->row;
        row.decision = live->row.decision == "opted_out" ? row.decision : "identity_confirmed";
        if (request.traveler) {
            row.traveler = request.traveler;
        }
        SALLYPORT_CHECK(commit_row(*live, row, "transaction.decided"));
        live->identity_confirmed = true;
        live->reason_given = request.reason;
        if (request.traveler) {
            // A person confirmed the document; the machine's verdict no longer stands for it.
            live->evidence.reset();
        }
        return view_of(*live);
    }
    const Ending ending =
        ending_of_decision(*live, request, std::string(decision_name(request.decision)));
    SALLYPORT_CHECK(apply_end(*live, ending));
    if (ending.outcome == ledger::Outcome::OptedOut && ending.traveler) {
        SALLYPORT_TRY(const auto known, ports_.records.traveler(*ending.traveler));
        if (known) {
            SALLYPORT_CHECK(spread_opt_out(*known));
        }
    }
    return view_of(*live);
}

Status TransactionService::spread_opt_out(const TravelerRow& known) {
    wipe_templates({known});
    SALLYPORT_TRY(auto work, ports_.unit_of_work.begin());
    SALLYPORT_TRY(const std::vector<TravelerRow> rows, opt_out_person(*work, known));
    SALLYPORT_CHECK(work->commit());
    wipe_templates(rows);
    return {};
}

} // namespace sallyport::verification
