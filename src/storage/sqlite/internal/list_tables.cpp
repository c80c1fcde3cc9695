// The part of RecordTables that comes from lists: manifests, contexts and travelers.
#include "storage/sqlite/internal/record_tables.hpp"

#include <unordered_map>

namespace sallyport::storage::sqlite {
namespace {

using domain::BlindKey;
using domain::Context;
using domain::ContextId;
using domain::TravelerId;
using verification::ManifestRow;
using verification::TravelerRow;

// Rows and what belongs to each of them, by the same condition with one parameter.
struct TwoQueries {
    std::string_view rows;
    std::string_view parts; // id of the row, part
};

// The rows of the first query, each with its parts of the second in its list.
template <class Row, class Part, class Read, class Value>
Result<std::vector<Row>> rows_with_parts(
    Database& database,
    const TwoQueries& queries,
    Read read,
    std::vector<Part> Row::* list,
    const Value& value
) {
    using RowId = decltype(Row::id);
    using OwnedPart = std::pair<RowId, Part>;
    SALLYPORT_TRY(auto rows, rows_of<Row>(database, queries.rows, read, value));
    SALLYPORT_TRY(
        const auto parts,
        rows_of<OwnedPart>(
            database,
            queries.parts,
            [](Query& query, OwnedPart& part) { read_all(query, part.first, part.second); },
            value
        )
    );
    std::unordered_map<RowId, std::size_t> index_of;
    index_of.reserve(rows.size());
    for (std::size_t index = 0; index < rows.size(); ++index) {
        index_of.emplace(rows[index].id, index);
    }
    for (const auto& [owner, part] : parts) {
        const auto found = index_of.find(owner);
        if (found != index_of.end()) {
            (rows[found->second].*list).push_back(part);
        }
    }
    return rows;
}

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
        row.closed_at,
        row.closes_at,
        row.reopened_at
    );
}

template <class Value>
Result<std::vector<TravelerRow>>
read_travelers(Connections& connections, const TwoQueries& queries, const Value& value) {
    const auto read = [](Query& query, TravelerRow& row) {
        read_all(query, row.id, row.context, row.identity, row.state, row.listed);
    };
    return connections.read([&](Database& database) {
        return in_one_snapshot(database, [&] {
            return rows_with_parts<TravelerRow, BlindKey>(
                database, queries, read, &TravelerRow::keys, value
            );
        });
    });
}

template <class Value>
Result<std::vector<ManifestRow>>
read_manifests(Connections& connections, const TwoQueries& queries, const Value& value) {
    const auto read = [](Query& query, ManifestRow& row) {
        read_all(query, row.id, row.received_at, row.body_key, row.body, row.format);
    };
    return connections.read([&](Database& database) {
        return in_one_snapshot(database, [&] {
            return rows_with_parts<ManifestRow, ContextId>(
                database, queries, read, &ManifestRow::contexts, value
            );
        });
    });
}

Status write_keys(SqliteUnitOfWork& unit, const TravelerRow& row) {
    for (std::size_t position = 0; position < row.keys.size(); ++position) {
        SALLYPORT_CHECK(unit.write(
            "INSERT INTO traveler_documents (traveler, position, document_key) VALUES (?, ?, ?)",
            row.id,
            position,
            row.keys[position]
        ));
    }
    return {};
}

Status found_one(std::int64_t touched, std::string_view what) {
    if (touched == 0) {
        return fail(ErrorCode::NotFound, "no " + std::string(what) + " has this id");
    }
    return {};
}

} // namespace

// --- manifests ----------------------------------------------------------------------------------

