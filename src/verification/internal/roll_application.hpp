// Brings the rows of a context in step with its roll: who is new, changed, cancelled, on board or
// not. Travelers keep their ids: they are found again by their aliases, as keyed hashes. Opt-outs
// follow the person to another flight. Works on a ContextChange; nothing is written here.
#pragma once

#include "base/random.hpp"
#include "domain/sealer.hpp"
#include "manifest/flight_roll.hpp"
#include "verification/context_directory.hpp"
#include "verification/internal/context_change.hpp"
#include "verification/manifest_service.hpp"
#include "verification/record_store.hpp"

#include <span>
#include <string>
#include <vector>

namespace sallyport::verification {

// Keyed hashes of aliases "field:value".
[[nodiscard]] std::vector<domain::BlindKey>
keys_of(domain::BlindIndex& blind_index, std::span<const std::string> aliases);
// Everything by which one traveler is found again.
[[nodiscard]] std::vector<domain::BlindKey>
keys_of_traveler(domain::BlindIndex& blind_index, const domain::Traveler& traveler);
// Those of them that are the carrier's own numbers: they tell nobody on another flight.
[[nodiscard]] std::vector<domain::BlindKey>
keys_of_reference(domain::BlindIndex& blind_index, const domain::Traveler& traveler);
[[nodiscard]] Result<domain::SealedBytes>
sealed_identity(domain::Sealer& sealer, const domain::Traveler& traveler);

// What takes time and needs no record: worked out before the writer is taken.
struct PreparedRoll {
    const manifest::FlightRoll* before = nullptr; // both must outlive this
    const manifest::FlightRoll* after = nullptr;
    std::vector<std::vector<domain::BlindKey>> keys; // of each entry after
    // Of each entry after: the same person before, if any, and whether nothing was said of them.
    std::vector<const manifest::RollEntry*> earlier;
    std::vector<bool> unchanged;
};
// The roll before a message and after it.
[[nodiscard]] PreparedRoll prepare(
    domain::BlindIndex& blind_index,
    const manifest::FlightRoll& before,
    const manifest::FlightRoll& after
);

class RollApplication {
public:
    struct Ports {
        RecordStore& records;
        domain::Sealer& sealer;
        domain::BlindIndex& blind_index;
        const ContextDirectory& directory;
        Random& random;
    };
    struct Moved {
        domain::TravelerId from;
        domain::TravelerId to;
    };

    RollApplication(const Ports& ports, ContextChange& change) : ports_(ports), change_(change) {}

    // What people did by hand since stays, unless the message says something else of that traveler.
    [[nodiscard]] Status apply(const PreparedRoll& roll);
    [[nodiscard]] const ListChanges& changes() const { return changes_; }
    [[nodiscard]] const std::vector<Moved>& moved() const { return moved_; }
    // Travelers whose list status changed, as indexes of the change's travelers.
    [[nodiscard]] const std::vector<std::size_t>& status_changed() const { return status_changed_; }

private:
    [[nodiscard]] Status add(const manifest::RollEntry& entry, std::vector<domain::BlindKey> keys);
    [[nodiscard]] Status update(
        std::size_t index,
        const manifest::RollEntry* before,
        const manifest::RollEntry& entry,
        const std::vector<domain::BlindKey>& keys
    );
    // Rows without an entry of their own whom the message shows to be one person with another row.
    [[nodiscard]] Status
    join_rows(const PreparedRoll& roll, const std::vector<std::size_t>& row_of, std::size_t rows);
    [[nodiscard]] Status set_listed(
        std::size_t index,
        ListStatus listed,
        std::span<const std::string> aliases,
        bool tells_of_change = true
    );
    void count(ListStatus from, ListStatus to);
    // Rows of the same person on other flights that are searched or may be again, newest first.
    [[nodiscard]] Result<std::vector<TravelerRow>>
    elsewhere(const domain::TravelerId& self, std::span<const std::string> aliases);
    [[nodiscard]] Status follow_person(std::size_t index, std::span<const std::string> aliases);
    [[nodiscard]] Status
    find_where_to(const domain::TravelerId& from, std::span<const std::string> aliases);
    [[nodiscard]] bool same_departure(const domain::ContextId& other) const;
    [[nodiscard]] bool travels_there(const TravelerRow& other) const;

    Ports ports_;
    ContextChange& change_;
    ListChanges changes_;
    std::vector<Moved> moved_;
    std::vector<std::size_t> status_changed_;
};

} // namespace sallyport::verification
