#include "storage/sqlite/internal/migrations.hpp"

#include <fmt/format.h>

namespace sallyport::storage::sqlite {
namespace {

// "SPRT", in the file's header: tells our database from any other SQLite file.
constexpr std::int64_t application_id = 0x53505254;

Result<std::int64_t> read_number(Database& database, std::string_view sql) {
    SALLYPORT_TRY(Query query, database.query(sql));
    SALLYPORT_TRY(const bool found, query.step());
    return found ? query.next_integer() : 0;
}

Status check_ownership(Database& database) {
    SALLYPORT_TRY(const std::int64_t owner, read_number(database, "PRAGMA application_id"));
    SALLYPORT_TRY(
        const std::int64_t tables, read_number(database, "SELECT count(*) FROM sqlite_schema")
    );
    if (owner != application_id && tables != 0) {
        return fail(
            ErrorCode::StorageFailed,
            fmt::format("{} is not a Sallyport database", database.file_name())
        );
    }
    return {};
}

Status apply(Database& database, const Migration& migration, std::size_t version) {
    SALLYPORT_CHECK(database.execute("BEGIN IMMEDIATE"));
    Status done = database.execute(std::string(migration.sql));
    if (done) {
        done = database.execute(fmt::format(
            "PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT", application_id, version
        ));
    }
    if (!done) {
        if (database.in_transaction()) {
            // The first failure is the one worth telling.
            static_cast<void>(database.execute("ROLLBACK"));
        }
        return fail(
            done.error().code(),
            fmt::format("migration {} could not be applied", migration.name),
            done.error()
        );
    }
    return {};
}

} // namespace

Status migrate(Database& database, std::span<const Migration> migrations) {
    SALLYPORT_CHECK(check_ownership(database));
    SALLYPORT_TRY(const std::int64_t version, read_number(database, "PRAGMA user_version"));
    if (version < 0 || static_cast<std::size_t>(version) > migrations.size()) {
        return fail(
            ErrorCode::StorageFailed,
            fmt::format(
                "{} was written by a newer version of the program (schema {}, this program knows "
                "{})",
                database.file_name(),
                version,
                migrations.size()
            )
        );
    }
    for (auto next = static_cast<std::size_t>(version); next < migrations.size(); ++next) {
        SALLYPORT_CHECK(apply(database, migrations[next], next + 1));
    }
    return {};
}

} // namespace sallyport::storage::sqlite
