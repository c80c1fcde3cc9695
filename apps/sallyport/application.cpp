#include "application.hpp"

#include "access/session_service.hpp"
#include "biometrics/pack_face_engine.hpp"
#include "custody/keyfile_sealer.hpp"
#include "documents/trust_store.hpp"
#include "holdings/combined_holdings.hpp"
#include "holdings/folder_holdings.hpp"
#include "holdings/memory_holdings.hpp"
#include "inference/model_pack.hpp"
#include "observability/metrics.hpp"
#include "runtime_paths.hpp"
#include "storage/data_folder.hpp"
#include "storage/sqlite/sqlite_records.hpp"
#include "transport/route_table.hpp"
#include "transport/server.hpp"
#include "verification/answer_journal.hpp"
#include "verification/checkpoints.hpp"
#include "verification/context_directory.hpp"
#include "verification/context_service.hpp"
#include "verification/event_feed.hpp"
#include "verification/gallery_service.hpp"
#include "verification/manifest_service.hpp"
#include "verification/matcher.hpp"
#include "verification/transaction_service.hpp"

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <pthread.h>
#include <spdlog/spdlog.h>
#include <thread>

namespace sallyport::app {
namespace {

// Ends what ran out of time once a second and forgets old answers once an hour.
class Housekeeper {
public:
    Housekeeper(
        verification::TransactionService& transactions,
        verification::ContextService& contexts,
        verification::AnswerJournal& answers
    )
        : transactions_(transactions), contexts_(contexts), answers_(answers),
          thread_([this] { run(); }) {}
    ~Housekeeper() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
        thread_.join();
    }
    Housekeeper(const Housekeeper&) = delete;
    Housekeeper& operator=(const Housekeeper&) = delete;

private:
    void run() {
        constexpr unsigned hour_seconds = 3600;
        std::unique_lock lock(mutex_);
        for (unsigned second = 0; !stopping_; ++second) {
            lock.unlock();
            report(transactions_.expire().map([](std::size_t) {}));
            report(contexts_.expire().map([](std::size_t) {}));
            if (second % hour_seconds == 0) {
                report(answers_.remove_old());
            }
            lock.lock();
            wake_.wait_for(lock, std::chrono::seconds(1), [this] { return stopping_; });
        }
    }
    // Says a failure once, not every second.
    void report(const tl::expected<void, Error>& result) {
        const std::string problem = result.has_value() ? std::string() : result.error().describe();
        if (problem != problem_ && !problem.empty()) {
            spdlog::error("housekeeping: {}", problem);
        }
        problem_ = problem;
    }

    verification::TransactionService& transactions_;
    verification::ContextService& contexts_;
    verification::AnswerJournal& answers_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::string problem_;
    std::thread thread_;
};

constexpr std::string_view visitor_issuer = "UTO"; // Utopia, the specimen state of ICAO Doc 9303

} // namespace

// In the order of construction; destroyed backwards.
struct Application::Parts {
    ApplicationOptions options;
    SystemClock clock;
    SystemRandom random;
    std::unique_ptr<storage::DataFolder> folder;
    std::unique_ptr<custody::KeyfileCustody> custody;
    std::unique_ptr<storage::SqliteRecords> records;
    std::unique_ptr<verification::ActiveMatcher> matcher;
    documents::TrustStore trust; // empty: no chip is anchored
    holdings::MemoryHoldings visitors;
    std::unique_ptr<holdings::Holdings> own_holdings;
    std::unique_ptr<holdings::Holdings> holdings;
    std::unique_ptr<observability::Metrics> metrics;
    access::SessionService sessions{random, clock};
    std::unique_ptr<verification::EventFeed> events;
    std::unique_ptr<verification::AnswerJournal> answers;
    std::unique_ptr<verification::Checkpoints> checkpoints;
    std::unique_ptr<verification::ContextDirectory> directory;
    std::unique_ptr<verification::GalleryService> galleries;
    std::unique_ptr<verification::ContextService> contexts;
    manifest::SufficiencyRules sufficiency; // for answers to carriers
    manifest::AnswerCodes answer_codes;
    std::unique_ptr<verification::ManifestService> manifests;
    std::unique_ptr<verification::TransactionService> transactions;
    std::unique_ptr<transport::Server> server;
    std::unique_ptr<Housekeeper> housekeeper;

