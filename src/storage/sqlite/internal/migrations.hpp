// Brings a database to the schema this program was built with. Each migration and its number are
// committed together, so a crash in between leaves the database at a whole version. A database of a
// newer program is refused and left as it is.
#pragma once

#include "base/result.hpp"
#include "storage/sqlite/internal/sqlite_database.hpp"

#include <span>
#include <string_view>

namespace sallyport::storage::sqlite {

struct Migration {
    std::string_view name; // file name in schema/sql; its number is its place in the list
    std::string_view sql;
};

// The files of schema/sql in order, compiled into the program.
[[nodiscard]] std::span<const Migration> embedded_migrations();

// StorageFailed when the file is no Sallyport database, is newer than the list, or a step fails.
[[nodiscard]] Status migrate(Database& database, std::span<const Migration> migrations);

} // namespace sallyport::storage::sqlite
