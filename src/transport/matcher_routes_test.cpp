// Proves that the history of coverage and the change of packs are told over HTTP as they are, to
// those who may know, and that a pack is asked for by name alone.
#include "transport/testing/service_fixture.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sallyport::transport {
namespace {

using access::Role;
using testing::Desk;
using testing::Installation;
using testing::json_of;
using testing::text_at;

class MatcherRoutes : public ::testing::Test {
protected:
    Installation installation_;
    Desk desk_{installation_};
};

TEST_F(MatcherRoutes, CoverageHistoryHasTheCountsAfterEachChange) {
    const std::string context = desk_.open_flight();
    const std::string target = fmt::format("/v1/contexts/{}/coverage/history", context);
    const Response first = desk_.send(Role::Carrier, "GET", target);
    ASSERT_EQ(first.status, 200);
    EXPECT_EQ(text_at(first, "/context"), context);
    EXPECT_EQ(json_of(first).at("points").as_array().size(), 1U);
    EXPECT_EQ(text_at(first, "/points/0/with_photo"), "3");
    const auto id = domain::ContextId::parse(context).value();
    const auto somebody = installation_.galleries.coverage(id).value().rows.front().traveler;
    installation_.galleries.opt_out(id, somebody);
    const Response second = desk_.send(Role::Carrier, "GET", target);
    EXPECT_EQ(text_at(second, "/points/1/opted_out"), "1");
    EXPECT_EQ(text_at(second, "/points/1/templates"), "2");
    EXPECT_EQ(
        desk_
            .send(
                Role::Operator, "GET", "/v1/contexts/" + std::string(32, 'a') + "/coverage/history"
            )
            .status,
        404
    );
}

TEST_F(MatcherRoutes, CoverageNamesEachPhoto) {
    const std::string context = desk_.open_flight();
    const Response coverage =
        desk_.send(Role::Officer, "GET", "/v1/contexts/" + context + "/coverage");
    EXPECT_EQ(text_at(coverage, "/rows/0/photos/0/source"), "passport");
    EXPECT_EQ(text_at(coverage, "/rows/0/photos/0/year"), "2020");
    EXPECT_TRUE(json_of(coverage).at_pointer("/rows/0/photos/0/fault").is_null());
}

TEST_F(MatcherRoutes, SayWhichPackServes) {
    const Response shown = desk_.send(Role::Operator, "GET", "/v1/matcher");
    ASSERT_EQ(shown.status, 200);
    EXPECT_EQ(text_at(shown, "/state"), "serving");
    EXPECT_EQ(text_at(shown, "/serving"), installation_.engine.version().value);
    EXPECT_EQ(desk_.send(Role::Officer, "GET", "/v1/matcher").status, 403);
}

TEST_F(MatcherRoutes, APackIsAskedForByNameAndItsRefusalIsPassedOn) {
    EXPECT_EQ(
        desk_.send_json(Role::Operator, "POST", "/v1/matcher", R"({"pack":"next"})").status, 404
    ) << "this server has one pack";
    std::string asked;
    desk_.services.prepare_pack = [&](const std::string& name) -> Status {
        asked = name;
        if (name == "broken") {
            return fail(ErrorCode::ModelMissing, "a file of the pack is missing");
        }
        return {};
    };
    const auto post = [&](std::string_view body) {
        return desk_.send_json(Role::Operator, "POST", "/v1/matcher", body);
    };
    EXPECT_EQ(post(R"({"pack":"next"})").status, 200);
    EXPECT_EQ(asked, "next");
    EXPECT_GE(post(R"({"pack":"broken"})").status, 400);
    EXPECT_EQ(post(R"({"pack":7})").status, 400);
    EXPECT_EQ(post(R"({})").status, 400);
    EXPECT_EQ(desk_.send_json(Role::Officer, "POST", "/v1/matcher", R"({"pack":"x"})").status, 403);
}

} // namespace
} // namespace sallyport::transport
