// Who is on a flight, from every message received about it. The roll is a fold over all versions in
// the order in which their senders made them, so that messages which arrive late, twice or in any
// order give the same roll. Pure functions and values, safe from any thread; personal data, so no
// formatters.
#pragma once

#include "base/clock.hpp"
#include "domain/traveler.hpp"
#include "manifest/passenger_list.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::manifest {

// What the lists say of one traveler. Listed: is to travel. OnBoard and NotOnBoard follow from a
// close-out, which is the carrier's word; that somebody was let through a gate is another matter.
enum class RollStatus { Listed, Cancelled, OnBoard, NotOnBoard };
[[nodiscard]] std::string_view roll_status_name(RollStatus status); // "listed", "cancelled", ...

enum class FlightState { Scheduled, Closed, Cancelled };
[[nodiscard]] std::string_view flight_state_name(FlightState state);

// One message about the flight, as it was kept.
struct ListVersion {
    std::string id; // of the message, unique and stable
    Instant received_at{};
    PassengerList list;
};

struct RollEntry {
    domain::Traveler traveler; // as the latest message has it; id nil
    RollStatus status = RollStatus::Listed;
    std::string decided_by; // ListVersion::id of the message that set traveler or status last
    // Everything that names this traveler in any version: "abo:U1" ("abo-crew:1" for crew, who are
    // numbered on their own), "document:issuer\nnumber", "person:family\ngiven\nbirth date".
    // Normalised, sorted, without doubles; no visas, on whose number groups travel. By these the
    // keeper of the record finds the traveler again.
    std::vector<std::string> aliases;
};

struct RollNote {
    std::string version; // ListVersion::id
    std::string text;    // without personal data: "cancels 1 traveler whom no list named"
};

struct FlightRoll {
    FlightLeg leg; // times and places now in force
    FlightState state = FlightState::Scheduled;
    std::vector<RollEntry> entries; // in the order of first appearance
    std::vector<RollNote> notes;
    [[nodiscard]] std::size_t count_of(RollStatus status) const;
};

struct RollOptions {
    // The aircraft came back to the gate: close-outs received up to then no longer hold, which is
    // noted.
    std::optional<Instant> reopened_at;
};

// Versions in any order. Order of effect: when the sender made it (never later than received; the
// time of receipt where the message does not say), then control reference, message reference (their
// digits compare as numbers) and id. A repeat changes nothing: the same id, or the same content
// with the same time of preparation or references under another id.
//  - Original and Change replace or add each traveler named (a cancelled one travels again).
//  - CancelTravelers and Reduction cancel those named; somebody unknown is noted.
//  - CloseOnBoard and CloseNotOnBoard set on board and not on board; a close-out may come in
//  several
//    messages; a passenger list says nothing about crew, and a crew list nothing about passengers.
//    They complete what is known of a traveler and replace nothing. Of close-outs of both kinds the
//    later one holds. Somebody cancelled stays so, unless named as on board.
//  - Messages made after a close-out correct data; whom they name anew is not on board, and noted.
//  - CancelFlight cancels until a later list, change of the flight or close-out with people on
//    board; close-outs before it no longer hold.
//  - ChangeFlight replaces the leg; what it leaves open stays, but an arrival that no longer fits a
//    new departure becomes unknown. Other messages only fill what the leg leaves open: they name
//    the flight by the times it was announced with.
//  - Master crew lists, gate passes and messages of unknown function say nothing of who travels.
// One person: the same passenger reference (RFF+ABO), else the same document, else the same names
// and birth date unless passenger reference and document both differ. A document of which names and
// birth date both differ, or whose holder the same message names too, is that of a parent: two
// people. Named twice in one message, the documents are joined and it is noted. Entries that a
// message shows to be one person become one.
[[nodiscard]] FlightRoll roll_of(std::span<const ListVersion> versions, const RollOptions& options);

// The roll before and after each of the last versions in the order of effect, in one fold.
using RollVisitor = std::function<
    void(const ListVersion& version, const FlightRoll& before, const FlightRoll& after)>;
void visit_rolls(
    std::span<const ListVersion> versions,
    const RollOptions& options,
    std::size_t last,
    const RollVisitor& visit
);

// Ids of these versions in their order of effect, repeats left out.
[[nodiscard]] std::vector<std::string> order_of_effect(std::span<const ListVersion> versions);

struct FieldChange {
    std::string field; // "family_name", "documents", "seat", ...
    std::string before;
    std::string after;
};
enum class RollChangeKind { Added, Changed, Cancelled, Restored, OnBoard, NotOnBoard };
[[nodiscard]] std::string_view roll_change_name(RollChangeKind kind);

struct RollChange {
    RollChangeKind kind = RollChangeKind::Changed;
    domain::Traveler traveler; // as it is after the change
    std::vector<std::string> aliases;
    std::vector<FieldChange> fields; // for Changed, and where a status change came with others
};

struct RollDiff {
    std::vector<RollChange> travelers;
    std::vector<FieldChange> flight; // "departs_at", "arrival", "state", ...
    [[nodiscard]] bool empty() const { return travelers.empty() && flight.empty(); }
};
// Empty exactly when both rolls have the same travelers with the same fields and status, and the
// same flight (order, notes, aliases and decided_by aside). First those who are in the roll no
// longer, because two entries proved to be one person: Cancelled, with the aliases they had.
// Somebody new whose status is not Listed comes twice: Added, then the status.
[[nodiscard]] RollDiff diff_of(const FlightRoll& before, const FlightRoll& after);

} // namespace sallyport::manifest
