// Proves what stands after a death, on a full disk and in a folder that may not be written: what
// was acknowledged is there, what was not leaves nothing, and the store goes on when the trouble is
// over. Proves too that removed bytes are in no file, and that sealed personal data never was.
#include "custody/keyfile_sealer.hpp"
#include "storage/internal/storage_test_support.hpp"
#include "storage/sqlite/internal/sqlite_database.hpp"
#include "storage/sqlite/sqlite_records.hpp"

#include <csignal>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace sallyport::storage {
namespace {

constexpr std::string_view marked = "MARKED-BYTES-OF-AN-ANSWER-7f3a9c";

// Adds events of about a kilobyte until one fails; how many were acknowledged, and that failure.
struct Filling {
    std::uint64_t acknowledged = 0;
    ErrorCode failure = ErrorCode::Internal;
};
Filling fill(SqliteRecords& store, int rounds_max) {
    Rows rows;
    Filling filling;
    for (int round = 0; round < rounds_max; ++round) {
        auto row = rows.event("gate-b12");
        row.body = std::string(1000, 'x');
        auto work = store.unit_of_work().begin();
        if (!work) {
            filling.failure = work.error().code();
            return filling;
        }
        const auto added = store.records().add_event(**work, row);
        const Status status = added ? (*work)->commit() : Status(fail(added.error()));
        if (!status) {
            filling.failure = status.error().code();
            return filling;
        }
        filling.acknowledged = *added;
    }
    return filling;
}

TEST(Durability, WhatWasAcknowledgedOutlivesAKilledProcess) {
    const TemporaryFolder folder;
    const auto file = folder.path() / "records.db";
    constexpr int rounds = 40;
    ASSERT_EQ(
        exit_code_of_child([&] {
            auto store = SqliteRecords::open(file);
            if (!store || fill(**store, rounds).acknowledged != rounds) {
                return 1;
            }
            // One more that is written but not committed when the process ends.
            auto work = (*store)->unit_of_work().begin();
            Rows rows;
            static_cast<void>((*store)->records().add_event(**work, rows.event("gate-b12")));
            ::_exit(7);
        }),
        7
    );
    const auto store = SqliteRecords::open(file).value();
    EXPECT_EQ(store->records().last_event().value(), static_cast<std::uint64_t>(rounds));
    EXPECT_EQ(
        store->records().events_after({"gate-b12"}, 0, 100).value().size(),
        static_cast<std::size_t>(rounds)
    );
}

TEST(Durability, AProcessKilledAnywhereLosesNothingItAcknowledged) {
    const TemporaryFolder folder;
    const auto file = folder.path() / "records.db";
    for (int kill_after_ms = 5; kill_after_ms <= 40; kill_after_ms += 7) {
        int channel[2];
        ASSERT_EQ(::pipe(channel), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            auto store = SqliteRecords::open(file);
            while (store) {
                const std::uint64_t number = fill(**store, 1).acknowledged;
                if (::write(channel[1], &number, sizeof number) != sizeof number) {
                    break;
                }
            }
            ::_exit(1);
        }
        ::close(channel[1]);
        ::usleep(static_cast<useconds_t>(kill_after_ms) * 1000);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        std::uint64_t acknowledged = 0;
        for (std::uint64_t number = 0;
             ::read(channel[0], &number, sizeof number) == sizeof number;) {
            acknowledged = number;
        }
        ::close(channel[0]);
        const auto store = SqliteRecords::open(file).value();
        EXPECT_GE(store->records().last_event().value(), acknowledged);
        EXPECT_EQ(
            store->records().events_after({"gate-b12"}, 0, 100'000).value().size(),
            store->records().last_event().value()
        );
    }
}

TEST(Durability, SurvivesReopeningWithEveryKindOfRow) {
    const TemporaryFolder folder;
    const auto file = folder.path() / "records.db";
    Rows rows;
    const auto context = rows.context();
    const auto crossing = rows.crossing();
    {
        const auto store = SqliteRecords::open(file).value();
        ASSERT_TRUE(committed(*store, [&](auto& work) {
            return store->records().add_context(work, context) &&
                   store->crossings().add(work, crossing);
        }));
    }
    const auto store = SqliteRecords::open(file).value();
    EXPECT_EQ(store->records().contexts().value().front().id, context.id);
    EXPECT_EQ(store->crossings().recent(1).value().front().id, crossing.id);
}

// 0 when writing stops with StorageFull, everything acknowledged can be read, and writing goes on
// once there is room again.
template <class MakeRoom>
int check_full_disk(const std::filesystem::path& file, MakeRoom make_room) {
    auto store = SqliteRecords::open(file);
    if (!store) {
        return 1;
    }
    const Filling filling = fill(**store, 100'000);
    if (filling.failure != ErrorCode::StorageFull || filling.acknowledged == 0) {
        return 2;
    }
    const auto last = (*store)->records().last_event();
    if (!last || *last != filling.acknowledged) {
        return 3;
    }
    if (!make_room()) {
        return 4;
    }
    const Filling after = fill(**store, 3);
    return after.acknowledged == filling.acknowledged + 3 ? 0 : 5;
}

TEST(FullDisk, IsSaidAsSuchAndTheRecordGoesOnAfterwards) {
    const TemporaryFolder folder;
    EXPECT_EQ(
        exit_code_of_child([&] {
            ::signal(SIGXFSZ, SIG_IGN); // writes then fail with EFBIG
            rlimit limit{};
            ::getrlimit(RLIMIT_FSIZE, &limit);
            limit.rlim_cur = 1U << 20U;
            ::setrlimit(RLIMIT_FSIZE, &limit);
            return check_full_disk(folder.path() / "records.db", [&] {
                limit.rlim_cur = limit.rlim_max;
                return ::setrlimit(RLIMIT_FSIZE, &limit) == 0;
            });
        }),
        0
    );
    const auto store = SqliteRecords::open(folder.path() / "records.db").value();
    const auto count = store->records().last_event().value();
    EXPECT_EQ(store->records().events_after({"gate-b12"}, 0, 1'000'000).value().size(), count);
}

TEST(FullDisk, OfAFileSystemOfItsOwn) {
    const TemporaryFolder folder;
    constexpr int not_allowed = 90;
    const int code = exit_code_of_child([&] {
        const std::string mount_point = folder.path().string();
        if (::unshare(CLONE_NEWNS) != 0 ||
            ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("tmpfs", mount_point.c_str(), "tmpfs", 0, "size=2m") != 0) {
            return not_allowed;
        }
        return check_full_disk(folder.path() / "records.db", [&] {
            return ::mount("tmpfs", mount_point.c_str(), "tmpfs", MS_REMOUNT, "size=16m") == 0;
        });
    });
    if (code == not_allowed) {
        GTEST_SKIP() << "mounting a small file system needs root";
    }
    EXPECT_EQ(code, 0);
}

// What opening the file gives to a plain user.
int code_of_open(const std::filesystem::path& file) {
    const auto store = SqliteRecords::open(file);
    return store ? -1 : static_cast<int>(store.error().code());
}

TEST(ReadOnly, AFolderThatMayNotBeWrittenIsRefusedAtOnce) {
    const TemporaryFolder folder;
    ASSERT_EQ(::chmod(folder.path().c_str(), 0555), 0);
    EXPECT_EQ(
        exit_code_of_plain_user([&] { return code_of_open(folder.path() / "records.db"); }),
        static_cast<int>(ErrorCode::StorageReadOnly)
    );
    ::chmod(folder.path().c_str(), 0700);
}

TEST(ReadOnly, AFileThatMayOnlyBeReadIsRefusedAtOnce) {
    const TemporaryFolder folder;
    const auto file = folder.path() / "records.db";
    {
        ASSERT_TRUE(SqliteRecords::open(file));
    }
    ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
    ASSERT_EQ(::chmod(file.c_str(), 0444), 0);
    EXPECT_EQ(
        exit_code_of_plain_user([&] { return code_of_open(file); }),
        static_cast<int>(ErrorCode::StorageReadOnly)
    );
}

TEST(ReadOnly, AWritableFileInAFolderThatMayNotBeWrittenIsRefusedAtOnce) {
    const TemporaryFolder folder;
    const auto file = folder.path() / "records.db";
    {
        ASSERT_TRUE(SqliteRecords::open(file));
    }
    ASSERT_EQ(::chmod(file.c_str(), 0666), 0);
    ASSERT_EQ(::chmod(folder.path().c_str(), 0555), 0);
    EXPECT_EQ(
        exit_code_of_plain_user([&] { return code_of_open(file); }),
        static_cast<int>(ErrorCode::StorageReadOnly)
    );
    ::chmod(folder.path().c_str(), 0700);
}

TEST(ReadOnly, AMissingFolderIsAFailure) {
    const TemporaryFolder folder;
    const auto store = SqliteRecords::open(folder.path() / "nowhere" / "records.db");
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code(), ErrorCode::StorageFailed);
}

TEST(Erasing, RemovedAnswersAreInNoFile) {
    const TemporaryFolder folder;
    const auto store = SqliteRecords::open(folder.path() / "records.db").value();
    Rows rows;
    const std::string long_answer = std::string(20'000, 'p') + std::string(marked);
    ASSERT_TRUE(committed(*store, [&](auto& work) {
        return store->records().add_answer(work, rows.answer(1, marked)) &&
               store->records().add_answer(work, rows.answer(3, long_answer));
    }));
    ASSERT_GE(files_that_hold(folder.path(), marked), 1) << "the search finds what is there";
    ASSERT_TRUE(store->truncate_log()); // now it is in the database file itself
    ASSERT_GE(files_that_hold(folder.path(), marked), 1);
    ASSERT_TRUE(committed(*store, [&](auto& work) {
        return store->records().remove_answers_before(work, at("23:00:00")).has_value();
    }));
    EXPECT_EQ(files_that_hold(folder.path(), marked), 0);
}

TEST(Erasing, AReaderInTheWayDelaysItAndHoldsNobodyUp) {
    const TemporaryFolder folder;
    const auto store = SqliteRecords::open(folder.path() / "records.db").value();
    Rows rows;
    ASSERT_TRUE(committed(*store, [&](auto& work) {
        return store->records().add_answer(work, rows.answer(1, marked)).has_value();
    }));
    const auto reader =
        sqlite::Database::open(folder.path() / "records.db", sqlite::ConnectionKind::Reader)
            .value();
    ASSERT_TRUE(reader->execute("BEGIN; SELECT count(*) FROM answers"));
    const auto begun = std::chrono::steady_clock::now();
    ASSERT_TRUE(committed(*store, [&](auto& work) {
        return store->records().remove_answers_before(work, at("23:00:00")).has_value();
    }));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(2));
    EXPECT_GE(files_that_hold(folder.path(), marked), 1) << "the reader still sees it";
    ASSERT_TRUE(reader->execute("COMMIT"));
    // Any later commit finishes the work.
    ASSERT_TRUE(committed(*store, [&](auto& work) {
        return store->records().add_event(work, rows.event("gate-b12")).has_value();
    }));
    EXPECT_EQ(files_that_hold(folder.path(), marked), 0);
}

TEST(PersonalData, NeverStandsInClearInAnyFile) {
    const TemporaryFolder folder;
    SystemRandom random;
    auto custody = custody::open_keyfile(folder.path() / "master.key", random).value();
    const auto store = SqliteRecords::open(folder.path() / "records.db").value();
    const std::string name = "MARKED FAMILY NAME 55d1e0";
    const std::string document = "MARKEDDOCUMENT90210";
    const auto seal = [&](domain::SealCategory category, const auto& id) {
        const std::string clear =
            "{\"family_name\":\"" + name + "\",\"number\":\"" + document + "\"}";
        const std::vector<std::uint8_t> bytes(clear.begin(), clear.end());
        return custody.sealer().seal(category, id.bytes(), bytes).value();
    };
    Rows rows;
    const auto context = rows.context();
    auto manifest = rows.manifest(1);
    manifest.body = seal(domain::SealCategory::ManifestBody, manifest.id);
    auto traveler = rows.traveler(context.id);
    traveler.identity = seal(domain::SealCategory::TravelerIdentity, traveler.id);
    traveler.keys = {custody.blind_index().key_of("document", document)};
    ASSERT_TRUE(committed(*store, [&](auto& work) {
        return store->records().add_context(work, context) &&
               store->records().add_manifest(work, manifest) &&
               store->records().add_traveler(work, traveler);
    }));
    for (int pass = 0; pass < 2; ++pass) { // in the log first, then in the database file
        EXPECT_EQ(files_that_hold(folder.path(), name), 0);
        EXPECT_EQ(files_that_hold(folder.path(), document), 0);
        ASSERT_TRUE(store->truncate_log());
    }
    const auto read = store->records().travelers_of(context.id).value().front();
    const auto opened =
        custody.sealer()
            .open(domain::SealCategory::TravelerIdentity, traveler.id.bytes(), read.identity)
            .value();
    EXPECT_NE(std::string(opened.begin(), opened.end()).find(name), std::string::npos);
}

} // namespace
} // namespace sallyport::storage
