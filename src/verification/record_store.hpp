// What the use cases keep: contexts, sealed travelers, manifests, transactions, numbered events and
// recorded answers. Ports only; storage/ implements them. Writes go through a UnitOfWork so that a
// record and its event become durable together. Any thread may call.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "domain/context.hpp"
#include "domain/ids.hpp"
#include "domain/sealer.hpp"
#include "domain/unit_of_work.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::verification {

enum class TravelerState {
    Expected,
    Confirmed, // boarded, or admitted, after a match
    Manual,    // boarded, or admitted, by a person
    Referred,
    OptedOut,
};
[[nodiscard]] std::string_view traveler_state_name(TravelerState state);

// What the lists say of a traveler (manifest/flight_roll.hpp), beside what happened at checkpoints.
enum class ListStatus { Listed, Cancelled, OnBoard, NotOnBoard };
[[nodiscard]] std::string_view list_status_name(ListStatus status);

// One received message: a version of the lists it belongs to. Never changed, never taken back.
struct ManifestRow {
    domain::ManifestId id;
    Instant received_at{};
    domain::BlindKey body_key{}; // finds the same bytes sent again
    domain::SealedBytes body;
    std::vector<domain::ContextId> contexts;
    std::string format; // "edifact", "json", "csv": how body is to be read again
};

struct TravelerRow {
    domain::TravelerId id;
    domain::ContextId context;
    domain::SealedBytes identity; // JSON of domain::Traveler
    // Keyed hashes of everything by which this traveler can be found again: person, documents,
    // passenger reference.
    std::vector<domain::BlindKey> keys;
    TravelerState state = TravelerState::Expected;
    ListStatus listed = ListStatus::Listed;
    [[nodiscard]] bool travels() const {
        return listed == ListStatus::Listed || listed == ListStatus::OnBoard;
    }
    // Only who travels and did not opt out may stand in a gallery.
    [[nodiscard]] bool searchable() const { return travels() && state != TravelerState::OptedOut; }
};

enum class TransactionState { Open, Captured, Verdict, Decided, Closed };
[[nodiscard]] std::string_view transaction_state_name(TransactionState state);

struct TransactionRow {
    domain::TransactionId id;
    domain::CheckpointName checkpoint;
    std::string profile;
    std::string notice_version;
    TransactionState state = TransactionState::Open;
    Instant opened_at{};
    std::optional<Instant> captured_at; // first capture
    ClockQuality clock_quality = ClockQuality::Unknown;
    int attempts = 0;
    std::string verdict; // "", match, no_match, refer
    std::string reason;  // refer reason
    std::string
        decision; // "", boarded, identity_confirmed, admitted, referred, opted_out, abandoned
    std::optional<domain::ContextId> context;
    std::optional<domain::TravelerId> traveler;
    std::string evidence; // JSON without personal data: pack, N, attempts, FPIR, threshold, scores
    std::optional<Instant> closed_at;
};

struct EventRow {
    std::uint64_t sequence = 0;        // given by the store, rising without gaps in commit order
    domain::CheckpointName checkpoint; // empty: concerns all
    std::string kind;                  // transaction.opened, transaction.verdict, ...
    Instant at{};
    std::string body; // JSON object without personal data
};

struct RecordedAnswer {
    domain::BlindKey key{};     // of route, caller and Idempotency-Key
    domain::BlindKey request{}; // of the request's bytes
    int status = 0;
    std::string content_type;
    domain::SealedBytes body; // sealed under record id = first 16 bytes of key
    Instant at{};
};

class RecordStore {
public:
    virtual ~RecordStore() = default;

    // AlreadyExists when a manifest with this body_key is there.
    [[nodiscard]] virtual Status add_manifest(domain::UnitOfWork& work, const ManifestRow& row) = 0;
    [[nodiscard]] virtual Result<std::optional<ManifestRow>>
    manifest_by_body(const domain::BlindKey& body_key) = 0;

    [[nodiscard]] virtual Result<std::optional<ManifestRow>> manifest(const domain::ManifestId& id
    ) = 0;
    // Every message about this context, oldest receipt first.
    [[nodiscard]] virtual Result<std::vector<ManifestRow>>
    manifests_of(const domain::ContextId& context) = 0;

    [[nodiscard]] virtual Status
    add_context(domain::UnitOfWork& work, const domain::Context& row) = 0;
    // Replaces everything of the row but its id. NotFound.
    [[nodiscard]] virtual Status
    update_context(domain::UnitOfWork& work, const domain::Context& row) = 0;
    [[nodiscard]] virtual Result<std::vector<domain::Context>> contexts() = 0;

    [[nodiscard]] virtual Status add_traveler(domain::UnitOfWork& work, const TravelerRow& row) = 0;
    // Replaces identity, keys, state and list status of the row with this id. NotFound.
    [[nodiscard]] virtual Status
    update_traveler(domain::UnitOfWork& work, const TravelerRow& row) = 0;
    [[nodiscard]] virtual Status set_traveler_state(
        domain::UnitOfWork& work, const domain::TravelerId& id, TravelerState state
    ) = 0;
    [[nodiscard]] virtual Result<std::optional<TravelerRow>> traveler(const domain::TravelerId& id
    ) = 0;
    [[nodiscard]] virtual Result<std::vector<TravelerRow>>
    travelers_of(const domain::ContextId& context) = 0;
    // Rows of any context that carry this key, newest first.
    [[nodiscard]] virtual Result<std::vector<TravelerRow>>
    travelers_by_key(const domain::BlindKey& key) = 0;

    // Replaces what this checkpoint may search.
    [[nodiscard]] virtual Status assign_contexts(
        domain::UnitOfWork& work,
        const domain::CheckpointName& checkpoint,
        const std::vector<domain::ContextId>& contexts
    ) = 0;
    [[nodiscard]] virtual Result<
        std::vector<std::pair<domain::CheckpointName, std::vector<domain::ContextId>>>>
    assignments() = 0;

    // Inserts, or replaces the row of the same id.
    [[nodiscard]] virtual Status
    put_transaction(domain::UnitOfWork& work, const TransactionRow& row) = 0;
    [[nodiscard]] virtual Result<std::optional<TransactionRow>>
    transaction(const domain::TransactionId& id) = 0;
    [[nodiscard]] virtual Result<std::vector<TransactionRow>> unfinished_transactions() = 0;

    // Returns the event's sequence number.
    [[nodiscard]] virtual Result<std::uint64_t>
    add_event(domain::UnitOfWork& work, const EventRow& row) = 0;
    // Events after a sequence number, oldest first, of one checkpoint and those that concern all.
    [[nodiscard]] virtual Result<std::vector<EventRow>> events_after(
        const domain::CheckpointName& checkpoint, std::uint64_t after, std::size_t rows_max
    ) = 0;
    [[nodiscard]] virtual Result<std::uint64_t> last_event() = 0;

    [[nodiscard]] virtual Status
    add_answer(domain::UnitOfWork& work, const RecordedAnswer& row) = 0;
    [[nodiscard]] virtual Result<std::optional<RecordedAnswer>> answer(const domain::BlindKey& key
    ) = 0;
    [[nodiscard]] virtual Status
    remove_answers_before(domain::UnitOfWork& work, Instant before) = 0;
};

} // namespace sallyport::verification