    Status open_stores();
    Result<std::shared_ptr<const verification::Matcher>>
    load_pack(const std::filesystem::path& pack_folder);
    Status prepare_pack(const std::string& name);
    Status load_models();
    Status open_holdings();
    Status read_code_tables();
    Status make_checkpoints(); // with the metrics that count by them
    Status make_services();
    Status take_up_work();
    Status start_server();
    Result<verification::TravelerView> enrol_visitor(
        const domain::ContextId& context,
        std::string family_name,
        std::string given_names,
        std::span<const std::uint8_t> photo
    );
    std::map<std::string, std::string> readiness();
};

Status Application::Parts::open_stores() {
    SALLYPORT_TRY(storage::DataFolder opened, storage::DataFolder::open(options.config.data));
    folder = std::make_unique<storage::DataFolder>(std::move(opened));
    // A record without its key must not get a new one: everything sealed would be lost silently.
    const bool has_record = std::filesystem::exists(folder->file("records.db"));
    SALLYPORT_TRY(
        custody::KeyfileCustody keys,
        custody::open_keyfile(
            options.config.key_file,
            random,
            has_record ? custody::MissingKey::Fail : custody::MissingKey::Create
        )
    );
    custody = std::make_unique<custody::KeyfileCustody>(std::move(keys));
    SALLYPORT_TRY(records, storage::SqliteRecords::open(folder->file("records.db")));
    return {};
}

Result<std::shared_ptr<const verification::Matcher>>
Application::Parts::load_pack(const std::filesystem::path& pack_folder) {
    SALLYPORT_TRY(const inference::ModelPack pack, inference::ModelPack::open(pack_folder));
    if (!pack.calibration()) {
        spdlog::warn("pack {} has no calibration: every search ends as refer", pack.name());
    }
    // One request more than workers, so that building a gallery never makes a traveler wait.
    const biometrics::FaceEngineOptions engine_options{
        .parallel_requests = static_cast<int>(options.config.workers) + 1,
        .threads_per_request = 1,
        .cache_dir = {},
    };
    SALLYPORT_TRY(
        std::shared_ptr<biometrics::FaceEngine> engine,
        biometrics::load_face_engine(pack, engine_options)
    );
    return std::make_shared<const verification::Matcher>(
        verification::Matcher{std::move(engine), pack.calibration()}
    );
}

Status Application::Parts::load_models() {
    SALLYPORT_TRY(auto first, load_pack(options.config.pack));
    matcher = std::make_unique<verification::ActiveMatcher>(std::move(first));
    if (!options.config.trust_store.empty()) {
        SALLYPORT_TRY(trust, documents::TrustStore::load(options.config.trust_store));
    }
    return {};
}

Status Application::Parts::open_holdings() {
    if (options.holdings) {
        own_holdings = std::move(options.holdings);
    } else if (!options.config.holdings.empty()) {
        SALLYPORT_TRY(auto opened, holdings::open_folder_holdings(options.config.holdings));
        for (const std::string& warning : opened->warnings()) {
            spdlog::warn("holdings: {}", warning);
        }
        own_holdings = std::move(opened);
    }
    std::vector<std::reference_wrapper<holdings::Holdings>> sources{visitors};
    if (own_holdings) {
        sources.emplace_back(*own_holdings);
    }
    holdings = std::make_unique<holdings::CombinedHoldings>(std::move(sources));
    return {};
}

Status Application::Parts::read_code_tables() {
    const std::filesystem::path codes = options.config.schema / "codes";
    SALLYPORT_TRY(const std::string required, read_text_file(codes / "sufficiency.toml"));
    SALLYPORT_TRY(sufficiency, manifest::read_sufficiency_rules(required));
    SALLYPORT_TRY(const std::string answered, read_text_file(codes / "paxlst_answers.toml"));
    SALLYPORT_TRY(answer_codes, manifest::read_answer_codes(answered));
    return {};
}

