#include "transport/worker_pool.hpp"

namespace sallyport::transport {

WorkerPool::WorkerPool(std::size_t workers, std::size_t waiting_max) : queue_(waiting_max) {
    threads_.reserve(workers);
    for (std::size_t index = 0; index < workers; ++index) {
        threads_.emplace_back([this] { run(); });
    }
}

void WorkerPool::stop() {
    queue_.close();
    for (std::thread& thread : threads_) {
        if (thread.joinable()) {
            thread.join();
        }
    }
}

void WorkerPool::run() {
    while (std::optional<Task> task = queue_.pop()) {
        try {
            (*task)();
        } catch (...) {
            // A thread's entry point: what a task let through must not end the service. Tasks
            // answer for their own failures.
        }
    }
}

} // namespace sallyport::transport
