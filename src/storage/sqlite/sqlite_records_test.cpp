// Proves that every row comes back as it was written, that a unit of work is all or nothing, that
// what may happen once happens once, and that events are numbered without gaps.
#include "storage/internal/storage_test_support.hpp"
#include "storage/sqlite/sqlite_records.hpp"

#include <atomic>
#include <thread>

namespace sallyport::storage {
namespace {

using verification::TransactionState;
using verification::TravelerState;

class Records : public testing::Test {
protected:
    Records() : store_(SqliteRecords::open(folder_.path() / "records.db").value()) {}

    verification::RecordStore& records() { return store_->records(); }
    ledger::CrossingStore& crossings() { return store_->crossings(); }
    std::unique_ptr<domain::UnitOfWork> begin() { return store_->unit_of_work().begin().value(); }
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

void expect_same(const domain::Context& left, const domain::Context& right) {
    EXPECT_EQ(left.id, right.id);
    EXPECT_EQ(left.kind, right.kind);
    EXPECT_EQ(left.designator, right.designator);
    EXPECT_EQ(left.departure, right.departure);
    EXPECT_EQ(left.arrival, right.arrival);
    EXPECT_EQ(left.departs_at, right.departs_at);
    EXPECT_EQ(left.arrives_at, right.arrives_at);
    EXPECT_EQ(left.state, right.state);
    EXPECT_EQ(left.opened_at, right.opened_at);
    EXPECT_EQ(left.closed_at, right.closed_at);
    EXPECT_EQ(left.closes_at, right.closes_at);
    EXPECT_EQ(left.reopened_at, right.reopened_at);
}

TEST_F(Records, KeepContexts) {
    const domain::Context first = saved_context();
    const domain::Context second = saved_context();
    const auto all = records().contexts().value();
    ASSERT_EQ(all.size(), 2U);
    expect_same(all[0], first);
    expect_same(all[1], second);
}

TEST_F(Records, KeepEveryKindOfContext) {
    for (int kind = 0; kind < 5; ++kind) {
        domain::Context row = rows_.context();
        row.kind = static_cast<domain::ContextKind>(kind);
        ASSERT_TRUE(committed(*store_, [&](auto& work) {
            return records().add_context(work, row).has_value();
        }));
        expect_same(records().contexts().value().back(), row);
    }
}

TEST_F(Records, ReplaceAContextWholeThroughEveryState) {
    domain::Context row = saved_context();
    const domain::Context other = saved_context();
    for (int state = 0; state < 4; ++state) {
        row.kind = domain::ContextKind::ArrivalsWindow;
        row.state = static_cast<domain::ContextState>(state);
        row.designator = "XX10" + std::to_string(state);
        row.departure = "CCC";
        row.arrival = "DDD";
        row.departs_at = at("10:00:00") + std::chrono::hours(state);
        row.arrives_at = at("12:00:00") + std::chrono::hours(state);
        row.opened_at = at("07:00:00");
        row.closed_at = state % 2 == 0 ? std::nullopt : std::optional(at("13:00:00"));
        row.closes_at = at("14:00:00") + std::chrono::hours(state);
        row.reopened_at = state == 3 ? std::nullopt : std::optional(at("13:30:00"));
        ASSERT_TRUE(committed(*store_, [&](auto& work) {
            return records().update_context(work, row).has_value();
        }));
        const auto all = records().contexts().value();
        ASSERT_EQ(all.size(), 2U);
        expect_same(all[0], row);
        expect_same(all[1], other);
    }
}

TEST_F(Records, SayWhenThereIsNothingToChange) {
    const auto work = begin();
    const Status closed = records().update_context(*work, rows_.context());
    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error().code(), ErrorCode::NotFound);
    const Status changed = records().update_traveler(*work, rows_.traveler({}));
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().code(), ErrorCode::NotFound);
    const Status marked =
        crossings().mark(*work, {rows_.crossing().id, ledger::MarkKind::Final, "", at("11:00:00")});
    ASSERT_FALSE(marked);
    EXPECT_EQ(marked.error().code(), ErrorCode::NotFound);
    const Status moved =
        records().set_traveler_state(*work, rows_.traveler({}).id, TravelerState::Manual);
    ASSERT_FALSE(moved);
    EXPECT_EQ(moved.error().code(), ErrorCode::NotFound);
}

TEST_F(Records, KeepManifestsWithTheirContextsInOrder) {
    auto row = rows_.manifest(1);
    row.format = "csv";
    for (int count = 0; count < 3; ++count) {
        row.contexts.push_back(saved_context().id);
    }
    ASSERT_TRUE(committed(*store_, [&](auto& work) {
        return records().add_manifest(work, row).has_value();
    }));
    const auto found = records().manifest_by_body(row.body_key).value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, row.id);
    EXPECT_EQ(found->received_at, row.received_at);
    EXPECT_EQ(found->body_key, row.body_key);
    EXPECT_EQ(found->body, row.body);
    EXPECT_EQ(found->contexts, row.contexts);
    EXPECT_EQ(found->format, "csv");
    EXPECT_FALSE(records().manifest_by_body(blind_key(9)).value());
    const auto by_id = records().manifest(row.id).value();
    ASSERT_TRUE(by_id);
    EXPECT_EQ(by_id->body, row.body);
    EXPECT_EQ(by_id->contexts, row.contexts);
    EXPECT_FALSE(records().manifest(rows_.manifest(9).id).value());
}

