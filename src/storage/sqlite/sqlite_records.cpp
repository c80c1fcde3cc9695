#include "storage/sqlite/sqlite_records.hpp"

#include "storage/sqlite/internal/connections.hpp"
#include "storage/sqlite/internal/crossing_table.hpp"
#include "storage/sqlite/internal/record_tables.hpp"

namespace sallyport::storage {

struct SqliteRecords::Parts {
    explicit Parts(std::unique_ptr<sqlite::Connections> opened)
        : connections(std::move(opened)), records(*connections), crossings(*connections) {}

    std::unique_ptr<sqlite::Connections> connections;
    sqlite::RecordTables records;
    sqlite::CrossingTable crossings;
};

SqliteRecords::SqliteRecords(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SqliteRecords::~SqliteRecords() = default;

Result<std::unique_ptr<SqliteRecords>> SqliteRecords::open(const std::filesystem::path& file) {
    SALLYPORT_TRY(auto connections, sqlite::Connections::open(file));
    return std::unique_ptr<SqliteRecords>(
        new SqliteRecords(std::make_unique<Parts>(std::move(connections)))
    );
}

domain::UnitOfWorkFactory& SqliteRecords::unit_of_work() {
    return *parts_->connections;
}

verification::RecordStore& SqliteRecords::records() {
    return parts_->records;
}

ledger::CrossingStore& SqliteRecords::crossings() {
    return parts_->crossings;
}

Status SqliteRecords::truncate_log() {
    return parts_->connections->truncate_log();
}

} // namespace sallyport::storage
