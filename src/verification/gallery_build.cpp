// The builder thread of GalleryService: reads a list, works out what changed, fetches and enrols
// only that, and publishes it over whatever was published in the meantime.
#include "base/limits.hpp"
#include "verification/gallery_service.hpp"
#include "verification/internal/enrolment.hpp"
#include "verification/internal/gallery_entry.hpp"
#include "verification/manifest_service.hpp"

#include <algorithm>
#include <spdlog/spdlog.h>

namespace sallyport::verification {
namespace {

GalleryService::SnapshotPtr empty_gallery(const domain::TemplateVersion& version) {
    return gallery::SnapshotBuilder(version, 1).freeze();
}

} // namespace

void GalleryService::run() {
    for (;;) {
        std::shared_ptr<const Matcher> next;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] {
                return stopping_ || !waiting_.empty() || (next_ && !next_is_taken_);
            });
            if (stopping_) {
                return;
            }
            // Who is on today's flights comes before another pack.
            if (waiting_.empty()) {
                next_is_taken_ = true;
                next = next_;
            }
        }
        if (next) {
            prepare_or_report(std::move(next));
        } else {
            build_waiting();
        }
    }
}

void GalleryService::build_waiting() {
    for (;;) {
        std::vector<domain::ContextId> contexts;
        {
            const std::lock_guard lock(mutex_);
            if (stopping_ || waiting_.empty()) {
                return;
            }
            contexts = std::move(waiting_.front());
            waiting_.pop_front();
        }
        for (const domain::ContextId& context : contexts) {
            const EntryPtr target = entry(context);
            for (bool again = true; again;) {
                {
                    const std::lock_guard lock(mutex_);
                    target->queued = false;
                    target->building = true;
                    target->build_again = false;
                }
                if (!stopping_) {
                    build_or_report(context, target);
                }
                const std::lock_guard lock(mutex_);
                again = target->build_again && !stopping_;
                target->building = again;
            }
        }
    }
}

void GalleryService::build_or_report(const domain::ContextId& context, const EntryPtr& target) {
    // Also a build that fails counts: the context is known from now on.
    ++target->revision;
    const auto matcher = ports_.matcher.current();
    const Status built = bring_up_to_date(*target, Which::Serving, *matcher->engine);
    if (built.has_value()) {
        return;
    }
    spdlog::error("gallery was not built: {}", built.error().describe());
    {
        const std::lock_guard lock(target->mutex);
        if (!target->closed) {
            // An earlier snapshot, if any, keeps serving.
            target->serving.coverage.state =
                target->serving.published.current() ? GalleryState::Ready : GalleryState::Failed;
        }
    }
    announce(context, "gallery.failed");
}

GalleryService::Plan GalleryService::plan_for(
    Entry& target,
    Which which,
    const domain::TemplateVersion& version,
    std::vector<TravelerRow> rows
) {
    Plan plan;
    plan.which = which;
    plan.version = version;
    plan.rows = std::move(rows);
    std::erase_if(plan.rows, [](const TravelerRow& row) { return !row.travels(); });
    Side& side = target.side(which);
    const SnapshotPtr current = side.published.current();
    const bool same_pack = current && current->version() == version;
    const std::lock_guard lock(target.mutex);
    for (const auto& [traveler, position] : side.row_of) {
        plan.known.insert(traveler);
    }
    for (const TravelerRow& row : plan.rows) {
        if (row.state == TravelerState::OptedOut) {
            target.opted_out.insert(row.id);
        }
        const auto keys = side.keys_of.find(row.id);
        if (same_pack && keys != side.keys_of.end() && keys->second == row.keys &&
            plan.known.contains(row.id) && current->holds(row.id)) {
            plan.stay.insert(row.id);
        }
    }
    return plan;
}