TEST_F(Records, TakeAManifestBeforeTheContextsItOpens) {
    const domain::Context context = rows_.context();
    auto row = rows_.manifest(1);
    row.contexts = {context.id};
    EXPECT_TRUE(committed(*store_, [&](auto& work) {
        return records().add_manifest(work, row) && records().add_context(work, context);
    }));
}

TEST_F(Records, RefuseTheSameManifestTwiceAndKeepTheFirst) {
    const auto first = rows_.manifest(1);
    ASSERT_TRUE(committed(*store_, [&](auto& work) {
        return records().add_manifest(work, first).has_value();
    }));
    const auto work = begin();
    const Status again = records().add_manifest(*work, rows_.manifest(1));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code(), ErrorCode::AlreadyExists);
    // A refusal of this kind spoils nothing: the same unit may go on.
    ASSERT_TRUE(records().add_manifest(*work, rows_.manifest(2)));
    ASSERT_TRUE(work->commit());
    EXPECT_EQ(records().manifest_by_body(blind_key(1)).value()->id, first.id);
    EXPECT_TRUE(records().manifest_by_body(blind_key(2)).value());
}

TEST_F(Records, KeepTravelersInOrderWithTheirKeys) {
    const auto context = saved_context();
    const auto elsewhere = saved_context();
    std::vector<verification::TravelerRow> written;
    for (int count = 0; count < 5; ++count) {
        written.push_back(rows_.traveler(context.id));
    }
    written[3].keys.clear();
    written[4].keys = {blind_key(7), blind_key(7)};
    ASSERT_TRUE(committed(*store_, [&](auto& work) {
        return records().add_traveler(work, rows_.traveler(elsewhere.id)) &&
               std::all_of(written.begin(), written.end(), [&](const auto& row) {
                   return records().add_traveler(work, row).has_value();
               });
    }));
    const auto read = records().travelers_of(context.id).value();
    ASSERT_EQ(read.size(), written.size());
    const auto one = records().traveler(written[0].id).value().value();
    EXPECT_EQ(one.identity, written[0].identity);
    EXPECT_EQ(one.keys, written[0].keys);
    EXPECT_FALSE(records().traveler(rows_.traveler({}).id).value());
    for (std::size_t index = 0; index < read.size(); ++index) {
        EXPECT_EQ(read[index].id, written[index].id);
        EXPECT_EQ(read[index].context, context.id);
        EXPECT_EQ(read[index].identity, written[index].identity);
        EXPECT_EQ(read[index].keys, written[index].keys);
        EXPECT_EQ(read[index].state, TravelerState::Expected);
        EXPECT_EQ(read[index].listed, verification::ListStatus::Listed);
    }
}

