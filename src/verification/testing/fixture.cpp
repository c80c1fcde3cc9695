#include "verification/testing/fixture.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <stdlib.h> // NOLINT(modernize-deprecated-headers): mkdtemp
#include <thread>

namespace sallyport::verification::testing {
namespace {

std::filesystem::path new_folder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "sallyport-verification-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("no temporary folder can be made");
    }
    return pattern;
}

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

domain::CheckpointProfile profile(std::string_view name) {
    return must(read_profile(content_of(
        std::filesystem::path(SALLYPORT_SOURCE_DIR) / "schema" / "profiles" /
        fmt::format("{}.toml", name)
    )));
}

} // namespace

// --- holdings and lists -------------------------------------------------------------------------

void FailingHoldings::lose(std::string document_number) {
    const std::lock_guard lock(mutex_);
    lost_ = std::move(document_number);
}

Result<std::vector<holdings::HeldPhoto>> FailingHoldings::photos_of(const domain::Traveler& traveler
) {
    {
        const std::lock_guard lock(mutex_);
        for (const domain::TravelDocument& document : traveler.documents) {
            if (document.number == lost_) {
                return fail(ErrorCode::IoFailed, "the script says so");
            }
        }
    }
    return memory.photos_of(traveler);
}

ListedPerson listed(std::size_t face) {
    // Letters only, since a family name has no digits.
    const auto letter = static_cast<char>('A' + face % 26);
    const auto row = static_cast<char>('A' + face / 26);
    return {
        .face = face,
        .family_name = fmt::format("QUENTILLARD{}{}", row, letter),
        .document = fmt::format("ZQ{:05}X", face)
    };
}

std::vector<ListedPerson> listed_from(std::size_t first, std::size_t count) {
    std::vector<ListedPerson> people;
    for (std::size_t face = first; face < first + count; ++face) {
        people.push_back(listed(face));
    }
    return people;
}

std::string
json_list(std::string_view flight, const std::vector<ListedPerson>& people, std::string_view more) {
    std::string travelers;
    for (const ListedPerson& who : people) {
        travelers += fmt::format(
            R"({}{{"family_name":"{}","given_names":"WILHELMINA","birth_date":"1980-02-03",)"
            R"("documents":[{{"type":"P","number":"{}","issuer":"UTO"}}]}})",
            travelers.empty() ? "" : ",",
            who.family_name,
            who.document
        );
    }
    return fmt::format(
        R"({{"flight":"{}","departure":"AMS","arrival":"JFK","departs_at":"2026-05-01T10:00",)"
        R"({}"travelers":[{}]}})",
        flight,
        more,
        travelers
    );
}

// --- the installation ---------------------------------------------------------------------------

Installation::Installation()
    : folder(new_folder()), clock(parse_instant("2026-05-01T08:00:00Z").value()), engine(clock),
      exit_profile(profile("air-exit")), entry_profile(profile("air-entry")) {
    calibration = must(domain::Calibration::make(
        engine.version(), {{1e-1, 0.30F}, {1e-3, 0.45F}, {1e-6, 0.60F}}, 1e-6
    ));
    start();
}

Installation::~Installation() {
    engine.release();
    stop();
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
}

void Installation::start() {
    custody.emplace(must(custody::open_keyfile(folder / "key", random)));
    records = must(storage::SqliteRecords::open(folder / "records.sqlite"));
    store = std::make_unique<FailingStore>(
        records->unit_of_work(), records->records(), records->crossings()
    );
    domain::Sealer& sealer = custody->sealer();
    events = std::make_unique<EventFeed>(*store, clock);
    checkpoints = std::make_unique<Checkpoints>(*store, *store);
    must(checkpoints->add(gate, exit_profile));
    must(checkpoints->add(other_gate, exit_profile));
    must(checkpoints->add(booth, entry_profile));
    must(checkpoints->add(other_booth, entry_profile));
    must(checkpoints->add(land_booth, profile("pedestrian")));
    matcher = std::make_unique<ActiveMatcher>(own_matcher());
    directory = std::make_unique<ContextDirectory>(clock);
    galleries = std::make_unique<GalleryService>(
        GalleryService::Ports{*store, *store, sealer, holdings, *matcher, *events, clock}
    );
    contexts = std::make_unique<ContextService>(ContextService::Ports{
        .records = *store,
        .unit_of_work = *store,
        .crossings = *store,
        .galleries = *galleries,
        .checkpoints = *checkpoints,
        .directory = *directory,
        .events = *events,
        .clock = clock,
        .random = random,
    });
    manifests = std::make_unique<ManifestService>(ManifestService::Ports{
        .records = *store,
        .unit_of_work = *store,
        .sealer = sealer,
        .blind_index = custody->blind_index(),
        .crossings = *store,
        .galleries = *galleries,
        .contexts = *contexts,
        .directory = *directory,
        .events = *events,
        .clock = clock,
        .random = random,
    });
    transactions = std::make_unique<TransactionService>(TransactionService::Ports{
        .records = *store,
        .unit_of_work = *store,
        .crossings = *store,
        .manifests = *manifests,
        .galleries = *galleries,
        .contexts = *contexts,
        .directory = *directory,
        .checkpoints = *checkpoints,
        .holdings = holdings,
        .matcher = *matcher,
        .trust = trust,
        .events = *events,
        .clock = clock,
        .random = random,
        .software_version = "test",
    });
    journal =
        std::make_unique<AnswerJournal>(*store, *store, sealer, custody->blind_index(), clock);
}

