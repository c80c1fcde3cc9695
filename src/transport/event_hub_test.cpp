// Proves that a subscription gets its checkpoint's events in order and without a gap, resumes by
// number, is fed no faster than it takes while it catches up, and is dropped when it falls behind.
#include "access/roles.hpp"
#include "base/limits.hpp"
#include "transport/event_hub.hpp"
#include "transport/internal/json_views.hpp"
#include "transport/testing/service_fixture.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <condition_variable>
#include <gtest/gtest.h>

namespace sallyport::transport {
namespace {

class Listener final : public EventSink {
public:
    explicit Listener(std::size_t room) : room_(room) {}
    [[nodiscard]] std::size_t room() const override {
        const std::lock_guard lock(mutex_);
        return room_ > numbers_.size() - taken_ ? room_ - (numbers_.size() - taken_) : 0;
    }
    void deliver(std::vector<verification::EventRow> events) override {
        const std::lock_guard lock(mutex_);
        for (const verification::EventRow& event : events) {
            numbers_.push_back(event.sequence);
        }
        changed_.notify_all();
    }
    void dropped(const Error& why) override {
        const std::lock_guard lock(mutex_);
        dropped_ = why.code();
        changed_.notify_all();
    }
    // Waits until so many events came, or a second passed.
    std::vector<std::uint64_t> wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::seconds(5), [&] { return numbers_.size() >= count; });
        return numbers_;
    }
    std::optional<ErrorCode> wait_for_drop() {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::seconds(5), [&] { return dropped_.has_value(); });
        return dropped_;
    }
    void take_all() {
        const std::lock_guard lock(mutex_);
        taken_ = numbers_.size();
    }
    [[nodiscard]] std::optional<ErrorCode> drop() const {
        const std::lock_guard lock(mutex_);
        return dropped_;
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t room_;
    std::size_t taken_ = 0;
    std::vector<std::uint64_t> numbers_;
    std::optional<ErrorCode> dropped_;
};

class Hub : public ::testing::Test {
protected:
    void write(std::string_view checkpoint, int count = 1) {
        for (int index = 0; index < count; ++index) {
            auto work = installation_.store->unit_of_work().begin().value();
            testing::must(installation_.events.write(
                *work, {std::string(checkpoint)}, "transaction.opened", "{}"
            ));
            testing::must(work->commit());
        }
        installation_.events.announce();
    }
    testing::Installation installation_;
    EventHub hub_{installation_.events};
};

TEST_F(Hub, DeliversWhatHappensFromNowOn) {
    write("gate-b12", 3);
    const auto listener = std::make_shared<Listener>(10);
    ASSERT_TRUE(hub_.subscribe({"gate-b12"}, std::nullopt, listener).has_value());
    write("gate-b12", 2);
    EXPECT_EQ(listener->wait_for(2), (std::vector<std::uint64_t>{4, 5}));
}

TEST_F(Hub, DeliversOwnEventsAndThoseOfAll) {
    const auto listener = std::make_shared<Listener>(10);
    ASSERT_TRUE(hub_.subscribe({"gate-b12"}, 0, listener).has_value());
    write("booth-4");
    write("");
    write("gate-b12");
    EXPECT_EQ(listener->wait_for(2), (std::vector<std::uint64_t>{2, 3}));
}

TEST_F(Hub, ResumesWithoutAGap) {
    write("gate-b12", 5);
    const auto listener = std::make_shared<Listener>(10);
    ASSERT_TRUE(hub_.subscribe({"gate-b12"}, 2, listener).has_value());
    write("gate-b12");
    EXPECT_EQ(listener->wait_for(4), (std::vector<std::uint64_t>{3, 4, 5, 6}));
}

TEST_F(Hub, FeedsALongPastAsFastAsItIsTaken) {
    write("gate-b12", 200);
    const auto listener = std::make_shared<Listener>(50);
    ASSERT_TRUE(hub_.subscribe({"gate-b12"}, 0, listener).has_value());
    for (std::size_t expected = 50; expected <= 200; expected += 50) {
        ASSERT_EQ(listener->wait_for(expected).size(), expected);
        EXPECT_EQ(listener->drop(), std::nullopt);
        listener->take_all();
        hub_.wake();
    }
    const std::vector<std::uint64_t> numbers = listener->wait_for(200);
    for (std::size_t index = 0; index < numbers.size(); ++index) {
        EXPECT_EQ(numbers[index], index + 1);
    }
}

TEST_F(Hub, DropsAListenerThatFallsBehind) {
    const auto slow = std::make_shared<Listener>(3);
    const auto quick = std::make_shared<Listener>(100);
    ASSERT_TRUE(hub_.subscribe({"gate-b12"}, std::nullopt, slow).has_value());
    ASSERT_TRUE(hub_.subscribe({"gate-b12"}, std::nullopt, quick).has_value());
    write("gate-b12", 5);
    EXPECT_EQ(slow->wait_for_drop(), ErrorCode::QueueFull);
    EXPECT_EQ(slow->wait_for(3).size(), 3U);
    EXPECT_EQ(quick->wait_for(5).size(), 5U);
    EXPECT_EQ(hub_.subscriptions(), 1U);
}

TEST_F(Hub, ANumberFromTheFutureMeansNow) {
    write("gate-b12", 2);
    const auto listener = std::make_shared<Listener>(10);
    ASSERT_TRUE(hub_.subscribe({"gate-b12"}, 1000, listener).has_value());
    write("gate-b12");
    EXPECT_EQ(listener->wait_for(1), (std::vector<std::uint64_t>{3}));
}

TEST_F(Hub, RefusesMoreSubscriptionsThanTheLimit) {
    std::vector<EventHub::SubscriptionId> ids;
    for (std::size_t count = 0; count < limits::websocket_sessions_max; ++count) {
        ids.push_back(
            hub_.subscribe({"gate-b12"}, std::nullopt, std::make_shared<Listener>(1)).value()
        );
    }
    EXPECT_EQ(
        hub_.subscribe({"gate-b12"}, std::nullopt, std::make_shared<Listener>(1)).error().code(),
        ErrorCode::QueueFull
    );
    hub_.unsubscribe(ids.front());
    EXPECT_TRUE(
        hub_.subscribe({"gate-b12"}, std::nullopt, std::make_shared<Listener>(1)).has_value()
    );
}

TEST(EventTexts, ShowAKioskOnlyWhatItMaySee) {
    verification::EventRow event;
    event.sequence = 7;
    event.checkpoint = {"gate-b12"};
    event.kind = "transaction.verdict";
    event.body =
        R"({"transaction":"t","state":"verdict","verdict":"refer","reason":"near_tie","traveler":"x","score":1})";
    const auto body_for = [&](access::Role role) {
        return boost::json::parse(event_text(event, role)).at("body").as_object();
    };
    EXPECT_EQ(body_for(access::Role::Officer).at("traveler").as_string(), "x");
    const auto kiosk = body_for(access::Role::Kiosk);
    EXPECT_EQ(kiosk.size(), 4U);
    EXPECT_EQ(kiosk.at("reason").as_string(), "see_agent");
    EXPECT_FALSE(kiosk.contains("traveler"));
    event.body = R"({"reason":"too_dark"})";
    EXPECT_EQ(body_for(access::Role::Kiosk).at("reason").as_string(), "too_dark");
    event.body = "broken";
    EXPECT_TRUE(body_for(access::Role::Officer).empty());
}

} // namespace
} // namespace sallyport::transport
