// The connections of one database file: a writer that one unit of work holds at a time, and a few
// readers, so that a screen never waits for a manifest being written. Readers see what is
// committed, never a unit of work in progress. Safe from any thread.
#pragma once

#include "base/result.hpp"
#include "domain/unit_of_work.hpp"
#include "storage/sqlite/internal/sqlite_database.hpp"
#include "storage/sqlite/internal/values.hpp"

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

namespace sallyport::storage::sqlite {

class Connections;

// Holds the writer's mutex from begin() to its destructor, so both happen on one thread. A write
// that fails for any reason but a broken uniqueness rule spoils the unit: SQLite may have rolled
// back half of it, so nothing more is written and commit() repeats that failure.
class SqliteUnitOfWork final : public domain::UnitOfWork {
public:
    SqliteUnitOfWork(Connections& connections, std::unique_lock<std::mutex> turn);
    ~SqliteUnitOfWork() override;
    SqliteUnitOfWork(const SqliteUnitOfWork&) = delete;
    SqliteUnitOfWork& operator=(const SqliteUnitOfWork&) = delete;

    [[nodiscard]] Status commit() override;

    // Runs one statement that gives no row; the number of rows it touched.
    template <class... Values>
    [[nodiscard]] Result<std::int64_t> write(std::string_view sql, const Values&... values) {
        return guard([&]() -> Result<std::int64_t> {
            SALLYPORT_TRY(Query query, database().query(sql));
            bind_all(query, values...);
            SALLYPORT_CHECK(query.run());
            return database().changes();
        });
    }
    // Runs one statement that writes and gives one number back.
    [[nodiscard]] Result<std::int64_t> write_returning(std::string_view sql);
    // Bytes of removed rows stay in the log until it is emptied; commit() tries to, and each commit
    // after it until one can.
    void empty_log_after_commit() { empties_log_ = true; }
    [[nodiscard]] bool belongs_to(const Connections& connections) const {
        return &connections_ == &connections;
    }

private:
    template <class Work>
    [[nodiscard]] auto guard(Work work) -> decltype(work()) {
        SALLYPORT_CHECK(usable());
        auto done = work();
        if (!done && done.error().code() != ErrorCode::AlreadyExists) {
            failure_ = done.error();
        }
        return done;
    }
    [[nodiscard]] Status usable() const;
    [[nodiscard]] Database& database();

    Connections& connections_;
    std::unique_lock<std::mutex> turn_;
    std::optional<Error> failure_;
    bool committed_ = false;
    bool empties_log_ = false;
};

class Connections final : public domain::UnitOfWorkFactory {
public:
    // Opens the file, brings it to this program's schema and opens the readers.
    [[nodiscard]] static Result<std::unique_ptr<Connections>> open(const std::filesystem::path& file
    );

    [[nodiscard]] Result<std::unique_ptr<domain::UnitOfWork>> begin() override;
    // The unit as ours; Internal when it was begun elsewhere.
    [[nodiscard]] Result<SqliteUnitOfWork*> own(domain::UnitOfWork& work) const;

    // Waits for a reader and lends it to use(database).
    template <class Use>
    [[nodiscard]] auto read(Use use) -> decltype(use(std::declval<Database&>())) {
        const Loan loan(*this);
        return use(loan.database());
    }
    // Waits for the writer. DeadlineExceeded when readers keep the log in use.
    [[nodiscard]] Status truncate_log();

private:
    friend class SqliteUnitOfWork;
    class Loan {
    public:
        explicit Loan(Connections& lender);
        ~Loan();
        Loan(const Loan&) = delete;
        Loan& operator=(const Loan&) = delete;
        [[nodiscard]] Database& database() const { return *reader_; }

    private:
        Connections& lender_;
        std::unique_ptr<Database> reader_;
    };

    Connections() = default;

    std::mutex writer_mutex_;
    std::unique_ptr<Database> writer_;
    bool log_holds_removed_ = false; // under writer_mutex_: rows were removed, the log is not empty
    std::mutex readers_mutex_;
    std::condition_variable reader_returned_;
    std::vector<std::unique_ptr<Database>> idle_readers_;
};

} // namespace sallyport::storage::sqlite
