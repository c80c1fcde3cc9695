#include "storage/sqlite/internal/sqlite_database.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <limits>
#include <sqlite3.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace sallyport::storage::sqlite {
namespace {

// How long a connection waits for another process before it gives up. Within the process the
// writer's mutex keeps the order, so this only shows with foreign tools on the file.
constexpr int busy_timeout_ms = 5'000;

Error error_of(sqlite3* connection, int code, std::string_view operation) {
    // SQLite keeps the system's reason for some failures only; errno still has it for the others,
    // since the callers clear it before they ask SQLite for anything.
    const int last_errno = errno;
    const int kept = connection != nullptr ? sqlite3_system_errno(connection) : 0;
    return sqlite_error(code, kept != 0 ? kept : last_errno, operation);
}

std::string system_text(int system_errno) {
    return std::generic_category().message(system_errno);
}

bool is_out_of_space(int system_errno) {
    return system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG;
}

bool is_write_refused(int system_errno) {
    return system_errno == EACCES || system_errno == EPERM || system_errno == EROFS;
}

ErrorCode code_for(int extended_code, int system_errno) {
    switch (extended_code & 0xFF) {
    case SQLITE_FULL:
        return ErrorCode::StorageFull;
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return ErrorCode::StorageReadOnly;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ErrorCode::DeadlineExceeded;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
        if (is_out_of_space(system_errno)) {
            return ErrorCode::StorageFull;
        }
        return is_write_refused(system_errno) ? ErrorCode::StorageReadOnly
                                              : ErrorCode::StorageFailed;
    default:
        break;
    }
    switch (extended_code) {
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_ROWID:
        return ErrorCode::AlreadyExists;
    default:
        return ErrorCode::StorageFailed;
    }
}

// An empty file of mode 0600, made durable; SQLite gives its log and index the same mode.
Status create_file(const std::filesystem::path& file) {
    const int created = ::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (created < 0) {
        const int reason = errno;
        // An existing file must not be opened and closed here: closing drops SQLite's locks.
        if (reason == EEXIST) {
            return {};
        }
        ErrorCode code = ErrorCode::StorageFailed;
        if (is_out_of_space(reason)) {
            code = ErrorCode::StorageFull;
        } else if (is_write_refused(reason)) {
            code = ErrorCode::StorageReadOnly;
        }
        return fail(code, fmt::format("cannot create {}: {}", file.string(), system_text(reason)));
    }
    ::close(created);
    const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
    const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = directory >= 0 && ::fsync(directory) == 0;
    const int reason = errno;
    if (directory >= 0) {
        ::close(directory);
    }
    if (!synced) {
        return fail(
            ErrorCode::StorageFailed,
            fmt::format("cannot make {} durable: {}", file.string(), system_text(reason))
        );
    }
    return {};
}

} // namespace

Error sqlite_error(int extended_code, int system_errno, std::string_view operation) {
    std::string text = fmt::format(
        "SQLite {}: {} (code {})", operation, sqlite3_errstr(extended_code), extended_code
    );
    const int family = extended_code & 0xFF;
    if (system_errno != 0 && (family == SQLITE_IOERR || family == SQLITE_CANTOPEN)) {
        text += fmt::format(", {}", system_text(system_errno));
    }
    return {code_for(extended_code, system_errno), std::move(text)};
}

// --- Query --------------------------------------------------------------------------------------

Query::Query(sqlite3* connection, sqlite3_stmt* statement)
    : connection_(connection), statement_(statement) {}

Query::Query(Query&& other) noexcept
    : connection_(other.connection_), statement_(std::exchange(other.statement_, nullptr)),
      parameter_(other.parameter_), column_(other.column_), bind_code_(other.bind_code_),
      rejected_(other.rejected_) {}

Query::~Query() {
    if (statement_ != nullptr) {
        sqlite3_reset(statement_); // repeats the error that step() has reported
        sqlite3_clear_bindings(statement_);
    }
}

void Query::note(int code) {
    if (bind_code_ == SQLITE_OK) {
        bind_code_ = code;
    }
}

void Query::bind(std::int64_t value) {
    note(sqlite3_bind_int64(statement_, ++parameter_, value));
}

void Query::bind(std::string_view text) {
    // A null pointer would become NULL instead of an empty text.
    const char* start = text.empty() ? "" : text.data();
    note(sqlite3_bind_text64(
        statement_, ++parameter_, start, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8
    ));
}

void Query::bind(std::span<const std::uint8_t> bytes) {
    if (bytes.empty()) {
        note(sqlite3_bind_zeroblob(statement_, ++parameter_, 0));
        return;
    }
    note(sqlite3_bind_blob64(statement_, ++parameter_, bytes.data(), bytes.size(), SQLITE_TRANSIENT)
    );
}

void Query::bind_null() {
    note(sqlite3_bind_null(statement_, ++parameter_));
}

Result<bool> Query::step() {
    if (bind_code_ != SQLITE_OK) {
        return fail(error_of(connection_, bind_code_, "bind"));
    }
    SALLYPORT_CHECK(row_status());
    column_ = 0;
    errno = 0;
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code == SQLITE_DONE) {
        return false;
    }
    return fail(error_of(connection_, sqlite3_extended_errcode(connection_), "step"));
}