Status RecordTables::add_manifest(domain::UnitOfWork& work, const ManifestRow& row) {
    SALLYPORT_TRY(SqliteUnitOfWork * unit, connections_.own(work));
    SALLYPORT_CHECK(unit->write(
        "INSERT INTO manifests (id, received_at, body_key, vault, epoch, sealed, format)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        row.id,
        row.received_at,
        row.body_key,
        row.body,
        row.format
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
    static constexpr TwoQueries queries{
        "SELECT id, received_at, body_key, vault, epoch, sealed, format FROM manifests"
        " WHERE body_key = ?",
        "SELECT c.manifest, c.context FROM manifest_contexts c"
        " JOIN manifests m ON m.id = c.manifest WHERE m.body_key = ? ORDER BY c.position"
    };
    SALLYPORT_TRY(auto found, read_manifests(connections_, queries, body_key));
    return first_of(std::move(found));
}

Result<std::optional<ManifestRow>> RecordTables::manifest(const domain::ManifestId& id) {
    static constexpr TwoQueries queries{
        "SELECT id, received_at, body_key, vault, epoch, sealed, format FROM manifests"
        " WHERE id = ?",
        "SELECT manifest, context FROM manifest_contexts WHERE manifest = ? ORDER BY position"
    };
    SALLYPORT_TRY(auto found, read_manifests(connections_, queries, id));
    return first_of(std::move(found));
}

Result<std::vector<ManifestRow>> RecordTables::manifests_of(const ContextId& context) {
    static constexpr TwoQueries queries{
        "SELECT id, received_at, body_key, vault, epoch, sealed, format FROM manifests"
        " WHERE id IN (SELECT manifest FROM manifest_contexts WHERE context = ?)"
        " ORDER BY received_at, number",
        "SELECT manifest, context FROM manifest_contexts WHERE manifest IN"
        " (SELECT manifest FROM manifest_contexts WHERE context = ?) ORDER BY manifest, position"
    };
    return read_manifests(connections_, queries, context);
}

// --- contexts -----------------------------------------------------------------------------------

Status RecordTables::add_context(domain::UnitOfWork& work, const Context& row) {
    SALLYPORT_TRY(SqliteUnitOfWork * unit, connections_.own(work));
    SALLYPORT_CHECK(unit->write(
        "INSERT INTO contexts (id, kind, designator, departure, arrival, departs_at, arrives_at,"
        " state, opened_at, closed_at, closes_at, reopened_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.id,
        row.kind,
        row.designator,
        row.departure,
        row.arrival,
        row.departs_at,
        row.arrives_at,
        row.state,
        row.opened_at,
        row.closed_at,
        row.closes_at,
        row.reopened_at
    ));
    return {};
}

Status RecordTables::update_context(domain::UnitOfWork& work, const Context& row) {
    SALLYPORT_TRY(SqliteUnitOfWork * unit, connections_.own(work));
    SALLYPORT_TRY(
        const std::int64_t touched,
        unit->write(
            "UPDATE contexts SET kind = ?, designator = ?, departure = ?, arrival = ?,"
            " departs_at = ?, arrives_at = ?, state = ?, opened_at = ?, closed_at = ?,"
            " closes_at = ?, reopened_at = ? WHERE id = ?",
            row.kind,
            row.designator,
            row.departure,
            row.arrival,
            row.departs_at,
            row.arrives_at,
            row.state,
            row.opened_at,
            row.closed_at,
            row.closes_at,
            row.reopened_at,
            row.id
        )
    );
    return found_one(touched, "context");
}

Result<std::vector<Context>> RecordTables::contexts() {
    return connections_.read([&](Database& database) {
        return rows_of<Context>(
            database,
            "SELECT id, kind, designator, departure, arrival, departs_at, arrives_at, state,"
            " opened_at, closed_at, closes_at, reopened_at FROM contexts ORDER BY number",
            read_context
        );
    });
}

// --- travelers ----------------------------------------------------------------------------------

Status RecordTables::add_traveler(domain::UnitOfWork& work, const TravelerRow& row) {
    SALLYPORT_TRY(SqliteUnitOfWork * unit, connections_.own(work));
    SALLYPORT_CHECK(unit->write(
        "INSERT INTO travelers (id, context, vault, epoch, sealed, state, list_status)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        row.id,
        row.context,
        row.identity,
        row.state,
        row.listed
    ));
    return write_keys(*unit, row);
}

Status RecordTables::update_traveler(domain::UnitOfWork& work, const TravelerRow& row) {
    SALLYPORT_TRY(SqliteUnitOfWork * unit, connections_.own(work));
    SALLYPORT_TRY(
        const std::int64_t touched,
        unit->write(
            "UPDATE travelers SET vault = ?, epoch = ?, sealed = ?, state = ?, list_status = ?"
            " WHERE id = ?",
            row.identity,
            row.state,
            row.listed,
            row.id
        )
    );
    SALLYPORT_CHECK(found_one(touched, "traveler"));
    SALLYPORT_CHECK(unit->write("DELETE FROM traveler_documents WHERE traveler = ?", row.id));
    return write_keys(*unit, row);
}

Status RecordTables::set_traveler_state(
    domain::UnitOfWork& work, const TravelerId& id, verification::TravelerState state
) {
    SALLYPORT_TRY(SqliteUnitOfWork * unit, connections_.own(work));
    SALLYPORT_TRY(
        const std::int64_t touched,
        unit->write("UPDATE travelers SET state = ? WHERE id = ?", state, id)
    );
    return found_one(touched, "traveler");
}

Result<std::optional<TravelerRow>> RecordTables::traveler(const TravelerId& id) {
    static constexpr TwoQueries queries{
        "SELECT id, context, vault, epoch, sealed, state, list_status FROM travelers"
        " WHERE id = ?",
        "SELECT traveler, document_key FROM traveler_documents WHERE traveler = ?"
        " ORDER BY position"
    };
    SALLYPORT_TRY(auto found, read_travelers(connections_, queries, id));
    return first_of(std::move(found));
}

Result<std::vector<TravelerRow>> RecordTables::travelers_of(const ContextId& context) {
    static constexpr TwoQueries queries{
        "SELECT id, context, vault, epoch, sealed, state, list_status FROM travelers"
        " WHERE context = ? ORDER BY number",
        "SELECT d.traveler, d.document_key FROM travelers t"
        " JOIN traveler_documents d ON d.traveler = t.id"
        " WHERE t.context = ? ORDER BY t.number, d.position"
    };
    return read_travelers(connections_, queries, context);
}

Result<std::vector<TravelerRow>> RecordTables::travelers_by_key(const BlindKey& key) {
    static constexpr TwoQueries queries{
        "SELECT id, context, vault, epoch, sealed, state, list_status FROM travelers"
        " WHERE id IN (SELECT traveler FROM traveler_documents WHERE document_key = ?)"
        " ORDER BY number DESC",
        "SELECT traveler, document_key FROM traveler_documents WHERE traveler IN"
        " (SELECT traveler FROM traveler_documents WHERE document_key = ?)"
        " ORDER BY traveler, position"
    };
    return read_travelers(connections_, queries, key);
}

} // namespace sallyport::storage::sqlite
