// Proves over real sockets that the server answers, keeps connections, refuses what is too large or
// too slow or too much, survives every broken request, and stops cleanly.
#include "base/limits.hpp"
#include "raw_connection.hpp"
#include "server_fixture.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <fstream>
#include <future>
#include <thread>
#include <vector>

namespace sallyport::system_test {
namespace {

using access::Role;
using transport::HttpClient;
using transport::HttpResponse;
using transport::ServerOptions;
using namespace std::chrono_literals;
namespace fixture = transport::testing;

std::span<const std::uint8_t> bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

class ServerSockets : public ServerTest {};

TEST_F(ServerSockets, AFaceAtTheGateEndToEnd) {
    start();
    desk_.open_flight();
    HttpClient http = client();
    const transport::HttpHeaders kiosk{
        {"Authorization", "Bearer " + installation_.sign_in(Role::Kiosk)}
    };
    transport::HttpHeaders json = kiosk;
    json.emplace_back("Content-Type", "application/json");
    const std::string id = domain::TransactionId::random(installation_.random).hex();
    const std::string open = fmt::format(
        R"({{"checkpoint":"gate-b12","notice":{{"version":"3.2","shown_at":"{}"}},"subjects":[{{}}]}})",
        format_instant(installation_.clock.now())
    );
    const auto opened = http.request("PUT", "/v1/transactions/" + id, json, bytes(open));
    ASSERT_TRUE(opened.has_value()) << opened.error().describe();
    EXPECT_EQ(opened->status, 201) << opened->body;
    transport::HttpHeaders jpeg = kiosk;
    jpeg.emplace_back("Content-Type", "image/jpeg");
    const auto captured =
        http.request("POST", "/v1/transactions/" + id + "/captures", jpeg, fixture::picture_of(1));
    ASSERT_TRUE(captured.has_value()) << captured.error().describe();
    EXPECT_EQ(captured->status, 200) << captured->body;
    EXPECT_EQ(boost::json::parse(captured->body).at("verdict").as_string(), "match");
    EXPECT_NE(captured->header("server-timing")->find("total;dur="), std::string_view::npos);
}

TEST_F(ServerSockets, OneConnectionServesManyRequests) {
    start();
    RawConnection connection(server_->port());
    for (int count = 0; count < 20; ++count) {
        ASSERT_TRUE(connection.send("GET /v1/health HTTP/1.1\r\nHost: " + host() + "\r\n\r\n"));
        EXPECT_NE(connection.read_until("}", 2s).find("HTTP/1.1 200 OK"), std::string::npos);
    }
}

TEST_F(ServerSockets, RequestsSentAtOnceAreAnsweredInOrder) {
    start();
    RawConnection connection(server_->port());
    connection.send(
        "GET /v1/health HTTP/1.1\r\nHost: " + host() +
        "\r\n\r\nGET /v1/nothing HTTP/1.1\r\nHost: " + host() + "\r\nConnection: close\r\n\r\n"
    );
    const std::string answers = connection.read_until("no-such-thing", 2s);
    EXPECT_LT(answers.find("200 OK"), answers.find("404 Not Found"));
    EXPECT_NE(answers.find("404 Not Found"), std::string::npos);
}

TEST_F(ServerSockets, HeadHasALengthAndNoBody) {
    start();
    RawConnection connection(server_->port());
    connection.send("HEAD /v1/health HTTP/1.1\r\nHost: " + host() + "\r\n\r\n");
    const std::string answer = connection.read_until("\r\n\r\n", 2s);
    EXPECT_NE(answer.find("Content-Length: "), std::string::npos);
    EXPECT_EQ(answer.find("Content-Length: 0"), std::string::npos);
    EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
    // The connection goes on.
    connection.send("GET /v1/health HTTP/1.1\r\nHost: " + host() + "\r\n\r\n");
    EXPECT_NE(connection.read_until("alive", 2s).find("alive"), std::string::npos);
}

TEST_F(ServerSockets, AHundredMegabytesAreRefusedBeforeTheyAreSent) {
    start();
    const std::string carrier = installation_.sign_in(Role::Carrier);
    RawConnection connection(server_->port());
    connection.send(
        "POST /v1/manifests HTTP/1.1\r\nHost: " + host() + "\r\nAuthorization: Bearer " + carrier +
        "\r\nContent-Type: text/plain\r\nContent-Length: 104857600\r\n\r\n"
    );
    const std::string answer = connection.read_until("}", 2s);
    EXPECT_NE(answer.find("HTTP/1.1 413"), std::string::npos) << answer;
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    EXPECT_TRUE(connection.closed_within(3s));
    expect_alive();
}

TEST_F(ServerSockets, ChunksBeyondTheLimitAreRefused) {
    start();
    const std::string operator_session = installation_.sign_in(Role::Operator);
    RawConnection connection(server_->port());
    connection.send(
        "POST /v1/session/tokens HTTP/1.1\r\nHost: " + host() + "\r\nAuthorization: Bearer " +
        operator_session +
        "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    const std::string chunk = "1000\r\n" + std::string(4096, ' ') + "\r\n";
    for (int count = 0; count < 8; ++count) {
        connection.send(chunk);
    }
    EXPECT_NE(connection.read_until("}", 2s).find("HTTP/1.1 413"), std::string::npos);
    expect_alive();
}

TEST_F(ServerSockets, ChunksWithinTheLimitAreRead) {
    start();
    const std::string operator_session = installation_.sign_in(Role::Operator);
    RawConnection connection(server_->port());
    connection.send(
        "POST /v1/session/tokens HTTP/1.1\r\nHost: " + host() + "\r\nAuthorization: Bearer " +
        operator_session +
        "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    connection.send("8\r\n{\"role\":\r\n8\r\n\"kiosk\"}\r\n0\r\n\r\n");
    EXPECT_NE(connection.read_until("}", 2s).find("HTTP/1.1 201"), std::string::npos);
}

TEST_F(ServerSockets, AClientThatAsksFirstIsToldToGoOn) {
    start();
    const std::string operator_session = installation_.sign_in(Role::Operator);
    RawConnection connection(server_->port());
    connection.send(
        "POST /v1/session/tokens HTTP/1.1\r\nHost: " + host() + "\r\nAuthorization: Bearer " +
        operator_session +
        "\r\nContent-Type: application/json\r\nContent-Length: 16\r\n"
        "Expect: 100-continue\r\n\r\n"
    );
    EXPECT_NE(connection.read_until("\r\n\r\n", 2s).find("100 Continue"), std::string::npos);
    connection.send("{\"role\":\"kiosk\"}");
    EXPECT_NE(connection.read_until("}", 2s).find("HTTP/1.1 201"), std::string::npos);
}

TEST_F(ServerSockets, WhatIsNoRequestIsRefusedAndTheServerGoesOn) {
    start();
    const std::string named = "Host: " + host() + "\r\n";
    const std::vector<std::pair<std::string, std::string>> broken{
        {"\r\n\r\n\r\n", "400"},
        {"nonsense\r\n\r\n", "400"},
        {"GET\r\n\r\n", "400"},
        {"GET http://evil.example/ HTTP/1.1\r\n" + named + "\r\n", "400"},
        {"GET /../etc/passwd HTTP/1.1\r\n" + named + "\r\n", "400"},
        {"GET /%2e%2e/secret HTTP/1.1\r\n" + named + "\r\n", "400"},
        {"GET /v1/health HTTP/3.0\r\n" + named + "\r\n", "400"},
        {"GET /v1/health HTTP/1.1\r\nBad Header: x\r\n" + named + "\r\n", "400"},
        {"GET /v1/health HTTP/1.1\r\n" + named + named + "\r\n", "400"},
        {"GET /v1/health HTTP/1.1\r\n\r\n", "400"},
        {"GET /v1/health HTTP/1.1\r\nHost: evil.example\r\n\r\n", "403"},
        {"POST /v1/manifests HTTP/1.1\r\n" + named + "Content-Length: -1\r\n\r\n", "400"},
        {"POST /v1/manifests HTTP/1.1\r\n" + named +
             "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
         "400"},
        {"GET /v1/health HTTP/1.1\r\n" + named + "X: " + std::string(20'000, 'x') + "\r\n\r\n",
         "431"},
        {"GET /" + std::string(20'000, 'x') + " HTTP/1.1\r\n" + named + "\r\n", "431"},
        {"BREW /v1/health HTTP/1.1\r\n" + named + "\r\n", "405"},
        {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + "\r\n\r\n", "400"},
    };
    for (const auto& [request, status] : broken) {
        RawConnection connection(server_->port());
        connection.send(request);
        const std::string answer = connection.read_until("\r\n\r\n", 3s);
        EXPECT_NE(answer.find("HTTP/1.1 " + status), std::string::npos)
            << request.substr(0, 60) << " -> " << answer.substr(0, 60);
        expect_alive();
    }
}

TEST_F(ServerSockets, BrokenChunksAreRefused) {
    start();
    const std::string operator_session = installation_.sign_in(Role::Operator);
    RawConnection connection(server_->port());
    connection.send(
        "POST /v1/session/tokens HTTP/1.1\r\nHost: " + host() + "\r\nAuthorization: Bearer " +
        operator_session +
        "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        "zz\r\nxx\r\n0\r\n\r\n"
    );
    EXPECT_NE(connection.read_until("}", 2s).find("HTTP/1.1 400"), std::string::npos);
    expect_alive();
}

TEST_F(ServerSockets, AClientThatLeavesInTheMiddleHarmsNobody) {
    start();
    const std::string carrier = installation_.sign_in(Role::Carrier);
    for (const std::size_t cut : {10U, 60U, 200U}) {
        RawConnection connection(server_->port());
        const std::string request =
            "POST /v1/manifests HTTP/1.1\r\nHost: " + host() + "\r\nAuthorization: Bearer " +
            carrier + "\r\nContent-Type: text/plain\r\nContent-Length: 5000\r\n\r\nUNA:+.? '";
        connection.send(request.substr(0, cut));
    }
    expect_alive();
}

TEST_F(ServerSockets, ASlowHeaderAndASlowBodyAreCutOff) {
    ServerOptions options;
    options.header_time_max = 200ms;
    options.body_time_max = 300ms;
    start(options);
    RawConnection silent(server_->port());
    EXPECT_TRUE(silent.closed_within(2s));
    RawConnection drip(server_->port());
    drip.send("GET /v1/he");
    EXPECT_TRUE(drip.closed_within(2s));
    const std::string carrier = installation_.sign_in(Role::Carrier);
    RawConnection body(server_->port());
    body.send(
        "POST /v1/manifests HTTP/1.1\r\nHost: " + host() + "\r\nAuthorization: Bearer " + carrier +
        "\r\nContent-Type: text/plain\r\nContent-Length: 5000\r\n\r\nUNA"
    );
    EXPECT_TRUE(body.closed_within(2s));
    expect_alive();
}

TEST_F(ServerSockets, AnIdleConnectionIsClosedAndTheClientComesBack) {
    ServerOptions options;
    options.idle_time_max = 150ms;
    start(options);
    HttpClient http = client();
    EXPECT_EQ(http.request("GET", "/v1/health")->status, 200);
    std::this_thread::sleep_for(400ms);
    const auto again = http.request("GET", "/v1/health");
    ASSERT_TRUE(again.has_value()) << again.error().describe();
    EXPECT_EQ(again->status, 200);
}

TEST_F(ServerSockets, AFullQueueSaysTryAgainAndHealthStillAnswers) {
    ServerOptions options;
    options.workers = 1;
    options.work_queue_max = 2;
    start(options);
    desk_.open_flight();
    std::vector<std::string> ids;
    for (int count = 0; count < 8; ++count) {
        ids.push_back(desk_.open_transaction());
    }
    const transport::HttpHeaders jpeg{
        {"Authorization", "Bearer " + installation_.sign_in(Role::Kiosk)},
        {"Content-Type", "image/jpeg"}
    };
    installation_.engine.hold = true;
    std::vector<std::future<HttpResponse>> answers;
    for (const std::string& id : ids) {
        answers.push_back(std::async(std::launch::async, [&, id] {
            HttpClient http = client();
            return http
                .request(
                    "POST", "/v1/transactions/" + id + "/captures", jpeg, fixture::picture_of(1)
                )
                .value();
        }));
    }
    std::this_thread::sleep_for(300ms);
    expect_alive();
    installation_.engine.hold = false;
    int taken = 0;
    int refused = 0;
    for (auto& answer : answers) {
        const HttpResponse response = answer.get();
        taken += response.status == 200;
        if (response.status == 429) {
            ++refused;
            EXPECT_EQ(response.header("Retry-After"), "1");
        }
    }
    EXPECT_EQ(taken + refused, 8);
    // One in work and two waiting; one fewer if the worker was late.
    EXPECT_GE(taken, 2);
    EXPECT_LE(taken, 3);
    expect_alive();
}

TEST_F(ServerSockets, TooManyConnectionsAreRefusedAndRoomIsMadeAgain) {
    start();
    {
        std::vector<std::unique_ptr<RawConnection>> open;
        for (std::size_t count = 0; count < limits::http_connections_max; ++count) {
            open.push_back(std::make_unique<RawConnection>(server_->port()));
        }
        // All are accepted before the next one asks.
        open.back()->send("GET /v1/health HTTP/1.1\r\nHost: " + host() + "\r\n\r\n");
        ASSERT_NE(open.back()->read_until("alive", 5s).find("alive"), std::string::npos);
        RawConnection extra(server_->port());
        EXPECT_NE(extra.read_until("}", 2s).find("HTTP/1.1 429"), std::string::npos);
    }
    std::this_thread::sleep_for(200ms);
    expect_alive();
}

TEST_F(ServerSockets, StoppingLetsWorkFinish) {
    start();
    desk_.open_flight();
    const std::string id = desk_.open_transaction();
    const transport::HttpHeaders jpeg{
        {"Authorization", "Bearer " + installation_.sign_in(Role::Kiosk)},
        {"Content-Type", "image/jpeg"}
    };
    installation_.engine.hold = true;
    auto answer = std::async(std::launch::async, [&] {
        HttpClient http = client();
        return http.request(
            "POST", "/v1/transactions/" + id + "/captures", jpeg, fixture::picture_of(1)
        );
    });
    RawConnection idle(server_->port());
    std::this_thread::sleep_for(200ms);
    auto stopped = std::async(std::launch::async, [&] { server_->stop(); });
    std::this_thread::sleep_for(100ms);
    installation_.engine.hold = false;
    stopped.get();
    const auto response = answer.get();
    ASSERT_TRUE(response.has_value()) << response.error().describe();
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->header("Connection"), "close");
    EXPECT_TRUE(idle.closed_within(1s));
    EXPECT_FALSE(HttpClient::connect("127.0.0.1", server_->port(), 500ms).has_value());
    server_->stop();
}

TEST_F(ServerSockets, OnlyLoopbackIsListenedOn) {
    for (const char* address : {"0.0.0.0", "::", "192.0.2.1", "example.org", ""}) {
        ServerOptions options;
        options.address = address;
        options.schema_root = fixture::schema_folder();
        const auto server = transport::Server::start(options, installation_.services());
        ASSERT_FALSE(server.has_value()) << address;
        EXPECT_EQ(server.error().code(), ErrorCode::ConfigInvalid) << address;
    }
}

TEST_F(ServerSockets, ATakenPortIsAFaultThatNamesIt) {
    start();
    ServerOptions options;
    options.port = server_->port();
    options.schema_root = fixture::schema_folder();
    const auto second = transport::Server::start(options, installation_.services());
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code(), ErrorCode::IoFailed);
    EXPECT_NE(second.error().message().find(std::to_string(server_->port())), std::string::npos);
}

TEST_F(ServerSockets, PagesAreServedWithTheirPolicy) {
    fixture::TemporaryFolder web;
    std::filesystem::create_directories(web.path() / "console");
    std::ofstream(web.path() / "console" / "index.html") << "<p>console</p>";
    ServerOptions options;
    options.web_root = web.path();
    start(options);
    HttpClient http = client();
    const auto page = http.request("GET", "/console/");
    ASSERT_TRUE(page.has_value());
    EXPECT_EQ(page->body, "<p>console</p>");
    EXPECT_NE(
        page->header("Content-Security-Policy")->find("frame-ancestors 'none'"),
        std::string_view::npos
    );
    const std::string etag(*page->header("ETag"));
    const auto again = http.request("GET", "/console/", {{"If-None-Match", etag}});
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->status, 304);
    EXPECT_EQ(http.request("GET", "/console?a=b")->header("Location"), "/console/?a=b");
    EXPECT_EQ(http.request("GET", "/nothing")->status, 404);
    EXPECT_EQ(http.request("POST", "/console/")->status, 405);
}

TEST_F(ServerSockets, TheClientSaysWhyItFailed) {
    const auto nobody = HttpClient::connect("127.0.0.1", 1, 500ms);
    ASSERT_FALSE(nobody.has_value());
    EXPECT_EQ(nobody.error().code(), ErrorCode::IoFailed);
    start();
    desk_.open_flight();
    const std::string id = desk_.open_transaction();
    HttpClient impatient = HttpClient::connect("127.0.0.1", server_->port(), 200ms).value();
    installation_.engine.hold = true;
    const auto late = impatient.request(
        "POST",
        "/v1/transactions/" + id + "/captures",
        {{"Authorization", "Bearer " + installation_.sign_in(Role::Kiosk)},
         {"Content-Type", "image/jpeg"}},
        fixture::picture_of(1)
    );
    installation_.engine.hold = false;
    ASSERT_FALSE(late.has_value());
    EXPECT_EQ(late.error().code(), ErrorCode::DeadlineExceeded);
}

} // namespace
} // namespace sallyport::system_test