TEST_F(Records, MoveATravelerThroughEveryState) {
    const auto context = saved_context();
    const auto row = rows_.traveler(context.id);
    ASSERT_TRUE(committed(*store_, [&](auto& work) {
        return records().add_traveler(work, row).has_value();
    }));
    for (int state = 0; state < 5; ++state) {
        const auto wanted = static_cast<TravelerState>(state);
        ASSERT_TRUE(committed(*store_, [&](auto& work) {
            return records().set_traveler_state(work, row.id, wanted).has_value();
        }));
        EXPECT_EQ(records().travelers_of(context.id).value().front().state, wanted);
    }
}

TEST_F(Records, RefuseATravelerOfNoContext) {
    const auto work = begin();
    ASSERT_TRUE(records().add_traveler(*work, rows_.traveler(rows_.context().id)));
    const Status status = work->commit();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), ErrorCode::StorageFailed);
}

TEST_F(Records, RefuseTheSameIdTwice) {
    const auto context = saved_context();
    const auto traveler = rows_.traveler(context.id);
    const auto work = begin();
    ASSERT_TRUE(records().add_traveler(*work, traveler));
    EXPECT_EQ(records().add_traveler(*work, traveler).error().code(), ErrorCode::AlreadyExists);
    EXPECT_EQ(records().add_context(*work, context).error().code(), ErrorCode::AlreadyExists);
}

TEST_F(Records, ReplaceWhatACheckpointMaySearch) {
    const auto a = saved_context().id;
    const auto b = saved_context().id;
    const auto assign = [&](const char* checkpoint, std::vector<domain::ContextId> contexts) {
        return committed(*store_, [&](auto& work) {
            return records().assign_contexts(work, {checkpoint}, contexts).has_value();
        });
    };
    ASSERT_TRUE(assign("gate-b", {a}) && assign("gate-a", {a, b}) && assign("gate-b", {b, a}));
    const auto all = records().assignments().value();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].first.value, "gate-a");
    EXPECT_EQ(all[0].second, (std::vector{a, b}));
    EXPECT_EQ(all[1].second, (std::vector{b, a}));
    ASSERT_TRUE(assign("gate-a", {}));
    EXPECT_EQ(records().assignments().value().size(), 1U);
    EXPECT_FALSE(assign("gate-a", {rows_.context().id})) << "a context that is not there";
    EXPECT_EQ(records().assignments().value().size(), 1U);
}

void expect_same(const verification::TransactionRow& a, const verification::TransactionRow& b) {
    EXPECT_EQ(a.id, b.id);
    EXPECT_EQ(a.checkpoint, b.checkpoint);
    EXPECT_EQ(a.profile, b.profile);
    EXPECT_EQ(a.notice_version, b.notice_version);
    EXPECT_EQ(a.state, b.state);
    EXPECT_EQ(a.opened_at, b.opened_at);
    EXPECT_EQ(a.captured_at, b.captured_at);
    EXPECT_EQ(a.clock_quality, b.clock_quality);
    EXPECT_EQ(a.attempts, b.attempts);
    EXPECT_EQ(a.verdict, b.verdict);
    EXPECT_EQ(a.reason, b.reason);
    EXPECT_EQ(a.decision, b.decision);
    EXPECT_EQ(a.context, b.context);
    EXPECT_EQ(a.traveler, b.traveler);
    EXPECT_EQ(a.evidence, b.evidence);
    EXPECT_EQ(a.closed_at, b.closed_at);
}

TEST_F(Records, KeepTransactionsAndReplaceThemWhole) {
    auto row = rows_.transaction();
    ASSERT_TRUE(committed(*store_, [&](auto& work) {
        return records().put_transaction(work, row).has_value();
    }));
    expect_same(records().transaction(row.id).value().value(), row);

    row.checkpoint.value = "gate-b13";
    row.profile = "air-entry";
    row.notice_version = "2";
    row.state = TransactionState::Decided;
    row.opened_at = at("09:00:01");
    row.captured_at = at("09:00:02.000001");
    row.clock_quality = ClockQuality::Synchronised;
    row.attempts = 2;
    row.verdict = "refer";
    row.reason = "near-tie";
    row.decision = "referred";
    row.context = rows_.context().id;
    row.traveler = rows_.traveler({}).id;
    row.evidence = "{\"n\":420}";
    row.closed_at = at("09:00:09");
    ASSERT_TRUE(committed(*store_, [&](auto& work) {
        return records().put_transaction(work, row).has_value();
    }));
    expect_same(records().transaction(row.id).value().value(), row);
    EXPECT_FALSE(records().transaction(rows_.transaction().id).value());
}