Status Application::Parts::make_checkpoints() {
    checkpoints =
        std::make_unique<verification::Checkpoints>(records->records(), records->unit_of_work());
    observability::Vocabulary vocabulary{.routes = transport::counted_routes(), .checkpoints = {}};
    for (const CheckpointConfig& checkpoint : options.config.checkpoints) {
        SALLYPORT_CHECK(checkpoints->add(checkpoint.name, checkpoint.profile));
        vocabulary.checkpoints.push_back(checkpoint.name.value);
    }
    metrics = std::make_unique<observability::Metrics>(vocabulary);
    return {};
}

Status Application::Parts::make_services() {
    verification::RecordStore& store = records->records();
    domain::UnitOfWorkFactory& work = records->unit_of_work();
    events = std::make_unique<verification::EventFeed>(store, clock);
    answers = std::make_unique<verification::AnswerJournal>(
        store, work, custody->sealer(), custody->blind_index(), clock
    );
    SALLYPORT_CHECK(make_checkpoints());
    galleries = std::make_unique<verification::GalleryService>(verification::GalleryService::Ports{
        .records = store,
        .unit_of_work = work,
        .sealer = custody->sealer(),
        .holdings = *holdings,
        .matcher = *matcher,
        .events = *events,
        .clock = clock,
    });
    directory = std::make_unique<verification::ContextDirectory>(clock);
    contexts = std::make_unique<verification::ContextService>(verification::ContextService::Ports{
        .records = store,
        .unit_of_work = work,
        .crossings = records->crossings(),
        .galleries = *galleries,
        .checkpoints = *checkpoints,
        .directory = *directory,
        .events = *events,
        .clock = clock,
        .random = random,
    });
    manifests =
        std::make_unique<verification::ManifestService>(verification::ManifestService::Ports{
            .records = store,
            .unit_of_work = work,
            .sealer = custody->sealer(),
            .blind_index = custody->blind_index(),
            .crossings = records->crossings(),
            .galleries = *galleries,
            .contexts = *contexts,
            .directory = *directory,
            .events = *events,
            .clock = clock,
            .random = random,
            .sufficiency = &sufficiency,
            .answer_codes = &answer_codes,
        });
    transactions =
        std::make_unique<verification::TransactionService>(verification::TransactionService::Ports{
            .records = store,
            .unit_of_work = work,
            .crossings = records->crossings(),
            .manifests = *manifests,
            .galleries = *galleries,
            .contexts = *contexts,
            .directory = *directory,
            .checkpoints = *checkpoints,
            .holdings = *holdings,
            .matcher = *matcher,
            .trust = trust,
            .events = *events,
            .clock = clock,
            .random = random,
            .software_version = SALLYPORT_VERSION,
        });
    return {};
}

// What the last stop left: transactions that it cut off, contexts, assignments, galleries.
Status Application::Parts::take_up_work() {
    SALLYPORT_TRY(const std::size_t interrupted, transactions->end_interrupted());
    if (interrupted > 0) {
        spdlog::warn(
            "{} transactions were cut off by the last stop and are recorded so", interrupted
        );
    }
    SALLYPORT_CHECK(contexts->restore());
    SALLYPORT_CHECK(checkpoints->restore());
    return manifests->rebuild_open_galleries();
}

Result<verification::TravelerView> Application::Parts::enrol_visitor(
    const domain::ContextId& context,
    std::string family_name,
    std::string given_names,
    std::span<const std::uint8_t> photo
) {
    holdings::HeldPhoto held;
    held.bytes.assign(photo.begin(), photo.end());
    held.source = "taken here";
    SALLYPORT_CHECK(galleries->check_photo(held));

    domain::Traveler traveler;
    traveler.family_name = std::move(family_name);
    traveler.given_names = std::move(given_names);
    traveler.nationality = visitor_issuer;
    const std::string number = "V" + domain::TravelerId::random(random).hex().substr(0, 8);
    traveler.documents.push_back(
        {.type = "I",
         .number = number,
         .issuer = std::string(visitor_issuer),
         .expiry = std::nullopt}
    );
    holdings::HeldPhoto kept;
    kept.bytes.assign(photo.begin(), photo.end());
    kept.source = held.source;
    SALLYPORT_CHECK(visitors.add(number, std::move(kept)));
    SALLYPORT_TRY(traveler, manifests->add_traveler(context, std::move(traveler)));
    SALLYPORT_CHECK(galleries->enrol(context, traveler.id, held));
    return verification::TravelerView{.traveler = std::move(traveler)};
}

