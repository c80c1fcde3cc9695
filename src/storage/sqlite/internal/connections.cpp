#include "storage/sqlite/internal/connections.hpp"

#include "storage/sqlite/internal/migrations.hpp"

namespace sallyport::storage::sqlite {
namespace {

// Reads are short and two cores do the work; more readers only hold the log longer.
constexpr std::size_t readers_max = 4;
// A commit holds the writer meanwhile, and a verdict may be waiting behind it.
constexpr std::chrono::milliseconds patience_after_commit{20};
constexpr std::chrono::milliseconds patience_when_asked{5'000};

} // namespace

// --- SqliteUnitOfWork ---------------------------------------------------------------------------

SqliteUnitOfWork::SqliteUnitOfWork(Connections& connections, std::unique_lock<std::mutex> turn)
    : connections_(connections), turn_(std::move(turn)) {}

SqliteUnitOfWork::~SqliteUnitOfWork() {
    if (database().in_transaction()) {
        // Nothing to tell anybody: a roll-back that fails leaves the transaction to the recovery.
        static_cast<void>(database().execute("ROLLBACK"));
    }
}

Database& SqliteUnitOfWork::database() {
    return *connections_.writer_;
}

Status SqliteUnitOfWork::usable() const {
    if (committed_) {
        return fail(ErrorCode::StateConflict, "this unit of work was committed before");
    }
    if (failure_) {
        return fail(*failure_);
    }
    return {};
}

Status SqliteUnitOfWork::commit() {
    SALLYPORT_CHECK(guard([&]() -> Status { return database().execute("COMMIT"); }));
    committed_ = true;
    connections_.log_holds_removed_ = connections_.log_holds_removed_ || empties_log_;
    if (connections_.log_holds_removed_) {
        // A reader in the way is no failure of the commit; the next one tries again.
        connections_.log_holds_removed_ = !database().truncate_log(patience_after_commit);
    }
    return {};
}

Result<std::int64_t> SqliteUnitOfWork::write_returning(std::string_view sql) {
    return guard([&]() -> Result<std::int64_t> {
        SALLYPORT_TRY(Query query, database().query(sql));
        SALLYPORT_TRY(const bool found, query.step());
        if (!found) {
            return fail(ErrorCode::StorageFailed, "a statement gave no number back");
        }
        const std::int64_t number = query.next_integer();
        SALLYPORT_CHECK(query.run());
        return number;
    });
}

// --- Connections --------------------------------------------------------------------------------

Result<std::unique_ptr<Connections>> Connections::open(const std::filesystem::path& file) {
    std::unique_ptr<Connections> connections(new Connections());
    SALLYPORT_TRY(connections->writer_, Database::open(file, ConnectionKind::Writer));
    SALLYPORT_CHECK(migrate(*connections->writer_, embedded_migrations()));
    for (std::size_t count = 0; count < readers_max; ++count) {
        SALLYPORT_TRY(auto reader, Database::open(file, ConnectionKind::Reader));
        connections->idle_readers_.push_back(std::move(reader));
    }
    return connections;
}

Result<std::unique_ptr<domain::UnitOfWork>> Connections::begin() {
    std::unique_lock turn(writer_mutex_);
    // IMMEDIATE: a transaction that starts by reading could not become a writer later.
    SALLYPORT_CHECK(writer_->execute("BEGIN IMMEDIATE"));
    return std::make_unique<SqliteUnitOfWork>(*this, std::move(turn));
}

Result<SqliteUnitOfWork*> Connections::own(domain::UnitOfWork& work) const {
    auto* unit = dynamic_cast<SqliteUnitOfWork*>(&work);
    if (unit == nullptr || !unit->belongs_to(*this)) {
        return fail(ErrorCode::Internal, "a unit of work of another store was passed");
    }
    return unit;
}

Status Connections::truncate_log() {
    const std::lock_guard turn(writer_mutex_);
    SALLYPORT_CHECK(writer_->truncate_log(patience_when_asked));
    log_holds_removed_ = false;
    return {};
}

Connections::Loan::Loan(Connections& lender) : lender_(lender) {
    std::unique_lock lock(lender_.readers_mutex_);
    lender_.reader_returned_.wait(lock, [this] { return !lender_.idle_readers_.empty(); });
    reader_ = std::move(lender_.idle_readers_.back());
    lender_.idle_readers_.pop_back();
}

Connections::Loan::~Loan() {
    {
        const std::lock_guard lock(lender_.readers_mutex_);
        lender_.idle_readers_.push_back(std::move(reader_));
    }
    lender_.reader_returned_.notify_one();
}

} // namespace sallyport::storage::sqlite
