// Proves that the record finds the messages of a context, travelers by their keys and the marks of
// crossings, and that a traveler is replaced in place.
#include "storage/internal/storage_test_support.hpp"
#include "storage/sqlite/sqlite_records.hpp"

namespace sallyport::storage {
namespace {

using verification::TravelerState;

class VersionRecords : public testing::Test {
protected:
    VersionRecords() : store_(SqliteRecords::open(folder_.path() / "records.db").value()) {}

    verification::RecordStore& records() { return store_->records(); }
    ledger::CrossingStore& crossings() { return store_->crossings(); }
    domain::Context saved_context() {
        const domain::Context row = rows_.context();
        EXPECT_TRUE(committed(*store_, [&](auto& work) {
            return records().add_context(work, row).has_value();
        }));
        return row;
    }

    TemporaryFolder folder_;
    std::unique_ptr<SqliteRecords> store_;
    Rows rows_;
};

TEST_F(VersionRecords, ListTheManifestsOfAContextByReceipt) {
    const auto context = saved_context().id;
    const auto elsewhere = saved_context().id;
    std::vector<verification::ManifestRow> written;
    for (const char* time : {"09:00:00", "08:00:00", "10:00:00"}) {
        auto row = rows_.manifest(static_cast<std::uint8_t>(written.size() + 1));
        row.received_at = at(time);
        row.contexts = written.empty() ? std::vector{elsewhere, context} : std::vector{context};
        written.push_back(row);
    }
    auto other = rows_.manifest(7);
    other.contexts = {elsewhere};
    written.push_back(other);
    written.push_back(rows_.manifest(8)); // of no context
    ASSERT_TRUE(committed(*store_, [&](auto& work) {
        return std::all_of(written.begin(), written.end(), [&](const auto& row) {
            return records().add_manifest(work, row).has_value();
        });
    }));
    const auto found = records().manifests_of(context).value();
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].id, written[1].id);
    EXPECT_EQ(found[1].id, written[0].id);
    EXPECT_EQ(found[2].id, written[2].id);
    EXPECT_EQ(found[1].contexts, (std::vector{elsewhere, context}));
    EXPECT_EQ(found[1].body, written[0].body);
    EXPECT_EQ(records().manifests_of(elsewhere).value().size(), 2U);
}

TEST_F(VersionRecords, ReplaceATravelerWithEveryListStatus) {
    const auto context = saved_context();
    auto row = rows_.traveler(context.id);
    const auto other = rows_.traveler(context.id);
    ASSERT_TRUE(committed(*store_, [&](auto& work) {
        return records().add_traveler(work, row) && records().add_traveler(work, other);
    }));
    for (std::uint8_t status = 0; status < 4; ++status) {
        row.identity = sealed("identity " + std::to_string(status));
        row.keys = std::vector(status, blind_key(static_cast<std::uint8_t>(20 + status)));
        row.state = TravelerState::Confirmed;
        row.listed = static_cast<verification::ListStatus>(status);
        ASSERT_TRUE(committed(*store_, [&](auto& work) {
            return records().update_traveler(work, row).has_value();
        }));
        const auto read = records().travelers_of(context.id).value();
        ASSERT_EQ(read.size(), 2U);
        EXPECT_EQ(read[0].id, row.id) << "keeps its place";
        EXPECT_EQ(read[0].identity, row.identity);
        EXPECT_EQ(read[0].keys, row.keys);
        EXPECT_EQ(read[0].state, TravelerState::Confirmed);
        EXPECT_EQ(read[0].listed, row.listed);
        EXPECT_EQ(read[1].keys, other.keys);
    }
}

TEST_F(VersionRecords, FindTravelersByAnyOfTheirKeysNewestFirst) {
    const auto first_flight = saved_context();
    const auto second_flight = saved_context();
    auto earlier = rows_.traveler(first_flight.id);
    auto later = rows_.traveler(second_flight.id);
    auto stranger = rows_.traveler(second_flight.id);
    earlier.keys = {blind_key(1), blind_key(2)};
    later.keys = {blind_key(3), blind_key(2), blind_key(2)};
    stranger.keys = {blind_key(4)};
    ASSERT_TRUE(committed(*store_, [&](auto& work) {
        return records().add_traveler(work, earlier) && records().add_traveler(work, later) &&
               records().add_traveler(work, stranger);
    }));
    const auto both = records().travelers_by_key(blind_key(2)).value();
    ASSERT_EQ(both.size(), 2U) << "a key that stands twice in a row gives the row once";
    EXPECT_EQ(both[0].id, later.id);
    EXPECT_EQ(both[0].keys, later.keys);
    EXPECT_EQ(both[1].id, earlier.id);
    EXPECT_EQ(both[1].context, first_flight.id);
    EXPECT_EQ(records().travelers_by_key(blind_key(1)).value().size(), 1U);
    EXPECT_TRUE(records().travelers_by_key(blind_key(9)).value().empty());
}

TEST_F(VersionRecords, KeepTheMarksOfCrossingsInOrder) {
    const auto first = rows_.crossing();
    auto second = rows_.crossing();
    second.context = first.context;
    const auto elsewhere = rows_.crossing();
    const std::vector<ledger::CrossingMark> written{
        {first.id, ledger::MarkKind::Final, "close_out", at("11:00:00")},
        {second.id, ledger::MarkKind::Voided, "offloaded", at("11:00:00")},
        {first.id, ledger::MarkKind::Voided, "return_to_gate", at("10:00:00")},
    };
    // In one unit with the crossings they mark, as a close-out in the middle of a transaction.
    ASSERT_TRUE(committed(*store_, [&](auto& work) {
        return crossings().add(work, first) && crossings().add(work, second) &&
               crossings().add(work, elsewhere) &&
               crossings().mark(
                   work, {elsewhere.id, ledger::MarkKind::Final, "", at("09:00:00")}
               ) &&
               std::all_of(written.begin(), written.end(), [&](const auto& mark) {
                   return crossings().mark(work, mark).has_value();
               });
    }));
    const auto read = crossings().marks_of_context(*first.context).value();
    ASSERT_EQ(read.size(), written.size());
    for (std::size_t index = 0; index < read.size(); ++index) {
        EXPECT_EQ(read[index].crossing, written[index].crossing);
        EXPECT_EQ(read[index].kind, written[index].kind);
        EXPECT_EQ(read[index].reason, written[index].reason);
        EXPECT_EQ(read[index].at, written[index].at);
    }
    EXPECT_EQ(crossings().of_context(*first.context, 10).value().size(), 2U) << "stay as written";
}

} // namespace
} // namespace sallyport::storage
