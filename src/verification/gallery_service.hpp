// Builds a gallery for a context in the background from its travelers and the holdings, publishes
// it as an immutable snapshot, and says before the doors open who has no usable photo. One builder
// thread; all calls are safe from any thread. Templates live in memory only.
#pragma once

#include "base/bounded_queue.hpp"
#include "biometrics/face_engine.hpp"
#include "domain/context.hpp"
#include "domain/sealer.hpp"
#include "domain/traveler.hpp"
#include "gallery/snapshot.hpp"
#include "holdings/holdings.hpp"
#include "verification/event_feed.hpp"
#include "verification/record_store.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace sallyport::verification {

enum class GalleryState { Waiting, Building, Ready, Failed, Closed };
[[nodiscard]] std::string_view gallery_state_name(GalleryState state);

// What became of one held photo that was not enrolled.
enum class PhotoFault {
    Undecodable,
    NoFace,
    SeveralFaces,
    FaceTooSmall,
    TooDark,
    TooBright,
    Unreadable
};
[[nodiscard]] std::string_view photo_fault_name(PhotoFault fault);

struct TravelerCoverage {
    domain::TravelerId traveler;
    std::size_t photos_enrolled = 0;
    std::vector<PhotoFault> rejected;
    bool opted_out = false;
};

struct Coverage {
    domain::ContextId context;
    GalleryState state = GalleryState::Waiting;
    std::size_t travelers = 0;
    std::size_t travelers_done = 0; // progress while building
    std::size_t with_photo = 0;
    std::size_t without_photo = 0; // nothing held
    std::size_t rejected_only = 0; // photos held, none usable
    std::size_t opted_out = 0;
    std::size_t templates = 0;
    double build_seconds = 0.0;
    std::vector<TravelerCoverage> rows;
};

class GalleryService {
public:
    struct Ports {
        RecordStore& records;
        domain::UnitOfWorkFactory& unit_of_work;
        domain::Sealer& sealer;
        holdings::Holdings& holdings;
        biometrics::FaceEngine& engine;
        EventFeed& events;
        const Clock& clock;
    };
    explicit GalleryService(Ports ports);
    ~GalleryService(); // stops after the traveler in hand

    // QueueFull when limits::gallery_builds_waiting_max builds wait.
    [[nodiscard]] Status request_build(const domain::ContextId& context);
    // The same for all contexts that were open before a restart, however many: one place in line.
    [[nodiscard]] Status request_builds(std::vector<domain::ContextId> contexts);
    // NotFound for a context nobody asked to build.
    [[nodiscard]] Result<Coverage> coverage(const domain::ContextId& context) const;
    // NotReady until the first build is published; ContextClosed afterwards.
    [[nodiscard]] Result<std::shared_ptr<const gallery::Snapshot>>
    snapshot(const domain::ContextId& context) const;

    // InvalidArgument that names the fault when this photo could not be enrolled.
    [[nodiscard]] Status check_photo(const holdings::HeldPhoto& photo);
    // Adds a photo of one traveler of the list to the published gallery (a visitor at the demo
    // kiosk). The fault when the photo is not usable: InvalidArgument that names it. Before the
    // first build there is nothing to add to: the build asks the holdings. StateConflict for
    // somebody who opted out.
    [[nodiscard]] Status enrol(
        const domain::ContextId& context,
        const domain::TravelerId& traveler,
        const holdings::HeldPhoto& photo
    );
    // Wipes this traveler's templates from the gallery; later builds leave them out.
    void opt_out(const domain::ContextId& context, const domain::TravelerId& traveler);
    // Photos held for one traveler of the context, usable or not.
    [[nodiscard]] std::size_t
    photos_held(const domain::ContextId& context, const domain::TravelerId& traveler) const;
    // Drops the snapshot; the last reader wipes it.
    void close(const domain::ContextId& context);

private:
    struct Entry;
    void run();
    void build_or_report(const domain::ContextId& context);
    [[nodiscard]] Status build(const domain::ContextId& context);
    [[nodiscard]] Result<TravelerCoverage>
    cover_traveler(const TravelerRow& row, std::optional<gallery::SnapshotBuilder>& builder);
    // False when the context was closed in the meantime.
    static bool
    publish(Entry& target, Coverage coverage, std::shared_ptr<const gallery::Snapshot> snapshot);
    // Takes this traveler's templates out of what is published; the entry is locked.
    static void leave_out(Entry& target, const domain::TravelerId& traveler);
    [[nodiscard]] std::shared_ptr<Entry> entry(const domain::ContextId& context) const;

    Ports ports_;
    mutable std::mutex mutex_;
    std::unordered_map<domain::ContextId, std::shared_ptr<Entry>> entries_;
    BoundedQueue<std::vector<domain::ContextId>> waiting_;
    std::atomic<bool> stopping_{false};
    std::thread builder_;
};

} // namespace sallyport::verification
