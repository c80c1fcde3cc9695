#include "verification/gallery_service.hpp"

#include "base/limits.hpp"
#include "capture/best_shot.hpp"
#include "imaging/codec.hpp"
#include "verification/manifest_service.hpp"

#include <boost/json.hpp>
#include <set>
#include <spdlog/spdlog.h>

namespace sallyport::verification {

struct GalleryService::Entry {
    std::mutex build_mutex; // one build or enrolment at a time
    std::mutex mutex;       // guards everything below
    Coverage coverage;
    std::unordered_map<domain::TravelerId, std::size_t> row_of; // into coverage.rows
    std::set<domain::TravelerId> opted_out;
    std::shared_ptr<const gallery::Snapshot> snapshot;
};

namespace {

PhotoFault fault_of(domain::ReferReason reason) {
    switch (reason) {
    case domain::ReferReason::TooManyFaces:
        return PhotoFault::SeveralFaces;
    case domain::ReferReason::FaceTooSmall:
        return PhotoFault::FaceTooSmall;
    case domain::ReferReason::TooDark:
        return PhotoFault::TooDark;
    case domain::ReferReason::TooBright:
        return PhotoFault::TooBright;
    case domain::ReferReason::PictureUnusable:
        return PhotoFault::Undecodable;
    default:
        return PhotoFault::NoFace;
    }
}

struct EnrolledPhoto {
    std::optional<biometrics::Template> photo_template;
    PhotoFault fault = PhotoFault::NoFace;
};

// The template of one held photo, or why there is none. An Error only when the engine fails.
Result<EnrolledPhoto>
enrol_photo(biometrics::FaceEngine& engine, const holdings::HeldPhoto& photo) {
    EnrolledPhoto result;
    auto image = imaging::decode_image(photo.bytes);
    if (!image.has_value()) {
        result.fault = PhotoFault::Undecodable;
        return result;
    }
    const capture::CaptureRules rules{.zone = {}};
    SALLYPORT_TRY(
        const capture::CaptureOutcome outcome,
        capture::choose_best_shot(engine, std::span(&*image, 1), rules)
    );
    if (!outcome.shot) {
        result.fault = fault_of(outcome.reason);
        return result;
    }
    SALLYPORT_TRY(result.photo_template, engine.extract(*image, outcome.shot->face));
    return result;
}

Status unusable(PhotoFault fault) {
    return fail(
        ErrorCode::InvalidArgument,
        "the photo cannot be used: " + std::string(photo_fault_name(fault))
    );
}

void count(Coverage& coverage, const TravelerCoverage& covered) {
    const bool nothing = covered.photos_enrolled == 0 && !covered.opted_out;
    coverage.opted_out += covered.opted_out ? 1U : 0U;
    coverage.with_photo += covered.photos_enrolled > 0 ? 1U : 0U;
    coverage.rejected_only += nothing && !covered.rejected.empty() ? 1U : 0U;
    coverage.without_photo += nothing && covered.rejected.empty() ? 1U : 0U;
    coverage.templates += covered.photos_enrolled;
}

void write_context_event(
    EventFeed& events,
    domain::UnitOfWorkFactory& unit_of_work,
    const domain::ContextId& context,
    std::string_view kind
) {
    const auto write = [&]() -> Status {
        SALLYPORT_TRY(auto work, unit_of_work.begin());
        const boost::json::object body{{"context", context.hex()}};
        SALLYPORT_CHECK(events.write(*work, {}, kind, boost::json::serialize(body)));
        return work->commit();
    };
    const Status written = write();
    if (!written.has_value()) {
        // The gallery is good without its event: pages read the coverage again by themselves.
        spdlog::warn("event of a gallery was not written: {}", written.error().describe());
    }
    events.announce();
}

} // namespace

GalleryService::GalleryService(Ports ports)
    : ports_(ports), waiting_(limits::gallery_builds_waiting_max), builder_([this] { run(); }) {}

GalleryService::~GalleryService() {
    stopping_ = true;
    waiting_.close();
    builder_.join();
}

std::shared_ptr<GalleryService::Entry> GalleryService::entry(const domain::ContextId& context
) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(context);
    return found == entries_.end() ? nullptr : found->second;
}

Status GalleryService::request_build(const domain::ContextId& context) {
    return request_builds({context});
}

Status GalleryService::request_builds(std::vector<domain::ContextId> contexts) {
    const std::lock_guard lock(mutex_);
    std::vector<domain::ContextId> added;
    for (const domain::ContextId& context : contexts) {
        auto& slot = entries_[context];
        if (!slot) {
            slot = std::make_shared<Entry>();
            slot->coverage.context = context;
            added.push_back(context);
        }
    }
    if (!waiting_.push(std::move(contexts))) {
        for (const domain::ContextId& context : added) {
            entries_.erase(context); // these wait for nothing and must not look as if they did
        }
        return fail(ErrorCode::QueueFull, "too many galleries are waiting to be built");
    }
    return {};
}

