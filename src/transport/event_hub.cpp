#include "transport/event_hub.hpp"

#include "base/limits.hpp"

#include <algorithm>

namespace sallyport::transport {

namespace {
// Rows read at once; a longer past comes in several readings.
constexpr std::size_t rows_max = 64;
} // namespace

EventHub::EventHub(verification::EventFeed& feed) : feed_(feed) {
    listener_ = feed_.listen([this] { wake(); });
    thread_ = std::thread([this] { run(); });
}

EventHub::~EventHub() {
    feed_.stop_listening(listener_);
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    awake_.notify_all();
    thread_.join();
}

void EventHub::wake() {
    {
        const std::lock_guard lock(mutex_);
        news_ = true;
    }
    awake_.notify_all();
}

Result<EventHub::SubscriptionId> EventHub::subscribe(
    domain::CheckpointName checkpoint,
    std::optional<std::uint64_t> after,
    std::shared_ptr<EventSink> sink
) {
    SALLYPORT_TRY(const std::uint64_t last, feed_.last());
    SubscriptionId id = 0;
    {
        const std::lock_guard lock(mutex_);
        if (subscriptions_.size() >= limits::websocket_sessions_max) {
            return fail(ErrorCode::QueueFull, "too many event sockets are open");
        }
        id = next_++;
        subscriptions_.emplace(
            id,
            Subscription{
                .checkpoint = std::move(checkpoint),
                .after = std::min(after.value_or(last), last),
                .caught_up_at = last,
                .sink = std::move(sink),
            }
        );
    }
    wake();
    return id;
}

void EventHub::unsubscribe(SubscriptionId id) {
    const std::lock_guard lock(mutex_);
    subscriptions_.erase(id);
}

std::size_t EventHub::subscriptions() const {
    const std::lock_guard lock(mutex_);
    return subscriptions_.size();
}

bool EventHub::feed_one(Subscription& subscription) {
    while (true) {
        const std::size_t room = subscription.sink->room();
        // One row even when there is no room: it tells whether the socket is behind.
        Result<std::vector<verification::EventRow>> rows = feed_.after(
            subscription.checkpoint, subscription.after, std::clamp<std::size_t>(room, 1, rows_max)
        );
        if (!rows.has_value()) {
            subscription.sink->dropped(rows.error());
            return false;
        }
        if (rows->empty()) {
            return true;
        }
        if (room == 0) {
            if (rows->front().sequence <= subscription.caught_up_at) {
                return true; // still catching up: goes on when the socket has sent some
            }
            subscription.sink->dropped(Error(ErrorCode::QueueFull, "the socket reads too slowly"));
            return false;
        }
        subscription.after = rows->back().sequence;
        subscription.sink->deliver(*std::move(rows));
    }
}

void EventHub::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        awake_.wait(lock, [this] { return news_ || stopping_; });
        if (stopping_) {
            return;
        }
        news_ = false;
        std::vector<SubscriptionId> ids;
        ids.reserve(subscriptions_.size());
        for (const auto& [id, subscription] : subscriptions_) {
            ids.push_back(id);
        }
        for (const SubscriptionId id : ids) {
            const auto found = subscriptions_.find(id);
            if (found == subscriptions_.end() || stopping_) {
                continue;
            }
            // Reading may wait for the record; nobody is kept out meanwhile.
            Subscription work = found->second;
            lock.unlock();
            const bool goes_on = feed_one(work);
            lock.lock();
            if (const auto still = subscriptions_.find(id); still != subscriptions_.end()) {
                if (goes_on) {
                    still->second.after = work.after;
                } else {
                    subscriptions_.erase(still);
                }
            }
        }
    }
}

} // namespace sallyport::transport
