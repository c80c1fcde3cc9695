#include "verification/event_feed.hpp"

#include <vector>

namespace sallyport::verification {

Status EventFeed::write(
    domain::UnitOfWork& work,
    const domain::CheckpointName& checkpoint,
    std::string_view kind,
    std::string body
) {
    EventRow row;
    row.checkpoint = checkpoint;
    row.kind = std::string(kind);
    row.at = clock_.now();
    row.body = std::move(body);
    SALLYPORT_TRY([[maybe_unused]] const auto sequence, records_.add_event(work, row));
    return {};
}

void EventFeed::announce() {
    std::vector<std::function<void()>> listeners;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, listener] : listeners_) {
            listeners.push_back(listener);
        }
    }
    for (const auto& listener : listeners) {
        listener();
    }
}

Result<std::vector<EventRow>> EventFeed::after(
    const domain::CheckpointName& checkpoint, std::uint64_t sequence, std::size_t rows_max
) {
    return records_.events_after(checkpoint, sequence, rows_max);
}

Result<std::uint64_t> EventFeed::last() {
    return records_.last_event();
}

EventFeed::ListenerId EventFeed::listen(std::function<void()> on_new_events) {
    const std::lock_guard lock(mutex_);
    const ListenerId id = next_listener_++;
    listeners_.emplace(id, std::move(on_new_events));
    return id;
}

void EventFeed::stop_listening(ListenerId id) {
    const std::lock_guard lock(mutex_);
    listeners_.erase(id);
}

} // namespace sallyport::verification
