// Keeps a gallery for each context from its travelers and the holdings, publishes it as an
// immutable snapshot, brings it up to date while it serves, and says before the doors open who has
// no usable photo. One builder thread; all calls are safe from any thread. Extraction and copying
// happen outside of the lock that a search takes. Templates live in memory only, wiped by their
// last reader.
#pragma once

#include "biometrics/face_engine.hpp"
#include "domain/context.hpp"
#include "domain/sealer.hpp"
#include "domain/traveler.hpp"
#include "gallery/snapshot.hpp"
#include "holdings/holdings.hpp"
#include "verification/event_feed.hpp"
#include "verification/matcher.hpp"
#include "verification/record_store.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
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
    TooLarge, // more bytes or pixels than a picture may have
    NoFace,
    SeveralFaces,
    FaceCutOff,
    FaceTooSmall,
    TooDark,
    TooBright,
    Unreadable // the holdings could not be read
};
[[nodiscard]] std::string_view photo_fault_name(PhotoFault fault);

struct PhotoCoverage {
    std::string source; // as the holdings say
    int year = 0;
    std::optional<PhotoFault> fault; // none: enrolled
};

struct TravelerCoverage {
    domain::TravelerId traveler;
    std::size_t photos_enrolled = 0;
    std::vector<PhotoFault> rejected;
    std::vector<PhotoCoverage> photos; // each held photo looked at, newest first
    bool opted_out = false;
};

struct Coverage {
    domain::ContextId context;
    GalleryState state = GalleryState::Waiting;
    bool update_waiting = false; // asked for, and not yet done
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

// The counts of a coverage after a change, oldest first in a history.
struct CoveragePoint {
    Instant at{};
    std::size_t travelers = 0;
    std::size_t with_photo = 0;
    std::size_t without_photo = 0;
    std::size_t rejected_only = 0;
    std::size_t opted_out = 0;
    std::size_t templates = 0;
};

enum class PackState { Serving, Preparing, Failed };
[[nodiscard]] std::string_view pack_state_name(PackState state);

// How far a change of the model pack is. Failed: the pack before it serves on.
struct PackProgress {
    PackState state = PackState::Serving;
    std::string serving; // template version
    std::string next;    // being prepared, or the one that failed
    std::size_t galleries = 0;
    std::size_t galleries_done = 0;
    std::size_t travelers_done = 0;
    std::string problem;
};

class GalleryService {
public:
    using SnapshotPtr = std::shared_ptr<const gallery::Snapshot>;
    struct Ports {
        RecordStore& records;
        domain::UnitOfWorkFactory& unit_of_work;
        domain::Sealer& sealer;
        holdings::Holdings& holdings;
        ActiveMatcher& matcher; // replaced by prepare_pack() and by nobody else
        EventFeed& events;
        const Clock& clock;
    };
    explicit GalleryService(Ports ports);
    ~GalleryService(); // stops after the traveler in hand

    // Brings the gallery up to date with the list, in the background: who is new or has other
    // documents is fetched and enrolled, who is no longer searchable is left out, everybody else's
    // templates stay as they are. Whoever has no usable photo is looked up again. Asked for while
    // it is built, it runs once more; asked for twice while it waits, it runs once. QueueFull when
    // limits::gallery_builds_waiting_max builds wait, for
    // a context that nothing was built for; of others each has one place in line at most.
    [[nodiscard]] Status request_build(const domain::ContextId& context);
    // The same for all contexts that were open before a restart, however many: one place in line.
    [[nodiscard]] Status request_builds(std::vector<domain::ContextId> contexts);
    // NotFound for a context nobody asked to build.
    [[nodiscard]] Result<Coverage> coverage(const domain::ContextId& context) const;
    // The last limits::coverage_points_max changes, oldest first. NotFound as above.
    [[nodiscard]] Result<std::vector<CoveragePoint>>
    coverage_history(const domain::ContextId& context) const;
    // NotReady until the first build is published; ContextClosed afterwards.
    [[nodiscard]] Result<SnapshotPtr> snapshot(const domain::ContextId& context) const;
    // The snapshot of this pack, for who holds the matcher of this pack: also after another pack
    // took over. ModelMismatch when there is none.
    [[nodiscard]] Result<SnapshotPtr>
    snapshot(const domain::ContextId& context, const domain::TemplateVersion& version) const;

