// A crossing: what is written for every ending of a transaction, whoever decided and however. What
// was recorded (somebody left) is kept apart from what a face confirmed. No personal data: the
// traveler is an opaque id whose identity is sealed elsewhere.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "domain/checkpoint_profile.hpp"
#include "domain/ids.hpp"
#include "domain/unit_of_work.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::ledger {

enum class Outcome {
    Confirmed,   // boarded or admitted with a biometric match
    Manual,      // boarded or admitted by a person, without a match
    Referred,    // sent on to a person or to secondary
    OptedOut,    // chose the manual check
    Abandoned,   // left, or the transaction timed out
    Interrupted, // the service stopped in the middle
};
[[nodiscard]] std::string_view outcome_name(Outcome outcome);

struct Crossing {
    domain::CrossingId id;
    domain::TransactionId transaction;
    domain::CheckpointName checkpoint;
    domain::Direction direction = domain::Direction::Exit;
    std::optional<domain::ContextId> context;
    std::optional<domain::TravelerId> traveler; // nothing when nobody was identified
    Outcome outcome = Outcome::Abandoned;
    bool biometrically_confirmed = false;
    std::string reason;    // refer reason, or the officer's
    Instant captured_at{}; // of the first capture; opening time when there was none
    ClockQuality clock_quality = ClockQuality::Unknown;
    Instant recorded_at{};
};

// What became of a crossing after it was written; a record of its own that points back. An exit
// counts from the departure on: boarded is not departed.
enum class MarkKind {
    Final,  // the flight left with this traveler on board
    Voided, // offloaded, returned to gate, flight cancelled: no exit took place
};
[[nodiscard]] std::string_view mark_kind_name(MarkKind kind);

struct CrossingMark {
    domain::CrossingId crossing;
    MarkKind kind = MarkKind::Final;
    std::string
        reason; // "close_out", "offloaded", "not_on_board", "return_to_gate", "flight_cancelled"
    Instant at{};
};

class CrossingStore {
public:
    virtual ~CrossingStore() = default;
    // AlreadyExists when the transaction has one: a transaction ends once.
    [[nodiscard]] virtual Status add(domain::UnitOfWork& work, const Crossing& crossing) = 0;
    // NotFound for an unknown crossing. The latest mark of a crossing is the one in force.
    [[nodiscard]] virtual Status mark(domain::UnitOfWork& work, const CrossingMark& mark) = 0;
    // In the order written.
    [[nodiscard]] virtual Result<std::vector<CrossingMark>>
    marks_of_context(const domain::ContextId& context) = 0;
    // Newest first.
    [[nodiscard]] virtual Result<std::vector<Crossing>>
    of_context(const domain::ContextId& context, std::size_t rows_max) = 0;
    [[nodiscard]] virtual Result<std::vector<Crossing>> recent(std::size_t rows_max) = 0;
};

} // namespace sallyport::ledger
