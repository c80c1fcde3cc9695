// One open transaction in memory: its row, its latest verdict and, until it ends, its picture. The
// mutex guards everything; captures of one transaction therefore run one after the other. The row
// changes only after the same change was committed to the record.
#pragma once

#include "imaging/image.hpp"
#include "verification/transaction_service.hpp"

#include <mutex>
#include <optional>
#include <string>

namespace sallyport::verification {

struct LiveTransaction {
    std::mutex mutex;
    TransactionRow row;
    Checkpoint checkpoint;
    SteadyInstant expires_at{};
    std::optional<domain::ReferReason> reason;
    std::optional<DecisionEvidence> evidence;
    std::optional<imaging::Image> portrait;
    // Who it is that was let through before: shown to the officer, never decided upon.
    std::optional<domain::TravelerId> done_before;
    std::size_t faces_seen = 0;
    std::size_t unusable_captures = 0;
    std::size_t held_photos = 0;
    StageTimings timings;
    bool verdict_is_final = false; // a match, or a refer that no further picture can mend
    bool ended = false;            // its crossing is written
    // What row.decision no longer says once something followed.
    bool opted_out = false;
    bool identity_confirmed = false; // by a person
    std::string reason_given;        // for it
};

} // namespace sallyport::verification
