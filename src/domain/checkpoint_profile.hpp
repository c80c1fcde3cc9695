// How a checkpoint works, as data. Profiles are read from schema/profiles/*.toml; the defaults here
// are the strict ones, so that a forgotten field never loosens anything.
#pragma once

#include "domain/context.hpp"

#include <chrono>
#include <set>
#include <string>
#include <string_view>

namespace sallyport::domain {

enum class Direction { Exit, Entry };
enum class DecidedBy {
    Rule,    // a match boards the traveler (gates)
    Officer, // a person decides every time (booths)
};

// What a face is compared with, and in which order.
enum class MatchingOrder {
    GalleryThenDocument, // 1:N; then 1:1 against the document that is presented
    GalleryOnly,
    DocumentOnly, // nothing is known in advance: 1:1 against the presented document
    Manual,       // no biometrics: a person checks the document
};
[[nodiscard]] std::string_view matching_order_name(MatchingOrder order);

// Where the traveler stands in the frame, as fractions of its width and height.
struct Zone {
    double left = 0.0;
    double top = 0.0;
    double right = 1.0;
    double bottom = 1.0;
};

struct CheckpointProfile {
    std::string name; // air-exit, air-entry
    Direction direction = Direction::Exit;
    DecidedBy decided_by = DecidedBy::Officer;
    MatchingOrder order = MatchingOrder::GalleryOnly;
    std::set<ContextKind> scope; // kinds of context that may be searched; empty: none
    double fpir_max = 0.001;     // false positive identification rate of a whole transaction
    double fmr_max = 0.0005;     // false match rate of a whole 1:1 verification
    int attempts_max = 3;        // the first search and up to two retries
    double tie_margin = 0.05;    // a second identity this near the best is a tie
    Zone zone;
    // A mismatch of somebody of this age or older can only be referred (no override at primary).
    int mismatch_override_age_max = 13;
    double interocular_px_min = 24.0; // eyes nearer than this hold too little to compare
    std::chrono::seconds timeout{120};
    std::string notice_version;
};

[[nodiscard]] std::string_view direction_name(Direction direction);

} // namespace sallyport::domain
