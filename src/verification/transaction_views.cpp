// What a transaction shows: its view for the API, and the pictures for as long as they exist.
#include "imaging/codec.hpp"
#include "imaging/geometry.hpp"
#include "verification/internal/live_transaction.hpp"
#include "verification/internal/transaction_rules.hpp"
#include "verification/transaction_service.hpp"

#include <algorithm>

namespace sallyport::verification {
namespace {

constexpr int portrait_jpeg_quality = 88;
constexpr int portrait_width_px = 480;
constexpr int portrait_height_px = 600;

// A closed transaction has no pictures, which is not a conflict but their absence.
tl::unexpected<Error> no_picture(const Error& error) {
    return error.code() == ErrorCode::StateConflict
               ? fail(ErrorCode::NotFound, "the pictures of this transaction are gone")
               : fail(error);
}

} // namespace

Result<TransactionView> TransactionService::view_of(const LiveTransaction& live) {
    TransactionView view;
    view.row = live.row;
    view.direction = live.checkpoint.profile.direction;
    view.decided_by = live.checkpoint.profile.decided_by;
    view.attempts_left = attempts_left(live);
    view.unusable_captures = live.unusable_captures;
    view.verdict = live.row.verdict;
    view.reason = live.reason;
    view.evidence = live.evidence;
    view.held_photos = live.held_photos;
    view.live_photo = live.portrait.has_value();
    view.timings = live.timings;
    view.faces_seen = live.faces_seen;
    if (live.document) {
        view.document = document_view(live, ports_.clock.now());
    }
    for (const Decision decision : allowed_decisions(live)) {
        view.allowed.emplace_back(decision_name(decision));
    }
    const auto shown = live.row.traveler ? live.row.traveler : live.done_before;
    if (shown) {
        SALLYPORT_TRY(view.traveler, ports_.manifests.traveler(*shown));
    }
    return view;
}

Result<TransactionView> TransactionService::view(const domain::TransactionId& id) {
    const auto live = find(id);
    if (live.has_value()) {
        const std::lock_guard lock((*live)->mutex);
        return view_of(**live);
    }
    // Ended: what the record says, without pictures.
    SALLYPORT_TRY(const auto row, ports_.records.transaction(id));
    if (!row) {
        return fail(ErrorCode::NotFound, "there is no transaction with this id");
    }
    TransactionView view;
    view.row = *row;
    view.verdict = row->verdict;
    view.reason = domain::refer_reason_from_name(row->reason);
    if (const auto checkpoint = ports_.checkpoints.find(row->checkpoint); checkpoint.has_value()) {
        view.direction = checkpoint->profile.direction;
        view.decided_by = checkpoint->profile.decided_by;
    }
    if (row->traveler) {
        SALLYPORT_TRY(view.traveler, ports_.manifests.traveler(*row->traveler));
    }
    return view;
}

Result<std::vector<TransactionView>>
TransactionService::queue(const domain::CheckpointName& checkpoint) {
    SALLYPORT_TRY([[maybe_unused]] const Checkpoint known, ports_.checkpoints.find(checkpoint));
    std::vector<TransactionView> views;
    for (const LivePtr& live : all_live()) {
        const std::lock_guard lock(live->mutex);
        if (live->row.checkpoint == checkpoint && live->row.state != TransactionState::Closed) {
            SALLYPORT_TRY(TransactionView view, view_of(*live));
            views.push_back(std::move(view));
        }
    }
    std::sort(views.begin(), views.end(), [](const auto& left, const auto& right) {
        return left.row.opened_at < right.row.opened_at;
    });
    return views;
}

Result<SecretBytes> TransactionService::live_photo(const domain::TransactionId& id) {
    const auto found = find(id);
    if (!found.has_value()) {
        return no_picture(found.error());
    }
    const LivePtr live = *found;
    const std::lock_guard lock(live->mutex);
    if (!live->portrait) {
        return fail(ErrorCode::NotFound, "there is no picture of this transaction");
    }
    return imaging::encode_jpeg(*live->portrait, portrait_jpeg_quality);
}

Result<SecretBytes>
TransactionService::held_photo_bytes(const LiveTransaction& live, std::size_t index) {
    std::optional<domain::TravelerId> traveler;
    {
        const std::lock_guard lock(live.mutex);
        if (live.document && !live.document->photos.empty()) {
            if (index >= live.document->photos.size()) {
                return fail(ErrorCode::NotFound, "there is no held photo of this number");
            }
            return live.document->photos[index];
        }
        if (!live.opted_out) {
            traveler = live.row.traveler ? live.row.traveler : live.done_before;
        }
    }
    if (!traveler) {
        return fail(ErrorCode::NotFound, "no traveler was identified in this transaction");
    }
    SALLYPORT_TRY(const TravelerView view, ports_.manifests.traveler(*traveler));
    SALLYPORT_TRY(auto photos, ports_.holdings.photos_of(view.traveler));
    if (index >= photos.size()) {
        return fail(ErrorCode::NotFound, "there is no held photo of this number");
    }
    return std::move(photos[index].bytes);
}

Result<SecretBytes>
TransactionService::held_photo(const domain::TransactionId& id, std::size_t index) {
    const auto found = find(id);
    if (!found.has_value()) {
        return no_picture(found.error());
    }
    const LivePtr live = *found;
    SALLYPORT_TRY(const SecretBytes photo, held_photo_bytes(*live, index));
    SALLYPORT_TRY(const imaging::Image image, imaging::decode_image(photo));
    const auto matcher = ports_.matcher.current();
    SALLYPORT_TRY(const auto faces, matcher->engine->detect(image));
    const auto chosen =
        capture::choose_traveler(faces, image.width(), image.height(), domain::Zone{});
    if (!chosen) {
        return fail(ErrorCode::NotFound, "the held photo shows no face");
    }
    SALLYPORT_TRY(const biometrics::Face face, matcher->engine->locate(image, faces[*chosen]));
    SALLYPORT_TRY(
        const imaging::Image portrait,
        imaging::portrait_crop(image, face.landmarks, portrait_width_px, portrait_height_px)
    );
    return imaging::encode_jpeg(portrait, portrait_jpeg_quality);
}

} // namespace sallyport::verification
