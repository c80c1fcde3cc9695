// Takes passenger lists: reads, checks, seals the travelers, opens a context for each flight and
// asks for its gallery. A list with an error leaves nothing behind. Safe from any thread.
#pragma once

#include "base/random.hpp"
#include "domain/sealer.hpp"
#include "manifest/passenger_list.hpp"
#include "verification/event_feed.hpp"
#include "verification/gallery_service.hpp"
#include "verification/record_store.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace sallyport::verification {

struct ManifestOutcome {
    bool accepted = false; // false: faults of severity error, nothing was stored
    domain::ManifestId id;
    std::vector<domain::ContextId> contexts;
    std::size_t travelers = 0;
    std::vector<manifest::Fault> faults;
};

struct ContextView {
    domain::Context context;
    std::size_t travelers = 0;
    std::size_t confirmed = 0;
    std::size_t manual = 0;
    std::size_t referred = 0;
    std::size_t opted_out = 0;
};

struct TravelerView {
    domain::Traveler traveler;
    TravelerState state = TravelerState::Expected;
};

class ManifestService {
public:
    struct Ports {
        RecordStore& records;
        domain::UnitOfWorkFactory& unit_of_work;
        domain::Sealer& sealer;
        domain::BlindIndex& blind_index;
        GalleryService& galleries;
        EventFeed& events;
        const Clock& clock;
        Random& random;
    };
    explicit ManifestService(Ports ports) : ports_(ports) {}

    // AlreadyExists when the same bytes were accepted before (names the manifest's id);
    // PayloadTooLarge; storage errors. A later list of the same open flight adds its new travelers.
    // When too many galleries wait, a warning says so; the same bytes again then ask for the
    // gallery once more, and are AlreadyExists as before.
    [[nodiscard]] Result<ManifestOutcome>
    receive(std::string_view body, manifest::ListFormat format);

    [[nodiscard]] Result<std::vector<ContextView>> contexts();
    [[nodiscard]] Result<ContextView> context(const domain::ContextId& id); // NotFound
    [[nodiscard]] Result<std::vector<TravelerView>> travelers(const domain::ContextId& id);
    [[nodiscard]] Result<TravelerView> traveler(const domain::TravelerId& id); // NotFound

    // Closes the context: its gallery goes, no checkpoint searches it any more, later lists of the
    // flight are refused. Closing twice is ContextClosed.
    [[nodiscard]] Status close(const domain::ContextId& id);

    // "Add me to this flight": one more row on the list of an open context, with a photo taken now.
    // The caller has kept the photo in holdings under the new traveler's document number.
    [[nodiscard]] Result<domain::Traveler>
    add_traveler(const domain::ContextId& id, domain::Traveler traveler);

    // At start: contexts that were open before get their galleries built again.
    [[nodiscard]] Status rebuild_open_galleries();

private:
    // One flight of a list: its context (new, or open already) and the travelers to add.
    struct Draft {
        domain::Context context;
        bool is_new = true;
        std::vector<TravelerRow> travelers;
    };
    [[nodiscard]] Result<Draft> draft_of(const manifest::PassengerList& list);
    [[nodiscard]] Result<std::vector<Draft>> drafts_of(const manifest::ListReading& reading);
    [[nodiscard]] Status store(const std::vector<Draft>& drafts, const ManifestRow& manifest);
    [[nodiscard]] Result<TravelerRow>
    sealed_row(const domain::ContextId& context, const domain::Traveler& traveler);
    [[nodiscard]] Result<TravelerView> opened(const TravelerRow& row);
    [[nodiscard]] Result<domain::Context> find_context(const domain::ContextId& id);

    Ports ports_;
    std::mutex mutex_; // one list at a time, so that two cannot open the same flight
};

// Sealed form of a traveler: JSON and back. The id is the record id the seal is bound to.
[[nodiscard]] SecretBytes traveler_to_json(const domain::Traveler& traveler);
[[nodiscard]] Result<domain::Traveler> traveler_from_json(std::span<const std::uint8_t> json);

} // namespace sallyport::verification
