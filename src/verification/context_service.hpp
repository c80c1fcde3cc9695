// Contexts through their life: opened by a list or a window, closed out, departed, cancelled,
// brought back to the gate, closed by hand or by time. Each step is one unit of work with its
// event; the gallery follows after the commit. Boarded is not departed: an exit becomes final with
// the close-out and is voided by offloading, return to gate and cancellation. Safe from any thread.
#pragma once

#include "base/random.hpp"
#include "domain/context.hpp"
#include "ledger/crossing.hpp"
#include "verification/checkpoints.hpp"
#include "verification/context_directory.hpp"
#include "verification/event_feed.hpp"
#include "verification/gallery_service.hpp"
#include "verification/record_store.hpp"

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::verification {

struct WindowRequest {
    std::string name;  // shown to people: "Arrivals 06 to 10"
    std::string place; // IATA location code
    Instant from{};
    Instant to{};
};

class ContextChange; // internal: one change of a context inside a unit of work
struct ContextReach;

class ContextService {
public:
    struct Ports {
        RecordStore& records;
        domain::UnitOfWorkFactory& unit_of_work;
        ledger::CrossingStore& crossings;
        GalleryService& galleries;
        Checkpoints& checkpoints;
        ContextDirectory& directory;
        EventFeed& events;
        const Clock& clock;
        Random& random;
    };
    explicit ContextService(Ports ports) : ports_(ports) {}

    // At start: fills the directory from the record, without what was over more than a day ago.
    [[nodiscard]] Status restore();

    // InvalidArgument: no place, times the wrong way round, or longer than 48 h.
    [[nodiscard]] Result<domain::Context> open_window(const WindowRequest& request);
    // The context of people who presented a document at this checkpoint today; opened when missing.
    [[nodiscard]] Result<domain::Context> encounters_at(const domain::CheckpointName& checkpoint);

    // The flight left: exits of travelers on board become final, those of travelers not on board
    // are voided; who is not on board leaves the gallery. Where an entry checkpoint of this
    // installation may search it (by assignment or by a window at its place of arrival) the context
    // is Departed, else Closed. What the lists say decides who is on board; by hand, everybody
    // boarded is.
    [[nodiscard]] Status depart(const domain::ContextId& id, std::string_view reason);
    // Back at the gate: Departed or Closed becomes Open again, exits are voided, whoever boarded is
    // expected again, and the gallery is built anew (opted-out travelers stay out).
    [[nodiscard]] Status return_to_gate(const domain::ContextId& id);
    // The flight does not take place: exits are voided, the gallery goes.
    [[nodiscard]] Status cancel(const domain::ContextId& id, std::string_view reason);
    // One traveler leaves the aircraft: their exit is voided, they leave the gallery.
    [[nodiscard]] Status offload(const domain::TravelerId& traveler);
    // Over, by hand. Closing twice is ContextClosed.
    [[nodiscard]] Status close(const domain::ContextId& id);
    // Closes what is past closes_at, and a day later lets go of it in memory: directory, coverage.
    // Called by a timer; returns how many were closed.
    [[nodiscard]] Result<std::size_t> expire();

    // --- for who applies lists
    // Holds back every other change of a context.
    [[nodiscard]] std::unique_lock<std::mutex> turn() { return std::unique_lock(mutex_); }
    [[nodiscard]] ContextReach reach_of(const domain::Context& context) const;
    // After the commit: directory, galleries and checkpoints follow. QueueFull when the gallery has
    // to wait for its build to be asked for again; everything else is done then.
    [[nodiscard]] Status follow(const ContextChange& change);

private:
    using Step = std::function<Status(ContextChange&)>;
    // One step of one context with its event, committed; the turn is held.
    [[nodiscard]] Status
    take(const domain::ContextId& id, std::string_view event, const Step& step);
    [[nodiscard]] Status add(const domain::Context& context
    ); // a context without travelers, with its event
    [[nodiscard]] Status expire_one(const domain::Context& context);
    void forget(const domain::ContextId& id);

    Ports ports_;
    std::mutex mutex_; // one change of a context at a time
};

} // namespace sallyport::verification
