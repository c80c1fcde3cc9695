// Proves the layer over SQLite: settings that durability and erasing rest on, errors mapped by
// their meaning, values that do not fit rejected, migrations whole or not at all, and fixed enum
// numbers.
#include "storage/internal/storage_test_support.hpp"
#include "storage/sqlite/internal/migrations.hpp"
#include "storage/sqlite/internal/sqlite_database.hpp"
#include "storage/sqlite/internal/values.hpp"

#include <cerrno>
#include <set>
#include <sqlite3.h>

namespace sallyport::storage::sqlite {
namespace {

class OnDatabase : public testing::Test {
protected:
    OnDatabase() : database_(Database::open(file(), ConnectionKind::Writer).value()) {}
    [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "test.db"; }
    std::int64_t number(std::string_view sql) {
        auto query = database_->query(sql);
        EXPECT_TRUE(query && query->step().value_or(false)) << sql;
        return query->next_integer();
    }

    TemporaryFolder folder_;
    std::unique_ptr<Database> database_;
};

TEST_F(OnDatabase, WritesThroughToTheDiskAndOverwritesWhatIsRemoved) {
    auto mode = database_->query("PRAGMA journal_mode");
    ASSERT_TRUE(mode && mode->step().value());
    EXPECT_EQ(mode->next_text(), "wal");
    EXPECT_EQ(number("PRAGMA synchronous"), 2); // FULL
    EXPECT_EQ(number("PRAGMA secure_delete"), 1);
    EXPECT_EQ(number("PRAGMA foreign_keys"), 1);
}

TEST_F(OnDatabase, KeepsItsFilesForItsOwnerAlone) {
    ASSERT_TRUE(database_->execute("CREATE TABLE t (a INTEGER) STRICT"));
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
        EXPECT_EQ(
            entry.status().permissions() & std::filesystem::perms::all,
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write
        ) << entry.path();
    }
}

TEST_F(OnDatabase, AReaderCannotWrite) {
    ASSERT_TRUE(database_->execute("CREATE TABLE t (a INTEGER) STRICT"));
    const auto reader = Database::open(file(), ConnectionKind::Reader).value();
    const Status written = reader->execute("INSERT INTO t VALUES (1)");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code(), ErrorCode::StorageReadOnly);
}

TEST_F(OnDatabase, CarriesEmptyAndNullValuesApart) {
    ASSERT_TRUE(database_->execute("CREATE TABLE t (a TEXT, b BLOB, c TEXT) STRICT"));
    {
        auto insert = database_->query("INSERT INTO t VALUES (?, ?, ?)").value();
        insert.bind(std::string_view());
        insert.bind(std::span<const std::uint8_t>());
        insert.bind_null();
        ASSERT_TRUE(insert.run());
    }
    auto query = database_->query("SELECT a, b, c FROM t").value();
    ASSERT_TRUE(query.step().value());
    EXPECT_FALSE(query.next_is_null());
    EXPECT_EQ(query.next_text(), "");
    EXPECT_FALSE(query.next_is_null());
    EXPECT_TRUE(query.next_bytes().empty());
    EXPECT_TRUE(query.next_is_null());
}

TEST_F(OnDatabase, RefusesAStatementThatIsInUse) {
    ASSERT_TRUE(database_->execute("CREATE TABLE t (a INTEGER) STRICT; INSERT INTO t VALUES (1)"));
    auto first = database_->query("SELECT a FROM t").value();
    ASSERT_TRUE(first.step().value());
    const auto second = database_->query("SELECT a FROM t");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), ErrorCode::Internal);
}

TEST_F(OnDatabase, RejectsRowsThatHoldUnknownNumbersOrIds) {
    ASSERT_TRUE(database_->execute(
        "CREATE TABLE t (kind INTEGER, id BLOB) STRICT;"
        "INSERT INTO t VALUES (99, zeroblob(16)), (1, zeroblob(15)), (1, zeroblob(16))"
    ));
    const auto read_where = [&](std::string_view sql) {
        return rows_of<domain::Context>(*database_, sql, [](Query& query, domain::Context& row) {
            read_all(query, row.kind, row.id);
        });
    };
    const auto unknown = read_where("SELECT kind, id FROM t WHERE kind = 99");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code(), ErrorCode::StorageFailed);
    EXPECT_FALSE(read_where("SELECT kind, id FROM t WHERE length(id) = 15"));
    EXPECT_TRUE(read_where("SELECT kind, id FROM t WHERE kind = 1 AND length(id) = 16"));
}