Status
GalleryService::cover_traveler(Plan& plan, const TravelerRow& row, biometrics::FaceEngine& engine) {
    TravelerCoverage covered;
    covered.traveler = row.id;
    SALLYPORT_TRY(
        const SecretBytes clear,
        ports_.sealer.open(domain::SealCategory::TravelerIdentity, row.id.bytes(), row.identity)
    );
    SALLYPORT_TRY(const domain::Traveler traveler, traveler_from_json(clear));
    auto photos = ports_.holdings.photos_of(traveler);
    if (!photos.has_value()) {
        // Not the same as nothing held: the report says so.
        covered.rejected.push_back(PhotoFault::Unreadable);
        covered.photos.push_back({.source = "", .year = 0, .fault = PhotoFault::Unreadable});
        plan.covered.insert_or_assign(row.id, std::move(covered));
        return {};
    }
    if (photos->size() > limits::photos_per_traveler_max) {
        photos->resize(limits::photos_per_traveler_max);
    }
    for (const holdings::HeldPhoto& photo : *photos) {
        SALLYPORT_TRY(EnrolledPhoto enrolled, enrol_photo(engine, photo));
        PhotoCoverage looked_at{.source = photo.source, .year = photo.year, .fault = std::nullopt};
        if (enrolled.photo_template) {
            plan.photos.push_back({row.id, std::move(*enrolled.photo_template)});
            ++covered.photos_enrolled;
        } else {
            looked_at.fault = enrolled.fault;
            covered.rejected.push_back(enrolled.fault);
        }
        covered.photos.push_back(std::move(looked_at));
    }
    plan.covered.insert_or_assign(row.id, std::move(covered));
    return {};
}

Status GalleryService::fetch(Entry& target, Plan& plan, biometrics::FaceEngine& engine) {
    for (const TravelerRow& row : plan.rows) {
        if (plan.which == Which::Next && serves_between_) {
            build_waiting(); // who is on today's flights does not wait for another pack
        }
        if (stopping_) {
            return fail(ErrorCode::NotReady, "the service is stopping");
        }
        if (target.closed) {
            return {};
        }
        bool leaves = plan.stay.contains(row.id);
        if (!leaves) {
            const std::lock_guard lock(target.mutex);
            const auto removed = target.removed_at.find(row.id);
            // Of somebody who opted out or went in the meantime no template is made at all.
            leaves = target.opted_out.contains(row.id) ||
                     (removed != target.removed_at.end() && removed->second > plan.removals_seen);
        }
        if (!leaves) {
            SALLYPORT_CHECK(cover_traveler(plan, row, engine));
        }
        ++plan.done;
        const std::lock_guard lock(target.mutex);
        target.side(plan.which).coverage.travelers_done = plan.done;
    }
    return {};
}

Status
GalleryService::bring_up_to_date(Entry& target, Which which, biometrics::FaceEngine& engine) {
    if (target.closed) {
        return {};
    }
    const SteadyInstant begun = ports_.clock.steady_now();
    std::uint64_t removals_seen = 0;
    {
        const std::lock_guard lock(target.mutex);
        removals_seen = target.removals;
    }
    SALLYPORT_TRY(auto rows, ports_.records.travelers_of(target.context));
    Plan plan = plan_for(target, which, engine.version(), std::move(rows));
    plan.begun = begun;
    plan.removals_seen = removals_seen;
    {
        const std::lock_guard lock(target.mutex);
        if (target.closed) {
            return {};
        }
        Coverage& coverage = target.side(which).coverage;
        coverage.state = GalleryState::Building;
        coverage.travelers = plan.rows.size();
        coverage.travelers_done = 0;
    }
    if (which == Which::Serving) {
        announce(target.context, "gallery.building");
    }
    SALLYPORT_CHECK(fetch(target, plan, engine));
    SALLYPORT_TRY(const bool published, publish(target, std::move(plan)));
    if (published && which == Which::Serving) {
        announce(target.context, "gallery.ready");
    }
    return {};
}

