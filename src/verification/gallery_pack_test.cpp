// Proves that another model pack takes over in one step: until all its galleries are there the old
// one serves, a capture that began before the switch ends with the pack it began with, changes and
// opt-outs reach both, a pack that fails changes nothing, and the old templates go with their last
// reader.
#include "verification/testing/gallery_site.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::verification {
namespace {

using testing::code_of;
using testing::GallerySite;
using ::testing::HasSubstr;
using testing::must;
using testing::person;
using testing::picture_of;
using Step = testing::ScriptedFaceEngine::Step;

const domain::TemplateVersion first_pack{"scripted 1"};
const domain::TemplateVersion second_pack{"scripted 2"};

domain::TravelerId
traveler_at(GallerySite& site, const domain::ContextId& context, std::size_t at) {
    return must(site.records->records().travelers_of(context)).at(at).id;
}

TEST(GalleryPack, TheOldOneServesUntilAllGalleriesOfTheNextAreThere) {
    GallerySite site;
    const auto morning = site.open_flight(3);
    const auto evening = site.add_context().id;
    site.add(evening, 10);
    site.build(evening);
    site.next_engine->hold_after(2); // somewhere among the two galleries
    must(site.galleries->prepare_pack(GallerySite::matcher_of(site.next_engine)));
    site.next_engine->await_held();
    EXPECT_EQ(site.galleries->pack_progress().state, PackState::Preparing);
    EXPECT_EQ(site.galleries->pack_progress().next, second_pack.value);
    for (const auto& context : {morning, evening}) {
        EXPECT_EQ(must(site.galleries->snapshot(context))->version(), first_pack);
    }
    EXPECT_EQ(site.found(morning, 1), traveler_at(site, morning, 1));
    site.next_engine->release();
    site.await_pack();
    const PackProgress progress = site.galleries->pack_progress();
    EXPECT_EQ(progress.state, PackState::Serving) << progress.problem;
    EXPECT_EQ(progress.serving, second_pack.value);
    EXPECT_EQ(progress.galleries_done, 2U);
    EXPECT_EQ(site.matcher->current()->engine->version(), second_pack);
    EXPECT_EQ(site.matcher->current()->calibration->version(), second_pack);
    for (const auto& context : {morning, evening}) {
        EXPECT_EQ(must(site.galleries->snapshot(context))->version(), second_pack);
    }
    EXPECT_EQ(site.found(morning, 1), traveler_at(site, morning, 1));
    EXPECT_EQ(must(site.galleries->coverage(morning)).with_photo, 3U);
}

TEST(GalleryPack, ACaptureEndsWithThePackItBeganWith) {
    GallerySite site;
    const auto context = site.open_flight(3);
    auto in_hand = site.matcher->current();
    std::weak_ptr<const gallery::Snapshot> old = must(site.galleries->snapshot(context));
    must(site.galleries->prepare_pack(GallerySite::matcher_of(site.next_engine)));
    site.await_pack();
    const auto version = in_hand->engine->version();
    EXPECT_EQ(version, first_pack);
    EXPECT_EQ(must(site.galleries->snapshot(context, version))->version(), first_pack);
    EXPECT_EQ(must(site.galleries->snapshot(context, second_pack))->version(), second_pack);
    // The old templates go with the last who works with them.
    EXPECT_FALSE(old.expired());
    in_hand.reset();
    EXPECT_TRUE(old.expired());
    EXPECT_EQ(code_of(site.galleries->snapshot(context, first_pack)), ErrorCode::ModelMismatch);
}

TEST(GalleryPack, WithNobodyAtACameraTheOldTemplatesGoAtOnce) {
    GallerySite site;
    const auto context = site.open_flight(3);
    const std::weak_ptr<const gallery::Snapshot> old = must(site.galleries->snapshot(context));
    must(site.galleries->prepare_pack(GallerySite::matcher_of(site.next_engine)));
    site.await_pack();
    EXPECT_TRUE(old.expired());
}

TEST(GalleryPack, OptOutsReachTheServingTheNextAndTheRetiredGallery) {
    GallerySite site;
    const auto context = site.open_flight(4);
    const auto before = traveler_at(site, context, 0);
    const auto during = traveler_at(site, context, 1);
    const auto after = traveler_at(site, context, 2);
    site.galleries->opt_out(context, before);
    site.next_engine->hold_after(2); // the template of `during` is made already
    must(site.galleries->prepare_pack(GallerySite::matcher_of(site.next_engine)));
    site.next_engine->await_held();
    site.galleries->opt_out(context, during);
    EXPECT_FALSE(must(site.galleries->snapshot(context))->holds(during));
    const auto in_hand = site.matcher->current();
    site.next_engine->release();
    site.await_pack();
    site.galleries->opt_out(context, after);
    for (const auto& version : {first_pack, second_pack}) {
        const auto snapshot = must(site.galleries->snapshot(context, version));
        EXPECT_FALSE(snapshot->holds(before)) << version.value;
        EXPECT_FALSE(snapshot->holds(during)) << version.value;
        EXPECT_FALSE(snapshot->holds(after)) << version.value;
        EXPECT_EQ(snapshot->template_count(), 1U) << version.value;
    }
    EXPECT_EQ(must(site.galleries->coverage(context)).opted_out, 3U);
}

TEST(GalleryPack, ListsThatChangeInTheMeantimeReachBoth) {
    GallerySite site;
    const auto context = site.open_flight(3);
    const auto other = site.add_context().id;
    site.add(other, 20);
    site.build(other);
    site.next_engine->hold_after(1);
    must(site.galleries->prepare_pack(GallerySite::matcher_of(site.next_engine)));
    site.next_engine->await_held();
    const auto fresh = site.add(context, 10);
    const auto gone = traveler_at(site, context, 0);
    site.set_listed(gone, ListStatus::Cancelled);
    site.galleries->remove(context, std::span(&gone, 1));
    must(site.galleries->request_build(context));
    site.next_engine->release();
    site.await_pack();
    site.await_gallery(context);
    const auto snapshot = must(site.galleries->snapshot(context));
    EXPECT_EQ(snapshot->version(), second_pack);
    EXPECT_TRUE(snapshot->holds(fresh));
    EXPECT_FALSE(snapshot->holds(gone));
    EXPECT_EQ(snapshot->template_count(), 3U);
}

TEST(GalleryPack, ListsDoNotWaitForAnotherPack) {
    GallerySite site;
    const auto context = site.open_flight(3);
    site.next_engine->hold_after(1);
    must(site.galleries->prepare_pack(GallerySite::matcher_of(site.next_engine)));
    site.next_engine->await_held();
    const auto urgent = site.add_context().id;
    site.add(urgent, 30);
    must(site.galleries->request_build(urgent));
    // The builder gets one more face of the other pack done, then turns to the list.
    site.next_engine->release();
    site.await_gallery(urgent);
    EXPECT_EQ(must(site.galleries->snapshot(urgent))->template_count(), 1U);
    site.await_pack();
    EXPECT_EQ(must(site.galleries->snapshot(urgent))->version(), second_pack);
    EXPECT_EQ(must(site.galleries->snapshot(context))->version(), second_pack);
}

TEST(GalleryPack, APackThatFailsLeavesTheOldOneServingAndSaysWhy) {
    GallerySite site;
    const auto context = site.open_flight(3);
    site.next_engine->fail_at(Step::Extract, ErrorCode::Internal);
    must(site.galleries->prepare_pack(GallerySite::matcher_of(site.next_engine)));
    site.await_pack();
    const PackProgress progress = site.galleries->pack_progress();
    EXPECT_EQ(progress.state, PackState::Failed);
    EXPECT_EQ(progress.next, second_pack.value);
    EXPECT_EQ(progress.serving, first_pack.value);
    EXPECT_THAT(progress.problem, HasSubstr("the script says so"));
    EXPECT_EQ(site.matcher->current()->engine->version(), first_pack);
    EXPECT_EQ(site.found(context, 2), traveler_at(site, context, 2));
    // Nothing of the failed one is in the way of the next attempt.
    site.next_engine->fail_at(Step::Extract, std::nullopt);
    must(site.galleries->prepare_pack(GallerySite::matcher_of(site.next_engine)));
    site.await_pack();
    EXPECT_EQ(site.found(context, 2), traveler_at(site, context, 2));
    EXPECT_EQ(site.matcher->current()->engine->version(), second_pack);
}

TEST(GalleryPack, OnlyOneIsPreparedAtATime) {
    GallerySite site;
    site.open_flight(2);
    site.next_engine->hold_after(0);
    must(site.galleries->prepare_pack(GallerySite::matcher_of(site.next_engine)));
    site.next_engine->await_held();
    EXPECT_EQ(
        code_of(site.galleries->prepare_pack(GallerySite::matcher_of(site.next_engine))),
        ErrorCode::StateConflict
    );
    EXPECT_EQ(code_of(site.galleries->prepare_pack(nullptr)), ErrorCode::InvalidArgument);
    site.next_engine->release();
    site.await_pack();
}

TEST(GalleryPack, AnotherCalibrationOfTheSamePackServesAtOnce) {
    GallerySite site;
    const auto context = site.open_flight(2);
    const auto before = must(site.galleries->snapshot(context));
    must(site.galleries->prepare_pack(std::make_shared<Matcher>(Matcher{site.engine, std::nullopt}))
    );
    EXPECT_FALSE(site.matcher->current()->calibration);
    EXPECT_EQ(must(site.galleries->snapshot(context)), before);
    EXPECT_EQ(site.galleries->pack_progress().state, PackState::Serving);
}

TEST(GalleryPack, AContextThatClosesMeanwhileIsNotPublished) {
    GallerySite site;
    const auto context = site.open_flight(3);
    const auto in_hand = site.matcher->current();
    site.next_engine->hold_after(1);
    must(site.galleries->prepare_pack(GallerySite::matcher_of(site.next_engine)));
    site.next_engine->await_held();
    site.galleries->close(context);
    site.next_engine->release();
    site.await_pack();
    for (const auto& version : {first_pack, second_pack}) {
        EXPECT_EQ(code_of(site.galleries->snapshot(context, version)), ErrorCode::ContextClosed);
    }
    EXPECT_EQ(site.galleries->pack_progress().serving, second_pack.value);
}

} // namespace
} // namespace sallyport::verification