Status Query::run() {
    SALLYPORT_TRY(const bool row, step());
    if (row) {
        return fail(ErrorCode::Internal, "a statement that should give no row gave one");
    }
    return {};
}

std::int64_t Query::next_integer() {
    return sqlite3_column_int64(statement_, column_++);
}

std::string Query::next_text() {
    const int column = column_++;
    const auto* text = sqlite3_column_text(statement_, column);
    if (text == nullptr) {
        return {};
    }
    return {
        reinterpret_cast<const char*>(text),
        static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))
    };
}

std::span<const std::uint8_t> Query::next_bytes() {
    const int column = column_++;
    const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
    if (bytes == nullptr) {
        return {};
    }
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Query::next_is_null() const {
    return sqlite3_column_type(statement_, column_) == SQLITE_NULL;
}

Status Query::row_status() const {
    if (rejected_) {
        return fail(
            ErrorCode::StorageFailed,
            "a row holds a value that this version does not know: the database is damaged or newer"
        );
    }
    return {};
}

// --- Database -----------------------------------------------------------------------------------

Database::Database(sqlite3* connection, std::string file_name)
    : connection_(connection), file_name_(std::move(file_name)) {}

Database::~Database() {
    for (const auto& [sql, statement] : statements_) {
        sqlite3_finalize(statement);
    }
    sqlite3_close(connection_);
}

Result<std::unique_ptr<Database>>
Database::open(const std::filesystem::path& file, ConnectionKind kind) {
    if (kind == ConnectionKind::Writer) {
        SALLYPORT_CHECK(create_file(file));
    }
    sqlite3* connection = nullptr;
    errno = 0;
    const int code = sqlite3_open_v2(
        file.c_str(),
        &connection,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
        nullptr
    );
    std::unique_ptr<Database> database(new Database(connection, file.filename().string()));
    if (code != SQLITE_OK) {
        return fail(error_of(connection, code, "open"));
    }
    // SQLite falls back to reading when it may not write; a record that cannot be written is no
    // use.
    if (sqlite3_db_readonly(connection, "main") == 1) {
        return fail(
            ErrorCode::StorageReadOnly, fmt::format("{} may not be written", file.string())
        );
    }
    SALLYPORT_CHECK(database->configure(kind));
    return database;
}

Status Database::configure(ConnectionKind kind) {
    sqlite3_busy_timeout(connection_, busy_timeout_ms);
    // A changed schema must not run functions or write to the schema itself.
    sqlite3_db_config(connection_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(connection_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    // Sorting must not leave rows in files of the temporary folder.
    SALLYPORT_CHECK(execute("PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON"));
    if (kind == ConnectionKind::Reader) {
        return execute("PRAGMA query_only = ON");
    }
    SALLYPORT_CHECK(execute("PRAGMA secure_delete = ON; PRAGMA synchronous = FULL"));
    SALLYPORT_TRY(Query query, this->query("PRAGMA journal_mode = WAL"));
    SALLYPORT_TRY(const bool answered, query.step());
    if (!answered || query.next_text() != "wal") {
        return fail(
            ErrorCode::StorageFailed,
            fmt::format("{}: this file system does not support a write-ahead log", file_name_)
        );
    }
    return {};
}

Status Database::execute(const std::string& sql) {
    errno = 0;
    const int code = sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        const std::string_view verb = std::string_view(sql).substr(0, sql.find_first_of(" ;\n"));
        return fail(error_of(connection_, code, verb));
    }
    return {};
}

Result<Query> Database::query(std::string_view sql) {
    const auto found = statements_.find(sql);
    if (found != statements_.end()) {
        if (sqlite3_stmt_busy(found->second) != 0) {
            return fail(ErrorCode::Internal, "a statement was used while it was in use");
        }
        return Query(connection_, found->second);
    }
    if (sql.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        return fail(ErrorCode::Internal, "a statement is too long");
    }
    sqlite3_stmt* statement = nullptr;
    errno = 0;
    const int code = sqlite3_prepare_v3(
        connection_,
        sql.data(),
        static_cast<int>(sql.size()),
        SQLITE_PREPARE_PERSISTENT,
        &statement,
        nullptr
    );
    if (code != SQLITE_OK) {
        return fail(error_of(connection_, code, "prepare"));
    }
    statements_.emplace(sql, statement);
    return Query(connection_, statement);
}

std::int64_t Database::changes() const {
    return sqlite3_changes64(connection_);
}

bool Database::in_transaction() const {
    return sqlite3_get_autocommit(connection_) == 0;
}

Status Database::truncate_log(std::chrono::milliseconds patience) {
    sqlite3_busy_timeout(connection_, static_cast<int>(patience.count()));
    errno = 0;
    const int code = sqlite3_wal_checkpoint_v2(
        connection_, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr
    );
    const Error error = error_of(connection_, code, "checkpoint");
    sqlite3_busy_timeout(connection_, busy_timeout_ms);
    if (code != SQLITE_OK) {
        return fail(error);
    }
    return {};
}

} // namespace sallyport::storage::sqlite
