#include "ledger/crossing_rules.hpp"

namespace sallyport::ledger {

Status check_crossing(const Crossing& crossing) {
    if (crossing.id.is_nil() || crossing.transaction.is_nil() ||
        crossing.checkpoint.value.empty()) {
        return fail(
            ErrorCode::InvalidArgument,
            "a crossing names itself, its transaction and its checkpoint"
        );
    }
    const bool by_face = crossing.biometrically_confirmed;
    if (by_face && !crossing.traveler) {
        return fail(ErrorCode::InvalidArgument, "a biometric confirmation names a traveler");
    }
    if (crossing.outcome == Outcome::Confirmed && !by_face) {
        return fail(
            ErrorCode::InvalidArgument, "a confirmed crossing needs a biometric confirmation"
        );
    }
    const bool without_face =
        crossing.outcome == Outcome::Manual || crossing.outcome == Outcome::OptedOut;
    if (without_face && by_face) {
        return fail(
            ErrorCode::InvalidArgument,
            "a manual check or an opt-out is not a biometric confirmation"
        );
    }
    return {};
}

} // namespace sallyport::ledger
