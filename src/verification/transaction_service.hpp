// One traveler at a checkpoint: open, captured, verdict, decided, closed. Captures of one
// transaction are handled one after the other; different transactions run side by side. Pictures
// live in memory until the transaction closes or times out, then they are zeroed. Everything that
// fails inside becomes a refer with its reason; nothing that fails becomes a match.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "capture/best_shot.hpp"
#include "domain/threshold_policy.hpp"
#include "domain/verdict.hpp"
#include "ledger/crossing.hpp"
#include "verification/checkpoints.hpp"
#include "verification/context_service.hpp"
#include "verification/document_examination.hpp"
#include "verification/event_feed.hpp"
#include "verification/gallery_service.hpp"
#include "verification/manifest_service.hpp"
#include "verification/matcher.hpp"
#include "verification/record_store.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace sallyport::verification {

struct OpenRequest {
    domain::TransactionId id; // made by the client
    domain::CheckpointName checkpoint;
    std::string notice_version; // must be the one in force: the notice comes before the camera
    Instant notice_shown_at{};
    std::size_t subjects = 1;
};

struct CaptureRequest {
    domain::TransactionId id;
    std::vector<std::span<const std::uint8_t>> frames;
    std::optional<Instant> captured_at; // now when the device does not say
    ClockQuality clock_quality = ClockQuality::Unknown;
    SteadyInstant received_at{}; // last byte of the request
};

// Milliseconds of each stage of the last capture.
struct StageTimings {
    double queue_ms = 0.0; // last byte received until work began
    double decode_ms = 0.0;
    biometrics::FaceTimings face;
    double search_ms = 0.0;
    double decide_ms = 0.0;
    double portrait_ms = 0.0;
    double commit_ms = 0.0;
    double total_ms = 0.0;
};

// What the live face was compared with.
enum class ComparedWith {
    Gallery,   // 1:N
    ChipPhoto, // 1:1, the portrait of the presented document's chip
    HeldPhoto, // 1:1, the photos held for the presented document
};
[[nodiscard]] std::string_view compared_with_name(ComparedWith what);

struct DecisionEvidence {
    std::string pack;
    ComparedWith compared_with = ComparedWith::Gallery;
    std::size_t n = 0; // templates searched, or photos of the document
    std::size_t identities = 0;
    int attempt = 0;
    int attempts_max = 0;
    double fpir_max = 0.0; // 1:N: of the whole transaction
    double fmr_max = 0.0;  // 1:1: of the whole verification
    double fmr = 0.0;      // of one comparison
    float threshold = 0.0F;
    std::vector<float> scores; // best first
    std::size_t above_threshold = 0;
    std::size_t faces_seen = 0;
    capture::FaceQuality quality;
};

struct DocumentRequest {
    domain::TransactionId id;
    PresentedDocument document;
};

enum class PortraitSource { None, Chip, Held };
[[nodiscard]] std::string_view portrait_source_name(PortraitSource source);

// What is shown of the presented document.
struct DocumentView {
    domain::Traveler holder;
    std::string format;
    ChipVerdict chip = ChipVerdict::None;
    std::optional<documents::PassiveAuthentication> authentication;
    std::vector<documents::Finding> findings;
    std::vector<FieldDifference> differences;
    ReaderResults reader;
    bool copying_unchecked = false;
    bool has_boarding_pass = false;
    PortraitSource portrait = PortraitSource::None;
    std::optional<domain::TravelerId> traveler; // whom a decision without a name is about
    bool on_list = false;                       // of a context that this checkpoint may search
    std::optional<ListStatus> listed;
    int attempts = 0; // 1:1 comparisons made
    std::optional<AgeRange> age;
};

struct TransactionView {
    TransactionRow row;
    std::optional<DocumentView> document;
    domain::Direction direction = domain::Direction::Exit;
    domain::DecidedBy decided_by = domain::DecidedBy::Officer;
    int attempts_left = 0;
    std::size_t unusable_captures = 0;
    std::string verdict; // "", match, no_match, refer; no_match means a retry is left
    std::optional<domain::ReferReason> reason;
    std::optional<TravelerView> traveler;
    std::optional<DecisionEvidence> evidence;
    std::size_t held_photos = 0;
    bool live_photo = false;
    std::size_t faces_seen = 0;
    StageTimings timings;
    std::vector<std::string> allowed; // decisions that may follow now
};

