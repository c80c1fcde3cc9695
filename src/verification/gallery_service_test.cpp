// Proves that the coverage report is right before the doors open, that nobody who opted out is in
// what is published, whenever they did so, and that a closed or unfinished gallery is not searched.
#include "base/limits.hpp"
#include "verification/testing/fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::verification {
namespace {

using testing::code_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::FaceDrawing;
using ::testing::HasSubstr;
using testing::json_list;
using testing::Light;
using testing::listed;
using testing::listed_from;
using testing::must;
using ::testing::Not;
using testing::person;
using testing::picture_of;
using testing::picture_of_nobody;

holdings::HeldPhoto photo_of(const testing::Picture& picture) {
    holdings::HeldPhoto photo;
    photo.bytes.assign(picture.begin(), picture.end());
    return photo;
}

const TravelerCoverage& row_of(const Coverage& coverage, const domain::TravelerId& traveler) {
    for (const TravelerCoverage& row : coverage.rows) {
        if (row.traveler == traveler) {
            return row;
        }
    }
    throw std::runtime_error("no such row");
}

void expect_consistent(const Coverage& coverage) {
    EXPECT_EQ(
        coverage.with_photo + coverage.without_photo + coverage.rejected_only + coverage.opted_out,
        coverage.travelers
    );
    std::size_t templates = 0;
    for (const TravelerCoverage& row : coverage.rows) {
        templates += row.photos_enrolled;
    }
    EXPECT_EQ(templates, coverage.templates);
    EXPECT_EQ(coverage.rows.size(), coverage.travelers);
}

TEST(GalleryService, CountsWithPhotoNothingHeldAndRejectedOnly) {
    testing::Installation site;
    site.hold_photo(listed(0), picture_of(person(0)), 2020);
    site.hold_photo(listed(0), picture_of(person(0)), 2024);
    site.hold_photo(listed(2), picture_of_nobody());
    const auto context = site.receive(json_list("XX100", listed_from(0, 3)));
    site.await_gallery(context);
    const Coverage coverage = must(site.galleries->coverage(context));
    EXPECT_EQ(coverage.state, GalleryState::Ready);
    EXPECT_EQ(coverage.travelers, 3U);
    EXPECT_EQ(coverage.travelers_done, 3U);
    EXPECT_EQ(coverage.with_photo, 1U);
    EXPECT_EQ(coverage.without_photo, 1U);
    EXPECT_EQ(coverage.rejected_only, 1U);
    EXPECT_EQ(coverage.templates, 2U);
    expect_consistent(coverage);
    EXPECT_EQ(row_of(coverage, site.id_of(context, 0)).photos_enrolled, 2U);
    EXPECT_EQ(site.galleries->photos_held(context, site.id_of(context, 2)), 1U);
}

TEST(GalleryService, NamesWhyAHeldPhotoWasRejected) {
    testing::Installation site;
    const FaceDrawing left{.identity = person(5), .left_px = 32};
    const FaceDrawing right{.identity = person(6), .left_px = 288};
    const std::vector<std::pair<testing::Picture, PhotoFault>> cases{
        {picture_of_nobody(), PhotoFault::NoFace},
        {picture_of({left, right}), PhotoFault::SeveralFaces},
        {picture_of({FaceDrawing{.identity = person(5), .left_px = 200, .cell_px = 8}}),
         PhotoFault::FaceTooSmall},
        {picture_of({FaceDrawing{.identity = person(5), .light = Light::Dark}}), PhotoFault::TooDark
        },
        {picture_of({FaceDrawing{.identity = person(5), .light = Light::Bright}}),
         PhotoFault::TooBright},
        {{1, 2, 3}, PhotoFault::Undecodable},
    };
    for (std::size_t index = 0; index < cases.size(); ++index) {
        site.hold_photo(listed(index), cases[index].first);
    }
    const auto context = site.receive(json_list("XX100", listed_from(0, cases.size())));
    site.await_gallery(context);
    const Coverage coverage = must(site.galleries->coverage(context));
    EXPECT_EQ(coverage.rejected_only, cases.size());
    for (std::size_t index = 0; index < cases.size(); ++index) {
        EXPECT_THAT(
            row_of(coverage, site.id_of(context, index)).rejected, ElementsAre(cases[index].second)
        ) << photo_fault_name(cases[index].second);
        const Status checked = site.galleries->check_photo(photo_of(cases[index].first));
        ASSERT_EQ(code_of(checked), ErrorCode::InvalidArgument);
        EXPECT_THAT(
            checked.error().message(), HasSubstr(std::string(photo_fault_name(cases[index].second)))
        );
    }
}

TEST(GalleryService, HoldingsThatCannotBeReadAreNotNothingHeld) {
    testing::Installation site;
    site.hold_photo(listed(0), picture_of(person(0)));
    site.holdings.lose(listed(0).document);
    const auto context = site.receive(json_list("XX100", listed_from(0, 2)));
    site.await_gallery(context);
    const Coverage coverage = must(site.galleries->coverage(context));
    EXPECT_EQ(coverage.rejected_only, 1U);
    EXPECT_EQ(coverage.without_photo, 1U);
    EXPECT_THAT(
        row_of(coverage, site.id_of(context, 0)).rejected, ElementsAre(PhotoFault::Unreadable)
    );
}

TEST(GalleryService, ShowsProgressAndServesNothingUntilPublished) {
    testing::Installation site;
    for (const auto& who : listed_from(0, 4)) {
        site.hold_photo(who, picture_of(person(who.face)));
    }
    site.engine.hold_after(2);
    const auto context = site.receive(json_list("XX100", listed_from(0, 4)));
    site.engine.await_held();
    const Coverage coverage = must(site.galleries->coverage(context));
    EXPECT_EQ(coverage.state, GalleryState::Building);
    EXPECT_EQ(coverage.travelers, 4U);
    EXPECT_EQ(coverage.travelers_done, 2U);
    EXPECT_EQ(code_of(site.galleries->snapshot(context)), ErrorCode::NotReady);
    site.engine.release();
    site.await_gallery(context);
    EXPECT_EQ(must(site.galleries->snapshot(context))->template_count(), 4U);
}

TEST(GalleryService, AnEarlierGalleryServesWhileTheNextIsBuilt) {
    testing::Installation site;
    const auto context = site.open_flight(2);
    site.hold_photo(listed(2), picture_of(person(2)));
    site.engine.hold_after(0);
    site.receive(json_list("XX100", listed_from(0, 3)));
    site.engine.await_held();
    EXPECT_EQ(must(site.galleries->snapshot(context))->template_count(), 2U);
    site.engine.release();
    site.await_gallery(context);
    EXPECT_EQ(must(site.galleries->snapshot(context))->template_count(), 3U);
}

TEST(GalleryService, WhoOptsOutWhileItIsBuiltIsNotPublished) {
    testing::Installation site;
    for (const auto& who : listed_from(0, 3)) {
        site.hold_photo(who, picture_of(person(who.face)));
    }
    site.engine.hold_after(2);
    const auto context = site.receive(json_list("XX100", listed_from(0, 3)));
    const auto gone = site.id_of(context, 0); // their template is in the draft already
    site.engine.await_held();
    site.galleries->opt_out(context, gone);
    site.engine.release();
    site.await_gallery(context);
    EXPECT_FALSE(must(site.galleries->snapshot(context))->holds(gone));
    const Coverage coverage = must(site.galleries->coverage(context));
    EXPECT_EQ(coverage.opted_out, 1U);
    EXPECT_EQ(coverage.with_photo, 2U);
    EXPECT_TRUE(row_of(coverage, gone).opted_out);
    expect_consistent(coverage);
}

TEST(GalleryService, OptingOutWipesTheTemplatesAndStaysSo) {
    testing::Installation site;
    const auto context = site.open_flight(3);
    const auto gone = site.id_of(context, 1);
    const auto before = must(site.galleries->snapshot(context));
    site.galleries->opt_out(context, gone);
    site.galleries->opt_out(context, gone);
    EXPECT_EQ(before.use_count(), 1) << "the old gallery is still published";
    EXPECT_FALSE(must(site.galleries->snapshot(context))->holds(gone));
    const Coverage coverage = must(site.galleries->coverage(context));
    EXPECT_EQ(coverage.opted_out, 1U);
    EXPECT_EQ(coverage.with_photo, 2U);
    expect_consistent(coverage);
    EXPECT_EQ(
        code_of(site.galleries->enrol(context, gone, photo_of(picture_of(person(1))))),
        ErrorCode::StateConflict
    );
    // Neither does a later build bring them back.
    must(site.galleries->request_build(context));
    site.receive(json_list("XX100", listed_from(5, 1)));
    site.await_gallery(context);
    EXPECT_FALSE(must(site.galleries->snapshot(context))->holds(gone));
}

TEST(GalleryService, EnrolsAVisitorBesideTheOthers) {
    testing::Installation site;
    const auto context = site.open_flight(2);
    domain::Traveler visitor;
    visitor.family_name = "VISITOR";
    visitor = must(site.manifests->add_traveler(context, visitor));
    must(site.galleries->enrol(context, visitor.id, photo_of(picture_of(person(30)))));
    const Coverage coverage = must(site.galleries->coverage(context));
    EXPECT_EQ(coverage.travelers, 3U);
    EXPECT_EQ(coverage.with_photo, 3U);
    expect_consistent(coverage);
    const auto id = site.open_at(testing::gate);
    EXPECT_EQ(must(site.capture(id, 30)).verdict, "match");
}

TEST(GalleryService, AnEnrolledPhotoChangesTheCountsOfWhoHadNone) {
    testing::Installation site;
    site.hold_photo(listed(1), picture_of_nobody());
    const auto context = site.receive(json_list("XX100", listed_from(0, 2)));
    site.await_gallery(context);
    for (const std::size_t face : {0U, 1U}) {
        must(site.galleries->enrol(
            context, site.id_of(context, face), photo_of(picture_of(person(face)))
        ));
        expect_consistent(must(site.galleries->coverage(context)));
    }
    EXPECT_EQ(must(site.galleries->coverage(context)).with_photo, 2U);
}

TEST(GalleryService, AVisitorBeforeTheFirstBuildDoesNotMakeItLookReady) {
    testing::Installation site;
    site.hold_photo(listed(0), picture_of(person(0)));
    site.engine.hold_after(0);
    site.receive(json_list("XX1", listed_from(0, 1)));
    site.engine.await_held();
    site.engine.hold_after(100); // the builder stays where it is, others pass
    const auto context = site.receive(json_list("XX2", listed_from(1, 2))); // waits behind XX1
    site.hold_photo(listed(1), picture_of(person(1)));
    must(site.galleries->enrol(context, site.id_of(context, 1), photo_of(picture_of(person(1)))));
    EXPECT_EQ(code_of(site.galleries->snapshot(context)), ErrorCode::NotReady);
    EXPECT_EQ(must(site.galleries->coverage(context)).state, GalleryState::Waiting);
    site.engine.release();
    site.await_gallery(context);
    EXPECT_EQ(must(site.galleries->snapshot(context))->template_count(), 1U);
}

TEST(GalleryService, ClosingDropsTheGalleryForGood) {
    testing::Installation site;
    const auto context = site.open_flight(2);
    site.galleries->close(context);
    EXPECT_EQ(code_of(site.galleries->snapshot(context)), ErrorCode::ContextClosed);
    EXPECT_EQ(
        code_of(
            site.galleries->enrol(context, site.id_of(context, 0), photo_of(picture_of(person(0))))
        ),
        ErrorCode::ContextClosed
    );
    must(site.galleries->request_build(context));
    const auto other = site.receive(json_list("YY200", listed_from(0, 1)));
    site.await_gallery(other); // builds run in order: the one of the closed context is over
    EXPECT_EQ(code_of(site.galleries->snapshot(context)), ErrorCode::ContextClosed);
    EXPECT_EQ(must(site.galleries->coverage(context)).templates, 0U);
}

TEST(GalleryService, AContextClosedWhileItIsBuiltIsNeverPublished) {
    testing::Installation site;
    site.hold_photo(listed(0), picture_of(person(0)));
    site.engine.hold_after(0);
    const auto context = site.receive(json_list("XX100", listed_from(0, 1)));
    site.engine.await_held();
    must(site.contexts->close(context));
    site.engine.release();
    const auto other = site.receive(json_list("YY200", listed_from(1, 1)));
    while (must(site.galleries->coverage(other)).state != GalleryState::Ready) {
        std::this_thread::yield();
    }
    EXPECT_EQ(code_of(site.galleries->snapshot(context)), ErrorCode::ContextClosed);
    EXPECT_EQ(must(site.galleries->coverage(context)).state, GalleryState::Closed);
}

TEST(GalleryService, OnlySoManyBuildsWait) {
    testing::Installation site;
    site.hold_photo(listed(0), picture_of(person(0)));
    site.engine.hold_after(0);
    site.receive(json_list("XX100", listed_from(0, 1)));
    site.engine.await_held();
    std::vector<domain::ContextId> waiting;
    for (std::size_t build = 0; build < limits::gallery_builds_waiting_max; ++build) {
        waiting.push_back(domain::ContextId::random(site.random));
        must(site.galleries->request_build(waiting.back()));
    }
    const auto refused = domain::ContextId::random(site.random);
    EXPECT_EQ(code_of(site.galleries->request_build(refused)), ErrorCode::QueueFull);
    EXPECT_EQ(code_of(site.galleries->coverage(refused)), ErrorCode::NotFound);
    EXPECT_EQ(must(site.galleries->coverage(waiting.back())).state, GalleryState::Waiting);
    site.engine.release();
}

TEST(GalleryService, AFailingEngineFailsTheFirstBuildAndKeepsALaterOneServing) {
    testing::Installation site;
    const auto good = site.open_flight(2);
    site.engine.fail_at(testing::ScriptedFaceEngine::Step::Extract, ErrorCode::Internal);
    site.receive(json_list("XX100", listed_from(1, 2)));
    site.hold_photo(listed(9), picture_of(person(9)));
    const auto bad = site.receive(json_list("YY200", listed_from(9, 1)));
    while (must(site.galleries->coverage(bad)).state != GalleryState::Failed) {
        std::this_thread::yield();
    }
    EXPECT_EQ(code_of(site.galleries->snapshot(bad)), ErrorCode::NotReady);
    EXPECT_EQ(must(site.galleries->snapshot(good))->template_count(), 2U);
    EXPECT_EQ(must(site.galleries->coverage(good)).state, GalleryState::Ready);
}

} // namespace
} // namespace sallyport::verification
