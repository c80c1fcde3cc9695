// Galleries without the rest of an installation, for tests: records and keys in a temporary folder,
// travelers written straight into the record as lists would leave them, held photos in memory, and
// the scripted engine as the first pack. Calls that a test cannot go on without throw.
#pragma once

#include "custody/keyfile_sealer.hpp"
#include "storage/sqlite/sqlite_records.hpp"
#include "verification/context_directory.hpp"
#include "verification/gallery_service.hpp"
#include "verification/internal/capture_pipeline.hpp"
#include "verification/testing/fixture.hpp"
#include "verification/testing/scripted_engine.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace sallyport::verification::testing {

class GallerySite {
public:
    GallerySite();
    ~GallerySite();
    GallerySite(const GallerySite&) = delete;
    GallerySite& operator=(const GallerySite&) = delete;

    // --- the record
    domain::Context add_context(domain::Context context = {}); // gets an id
    // One more on the list; holds a photo of this face for their document.
    domain::TravelerId add(const domain::ContextId& context, std::size_t face);
    // On the list, and nothing is held.
    domain::TravelerId add_without_photo(const domain::ContextId& context, std::size_t face);
    // The same traveler with another document, for which a photo of this face is held.
    void change_document(const domain::TravelerId& traveler, std::size_t face);
    void set_listed(const domain::TravelerId& traveler, ListStatus listed);
    void set_state(const domain::TravelerId& traveler, TravelerState state);
    void hold_photo(std::size_t face, const Picture& picture, int year = 2020);

    // --- galleries
    // A context with these people, built.
    domain::ContextId open_flight(std::size_t people);
    void build(const domain::ContextId& context); // asks and waits
    void await_gallery(const domain::ContextId& context);
    void await_pack(); // until nothing is being prepared
    // Who is first among all in the gallery, with a score of at least a half.
    [[nodiscard]] std::optional<domain::TravelerId>
    found(const domain::ContextId& context, std::size_t face);
    [[nodiscard]] std::size_t builds_begun(); // of all contexts
    [[nodiscard]] PipelinePorts pipeline();

    std::filesystem::path folder;
    ManualClock clock;
    LockedRandom random{20260502};
    FailingHoldings holdings;
    std::shared_ptr<ScriptedFaceEngine> engine;
    std::shared_ptr<ScriptedFaceEngine> next_engine; // "scripted 2"
    std::unique_ptr<custody::KeyfileCustody> custody;
    std::unique_ptr<storage::SqliteRecords> records;
    std::unique_ptr<EventFeed> events;
    std::unique_ptr<ActiveMatcher> matcher;
    std::unique_ptr<ContextDirectory> directory;
    std::unique_ptr<GalleryService> galleries;

    // Both engines with a calibration of their own.
    [[nodiscard]] static std::shared_ptr<const Matcher>
    matcher_of(const std::shared_ptr<ScriptedFaceEngine>& engine);

private:
    [[nodiscard]] TravelerRow
    row_of(const domain::TravelerId& id, const domain::ContextId& context, std::size_t face);
};

[[nodiscard]] holdings::HeldPhoto held(const Picture& picture);

} // namespace sallyport::verification::testing
