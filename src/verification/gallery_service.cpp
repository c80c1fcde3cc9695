#include "verification/gallery_service.hpp"

#include "base/limits.hpp"
#include "verification/internal/enrolment.hpp"
#include "verification/internal/gallery_entry.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <spdlog/spdlog.h>

namespace sallyport::verification {
namespace {

CoveragePoint point_of(const Coverage& coverage, Instant at) {
    return {
        .at = at,
        .travelers = coverage.travelers,
        .with_photo = coverage.with_photo,
        .without_photo = coverage.without_photo,
        .rejected_only = coverage.rejected_only,
        .opted_out = coverage.opted_out,
        .templates = coverage.templates
    };
}

bool same_counts(const CoveragePoint& left, const CoveragePoint& right) {
    return left.travelers == right.travelers && left.with_photo == right.with_photo &&
           left.without_photo == right.without_photo && left.rejected_only == right.rejected_only &&
           left.opted_out == right.opted_out && left.templates == right.templates;
}

// One more photo in a row of the coverage, which is made when it is missing.
void count_enrolled(
    Coverage& coverage,
    std::unordered_map<domain::TravelerId, std::size_t>& row_of,
    const domain::TravelerId& traveler,
    const holdings::HeldPhoto& photo
) {
    const auto [position, added] = row_of.emplace(traveler, coverage.rows.size());
    if (added) {
        TravelerCoverage fresh;
        fresh.traveler = traveler;
        coverage.rows.push_back(std::move(fresh));
        ++coverage.travelers_done;
    }
    TravelerCoverage& row = coverage.rows[position->second];
    ++row.photos_enrolled;
    row.photos.insert(
        row.photos.begin(), {.source = photo.source, .year = photo.year, .fault = std::nullopt}
    );
    recount(coverage);
}

} // namespace

GalleryService::GalleryService(Ports ports) : ports_(ports) {
    ports_.matcher.replace(tracked(ports_.matcher.current()));
    builder_ = std::thread([this] { run(); });
}

GalleryService::~GalleryService() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    builder_.join();
}

GalleryService::EntryPtr GalleryService::entry(const domain::ContextId& context) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(context);
    return found == entries_.end() ? nullptr : found->second;
}

std::vector<GalleryService::EntryPtr> GalleryService::all_entries() const {
    const std::lock_guard lock(mutex_);
    std::vector<EntryPtr> all;
    all.reserve(entries_.size());
    for (const auto& [context, known] : entries_) {
        all.push_back(known);
    }
    return all;
}

Status GalleryService::request_build(const domain::ContextId& context) {
    return request_builds({context});
}

Status GalleryService::request_builds(std::vector<domain::ContextId> contexts) {
    {
        const std::lock_guard lock(mutex_);
        std::vector<domain::ContextId> in_line;
        for (const domain::ContextId& context : contexts) {
            EntryPtr& slot = entries_[context];
            const bool is_new = slot == nullptr;
            if (is_new) {
                slot = std::make_shared<Entry>(context);
            }
            if (slot->building) {
                slot->build_again = true;
            } else if (!slot->queued) {
                slot->queued = true;
                in_line.push_back(context);
            }
        }
        if (in_line.empty()) {
            return {};
        }
        // A gallery that serves must follow its list; it stands in line once at most, so the line
        // is as long as there are galleries.
        const bool any_new = std::any_of(in_line.begin(), in_line.end(), [&](const auto& context) {
            return entries_[context]->revision == 0;
        });
        if (any_new && waiting_.size() >= limits::gallery_builds_waiting_max) {
            for (const domain::ContextId& context : in_line) {
                // One that nothing was ever built for must not look as if it waited.
                const EntryPtr& refused = entries_[context];
                refused->queued = false;
                if (refused->revision == 0) {
                    entries_.erase(context);
                }
            }
            return fail(ErrorCode::QueueFull, "too many galleries are waiting to be built");
        }
        waiting_.push_back(std::move(in_line));
    }
    wake_.notify_one();
    return {};
}

void GalleryService::announce(const domain::ContextId& context, std::string_view kind) {
    const auto write = [&]() -> Status {
        SALLYPORT_TRY(auto work, ports_.unit_of_work.begin());
        const boost::json::object body{{"context", context.hex()}};
        SALLYPORT_CHECK(ports_.events.write(*work, {}, kind, boost::json::serialize(body)));
        return work->commit();
    };
    const Status written = write();
    if (!written.has_value()) {
        // The gallery is good without its event: pages read the coverage again by themselves.
        spdlog::warn("event of a gallery was not written: {}", written.error().describe());
    }
    ports_.events.announce();
}

