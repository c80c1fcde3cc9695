#include "verification/testing/gallery_site.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <functional>
#include <stdlib.h> // NOLINT(modernize-deprecated-headers): mkdtemp
#include <thread>

namespace sallyport::verification::testing {
namespace {

std::filesystem::path new_folder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "sallyport-galleries-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("no temporary folder can be made");
    }
    return pattern;
}

// Waits in real time: the builder is a thread of its own and knows nothing of the test's clock.
void await(std::string_view what, const std::function<bool()>& done) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!done()) {
        if (std::chrono::steady_clock::now() > give_up) {
            throw std::runtime_error(std::string(what) + " took too long");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

} // namespace

holdings::HeldPhoto held(const Picture& picture) {
    holdings::HeldPhoto photo;
    photo.bytes.assign(picture.begin(), picture.end());
    photo.source = "taken here";
    return photo;
}

GallerySite::GallerySite()
    : folder(new_folder()), clock(parse_instant("2026-05-01T08:00:00Z").value()),
      engine(std::make_shared<ScriptedFaceEngine>(clock)),
      next_engine(std::make_shared<ScriptedFaceEngine>(clock)) {
    next_engine->set_pack("scripted 2");
    custody =
        std::make_unique<custody::KeyfileCustody>(must(custody::open_keyfile(folder / "key", random)
        ));
    records = must(storage::SqliteRecords::open(folder / "records.sqlite"));
    events = std::make_unique<EventFeed>(records->records(), clock);
    matcher = std::make_unique<ActiveMatcher>(matcher_of(engine));
    directory = std::make_unique<ContextDirectory>(clock);
    galleries = std::make_unique<GalleryService>(GalleryService::Ports{
        .records = records->records(),
        .unit_of_work = records->unit_of_work(),
        .sealer = custody->sealer(),
        .holdings = holdings,
        .matcher = *matcher,
        .events = *events,
        .clock = clock,
    });
}

GallerySite::~GallerySite() {
    engine->release();
    next_engine->release();
    galleries.reset();
    records.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
}

std::shared_ptr<const Matcher>
GallerySite::matcher_of(const std::shared_ptr<ScriptedFaceEngine>& engine) {
    return std::make_shared<Matcher>(Matcher{
        engine,
        must(domain::Calibration::make(
            engine->version(), {{1e-1, 0.30F}, {1e-3, 0.45F}, {1e-6, 0.60F}}, 1e-6
        ))
    });
}

domain::Context GallerySite::add_context(domain::Context context) {
    context.id = domain::ContextId::random(random);
    context.opened_at = clock.now();
    auto work = must(records->unit_of_work().begin());
    must(records->records().add_context(*work, context));
    must(work->commit());
    directory->put(context);
    return context;
}

TravelerRow GallerySite::row_of(
    const domain::TravelerId& id, const domain::ContextId& context, std::size_t face
) {
    const ListedPerson who = listed(face);
    domain::Traveler traveler;
    traveler.id = id;
    traveler.family_name = who.family_name;
    traveler.documents.push_back(
        {.type = "P", .number = who.document, .issuer = "UTO", .expiry = std::nullopt}
    );
    TravelerRow row;
    row.id = id;
    row.context = context;
    row.identity = must(custody->sealer().seal(
        domain::SealCategory::TravelerIdentity, id.bytes(), traveler_to_json(traveler)
    ));
    row.keys.push_back(custody->blind_index().key_of("document", who.document));
    return row;
}

domain::TravelerId
GallerySite::add_without_photo(const domain::ContextId& context, std::size_t face) {
    const auto id = domain::TravelerId::random(random);
    auto work = must(records->unit_of_work().begin());
    must(records->records().add_traveler(*work, row_of(id, context, face)));
    must(work->commit());
    return id;
}

domain::TravelerId GallerySite::add(const domain::ContextId& context, std::size_t face) {
    hold_photo(face, picture_of(person(face)));
    return add_without_photo(context, face);
}

void GallerySite::change_document(const domain::TravelerId& traveler, std::size_t face) {
    hold_photo(face, picture_of(person(face)));
    const auto before = must(records->records().traveler(traveler));
    auto work = must(records->unit_of_work().begin());
    must(records->records().update_traveler(*work, row_of(traveler, before.value().context, face)));
    must(work->commit());
}

void GallerySite::set_listed(const domain::TravelerId& traveler, ListStatus listed) {
    auto row = must(records->records().traveler(traveler)).value();
    row.listed = listed;
    auto work = must(records->unit_of_work().begin());
    must(records->records().update_traveler(*work, row));
    must(work->commit());
}

void GallerySite::set_state(const domain::TravelerId& traveler, TravelerState state) {
    auto work = must(records->unit_of_work().begin());
    must(records->records().set_traveler_state(*work, traveler, state));
    must(work->commit());
}

void GallerySite::hold_photo(std::size_t face, const Picture& picture, int year) {
    holdings::HeldPhoto photo = held(picture);
    photo.source = "passport";
    photo.year = year;
    must(holdings.memory.add(listed(face).document, std::move(photo)));
}

domain::ContextId GallerySite::open_flight(std::size_t people) {
    const domain::Context context = add_context();
    for (std::size_t face = 0; face < people; ++face) {
        add(context.id, face);
    }
    build(context.id);
    return context.id;
}

void GallerySite::build(const domain::ContextId& context) {
    must(galleries->request_build(context));
    await_gallery(context);
}

void GallerySite::await_gallery(const domain::ContextId& context) {
    await("the gallery", [&] { return !must(galleries->coverage(context)).update_waiting; });
}

void GallerySite::await_pack() {
    await("the pack", [&] { return galleries->pack_progress().state != PackState::Preparing; });
}

std::optional<domain::TravelerId>
GallerySite::found(const domain::ContextId& context, std::size_t face) {
    const auto snapshot = must(galleries->snapshot(context));
    if (snapshot->template_count() == 0) {
        return std::nullopt;
    }
    const auto probe =
        must(biometrics::Template::make(matcher->current()->engine->version(), person(face)));
    const auto best = must(snapshot->search(probe, {})).best_first.front();
    return best.score >= 0.5F ? std::optional(best.traveler) : std::nullopt;
}

std::size_t GallerySite::builds_begun() {
    const auto rows = must(records->records().events_after({}, 0, 100'000));
    return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [](const auto& row) {
        return row.kind == "gallery.building";
    }));
}

PipelinePorts GallerySite::pipeline() {
    return {.galleries = *galleries, .directory = *directory, .matcher = *matcher, .clock = clock};
}

} // namespace sallyport::verification::testing