// The rows of the coverage after this build: those of the list in its order, then who was enrolled
// by hand since the list was read.
std::vector<TravelerCoverage>
GalleryService::rows_after(Entry& target, Plan& plan, const std::set<domain::TravelerId>& removed) {
    Side& side = target.side(plan.which);
    std::vector<TravelerCoverage> rows;
    rows.reserve(plan.rows.size());
    std::set<domain::TravelerId> listed;
    for (const TravelerRow& row : plan.rows) {
        listed.insert(row.id);
        if (removed.contains(row.id)) {
            continue;
        }
        const TravelerCoverage* before = side.find_row(row.id);
        const auto covered = plan.covered.find(row.id);
        if (target.opted_out.contains(row.id)) {
            rows.push_back(opted_out_row(row.id));
        } else if (covered == plan.covered.end() && before != nullptr) {
            rows.push_back(*before);
        } else if (covered != plan.covered.end()) {
            // A photo taken by hand since then is more than nothing found.
            const bool by_hand = covered->second.photos_enrolled == 0 && before != nullptr &&
                                 before->photos_enrolled > 0 && !plan.known.contains(row.id);
            rows.push_back(by_hand ? *before : std::move(covered->second));
        }
    }
    for (const TravelerCoverage& row : side.coverage.rows) {
        if (!listed.contains(row.traveler) && !plan.known.contains(row.traveler)) {
            rows.push_back(row);
        }
    }
    return rows;
}

Result<bool> GalleryService::publish(Entry& target, Plan plan) {
    const std::lock_guard changing(target.changing);
    if (target.closed) {
        return false;
    }
    Side& side = target.side(plan.which);
    std::set<domain::TravelerId> removed;
    Coverage coverage;
    {
        const std::lock_guard lock(target.mutex);
        for (const auto& [traveler, at] : target.removed_at) {
            if (at > plan.removals_seen) {
                removed.insert(traveler);
            }
        }
    }
    // Rows, positions and opt-outs change under `changing` only, so they are read here without the
    // lock that captures take.
    coverage.context = target.context;
    coverage.rows = rows_after(target, plan, removed);
    std::vector<domain::TravelerId> gone(target.opted_out.begin(), target.opted_out.end());
    gone.insert(gone.end(), removed.begin(), removed.end());
    for (const domain::TravelerId& traveler : plan.known) {
        if (!plan.stay.contains(traveler)) {
            gone.push_back(traveler);
        }
    }
    std::erase_if(plan.photos, [&](const gallery::AddedPhoto& photo) {
        return target.opted_out.contains(photo.traveler) || removed.contains(photo.traveler);
    });
    for (const gallery::AddedPhoto& photo : plan.photos) {
        gone.push_back(photo.traveler); // replaced, not doubled
    }
    SnapshotPtr base = side.published.current();
    if (!base || base->version() != plan.version) {
        base = empty_gallery(plan.version);
    }
    SALLYPORT_TRY(SnapshotPtr snapshot, base->changed(gone, plan.photos));
    recount(coverage);
    coverage.travelers_done = coverage.travelers;
    coverage.templates = snapshot->template_count();
    coverage.state = GalleryState::Ready;
    coverage.build_seconds =
        std::chrono::duration<double>(ports_.clock.steady_now() - plan.begun).count();
    SnapshotPtr before;
    {
        // Who finds the new gallery finds its coverage, too.
        const std::lock_guard lock(target.mutex);
        side.coverage = std::move(coverage);
        side.index_rows();
        side.keys_of.clear();
        for (TravelerRow& row : plan.rows) {
            side.keys_of[row.id] = std::move(row.keys);
        }
        if (plan.which == Which::Serving) {
            remember_coverage(target);
        }
        before = side.published.exchange(std::move(snapshot));
    }
    base.reset();
    PublishedSnapshot::let_go(std::move(before));
    return true;
}

} // namespace sallyport::verification
