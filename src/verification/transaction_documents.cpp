// One-to-one: the document that a traveler presents, whose it is, and the live face against its
// photo.
#include "base/limits.hpp"
#include "domain/threshold_policy.hpp"
#include "verification/internal/capture_pipeline.hpp"
#include "verification/internal/enrolment.hpp"
#include "verification/internal/live_transaction.hpp"
#include "verification/internal/transaction_rules.hpp"
#include "verification/transaction_service.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <spdlog/spdlog.h>

namespace sallyport::verification {
namespace {

namespace json = boost::json;

documents::Finding photo_finding(PhotoFault fault) {
    return {
        .code = "portrait." + std::string(photo_fault_name(fault)),
        .text = "the document's photo cannot be compared: " + std::string(photo_fault_name(fault))
    };
}

// What the event says of a document: states and counts, nobody's name.
std::string document_event(const LiveTransaction& live, const LiveDocument& document) {
    json::object body{
        {"transaction", live.row.id.hex()},
        {"chip", chip_verdict_name(document.examination.chip)},
        {"portrait", portrait_source_name(document.portrait)},
        {"on_list", document.on_list},
        {"differences", document.differences.size()},
    };
    return json::serialize(body);
}

} // namespace

std::string_view portrait_source_name(PortraitSource source) {
    switch (source) {
    case PortraitSource::None:
        return "none";
    case PortraitSource::Chip:
        return "chip";
    case PortraitSource::Held:
        return "held";
    }
    return "none";
}

std::string_view compared_with_name(ComparedWith what) {
    switch (what) {
    case ComparedWith::Gallery:
        return "gallery";
    case ComparedWith::ChipPhoto:
        return "chip_photo";
    case ComparedWith::HeldPhoto:
        return "held_photo";
    }
    return "gallery";
}

DocumentView document_view(const LiveTransaction& live, Instant now) {
    const LiveDocument& document = *live.document;
    const DocumentExamination& seen = document.examination;
    return DocumentView{
        .holder = seen.holder,
        .format = seen.format,
        .chip = seen.chip,
        .authentication = seen.authentication,
        .findings = seen.findings,
        .differences = document.differences,
        .reader = seen.reader,
        .copying_unchecked = seen.copying_unchecked(),
        .has_boarding_pass = seen.boarding_pass.has_value(),
        .portrait = document.portrait,
        .traveler = document.traveler,
        .on_list = document.on_list,
        .listed = document.listed,
        .attempts = live.document_attempts,
        .age = age_on(seen.holder.birth_date, now),
    };
}

bool LiveDocument::speaks_for_itself() const {
    const bool chip_in_doubt =
        examination.chip != ChipVerdict::None && examination.chip != ChipVerdict::Genuine;
    return !chip_in_doubt &&
           std::all_of(differences.begin(), differences.end(), [](const FieldDifference& one) {
               return one.minor;
           });
}

bool may_override_mismatch(const LiveDocument& document, int override_age_max, Instant now) {
    const auto age = age_on(document.examination.holder.birth_date, now);
    // Nobody knows the age: the rule is then a person's to judge.
    return !age || age->least <= override_age_max;
}

Status TransactionService::may_present(const LiveTransaction& live) const {
    if (live.ended) {
        return fail(ErrorCode::StateConflict, "the transaction is decided");
    }
    SALLYPORT_CHECK(check_time(live));
    if (live.identity_confirmed) {
        return fail(ErrorCode::StateConflict, "a person has confirmed the identity already");
    }
    if (live.document && live.document->mismatch) {
        return fail(ErrorCode::StateConflict, "the document did not match; an officer decides");
    }
    if (live.reason == domain::ReferReason::DocumentAltered) {
        // Another reading, without the chip, must not make it forgotten.
        return fail(
            ErrorCode::StateConflict, "the chip contradicts its signature; an officer decides"
        );
    }
    return {};
}

Result<TransactionView> TransactionService::present_document(const DocumentRequest& request) {
    SALLYPORT_TRY(const LivePtr live, find(request.id));
    // Before the lock: what is only read makes nobody wait.
    SALLYPORT_TRY(
        DocumentExamination examination,
        examine_document(request.document, ports_.trust, ports_.clock.now())
    );
    const std::lock_guard lock(live->mutex);
    SALLYPORT_CHECK(may_present(*live));
    SALLYPORT_TRY(
        std::unique_ptr<LiveDocument> document, read_document(*live, std::move(examination))
    );
    SALLYPORT_TRY(std::optional<TravelerRow> fresh, row_for_holder(*live, *document));
    SALLYPORT_CHECK(commit_document(*live, std::move(document), std::move(fresh)));
    if (!live->document->references.empty() && live->probe) {
        SALLYPORT_CHECK(compare_now(*live));
    }
    return view_of(*live);
}

// Somebody on no list: the document itself is what lets this person be verified.
Result<std::optional<TravelerRow>>
TransactionService::row_for_holder(const LiveTransaction& live, LiveDocument& document) {
    if (document.traveler || live.checkpoint.profile.order == domain::MatchingOrder::GalleryOnly) {
        return std::optional<TravelerRow>();
    }
    if (live.document && !live.document->listed && live.document->traveler &&
        domain::same_person(live.document->examination.holder, document.examination.holder)) {
        // Read once more.
        document.traveler = live.document->traveler;
        document.context = live.document->context;
        return std::optional<TravelerRow>();
    }
    SALLYPORT_TRY(
        const domain::Context encounters, ports_.contexts.encounters_at(live.row.checkpoint)
    );
    domain::Traveler holder = document.examination.holder;
    holder.id = domain::TravelerId::random(ports_.random);
    SALLYPORT_TRY(TravelerRow row, ports_.manifests.row_for(encounters.id, holder));
    document.traveler = row.id;
    document.context = encounters.id;
    return std::optional(std::move(row));
}

// The live face is there already.
Status TransactionService::compare_now(LiveTransaction& live) {
    CaptureResult result;
    result.captured_at = live.row.captured_at.value_or(ports_.clock.now());
    result.clock_quality = live.row.clock_quality;
    result.probe = live.probe->clone();
    result.quality = live.probe_quality;
    result.faces_seen = live.faces_seen;
    result.timings = live.timings;
    const SteadyInstant deadline =
        ports_.clock.steady_now() + std::chrono::seconds(limits::request_deadline);
    compare_with_document(live, result, deadline);
    // The picture changes hands only if the verdict can be written.
    std::optional<imaging::Image> portrait = std::move(live.portrait);
    live.portrait.reset();
    Status applied = apply_capture(live, result);
    live.portrait = std::move(portrait);
    return applied;
}

Result<std::unique_ptr<LiveDocument>>
TransactionService::read_document(const LiveTransaction& live, DocumentExamination examination) {
    auto document = std::make_unique<LiveDocument>();
    document->examination = std::move(examination);
    SALLYPORT_CHECK(find_on_lists(live, *document));
    const bool compares = compares_documents(live.checkpoint.profile) && !live.opted_out &&
                          !document->opted_out && live.row.verdict != "match" &&
                          document->examination.chip != ChipVerdict::Altered;
    if (compares) {
        take_references(*document);
    }
    // What is not compared is not kept.
    document->examination.portrait.reset();
    return document;
}

void TransactionService::take_references(LiveDocument& document) {
    const Status taken = take_photos(document);
    if (!taken.has_value()) {
        spdlog::warn("a document's photo cannot be compared: {}", taken.error().describe());
        document.references.clear();
        document.photos.clear();
        document.portrait = PortraitSource::None;
        document.examination.findings.push_back(
            {.code = "portrait.system_fault", .text = "the document's photo cannot be compared now"}
        );
    }
}

Status TransactionService::find_on_lists(const LiveTransaction& live, LiveDocument& document) {
    const auto contexts =
        ports_.directory.searchable(live.checkpoint.profile, live.checkpoint.contexts);
    SALLYPORT_TRY(
        const std::vector<TravelerRow> rows, ports_.manifests.rows_with(document.document())
    );
    std::optional<domain::Traveler> listed;
    std::string flight;
    for (const TravelerRow& row : rows) {
        if (std::find(contexts.begin(), contexts.end(), row.context) == contexts.end()) {
            continue;
        }
        SALLYPORT_TRY(TravelerView view, ports_.manifests.traveler(row.id));
        listed = std::move(view.traveler);
        document.traveler = row.id;
        document.context = row.context;
        document.on_list = row.listed == ListStatus::Listed || row.listed == ListStatus::OnBoard;
        document.listed = row.listed;
        document.opted_out = row.state == TravelerState::OptedOut;
        if (document.on_list) {
            break;
        }
    }
    if (live.row.traveler && live.row.traveler != document.traveler) {
        // The face is somebody else's on the list: the document is held against that row.
        SALLYPORT_TRY(TravelerView view, ports_.manifests.traveler(*live.row.traveler));
        listed = std::move(view.traveler);
    }
    if (document.context) {
        if (const auto context = ports_.directory.find(*document.context)) {
            flight = context->designator;
        }
    } else if (contexts.size() == 1) {
        if (const auto context = ports_.directory.find(contexts.front())) {
            flight = context->designator;
        }
    }
    document.differences =
        differences_of(listed ? &*listed : nullptr, flight, document.examination);
    return {};
}

Status TransactionService::take_photos(LiveDocument& document) {
    std::vector<holdings::HeldPhoto> photos;
    if (document.examination.portrait) {
        documents::ChipPortrait& portrait = *document.examination.portrait;
        holdings::HeldPhoto photo;
        photo.bytes.assign(portrait.picture.begin(), portrait.picture.end());
        photo.source = "chip";
        photos.push_back(std::move(photo));
        document.portrait = PortraitSource::Chip;
    } else if (document.examination.chip != ChipVerdict::Genuine) {
        // A chip that proves nothing is as good as none: what is held for this document counts.
        SALLYPORT_TRY(photos, ports_.holdings.photos_of(document.examination.holder));
        document.portrait = PortraitSource::Held;
    }
    const auto matcher = ports_.matcher.current();
    for (holdings::HeldPhoto& photo : photos) {
        SALLYPORT_TRY(EnrolledPhoto enrolled, enrol_photo(*matcher->engine, photo));
        if (!enrolled.photo_template) {
            document.examination.findings.push_back(photo_finding(enrolled.fault));
            continue;
        }
        document.references.push_back(std::move(*enrolled.photo_template));
        document.photos.push_back(std::move(photo.bytes));
    }
    if (document.references.empty()) {
        document.portrait = PortraitSource::None;
    }
    return {};
}

Status TransactionService::commit_document(
    LiveTransaction& live,
    std::unique_ptr<LiveDocument> document,
    std::optional<TravelerRow> new_traveler
) {
    std::optional<domain::ReferReason> reason = live.reason;
    bool is_final = live.verdict_is_final;
    TransactionRow row = live.row;
    if (document->examination.chip == ChipVerdict::Altered) {
        reason = domain::ReferReason::DocumentAltered;
        is_final = true;
    } else if (compares_documents(live.checkpoint.profile) && !live.opted_out &&
               live.row.verdict != "match") {
        const bool only_documents =
            live.checkpoint.profile.order == domain::MatchingOrder::DocumentOnly;
        if (!document->references.empty()) {
            reason.reset(); // what was said before gives way to the comparison
            is_final = false;
        } else if (only_documents || live.row.verdict == "no_match" ||
                   reason == domain::ReferReason::NoHeldPhoto ||
                   reason == domain::ReferReason::NotConfirmed) {
            reason = domain::ReferReason::DocumentUnusable;
            is_final = true;
        }
    }
    if (reason != live.reason || is_final != live.verdict_is_final) {
        row.verdict = reason ? "refer" : "";
        row.reason = reason ? std::string(domain::refer_reason_name(*reason)) : "";
        row.state = reason            ? TransactionState::Verdict
                    : row.captured_at ? TransactionState::Captured
                                      : TransactionState::Open;
    }
    if (!row.context) {
        row.context = document->context;
    }
    SALLYPORT_TRY(auto work, ports_.unit_of_work.begin());
    if (new_traveler) {
        SALLYPORT_CHECK(ports_.records.add_traveler(*work, *new_traveler));
    }
    SALLYPORT_CHECK(ports_.records.put_transaction(*work, row));
    SALLYPORT_CHECK(ports_.events.write(
        *work, row.checkpoint, "transaction.document", document_event(live, *document)
    ));
    SALLYPORT_CHECK(work->commit());
    live.row = std::move(row);
    live.reason = reason;
    live.verdict_is_final = is_final;
    live.document = std::move(document);
    if (!live.document->photos.empty()) {
        live.held_photos = live.document->photos.size();
    }
    ports_.events.announce();
    return {};
}

void TransactionService::compare_with_document(
    LiveTransaction& live, CaptureResult& result, SteadyInstant deadline
) {
    const LiveDocument& document = *live.document;
    const domain::CheckpointProfile& profile = live.checkpoint.profile;
    const SteadyInstant begun = ports_.clock.steady_now();
    result.awaits_document = false;
    result.one_to_one = true;
    const auto matcher = ports_.matcher.current();
    auto refer = [&result](const Error& error) {
        spdlog::warn("a comparison with a document ends as refer: {}", error.describe());
        result.verdict = domain::Verdict(error);
    };
    if (!matcher->calibration) {
        refer(Error(ErrorCode::NoCalibration, "the model pack has no calibration"));
        return;
    }
    const std::size_t photos = document.references.size();
    const auto fmr = domain::fmr_for_fpir(profile.fmr_max, photos, profile.attempts_max);
    if (!fmr.has_value()) {
        refer(fmr.error());
        return;
    }
    const auto threshold = matcher->calibration->threshold_for(*fmr);
    if (!threshold.has_value()) {
        refer(threshold.error());
        return;
    }
    std::vector<float> scores;
    for (const biometrics::Template& reference : document.references) {
        const auto score = biometrics::compare(reference, *result.probe);
        if (!score.has_value()) {
            refer(score.error());
            return;
        }
        scores.push_back(*score);
    }
    std::sort(scores.rbegin(), scores.rend());
    if (ports_.clock.steady_now() > deadline) {
        refer(Error(ErrorCode::DeadlineExceeded, "the capture took longer than its deadline"));
        return;
    }
    const bool last = live.document_attempts + 1 >= profile.attempts_max;
    result.verdict = domain::decide_one(
        {.traveler = document.traveler.value_or(domain::TravelerId()), .score = scores.front()},
        result.probe->version(),
        *threshold,
        last ? domain::AttemptsLeft::No : domain::AttemptsLeft::Yes
    );
    result.context = document.context;
    DecisionEvidence evidence;
    evidence.pack = threshold->version.value;
    evidence.compared_with = document.portrait == PortraitSource::Chip ? ComparedWith::ChipPhoto
                                                                       : ComparedWith::HeldPhoto;
    evidence.n = photos;
    evidence.identities = 1;
    evidence.attempt = live.document_attempts + 1;
    evidence.attempts_max = profile.attempts_max;
    evidence.fmr_max = profile.fmr_max;
    evidence.fmr = threshold->fmr;
    evidence.threshold = threshold->score;
    evidence.faces_seen = result.faces_seen;
    evidence.quality = result.quality;
    evidence.above_threshold = scores.front() >= threshold->score ? 1 : 0;
    evidence.scores = std::move(scores);
    result.evidence = std::move(evidence);
    result.timings.decide_ms = elapsed_ms(ports_.clock, begun);
}

} // namespace sallyport::verification
