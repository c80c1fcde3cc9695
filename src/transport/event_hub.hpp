// Carries numbered events from the record to open sockets. One thread waits for the feed's call,
// reads what is new for each subscription by number, and hands it to the subscription's sink. A
// socket that comes back with an old number is fed as fast as it takes; one that has caught up and
// then falls behind its outbox is told so and dropped, so that nothing here ever grows. All calls
// are safe from any thread; sinks are called from the hub's thread and must not wait.
#pragma once

#include "verification/event_feed.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace sallyport::transport {

class EventSink {
public:
    virtual ~EventSink() = default;
    // How many more events can be taken now.
    [[nodiscard]] virtual std::size_t room() const = 0;
    virtual void deliver(std::vector<verification::EventRow> events) = 0;
    // The last call a sink gets: it fell behind, or the record cannot be read (QueueFull, others).
    virtual void dropped(const Error& why) = 0;
};

class EventHub {
public:
    explicit EventHub(verification::EventFeed& feed);
    ~EventHub(); // stops the thread; sinks are not called afterwards
    EventHub(const EventHub&) = delete;
    EventHub& operator=(const EventHub&) = delete;

    using SubscriptionId = std::uint64_t;
    // Events after this number, or from now on. A number the record has not reached yet counts as
    // now. QueueFull beyond limits::websocket_sessions_max.
    [[nodiscard]] Result<SubscriptionId> subscribe(
        domain::CheckpointName checkpoint,
        std::optional<std::uint64_t> after,
        std::shared_ptr<EventSink> sink
    );
    void unsubscribe(SubscriptionId id);
    // A sink whose room() was used up has some again.
    void wake();
    [[nodiscard]] std::size_t subscriptions() const;

private:
    struct Subscription {
        domain::CheckpointName checkpoint;
        std::uint64_t after = 0;
        std::uint64_t caught_up_at = 0; // events up to here are the past the socket asked for
        std::shared_ptr<EventSink> sink;
    };
    void run();
    // False when the subscription is over.
    [[nodiscard]] bool feed_one(Subscription& subscription);

    verification::EventFeed& feed_;
    mutable std::mutex mutex_;
    std::condition_variable awake_;
    bool news_ = false;
    bool stopping_ = false;
    std::map<SubscriptionId, Subscription> subscriptions_;
    SubscriptionId next_ = 1;
    verification::EventFeed::ListenerId listener_ = 0;
    std::thread thread_;
};

} // namespace sallyport::transport
