// Proves that targets are decoded once and that nothing in them climbs out, that patterns match
// what they say and nothing else, and that the table itself is sound.
#include "transport/route_table.hpp"
#include "transport/router.hpp"

#include <gtest/gtest.h>
#include <set>

namespace sallyport::transport {
namespace {

std::vector<std::string> segments_of(std::string_view target) {
    return parse_target(target).value().segments;
}

TEST(Targets, AreSplitAndDecoded) {
    EXPECT_TRUE(segments_of("/").empty());
    EXPECT_EQ(segments_of("/v1/contexts"), (std::vector<std::string>{"v1", "contexts"}));
    EXPECT_EQ(segments_of("/console/"), (std::vector<std::string>{"console", ""}));
    EXPECT_EQ(segments_of("/a%20b/c"), (std::vector<std::string>{"a b", "c"}));
    const Target target = parse_target("/x?a=1&b=%2Fc&a=2").value();
    EXPECT_EQ(target.parameter("a"), "1");
    EXPECT_EQ(target.parameter("b"), "/c");
    EXPECT_EQ(target.parameter("c"), std::nullopt);
    EXPECT_EQ(target.raw_query, "a=1&b=%2Fc&a=2");
    EXPECT_EQ(parse_target("/a%20b/c").value().path(), "/a b/c");
}

TEST(Targets, ThatAreNoPlainPathAreRefused) {
    for (const char* target :
         {"",
          "x",
          "http://evil.example/",
          "*",
          "//evil.example",
          "/a/../b",
          "/a/./b",
          "/%2e%2e/b",
          "/a%2fb",
          "/a%5Cb",
          "/a%00b",
          "/a%0Ab",
          "/%zz",
          "/a b",
          "/a#b"}) {
        EXPECT_FALSE(parse_target(target).has_value()) << target;
    }
}

TEST(Patterns, MatchLiteralsAndNames) {
    RouteParameters parameters;
    EXPECT_TRUE(match_pattern("/v1/contexts", segments_of("/v1/contexts"), parameters));
    EXPECT_FALSE(match_pattern("/v1/contexts", segments_of("/v1/contexts/"), parameters));
    EXPECT_FALSE(match_pattern("/v1/contexts", segments_of("/v1"), parameters));
    EXPECT_TRUE(match_pattern("/v1/contexts/{context}", segments_of("/v1/contexts/abc"), parameters)
    );
    EXPECT_EQ(parameters, (RouteParameters{{"context", "abc"}}));
    EXPECT_FALSE(match_pattern("/v1/contexts/{context}", segments_of("/v1/contexts/"), parameters));
}

TEST(Patterns, NamesMayHaveAnEnding) {
    RouteParameters parameters;
    const std::string_view pattern = "/t/{transaction}/held/{index}.jpg";
    EXPECT_TRUE(match_pattern(pattern, segments_of("/t/a/held/3.jpg"), parameters));
    EXPECT_EQ(parameters, (RouteParameters{{"transaction", "a"}, {"index", "3"}}));
    EXPECT_FALSE(match_pattern(pattern, segments_of("/t/a/held/.jpg"), parameters));
    EXPECT_FALSE(match_pattern(pattern, segments_of("/t/a/held/3.png"), parameters));
}

TEST(Routers, SayWhichMethodsAPathTakes) {
    const Router router(route_table());
    const RouteMatch match = router.match(Method::Delete, parse_target("/v1/contexts").value());
    EXPECT_EQ(match.route, nullptr);
    EXPECT_EQ(match.allow, "GET, HEAD, OPTIONS");
    EXPECT_EQ(router.match(Method::Get, parse_target("/v1/nothing").value()).allow, "");
}

TEST(Routers, AnswerHeadWithGet) {
    const Router router(route_table());
    const RouteMatch match = router.match(Method::Head, parse_target("/v1/health").value());
    ASSERT_NE(match.route, nullptr);
    EXPECT_EQ(match.route->method, Method::Get);
}

TEST(RouteTable, IsSound) {
    std::set<std::pair<Method, std::string_view>> seen;
    for (const Route& route : route_table()) {
        SCOPED_TRACE(route.pattern);
        EXPECT_TRUE(seen.emplace(route.method, route.pattern).second);
        EXPECT_EQ(route.handler == nullptr, route.kind == RouteKind::Events);
        EXPECT_NE(route.roles, access::RoleSet{});
        // An operator may everything.
        EXPECT_TRUE(route.roles.allows(access::Role::Operator));
        EXPECT_EQ(route.body == BodyRule::None, route.accepts.empty());
        EXPECT_EQ(route.body == BodyRule::None, route.body_bytes_max == 0);
        EXPECT_LE(route.body_bytes_max, std::size_t{20} << 20U);
        // Only what changes something is kept for another try.
        EXPECT_TRUE(route.replay == Replay::No || route.method == Method::Post);
    }
}

TEST(RouteTable, LetsNobodyChangeAnythingButSignIn) {
    for (const Route& route : route_table()) {
        if (route.roles.allows(access::Role::None) && route.method != Method::Get) {
            EXPECT_EQ(route.pattern, "/v1/session");
        }
    }
}

TEST(RouteTable, ShowsKiosksNoPeople) {
    for (const Route& route : route_table()) {
        if (route.pattern.find("travelers") != std::string_view::npos ||
            route.pattern.find(".jpg") != std::string_view::npos ||
            route.pattern.find("crossings") != std::string_view::npos ||
            route.pattern.find("decision") != std::string_view::npos) {
            EXPECT_FALSE(route.roles.allows(access::Role::Kiosk)) << route.pattern;
            EXPECT_FALSE(route.roles.allows(access::Role::Carrier)) << route.pattern;
        }
    }
}

TEST(HeaderFields, CompareWithoutCase) {
    Headers headers;
    headers.add("Content-Type", "a");
    headers.add("content-type", "b");
    EXPECT_EQ(headers.count("CONTENT-TYPE"), 2U);
    EXPECT_EQ(headers.find("content-TYPE"), "a");
    headers.set("CONTENT-type", "c");
    EXPECT_EQ(headers.count("content-type"), 1U);
    EXPECT_EQ(headers.find("content-type"), "c");
}

TEST(HeaderFields, MediaTypesLoseTheirParameters) {
    EXPECT_EQ(media_type("Image/JPEG ; q=1"), "image/jpeg");
    EXPECT_EQ(media_type(" text/plain"), "text/plain");
    EXPECT_EQ(media_type(""), "");
}

TEST(Methods, AreCaseSensitive) {
    EXPECT_EQ(method_from_name("GET"), Method::Get);
    EXPECT_EQ(method_from_name("get"), Method::Other);
    EXPECT_EQ(method_from_name("TRACE"), Method::Other);
    for (const Method method :
         {Method::Get, Method::Head, Method::Post, Method::Put, Method::Delete, Method::Options}) {
        EXPECT_EQ(method_from_name(method_name(method)), method);
    }
}

} // namespace
} // namespace sallyport::transport