void GalleryService::remember_coverage(Entry& target) const {
    const CoveragePoint point = point_of(target.serving.coverage, ports_.clock.now());
    if (!target.history.empty() && same_counts(target.history.back(), point)) {
        return;
    }
    target.history.push_back(point);
    if (target.history.size() > limits::coverage_points_max) {
        target.history.pop_front();
    }
}

// --- what is asked ------------------------------------------------------------------------------

Result<Coverage> GalleryService::coverage(const domain::ContextId& context) const {
    EntryPtr found;
    bool waits = false;
    {
        const std::lock_guard lock(mutex_);
        const auto known = entries_.find(context);
        if (known == entries_.end()) {
            return fail(ErrorCode::NotFound, "there is no gallery for this context");
        }
        found = known->second;
        waits = found->queued || found->building;
    }
    const std::lock_guard lock(found->mutex);
    Coverage coverage = found->serving.coverage;
    coverage.update_waiting = waits;
    return coverage;
}

Result<std::vector<CoveragePoint>> GalleryService::coverage_history(const domain::ContextId& context
) const {
    const EntryPtr found = entry(context);
    if (!found) {
        return fail(ErrorCode::NotFound, "there is no gallery for this context");
    }
    const std::lock_guard lock(found->mutex);
    return std::vector<CoveragePoint>(found->history.begin(), found->history.end());
}

Result<GalleryService::SnapshotPtr> GalleryService::snapshot(const domain::ContextId& context
) const {
    const EntryPtr found = entry(context);
    if (!found) {
        return fail(ErrorCode::NotReady, "there is no gallery for this context");
    }
    SnapshotPtr published = found->serving.published.current();
    if (found->closed) {
        return fail(ErrorCode::ContextClosed, "the context is closed");
    }
    if (!published) {
        return fail(ErrorCode::NotReady, "the gallery is still being built");
    }
    return published;
}

Result<GalleryService::SnapshotPtr> GalleryService::snapshot(
    const domain::ContextId& context, const domain::TemplateVersion& version
) const {
    SALLYPORT_TRY(SnapshotPtr published, snapshot(context));
    if (published->version() == version) {
        return published;
    }
    for (const auto& earlier : retired()) {
        if (SnapshotPtr found = earlier->find(context, version)) {
            return found;
        }
    }
    return fail(ErrorCode::ModelMismatch, "the gallery is of another pack");
}

std::size_t GalleryService::photos_held(
    const domain::ContextId& context, const domain::TravelerId& traveler
) const {
    const EntryPtr found = entry(context);
    if (!found) {
        return 0;
    }
    const std::lock_guard lock(found->mutex);
    const TravelerCoverage* row = found->serving.find_row(traveler);
    return row == nullptr ? 0 : row->photos_enrolled + row->rejected.size();
}

// --- single changes -----------------------------------------------------------------------------

Status GalleryService::check_photo(const holdings::HeldPhoto& photo) {
    const auto matcher = ports_.matcher.current();
    SALLYPORT_TRY(const EnrolledPhoto enrolled, enrol_photo(*matcher->engine, photo));
    return enrolled.photo_template ? Status() : unusable(enrolled.fault);
}

Status GalleryService::enrol(
    const domain::ContextId& context,
    const domain::TravelerId& traveler,
    const holdings::HeldPhoto& photo
) {
    const EntryPtr target = entry(context);
    if (!target) {
        return fail(ErrorCode::NotFound, "there is no gallery for this context");
    }
    {
        // Asked before a template is made of them, and again before it is published.
        const std::lock_guard lock(target->mutex);
        if (target->opted_out.contains(traveler)) {
            return fail(ErrorCode::StateConflict, "this traveler chose the manual check");
        }
    }
    const auto matcher = ports_.matcher.current();
    SALLYPORT_TRY(EnrolledPhoto enrolled, enrol_photo(*matcher->engine, photo));
    if (!enrolled.photo_template) {
        return unusable(enrolled.fault);
    }
    // A pack in preparation gets the photo when its gallery is built, which reads the list again.
    std::vector<gallery::AddedPhoto> added;
    added.push_back({traveler, std::move(*enrolled.photo_template)});
    bool first_build_comes = false;
    {
        const std::lock_guard changing(target->changing);
        SnapshotPtr current = target->serving.published.current();
        if (target->closed) {
            return fail(ErrorCode::ContextClosed, "the context is closed");
        }
        {
            const std::lock_guard lock(target->mutex);
            if (target->opted_out.contains(traveler)) {
                return fail(ErrorCode::StateConflict, "this traveler chose the manual check");
            }
            first_build_comes = !current;
            if (!current && target->serving.coverage.state == GalleryState::Failed) {
                return fail(ErrorCode::NotReady, "the gallery could not be built");
            }
        }
        if (current) {
            if (current->photos_of(traveler) >= limits::photos_per_traveler_max) {
                return fail(ErrorCode::StateConflict, "this traveler has as many photos as fit");
            }
            SALLYPORT_TRY(SnapshotPtr changed, current->changed({}, added));
            ++target->revision;
            const std::lock_guard lock(target->mutex);
            static_cast<void>(target->serving.published.exchange(changed)); // `current` holds it
            Side& side = target->serving;
            count_enrolled(side.coverage, side.row_of, traveler, photo);
            side.coverage.templates = changed->template_count();
            target->next.keys_of.erase(traveler); // looked up again for a pack in preparation
            remember_coverage(*target);
        }
        PublishedSnapshot::let_go(std::move(current));
    }
    if (first_build_comes) {
        // The first build asks the holdings; one that has read the list already runs again.
        return request_build(context);
    }
    announce(context, "gallery.ready");
    return {};
}

