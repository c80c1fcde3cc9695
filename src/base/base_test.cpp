// Proves the promises that every other module leans on: errors keep their chain, ids and times
// survive being written and read, queues refuse at their limit, freed secrets are zero.
#include "base/bounded_queue.hpp"
#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "base/secret_bytes.hpp"

#include <cstdlib>
#include <gtest/gtest.h>
#include <new>
#include <numeric>
#include <set>
#include <thread>

namespace {
// Sums up the bytes of the next freed block of the watched size: what the allocator gets back.
std::size_t g_watched_size = 0; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
long g_watched_sum = -1;        // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
} // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
    void* memory = std::malloc(size);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t size) noexcept {
    if (g_watched_size != 0 && size == g_watched_size) {
        const auto* bytes = static_cast<const unsigned char*>(memory);
        g_watched_sum = std::accumulate(bytes, bytes + size, 0L);
    }
    std::free(memory);
}

namespace sallyport {
namespace {

struct TestTag;
using TestId = Id<TestTag>;

Result<int> half_of(int value) {
    if (value % 2 != 0) {
        return fail(ErrorCode::InvalidArgument, "odd");
    }
    return value / 2;
}

Result<int> quarter_of(int value) {
    SALLYPORT_TRY(const int half, half_of(value));
    SALLYPORT_TRY(const int quarter, half_of(half));
    return quarter;
}

TEST(Result, PassesTheFirstErrorOn) {
    EXPECT_EQ(quarter_of(8).value(), 2);
    EXPECT_EQ(quarter_of(6).error().code(), ErrorCode::InvalidArgument);
}

TEST(Error, DescribesItsWholeChain) {
    const Error outer(
        ErrorCode::StorageFailed,
        "records",
        Error(ErrorCode::IoFailed, "write", Error(ErrorCode::StorageFull, "disk full"))
    );
    EXPECT_EQ(outer.describe(), "records: write: disk full");
}

TEST(Error, EveryCodeHasItsOwnName) {
    std::set<std::string_view> names;
    for (const ErrorCode code : all_error_codes()) {
        EXPECT_TRUE(names.insert(error_code_name(code)).second) << error_code_name(code);
    }
}

TEST(Id, SurvivesBeingWrittenAndRead) {
    SeededRandom random(7);
    const TestId id = TestId::random(random);
    EXPECT_FALSE(id.is_nil());
    EXPECT_EQ(TestId::parse(id.hex()).value(), id);
}

TEST(Id, RefusesAnythingButThirtyTwoHexDigits) {
    EXPECT_FALSE(TestId::parse(""));
    EXPECT_FALSE(TestId::parse(std::string(31, 'a')));
    EXPECT_FALSE(TestId::parse(std::string(31, 'a') + "g"));
    EXPECT_FALSE(TestId::parse(std::string(33, 'a')));
}

TEST(SystemRandom, GivesDifferentIdsEachTime) {
    SystemRandom random;
    std::set<TestId> seen;
    for (int count = 0; count < 1000; ++count) {
        EXPECT_TRUE(seen.insert(TestId::random(random)).second);
    }
}

TEST(Instant, IsWrittenAsRfc3339) {
    const Instant instant = parse_instant("2026-05-01T08:00:00.250Z").value();
    EXPECT_EQ(format_instant(instant), "2026-05-01T08:00:00.250Z");
}

TEST(Instant, HonoursTheOffset) {
    EXPECT_EQ(
        format_instant(parse_instant("2026-01-01T00:30:00+02:00").value()),
        "2025-12-31T22:30:00.000Z"
    );
}

TEST(Instant, RefusesWhatIsNoTime) {
    for (const char* text :
         {"",
          "2026",
          "2026-02-30T00:00:00Z",
          "2026-01-01T25:00:00Z",
          "2026-01-01T00:00:00",
          "2026-01-01T00:00:00Zjunk",
          "2026-01-01T00:00:00+0200",
          "-026-01-01T00:00:00Z"}) {
        EXPECT_FALSE(parse_instant(text)) << text;
    }
}

TEST(ManualClock, MovesOnlyWhenTold) {
    ManualClock clock(parse_instant("2026-05-01T08:00:00Z").value());
    const auto steady = clock.steady_now();
    clock.advance(std::chrono::hours(12));
    EXPECT_EQ(format_instant(clock.now()), "2026-05-01T20:00:00.000Z");
    EXPECT_EQ(clock.steady_now() - steady, std::chrono::hours(12));
}

TEST(BoundedQueue, RefusesAtItsLimitAndKeepsTheItem) {
    BoundedQueue<std::unique_ptr<int>> queue(1);
    EXPECT_TRUE(queue.push(std::make_unique<int>(1)));
    auto second = std::make_unique<int>(2);
    EXPECT_FALSE(queue.push(std::move(second)));
    ASSERT_NE(second, nullptr);
    EXPECT_EQ(*second, 2);
}

TEST(BoundedQueue, DrainsAfterClose) {
    BoundedQueue<int> queue(4);
    EXPECT_TRUE(queue.push(1));
    queue.close();
    EXPECT_FALSE(queue.push(2));
    EXPECT_EQ(queue.pop(), 1);
    EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(BoundedQueue, WakesAWaitingReader) {
    BoundedQueue<int> queue(1);
    std::optional<int> got;
    std::thread reader([&] { got = queue.pop(); });
    EXPECT_TRUE(queue.push(5));
    reader.join();
    EXPECT_EQ(got, 5);
}

TEST(WipingAllocator, ZeroesMemoryBeforeItIsFreed) {
    g_watched_size = 97;
    g_watched_sum = -1;
    {
        SecretBytes secret(97, 0xAB);
        EXPECT_EQ(secret[96], 0xAB);
    }
    EXPECT_EQ(g_watched_sum, 0);
    g_watched_size = 0;
}

} // namespace
} // namespace sallyport
