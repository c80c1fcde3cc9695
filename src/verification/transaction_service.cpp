#include "verification/transaction_service.hpp"

#include "base/limits.hpp"
#include "verification/internal/capture_pipeline.hpp"
#include "verification/internal/live_transaction.hpp"
#include "verification/internal/transaction_rules.hpp"

#include <algorithm>
#include <spdlog/spdlog.h>

namespace sallyport::verification {
namespace {

// A device's clock may run ahead of ours by this much before we disbelieve it.
constexpr std::chrono::minutes clock_skew_max{5};

} // namespace

TransactionService::TransactionService(Ports ports) : ports_(std::move(ports)) {}
TransactionService::~TransactionService() = default;

Result<TransactionService::LivePtr> TransactionService::find(const domain::TransactionId& id
) const {
    {
        const std::lock_guard lock(mutex_);
        const auto found = live_.find(id);
        if (found != live_.end()) {
            return found->second;
        }
    }
    SALLYPORT_TRY(const auto row, ports_.records.transaction(id));
    if (row) {
        return fail(ErrorCode::StateConflict, "the transaction is closed");
    }
    return fail(ErrorCode::NotFound, "there is no transaction with this id");
}

std::vector<TransactionService::LivePtr> TransactionService::all_live() const {
    const std::lock_guard lock(mutex_);
    std::vector<LivePtr> all;
    all.reserve(live_.size());
    for (const auto& [id, live] : live_) {
        all.push_back(live);
    }
    return all;
}

void TransactionService::forget(const domain::TransactionId& id) {
    const std::lock_guard lock(mutex_);
    live_.erase(id);
}

Status
TransactionService::check_notice(const OpenRequest& request, const Checkpoint& checkpoint) const {
    if (request.notice_version != checkpoint.profile.notice_version) {
        return fail(
            ErrorCode::StateConflict,
            "the notice shown is not the one in force here: " + checkpoint.profile.notice_version
        );
    }
    if (request.notice_shown_at > ports_.clock.now() + clock_skew_max) {
        return fail(ErrorCode::StateConflict, "the notice cannot have been shown in the future");
    }
    return {};
}

Result<TransactionView> TransactionService::open(const OpenRequest& request) {
    if (request.id.is_nil()) {
        return fail(ErrorCode::InvalidArgument, "a transaction's id must not be all zero");
    }
    if (request.subjects != 1) {
        return fail(ErrorCode::InvalidArgument, "a transaction at this checkpoint has one subject");
    }
    SALLYPORT_TRY(const Checkpoint checkpoint, ports_.checkpoints.find(request.checkpoint));
    SALLYPORT_CHECK(check_notice(request, checkpoint));

    auto fresh = std::make_shared<LiveTransaction>();
    fresh->checkpoint = checkpoint;
    fresh->expires_at = ports_.clock.steady_now() + checkpoint.profile.timeout;
    TransactionRow row;
    row.id = request.id;
    row.checkpoint = request.checkpoint;
    row.profile = checkpoint.profile.name;
    row.notice_version = request.notice_version;
    row.opened_at = ports_.clock.now();
    if (checkpoint.contexts.size() == 1) {
        row.context = checkpoint.contexts.front();
    }
    const std::lock_guard opening(fresh->mutex);
    LivePtr known;
    {
        const std::lock_guard lock(mutex_);
        const auto found = live_.find(request.id);
        if (found != live_.end()) {
            known = found->second;
        } else if (live_.size() >= limits::transactions_open_max) {
            return fail(ErrorCode::QueueFull, "too many transactions are open");
        } else {
            live_.emplace(request.id, fresh);
        }
    }
    if (known) {
        const std::lock_guard lock(known->mutex);
        if (known->row.state == TransactionState::Closed) {
            return fail(ErrorCode::StateConflict, "the transaction is closed");
        }
        if (known->row.checkpoint != request.checkpoint) {
            return fail(ErrorCode::AlreadyExists, "this id belongs to a transaction elsewhere");
        }
        return view_of(*known);
    }
    const auto earlier = ports_.records.transaction(request.id);
    Status committed = !earlier.has_value() ? Status(fail(earlier.error()))
                       : earlier->has_value()
                           ? Status(fail(ErrorCode::StateConflict, "the transaction is closed"))
                           : commit_row(*fresh, row, "transaction.opened");
    if (!committed.has_value()) {
        forget(request.id);
        // Who found it in the meantime and waits for its mutex must not go on with it.
        fresh->row.state = TransactionState::Closed;
        fresh->ended = true;
        return fail(std::move(committed).error());
    }
    close_decided_at(request.checkpoint, *fresh);
    return view_of(*fresh);
}

Status TransactionService::commit_row(
    LiveTransaction& live, const TransactionRow& row, std::string_view event_kind
) {
    SALLYPORT_TRY(auto work, ports_.unit_of_work.begin());
    SALLYPORT_CHECK(ports_.records.put_transaction(*work, row));
    SALLYPORT_CHECK(ports_.events.write(*work, row.checkpoint, event_kind, event_json(live, row)));
    SALLYPORT_CHECK(work->commit());
    live.row = row;
    ports_.events.announce();
    return {};
}

Result<TransactionView> TransactionService::capture(const CaptureRequest& request) {
    const SteadyInstant begun = ports_.clock.steady_now();
    SALLYPORT_TRY(const LivePtr live, find(request.id));
    const std::lock_guard lock(live->mutex);
    SALLYPORT_CHECK(may_capture(*live));
    SALLYPORT_CHECK(check_time(*live));
    if (request.captured_at && *request.captured_at > ports_.clock.now() + clock_skew_max) {
        return fail(ErrorCode::InvalidArgument, "a capture cannot lie in the future");
    }
    const bool timed = request.received_at != SteadyInstant{};
    StageTimings timings;
    timings.queue_ms =
        timed ? std::chrono::duration<double, std::milli>(begun - request.received_at).count()
              : 0.0;
    SALLYPORT_TRY(const auto frames, decode_frames(request, ports_.clock, timings));
    const SteadyInstant deadline =
        (timed ? request.received_at : begun) + std::chrono::seconds(limits::request_deadline);
    const PipelinePorts pipeline{
        .galleries = ports_.galleries,
        .directory = ports_.directory,
        .matcher = ports_.matcher,
        .clock = ports_.clock,
        .same_person =
            [this](const domain::TravelerId& left, const domain::TravelerId& right) {
                const auto one = ports_.manifests.traveler(left);
                const auto other = ports_.manifests.traveler(right);
                return one.has_value() && other.has_value() &&
                       domain::same_person(one->traveler, other->traveler);
            },
    };
    Checkpoint checkpoint = live->checkpoint;
    if (live->document && !live->document->references.empty()) {
        // The document says who it is; nobody else's photo is looked at any more.
        checkpoint.profile.order = domain::MatchingOrder::DocumentOnly;
    }
    CaptureResult result =
        run_capture(pipeline, checkpoint, frames, live->row.attempts + 1, deadline, timings);
    if (result.probe && live->document && !live->document->references.empty()) {
        compare_with_document(*live, result, deadline);
    }
    result.captured_at = request.captured_at.value_or(ports_.clock.now());
    result.clock_quality = request.captured_at ? request.clock_quality : ports_.clock.quality();
    const SteadyInstant committing = ports_.clock.steady_now();
    SALLYPORT_CHECK(apply_capture(*live, result));
    live->timings.commit_ms = elapsed_ms(ports_.clock, committing);
    live->timings.total_ms = elapsed_ms(ports_.clock, timed ? request.received_at : begun);
    return view_of(*live);
}

Result<TransactionService::Settled>
TransactionService::settle(const LiveTransaction& live, const CaptureResult& result) const {
    Settled settled;
    settled.row = live.row;
    settled.unusable_captures = live.unusable_captures;
    TransactionRow& row = settled.row;
    const bool compared = result.one_to_one && result.evidence.has_value();
    row.attempts += result.searched || compared ? 1 : 0;
    // Only a match names somebody.
    row.traveler.reset();
    if (!row.captured_at) {
        row.captured_at = result.captured_at;
        row.clock_quality = result.clock_quality;
    }
    domain::Verdict verdict = result.verdict;
    bool may_board = false;
    if (const domain::Match* match = verdict.match()) {
        // Read while no other write can happen: two gates cannot both confirm one traveler.
        SALLYPORT_TRY(const auto traveler, ports_.records.traveler(match->traveler()));
        if (!traveler || is_done(traveler->state) || traveler->state == TravelerState::OptedOut) {
            settled.done_before = match->traveler();
            settled.done_before_context = result.context;
            verdict = domain::Refer{domain::ReferReason::AlreadyDone};
        } else if (!result.one_to_one && !expects(live, *traveler)) {
            // Taken off the list, or the flight closed, while the face was searched.
            verdict = domain::Refer{domain::ReferReason::GalleryNotReady};
        } else {
            may_board = expects(live, *traveler) && !live.done_before &&
                        (!result.one_to_one || live.document->speaks_for_itself());
            row.traveler = match->traveler();
            row.context = result.context;
        }
    } else if (result.awaits_document) {
        // Seen and usable; whom to compare it with is still to come.
        row.state = TransactionState::Captured;
        row.verdict.clear();
        row.reason.clear();
        settled.verdict_is_final = false;
        return settled;
    } else if (verdict.is_no_match()) {
        const bool one_to_one = result.one_to_one;
        if (!one_to_one && row.attempts >= live.checkpoint.profile.attempts_max) {
            verdict = domain::Refer{domain::ReferReason::NotConfirmed};
        } else {
            settled.verdict_is_final = false;
        }
    } else if (domain::is_picture_reason(verdict.refer()->reason)) {
        ++settled.unusable_captures;
        settled.verdict_is_final =
            settled.unusable_captures >= static_cast<std::size_t>(limits::captures_unusable_max);
    }
    if (const domain::Refer* refer = verdict.refer()) {
        settled.reason = refer->reason;
    }
    row.verdict = std::string(verdict.name());
    row.reason = settled.reason ? std::string(domain::refer_reason_name(*settled.reason)) : "";
    row.evidence =
        result.evidence ? evidence_json(*result.evidence, ports_.software_version) : row.evidence;
    // A rule lets through only whom the list of this checkpoint expects now, and without a doubt
    // about the document; everything else is for a person.
    settled.boards_by_rule = verdict.match() != nullptr && may_board &&
                             live.checkpoint.profile.decided_by == domain::DecidedBy::Rule;
    row.state = settled.boards_by_rule ? TransactionState::Decided : TransactionState::Verdict;
    row.decision = settled.boards_by_rule ? "boarded" : row.decision;
    return settled;
}

Status TransactionService::apply_capture(LiveTransaction& live, CaptureResult& result) {
    SALLYPORT_TRY(auto work, ports_.unit_of_work.begin());
    SALLYPORT_TRY(Settled settled, settle(live, result));
    TransactionRow& row = settled.row;
    if (settled.boards_by_rule) {
        Ending boarded;
        boarded.outcome = ledger::Outcome::Confirmed;
        boarded.decision = row.decision;
        boarded.traveler = row.traveler;
        SALLYPORT_CHECK(ports_.crossings.add(*work, crossing_of(live, row, boarded)));
        SALLYPORT_CHECK(
            ports_.records.set_traveler_state(*work, *row.traveler, TravelerState::Confirmed)
        );
    }
    SALLYPORT_CHECK(ports_.records.put_transaction(*work, row));
    const std::string_view kind =
        row.state == TransactionState::Captured ? "transaction.captured" : "transaction.verdict";
    SALLYPORT_CHECK(ports_.events.write(*work, row.checkpoint, kind, event_json(live, row)));
    SALLYPORT_CHECK(work->commit());

    live.row = std::move(row);
    live.unusable_captures = settled.unusable_captures;
    live.reason = settled.reason;
    live.verdict_is_final = settled.verdict_is_final;
    live.ended = settled.boards_by_rule;
    live.evidence = std::move(result.evidence);
    live.portrait = std::move(result.portrait);
    const bool compared = result.one_to_one && live.evidence.has_value();
    live.document_attempts += compared ? 1 : 0;
    if (live.document && result.one_to_one) {
        live.document->mismatch = settled.reason == domain::ReferReason::Mismatch;
        live.mismatch_is_final =
            live.document->mismatch && !may_override_mismatch(
                                           *live.document,
                                           live.checkpoint.profile.mismatch_override_age_max,
                                           ports_.clock.now()
                                       );
    }
    // Kept only for as long as a document may still be presented to it.
    live.probe.reset();
    if (!live.ended && live.row.verdict != "match" && compares_documents(live.checkpoint.profile)) {
        live.probe = std::move(result.probe);
        live.probe_quality = result.quality;
    }
    if (live.ended && live.document) {
        live.document->references.clear();
    }
    live.faces_seen = result.faces_seen;
    live.timings = result.timings;
    if (settled.done_before) {
        live.done_before = settled.done_before;
    }
    const auto shown = live.row.traveler ? live.row.traveler : settled.done_before;
    const auto shown_context = live.row.traveler ? live.row.context : settled.done_before_context;
    live.held_photos =
        live.document && !live.document->photos.empty() ? live.document->photos.size()
        : shown && shown_context ? ports_.galleries.photos_held(*shown_context, *shown)
                                 : 0;
    ports_.events.announce();
    return {};
}

ledger::Crossing TransactionService::crossing_of(
    const LiveTransaction& live, const TransactionRow& row, const Ending& ending
) {
    ledger::Crossing crossing;
    crossing.id = domain::CrossingId::random(ports_.random);
    crossing.transaction = row.id;
    crossing.checkpoint = row.checkpoint;
    crossing.direction = live.checkpoint.profile.direction;
    crossing.context = row.context;
    crossing.traveler = ending.traveler;
    crossing.outcome = ending.outcome;
    crossing.biometrically_confirmed = ending.outcome == ledger::Outcome::Confirmed;
    crossing.reason = ending.reason;
    crossing.captured_at = row.captured_at.value_or(row.opened_at);
    crossing.clock_quality = row.captured_at ? row.clock_quality : ports_.clock.quality();
    crossing.recorded_at = ports_.clock.now();
    return crossing;
}

Status TransactionService::apply_end(LiveTransaction& live, const Ending& ending) {
    TransactionRow row = live.row;
    row.decision = ending.decision;
    row.traveler = ending.traveler;
    row.state = ending.closes ? TransactionState::Closed : TransactionState::Decided;
    if (ending.closes) {
        row.closed_at = ports_.clock.now();
    }
    bool keeps_state = false;
    SALLYPORT_TRY(auto work, ports_.unit_of_work.begin());
    if (ending.traveler) {
        SALLYPORT_TRY(const auto traveler, ports_.records.traveler(*ending.traveler));
        if (!traveler) {
            return fail(ErrorCode::NotFound, "there is no traveler with this id");
        }
        if (is_done(traveler->state)) {
            if (ending.decision == "boarded" || ending.decision == "admitted") {
                return fail(ErrorCode::StateConflict, "this traveler was let through before");
            }
            // Somebody who looks like them is sent on; they stay let through.
            keeps_state = true;
        }
        // Of the flight the traveler is on: a transaction may have begun with a window.
        row.context = traveler->context;
    }
    SALLYPORT_CHECK(ports_.crossings.add(*work, crossing_of(live, row, ending)));
    if (ending.traveler && ending.traveler_state && !keeps_state) {
        SALLYPORT_CHECK(
            ports_.records.set_traveler_state(*work, *ending.traveler, *ending.traveler_state)
        );
    }
    SALLYPORT_CHECK(ports_.records.put_transaction(*work, row));
    const std::string_view kind = ending.closes ? "transaction.closed" : "transaction.decided";
    SALLYPORT_CHECK(ports_.events.write(*work, row.checkpoint, kind, event_json(live, row)));
    SALLYPORT_CHECK(work->commit());
    live.row = std::move(row);
    live.ended = true;
    live.probe.reset();
    if (live.document) {
        live.document->references.clear();
    }
    if (ending.closes) {
        live.wipe_pictures();
        forget(live.row.id);
    }
    ports_.events.announce();
    return {};
}

Status TransactionService::apply_close(LiveTransaction& live, const std::string& reason) {
    if (!live.ended) {
        return apply_end(live, ending_without_decision(live, reason));
    }
    TransactionRow row = live.row;
    row.state = TransactionState::Closed;
    row.closed_at = ports_.clock.now();
    SALLYPORT_CHECK(commit_row(live, row, "transaction.closed"));
    live.wipe_pictures();
    forget(live.row.id);
    return {};
}

void TransactionService::close_decided_at(
    const domain::CheckpointName& checkpoint, const LiveTransaction& except
) {
    for (const LivePtr& live : all_live()) {
        if (live.get() == &except) {
            continue;
        }
        const std::unique_lock lock(live->mutex, std::try_to_lock);
        if (!lock.owns_lock() || live->row.checkpoint != checkpoint || !live->ended) {
            continue;
        }
        const Status closed = apply_close(*live, "");
        if (!closed.has_value()) {
            // The timer tries again; the pictures go now in any case.
            live->wipe_pictures();
            spdlog::warn("a decided transaction was not closed: {}", closed.error().describe());
        }
    }
}

Result<TransactionView> TransactionService::close(const domain::TransactionId& id, ClosedBy by) {
    SALLYPORT_TRY(const LivePtr live, find(id));
    const std::lock_guard lock(live->mutex);
    if (live->row.state == TransactionState::Closed) {
        return fail(ErrorCode::StateConflict, "the transaction is closed");
    }
    if (by == ClosedBy::Device && waits_for_person(*live)) {
        return view_of(*live);
    }
    SALLYPORT_CHECK(apply_close(*live, ""));
    return view_of(*live);
}

Result<std::size_t> TransactionService::expire() {
    std::size_t ended = 0;
    Status all;
    for (const LivePtr& live : all_live()) {
        // One that is at work is looked at again in a second; the others must not wait for it.
        const std::unique_lock lock(live->mutex, std::try_to_lock);
        if (!lock.owns_lock() || live->row.state == TransactionState::Closed ||
            ports_.clock.steady_now() < live->expires_at) {
            continue;
        }
        // Pictures go at the time-out even if the record cannot be written right now.
        live->wipe_pictures();
        Status closed = apply_close(*live, "timed_out");
        if (closed.has_value()) {
            ++ended;
        } else if (all.has_value()) {
            all = std::move(closed);
        }
    }
    SALLYPORT_CHECK(all);
    return ended;
}

Result<std::size_t> TransactionService::end_interrupted() {
    SALLYPORT_TRY(const auto rows, ports_.records.unfinished_transactions());
    for (const TransactionRow& unfinished : rows) {
        LiveTransaction live;
        live.row = unfinished;
        const auto checkpoint = ports_.checkpoints.find(unfinished.checkpoint);
        if (checkpoint.has_value()) {
            live.checkpoint = *checkpoint;
        }
        live.ended = unfinished.state == TransactionState::Decided;
        if (live.ended) {
            SALLYPORT_CHECK(apply_close(live, ""));
            continue;
        }
        Ending ending;
        ending.outcome = unfinished.decision == "opted_out" ? ledger::Outcome::OptedOut
                                                            : ledger::Outcome::Interrupted;
        ending.decision = unfinished.decision.empty() ? "abandoned" : unfinished.decision;
        ending.reason = "interrupted";
        const auto mismatch = domain::refer_reason_name(domain::ReferReason::Mismatch);
        if (unfinished.reason == mismatch) {
            // It stays a referral, whatever else was chosen or broke off.
            ending.outcome = ledger::Outcome::Referred;
            ending.decision = "referred";
            ending.reason = mismatch;
        }
        ending.traveler = unfinished.traveler;
        ending.closes = true;
        SALLYPORT_CHECK(apply_end(live, ending));
    }
    return rows.size();
}

} // namespace sallyport::verification
