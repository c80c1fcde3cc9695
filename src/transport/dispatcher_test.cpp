// Proves what is decided before a route runs: host, origin, session, role, method, content type,
// length; what every answer carries; and that a repeated request with its key is done once.
#include "base/limits.hpp"
#include "transport/dispatcher.hpp"
#include "transport/route_table.hpp"
#include "transport/testing/service_fixture.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <gtest/gtest.h>

namespace sallyport::transport {
namespace {

using access::Role;
using testing::Desk;
using testing::Installation;
using testing::text_at;

class Dispatching : public ::testing::Test {
protected:
    Installation installation_;
    Desk desk_{installation_};
};

TEST_F(Dispatching, HealthNeedsNobodySignedIn) {
    const Response response = desk_.send(Role::None, "GET", "/v1/health");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(text_at(response, "/status"), "alive");
    EXPECT_EQ(text_at(response, "/version"), "test");
}

TEST_F(Dispatching, AnotherHostIsRejectedEverywhere) {
    for (const char* target : {"/v1/health", "/v1/contexts", "/", "/v1/nothing"}) {
        const Response response =
            desk_.send(Role::Operator, "GET", target, "", {}, {{"Host", "evil.example"}});
        EXPECT_EQ(response.status, 403) << target;
        EXPECT_EQ(text_at(response, "/type"), "/problems/host-rejected");
    }
}

TEST_F(Dispatching, AnotherOriginIsRejected) {
    EXPECT_EQ(
        desk_
            .send(
                Role::Operator, "GET", "/v1/contexts", "", {}, {{"Origin", "http://evil.example"}}
            )
            .status,
        403
    );
    EXPECT_EQ(
        desk_.send(Role::Operator, "GET", "/v1/contexts", "", {}, {{"Origin", "null"}}).status, 403
    );
    EXPECT_EQ(
        desk_
            .send(
                Role::Operator, "GET", "/v1/contexts", "", {}, {{"Origin", "http://127.0.0.1:8080"}}
            )
            .status,
        200
    );
}

TEST_F(Dispatching, TwoHostsAreNotOne) {
    Request request = desk_.make_request(Role::None, "GET", "/v1/health");
    request.headers.add("Host", "127.0.0.1:8080");
    EXPECT_EQ(desk_.dispatcher.handle(request).status, 400);
    Request without;
    without.target = parse_target("/v1/health").value();
    EXPECT_EQ(desk_.dispatcher.handle(without).status, 400);
}

TEST_F(Dispatching, NobodySignedInIsAskedToSignIn) {
    const Response response = desk_.send(Role::None, "GET", "/v1/contexts");
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(response.headers.find("WWW-Authenticate"), "Bearer");
    EXPECT_EQ(
        desk_.send(Role::None, "GET", "/v1/contexts", "", {}, {{"Authorization", "Bearer wrong"}})
            .status,
        401
    );
    EXPECT_EQ(
        desk_.send(Role::None, "GET", "/v1/contexts", "", {}, {{"Authorization", "Basic wrong"}})
            .status,
        401
    );
}

TEST_F(Dispatching, EveryRouteKeepsOutTheRolesItDoesNotName) {
    for (const Route& route : route_table()) {
        std::string target(route.pattern);
        for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
                 {"{context}", std::string(32, 'a')},
                 {"{transaction}", std::string(32, 'b')},
                 {"{manifest}", std::string(32, 'c')},
                 {"{traveler}", std::string(32, 'd')},
                 {"{checkpoint}", "gate-b12"},
                 {"{version}", "3.2"},
                 {"{index}", "0"}
             }) {
            if (const auto at = target.find(name); at != std::string::npos) {
                target.replace(at, name.size(), value);
            }
        }
        for (const Role role : access::all_roles) {
            const Plan plan =
                desk_.dispatcher.plan(desk_.make_request(role, method_name(route.method), target));
            ASSERT_EQ(plan.route, &route) << target;
            EXPECT_EQ(!plan.refusal.has_value(), route.roles.allows(role))
                << target << " " << access::role_name(role);
            if (plan.refusal.has_value()) {
                EXPECT_EQ(plan.refusal->status, role == Role::None ? 401 : 403) << target;
            }
        }
    }
}

