// A thin layer over the SQLite C API: one connection, its cached statements, values in and out by
// type, and errors as ours. A Database and its queries belong to one thread at a time; the owner
// serialises. Every failure carries SQLite's extended code and, where there is one, the system's
// reason; never a value from a row.
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace sallyport::storage::sqlite {

enum class ConnectionKind { Writer, Reader };

// A prepared statement in use. Bind from left to right, step, read from left to right. Ends (and
// forgets what was bound) with its destructor, after which the statement may be used again.
class Query {
public:
    Query(sqlite3* connection, sqlite3_stmt* statement);
    ~Query();
    Query(Query&& other) noexcept;
    Query& operator=(Query&&) = delete;
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    void bind(std::int64_t value);
    void bind(std::string_view text);
    void bind(std::span<const std::uint8_t> bytes);
    void bind_null();

    // True: a row is there to be read. Also fails when the row before it was rejected.
    [[nodiscard]] Result<bool> step();
    // For statements that give no row.
    [[nodiscard]] Status run();

    [[nodiscard]] std::int64_t next_integer();
    [[nodiscard]] std::string next_text();
    // Valid until the next step.
    [[nodiscard]] std::span<const std::uint8_t> next_bytes();
    // Looks at the column that the next read takes.
    [[nodiscard]] bool next_is_null() const;
    void skip() { ++column_; }
    // A column held something that no program of this version writes; the next step or
    // row_status() fails.
    void reject() { rejected_ = true; }
    [[nodiscard]] Status row_status() const;

private:
    void note(int code);

    sqlite3* connection_;
    sqlite3_stmt* statement_;
    int parameter_ = 0;
    int column_ = 0;
    int bind_code_ = 0;
    bool rejected_ = false;
};

class Database {
public:
    // Creates the file with mode 0600 when a writer finds none. A writer that may only read is
    // StorageReadOnly. Sets WAL, synchronous FULL, secure_delete and foreign keys.
    [[nodiscard]] static Result<std::unique_ptr<Database>>
    open(const std::filesystem::path& file, ConnectionKind kind);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    // One or more statements without parameters.
    [[nodiscard]] Status execute(const std::string& sql);
    // A cached statement. sql must be a literal: the cache keeps a view of it.
    [[nodiscard]] Result<Query> query(std::string_view sql);
    // Rows touched by the last insert, update or delete.
    [[nodiscard]] std::int64_t changes() const;
    [[nodiscard]] bool in_transaction() const;
    // Moves the log into the database file and empties the log. Readers that still need it are
    // waited for; DeadlineExceeded when they are not done in time.
    [[nodiscard]] Status truncate_log(std::chrono::milliseconds patience);
    [[nodiscard]] const std::string& file_name() const { return file_name_; }

private:
    Database(sqlite3* connection, std::string file_name);
    [[nodiscard]] Status configure(ConnectionKind kind);

    sqlite3* connection_;
    std::string file_name_;
    std::unordered_map<std::string_view, sqlite3_stmt*> statements_;
};

// AlreadyExists for a broken uniqueness rule; StorageFull, StorageReadOnly, DeadlineExceeded
// (another process holds the file) or StorageFailed otherwise.
[[nodiscard]] Error sqlite_error(int extended_code, int system_errno, std::string_view operation);

} // namespace sallyport::storage::sqlite
