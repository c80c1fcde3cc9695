// Proves that a capture searches what its checkpoint may search and nothing else: kinds of the
// profile's scope, the flights that a window stands for, no flight that left an exit, each traveler
// once and N over all of them, and no gallery at all where the profile has none.
#include "verification/testing/gallery_site.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::verification {
namespace {

using domain::ContextKind;
using domain::ContextState;
using domain::MatchingOrder;
using domain::ReferReason;
using testing::code_of;
using testing::GallerySite;
using testing::held;
using testing::must;
using testing::person;
using testing::picture_of;

Checkpoint checkpoint_of(std::vector<domain::ContextId> contexts) {
    Checkpoint checkpoint;
    checkpoint.profile.name = "test";
    checkpoint.profile.direction = domain::Direction::Entry;
    checkpoint.profile.scope = {ContextKind::Flight, ContextKind::ArrivalsWindow};
    checkpoint.contexts = std::move(contexts);
    return checkpoint;
}

domain::Context flight_to(std::string arrival, std::string_view arrives_at) {
    domain::Context context;
    context.arrival = std::move(arrival);
    context.arrives_at = parse_instant(arrives_at).value();
    return context;
}

CaptureResult capture(GallerySite& site, const Checkpoint& checkpoint, std::size_t face) {
    const imaging::Image frame = testing::draw({{.identity = person(face)}});
    return run_capture(
        site.pipeline(),
        checkpoint,
        std::span(&frame, 1),
        1,
        site.clock.steady_now() + std::chrono::seconds(10),
        {}
    );
}

std::optional<ReferReason> reason_of(const CaptureResult& result) {
    const domain::Refer* refer = result.verdict.refer();
    return refer == nullptr ? std::nullopt : std::optional(refer->reason);
}

struct Airport {
    GallerySite site;
    domain::Context early = site.add_context(flight_to("JFK", "2026-05-01T09:00:00Z"));
    domain::Context late = site.add_context(flight_to("JFK", "2026-05-01T13:00:00Z"));
    domain::Context elsewhere = site.add_context(flight_to("BOS", "2026-05-01T09:00:00Z"));
    domain::Context window = site.add_context(morning());
    domain::TravelerId on_early = site.add(early.id, 0);
    domain::TravelerId on_late = site.add(late.id, 1);
    domain::TravelerId on_elsewhere = site.add(elsewhere.id, 2);