enum class Decision { IdentityConfirmed, Admitted, Boarded, Referred };
[[nodiscard]] std::string_view decision_name(Decision decision);
[[nodiscard]] Result<Decision> decision_from_name(std::string_view name);

enum class ClosedBy { Person, Device };

struct DecisionRequest {
    domain::TransactionId id;
    Decision decision = Decision::Referred;
    std::string reason; // required when a person boards or admits without a match
    std::optional<domain::TravelerId> traveler; // whom the person identified, without a match
};

// Internal: one open transaction with its pictures, the result of one capture, one way to end.
struct LiveTransaction;
struct CaptureResult;
struct Ending;
struct LiveDocument;

class TransactionService {
public:
    struct Ports {
        RecordStore& records;
        domain::UnitOfWorkFactory& unit_of_work;
        ledger::CrossingStore& crossings;
        ManifestService& manifests;
        GalleryService& galleries;
        ContextService& contexts;
        ContextDirectory& directory;
        Checkpoints& checkpoints;
        holdings::Holdings& holdings;
        ActiveMatcher& matcher;
        const documents::TrustStore& trust;
        EventFeed& events;
        const Clock& clock;
        Random& random;
        std::string software_version;
    };
    explicit TransactionService(Ports ports);
    ~TransactionService();

    // The same id with the same checkpoint again is the same transaction (a lost answer); with
    // another checkpoint it is AlreadyExists. StateConflict: notice not in force, or shown in the
    // future. QueueFull beyond limits::transactions_open_max.
    [[nodiscard]] Result<TransactionView> open(const OpenRequest& request);
    // Always a verdict once the transaction accepts captures; an Error only for requests that make
    // no sense (NotFound, StateConflict, no frames, more than limits::capture_frames_max, a picture
    // that is none: ImageUndecodable, ImageUnsupported, ImageTooLarge). Such a request is no
    // attempt.
    [[nodiscard]] Result<TransactionView> capture(const CaptureRequest& request);
    // A travel document, before or after a capture. It is examined, its holder looked for on the
    // lists of this checkpoint and the differences noted. Where the profile compares documents, the
    // live face is compared with the chip's portrait, if Passive Authentication passed, else with
    // the photos held for the document: at once when a usable capture is there, else with the next
    // ones. After an opt-out it is only read. InvalidArgument or MalformedInput for a document that
    // does not hold, and nothing changes; StateConflict after the end and after a mismatch, which
    // stays.
    [[nodiscard]] Result<TransactionView> present_document(const DocumentRequest& request);
    // At any step before the end, also before a capture. A mismatch stays a referral. Keeps no
    // picture; wipes the templates of the traveler if known (matched, or named by the officer).
    [[nodiscard]] Result<TransactionView>
    opt_out(const domain::TransactionId& id, std::optional<domain::TravelerId> traveler);
    [[nodiscard]] Result<TransactionView> decide(const DecisionRequest& asked);
    // Wipes the pictures and ends the transaction: undecided, it ends as referred (after a final
    // refer), opted out, or abandoned. A device lets go of what still waits for a person: then
    // nothing ends until the officer decides or the time is over.
    [[nodiscard]] Result<TransactionView>
    close(const domain::TransactionId& id, ClosedBy by = ClosedBy::Person);

    [[nodiscard]] Result<TransactionView> view(const domain::TransactionId& id);
    // Open transactions of a checkpoint, oldest first.
    [[nodiscard]] Result<std::vector<TransactionView>>
    queue(const domain::CheckpointName& checkpoint);
    // JPEG of the traveler, bystanders masked; NotFound once the pictures are gone.
    [[nodiscard]] Result<SecretBytes> live_photo(const domain::TransactionId& id);
    // JPEG of the matched traveler's held photo, cut like the live one. Read from the holdings.
    [[nodiscard]] Result<SecretBytes>
    held_photo(const domain::TransactionId& id, std::size_t index);

