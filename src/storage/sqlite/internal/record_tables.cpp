#include "storage/sqlite/internal/record_tables.hpp"

namespace sallyport::storage::sqlite {
namespace {

using domain::BlindKey;
using domain::ContextId;
using verification::EventRow;
using verification::RecordedAnswer;
using verification::TransactionRow;

using Assignment = std::pair<domain::CheckpointName, std::vector<ContextId>>;

void read_transaction(Query& query, TransactionRow& row) {
    read_all(
        query,
        row.id,
        row.checkpoint,
        row.profile,
        row.notice_version,
        row.state,
        row.opened_at,
        row.captured_at,
        row.clock_quality,
        row.attempts,
        row.verdict,
        row.reason,
        row.decision,
        row.context,
        row.traveler,
        row.evidence,
        row.closed_at
    );
}

void read_event(Query& query, EventRow& row) {
    read_all(query, row.sequence, row.checkpoint, row.kind, row.at, row.body);
}

} // namespace

// --- assignments --------------------------------------------------------------------------------

Status RecordTables::assign_contexts(
    domain::UnitOfWork& work,
    const domain::CheckpointName& checkpoint,
    const std::vector<ContextId>& contexts
) {
    SALLYPORT_TRY(SqliteUnitOfWork * unit, connections_.own(work));
    SALLYPORT_CHECK(unit->write("DELETE FROM assignments WHERE checkpoint = ?", checkpoint));
    for (std::size_t position = 0; position < contexts.size(); ++position) {
        SALLYPORT_CHECK(unit->write(
            "INSERT INTO assignments (checkpoint, position, context) VALUES (?, ?, ?)",
            checkpoint,
            position,
            contexts[position]
        ));
    }
    return {};
}

Result<std::vector<Assignment>> RecordTables::assignments() {
    using AssignedContext = std::pair<domain::CheckpointName, ContextId>;
    return connections_.read([&](Database& database) -> Result<std::vector<Assignment>> {
        SALLYPORT_TRY(
            const auto rows,
            rows_of<AssignedContext>(
                database,
                "SELECT checkpoint, context FROM assignments ORDER BY checkpoint, position",
                [](Query& query, AssignedContext& row) { read_all(query, row.first, row.second); }
            )
        );
        std::vector<Assignment> assignments;
        for (const auto& [checkpoint, context] : rows) {
            if (assignments.empty() || assignments.back().first != checkpoint) {
                assignments.emplace_back(checkpoint, std::vector<ContextId>());
            }
            assignments.back().second.push_back(context);
        }
        return assignments;
    });
}

// --- transactions -------------------------------------------------------------------------------

Status RecordTables::put_transaction(domain::UnitOfWork& work, const TransactionRow& row) {
    SALLYPORT_TRY(SqliteUnitOfWork * unit, connections_.own(work));
    SALLYPORT_CHECK(unit->write(
        "INSERT INTO transactions (id, checkpoint, profile, notice_version, state, opened_at,"
        " captured_at, clock_quality, attempts, verdict, reason, decision, context, traveler,"
        " evidence, closed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET checkpoint = excluded.checkpoint,"
        " profile = excluded.profile, notice_version = excluded.notice_version,"
        " state = excluded.state, opened_at = excluded.opened_at,"
        " captured_at = excluded.captured_at, clock_quality = excluded.clock_quality,"
        " attempts = excluded.attempts, verdict = excluded.verdict, reason = excluded.reason,"
        " decision = excluded.decision, context = excluded.context,"
        " traveler = excluded.traveler, evidence = excluded.evidence,"
        " closed_at = excluded.closed_at",
        row.id,
        row.checkpoint,
        row.profile,
        row.notice_version,
        row.state,
        row.opened_at,
        row.captured_at,
        row.clock_quality,
        row.attempts,
        row.verdict,
        row.reason,
        row.decision,
        row.context,
        row.traveler,
        row.evidence,
        row.closed_at
    ));
    return {};
}

Result<std::optional<TransactionRow>> RecordTables::transaction(const domain::TransactionId& id) {
    return connections_.read([&](Database& database) -> Result<std::optional<TransactionRow>> {
        SALLYPORT_TRY(
            auto found,
            rows_of<TransactionRow>(
                database,
                "SELECT id, checkpoint, profile, notice_version, state, opened_at, captured_at,"
                " clock_quality, attempts, verdict, reason, decision, context, traveler, evidence,"
                " closed_at FROM transactions WHERE id = ?",
                read_transaction,
                id
            )
        );
        return first_of(std::move(found));
    });
}

Result<std::vector<TransactionRow>> RecordTables::unfinished_transactions() {
    return connections_.read([&](Database& database) {
        // 5 is Closed; a literal, so that the partial index serves.
        return rows_of<TransactionRow>(
            database,
            "SELECT id, checkpoint, profile, notice_version, state, opened_at, captured_at,"
            " clock_quality, attempts, verdict, reason, decision, context, traveler, evidence,"
            " closed_at FROM transactions WHERE state <> 5 ORDER BY opened_at",
            read_transaction
        );
    });
}

// --- events -------------------------------------------------------------------------------------

Result<std::uint64_t> RecordTables::add_event(domain::UnitOfWork& work, const EventRow& row) {
    SALLYPORT_TRY(SqliteUnitOfWork * unit, connections_.own(work));
    SALLYPORT_TRY(
        const std::int64_t sequence,
        unit->write_returning("UPDATE event_counter SET last = last + 1 RETURNING last")
    );
    SALLYPORT_CHECK(unit->write(
        "INSERT INTO events (sequence, checkpoint, kind, at, body) VALUES (?, ?, ?, ?, ?)",
        sequence,
        row.checkpoint,
        row.kind,
        row.at,
        row.body
    ));
    return static_cast<std::uint64_t>(sequence);
}

Result<std::vector<EventRow>> RecordTables::events_after(
    const domain::CheckpointName& checkpoint, std::uint64_t after, std::size_t rows_max
) {
    if (after > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return std::vector<EventRow>(); // a client may ask for any number
    }
    return connections_.read([&](Database& database) {
        // Two ordered walks of the index, merged, instead of sorting everything since the start.
        return rows_of<EventRow>(
            database,
            "SELECT sequence, checkpoint, kind, at, body FROM events"
            " WHERE checkpoint = ?1 AND sequence > ?2"
            " UNION ALL"
            " SELECT sequence, checkpoint, kind, at, body FROM events"
            " WHERE checkpoint = '' AND ?1 <> '' AND sequence > ?2"
            " ORDER BY sequence LIMIT ?3",
            read_event,
            checkpoint,
            after,
            row_limit(rows_max)
        );
    });
}

Result<std::uint64_t> RecordTables::last_event() {
    return connections_.read([&](Database& database) -> Result<std::uint64_t> {
        SALLYPORT_TRY(
            const auto rows,
            rows_of<std::uint64_t>(
                database,
                "SELECT last FROM event_counter",
                [](Query& query, std::uint64_t& last) { read_all(query, last); }
            )
        );
        if (rows.empty()) {
            return fail(ErrorCode::StorageFailed, "the event counter is missing");
        }
        return rows.front();
    });
}

// --- recorded answers ---------------------------------------------------------------------------

Status RecordTables::add_answer(domain::UnitOfWork& work, const RecordedAnswer& row) {
    SALLYPORT_TRY(SqliteUnitOfWork * unit, connections_.own(work));
    SALLYPORT_CHECK(unit->write(
        "INSERT INTO answers (answer_key, request, status, content_type, vault, epoch, sealed, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        row.key,
        row.request,
        row.status,
        row.content_type,
        row.body,
        row.at
    ));
    return {};
}

Result<std::optional<RecordedAnswer>> RecordTables::answer(const BlindKey& key) {
    return connections_.read([&](Database& database) -> Result<std::optional<RecordedAnswer>> {
        SALLYPORT_TRY(
            auto found,
            rows_of<RecordedAnswer>(
                database,
                "SELECT answer_key, request, status, content_type, vault, epoch, sealed, at"
                " FROM answers WHERE answer_key = ?",
                [](Query& query, RecordedAnswer& row) {
                    read_all(
                        query, row.key, row.request, row.status, row.content_type, row.body, row.at
                    );
                },
                key
            )
        );
        return first_of(std::move(found));
    });
}

Status RecordTables::remove_answers_before(domain::UnitOfWork& work, Instant before) {
    SALLYPORT_TRY(SqliteUnitOfWork * unit, connections_.own(work));
    SALLYPORT_TRY(
        const std::int64_t removed, unit->write("DELETE FROM answers WHERE at < ?", before)
    );
    if (removed > 0) {
        unit->empty_log_after_commit();
    }
    return {};
}

} // namespace sallyport::storage::sqlite
