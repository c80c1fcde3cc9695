// Takes passenger lists in versions: every message is kept sealed, the flight it is about is found
// or opened, all its messages are folded into who travels, and the difference to the record is
// applied in one unit of work, so that late, repeated and reordered messages come to the same. A
// list with an error leaves nothing behind. Safe from any thread.
#pragma once

#include "base/random.hpp"
#include "domain/sealer.hpp"
#include "manifest/answers.hpp"
#include "manifest/flight_roll.hpp"
#include "manifest/passenger_list.hpp"
#include "verification/context_service.hpp"
#include "verification/event_feed.hpp"
#include "verification/gallery_service.hpp"
#include "verification/record_store.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace sallyport::verification {

// What a message did to the travelers of its flights.
struct ListChanges {
    std::size_t added = 0;
    std::size_t changed = 0;
    std::size_t cancelled = 0;
    std::size_t restored = 0;
    std::size_t on_board = 0;
    std::size_t not_on_board = 0;
    std::size_t moved = 0;     // known from another flight
    std::size_t opted_out = 0; // of those added or restored, elsewhere and so here
};

// What is answered to the sender of a message that was refused: nothing of it is kept that could be
// asked about later.
struct Refusal {
    std::string json;    // acknowledgement in JSON
    std::string edifact; // CONTRL; empty for other forms, and where no interchange could be found
};

struct ManifestOutcome {
    bool accepted = false; // false: faults of severity error, nothing was stored
    Refusal refusal;       // when not accepted
    domain::ManifestId id;
    std::vector<domain::ContextId> contexts; // each once
    std::size_t travelers = 0;               // added
    ListChanges changes;
    std::vector<manifest::Fault> faults; // with what the roll notes of this message, as warnings
};

struct ContextView {
    domain::Context context;
    std::size_t travelers = 0; // all that were ever listed
    std::size_t confirmed = 0;
    std::size_t manual = 0;
    std::size_t referred = 0;
    std::size_t opted_out = 0;
    std::size_t listed = 0; // by what the lists say; these four add up to travelers
    std::size_t cancelled = 0;
    std::size_t on_board = 0;
    std::size_t not_on_board = 0;
};

struct TravelerView {
    domain::Traveler traveler;
    TravelerState state = TravelerState::Expected;
    ListStatus listed = ListStatus::Listed;
};

enum class AnswerForm { Json, Edifact };

// One message about a flight. Names nobody.
struct VersionView {
    domain::ManifestId manifest;
    Instant received_at{};
    std::optional<Instant> prepared_at; // by its sender's word
    manifest::ListKind kind = manifest::ListKind::Unknown;
    manifest::ListFunction purpose = manifest::ListFunction::Unknown;
    std::string sender;
    std::string reference;
    std::size_t travelers = 0; // named
    // What its lists changed in the order of effect, added up; nothing for all but the last
    // limits::versions_compared_max lists.
    std::optional<ListChanges> changes;
    std::vector<std::string> notes;
};

class ManifestService {
public:
    struct Ports {
        RecordStore& records;
        domain::UnitOfWorkFactory& unit_of_work;
        domain::Sealer& sealer;
        domain::BlindIndex& blind_index;
        ledger::CrossingStore& crossings;
        GalleryService& galleries;
        ContextService& contexts;
        const ContextDirectory& directory;
        EventFeed& events;
        const Clock& clock;
        Random& random;
        // What is answered to carriers; without the tables the answer on data is NotReady.
        const manifest::SufficiencyRules* sufficiency = nullptr;
        const manifest::AnswerCodes* answer_codes = nullptr;
        manifest::ClearancePort* clearance = nullptr; // no decision is sent
    };
    explicit ManifestService(Ports ports) : ports_(ports) {}

    // AlreadyExists when the same bytes were accepted before (names the manifest's id);
    // PayloadTooLarge; ContextClosed for a flight that is over; storage errors. Any message opens
    // a flight that is not known, with a warning when it is no list; without a time of departure
    // that is a fault, because the list to come could not be found to be about it. When too many
    // galleries wait, a warning says so; the same bytes again always ask for the galleries once
    // more, and are AlreadyExists as before.
    [[nodiscard]] Result<ManifestOutcome>
    receive(std::string_view body, manifest::ListFormat format);

