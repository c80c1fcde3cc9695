// Proves that the pool refuses beyond its queue, finishes what it took, and outlives a task that
// throws.
#include "transport/worker_pool.hpp"

#include <atomic>
#include <gtest/gtest.h>
#include <latch>
#include <stdexcept>

namespace sallyport::transport {
namespace {

TEST(WorkerPools, RefuseBeyondTheQueue) {
    std::latch started(1);
    std::latch go_on(1);
    std::atomic<int> done{0};
    WorkerPool pool(1, 2);
    ASSERT_TRUE(pool.submit([&] {
        started.count_down();
        go_on.wait();
        ++done;
    }));
    started.wait();
    EXPECT_TRUE(pool.submit([&] { ++done; }));
    EXPECT_TRUE(pool.submit([&] { ++done; }));
    EXPECT_FALSE(pool.submit([&] { ++done; }));
    EXPECT_EQ(pool.waiting(), 2U);
    go_on.count_down();
    pool.stop();
    EXPECT_EQ(done.load(), 3);
}

TEST(WorkerPools, TakeNothingAfterStop) {
    WorkerPool pool(2, 4);
    pool.stop();
    EXPECT_FALSE(pool.submit([] {}));
    pool.stop();
}

TEST(WorkerPools, OutliveATaskThatThrows) {
    std::atomic<bool> done{false};
    WorkerPool pool(1, 4);
    ASSERT_TRUE(pool.submit([] { throw std::runtime_error("lost"); }));
    ASSERT_TRUE(pool.submit([&] { done = true; }));
    pool.stop();
    EXPECT_TRUE(done.load());
}

} // namespace
} // namespace sallyport::transport