TEST_F(Records, ListUnfinishedTransactionsOldestFirst) {
    std::vector<verification::TransactionRow> written;
    for (int state = 0; state < 5; ++state) {
        auto row = rows_.transaction();
        row.state = static_cast<TransactionState>(state);
        row.opened_at = at("09:00:00") - std::chrono::seconds(state);
        written.push_back(row);
        ASSERT_TRUE(committed(*store_, [&](auto& work) {
            return records().put_transaction(work, row).has_value();
        }));
    }
    const auto unfinished = records().unfinished_transactions().value();
    ASSERT_EQ(unfinished.size(), 4U);
    expect_same(unfinished[0], written[3]);
    expect_same(unfinished[3], written[0]);
}

TEST_F(Records, NumberEventsWithoutGapsAcrossRolledBackWork) {
    EXPECT_EQ(records().last_event().value(), 0U);
    for (std::uint64_t round = 1; round <= 5; ++round) {
        {
            const auto dropped = begin();
            ASSERT_EQ(
                records().add_event(*dropped, rows_.event("gate-b12")).value(), 2 * round - 1
            );
        }
        const auto work = begin();
        EXPECT_EQ(records().add_event(*work, rows_.event("gate-b12")).value(), 2 * round - 1);
        EXPECT_EQ(records().add_event(*work, rows_.event("gate-b12")).value(), 2 * round);
        ASSERT_TRUE(work->commit());
    }
    EXPECT_EQ(records().last_event().value(), 10U);
    const auto all = records().events_after({"gate-b12"}, 0, 100).value();
    ASSERT_EQ(all.size(), 10U);
    for (std::size_t index = 0; index < all.size(); ++index) {
        EXPECT_EQ(all[index].sequence, index + 1);
    }
}

TEST_F(Records, NumberEventsInCommitOrderFromManyThreads) {
    constexpr int threads = 4;
    constexpr int rounds = 25;
    std::atomic<int> failures = 0;
    std::vector<std::thread> writers;
    for (int thread = 0; thread < threads; ++thread) {
        writers.emplace_back([&, thread] {
            Rows own;
            for (int round = 0; round < rounds; ++round) {
                const bool keeps = round % 5 != 4;
                const auto work = store_->unit_of_work().begin();
                const bool added =
                    work && records().add_event(**work, own.event("g" + std::to_string(thread)));
                failures += added && (!keeps || (*work)->commit()) ? 0 : 1;
            }
        });
    }
    for (auto& writer : writers) {
        writer.join();
    }
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(records().last_event().value(), threads * rounds * 4U / 5U);
}

TEST_F(Records, GiveACheckpointItsEventsAndThoseForAll) {
    const auto work = begin();
    for (const char* checkpoint : {"gate-a", "", "gate-b", "gate-a", ""}) {
        ASSERT_TRUE(records().add_event(*work, rows_.event(checkpoint)));
    }
    ASSERT_TRUE(work->commit());
    const auto sequences = [&](const char* checkpoint, std::uint64_t after, std::size_t rows_max) {
        std::vector<std::uint64_t> numbers;
        const auto rows = records().events_after({checkpoint}, after, rows_max).value();
        for (const auto& row : rows) {
            numbers.push_back(row.sequence);
        }
        return numbers;
    };
    using Numbers = std::vector<std::uint64_t>;
    EXPECT_EQ(sequences("gate-a", 0, 10), (Numbers{1, 2, 4, 5}));
    EXPECT_EQ(sequences("gate-b", 0, 10), (Numbers{2, 3, 5}));
    EXPECT_EQ(sequences("gate-a", 2, 10), (Numbers{4, 5}));
    EXPECT_EQ(sequences("gate-a", 0, 2), (Numbers{1, 2}));
    EXPECT_EQ(sequences("", 0, 10), (Numbers{2, 5}));
    EXPECT_EQ(sequences("gate-a", 5, 10), Numbers{});
    EXPECT_EQ(sequences("gate-a", ~0ULL, 10), Numbers{});
    EXPECT_EQ(sequences("gate-a", 0, 0), Numbers{});
}

