// What GalleryService keeps of one context. Three locks, always taken in this order, so that a
// search waits for none of the work: `changing` (one change of what is published at a time; copies
// happen under it), `mutex` (coverage), and that of a Side's Published (the pointer a search
// takes).
#pragma once

#include "verification/gallery_service.hpp"

#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace sallyport::verification {

// The pointer that searches take; held for the length of a copy of a shared_ptr.
class PublishedSnapshot {
public:
    using Ptr = GalleryService::SnapshotPtr;
    static constexpr std::chrono::milliseconds readers_patience{20};
    [[nodiscard]] Ptr current() const {
        const std::lock_guard lock(mutex_);
        return snapshot_;
    }
    // The one before, which the caller lets go outside of the lock: wiping takes its time.
    [[nodiscard]] Ptr exchange(Ptr next) {
        const std::lock_guard lock(mutex_);
        snapshot_.swap(next);
        return next;
    }
    void publish(Ptr next) { let_go(exchange(std::move(next))); }

    // Whoever is the last to hold a snapshot wipes it, which takes as long as a search. A search in
    // hand is therefore given the time to end, so that no traveler waits for the wiping.
    static void let_go(Ptr old) {
        const auto patience_ends = std::chrono::steady_clock::now() + readers_patience;
        while (old && old.use_count() > 1 && std::chrono::steady_clock::now() < patience_ends) {
            std::this_thread::sleep_for(std::chrono::microseconds(200));
        }
    }

private:
    mutable std::mutex mutex_;
    Ptr snapshot_;
};

// A gallery under one pack. Coverage, positions and keys are guarded by the entry's mutex.
struct GalleryService::Side {
    PublishedSnapshot published;
    Coverage coverage;
    std::unordered_map<domain::TravelerId, std::size_t> row_of; // into coverage.rows
    // By what each traveler was looked up in the holdings; another set is looked up again.
    std::unordered_map<domain::TravelerId, std::vector<domain::BlindKey>> keys_of;

    void index_rows() {
        row_of.clear();
        for (std::size_t index = 0; index < coverage.rows.size(); ++index) {
            row_of[coverage.rows[index].traveler] = index;
        }
    }
    void clear() {
        static_cast<void>(published.exchange(nullptr)); // nobody searches a side that is cleared
        coverage.rows.clear();
        row_of.clear();
        keys_of.clear();
    }
    [[nodiscard]] TravelerCoverage* find_row(const domain::TravelerId& traveler) {
        const auto found = row_of.find(traveler);
        return found == row_of.end() ? nullptr : &coverage.rows[found->second];
    }
};

struct GalleryService::Entry {
    explicit Entry(const domain::ContextId& id) : context(id) {
        serving.coverage.context = id;
        next.coverage.context = id;
    }

    const domain::ContextId context;
    // Guarded by the service's mutex.
    bool queued = false;      // waits in line
    bool building = false;    // in hand
    bool build_again = false; // asked for while in hand

    std::mutex changing;
    mutable std::mutex mutex;
    Side serving;
    Side next; // of the pack being prepared; empty otherwise
    std::set<domain::TravelerId> opted_out;
    // When each was taken out, by a count of its own: a build that read the list before that must
    // not bring them back.
    std::unordered_map<domain::TravelerId, std::uint64_t> removed_at;
    std::uint64_t removals = 0;
    std::deque<CoveragePoint> history;
    std::atomic<bool> closed{false};
    // Grows with every change of the list or of the gallery; the next side notes how far it is.
    std::atomic<std::uint64_t> revision{0};
    std::uint64_t next_revision = 0; // builder thread only

    [[nodiscard]] Side& side(Which which) { return which == Which::Serving ? serving : next; }
};

// One build of one side: what was read, what was found, before any of it is published.
struct GalleryService::Plan {
    Which which = Which::Serving;
    domain::TemplateVersion version;
    std::vector<TravelerRow> rows;      // who is on the list
    std::set<domain::TravelerId> known; // had a row when the list was read
    std::set<domain::TravelerId> stay;  // keep their templates and their row of the coverage
    std::unordered_map<domain::TravelerId, TravelerCoverage> covered; // everybody else
    std::vector<gallery::AddedPhoto> photos;
    std::uint64_t removals_seen = 0;
    std::size_t done = 0;
    SteadyInstant begun{};
};

// Galleries of a pack that no longer serves, kept while somebody holds its matcher: a capture that
// began before the switch ends as it began. Safe from any thread.
class GalleryService::RetiredGalleries {
public:
    void put(const domain::ContextId& context, SnapshotPtr snapshot) {
        const std::lock_guard lock(mutex_);
        snapshots_[context] = std::move(snapshot);
    }
    [[nodiscard]] SnapshotPtr
    find(const domain::ContextId& context, const domain::TemplateVersion& version) const {
        const std::lock_guard lock(mutex_);
        const auto found = snapshots_.find(context);
        const bool fits = found != snapshots_.end() && found->second->version() == version;
        return fits ? found->second : nullptr;
    }
    void
    leave_out(const domain::ContextId& context, std::span<const domain::TravelerId> travelers) {
        const std::lock_guard lock(mutex_);
        const auto found = snapshots_.find(context);
        if (found != snapshots_.end()) {
            auto changed = found->second->changed(travelers, {});
            // Leaving out cannot fail; if it did, nobody is searched rather than somebody too many.
            if (changed.has_value()) {
                found->second = *std::move(changed);
            } else {
                snapshots_.erase(found);
            }
        }
    }
    void drop(const domain::ContextId& context) {
        const std::lock_guard lock(mutex_);
        snapshots_.erase(context);
    }
    void drop_all() {
        std::map<domain::ContextId, SnapshotPtr> going;
        const std::lock_guard lock(mutex_);
        snapshots_.swap(going);
    }

private:
    mutable std::mutex mutex_;
    std::map<domain::ContextId, SnapshotPtr> snapshots_;
};

} // namespace sallyport::verification