TEST(SqliteError, IsMappedByItsMeaning) {
    const auto code = [](int extended, int reason = 0) {
        return sqlite_error(extended, reason, "step").code();
    };
    EXPECT_EQ(code(SQLITE_FULL), ErrorCode::StorageFull);
    EXPECT_EQ(code(SQLITE_IOERR_WRITE, ENOSPC), ErrorCode::StorageFull);
    EXPECT_EQ(code(SQLITE_IOERR_WRITE, EIO), ErrorCode::StorageFailed);
    EXPECT_EQ(code(SQLITE_READONLY_DIRECTORY), ErrorCode::StorageReadOnly);
    EXPECT_EQ(code(SQLITE_CANTOPEN, EROFS), ErrorCode::StorageReadOnly);
    EXPECT_EQ(code(SQLITE_CANTOPEN, ENOENT), ErrorCode::StorageFailed);
    EXPECT_EQ(code(SQLITE_BUSY), ErrorCode::DeadlineExceeded);
    EXPECT_EQ(code(SQLITE_CONSTRAINT_UNIQUE), ErrorCode::AlreadyExists);
    EXPECT_EQ(code(SQLITE_CONSTRAINT_PRIMARYKEY), ErrorCode::AlreadyExists);
    EXPECT_EQ(code(SQLITE_CONSTRAINT_NOTNULL), ErrorCode::StorageFailed);
    EXPECT_EQ(code(SQLITE_CORRUPT), ErrorCode::StorageFailed);
    EXPECT_NE(
        sqlite_error(SQLITE_IOERR_WRITE, ENOSPC, "step").message().find("778"), std::string::npos
    );
}

TEST_F(OnDatabase, MigratesEachStepOnce) {
    const Migration both[] = {
        {"0001_a.sql", "CREATE TABLE a (x INTEGER) STRICT;"},
        {"0002_b.sql", "ALTER TABLE a ADD COLUMN y INTEGER;"},
    };
    ASSERT_TRUE(migrate(*database_, std::span(both).first(1)));
    EXPECT_EQ(number("PRAGMA user_version"), 1);
    ASSERT_TRUE(migrate(*database_, both));
    ASSERT_TRUE(migrate(*database_, both));
    EXPECT_EQ(number("SELECT count(*) FROM pragma_table_info('a')"), 2);
}

