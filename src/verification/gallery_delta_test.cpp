// Proves that a gallery follows its list while it serves: only what changed is read and extracted,
// who left or opted out is gone at once and never comes back by a build, no request is lost, and
// the old gallery goes when its last reader lets go.
#include "base/limits.hpp"
#include "verification/testing/gallery_site.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace sallyport::verification {
namespace {

using testing::code_of;
using ::testing::ElementsAre;
using testing::GallerySite;
using testing::held;
using testing::listed;
using testing::must;
using testing::person;
using testing::picture_of;
using testing::picture_of_nobody;

std::vector<domain::TravelerId> travelers_of(GallerySite& site, const domain::ContextId& context) {
    std::vector<domain::TravelerId> ids;
    for (const TravelerRow& row : must(site.records->records().travelers_of(context))) {
        ids.push_back(row.id);
    }
    return ids;
}

domain::TravelerId
traveler_at(GallerySite& site, const domain::ContextId& context, std::size_t at) {
    return travelers_of(site, context).at(at);
}

TEST(GalleryDelta, OnlyWhoIsNewIsExtracted) {
    GallerySite site;
    const auto context = site.open_flight(5);
    const std::size_t looked_at = site.engine->detections();
    const auto fresh = site.add(context, 9);
    site.build(context);
    EXPECT_EQ(site.engine->detections(), looked_at + 1);
    EXPECT_EQ(must(site.galleries->snapshot(context))->template_count(), 6U);
    EXPECT_EQ(site.found(context, 9), fresh);
    for (std::size_t face = 0; face < 5; ++face) {
        EXPECT_EQ(site.found(context, face), traveler_at(site, context, face));
    }
}

TEST(GalleryDelta, AListWithoutChangesExtractsNothing) {
    GallerySite site;
    const auto context = site.open_flight(4);
    const std::size_t looked_at = site.engine->detections();
    site.build(context);
    EXPECT_EQ(site.engine->detections(), looked_at);
    EXPECT_EQ(must(site.galleries->coverage(context)).with_photo, 4U);
}

TEST(GalleryDelta, AnotherDocumentIsLookedUpAndReplacesTheOldPhoto) {
    GallerySite site;
    const auto context = site.open_flight(3);
    const auto changed = traveler_at(site, context, 1);
    site.change_document(changed, 20);
    site.build(context);
    EXPECT_EQ(site.found(context, 20), changed);
    EXPECT_EQ(site.found(context, 1), std::nullopt);
    EXPECT_EQ(must(site.galleries->snapshot(context))->template_count(), 3U);
}

TEST(GalleryDelta, WhoHadNoPhotoIsLookedUpAgain) {
    GallerySite site;
    const auto context = site.open_flight(2);
    const auto without = site.add_without_photo(context, 7);
    site.build(context);
    EXPECT_EQ(must(site.galleries->coverage(context)).without_photo, 1U);
    site.hold_photo(7, picture_of(person(7)));
    site.build(context);
    EXPECT_EQ(site.found(context, 7), without);
    EXPECT_EQ(must(site.galleries->coverage(context)).without_photo, 0U);
}

TEST(GalleryDelta, WhoDoesNotTravelIsLeftOut) {
    for (const ListStatus status : {ListStatus::Cancelled, ListStatus::NotOnBoard}) {
        GallerySite site;
        const auto context = site.open_flight(4);
        const auto gone = traveler_at(site, context, 2);
        site.set_listed(gone, status);
        site.build(context);
        EXPECT_FALSE(must(site.galleries->snapshot(context))->holds(gone));
        EXPECT_EQ(must(site.galleries->coverage(context)).travelers, 3U);
        EXPECT_EQ(site.galleries->photos_held(context, gone), 0U);
        // On board after all.
        site.set_listed(gone, ListStatus::OnBoard);
        site.build(context);
        EXPECT_EQ(site.found(context, 2), gone);
    }
}

TEST(GalleryDelta, RemovingWorksAtOnceAndAgainstARunningBuild) {
    GallerySite site;
    const auto context = site.open_flight(4);
    const auto first = traveler_at(site, context, 0);
    const auto second = site.add(context, 10);
    site.add(context, 11);
    site.engine->hold_after(1); // the second traveler's template is in the draft already
    must(site.galleries->request_build(context));
    site.engine->await_held();
    const std::vector gone{first, second};
    site.set_listed(first, ListStatus::Cancelled);
    site.set_listed(second, ListStatus::Cancelled);
    site.galleries->remove(context, gone);
    EXPECT_FALSE(must(site.galleries->snapshot(context))->holds(first));
    site.engine->release();
    site.await_gallery(context);
    const auto snapshot = must(site.galleries->snapshot(context));
    EXPECT_FALSE(snapshot->holds(first));
    EXPECT_FALSE(snapshot->holds(second));
    EXPECT_EQ(snapshot->template_count(), 4U);
    EXPECT_EQ(must(site.galleries->coverage(context)).travelers, 4U);
}

TEST(GalleryDelta, SomebodyRemovedWhoTravelsAgainComesBack) {
    GallerySite site;
    const auto context = site.open_flight(2);
    const auto back = traveler_at(site, context, 0);
    site.set_listed(back, ListStatus::NotOnBoard);
    site.galleries->remove(context, std::span(&back, 1));
    site.set_listed(back, ListStatus::Listed);
    must(site.galleries->reopen(context));
    site.await_gallery(context);
    EXPECT_EQ(site.found(context, 0), back);
}

TEST(GalleryDelta, NoBuildMakesATemplateOfWhoOptedOut) {
    GallerySite site;
    const auto context = site.open_flight(2);
    const auto gone = traveler_at(site, context, 0);
    site.galleries->opt_out(context, gone);
    const std::size_t looked_at = site.engine->detections();
    site.change_document(gone, 30);            // a delta that would fetch anybody else
    const auto stored = site.add(context, 12); // opted out in the record alone, in advance
    site.set_state(stored, TravelerState::OptedOut);
    site.build(context);
    EXPECT_EQ(site.engine->detections(), looked_at);
    const auto snapshot = must(site.galleries->snapshot(context));
    EXPECT_FALSE(snapshot->holds(gone));
    EXPECT_FALSE(snapshot->holds(stored));
    EXPECT_EQ(must(site.galleries->coverage(context)).opted_out, 2U);
    for (const auto& traveler : {gone, stored}) {
        EXPECT_EQ(
            code_of(site.galleries->enrol(context, traveler, held(picture_of(person(0))))),
            ErrorCode::StateConflict
        );
    }
}

TEST(GalleryDelta, ABuildOvertakenByAnotherListRunsAgain) {
    GallerySite site;
    const auto context = site.open_flight(2);
    const std::size_t begun = site.builds_begun();
    site.add(context, 10);
    site.engine->hold_after(0);
    must(site.galleries->request_build(context));
    site.engine->await_held();
    const auto late = site.add(context, 11); // after the running build read the list
    for (int again = 0; again < 40; ++again) {
        must(site.galleries->request_build(context)); // never refused: it has its place already
    }
    EXPECT_TRUE(must(site.galleries->coverage(context)).update_waiting);
    site.engine->release();
    site.await_gallery(context);
    EXPECT_EQ(site.found(context, 11), late);
    EXPECT_EQ(site.builds_begun() - begun, 2U);
}

TEST(GalleryDelta, RequestsForAWaitingContextAreOne) {
    GallerySite site;
    const auto busy = site.open_flight(1);
    const auto context = site.add_context().id;
    site.add(context, 20);
    site.add(busy, 21);
    const std::size_t begun = site.builds_begun();
    site.engine->hold_after(0);
    must(site.galleries->request_build(busy));
    site.engine->await_held();
    for (std::size_t again = 0; again < 2 * limits::gallery_builds_waiting_max; ++again) {
        must(site.galleries->request_build(context));
    }
    site.engine->release();
    site.await_gallery(context);
    EXPECT_EQ(site.builds_begun() - begun, 2U);
}

TEST(GalleryDelta, WhoIsEnrolledByHandWhileItIsBuiltStays) {
    GallerySite site;
    const auto context = site.open_flight(2);
    site.add(context, 10);
    site.engine->hold_after(0);
    must(site.galleries->request_build(context));
    site.engine->await_held();
    site.engine->hold_after(100); // the builder stays where it is, others pass
    const auto visitor = site.add_without_photo(context, 30); // after the list was read
    must(site.galleries->enrol(context, visitor, held(picture_of(person(30)))));
    EXPECT_EQ(site.found(context, 30), visitor);
    site.engine->release();
    site.await_gallery(context);
    EXPECT_EQ(site.found(context, 30), visitor);
    EXPECT_EQ(must(site.galleries->coverage(context)).travelers, 4U);
}

TEST(GalleryDelta, NobodyHasMorePhotosThanTheLimit) {
    GallerySite site;
    const auto context = site.add_context().id;
    const auto traveler = site.add_without_photo(context, 0);
    for (std::size_t photo = 0; photo < limits::photos_per_traveler_max; ++photo) {
        site.hold_photo(0, picture_of(person(0)), 2010 + static_cast<int>(photo));
    }
    site.build(context);
    EXPECT_EQ(
        must(site.galleries->snapshot(context))->photos_of(traveler),
        limits::photos_per_traveler_max
    );
    EXPECT_EQ(
        code_of(site.galleries->enrol(context, traveler, held(picture_of(person(0))))),
        ErrorCode::StateConflict
    );
}

TEST(GalleryDelta, CoverageSaysSourceYearAndFaultOfEachPhoto) {
    GallerySite site;
    const auto context = site.add_context().id;
    const auto traveler = site.add_without_photo(context, 0);
    site.hold_photo(0, picture_of_nobody(), 2015);
    site.hold_photo(0, picture_of(person(0)), 2024);
    site.hold_photo(
        0, picture_of({testing::FaceDrawing{.identity = person(0), .left_px = -48}}), 2012
    );
    site.build(context);
    const Coverage coverage = must(site.galleries->coverage(context));
    ASSERT_EQ(coverage.rows.size(), 1U);
    const TravelerCoverage& row = coverage.rows.front();
    EXPECT_EQ(row.traveler, traveler);
    ASSERT_EQ(row.photos.size(), 3U);
    EXPECT_EQ(row.photos[0].year, 2024);
    EXPECT_EQ(row.photos[0].source, "passport");
    EXPECT_EQ(row.photos[0].fault, std::nullopt);
    EXPECT_EQ(row.photos[1].fault, PhotoFault::NoFace);
    EXPECT_EQ(row.photos[2].fault, PhotoFault::FaceCutOff);
    EXPECT_THAT(row.rejected, ElementsAre(PhotoFault::NoFace, PhotoFault::FaceCutOff));
}

TEST(GalleryDelta, CoverageOverTimeIsRememberedAndBounded) {
    GallerySite site;
    const auto context = site.open_flight(2);
    site.clock.advance(std::chrono::minutes(5));
    site.add_without_photo(context, 9);
    site.build(context);
    site.build(context); // nothing new: no point of its own
    auto history = must(site.galleries->coverage_history(context));
    ASSERT_EQ(history.size(), 2U);
    EXPECT_EQ(history[0].travelers, 2U);
    EXPECT_EQ(history[0].without_photo, 0U);
    EXPECT_EQ(history[1].travelers, 3U);
    EXPECT_EQ(history[1].without_photo, 1U);
    EXPECT_EQ(history[1].templates, 2U);
    EXPECT_EQ(history[1].at - history[0].at, std::chrono::minutes(5));

    const auto visitor = domain::TravelerId::random(site.random);
    for (std::size_t turn = 0; turn < limits::coverage_points_max; ++turn) {
        must(site.galleries->enrol(context, visitor, held(picture_of(person(5)))));
        site.galleries->remove(context, std::span(&visitor, 1));
    }
    history = must(site.galleries->coverage_history(context));
    EXPECT_EQ(history.size(), limits::coverage_points_max);
    EXPECT_EQ(history.back().travelers, 3U);
    EXPECT_EQ(
        code_of(site.galleries->coverage_history(domain::ContextId::random(site.random))),
        ErrorCode::NotFound
    );
}

TEST(GalleryDelta, BackAtTheGateTheGalleryIsBuiltAnewWithoutWhoOptedOut) {
    GallerySite site;
    const auto context = site.open_flight(3);
    const auto gone = traveler_at(site, context, 1);
    site.galleries->opt_out(context, gone);
    site.galleries->close(context);
    EXPECT_EQ(code_of(site.galleries->snapshot(context)), ErrorCode::ContextClosed);
    must(site.galleries->reopen(context));
    site.await_gallery(context);
    const auto snapshot = must(site.galleries->snapshot(context));
    EXPECT_EQ(snapshot->template_count(), 2U);
    EXPECT_FALSE(snapshot->holds(gone));
}

TEST(GalleryDelta, TheOldGalleryGoesWithItsLastReader) {
    GallerySite site;
    const auto context = site.open_flight(3);
    std::weak_ptr<const gallery::Snapshot> unread = must(site.galleries->snapshot(context));
    site.add(context, 9);
    site.build(context);
    EXPECT_TRUE(unread.expired());
    auto reader = must(site.galleries->snapshot(context));
    const std::weak_ptr<const gallery::Snapshot> read = reader;
    const auto somebody = traveler_at(site, context, 0);
    site.galleries->opt_out(context, somebody);
    EXPECT_EQ(reader.use_count(), 1) << "only the reader holds it";
    reader.reset();
    EXPECT_TRUE(read.expired());
}

// Meant for ThreadSanitizer as well.
TEST(GalleryDelta, SearchesGoOnWhileEverythingChanges) {
    GallerySite site;
    const auto context = site.open_flight(20);
    const auto gone = traveler_at(site, context, 3);
    std::atomic<bool> opted_out{false};
    std::atomic<int> wrong{0};
    std::atomic<int> searches{0};
    {
        std::vector<std::jthread> readers;
        for (int reader = 0; reader < 2; ++reader) {
            readers.emplace_back([&](const std::stop_token& stop) {
                while (!stop.stop_requested()) {
                    const bool must_be_gone = opted_out;
                    const auto who = site.found(context, 3);
                    wrong += must_be_gone && who ? 1 : 0;
                    wrong += site.found(context, 4) ? 0 : 1; // never touched
                    ++searches;
                }
            });
        }
        for (std::size_t turn = 0; turn < 6; ++turn) {
            site.add(context, 20 + turn);
            must(site.galleries->request_build(context));
            must(site.galleries->enrol(
                context, traveler_at(site, context, 5), held(picture_of(person(5)))
            ));
            const auto other = traveler_at(site, context, 6 + turn);
            site.galleries->remove(context, std::span(&other, 1));
        }
        site.galleries->opt_out(context, gone);
        opted_out = true;
        for (std::size_t turn = 0; turn < 20; ++turn) {
            site.add(context, 30 + turn);
            must(site.galleries->request_build(context));
            std::this_thread::yield();
        }
        site.await_gallery(context);
        while (searches < 200) {
            std::this_thread::yield();
        }
    }
    EXPECT_EQ(wrong, 0);
    EXPECT_FALSE(must(site.galleries->snapshot(context))->holds(gone));
    // Who was removed without the record saying so came back with the next build.
    EXPECT_EQ(
        must(site.galleries->coverage(context)).travelers, travelers_of(site, context).size()
    );
}

} // namespace
} // namespace sallyport::verification