    // Ends transactions past their time. Called by a timer; returns how many.
    [[nodiscard]] Result<std::size_t> expire();
    // At start: what a stop left open ends as interrupted, with its crossing row.
    [[nodiscard]] Result<std::size_t> end_interrupted();

private:
    using LivePtr = std::shared_ptr<LiveTransaction>;
    [[nodiscard]] Result<LivePtr> find(const domain::TransactionId& id) const;
    [[nodiscard]] std::vector<LivePtr> all_live() const;
    void forget(const domain::TransactionId& id);
    [[nodiscard]] Status
    check_notice(const OpenRequest& request, const Checkpoint& checkpoint) const;
    // Opts this traveler out in every row of theirs; the rows whose templates are to be wiped after
    // the commit.
    [[nodiscard]] Result<std::vector<TravelerRow>>
    opt_out_person(domain::UnitOfWork& work, const TravelerRow& known);
    void wipe_templates(const std::vector<TravelerRow>& rows);
    [[nodiscard]] Status spread_opt_out(const TravelerRow& known);
    // StateConflict when its time is over and the timer has not seen it yet.
    [[nodiscard]] Status check_time(const LiveTransaction& live) const;
    // On a list that this checkpoint may search now, and to travel.
    [[nodiscard]] bool expects(const LiveTransaction& live, const TravelerRow& row) const;
    // Whether this traveler may be dealt with here: on a list that the checkpoint may search, or
    // the holder of the document presented.
    [[nodiscard]] bool serves(const LiveTransaction& live, const TravelerRow& row) const;
    [[nodiscard]] Status
    check_traveler(const LiveTransaction& live, const DecisionRequest& request) const;

    // Each of these commits the change with its event first and changes memory afterwards.
    [[nodiscard]] Status
    commit_row(LiveTransaction& live, const TransactionRow& row, std::string_view event_kind);
    // What a capture makes of a transaction, before anything is written.
    struct Settled {
        TransactionRow row;
        std::optional<domain::ReferReason> reason;
        std::optional<domain::TravelerId> done_before;
        std::optional<domain::ContextId> done_before_context;
        std::size_t unusable_captures = 0;
        bool verdict_is_final = true;
        bool boards_by_rule = false;
    };
    [[nodiscard]] Result<Settled>
    settle(const LiveTransaction& live, const CaptureResult& result) const;
    [[nodiscard]] Status apply_capture(LiveTransaction& live, CaptureResult& result);
    // The presented document: whose it is and what may be compared; nothing is written.
    [[nodiscard]] Result<std::unique_ptr<LiveDocument>>
    read_document(const LiveTransaction& live, DocumentExamination examination);
    [[nodiscard]] Status may_present(const LiveTransaction& live) const;
    [[nodiscard]] Result<std::optional<TravelerRow>>
    row_for_holder(const LiveTransaction& live, LiveDocument& document);
    [[nodiscard]] Status compare_now(LiveTransaction& live);
    [[nodiscard]] Status take_photos(LiveDocument& document);
    [[nodiscard]] Status find_on_lists(const LiveTransaction& live, LiveDocument& document);
    // 1:1 with the probe at hand: fills verdict, evidence and context of the result.
    void
    compare_with_document(LiveTransaction& live, CaptureResult& result, SteadyInstant deadline);
    // Fills the references; a fault of engine or holdings is a finding, and nothing to compare.
    void take_references(LiveDocument& document);
    [[nodiscard]] Status commit_document(
        LiveTransaction& live,
        std::unique_ptr<LiveDocument> document,
        std::optional<TravelerRow> new_traveler
    );
    [[nodiscard]] Status apply_end(LiveTransaction& live, const Ending& ending);
    [[nodiscard]] Status apply_close(LiveTransaction& live, const std::string& reason);
    void close_decided_at(const domain::CheckpointName& checkpoint, const LiveTransaction& except);

    [[nodiscard]] ledger::Crossing
    crossing_of(const LiveTransaction& live, const TransactionRow& row, const Ending& ending);
    [[nodiscard]] Result<TransactionView> view_of(const LiveTransaction& live);
    [[nodiscard]] Result<SecretBytes>
    held_photo_bytes(const LiveTransaction& live, std::size_t index);

    Ports ports_;
    mutable std::mutex mutex_;
    std::unordered_map<domain::TransactionId, LivePtr> live_;
};

} // namespace sallyport::verification
