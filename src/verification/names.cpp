// Stable names of this module's enumerations, as they stand in answers, events and metrics.
#include "verification/gallery_service.hpp"
#include "verification/record_store.hpp"
#include "verification/transaction_service.hpp"

namespace sallyport::verification {

std::string_view traveler_state_name(TravelerState state) {
    switch (state) {
    case TravelerState::Expected:
        return "expected";
    case TravelerState::Confirmed:
        return "confirmed";
    case TravelerState::Manual:
        return "manual";
    case TravelerState::Referred:
        return "referred";
    case TravelerState::OptedOut:
        return "opted_out";
    }
    return "expected";
}

std::string_view list_status_name(ListStatus status) {
    switch (status) {
    case ListStatus::Listed:
        return "listed";
    case ListStatus::Cancelled:
        return "cancelled";
    case ListStatus::OnBoard:
        return "on_board";
    case ListStatus::NotOnBoard:
        return "not_on_board";
    }
    return "listed";
}

std::string_view transaction_state_name(TransactionState state) {
    switch (state) {
    case TransactionState::Open:
        return "open";
    case TransactionState::Captured:
        return "captured";
    case TransactionState::Verdict:
        return "verdict";
    case TransactionState::Decided:
        return "decided";
    case TransactionState::Closed:
        return "closed";
    }
    return "open";
}

std::string_view gallery_state_name(GalleryState state) {
    switch (state) {
    case GalleryState::Waiting:
        return "waiting";
    case GalleryState::Building:
        return "building";
    case GalleryState::Ready:
        return "ready";
    case GalleryState::Failed:
        return "failed";
    case GalleryState::Closed:
        return "closed";
    }
    return "failed";
}

std::string_view pack_state_name(PackState state) {
    switch (state) {
    case PackState::Serving:
        return "serving";
    case PackState::Preparing:
        return "preparing";
    case PackState::Failed:
        return "failed";
    }
    return "failed";
}

std::string_view photo_fault_name(PhotoFault fault) {
    switch (fault) {
    case PhotoFault::Undecodable:
        return "undecodable";
    case PhotoFault::TooLarge:
        return "too_large";
    case PhotoFault::FaceCutOff:
        return "face_cut_off";
    case PhotoFault::NoFace:
        return "no_face";
    case PhotoFault::SeveralFaces:
        return "several_faces";
    case PhotoFault::FaceTooSmall:
        return "face_too_small";
    case PhotoFault::TooDark:
        return "too_dark";
    case PhotoFault::TooBright:
        return "too_bright";
    case PhotoFault::Unreadable:
        return "unreadable";
    }
    return "unreadable";
}

std::string_view decision_name(Decision decision) {
    switch (decision) {
    case Decision::IdentityConfirmed:
        return "identity_confirmed";
    case Decision::Admitted:
        return "admitted";
    case Decision::Boarded:
        return "boarded";
    case Decision::Referred:
        return "referred";
    }
    return "referred";
}

Result<Decision> decision_from_name(std::string_view name) {
    for (const auto decision :
         {Decision::IdentityConfirmed, Decision::Admitted, Decision::Boarded, Decision::Referred}) {
        if (name == decision_name(decision)) {
            return decision;
        }
    }
    return fail(
        ErrorCode::InvalidArgument, "decision is identity_confirmed, admitted, boarded or referred"
    );
}

} // namespace sallyport::verification
