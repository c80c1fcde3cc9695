// A whole installation for tests, without the models: SQLite records and a key file in a temporary
// folder, held photos in memory, the services wired as the server wires them, a clock and ids that
// repeat themselves, and a face engine that reads pictures drawn by the test. restart() is what a
// stopped process leaves: services and connections go, the folder stays. Calls that a test cannot
// go on without throw std::runtime_error with the error's text, which GoogleTest reports.
#pragma once

#include "custody/keyfile_sealer.hpp"
#include "holdings/memory_holdings.hpp"
#include "storage/sqlite/sqlite_records.hpp"
#include "verification/answer_journal.hpp"
#include "verification/context_directory.hpp"
#include "verification/context_service.hpp"
#include "verification/manifest_service.hpp"
#include "verification/matcher.hpp"
#include "verification/testing/failing_store.hpp"
#include "verification/testing/scripted_engine.hpp"
#include "verification/transaction_service.hpp"

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::verification::testing {

// The value, or the error as an exception.
template <class T>
T must(Result<T> result) {
    if (!result.has_value()) {
        throw std::runtime_error(result.error().describe());
    }
    return *std::move(result);
}
inline void must(const Status& status) {
    if (!status.has_value()) {
        throw std::runtime_error(status.error().describe());
    }
}
// The code, or nothing when it went well.
template <class T>
std::optional<ErrorCode> code_of(const Result<T>& result) {
    return result.has_value() ? std::nullopt : std::optional(result.error().code());
}

// SeededRandom behind a mutex: services ask from several threads.
class LockedRandom final : public Random {
public:
    explicit LockedRandom(unsigned long long seed) : random_(seed) {}
    void fill(std::span<std::byte> out) override {
        const std::lock_guard lock(mutex_);
        random_.fill(out);
    }

private:
    std::mutex mutex_;
    SeededRandom random_;
};

// Holdings that can be out of reach for one document.
class FailingHoldings final : public holdings::Holdings {
public:
    holdings::MemoryHoldings memory;
    void lose(std::string document_number);
    [[nodiscard]] Result<std::vector<holdings::HeldPhoto>>
    photos_of(const domain::Traveler& traveler) override;

private:
    std::mutex mutex_;
    std::string lost_;
};

// One traveler of a list; a name that occurs nowhere by chance.
struct ListedPerson {
    std::size_t face = 0;
    std::string family_name;
    std::string document;
};
[[nodiscard]] ListedPerson listed(std::size_t face);
[[nodiscard]] std::vector<ListedPerson> listed_from(std::size_t first, std::size_t count);
[[nodiscard]] std::string json_list(
    std::string_view flight, const std::vector<ListedPerson>& people, std::string_view more = ""
);

inline const domain::CheckpointName gate{"gate-b12"};       // air-exit
inline const domain::CheckpointName other_gate{"gate-b14"}; // air-exit
inline const domain::CheckpointName booth{"booth-4"};       // air-entry
inline const domain::CheckpointName other_booth{"booth-5"}; // air-entry
inline const domain::CheckpointName land_booth{"land-1"};   // pedestrian

class Installation {
public:
    Installation();
    ~Installation();
    Installation(const Installation&) = delete;
    Installation& operator=(const Installation&) = delete;

    // Stops everything and starts it again over the same folder, as the server starts.
    void restart();

    // --- lists and galleries
    // Holds one photo of each, receives the list, waits for the gallery and lets every checkpoint
    // search it.
    domain::ContextId open_flight(std::size_t people, std::string_view flight = "XX100");
    // The engine serves with this calibration, or none, from now on.
    void set_calibration(std::optional<domain::Calibration> next);
    void hold_photo(const ListedPerson& who, const Picture& picture, int year = 2020);
    domain::ContextId receive(std::string_view list);     // the one context of it
    void await_gallery(const domain::ContextId& context); // published, and its event written
    void assign_everywhere(const std::vector<domain::ContextId>& given);
    [[nodiscard]] TravelerView traveler(const domain::ContextId& context, std::size_t face);
    [[nodiscard]] domain::TravelerId id_of(const domain::ContextId& context, std::size_t face) {
        return traveler(context, face).traveler.id;
    }

    // --- transactions
    [[nodiscard]] domain::TransactionId new_id() { return domain::TransactionId::random(random); }
    [[nodiscard]] OpenRequest
    request_at(const domain::CheckpointName& checkpoint, domain::TransactionId id);
    domain::TransactionId open_at(const domain::CheckpointName& checkpoint);
    [[nodiscard]] Result<TransactionView>
    capture(const domain::TransactionId& id, const Picture& picture);
    [[nodiscard]] Result<TransactionView>
    capture(const domain::TransactionId& id, std::size_t face) {
        return capture(id, picture_of(person(face)));
    }
    [[nodiscard]] Result<TransactionView> decide(
        const domain::TransactionId& id,
        Decision decision,
        std::string reason = "",
        std::optional<domain::TravelerId> traveler = std::nullopt
    );
    // The one crossing of a transaction, or nothing; throws when there are two.
    [[nodiscard]] std::optional<ledger::Crossing> crossing_of(const domain::TransactionId& id);
    [[nodiscard]] std::vector<std::string> event_kinds(const domain::CheckpointName& checkpoint);
    // How many files of the folder hold these bytes.
    [[nodiscard]] int files_that_hold(std::string_view bytes);

    std::filesystem::path folder;
    ManualClock clock;
    LockedRandom random{20260501};
    FailingHoldings holdings;
    ScriptedFaceEngine engine;
    std::optional<domain::Calibration> calibration; // read it; set_calibration() changes it
    documents::TrustStore trust;                    // empty: no chip is anchored
    domain::CheckpointProfile exit_profile;         // those of schema/profiles
    domain::CheckpointProfile entry_profile;

    std::optional<custody::KeyfileCustody> custody;
    std::unique_ptr<storage::SqliteRecords> records;
    std::unique_ptr<FailingStore> store; // records, made to fail at will
    std::unique_ptr<EventFeed> events;
    std::unique_ptr<Checkpoints> checkpoints;
    std::unique_ptr<ActiveMatcher> matcher; // engine and calibration
    std::unique_ptr<ContextDirectory> directory;
    std::unique_ptr<GalleryService> galleries;
    std::unique_ptr<ContextService> contexts;
    std::unique_ptr<ManifestService> manifests;
    std::unique_ptr<TransactionService> transactions;
    std::unique_ptr<AnswerJournal> journal;

private:
    void start();
    void stop();
    [[nodiscard]] std::shared_ptr<const Matcher> own_matcher();
};

} // namespace sallyport::verification::testing
