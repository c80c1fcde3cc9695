// Proves the routes of a flight's life: changes and their versions, answers to carriers, departure,
// return to gate, offloading, cancelling and arrivals windows, and who may use each.
#include "manifest/paxlst_test_text.hpp"
#include "transport/testing/service_fixture.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sallyport::transport {
namespace {

namespace json = boost::json;
using access::Role;
using testing::Desk;
using testing::Installation;
using testing::json_of;
using testing::text_at;

class FlightRoutes : public ::testing::Test {
protected:
    Response post(Role role, const std::string& target) { return desk_.send(role, "POST", target); }
    Response get(Role role, const std::string& target) { return desk_.send(role, "GET", target); }
    // A list of XX100 with this function that names the first of its travelers.
    Response send_change(std::string_view function) {
        json::value list = json::parse(testing::flight_list());
        list.as_object()["function"] = json::string_view(function.data(), function.size());
        json::array& travelers = list.at("travelers").as_array();
        travelers.erase(travelers.begin() + 1, travelers.end());
        return desk_.send_json(Role::Carrier, "POST", "/v1/manifests", json::serialize(list));
    }
    std::string traveler(const std::string& context, std::size_t index) {
        return text_at(
            get(Role::Officer, "/v1/contexts/" + context + "/travelers"),
            fmt::format("/travelers/{}/traveler", index)
        );
    }
    Installation installation_;
    Desk desk_{installation_};
};

TEST_F(FlightRoutes, AChangeSaysWhatItDid) {
    const std::string context = desk_.open_flight();
    const Response sent = send_change("cancel_travelers");
    ASSERT_EQ(sent.status, 201) << text_of(sent.body);
    EXPECT_EQ(text_at(sent, "/contexts/0"), context);
    EXPECT_EQ(text_at(sent, "/changes/cancelled"), "1");
    const Response shown = get(Role::Carrier, "/v1/contexts/" + context);
    EXPECT_EQ(text_at(shown, "/cancelled"), "1");
    EXPECT_EQ(text_at(shown, "/listed"), "3");
    EXPECT_NE(text_at(shown, "/closes_at"), "null");
    EXPECT_EQ(
        text_at(
            get(Role::Officer, "/v1/contexts/" + context + "/travelers"), "/travelers/0/listed"
        ),
        "cancelled"
    );
}

TEST_F(FlightRoutes, VersionsNameNobodyAndDifferencesAreForOfficers) {
    const std::string context = desk_.open_flight();
    const std::string manifest = text_at(send_change("cancel_travelers"), "/manifest");
    const std::string target = "/v1/contexts/" + context + "/versions";
    const Response versions = get(Role::Carrier, target);
    ASSERT_EQ(versions.status, 200);
    ASSERT_EQ(json_of(versions).at("versions").as_array().size(), 2U);
    EXPECT_EQ(text_at(versions, "/versions/0/function"), "original");
    EXPECT_EQ(text_at(versions, "/versions/0/changes/added"), "4");
    EXPECT_EQ(text_at(versions, "/versions/1/manifest"), manifest);
    EXPECT_EQ(text_at(versions, "/versions/1/travelers"), "1");
    EXPECT_EQ(text_of(versions.body).find("FAMILY"), std::string_view::npos);

    const Response diff = get(Role::Officer, target + "/" + manifest + "/diff");
    ASSERT_EQ(diff.status, 200) << text_of(diff.body);
    EXPECT_EQ(text_at(diff, "/travelers/0/change"), "cancelled");
    EXPECT_NE(text_of(diff.body).find("FAMILY"), std::string_view::npos);
    EXPECT_EQ(get(Role::Carrier, target + "/" + manifest + "/diff").status, 403);
    EXPECT_EQ(get(Role::Officer, target + "/" + std::string(32, 'a') + "/diff").status, 404);
    EXPECT_EQ(get(Role::Officer, "/v1/contexts/" + std::string(32, 'a') + "/versions").status, 404);
}

TEST_F(FlightRoutes, ACarrierIsAnsweredInBothForms) {
    manifest::testing::MessageText text;
    text.travelers = {manifest::testing::traveler_text("QUENTILLARD:ANNA")};
    const Response sent = desk_.send(
        Role::Carrier, "POST", "/v1/manifests", "application/edifact", bytes_of(text.str())
    );
    ASSERT_EQ(sent.status, 201) << text_of(sent.body);
    const std::string target = "/v1/manifests/" + text_at(sent, "/manifest");
    const Response contrl = get(Role::Carrier, target + "/acknowledgement?format=edifact");
    ASSERT_EQ(contrl.status, 200) << text_of(contrl.body);
    EXPECT_EQ(contrl.headers.find("Content-Type"), "application/edifact");
    EXPECT_NE(text_of(contrl.body).find("CONTRL"), std::string_view::npos);
    const Response cusres = get(Role::Carrier, target + "/cusres?format=edifact");
    ASSERT_EQ(cusres.status, 200) << text_of(cusres.body);
    EXPECT_NE(text_of(cusres.body).find("CUSRES"), std::string_view::npos);
    for (const char* answer : {"/acknowledgement", "/cusres", "/cusres?format=json"}) {
        const Response plain = get(Role::Carrier, target + answer);
        ASSERT_EQ(plain.status, 200) << answer;
        EXPECT_TRUE(json_of(plain).is_object()) << answer;
        EXPECT_EQ(text_of(plain.body).find("QUENTILLARD"), std::string_view::npos) << answer;
    }
    EXPECT_EQ(text_of(cusres.body).find("QUENTILLARD"), std::string_view::npos);
    EXPECT_EQ(get(Role::Carrier, target + "/cusres?format=xml").status, 400);
    EXPECT_EQ(get(Role::Kiosk, target + "/cusres").status, 403);
    EXPECT_EQ(
        get(Role::Carrier, "/v1/manifests/" + std::string(32, 'a') + "/acknowledgement").status, 404
    );
}

TEST_F(FlightRoutes, AJSONListIsNotAcknowledgedAsEDIFACT) {
    const Response sent =
        desk_.send_json(Role::Carrier, "POST", "/v1/manifests", testing::flight_list());
    const std::string target = "/v1/manifests/" + text_at(sent, "/manifest");
    EXPECT_EQ(get(Role::Carrier, target + "/acknowledgement?format=edifact").status, 400);
}

TEST_F(FlightRoutes, TakesListsAsCSV) {
    const Response sent = desk_.send(
        Role::Carrier,
        "POST",
        "/v1/manifests",
        "text/csv",
        bytes_of("flight,departure,arrival,departs_at,family_name\r\n"
                 "XX300,AMS,JFK,2026-12-01T09:40,ERIKSSON\r\n")
    );
    ASSERT_EQ(sent.status, 201) << text_of(sent.body);
    EXPECT_EQ(
        text_at(get(Role::Carrier, "/v1/contexts/" + text_at(sent, "/contexts/0")), "/designator"),
        "XX300"
    );
}

TEST_F(FlightRoutes, ABoardedTravelerLeavesWithTheFlight) {
    const std::string context = desk_.open_flight();
    const std::string id = desk_.open_transaction(testing::gate);
    ASSERT_EQ(text_at(desk_.capture(id, 1), "/decision"), "boarded");
    const std::string crossings = "/v1/crossings?context=" + context;
    EXPECT_EQ(text_at(get(Role::Officer, crossings), "/crossings/0/mark"), "null");

    EXPECT_EQ(post(Role::Carrier, "/v1/contexts/" + context + "/depart").status, 403);
    const Response departed = post(Role::Officer, "/v1/contexts/" + context + "/depart");
    ASSERT_EQ(departed.status, 200) << text_of(departed.body);
    EXPECT_EQ(text_at(departed, "/state"), "departed");
    EXPECT_EQ(text_at(departed, "/on_board"), "1");
    EXPECT_EQ(text_at(get(Role::Officer, crossings), "/crossings/0/mark/kind"), "final");
    EXPECT_EQ(post(Role::Officer, "/v1/contexts/" + context + "/depart").status, 409);

    const Response back = post(Role::Officer, "/v1/contexts/" + context + "/return-to-gate");
    ASSERT_EQ(back.status, 200);
    EXPECT_EQ(text_at(back, "/state"), "open");
    EXPECT_EQ(text_at(get(Role::Officer, crossings), "/crossings/0/mark/kind"), "voided");
    EXPECT_EQ(text_at(get(Role::Officer, crossings), "/crossings/0/mark/reason"), "return_to_gate");
    EXPECT_EQ(post(Role::Officer, "/v1/contexts/" + context + "/return-to-gate").status, 409);
}

TEST_F(FlightRoutes, ATravelerIsOffloaded) {
    const std::string context = desk_.open_flight();
    ASSERT_EQ(
        text_at(desk_.capture(desk_.open_transaction(testing::gate), 1), "/decision"), "boarded"
    );
    const std::string travelers = "/v1/contexts/" + context + "/travelers/";
    EXPECT_EQ(post(Role::Officer, travelers + traveler(context, 0) + "/offload").status, 409);
    EXPECT_EQ(post(Role::Officer, travelers + std::string(32, 'a') + "/offload").status, 404);
    EXPECT_EQ(post(Role::Carrier, travelers + traveler(context, 1) + "/offload").status, 403);
    const Response offloaded = post(Role::Officer, travelers + traveler(context, 1) + "/offload");
    ASSERT_EQ(offloaded.status, 200) << text_of(offloaded.body);
    EXPECT_EQ(text_at(offloaded, "/not_on_board"), "1");
    EXPECT_EQ(
        text_at(get(Role::Officer, "/v1/crossings?context=" + context), "/crossings/0/mark/reason"),
        "offloaded"
    );
}

TEST_F(FlightRoutes, ACancelledFlightComesBackWithALaterList) {
    const std::string context = desk_.open_flight();
    EXPECT_EQ(post(Role::Officer, "/v1/contexts/" + context + "/cancel").status, 403);
    const Response cancelled = post(Role::Operator, "/v1/contexts/" + context + "/cancel");
    EXPECT_EQ(text_at(cancelled, "/state"), "cancelled");
    EXPECT_EQ(post(Role::Operator, "/v1/contexts/" + context + "/cancel").status, 409);
    ASSERT_EQ(send_change("change").status, 201);
    EXPECT_EQ(text_at(get(Role::Carrier, "/v1/contexts/" + context), "/state"), "open");
}

TEST_F(FlightRoutes, AWindowIsOpenedAndGivenToACheckpoint) {
    const auto open = [&](Role role, std::string_view body) {
        return desk_.send_json(role, "POST", "/v1/windows", body);
    };
    constexpr std::string_view window =
        R"({"place":"JFK","from":"2026-12-01T08:00:00Z","to":"2026-12-01T12:00:00Z"})";
    EXPECT_EQ(open(Role::Officer, window).status, 403);
    const Response opened = open(Role::Operator, window);
    ASSERT_EQ(opened.status, 201) << text_of(opened.body);
    EXPECT_EQ(text_at(opened, "/kind"), "arrivals_window");
    EXPECT_EQ(text_at(opened, "/designator"), "Arrivals JFK");
    EXPECT_EQ(
        desk_
            .send_json(
                Role::Officer,
                "PUT",
                fmt::format("/v1/checkpoints/{}/contexts", testing::booth),
                fmt::format(R"({{"contexts":["{}"]}})", text_at(opened, "/context"))
            )
            .status,
        200
    );
    EXPECT_EQ(open(Role::Operator, R"({"place":"JFK"})").status, 400);
    EXPECT_EQ(
        open(
            Role::Operator,
            R"({"place":"JFK","from":"2026-12-01T08:00:00Z","to":"2026-12-01T08:00:00Z"})"
        )
            .status,
        400
    );
    EXPECT_EQ(
        post(Role::Officer, "/v1/contexts/" + text_at(opened, "/context") + "/depart").status, 409
    );
}

} // namespace
} // namespace sallyport::transport