    static domain::Context morning() {
        domain::Context context;
        context.kind = ContextKind::ArrivalsWindow;
        context.arrival = "JFK";
        context.departs_at = parse_instant("2026-05-01T06:00:00Z").value();
        context.arrives_at = parse_instant("2026-05-01T12:00:00Z").value();
        return context;
    }
    void build_all() {
        for (const auto& context : {early, late, elsewhere}) {
            site.build(context.id);
        }
    }
};

TEST(CaptureScope, AWindowStandsForTheFlightsThatArriveInIt) {
    Airport airport;
    airport.build_all();
    const Checkpoint booth = checkpoint_of({airport.window.id});
    const CaptureResult found = capture(airport.site, booth, 0);
    ASSERT_NE(found.verdict.match(), nullptr);
    EXPECT_EQ(found.verdict.match()->traveler(), airport.on_early);
    EXPECT_EQ(found.context, airport.early.id);
    EXPECT_EQ(found.evidence->n, 1U);
    for (const std::size_t face : {1U, 2U}) {
        EXPECT_TRUE(capture(airport.site, booth, face).verdict.is_no_match());
    }
}

TEST(CaptureScope, SeveralContextsAreOneSearchWithTheSumOfTheirTemplates) {
    Airport airport;
    airport.build_all();
    // Named by itself and by the window: searched once.
    const Checkpoint booth =
        checkpoint_of({airport.window.id, airport.early.id, airport.late.id, airport.elsewhere.id});
    for (std::size_t face = 0; face < 3; ++face) {
        const CaptureResult found = capture(airport.site, booth, face);
        ASSERT_NE(found.verdict.match(), nullptr) << face;
        EXPECT_EQ(found.evidence->n, 3U);
        EXPECT_EQ(found.evidence->identities, 3U);
    }
    EXPECT_EQ(capture(airport.site, booth, 2).context, airport.elsewhere.id);
}

TEST(CaptureScope, OneTravelerInTwoContextsIsNoRivalOfTheirOwn) {
    Airport airport;
    airport.build_all();
    must(airport.site.galleries->enrol(
        airport.late.id, airport.on_early, held(picture_of(person(0)))
    ));
    const CaptureResult found =
        capture(airport.site, checkpoint_of({airport.early.id, airport.late.id}), 0);
    ASSERT_NE(found.verdict.match(), nullptr);
    EXPECT_EQ(found.verdict.match()->traveler(), airport.on_early);
    EXPECT_EQ(found.evidence->n, 3U);
}

TEST(CaptureScope, AKindTheProfileDoesNotNameIsNeverSearched) {
    Airport airport;
    airport.build_all();
    Checkpoint quay = checkpoint_of({airport.early.id});
    quay.profile.scope = {ContextKind::Voyage};
    const CaptureResult found = capture(airport.site, quay, 0);
    EXPECT_NE(found.verdict.refer(), nullptr);
    EXPECT_FALSE(found.searched);
    EXPECT_FALSE(found.evidence);
}

TEST(CaptureScope, AnExitDoesNotSearchWhatHasDepartedAnEntryDoes) {
    Airport airport;
    airport.build_all();
    domain::Context departed = airport.early;
    departed.state = ContextState::Departed;
    airport.site.directory->put(departed);
    Checkpoint checkpoint = checkpoint_of({airport.early.id, airport.late.id});
    ASSERT_NE(capture(airport.site, checkpoint, 0).verdict.match(), nullptr);
    checkpoint.profile.direction = domain::Direction::Exit;
    const CaptureResult at_exit = capture(airport.site, checkpoint, 0);
    EXPECT_TRUE(at_exit.verdict.is_no_match());
    EXPECT_EQ(at_exit.evidence->n, 1U);
}

TEST(CaptureScope, WhenAllIsOverNothingIsSearched) {
    Airport airport;
    airport.build_all();
    domain::Context over = airport.early;
    over.state = ContextState::Closed;
    airport.site.directory->put(over);
    const CaptureResult found = capture(airport.site, checkpoint_of({airport.early.id}), 0);
    EXPECT_EQ(reason_of(found), ReferReason::GalleryNotReady);
    EXPECT_FALSE(found.searched);
}

TEST(CaptureScope, AnOpenWindowInWhichNothingArrivesHasNobodyToCompareWith) {
    GallerySite site;
    const auto window = site.add_context(Airport::morning());
    EXPECT_EQ(reason_of(capture(site, checkpoint_of({window.id}), 0)), ReferReason::NoHeldPhoto);
}

TEST(CaptureScope, AFlightOfTheWindowWithoutAGalleryYetStopsOnlyItsOwnTravelers) {
    Airport airport;
    airport.site.build(airport.early.id);
    const auto fresh = airport.site.add_context(flight_to("JFK", "2026-05-01T10:00:00Z"));
    airport.site.add(fresh.id, 5);
    const Checkpoint booth = checkpoint_of({airport.window.id});
    ASSERT_NE(capture(airport.site, booth, 0).verdict.match(), nullptr);
    const CaptureResult unknown = capture(airport.site, booth, 5);
    EXPECT_EQ(reason_of(unknown), ReferReason::GalleryNotReady);
    EXPECT_FALSE(unknown.searched) << "it must not cost them an attempt";
    // Named by itself it is waited for.
    EXPECT_EQ(
        reason_of(capture(airport.site, checkpoint_of({airport.early.id, fresh.id}), 0)),
        ReferReason::GalleryNotReady
    );
}

TEST(CaptureScope, WithoutAGalleryTheFaceWaitsForItsDocument) {
    Airport airport;
    airport.build_all();
    Checkpoint booth = checkpoint_of({airport.early.id});
    booth.profile.order = MatchingOrder::DocumentOnly;
    const CaptureResult seen = capture(airport.site, booth, 0);
    EXPECT_TRUE(seen.awaits_document);
    EXPECT_FALSE(seen.searched);
    EXPECT_FALSE(seen.evidence);
    EXPECT_NE(seen.verdict.refer(), nullptr) << "nothing that is not compared passes";
    ASSERT_TRUE(seen.probe);
    EXPECT_EQ(seen.probe->version(), airport.site.engine->version());
    EXPECT_GT(seen.quality.interocular_px, 24.0);
}

TEST(CaptureScope, OnPaperNoFaceIsLookedFor) {
    Airport airport;
    airport.build_all();
    Checkpoint desk = checkpoint_of({airport.early.id});
    desk.profile.order = MatchingOrder::Manual;
    const std::size_t looked_at = airport.site.engine->detections();
    const CaptureResult seen = capture(airport.site, desk, 0);
    EXPECT_NE(seen.verdict.refer(), nullptr);
    EXPECT_FALSE(seen.probe);
    EXPECT_FALSE(seen.awaits_document);
    EXPECT_EQ(airport.site.engine->detections(), looked_at);
}

TEST(CaptureScope, EveryUsableFaceComesWithItsTemplate) {
    Airport airport;
    airport.build_all();
    const Checkpoint booth = checkpoint_of({airport.early.id});
    EXPECT_TRUE(capture(airport.site, booth, 0).probe);
    EXPECT_TRUE(capture(airport.site, booth, 40).probe);
    EXPECT_TRUE(capture(airport.site, checkpoint_of({}), 0).probe);
}

TEST(CaptureScope, ACaptureDuringASwitchOfPacksIsAnsweredByOneOfThem) {
    Airport airport;
    airport.build_all();
    const Checkpoint booth = checkpoint_of({airport.early.id});
    std::atomic<int> wrong{0};
    {
        const std::jthread camera([&](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                const CaptureResult found = capture(airport.site, booth, 0);
                const bool same_pack = found.evidence && found.probe &&
                                       found.evidence->pack == found.probe->version().value;
                wrong += same_pack && found.verdict.match() != nullptr ? 0 : 1;
            }
        });
        for (int turn = 0; turn < 10; ++turn) {
            const auto& engine = turn % 2 == 0 ? airport.site.next_engine : airport.site.engine;
            must(airport.site.galleries->prepare_pack(GallerySite::matcher_of(engine)));
            airport.site.await_pack();
        }
    }
    EXPECT_EQ(wrong, 0);
}

} // namespace
} // namespace sallyport::verification
