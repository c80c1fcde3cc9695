#include "storage/sqlite/internal/record_tables.hpp"

#include <unordered_map>

namespace sallyport::storage::sqlite {
namespace {

using domain::BlindKey;
using domain::Context;
using domain::ContextId;
using domain::TravelerId;
using verification::EventRow;
using verification::ManifestRow;
using verification::RecordedAnswer;
using verification::TransactionRow;
using verification::TravelerRow;

using Assignment = std::pair<domain::CheckpointName, std::vector<ContextId>>;

void read_context(Query& query, Context& row) {
    read_all(
        query,
        row.id,
        row.kind,
        row.designator,
        row.departure,
        row.arrival,
        row.departs_at,
        row.arrives_at,
        row.state,
        row.opened_at,
        row.closed_at
    );
}

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

template <class Row>
std::optional<Row> first_of(std::vector<Row>&& rows) {
    return rows.empty() ? std::nullopt : std::optional<Row>(std::move(rows.front()));
}

struct DocumentOfTraveler {
    TravelerId traveler;
    BlindKey key{};
};

// Adds the document keys of a context's travelers to their rows.
void attach_documents(
    std::vector<TravelerRow>& travelers, const std::vector<DocumentOfTraveler>& documents
) {
    std::unordered_map<TravelerId, std::size_t> index_of;
    index_of.reserve(travelers.size());
    for (std::size_t index = 0; index < travelers.size(); ++index) {
        index_of.emplace(travelers[index].id, index);
    }
    for (const DocumentOfTraveler& document : documents) {
        const auto found = index_of.find(document.traveler);
        if (found != index_of.end()) {
            travelers[found->second].documents.push_back(document.key);
        }
    }
}

void read_traveler(Query& query, TravelerRow& row) {
    read_all(query, row.id, row.context, row.identity, row.state);
}

Result<std::optional<TravelerRow>> read_one_traveler(Database& database, const TravelerId& id) {
    SALLYPORT_TRY(
        auto found,
        rows_of<TravelerRow>(
            database,
            "SELECT id, context, vault, epoch, sealed, state FROM travelers WHERE id = ?",
            read_traveler,
            id
        )
    );
    if (found.empty()) {
        return std::optional<TravelerRow>();
    }
    SALLYPORT_TRY(
        found.front().documents,
        rows_of<BlindKey>(
            database,
            "SELECT document_key FROM traveler_documents WHERE traveler = ? ORDER BY position",
            [](Query& query, BlindKey& key) { read_all(query, key); },
            id
        )
    );
    return std::optional<TravelerRow>(std::move(found.front()));
}

Result<std::vector<TravelerRow>> read_travelers(Database& database, const ContextId& context) {
    SALLYPORT_TRY(
        auto travelers,
        rows_of<TravelerRow>(
            database,
            "SELECT id, context, vault, epoch, sealed, state FROM travelers"
            " WHERE context = ? ORDER BY number",
            read_traveler,
            context
        )
    );
    SALLYPORT_TRY(
        const auto documents,
        rows_of<DocumentOfTraveler>(
            database,
            "SELECT d.traveler, d.document_key FROM travelers t"
            " JOIN traveler_documents d ON d.traveler = t.id"
            " WHERE t.context = ? ORDER BY t.number, d.position",
            [](Query& query, DocumentOfTraveler& row) { read_all(query, row.traveler, row.key); },
            context
        )
    );
    attach_documents(travelers, documents);
    return travelers;
}

Result<std::optional<ManifestRow>> read_manifest(Database& database, const BlindKey& body_key) {
    SALLYPORT_TRY(
        auto found,
        rows_of<ManifestRow>(
            database,
            "SELECT id, received_at, body_key, vault, epoch, sealed FROM manifests"
            " WHERE body_key = ?",
            [](Query& query, ManifestRow& row) {
                read_all(query, row.id, row.received_at, row.body_key, row.body);
            },
            body_key
        )
    );
    if (found.empty()) {
        return std::optional<ManifestRow>();
    }
    SALLYPORT_TRY(
        found.front().contexts,
        rows_of<ContextId>(
            database,
            "SELECT context FROM manifest_contexts WHERE manifest = ? ORDER BY position",
            [](Query& query, ContextId& id) { read_all(query, id); },
            found.front().id
        )
    );
    return std::optional<ManifestRow>(std::move(found.front()));
}

// Two statements for one answer must see one state of the database.
template <class Read>
auto in_one_snapshot(Database& database, Read read) -> decltype(read()) {
    SALLYPORT_CHECK(database.execute("BEGIN"));
    auto answer = read();
    const Status ended = database.execute("COMMIT");
    if (answer && !ended) {
        return fail(ended.error());
    }
    return answer;
}

} // namespace

// --- manifests ----------------------------------------------------------------------------------

Status RecordTables::add_manifest(domain::UnitOfWork& work, const ManifestRow& row) {
    SALLYPORT_TRY(SqliteUnitOfWork * unit, connections_.own(work));
    SALLYPORT_CHECK(unit->write(
        "INSERT INTO manifests (id, received_at, body_key, vault, epoch, sealed)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        row.id,
        row.received_at,
        row.body_key,
        row.body
    ));
    for (std::size_t position = 0; position < row.contexts.size(); ++position) {
        SALLYPORT_CHECK(unit->write(
            "INSERT INTO manifest_contexts (manifest, position, context) VALUES (?, ?, ?)",
            row.id,
            position,
            row.contexts[position]
        ));
    }
    return {};
}

Result<std::optional<ManifestRow>> RecordTables::manifest_by_body(const BlindKey& body_key) {
    return connections_.read([&](Database& database) {
        return in_one_snapshot(database, [&] { return read_manifest(database, body_key); });
    });
}

// --- contexts -----------------------------------------------------------------------------------

Status RecordTables::add_context(domain::UnitOfWork& work, const Context& row) {
    SALLYPORT_TRY(SqliteUnitOfWork * unit, connections_.own(work));
    SALLYPORT_CHECK(unit->write(
        "INSERT INTO contexts (id, kind, designator, departure, arrival, departs_at, arrives_at,"
        " state, opened_at, closed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.id,
        row.kind,
        row.designator,
        row.departure,
        row.arrival,
        row.departs_at,
        row.arrives_at,
        row.state,
        row.opened_at,
        row.closed_at
    ));
    return {};
}

Status RecordTables::close_context(domain::UnitOfWork& work, const ContextId& id, Instant at) {
    SALLYPORT_TRY(SqliteUnitOfWork * unit, connections_.own(work));
    SALLYPORT_TRY(
        const std::int64_t touched,
        unit->write(
            "UPDATE contexts SET state = ?, closed_at = coalesce(closed_at, ?) WHERE id = ?",
            domain::ContextState::Closed,
            at,
            id
        )
    );
    if (touched == 0) {
        return fail(ErrorCode::NotFound, "no context has this id");
    }
    return {};
}

Result<std::vector<Context>> RecordTables::contexts() {
    return connections_.read([&](Database& database) {
        return rows_of<Context>(
            database,
            "SELECT id, kind, designator, departure, arrival, departs_at, arrives_at, state,"
            " opened_at, closed_at FROM contexts ORDER BY number",
            read_context
        );
    });
}

// --- travelers ----------------------------------------------------------------------------------

Status RecordTables::add_traveler(domain::UnitOfWork& work, const TravelerRow& row) {
    SALLYPORT_TRY(SqliteUnitOfWork * unit, connections_.own(work));
    SALLYPORT_CHECK(unit->write(
        "INSERT INTO travelers (id, context, vault, epoch, sealed, state)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        row.id,
        row.context,
        row.identity,
        row.state
    ));
    for (std::size_t position = 0; position < row.documents.size(); ++position) {
        SALLYPORT_CHECK(unit->write(
            "INSERT INTO traveler_documents (traveler, position, document_key) VALUES (?, ?, ?)",
            row.id,
            position,
            row.documents[position]
        ));
    }
    return {};
}

Status RecordTables::set_traveler_state(
    domain::UnitOfWork& work, const TravelerId& id, verification::TravelerState state
) {
    SALLYPORT_TRY(SqliteUnitOfWork * unit, connections_.own(work));
    SALLYPORT_TRY(
        const std::int64_t touched,
        unit->write("UPDATE travelers SET state = ? WHERE id = ?", state, id)
    );
    if (touched == 0) {
        return fail(ErrorCode::NotFound, "no traveler has this id");
    }
    return {};
}

Result<std::optional<TravelerRow>> RecordTables::traveler(const TravelerId& id) {
    return connections_.read([&](Database& database) {
        return in_one_snapshot(database, [&] { return read_one_traveler(database, id); });
    });
}

Result<std::vector<TravelerRow>> RecordTables::travelers_of(const ContextId& context) {
    return connections_.read([&](Database& database) {
        return in_one_snapshot(database, [&] { return read_travelers(database, context); });
    });
}

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