    [[nodiscard]] Result<std::vector<ContextView>> contexts();
    [[nodiscard]] Result<ContextView> context(const domain::ContextId& id); // NotFound
    [[nodiscard]] Result<std::vector<TravelerView>> travelers(const domain::ContextId& id);
    [[nodiscard]] Result<TravelerView> traveler(const domain::TravelerId& id); // NotFound

    // The messages of a flight in their order of effect. NotFound.
    [[nodiscard]] Result<std::vector<VersionView>> versions(const domain::ContextId& id);
    // Who travels and how the flight stands before and after this message, in the order of effect.
    // NotFound also for a message that is not about this flight.
    [[nodiscard]] Result<manifest::RollDiff>
    diff(const domain::ContextId& id, const domain::ManifestId& manifest);

    // What is answered to the sender of a kept message, naming nobody: that it arrived and can be
    // read (as EDIFACT: CONTRL, for EDIFACT messages), and whether the data on each traveler is
    // complete (CUSRES). Lists that only name travelers are left out of that; as EDIFACT it is
    // InvalidArgument when nothing else is there. NotFound for an unknown message.
    [[nodiscard]] Result<std::string>
    acknowledgement(const domain::ManifestId& id, AnswerForm form);
    [[nodiscard]] Result<std::string> data_answer(const domain::ManifestId& id, AnswerForm form);

    // "Add me to this flight": one more row on the list of an open context, with a photo taken now.
    // The caller has kept the photo in holdings under the new traveler's document number.
    [[nodiscard]] Result<domain::Traveler>
    add_traveler(const domain::ContextId& id, domain::Traveler traveler);

    // The row of somebody whom no list named, to be added by the caller in a unit of work of its
    // own. The traveler has an id.
    [[nodiscard]] Result<TravelerRow>
    row_for(const domain::ContextId& id, const domain::Traveler& traveler);
    // Travelers of any context who have this document, newest first.
    [[nodiscard]] Result<std::vector<TravelerRow>> rows_with(const domain::TravelDocument& document
    );

    // The rows of the same person on other flights that are searched or may be again: those that
    // share a document, or names and birth date. For an opt-out, which holds on all of them. Also
    // inside of a unit of work.
    [[nodiscard]] Result<std::vector<TravelerRow>> rows_of_person(const TravelerRow& row);

    // At start: contexts that were open before get their galleries built again.
    [[nodiscard]] Status rebuild_open_galleries();

private:
    struct Part; // one flight of a message
    [[nodiscard]] Status sort_into_parts(
        const manifest::ListReading& reading,
        ManifestRow& row,
        ManifestOutcome& outcome,
        std::vector<Part>& parts
    );
    [[nodiscard]] domain::Context opened_by(const manifest::PassengerList& list);
    void fold(std::vector<Part>& parts, const ManifestRow& row, ManifestOutcome& outcome);
    [[nodiscard]] Status apply(Part& part, ManifestOutcome& outcome);
    [[nodiscard]] Status
    store(std::vector<Part>& parts, const ManifestRow& row, ManifestOutcome& outcome);
    [[nodiscard]] Status
    write_events(domain::UnitOfWork& work, const Part& part, const ManifestRow& row);
    [[nodiscard]] Result<ManifestRow> kept_message(const domain::ManifestId& id);
    // With the turn; the outcome says whether it was stored.
    [[nodiscard]] Status take_in(
        std::string_view body,
        const manifest::ListReading& reading,
        ManifestRow& row,
        ManifestOutcome& outcome
    );
    [[nodiscard]] Status repeated(const ManifestRow& earlier);
    [[nodiscard]] Refusal
    refusal_of(std::string_view body, manifest::ListReading reading, const ManifestRow& row);
    [[nodiscard]] Result<TravelerView> opened(const TravelerRow& row);
    [[nodiscard]] Result<domain::Context> find_context(const domain::ContextId& id);

    Ports ports_;
};

// Sealed form of a traveler: JSON and back. The id is the record id the seal is bound to.
[[nodiscard]] SecretBytes traveler_to_json(const domain::Traveler& traveler);
[[nodiscard]] Result<domain::Traveler> traveler_from_json(std::span<const std::uint8_t> json);

} // namespace sallyport::verification
