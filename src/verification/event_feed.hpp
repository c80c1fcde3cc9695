// Numbered events, written with the record they tell of and announced after the commit. A listener
// is woken and then reads from the table by number, so that a socket that was away resumes without
// a gap. Events hold ids and states, never personal data. Safe from any thread.
#pragma once

#include "base/clock.hpp"
#include "verification/record_store.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>

namespace sallyport::verification {

class EventFeed {
public:
    EventFeed(RecordStore& records, const Clock& clock) : records_(records), clock_(clock) {}

    // Inside a unit of work; body is a JSON object's text.
    [[nodiscard]] Status write(
        domain::UnitOfWork& work,
        const domain::CheckpointName& checkpoint,
        std::string_view kind,
        std::string body
    );
    // After the commit. Calls every listener; a listener must only post work elsewhere.
    void announce();

    [[nodiscard]] Result<std::vector<EventRow>>
    after(const domain::CheckpointName& checkpoint, std::uint64_t sequence, std::size_t rows_max);
    [[nodiscard]] Result<std::uint64_t> last();

    using ListenerId = std::uint64_t;
    [[nodiscard]] ListenerId listen(std::function<void()> on_new_events);
    void stop_listening(ListenerId id);

private:
    RecordStore& records_;
    const Clock& clock_;
    std::mutex mutex_;
    std::map<ListenerId, std::function<void()>> listeners_;
    ListenerId next_listener_ = 1;
};

} // namespace sallyport::verification