TEST_F(OnDatabase, LeavesNothingOfAMigrationThatFails) {
    const Migration broken[] = {
        {"0001_a.sql", "CREATE TABLE a (x INTEGER) STRICT;"},
        {"0002_b.sql", "CREATE TABLE b (x INTEGER) STRICT; CREATE TABLE a (x INTEGER) STRICT;"},
    };
    const Status status = migrate(*database_, broken);
    ASSERT_FALSE(status);
    EXPECT_NE(status.error().message().find("0002_b.sql"), std::string::npos);
    EXPECT_EQ(number("PRAGMA user_version"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM sqlite_schema WHERE name = 'b'"), 0);
    EXPECT_FALSE(database_->in_transaction());
}

// A database as the first version left it: made by its schema and written by its statements.
TEST_F(OnDatabase, OpensTheDatabaseOfTheFirstVersionAndFindsEverything) {
    ASSERT_TRUE(migrate(*database_, embedded_migrations().first(1)));
    ASSERT_TRUE(database_->execute(
        "INSERT INTO contexts (id, kind, designator, departure, arrival, departs_at, arrives_at,"
        " state, opened_at, closed_at) VALUES"
        " (randomblob(16), 1, 'XX100', 'AAA', 'BBB', 5000000, NULL, 1, 1000000, NULL),"
        " (randomblob(16), 1, 'XX200', 'AAA', 'BBB', NULL, NULL, 2, 1000000, 9000000);"
        "INSERT INTO manifests (id, received_at, body_key, vault, epoch, sealed)"
        " VALUES (zeroblob(16), 2000000, zeroblob(32), 'keyfile', 1, x'0102');"
        "INSERT INTO manifest_contexts (manifest, position, context)"
        " SELECT zeroblob(16), 0, id FROM contexts WHERE designator = 'XX100';"
        "INSERT INTO travelers (id, context, vault, epoch, sealed, state)"
        " SELECT zeroblob(16), id, 'keyfile', 1, x'0304', 3 FROM contexts"
        " WHERE designator = 'XX100';"
        "INSERT INTO traveler_documents (traveler, position, document_key)"
        " VALUES (zeroblob(16), 0, zeroblob(32));"
        "INSERT INTO crossings (id, transaction_id, checkpoint, direction, context, traveler,"
        " outcome, biometrically_confirmed, reason, captured_at, clock_quality, recorded_at)"
        " SELECT zeroblob(16), zeroblob(16), 'gate-b12', 1, id, zeroblob(16), 1, 1, '', 1, 1, 2"
        " FROM contexts WHERE designator = 'XX100'"
    ));
    EXPECT_EQ(number("PRAGMA user_version"), 1);
    database_.reset();

    const auto store = SqliteRecords::open(file()).value();
    const auto contexts = store->records().contexts().value();
    ASSERT_EQ(contexts.size(), 2U);
    EXPECT_EQ(contexts[0].designator, "XX100");
    EXPECT_EQ(contexts[0].state, domain::ContextState::Open);
    EXPECT_FALSE(contexts[0].closes_at || contexts[0].reopened_at);
    EXPECT_EQ(contexts[1].state, domain::ContextState::Closed);
    const auto travelers = store->records().travelers_of(contexts[0].id).value();
    ASSERT_EQ(travelers.size(), 1U);
    EXPECT_EQ(travelers[0].state, verification::TravelerState::Manual);
    EXPECT_EQ(travelers[0].listed, verification::ListStatus::Listed);
    EXPECT_EQ(travelers[0].identity.bytes, (std::vector<std::uint8_t>{3, 4}));
    EXPECT_EQ(travelers[0].keys, std::vector{domain::BlindKey{}});
    EXPECT_EQ(store->records().travelers_by_key({}).value().size(), 1U);
    const auto manifests = store->records().manifests_of(contexts[0].id).value();
    ASSERT_EQ(manifests.size(), 1U);
    EXPECT_EQ(manifests[0].format, "") << "to be told from its beginning";
    EXPECT_EQ(store->records().manifest_by_body({}).value()->contexts.front(), contexts[0].id);
    const auto crossings = store->crossings().of_context(contexts[0].id, 10).value();
    ASSERT_EQ(crossings.size(), 1U);
    EXPECT_TRUE(store->crossings().marks_of_context(contexts[0].id).value().empty());
    const ledger::CrossingMark mark{
        crossings[0].id, ledger::MarkKind::Final, "close_out", at("11:00:00")
    };
    EXPECT_TRUE(committed(*store, [&](auto& work) {
        return store->crossings().mark(work, mark).has_value();
    }));
    EXPECT_EQ(store->crossings().marks_of_context(contexts[0].id).value().size(), 1U);
}

TEST_F(OnDatabase, NeverChangesOrTakesBackTheMarkOfACrossing) {
    ASSERT_TRUE(migrate(*database_, embedded_migrations()));
    ASSERT_TRUE(database_->execute(
        "INSERT INTO crossings (id, transaction_id, checkpoint, direction, outcome,"
        " biometrically_confirmed, reason, captured_at, clock_quality, recorded_at)"
        " VALUES (zeroblob(16), zeroblob(16), 'gate-b12', 1, 2, 0, '', 1, 1, 2);"
        "INSERT INTO crossing_marks (crossing, kind, reason, at)"
        " VALUES (zeroblob(16), 1, 'close_out', 3)"
    ));
    EXPECT_FALSE(database_->execute("UPDATE crossing_marks SET kind = 2"));
    EXPECT_FALSE(database_->execute("DELETE FROM crossing_marks"));
    EXPECT_EQ(number("SELECT count(*) FROM crossing_marks WHERE kind = 1"), 1);
}

TEST_F(OnDatabase, RefusesTheDatabaseOfANewerProgram) {
    ASSERT_TRUE(migrate(*database_, embedded_migrations()));
    ASSERT_TRUE(database_->execute("PRAGMA user_version = 9999"));
    database_.reset();
    const auto opened = SqliteRecords::open(file());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code(), ErrorCode::StorageFailed);
    EXPECT_NE(opened.error().message().find("newer version"), std::string::npos);
}

TEST_F(OnDatabase, RefusesTheDatabaseOfSomebodyElse) {
    ASSERT_TRUE(database_->execute("CREATE TABLE theirs (a INTEGER) STRICT"));
    database_.reset();
    const auto opened = SqliteRecords::open(file());
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().message().find("not a Sallyport database"), std::string::npos);
}

