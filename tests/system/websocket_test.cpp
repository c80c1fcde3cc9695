// Proves over real sockets that events reach a checkpoint's sockets as they happen, that a socket
// resumes by number without a gap, and that roles, hosts and numbers are checked.
#include "raw_connection.hpp"
#include "server_fixture.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

namespace sallyport::system_test {
namespace {

using access::Role;
using namespace std::chrono_literals;
namespace json = boost::json;

class EventSockets : public ServerTest {
protected:
    static json::object event_of(const std::optional<std::string>& message) {
        return message.has_value() ? json::parse(*message).as_object() : json::object{};
    }
    std::string events(std::string_view rest = "") {
        return "/v1/checkpoints/booth-4/events" + std::string(rest);
    }
};

TEST_F(EventSockets, TellWhatHappensAsItHappens) {
    start();
    desk_.open_flight();
    RawConnection socket(server_->port());
    ASSERT_EQ(socket.upgrade(events(), host(), installation_.sign_in(Role::Officer)), 101);
    // The subscription begins after the handshake's answer.
    std::this_thread::sleep_for(100ms);
    const std::string id = desk_.open_transaction();
    const json::object opened = event_of(socket.next_message(3s));
    ASSERT_FALSE(opened.empty());
    EXPECT_EQ(opened.at("kind").as_string(), "transaction.opened");
    EXPECT_EQ(opened.at("checkpoint").as_string(), "booth-4");
    EXPECT_EQ(opened.at("body").at("transaction").as_string(), id);
    (void)desk_.capture(id, 1);
    const json::object verdict = event_of(socket.next_message(3s));
    EXPECT_EQ(verdict.at("kind").as_string(), "transaction.verdict");
    EXPECT_EQ(verdict.at("body").at("verdict").as_string(), "match");
    EXPECT_EQ(verdict.at("sequence").as_int64(), opened.at("sequence").as_int64() + 1);
}

TEST_F(EventSockets, ResumeByNumberWithoutAGap) {
    start();
    desk_.open_flight();
    const std::string officer = installation_.sign_in(Role::Officer);
    const std::uint64_t before = installation_.events.last().value();
    for (int count = 0; count < 300; ++count) { // more than an outbox holds
        const std::string id = desk_.open_transaction();
        (void)desk_.send(Role::Officer, "POST", "/v1/transactions/" + id + "/close");
    }
    RawConnection socket(server_->port());
    ASSERT_EQ(socket.upgrade(events("?after=" + std::to_string(before)), host(), officer), 101);
    for (std::uint64_t expected = before + 1; expected <= before + 600; ++expected) {
        const json::object event = event_of(socket.next_message(3s));
        ASSERT_FALSE(event.empty())
            << "after " << expected << ", closed with " << socket.close_code();
        EXPECT_EQ(event.at("sequence").to_number<std::uint64_t>(), expected);
    }
}

TEST_F(EventSockets, ClientsArePongedAndOtherwiseIgnored) {
    start();
    desk_.open_flight();
    RawConnection socket(server_->port());
    ASSERT_EQ(socket.upgrade(events(), host(), installation_.sign_in(Role::Kiosk)), 101);
    socket.send_frame(0x9, "ping");
    socket.send_frame(0x1, "{\"anything\":1}");
    std::this_thread::sleep_for(100ms);
    (void)desk_.open_transaction();
    EXPECT_TRUE(socket.next_message(3s).has_value());
    EXPECT_TRUE(socket.saw_pong());
}

TEST_F(EventSockets, AMessageTooLargeEndsThatSocketAlone) {
    start();
    RawConnection socket(server_->port());
    ASSERT_EQ(socket.upgrade(events(), host(), installation_.sign_in(Role::Kiosk)), 101);
    socket.send_frame(0x1, std::string(5000, 'x'));
    EXPECT_FALSE(socket.next_message(3s).has_value());
    EXPECT_TRUE(socket.closed_within(3s));
    expect_alive();
}

TEST_F(EventSockets, RolesHostsAndNumbersAreChecked) {
    start();
    const auto status =
        [&](const std::string& target, const std::string& named, const std::string& session) {
            return RawConnection(server_->port()).upgrade(target, named, session);
        };
    const std::string kiosk = installation_.sign_in(Role::Kiosk);
    EXPECT_EQ(status(events(), host(), "nobody"), 401);
    EXPECT_EQ(status(events(), host(), installation_.sign_in(Role::Carrier)), 403);
    EXPECT_EQ(status(events(), "evil.example", kiosk), 403);
    EXPECT_EQ(status("/v1/checkpoints/nowhere/events", host(), kiosk), 404);
    EXPECT_EQ(status(events("?after=x"), host(), kiosk), 400);
    EXPECT_EQ(status(events("?after=0"), host(), kiosk), 101);
}

TEST_F(EventSockets, StoppingClosesThemAsGoingAway) {
    start();
    auto socket = std::make_unique<RawConnection>(server_->port());
    ASSERT_EQ(socket->upgrade(events(), host(), installation_.sign_in(Role::Kiosk)), 101);
    const std::jthread stopping([&] { server_->stop(); });
    EXPECT_FALSE(socket->next_message(3s).has_value());
    EXPECT_EQ(socket->close_code(), 1001);
    socket->send_frame(0x8, std::string("\x03\xe9", 2));
    socket.reset();
}

} // namespace
} // namespace sallyport::system_test