void GalleryService::run() {
    while (auto contexts = waiting_.pop()) {
        for (const domain::ContextId& context : *contexts) {
            if (stopping_) {
                return;
            }
            build_or_report(context);
        }
    }
}

void GalleryService::build_or_report(const domain::ContextId& context) {
    const Status built = build(context);
    if (built.has_value()) {
        return;
    }
    spdlog::error("gallery was not built: {}", built.error().describe());
    if (const auto failed = entry(context)) {
        const std::lock_guard lock(failed->mutex);
        if (failed->coverage.state != GalleryState::Closed) {
            // An earlier snapshot, if any, keeps serving.
            failed->coverage.state = failed->snapshot ? GalleryState::Ready : GalleryState::Failed;
        }
    }
    write_context_event(ports_.events, ports_.unit_of_work, context, "gallery.failed");
}

Result<TravelerCoverage> GalleryService::cover_traveler(
    const TravelerRow& row, std::optional<gallery::SnapshotBuilder>& builder
) {
    TravelerCoverage covered;
    covered.traveler = row.id;
    covered.opted_out = row.state == TravelerState::OptedOut;
    if (covered.opted_out) {
        return covered;
    }
    SALLYPORT_TRY(
        const SecretBytes clear,
        ports_.sealer.open(domain::SealCategory::TravelerIdentity, row.id.bytes(), row.identity)
    );
    SALLYPORT_TRY(domain::Traveler traveler, traveler_from_json(clear));
    const auto photos = ports_.holdings.photos_of(traveler);
    if (!photos.has_value()) {
        // Not the same as nothing held: the report says so.
        covered.rejected.push_back(PhotoFault::Unreadable);
        return covered;
    }
    for (const holdings::HeldPhoto& photo : *photos) {
        SALLYPORT_TRY(const EnrolledPhoto enrolled, enrol_photo(ports_.engine, photo));
        if (!enrolled.photo_template) {
            covered.rejected.push_back(enrolled.fault);
            continue;
        }
        if (!builder) {
            builder.emplace(ports_.engine.version(), enrolled.photo_template->values().size());
        }
        SALLYPORT_CHECK(builder->add(row.id, *enrolled.photo_template));
        ++covered.photos_enrolled;
    }
    return covered;
}

Status GalleryService::build(const domain::ContextId& context) {
    const auto target = entry(context);
    const std::lock_guard building(target->build_mutex);
    const SteadyInstant begun = ports_.clock.steady_now();
    SALLYPORT_TRY(const auto rows, ports_.records.travelers_of(context));
    {
        const std::lock_guard lock(target->mutex);
        if (target->coverage.state == GalleryState::Closed) {
            return {};
        }
        target->coverage.state = GalleryState::Building;
        target->coverage.travelers = rows.size();
        target->coverage.travelers_done = 0;
    }
    write_context_event(ports_.events, ports_.unit_of_work, context, "gallery.building");

    Coverage coverage;
    coverage.context = context;
    coverage.travelers = rows.size();
    std::optional<gallery::SnapshotBuilder> builder;
    for (const TravelerRow& row : rows) {
        if (stopping_) {
            return fail(ErrorCode::NotReady, "the service is stopping");
        }
        SALLYPORT_TRY(TravelerCoverage covered, cover_traveler(row, builder));
        count(coverage, covered);
        coverage.rows.push_back(std::move(covered));
        const std::lock_guard lock(target->mutex);
        target->coverage.travelers_done = coverage.rows.size();
    }
    if (!builder) {
        builder.emplace(ports_.engine.version(), 1);
    }
    coverage.travelers_done = coverage.rows.size();
    coverage.state = GalleryState::Ready;
    coverage.build_seconds =
        std::chrono::duration<double>(ports_.clock.steady_now() - begun).count();
    if (publish(*target, std::move(coverage), std::move(*builder).freeze())) {
        write_context_event(ports_.events, ports_.unit_of_work, context, "gallery.ready");
    }
    return {};
}

bool GalleryService::publish(
    Entry& target, Coverage coverage, std::shared_ptr<const gallery::Snapshot> snapshot
) {
    const std::lock_guard lock(target.mutex);
    if (target.coverage.state == GalleryState::Closed) {
        return false;
    }
    target.coverage = std::move(coverage);
    target.row_of.clear();
    for (std::size_t index = 0; index < target.coverage.rows.size(); ++index) {
        target.row_of[target.coverage.rows[index].traveler] = index;
    }
    target.snapshot = std::move(snapshot);
    // Who opted out while the build ran is not in what is published.
    for (const domain::TravelerId& traveler : target.opted_out) {
        leave_out(target, traveler);
    }
    target.coverage.templates = target.snapshot->template_count();
    return true;
}

Result<Coverage> GalleryService::coverage(const domain::ContextId& context) const {
    const auto found = entry(context);
    if (!found) {
        return fail(ErrorCode::NotFound, "there is no gallery for this context");
    }
    const std::lock_guard lock(found->mutex);
    return found->coverage;
}