TEST_F(Records, KeepEventsAsTheyWere) {
    const auto row = rows_.event("gate-b12", "transaction.verdict");
    ASSERT_TRUE(committed(*store_, [&](auto& work) {
        return records().add_event(work, row).has_value();
    }));
    const auto read = records().events_after({"gate-b12"}, 0, 10).value().front();
    EXPECT_EQ(read.checkpoint, row.checkpoint);
    EXPECT_EQ(read.kind, row.kind);
    EXPECT_EQ(read.at, row.at);
    EXPECT_EQ(read.body, row.body);
}

TEST_F(Records, KeepAnswersUntilTheirTime) {
    const auto early = rows_.answer(1, "early");
    auto late = rows_.answer(3, "late");
    late.at = at("10:00:00");
    ASSERT_TRUE(committed(*store_, [&](auto& work) {
        return records().add_answer(work, early) && records().add_answer(work, late);
    }));
    const auto read = records().answer(early.key).value().value();
    EXPECT_EQ(read.request, early.request);
    EXPECT_EQ(read.status, early.status);
    EXPECT_EQ(read.content_type, early.content_type);
    EXPECT_EQ(read.body, early.body);
    EXPECT_EQ(read.at, early.at);
    ASSERT_TRUE(committed(*store_, [&](auto& work) {
        return records().remove_answers_before(work, late.at).has_value();
    }));
    EXPECT_FALSE(records().answer(early.key).value());
    EXPECT_TRUE(records().answer(late.key).value());
}

TEST_F(Records, RefuseASecondAnswerToOneKey) {
    const auto work = begin();
    ASSERT_TRUE(records().add_answer(*work, rows_.answer(1, "a")));
    EXPECT_EQ(
        records().add_answer(*work, rows_.answer(1, "b")).error().code(), ErrorCode::AlreadyExists
    );
}

void expect_same(const ledger::Crossing& left, const ledger::Crossing& right) {
    EXPECT_EQ(left.id, right.id);
    EXPECT_EQ(left.transaction, right.transaction);
    EXPECT_EQ(left.checkpoint, right.checkpoint);
    EXPECT_EQ(left.direction, right.direction);
    EXPECT_EQ(left.context, right.context);
    EXPECT_EQ(left.traveler, right.traveler);
    EXPECT_EQ(left.outcome, right.outcome);
    EXPECT_EQ(left.biometrically_confirmed, right.biometrically_confirmed);
    EXPECT_EQ(left.reason, right.reason);
    EXPECT_EQ(left.captured_at, right.captured_at);
    EXPECT_EQ(left.clock_quality, right.clock_quality);
    EXPECT_EQ(left.recorded_at, right.recorded_at);
}

TEST_F(Records, KeepCrossingsNewestFirst) {
    const auto older = rows_.crossing();
    auto newer = rows_.crossing();
    newer.context = older.context;
    newer.recorded_at = at("09:30:00");
    auto nobody = rows_.crossing();
    nobody.outcome = ledger::Outcome::Abandoned;
    nobody.biometrically_confirmed = false;
    nobody.context.reset();
    nobody.traveler.reset();
    nobody.recorded_at = at("09:15:00");
    ASSERT_TRUE(committed(*store_, [&](auto& work) {
        return crossings().add(work, older) && crossings().add(work, newer) &&
               crossings().add(work, nobody);
    }));
    const auto recent = crossings().recent(10).value();
    ASSERT_EQ(recent.size(), 3U);
    expect_same(recent[0], newer);
    expect_same(recent[1], nobody);
    expect_same(recent[2], older);
    const auto of_context = crossings().of_context(*older.context, 10).value();
    ASSERT_EQ(of_context.size(), 2U);
    expect_same(of_context[0], newer);
    EXPECT_EQ(crossings().of_context(*older.context, 1).value().size(), 1U);
    EXPECT_EQ(crossings().recent(2).value().size(), 2U);
}

