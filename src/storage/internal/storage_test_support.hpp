// For the tests of this folder: a folder of their own that goes with the test, rows with every
// field filled, children that die or lose their powers, and a search through everything on disk.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "ledger/crossing.hpp"
#include "storage/sqlite/sqlite_records.hpp"
#include "verification/record_store.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

namespace sallyport::storage {

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "sallyport-storage-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

// How many files below the folder hold these bytes.
inline int files_that_hold(const std::filesystem::path& folder, std::string_view bytes) {
    int count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string content{
                std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()
            };
            count += content.find(bytes) != std::string::npos ? 1 : 0;
        }
    }
    return count;
}

// Runs check in a child and gives its exit code; 98 when it died of a signal. The child ends
// without closing anything, as a killed process does.
template <class Check>
int exit_code_of_child(Check check) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(check());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

// The same without root's powers, which see through permissions.
template <class Check>
int exit_code_of_plain_user(Check check) {
    return exit_code_of_child([&] {
        constexpr uid_t nobody = 65534;
        if (::geteuid() == 0 && ::setresuid(nobody, nobody, nobody) != 0) {
            return 99;
        }
        return check();
    });
}

// --- rows ---------------------------------------------------------------------------------------

inline Instant at(std::string_view time) {
    return parse_instant("2026-05-01T" + std::string(time) + "Z").value();
}

inline domain::BlindKey blind_key(std::uint8_t fill) {
    domain::BlindKey key{};
    key.fill(fill);
    return key;
}

inline domain::SealedBytes sealed(std::string_view bytes) {
    return {"keyfile", 1, {bytes.begin(), bytes.end()}};
}

class Rows {
public:
    domain::Context context(std::string designator = "XX100") {
        domain::Context row;
        row.id = domain::ContextId::random(random_);
        row.kind = domain::ContextKind::Voyage;
        row.designator = std::move(designator);
        row.departure = "AAA";
        row.arrival = "BBB";
        row.departs_at = at("10:00:00.123");
        row.opened_at = at("08:00:00");
        return row;
    }
    verification::ManifestRow manifest(std::uint8_t key) {
        verification::ManifestRow row;
        row.id = domain::ManifestId::random(random_);
        row.received_at = at("08:00:00");
        row.body_key = blind_key(key);
        row.body = sealed("sealed body");
        row.format = "edifact";
        return row;
    }
    verification::TravelerRow traveler(const domain::ContextId& context) {
        verification::TravelerRow row;
        row.id = domain::TravelerId::random(random_);
        row.context = context;
        row.identity = sealed("sealed identity");
        row.keys = {blind_key(2), blind_key(1)};
        return row;
    }
    verification::TransactionRow transaction() {
        verification::TransactionRow row;
        row.id = domain::TransactionId::random(random_);
        row.checkpoint.value = "gate-b12";
        row.profile = "air-exit";
        row.notice_version = "1";
        row.opened_at = at("09:00:00");
        return row;
    }
    verification::EventRow event(std::string checkpoint, std::string kind = "transaction.opened") {
        return {0, {std::move(checkpoint)}, std::move(kind), at("09:00:00"), "{\"a\":1}"};
    }
    ledger::Crossing crossing() {
        ledger::Crossing row;
        row.id = domain::CrossingId::random(random_);
        row.transaction = domain::TransactionId::random(random_);
        row.checkpoint.value = "gate-b12";
        row.direction = domain::Direction::Entry;
        row.context = domain::ContextId::random(random_);
        row.traveler = domain::TravelerId::random(random_);
        row.outcome = ledger::Outcome::Confirmed;
        row.biometrically_confirmed = true;
        row.reason = "none";
        row.captured_at = at("09:00:00.000250");
        row.clock_quality = ClockQuality::FreeRunning;
        row.recorded_at = at("09:00:02");
        return row;
    }
    verification::RecordedAnswer answer(std::uint8_t key, std::string_view body) {
        verification::RecordedAnswer row;
        row.key = blind_key(key);
        row.request = blind_key(static_cast<std::uint8_t>(key + 1));
        row.status = 201;
        row.content_type = "application/json";
        row.body = sealed(body);
        row.at = at("09:00:00");
        return row;
    }

private:
    SystemRandom random_;
};

// Commits one write; false when any of it failed.
template <class Write>
bool committed(SqliteRecords& store, Write write) {
    auto work = store.unit_of_work().begin();
    return work && write(**work) && (*work)->commit();
}

} // namespace sallyport::storage