Result<std::shared_ptr<const gallery::Snapshot>>
GalleryService::snapshot(const domain::ContextId& context) const {
    const auto found = entry(context);
    if (!found) {
        return fail(ErrorCode::NotReady, "there is no gallery for this context");
    }
    const std::lock_guard lock(found->mutex);
    if (found->coverage.state == GalleryState::Closed) {
        return fail(ErrorCode::ContextClosed, "the context is closed");
    }
    if (!found->snapshot) {
        return fail(ErrorCode::NotReady, "the gallery is still being built");
    }
    return found->snapshot;
}

Status GalleryService::check_photo(const holdings::HeldPhoto& photo) {
    SALLYPORT_TRY(const EnrolledPhoto enrolled, enrol_photo(ports_.engine, photo));
    return enrolled.photo_template ? Status() : unusable(enrolled.fault);
}

Status GalleryService::enrol(
    const domain::ContextId& context,
    const domain::TravelerId& traveler,
    const holdings::HeldPhoto& photo
) {
    const auto target = entry(context);
    if (!target) {
        return fail(ErrorCode::NotFound, "there is no gallery for this context");
    }
    const std::lock_guard building(target->build_mutex);
    SALLYPORT_TRY(const EnrolledPhoto enrolled, enrol_photo(ports_.engine, photo));
    if (!enrolled.photo_template) {
        return unusable(enrolled.fault);
    }
    {
        const std::lock_guard lock(target->mutex);
        if (target->coverage.state == GalleryState::Closed) {
            return fail(ErrorCode::ContextClosed, "the context is closed");
        }
        if (target->opted_out.contains(traveler)) {
            return fail(ErrorCode::StateConflict, "this traveler chose the manual check");
        }
        if (!target->snapshot) {
            if (target->coverage.state == GalleryState::Failed) {
                return fail(ErrorCode::NotReady, "the gallery could not be built");
            }
            return {}; // the first build is still to come and asks the holdings
        }
        gallery::SnapshotBuilder builder(
            ports_.engine.version(), enrolled.photo_template->values().size()
        );
        if (target->snapshot->template_count() > 0) {
            SALLYPORT_CHECK(builder.add_all(*target->snapshot));
        }
        SALLYPORT_CHECK(builder.add(traveler, *enrolled.photo_template));
        target->snapshot = std::move(builder).freeze();
        const auto [position, added] =
            target->row_of.emplace(traveler, target->coverage.rows.size());
        if (added) {
            TravelerCoverage fresh;
            fresh.traveler = traveler;
            target->coverage.rows.push_back(std::move(fresh));
            ++target->coverage.travelers;
            ++target->coverage.travelers_done;
            count(target->coverage, target->coverage.rows.back());
        }
        TravelerCoverage& row = target->coverage.rows[position->second];
        if (row.photos_enrolled == 0) {
            --(row.rejected.empty() ? target->coverage.without_photo
                                    : target->coverage.rejected_only);
            ++target->coverage.with_photo;
        }
        ++row.photos_enrolled;
        target->coverage.templates = target->snapshot->template_count();
        target->coverage.state = GalleryState::Ready;
    }
    write_context_event(ports_.events, ports_.unit_of_work, context, "gallery.ready");
    return {};
}

void GalleryService::opt_out(const domain::ContextId& context, const domain::TravelerId& traveler) {
    const auto target = entry(context);
    if (!target) {
        return;
    }
    const std::lock_guard lock(target->mutex);
    target->opted_out.insert(traveler);
    leave_out(*target, traveler);
}

void GalleryService::leave_out(Entry& target, const domain::TravelerId& traveler) {
    if (target.snapshot && target.snapshot->holds(traveler)) {
        target.snapshot = target.snapshot->without(traveler);
        target.coverage.templates = target.snapshot->template_count();
    }
    const auto position = target.row_of.find(traveler);
    if (position != target.row_of.end() && !target.coverage.rows[position->second].opted_out) {
        TravelerCoverage& row = target.coverage.rows[position->second];
        Coverage& coverage = target.coverage;
        if (row.photos_enrolled > 0) {
            --coverage.with_photo;
        } else if (row.rejected.empty()) {
            --coverage.without_photo;
        } else {
            --coverage.rejected_only;
        }
        ++coverage.opted_out;
        row.opted_out = true;
        row.photos_enrolled = 0;
    }
}

std::size_t GalleryService::photos_held(
    const domain::ContextId& context, const domain::TravelerId& traveler
) const {
    const auto found = entry(context);
    if (!found) {
        return 0;
    }
    const std::lock_guard lock(found->mutex);
    const auto position = found->row_of.find(traveler);
    if (position == found->row_of.end()) {
        return 0;
    }
    const TravelerCoverage& row = found->coverage.rows[position->second];
    return row.photos_enrolled + row.rejected.size();
}

void GalleryService::close(const domain::ContextId& context) {
    const auto target = entry(context);
    if (!target) {
        return;
    }
    const std::lock_guard lock(target->mutex);
    target->coverage.state = GalleryState::Closed;
    target->coverage.templates = 0;
    target->snapshot.reset();
}

} // namespace sallyport::verification