void GalleryService::leave_out(Entry& target, std::span<const domain::TravelerId> travelers) {
    for (const auto& earlier : retired()) {
        earlier->leave_out(target.context, travelers);
    }
    for (Side* side : {&target.serving, &target.next}) {
        SnapshotPtr current = side->published.current();
        const bool holds_any =
            current && std::any_of(travelers.begin(), travelers.end(), [&](const auto& traveler) {
                return current->holds(traveler);
            });
        if (!holds_any) {
            continue;
        }
        auto changed = current->changed(travelers, {});
        // Leaving out adds nothing that could be refused; if it failed all the same, nobody is
        // searched rather than somebody who must not be.
        SnapshotPtr next = changed.has_value() ? *std::move(changed) : nullptr;
        const std::size_t templates = next ? next->template_count() : 0;
        current.reset();
        side->published.publish(std::move(next));
        const std::lock_guard lock(target.mutex);
        side->coverage.templates = templates;
    }
}

void GalleryService::opt_out(const domain::ContextId& context, const domain::TravelerId& traveler) {
    const EntryPtr target = entry(context);
    if (!target) {
        return;
    }
    const std::lock_guard changing(target->changing);
    {
        const std::lock_guard lock(target->mutex);
        target->opted_out.insert(traveler);
    }
    leave_out(*target, std::span(&traveler, 1));
    const std::lock_guard lock(target->mutex);
    for (Side* side : {&target->serving, &target->next}) {
        if (TravelerCoverage* row = side->find_row(traveler)) {
            *row = opted_out_row(traveler);
            recount(side->coverage);
        }
    }
    remember_coverage(*target);
}

void GalleryService::remove(
    const domain::ContextId& context, std::span<const domain::TravelerId> travelers
) {
    const EntryPtr target = entry(context);
    if (!target || travelers.empty()) {
        return;
    }
    const std::lock_guard changing(target->changing);
    {
        const std::lock_guard lock(target->mutex);
        ++target->removals;
        for (const domain::TravelerId& traveler : travelers) {
            target->removed_at[traveler] = target->removals;
        }
    }
    leave_out(*target, travelers);
    const std::lock_guard lock(target->mutex);
    for (Side* side : {&target->serving, &target->next}) {
        std::erase_if(side->coverage.rows, [&](const TravelerCoverage& row) {
            return std::find(travelers.begin(), travelers.end(), row.traveler) != travelers.end();
        });
        side->index_rows();
        recount(side->coverage);
        side->coverage.travelers_done =
            std::min(side->coverage.travelers_done, side->coverage.travelers);
    }
    remember_coverage(*target);
}

void GalleryService::close(const domain::ContextId& context) {
    const EntryPtr target = entry(context);
    if (!target) {
        return;
    }
    const std::lock_guard changing(target->changing);
    target->closed = true;
    for (const auto& earlier : retired()) {
        earlier->drop(context);
    }
    target->serving.published.publish(nullptr);
    const std::lock_guard lock(target->mutex);
    target->next.clear();
    target->serving.coverage.state = GalleryState::Closed;
    target->serving.coverage.templates = 0;
    remember_coverage(*target);
}

void GalleryService::forget(const domain::ContextId& context) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(context);
    if (found != entries_.end() && found->second->closed && !found->second->queued &&
        !found->second->building) {
        entries_.erase(found);
    }
}

Status GalleryService::reopen(const domain::ContextId& context) {
    if (const EntryPtr target = entry(context)) {
        const std::lock_guard changing(target->changing);
        if (target->closed.exchange(false)) {
            const std::lock_guard lock(target->mutex);
            target->serving.coverage.state = GalleryState::Waiting;
        }
    }
    return request_build(context);
}

} // namespace sallyport::verification
