// Another model pack for GalleryService: galleries built beside those that serve, one switch, and
// the old ones kept as long as somebody works with the old matcher.
#include "verification/gallery_service.hpp"
#include "verification/internal/gallery_entry.hpp"

#include <algorithm>
#include <spdlog/spdlog.h>

namespace sallyport::verification {
namespace {

// Rounds in which deltas of the serving galleries may come between; after that they wait, so that
// a stream of them cannot put the switch off for ever.
constexpr int rounds_with_deltas = 3;

} // namespace

std::shared_ptr<const Matcher> GalleryService::tracked(std::shared_ptr<const Matcher> matcher) {
    auto galleries = std::make_shared<RetiredGalleries>();
    {
        const std::lock_guard lock(mutex_);
        std::erase_if(retired_, [](const auto& earlier) { return earlier.expired(); });
        retired_.emplace_back(galleries);
        progress_.serving = matcher->engine->version().value;
    }
    const Matcher* pointer = matcher.get();
    // With the last holder of the matcher go the galleries that were kept for it.
    return {pointer, [matcher, galleries](const Matcher* /*unused*/) mutable {
                galleries->drop_all();
                galleries.reset();
                matcher.reset();
            }};
}

std::vector<std::shared_ptr<GalleryService::RetiredGalleries>> GalleryService::retired() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<RetiredGalleries>> alive;
    for (const auto& earlier : retired_) {
        if (auto galleries = earlier.lock()) {
            alive.push_back(std::move(galleries));
        }
    }
    return alive;
}

Status GalleryService::prepare_pack(std::shared_ptr<const Matcher> next) {
    if (!next || !next->engine) {
        return fail(ErrorCode::InvalidArgument, "there is no pack to prepare");
    }
    const auto current = ports_.matcher.current();
    const bool same_pack = current->engine->version() == next->engine->version();
    {
        const std::lock_guard lock(mutex_);
        if (next_) {
            return fail(ErrorCode::StateConflict, "another pack is being prepared");
        }
        PackProgress fresh;
        fresh.serving = progress_.serving;
        progress_ = std::move(fresh);
        if (!same_pack) {
            next_ = next;
            next_is_taken_ = false;
            progress_.state = PackState::Preparing;
            progress_.next = next->engine->version().value;
        }
    }
    if (same_pack) {
        ports_.matcher.replace(tracked(std::move(next)));
    } else {
        wake_.notify_one();
    }
    return {};
}

PackProgress GalleryService::pack_progress() const {
    const std::lock_guard lock(mutex_);
    return progress_;
}

void GalleryService::prepare_or_report(std::shared_ptr<const Matcher> next) {
    const Status built = build_next_galleries(*next->engine);
    if (built.has_value()) {
        switch_to(next);
    } else {
        drop_next_galleries();
        spdlog::error("the pack in preparation does not serve: {}", built.error().describe());
    }
    const std::lock_guard lock(mutex_);
    next_.reset();
    next_is_taken_ = false;
    progress_.state = built.has_value() ? PackState::Serving : PackState::Failed;
    progress_.problem = built.has_value() ? std::string() : built.error().describe();
}

Status GalleryService::build_next_galleries(biometrics::FaceEngine& engine) {
    for (int round = 0;; ++round) {
        serves_between_ = round < rounds_with_deltas;
        bool all_done = true;
        for (const EntryPtr& target : all_entries()) {
            // One that serves nothing yet is built under whatever pack serves at its turn.
            if (target->closed || !target->serving.published.current()) {
                continue;
            }
            if (target->next.published.current() && target->next_revision == target->revision) {
                continue;
            }
            all_done = false;
            const std::uint64_t revision = target->revision;
            SALLYPORT_CHECK(bring_up_to_date(*target, Which::Next, engine));
            target->next_revision = revision;
            report_pack_progress();
        }
        if (all_done) {
            return {};
        }
    }
}

void GalleryService::report_pack_progress() {
    std::size_t galleries = 0;
    std::size_t done = 0;
    std::size_t travelers = 0;
    for (const EntryPtr& target : all_entries()) {
        const bool counts = !target->closed && target->serving.published.current();
        galleries += counts ? 1U : 0U;
        if (counts && target->next.published.current()) {
            ++done;
            const std::lock_guard lock(target->mutex);
            travelers += target->next.coverage.travelers_done;
        }
    }
    const std::lock_guard lock(mutex_);
    progress_.galleries = galleries;
    progress_.galleries_done = done;
    progress_.travelers_done = travelers;
}

void GalleryService::switch_to(std::shared_ptr<const Matcher> next) {
    // What captures in hand need of the old pack; nothing when nobody could hold its matcher.
    const auto old_matcher = ports_.matcher.current();
    const auto alive = retired();
    const std::shared_ptr<RetiredGalleries> old = alive.empty() ? nullptr : alive.back();
    for (const EntryPtr& target : all_entries()) {
        const std::lock_guard changing(target->changing);
        SnapshotPtr ready = target->next.published.current();
        if (target->closed || !ready) {
            continue;
        }
        if (SnapshotPtr serving = target->serving.published.current(); serving && old) {
            old->put(target->context, std::move(serving));
        }
        static_cast<void>(target->serving.published.exchange(std::move(ready)));
        const std::lock_guard lock(target->mutex);
        target->serving.coverage = std::move(target->next.coverage);
        target->serving.row_of = std::move(target->next.row_of);
        target->serving.keys_of = std::move(target->next.keys_of);
        target->next.coverage = Coverage();
        target->next.coverage.context = target->context;
        target->next.clear();
        remember_coverage(*target);
    }
    // Who takes the matcher from here on finds the new galleries, who took it before the old ones.
    ports_.matcher.replace(tracked(std::move(next)));
    // Enrolled by hand between the last look and the switch: the list and the holdings have it.
    for (const EntryPtr& target : all_entries()) {
        if (!target->closed && target->next_revision != target->revision) {
            const Status asked = request_build(target->context);
            if (!asked.has_value()) {
                spdlog::warn("a gallery waits for its next list: {}", asked.error().describe());
            }
        }
    }
}

void GalleryService::drop_next_galleries() {
    for (const EntryPtr& target : all_entries()) {
        const std::lock_guard changing(target->changing);
        const std::lock_guard lock(target->mutex);
        target->next.clear();
    }
}

} // namespace sallyport::verification