TEST_F(Records, EndATransactionOnce) {
    const auto first = rows_.crossing();
    auto second = rows_.crossing();
    second.transaction = first.transaction;
    ASSERT_TRUE(committed(*store_, [&](auto& work) {
        return crossings().add(work, first).has_value();
    }));
    const auto work = begin();
    EXPECT_EQ(crossings().add(*work, second).error().code(), ErrorCode::AlreadyExists);
}

TEST_F(Records, RefuseACrossingThatContradictsItself) {
    auto row = rows_.crossing();
    row.biometrically_confirmed = false;
    const auto work = begin();
    EXPECT_EQ(crossings().add(*work, row).error().code(), ErrorCode::InvalidArgument);
}

TEST_F(Records, KeepNothingOfWorkThatWasNotCommitted) {
    const auto context = rows_.context();
    auto manifest = rows_.manifest(1);
    manifest.contexts = {context.id};
    const auto transaction = rows_.transaction();
    {
        const auto work = begin();
        ASSERT_TRUE(records().add_context(*work, context));
        ASSERT_TRUE(records().add_manifest(*work, manifest));
        ASSERT_TRUE(records().add_traveler(*work, rows_.traveler(context.id)));
        ASSERT_TRUE(records().put_transaction(*work, transaction));
        ASSERT_TRUE(records().add_event(*work, rows_.event("gate-b12")));
        ASSERT_TRUE(records().add_answer(*work, rows_.answer(1, "a")));
        ASSERT_TRUE(crossings().add(*work, rows_.crossing()));
    }
    EXPECT_TRUE(records().contexts().value().empty());
    EXPECT_FALSE(records().manifest_by_body(manifest.body_key).value());
    EXPECT_TRUE(records().travelers_of(context.id).value().empty());
    EXPECT_FALSE(records().transaction(transaction.id).value());
    EXPECT_TRUE(records().events_after({"gate-b12"}, 0, 10).value().empty());
    EXPECT_EQ(records().last_event().value(), 0U);
    EXPECT_FALSE(records().answer(blind_key(1)).value());
    EXPECT_TRUE(crossings().recent(10).value().empty());
}

TEST_F(Records, RefuseWritesAfterACommit) {
    const auto work = begin();
    ASSERT_TRUE(work->commit());
    EXPECT_EQ(
        records().add_event(*work, rows_.event("gate-b12")).error().code(), ErrorCode::StateConflict
    );
    EXPECT_FALSE(work->commit());
    EXPECT_EQ(records().last_event().value(), 0U);
}

TEST_F(Records, RefuseTheUnitOfWorkOfAnotherStore) {
    const auto other = SqliteRecords::open(folder_.path() / "other.db").value();
    const auto work = other->unit_of_work().begin().value();
    const Status status = records().add_context(*work, rows_.context());
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), ErrorCode::Internal);
}

TEST_F(Records, ReadWhatIsCommittedWhileAnotherWrites) {
    const auto committed_before = saved_context();
    const auto work = begin();
    ASSERT_TRUE(records().add_context(*work, rows_.context()));
    std::atomic<int> wrong = 0;
    std::vector<std::thread> readers;
    for (int thread = 0; thread < 8; ++thread) { // more than there are connections
        readers.emplace_back([&] {
            for (int round = 0; round < 50; ++round) {
                const auto seen = records().contexts();
                wrong += seen && seen->size() == 1 ? 0 : 1;
            }
        });
    }
    for (auto& reader : readers) {
        reader.join();
    }
    EXPECT_EQ(wrong, 0);
    ASSERT_TRUE(work->commit());
    EXPECT_EQ(records().contexts().value().size(), 2U);
}

} // namespace
} // namespace sallyport::storage