TEST_F(Dispatching, TheCookieSignsInAndTheHeaderDecides) {
    const std::string officer = installation_.sign_in(Role::Officer);
    const std::string kiosk = installation_.sign_in(Role::Kiosk);
    const auto role_with = [&](std::vector<std::pair<std::string, std::string>> headers) {
        return text_at(desk_.send(Role::None, "GET", "/v1/session", "", {}, headers), "/role");
    };
    EXPECT_EQ(role_with({{"Cookie", "a=b; sallyport_session=" + officer + "; c=d"}}), "officer");
    EXPECT_EQ(
        role_with({{"Cookie", "sallyport_session=" + officer}, {"Authorization", "Bearer " + kiosk}}
        ),
        "kiosk"
    );
    EXPECT_EQ(
        desk_
            .send(
                Role::None,
                "GET",
                "/v1/session",
                "",
                {},
                {{"Cookie", "xsallyport_session=" + officer}}
            )
            .status,
        401
    );
}

TEST_F(Dispatching, AStaleCookieDoesNotKeepAnybodyFromOpenRoutes) {
    EXPECT_EQ(
        desk_.send(Role::None, "GET", "/v1/health", "", {}, {{"Cookie", "sallyport_session=old"}})
            .status,
        200
    );
}

TEST_F(Dispatching, UnknownPathsAndMethods) {
    EXPECT_EQ(desk_.send(Role::Operator, "GET", "/v1/nothing").status, 404);
    EXPECT_EQ(desk_.send(Role::Operator, "GET", "/v1/contexts/").status, 404);
    const Response response = desk_.send(Role::Operator, "DELETE", "/v1/contexts");
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(response.headers.find("Allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(desk_.send(Role::Operator, "BREW", "/v1/contexts").status, 405);
}

TEST_F(Dispatching, OptionsTellsMethodsAndNothingOfOtherOrigins) {
    const Response response = desk_.send(Role::None, "OPTIONS", "/v1/manifests");
    EXPECT_EQ(response.status, 204);
    EXPECT_EQ(response.headers.find("Allow"), "POST, OPTIONS");
    for (const auto& [name, value] : response.headers.fields()) {
        EXPECT_FALSE(name.starts_with("Access-Control")) << name;
    }
}

TEST_F(Dispatching, HeadIsGetWithoutItsBody) {
    const Response response = desk_.send(Role::None, "HEAD", "/v1/health");
    EXPECT_EQ(response.status, 200);
    EXPECT_TRUE(response.head_only);
    EXPECT_FALSE(response.body.empty()); // counted for Content-Length
}

TEST_F(Dispatching, EveryAnswerCarriesTheProtectiveHeaders) {
    for (const char* target : {"/v1/health", "/v1/contexts", "/v1/nothing"}) {
        const Response response = desk_.send(Role::None, "GET", target);
        EXPECT_EQ(response.headers.find("X-Content-Type-Options"), "nosniff");
        EXPECT_EQ(response.headers.find("Referrer-Policy"), "no-referrer");
        EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
        EXPECT_NE(
            response.headers.find("Content-Security-Policy")->find("default-src 'self'"),
            std::string_view::npos
        );
        EXPECT_NE(
            response.headers.find("Permissions-Policy")->find("camera=(self)"),
            std::string_view::npos
        );
    }
}

TEST_F(Dispatching, AnAnnouncedBodyBeyondTheLimitIsRefusedUnread) {
    Request header = desk_.make_request(Role::Carrier, "POST", "/v1/manifests");
    header.headers.add("Content-Type", "text/plain");
    header.has_body = true;
    header.content_length = 104'857'600;
    const Plan plan = desk_.dispatcher.plan(header);
    ASSERT_TRUE(plan.refusal.has_value());
    EXPECT_EQ(plan.refusal->status, 413);
    header.content_length = limits::manifest_bytes_max;
    EXPECT_FALSE(desk_.dispatcher.plan(header).refusal.has_value());
    header.content_length = limits::manifest_bytes_max + 1;
    EXPECT_EQ(desk_.dispatcher.plan(header).refusal->status, 413);
}

TEST_F(Dispatching, ABodyThatGrewBeyondTheLimitIsRefused) {
    Request request = desk_.make_request(Role::Operator, "POST", "/v1/session/tokens");
    request.headers.add("Content-Type", "application/json");
    request.has_body = true; // of unknown length
    request.body = SecretBytes(17U << 10U, ' ');
    EXPECT_EQ(desk_.dispatcher.handle(request).status, 413);
}

TEST_F(Dispatching, OtherContentTypesAreRefused) {
    const auto status = [&](std::string_view type) {
        return desk_.send(Role::Carrier, "POST", "/v1/manifests", type, bytes_of("x")).status;
    };
    EXPECT_EQ(status("image/jpeg"), 415);
    EXPECT_EQ(status(""), 415);
    EXPECT_EQ(status("text/html"), 415);
    EXPECT_NE(status("Text/Plain; charset=utf-8"), 415);
    EXPECT_EQ(
        desk_
            .send(
                Role::Carrier,
                "POST",
                "/v1/manifests",
                "text/plain",
                bytes_of("x"),
                {{"Content-Encoding", "gzip"}}
            )
            .status,
        415
    );
}

TEST_F(Dispatching, ABodyWhereNoneBelongsIsRefused) {
    EXPECT_EQ(desk_.send_json(Role::Operator, "GET", "/v1/contexts", "{}").status, 413);
}

TEST_F(Dispatching, AMissingBodyIsRefused) {
    EXPECT_EQ(desk_.send(Role::Operator, "POST", "/v1/session/tokens").status, 400);
}

TEST_F(Dispatching, UnknownFieldsAreNamed) {
    const Response response = desk_.send_json(
        Role::Operator, "POST", "/v1/session/tokens", R"({"role":"kiosk","color":"red"})"
    );
    EXPECT_EQ(response.status, 400);
    EXPECT_NE(text_at(response, "/detail").find("color"), std::string::npos);
}

TEST_F(Dispatching, TheSameKeyGetsTheSameAnswer) {
    const std::vector<std::pair<std::string, std::string>> key{{"Idempotency-Key", "list-1"}};
    const Response first =
        desk_.send_json(Role::Carrier, "POST", "/v1/manifests", testing::flight_list(), key);
    ASSERT_EQ(first.status, 201);
    const Response again =
        desk_.send_json(Role::Carrier, "POST", "/v1/manifests", testing::flight_list(), key);
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(text_of(again.body), text_of(first.body));
    EXPECT_EQ(again.headers.find("Content-Type"), "application/json");
    EXPECT_EQ(again.headers.find("Idempotent-Replayed"), "true");
    // Without the key the list is one that was sent before.
    EXPECT_EQ(
        desk_.send_json(Role::Carrier, "POST", "/v1/manifests", testing::flight_list()).status, 409
    );
}

TEST_F(Dispatching, TheSameKeyForAnotherRequestIsRefused) {
    const std::vector<std::pair<std::string, std::string>> key{{"Idempotency-Key", "k"}};
    EXPECT_EQ(
        desk_.send_json(Role::Carrier, "POST", "/v1/manifests", testing::flight_list(), key).status,
        201
    );
    const Response other = desk_.send_json(Role::Carrier, "POST", "/v1/manifests", "{}", key);
    EXPECT_EQ(other.status, 422);
    EXPECT_EQ(text_at(other, "/type"), "/problems/idempotency-mismatch");
}

TEST_F(Dispatching, KeysOfRolesAreApart) {
    const std::vector<std::pair<std::string, std::string>> key{{"Idempotency-Key", "k"}};
    EXPECT_EQ(
        desk_.send_json(Role::Carrier, "POST", "/v1/manifests", testing::flight_list(), key).status,
        201
    );
    EXPECT_EQ(
        desk_.send_json(Role::Operator, "POST", "/v1/manifests", testing::flight_list(), key)
            .status,
        409
    );
}

TEST_F(Dispatching, KeysHaveALength) {
    for (const std::string& key : {std::string(), std::string(129, 'k')}) {
        EXPECT_EQ(
            desk_
                .send_json(
                    Role::Carrier,
                    "POST",
                    "/v1/manifests",
                    testing::flight_list(),
                    {{"Idempotency-Key", key}}
                )
                .status,
            400
        );
    }
}

TEST_F(Dispatching, AnotherBoundaryIsStillTheSameForm) {
    desk_.open_flight();
    const std::string id = desk_.open_transaction();
    const auto send = [&](std::string_view boundary) {
        const SecretBytes picture = testing::picture_of(0);
        std::string body = "--" + std::string(boundary) +
                           "\r\nContent-Disposition: form-data; name=\"frame\"; filename=\"f\"\r\n"
                           "Content-Type: image/jpeg\r\n\r\n";
        body += text_of(picture);
        body += "\r\n--" + std::string(boundary) + "--\r\n";
        return desk_.send(
            Role::Kiosk,
            "POST",
            "/v1/transactions/" + id + "/captures",
            "multipart/form-data; boundary=" + std::string(boundary),
            bytes_of(body),
            {{"Idempotency-Key", "frame-1"}}
        );
    };
    const Response first = send("AAAA");
    ASSERT_EQ(first.status, 200) << text_of(first.body);
    const Response again = send("BBBB");
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.headers.find("Idempotent-Replayed"), "true");
}

TEST_F(Dispatching, FailuresAreNotKeptForTheKey) {
    const Route failing[] = {
        {.method = Method::Post,
         .pattern = "/v1/fails",
         .roles = {Role::None},
         .handler = [](const Exchange&) -> Result<Response> {
             return fail(ErrorCode::StorageFull, "full");
         },
         .body = BodyRule::Optional,
         .body_bytes_max = 10,
         .accepts = {"text/plain"},
         .replay = Replay::WithKey}
    };
    const Dispatcher dispatcher(
        failing, desk_.services, desk_.documents, nullptr, testing::fixture_port
    );
    Request request = desk_.make_request(Role::None, "POST", "/v1/fails");
    request.headers.add("Idempotency-Key", "k");
    for (int count = 0; count < 2; ++count) {
        const Response response = dispatcher.handle(request);
        EXPECT_EQ(response.status, 507);
        EXPECT_EQ(response.headers.count("Idempotent-Replayed"), 0U);
    }
}

TEST_F(Dispatching, AHandlerThatThrowsIsAFailureAndFreesItsKey) {
    const Route throwing[] = {
        {.method = Method::Post,
         .pattern = "/v1/throws",
         .roles = {Role::None},
         .handler = [](const Exchange&) -> Result<Response> { throw std::bad_alloc(); },
         .accepts = {},
         .replay = Replay::WithKey}
    };
    const Dispatcher dispatcher(
        throwing, desk_.services, desk_.documents, nullptr, testing::fixture_port
    );
    Request request = desk_.make_request(Role::None, "POST", "/v1/throws");
    request.headers.add("Idempotency-Key", "k");
    EXPECT_EQ(dispatcher.handle(request).status, 500);
    EXPECT_EQ(dispatcher.handle(request).status, 500);
}

TEST_F(Dispatching, AnswersAreCounted) {
    (void)desk_.send(Role::None, "GET", "/v1/health");
    (void)desk_.send(Role::None, "GET", "/v1/contexts");
    const Response metrics = desk_.send(Role::None, "GET", "/metrics");
    EXPECT_EQ(metrics.status, 200);
    const std::string text(text_of(metrics.body));
    EXPECT_NE(text.find("route=\"/v1/health\",status=\"2xx\"} 1"), std::string::npos) << text;
    EXPECT_NE(text.find("sallyport_errors_total{code=\"unauthenticated\"} 1"), std::string::npos)
        << text;
}

TEST_F(Dispatching, EventsWithoutAWebSocketAskForOne) {
    const Response response = desk_.send(Role::Kiosk, "GET", "/v1/checkpoints/gate-b12/events");
    EXPECT_EQ(response.status, 426);
    EXPECT_EQ(response.headers.find("Upgrade"), "websocket");
}

TEST_F(Dispatching, EventsAreAskedForByNumber) {
    const auto ask = [&](std::string_view target) {
        const Request request = desk_.make_request(Role::Kiosk, "GET", target);
        const Plan plan = desk_.dispatcher.plan(request);
        EXPECT_TRUE(plan.is_events());
        return desk_.dispatcher.events_request(plan, request);
    };
    EXPECT_EQ(ask("/v1/checkpoints/gate-b12/events")->after, std::nullopt);
    EXPECT_EQ(ask("/v1/checkpoints/gate-b12/events?after=0")->after, 0U);
    EXPECT_EQ(ask("/v1/checkpoints/gate-b12/events?after=17")->after, 17U);
    EXPECT_EQ(ask("/v1/checkpoints/nowhere/events").error().code(), ErrorCode::NotFound);
    for (const char* bad : {"-1", "x", "", "1x", "18446744073709551616"}) {
        EXPECT_EQ(
            ask(std::string("/v1/checkpoints/gate-b12/events?after=") + bad).error().code(),
            ErrorCode::InvalidArgument
        ) << bad;
    }
}

} // namespace
} // namespace sallyport::transport