TEST_F(OnDatabase, RefusesAFileThatIsNoDatabase) {
    const auto path = folder_.path() / "text.db";
    std::ofstream(path) << std::string(8192, 'x');
    const auto opened = SqliteRecords::open(path);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code(), ErrorCode::StorageFailed);
}

// The expected numbers stand here a second time on purpose: files on disk rely on them.
TEST(Codes, NeverChange) {
    EXPECT_EQ(code_of(domain::ContextKind::PrivateMovement), 4);
    EXPECT_EQ(code_of(domain::ContextKind::Encounters), 5);
    EXPECT_EQ(code_of(domain::ContextState::Open), 1);
    EXPECT_EQ(code_of(domain::ContextState::Closed), 2);
    EXPECT_EQ(code_of(domain::ContextState::Departed), 3);
    EXPECT_EQ(code_of(domain::ContextState::Cancelled), 4);
    EXPECT_EQ(code_of(ledger::MarkKind::Final), 1);
    EXPECT_EQ(code_of(ledger::MarkKind::Voided), 2);
    EXPECT_EQ(code_of(verification::ListStatus::Listed), 1);
    EXPECT_EQ(code_of(verification::ListStatus::Cancelled), 2);
    EXPECT_EQ(code_of(verification::ListStatus::OnBoard), 3);
    EXPECT_EQ(code_of(verification::ListStatus::NotOnBoard), 4);
    EXPECT_EQ(code_of(domain::Direction::Exit), 1);
    EXPECT_EQ(code_of(domain::Direction::Entry), 2);
    EXPECT_EQ(code_of(ClockQuality::Synchronised), 1);
    EXPECT_EQ(code_of(ClockQuality::Unknown), 3);
    EXPECT_EQ(code_of(ledger::Outcome::Confirmed), 1);
    EXPECT_EQ(code_of(ledger::Outcome::Manual), 2);
    EXPECT_EQ(code_of(ledger::Outcome::Referred), 3);
    EXPECT_EQ(code_of(ledger::Outcome::OptedOut), 4);
    EXPECT_EQ(code_of(ledger::Outcome::Abandoned), 5);
    EXPECT_EQ(code_of(ledger::Outcome::Interrupted), 6);
    EXPECT_EQ(code_of(verification::TravelerState::OptedOut), 5);
    EXPECT_EQ(code_of(verification::TransactionState::Open), 1);
    EXPECT_EQ(code_of(verification::TransactionState::Closed), 5);
}

template <class Enum>
void expect_codes_to_return(int enumerators) {
    std::set<std::int64_t> codes;
    for (int value = 0; value < enumerators; ++value) {
        const auto enumerator = static_cast<Enum>(value);
        EXPECT_TRUE(codes.insert(code_of(enumerator)).second);
        EXPECT_EQ(from_code<Enum>(code_of(enumerator)), enumerator);
    }
    EXPECT_EQ(from_code<Enum>(no_code), std::nullopt);
    EXPECT_EQ(from_code<Enum>(0), std::nullopt);
    EXPECT_EQ(from_code<Enum>(enumerators + 1), std::nullopt);
}

TEST(Codes, LeadBackToTheirEnumerators) {
    expect_codes_to_return<domain::ContextKind>(5);
    expect_codes_to_return<domain::ContextState>(4);
    expect_codes_to_return<domain::Direction>(2);
    expect_codes_to_return<ClockQuality>(3);
    expect_codes_to_return<ledger::Outcome>(6);
    expect_codes_to_return<ledger::MarkKind>(2);
    expect_codes_to_return<verification::ListStatus>(4);
    expect_codes_to_return<verification::TravelerState>(5);
    expect_codes_to_return<verification::TransactionState>(5);
}

} // namespace
} // namespace sallyport::storage::sqlite