    // InvalidArgument that names the fault when this photo could not be enrolled.
    [[nodiscard]] Status check_photo(const holdings::HeldPhoto& photo);
    // Adds a photo of one traveler of the list to the published gallery (a visitor at the demo
    // kiosk). The fault when the photo is not usable: InvalidArgument that names it. Before the
    // first build there is nothing to add to: the build asks the holdings. StateConflict for
    // somebody who opted out, or has limits::photos_per_traveler_max templates already.
    [[nodiscard]] Status enrol(
        const domain::ContextId& context,
        const domain::TravelerId& traveler,
        const holdings::HeldPhoto& photo
    );
    // Wipes this traveler's templates from the gallery; later builds leave them out.
    void opt_out(const domain::ContextId& context, const domain::TravelerId& traveler);
    // Takes travelers who do not travel (any more) out of what is published, at once. The record
    // says so already: a later build follows the record.
    void remove(const domain::ContextId& context, std::span<const domain::TravelerId> travelers);
    // Photos held for one traveler of the context, usable or not.
    [[nodiscard]] std::size_t
    photos_held(const domain::ContextId& context, const domain::TravelerId& traveler) const;
    // Drops the snapshot; the last reader wipes it.
    void close(const domain::ContextId& context);
    // Of a closed context: its coverage and history go, too, as if it had never been built.
    void forget(const domain::ContextId& context);
    // Back at the gate: a closed gallery may be built again, and is asked for. Who opted out stays
    // out. QueueFull as above.
    [[nodiscard]] Status reopen(const domain::ContextId& context);

    // Builds the galleries of all open contexts for another pack beside those that serve, in the
    // background; deltas, removals and opt-outs reach both. When all are there, the matcher and the
    // galleries change in one step. StateConflict while another pack is being prepared. A matcher
    // of the same pack (another calibration) serves at once.
    [[nodiscard]] Status prepare_pack(std::shared_ptr<const Matcher> next);
    [[nodiscard]] PackProgress pack_progress() const;

private:
    struct Side;
    struct Entry;
    struct Plan;
    class RetiredGalleries;
    enum class Which { Serving, Next };
    using EntryPtr = std::shared_ptr<Entry>;

    // --- the builder thread (gallery_build.cpp)
    void run();
    void build_waiting();
    void build_or_report(const domain::ContextId& context, const EntryPtr& target);
    [[nodiscard]] Status
    bring_up_to_date(Entry& target, Which which, biometrics::FaceEngine& engine);
    [[nodiscard]] Plan plan_for(
        Entry& target,
        Which which,
        const domain::TemplateVersion& version,
        std::vector<TravelerRow> rows
    );
    [[nodiscard]] Status fetch(Entry& target, Plan& plan, biometrics::FaceEngine& engine);
    [[nodiscard]] Status
    cover_traveler(Plan& plan, const TravelerRow& row, biometrics::FaceEngine& engine);
    [[nodiscard]] static std::vector<TravelerCoverage>
    rows_after(Entry& target, Plan& plan, const std::set<domain::TravelerId>& removed);
    // False when the context was closed in the meantime.
    [[nodiscard]] Result<bool> publish(Entry& target, Plan plan);

    // --- another pack (gallery_pack.cpp)
    void prepare_or_report(std::shared_ptr<const Matcher> next);
    [[nodiscard]] Status build_next_galleries(biometrics::FaceEngine& engine);
    void report_pack_progress();
    void switch_to(std::shared_ptr<const Matcher> next);
    void drop_next_galleries();
    [[nodiscard]] std::shared_ptr<const Matcher> tracked(std::shared_ptr<const Matcher> matcher);
    [[nodiscard]] std::vector<std::shared_ptr<RetiredGalleries>> retired() const;

    // Takes travelers out of everything that is published of this entry.
    void leave_out(Entry& target, std::span<const domain::TravelerId> travelers);
    [[nodiscard]] EntryPtr entry(const domain::ContextId& context) const;
    [[nodiscard]] std::vector<EntryPtr> all_entries() const;
    void remember_coverage(Entry& target) const; // the entry is locked
    void announce(const domain::ContextId& context, std::string_view kind);

    Ports ports_;
    mutable std::mutex mutex_; // guards what follows; taken alone or before an entry's
    std::condition_variable wake_;
    std::unordered_map<domain::ContextId, EntryPtr> entries_;
    std::deque<std::vector<domain::ContextId>> waiting_;
    std::shared_ptr<const Matcher> next_; // waits to be prepared, or is being prepared
    bool next_is_taken_ = false;
    PackProgress progress_;
    // What earlier packs' galleries are for those who still hold their matcher.
    std::vector<std::weak_ptr<RetiredGalleries>> retired_;
    bool serves_between_ = false; // builder thread only
    std::atomic<bool> stopping_{false};
    std::thread builder_;
};

} // namespace sallyport::verification