// A pack beside the one that the server started with, by the name of its folder.
Status Application::Parts::prepare_pack(const std::string& name) {
    const auto is_plain = [](char character) {
        return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') ||
               character == '-' || character == '_' || character == '.';
    };
    if (name.empty() || name.front() == '.' || !std::all_of(name.begin(), name.end(), is_plain)) {
        return fail(ErrorCode::InvalidArgument, "the name of a folder of packs is needed");
    }
    if (options.config.packs.empty()) {
        return fail(ErrorCode::NotFound, "no folder of packs is configured");
    }
    SALLYPORT_TRY(auto next, load_pack(options.config.packs / name));
    return galleries->prepare_pack(std::move(next));
}

std::map<std::string, std::string> Application::Parts::readiness() {
    std::map<std::string, std::string> checks;
    checks["models"] = "ok";
    checks["calibration"] = matcher->current()->calibration ? "ok" : "none: every search refers";
    const auto last = records->records().last_event();
    checks["records"] = last.has_value() ? "ok" : std::string(error_code_name(last.error().code()));
    return checks;
}

Status Application::Parts::start_server() {
    transport::Services services{
        .manifests = *manifests,
        .contexts = *contexts,
        .galleries = *galleries,
        .transactions = *transactions,
        .checkpoints = *checkpoints,
        .events = *events,
        .answers = *answers,
        .crossings = records->crossings(),
        .sessions = sessions,
        .clock = clock,
        .metrics = metrics.get(),
        .enrol_visitor = {},
        .demo_json = options.demo_json,
        .readiness = [this] { return readiness(); },
        .prepare_pack = [this](const std::string& name) { return prepare_pack(name); },
        .software_version = SALLYPORT_VERSION,
    };
    if (options.visitors == ApplicationOptions::VisitorEnrolment::Yes) {
        services.enrol_visitor = [this](
                                     const domain::ContextId& context,
                                     std::string family_name,
                                     std::string given_names,
                                     std::span<const std::uint8_t> photo
                                 ) {
            return enrol_visitor(context, std::move(family_name), std::move(given_names), photo);
        };
    }
    transport::ServerOptions server_options;
    server_options.address = options.config.address;
    server_options.port = options.config.port;
    server_options.workers = options.config.workers;
    server_options.web_root = options.config.web;
    server_options.schema_root = options.config.schema;
    SALLYPORT_TRY(server, transport::Server::start(std::move(server_options), std::move(services)));
    housekeeper = std::make_unique<Housekeeper>(*transactions, *contexts, *answers);
    return {};
}

Application::Application(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Application::~Application() {
    stop();
}

Result<std::unique_ptr<Application>> Application::start(ApplicationOptions options) {
    auto parts = std::make_unique<Parts>();
    parts->options = std::move(options);
    SALLYPORT_CHECK(parts->open_stores());
    SALLYPORT_CHECK(parts->load_models());
    SALLYPORT_CHECK(parts->open_holdings());
    SALLYPORT_CHECK(parts->read_code_tables());
    SALLYPORT_CHECK(parts->make_services());
    SALLYPORT_CHECK(parts->take_up_work());
    SALLYPORT_CHECK(parts->start_server());
    return std::unique_ptr<Application>(new Application(std::move(parts)));
}

std::string Application::url() const {
    return parts_->server->url();
}

std::uint16_t Application::port() const {
    return parts_->server->port();
}

Result<std::string> Application::start_token() {
    return parts_->sessions.make_start_token(access::Role::Operator);
}

std::size_t Application::sessions_open() {
    return parts_->sessions.sessions_open();
}

void Application::stop() {
    parts_->server->stop();
    parts_->housekeeper.reset();
}

namespace {

sigset_t stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

} // namespace

void block_stop_signals() {
    const sigset_t signals = stop_signals();
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    ::signal(SIGPIPE, SIG_IGN); // NOLINT(cppcoreguidelines-pro-type-cstyle-cast)
}

void wait_for_stop_signal() {
    const sigset_t signals = stop_signals();
    int signal = 0;
    ::sigwait(&signals, &signal);
}

} // namespace sallyport::app
