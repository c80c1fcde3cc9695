// Everything behind the routes, for tests: the real use cases over a record in a temporary folder,
// with a face engine that reads colours, two checkpoints and a flight of four.
#pragma once

#include "access/session_service.hpp"
#include "custody/keyfile_sealer.hpp"
#include "documents/trust_store.hpp"
#include "holdings/memory_holdings.hpp"
#include "observability/metrics.hpp"
#include "storage/sqlite/sqlite_records.hpp"
#include "transport/dispatcher.hpp"
#include "transport/testing/colour_face_engine.hpp"
#include "verification/context_directory.hpp"
#include "verification/context_service.hpp"
#include "verification/matcher.hpp"

#include <boost/json/value.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::transport::testing {

inline constexpr std::string_view gate = "gate-b12"; // exit, decided by rule
inline constexpr std::string_view booth = "booth-4"; // entry, decided by an officer
inline constexpr std::uint16_t fixture_port = 8080;

class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

// For steps of a test's preparation: throws with the error's text.
void must(const Status& status);

// The services, wired as the composition root wires them.
class Installation {
public:
    Installation();
    [[nodiscard]] Services services();
    // A session of this role, as its Bearer value.
    [[nodiscard]] std::string sign_in(access::Role role);
    // Waits until the context's gallery is published.
    void wait_for_gallery(const std::string& context);

    TemporaryFolder folder;
    SystemClock clock;
    SystemRandom random;
    ColourFaceEngine engine;
    holdings::MemoryHoldings holdings;
    std::unique_ptr<storage::SqliteRecords> store;
    custody::KeyfileCustody custody;
    observability::Metrics metrics;
    verification::EventFeed events;
    verification::Checkpoints checkpoints;
    verification::ContextDirectory directory;
    verification::ActiveMatcher matcher; // the engine, calibrated
    documents::TrustStore trust;         // empty: no chip is anchored
    manifest::SufficiencyRules sufficiency;
    manifest::AnswerCodes answer_codes;
    verification::GalleryService galleries;
    verification::ContextService contexts;
    verification::ManifestService manifests;
    verification::TransactionService transactions;
    verification::AnswerJournal answers;
    access::SessionService sessions;
};

// Four passengers of XX100; photos are held of the first three (people 0, 1 and 2).
[[nodiscard]] std::string flight_list();
[[nodiscard]] std::filesystem::path schema_folder();

// Requests straight into a dispatcher, without a socket.
class Desk {
public:
    explicit Desk(Installation& installation);

    // A request as it would come from this role.
    [[nodiscard]] Response send(
        access::Role role,
        std::string_view method,
        std::string_view target,
        std::string_view content_type = "",
        SecretBytes body = {},
        const std::vector<std::pair<std::string, std::string>>& headers = {}
    );
    [[nodiscard]] Response send_json(
        access::Role role,
        std::string_view method,
        std::string_view target,
        std::string_view json,
        const std::vector<std::pair<std::string, std::string>>& headers = {}
    );
    [[nodiscard]] Request
    make_request(access::Role role, std::string_view method, std::string_view target);

    // Sends the list, waits for the gallery, gives the flight to both checkpoints; its context.
    std::string open_flight();
    // Opens a transaction and returns its id.
    std::string open_transaction(std::string_view checkpoint = booth);
    Response
    capture(const std::string& transaction, int person, access::Role role = access::Role::Officer);

    Services services;
    Documents documents;
    Dispatcher dispatcher;

private:
    Installation& installation_;
    std::vector<std::pair<access::Role, std::string>> sessions_;
};

[[nodiscard]] boost::json::value json_of(const Response& response);
[[nodiscard]] std::string text_at(const Response& response, std::string_view pointer);

} // namespace sallyport::transport::testing
