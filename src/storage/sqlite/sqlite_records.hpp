// The record of one installation in one SQLite file: write-ahead log, every commit durable on disk,
// removed bytes overwritten. Owns the file's connections; the ports it hands out live as long as it
// does. Any thread may call them; one unit of work writes at a time and begin() waits for it, so a
// thread that holds one must not begin another. Reads see committed rows only.
// Fails with StorageFull, StorageReadOnly, DeadlineExceeded (another process holds the file) or
// StorageFailed; a file written by a newer version of the program is refused and left as it is.
#pragma once

#include "base/result.hpp"
#include "domain/unit_of_work.hpp"
#include "ledger/crossing.hpp"
#include "verification/record_store.hpp"

#include <filesystem>
#include <memory>

namespace sallyport::storage {

class SqliteRecords {
public:
    // Creates the file when there is none and brings an older one to this program's schema.
    [[nodiscard]] static Result<std::unique_ptr<SqliteRecords>>
    open(const std::filesystem::path& file);
    ~SqliteRecords();
    SqliteRecords(const SqliteRecords&) = delete;
    SqliteRecords& operator=(const SqliteRecords&) = delete;

    [[nodiscard]] domain::UnitOfWorkFactory& unit_of_work();
    [[nodiscard]] verification::RecordStore& records();
    [[nodiscard]] ledger::CrossingStore& crossings();

    // Moves the write-ahead log into the database and empties it: what was removed or replaced is
    // then in neither. A commit that removed something tries so by itself. DeadlineExceeded when
    // readers keep the log in use.
    [[nodiscard]] Status truncate_log();

private:
    struct Parts;
    explicit SqliteRecords(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

} // namespace sallyport::storage
