// A few threads and a queue in front of them that refuses when it is full. stop() takes no more
// work, finishes what is there and joins; a task that throws ends itself alone. Safe from any
// thread.
#pragma once

#include "base/bounded_queue.hpp"

#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

namespace sallyport::transport {

class WorkerPool {
public:
    using Task = std::function<void()>;
    WorkerPool(std::size_t workers, std::size_t waiting_max);
    ~WorkerPool() { stop(); }
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    // False when waiting_max tasks wait already, or after stop().
    [[nodiscard]] bool submit(Task task) { return queue_.push(std::move(task)); }
    [[nodiscard]] std::size_t waiting() const { return queue_.size(); }
    void stop();

private:
    void run();
    BoundedQueue<Task> queue_;
    std::vector<std::thread> threads_;
};

} // namespace sallyport::transport
