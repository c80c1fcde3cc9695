// One open transaction in memory: its row, its latest verdict and, until it ends, its picture. The
// mutex guards everything; captures of one transaction therefore run one after the other. The row
// changes only after the same change was committed to the record.
#pragma once

#include "biometrics/template.hpp"
#include "imaging/image.hpp"
#include "verification/internal/live_document.hpp"
#include "verification/transaction_service.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace sallyport::verification {

struct LiveTransaction {
    mutable std::mutex mutex;
    TransactionRow row;
    Checkpoint checkpoint;
    SteadyInstant expires_at{};
    std::optional<domain::ReferReason> reason;
    std::optional<DecisionEvidence> evidence;
    std::optional<imaging::Image> portrait;
    // Of the last usable capture, for a document that is presented later.
    std::optional<biometrics::Template> probe;
    capture::FaceQuality probe_quality;
    std::unique_ptr<LiveDocument> document;
    // Who it is that was let through before: shown to the officer, never decided upon.
    std::optional<domain::TravelerId> done_before;
    std::size_t faces_seen = 0;
    std::size_t unusable_captures = 0;
    std::size_t held_photos = 0;
    StageTimings timings;
    bool verdict_is_final = false;  // a match, or a refer that no further picture can mend
    int document_attempts = 0;      // 1:1 comparisons, over all documents presented
    bool mismatch_is_final = false; // of somebody whose mismatch nobody here may override
    bool ended = false;             // its crossing is written
    // True from the moment of choosing, also when it could not be written; what row.decision no
    // longer says once something followed.
    bool opted_out = false;
    bool identity_confirmed = false; // by a person
    std::string reason_given;        // for it

    // Everything biometric goes; what the document says may stay until the end.
    void wipe_pictures() {
        portrait.reset();
        probe.reset();
        if (document) {
            document->photos.clear();
            document->references.clear();
            document->examination.portrait.reset();
        }
    }
};

} // namespace sallyport::verification
