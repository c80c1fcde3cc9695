#include "storage/sqlite/internal/crossing_table.hpp"

#include "ledger/crossing_rules.hpp"

namespace sallyport::storage::sqlite {
namespace {

using ledger::Crossing;
using ledger::CrossingMark;

void read_crossing(Query& query, Crossing& row) {
    read_all(
        query,
        row.id,
        row.transaction,
        row.checkpoint,
        row.direction,
        row.context,
        row.traveler,
        row.outcome,
        row.biometrically_confirmed,
        row.reason,
        row.captured_at,
        row.clock_quality,
        row.recorded_at
    );
}

} // namespace

Status CrossingTable::add(domain::UnitOfWork& work, const Crossing& crossing) {
    SALLYPORT_CHECK(ledger::check_crossing(crossing));
    SALLYPORT_TRY(SqliteUnitOfWork * unit, connections_.own(work));
    SALLYPORT_CHECK(unit->write(
        "INSERT INTO crossings (id, transaction_id, checkpoint, direction, context, traveler,"
        " outcome, biometrically_confirmed, reason, captured_at, clock_quality, recorded_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        crossing.id,
        crossing.transaction,
        crossing.checkpoint,
        crossing.direction,
        crossing.context,
        crossing.traveler,
        crossing.outcome,
        crossing.biometrically_confirmed,
        crossing.reason,
        crossing.captured_at,
        crossing.clock_quality,
        crossing.recorded_at
    ));
    return {};
}

Status CrossingTable::mark(domain::UnitOfWork& work, const CrossingMark& mark) {
    SALLYPORT_TRY(SqliteUnitOfWork * unit, connections_.own(work));
    // Selected, so that a mark without its crossing is told now and not at the commit.
    SALLYPORT_TRY(
        const std::int64_t touched,
        unit->write(
            "INSERT INTO crossing_marks (crossing, kind, reason, at)"
            " SELECT id, ?, ?, ? FROM crossings WHERE id = ?",
            mark.kind,
            mark.reason,
            mark.at,
            mark.crossing
        )
    );
    if (touched == 0) {
        return fail(ErrorCode::NotFound, "no crossing has this id");
    }
    return {};
}

Result<std::vector<CrossingMark>> CrossingTable::marks_of_context(const domain::ContextId& context
) {
    return connections_.read([&](Database& database) {
        return rows_of<CrossingMark>(
            database,
            "SELECT m.crossing, m.kind, m.reason, m.at FROM crossing_marks m"
            " JOIN crossings c ON c.id = m.crossing WHERE c.context = ? ORDER BY m.number",
            [](Query& query, CrossingMark& row) {
                read_all(query, row.crossing, row.kind, row.reason, row.at);
            },
            context
        );
    });
}

Result<std::vector<Crossing>>
CrossingTable::of_context(const domain::ContextId& context, std::size_t rows_max) {
    return connections_.read([&](Database& database) {
        return rows_of<Crossing>(
            database,
            "SELECT id, transaction_id, checkpoint, direction, context, traveler, outcome,"
            " biometrically_confirmed, reason, captured_at, clock_quality, recorded_at"
            " FROM crossings WHERE context = ? ORDER BY recorded_at DESC, number DESC LIMIT ?",
            read_crossing,
            context,
            row_limit(rows_max)
        );
    });
}

Result<std::vector<Crossing>> CrossingTable::recent(std::size_t rows_max) {
    return connections_.read([&](Database& database) {
        return rows_of<Crossing>(
            database,
            "SELECT id, transaction_id, checkpoint, direction, context, traveler, outcome,"
            " biometrically_confirmed, reason, captured_at, clock_quality, recorded_at"
            " FROM crossings ORDER BY recorded_at DESC, number DESC LIMIT ?",
            read_crossing,
            row_limit(rows_max)
        );
    });
}

} // namespace sallyport::storage::sqlite