void Installation::stop() {
    journal.reset();
    transactions.reset();
    manifests.reset();
    contexts.reset();
    galleries.reset();
    directory.reset();
    matcher.reset();
    checkpoints.reset();
    events.reset();
    store.reset();
    records.reset();
    custody.reset();
}

void Installation::restart() {
    stop();
    start();
    must(transactions->end_interrupted());
    must(contexts->restore());
    must(checkpoints->restore());
    must(manifests->rebuild_open_galleries());
}

std::shared_ptr<const Matcher> Installation::own_matcher() {
    // The engine is the test's: it outlives every matcher.
    return std::make_shared<Matcher>(Matcher{
        std::shared_ptr<biometrics::FaceEngine>(std::shared_ptr<void>(), &engine), calibration
    });
}

void Installation::set_calibration(std::optional<domain::Calibration> next) {
    calibration = std::move(next);
    must(galleries->prepare_pack(own_matcher()));
}

// --- lists and galleries ------------------------------------------------------------------------

void Installation::hold_photo(const ListedPerson& who, const Picture& picture, int year) {
    holdings::HeldPhoto photo;
    photo.bytes.assign(picture.begin(), picture.end());
    photo.source = "passport";
    photo.year = year;
    must(holdings.memory.add(who.document, std::move(photo)));
}

domain::ContextId Installation::receive(std::string_view list) {
    const ManifestOutcome outcome = must(manifests->receive(list, manifest::guess_format(list)));
    if (!outcome.accepted || outcome.contexts.size() != 1) {
        throw std::runtime_error(
            outcome.faults.empty() ? "not one context" : outcome.faults.front().text
        );
    }
    return outcome.contexts.front();
}

void Installation::await_gallery(const domain::ContextId& context) {
    // The builder is a thread of its own: this waits for it in real time, not the test's clock.
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < give_up) {
        const Coverage coverage = must(galleries->coverage(context));
        if (coverage.state == GalleryState::Failed) {
            throw std::runtime_error("the gallery failed");
        }
        const auto kinds = event_kinds({});
        const auto count = [&](std::string_view kind) {
            return std::count(kinds.begin(), kinds.end(), kind);
        };
        if (coverage.state == GalleryState::Ready && !coverage.update_waiting &&
            count("gallery.building") == count("gallery.ready") + count("gallery.failed")) {
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    throw std::runtime_error("the gallery was not built in time");
}

void Installation::assign_everywhere(const std::vector<domain::ContextId>& given) {
    for (const Checkpoint& checkpoint : checkpoints->all()) {
        if (searches_galleries(checkpoint.profile)) {
            must(checkpoints->assign(checkpoint.name, given));
        }
    }
}

domain::ContextId Installation::open_flight(std::size_t people, std::string_view flight) {
    const auto all = listed_from(0, people);
    for (const ListedPerson& who : all) {
        hold_photo(who, picture_of(person(who.face)));
    }
    const domain::ContextId context = receive(json_list(flight, all));
    await_gallery(context);
    assign_everywhere({context});
    return context;
}

TravelerView Installation::traveler(const domain::ContextId& context, std::size_t face) {
    for (TravelerView& view : must(manifests->travelers(context))) {
        if (view.traveler.family_name == listed(face).family_name) {
            return view;
        }
    }
    throw std::runtime_error("this traveler is not on the list");
}

// --- transactions -------------------------------------------------------------------------------

OpenRequest
Installation::request_at(const domain::CheckpointName& checkpoint, domain::TransactionId id) {
    return {
        .id = id,
        .checkpoint = checkpoint,
        .notice_version = exit_profile.notice_version,
        .notice_shown_at = clock.now()
    };
}

domain::TransactionId Installation::open_at(const domain::CheckpointName& checkpoint) {
    const domain::TransactionId id = new_id();
    must(transactions->open(request_at(checkpoint, id)));
    return id;
}

Result<TransactionView>
Installation::capture(const domain::TransactionId& id, const Picture& picture) {
    CaptureRequest request;
    request.id = id;
    request.frames = {picture};
    request.received_at = clock.steady_now();
    return transactions->capture(request);
}

Result<TransactionView> Installation::decide(
    const domain::TransactionId& id,
    Decision decision,
    std::string reason,
    std::optional<domain::TravelerId> traveler
) {
    return transactions->decide(
        {.id = id, .decision = decision, .reason = std::move(reason), .traveler = traveler}
    );
}

std::optional<ledger::Crossing> Installation::crossing_of(const domain::TransactionId& id) {
    std::optional<ledger::Crossing> found;
    for (ledger::Crossing& crossing : must(store->recent(100'000))) {
        if (crossing.transaction == id) {
            if (found) {
                throw std::runtime_error("a transaction has two crossings");
            }
            found = std::move(crossing);
        }
    }
    return found;
}

std::vector<std::string> Installation::event_kinds(const domain::CheckpointName& checkpoint) {
    std::vector<std::string> kinds;
    for (const EventRow& row : must(store->events_after(checkpoint, 0, 100'000))) {
        kinds.push_back(row.kind);
    }
    return kinds;
}

int Installation::files_that_hold(std::string_view bytes) {
    int count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            count += content_of(entry.path()).find(bytes) != std::string::npos ? 1 : 0;
        }
    }
    return count;
}

} // namespace sallyport::verification::testing
