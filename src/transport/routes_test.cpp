// Proves that the routes do what the description says, over the real use cases: sign-in, lists,
// flights, checkpoints, transactions, and what each role sees of them.
#include "transport/testing/service_fixture.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace sallyport::transport {
namespace {

namespace json = boost::json;
using access::Role;
using testing::Desk;
using testing::Installation;
using testing::json_of;
using testing::text_at;

std::set<std::string> keys_of(const json::value& value) {
    std::set<std::string> keys;
    for (const auto& member : value.as_object()) {
        keys.emplace(member.key().data(), member.key().size());
    }
    return keys;
}

class Routes : public ::testing::Test {
protected:
    std::string path(const std::string& transaction, std::string_view rest = "") {
        return fmt::format("/v1/transactions/{}{}", transaction, rest);
    }
    Installation installation_;
    Desk desk_{installation_};
};

TEST_F(Routes, AOneTimeTokenSignsInOnce) {
    const std::string token = installation_.sessions.make_start_token(Role::Operator).value();
    const std::string body = fmt::format(R"({{"token":"{}"}})", token);
    const Response opened = desk_.send_json(Role::None, "POST", "/v1/session", body);
    ASSERT_EQ(opened.status, 201);
    EXPECT_EQ(text_at(opened, "/role"), "operator");
    const std::string cookie(*opened.headers.find("Set-Cookie"));
    EXPECT_TRUE(cookie.starts_with("sallyport_session=" + text_at(opened, "/session") + ";"));
    for (const char* part : {"HttpOnly", "SameSite=Strict", "Path=/"}) {
        EXPECT_NE(cookie.find(part), std::string::npos) << part;
    }
    EXPECT_EQ(desk_.send_json(Role::None, "POST", "/v1/session", body).status, 401);
}

TEST_F(Routes, AnOperatorMintsTokensForOthers) {
    const Response minted =
        desk_.send_json(Role::Operator, "POST", "/v1/session/tokens", R"({"role":"kiosk"})");
    ASSERT_EQ(minted.status, 201);
    const Response opened = desk_.send_json(
        Role::None,
        "POST",
        "/v1/session",
        fmt::format(R"({{"token":"{}"}})", text_at(minted, "/token"))
    );
    EXPECT_EQ(text_at(opened, "/role"), "kiosk");
    EXPECT_EQ(
        desk_.send_json(Role::Operator, "POST", "/v1/session/tokens", R"({"role":"none"})").status,
        400
    );
    EXPECT_EQ(
        desk_.send_json(Role::Kiosk, "POST", "/v1/session/tokens", R"({"role":"operator"})").status,
        403
    );
}

TEST_F(Routes, SigningOutEndsTheSession) {
    const std::string session = installation_.sign_in(Role::Officer);
    const std::vector<std::pair<std::string, std::string>> bearer{
        {"Authorization", "Bearer " + session}
    };
    EXPECT_EQ(desk_.send(Role::None, "DELETE", "/v1/session", "", {}, bearer).status, 204);
    EXPECT_EQ(desk_.send(Role::None, "GET", "/v1/session", "", {}, bearer).status, 401);
}

TEST_F(Routes, ReadinessNamesWhatIsMissing) {
    EXPECT_EQ(desk_.send(Role::None, "GET", "/v1/ready").status, 200);
    desk_.services.readiness = [] {
        return std::map<std::string, std::string>{{"models", "ok"}, {"records", "storage-full"}};
    };
    const Response response = desk_.send(Role::None, "GET", "/v1/ready");
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(text_at(response, "/ready"), "false");
    EXPECT_EQ(text_at(response, "/checks/records"), "storage-full");
}

TEST_F(Routes, AListOpensAContext) {
    const Response sent =
        desk_.send_json(Role::Carrier, "POST", "/v1/manifests", testing::flight_list());
    ASSERT_EQ(sent.status, 201) << text_of(sent.body);
    EXPECT_EQ(text_at(sent, "/travelers"), "4");
    const std::string context = text_at(sent, "/contexts/0");
    const Response shown = desk_.send(Role::Carrier, "GET", "/v1/contexts/" + context);
    EXPECT_EQ(shown.status, 200);
    EXPECT_EQ(text_at(shown, "/designator"), "XX100");
    EXPECT_EQ(text_at(shown, "/state"), "open");
    EXPECT_EQ(text_at(shown, "/travelers"), "4");
    EXPECT_EQ(text_at(shown, "/closed_at"), "null");
    EXPECT_EQ(
        text_at(desk_.send(Role::Officer, "GET", "/v1/contexts"), "/contexts/0/context"), context
    );
}

TEST_F(Routes, AListWithErrorsIsRejectedWithItsFaults) {
    const Response sent =
        desk_.send(Role::Carrier, "POST", "/v1/manifests", "text/plain", bytes_of("not a list"));
    EXPECT_EQ(sent.status, 422);
    EXPECT_EQ(text_at(sent, "/type"), "/problems/manifest-rejected");
    EXPECT_EQ(text_at(sent, "/faults/0/severity"), "error");
    EXPECT_EQ(text_at(sent, "/acknowledgement_edifact"), "null"); // no interchange, no answer to it
    EXPECT_TRUE(
        json_of(desk_.send(Role::Operator, "GET", "/v1/contexts")).at("contexts").as_array().empty()
    );
}

TEST_F(Routes, ARejectedListCarriesItsAcknowledgement) {
    const Response sent = desk_.send(
        Role::Carrier,
        "POST",
        "/v1/manifests",
        "application/edifact",
        bytes_of("UNA:+.? 'UNB+UNOA:4+XX+UTOAPIS+270115:0800+77'UNH+M1+PAXLST:D:05B:UN:IATA'"
                 "BGM+745'XYZ+1'UNT+4+M1'UNZ+1+77'")
    );
    ASSERT_EQ(sent.status, 422);
    EXPECT_EQ(text_at(sent, "/acknowledgement/interchanges/0/reference"), "77");
    EXPECT_EQ(text_at(sent, "/acknowledgement/interchanges/0/messages/0/action"), "rejected");
    EXPECT_THAT(text_at(sent, "/acknowledgement_edifact"), ::testing::HasSubstr("UCM+M1+PAXLST"));
}

TEST_F(Routes, CoverageTellsWhoHasAPhotoByIdOnly) {
    const std::string context = desk_.open_flight();
    const Response coverage =
        desk_.send(Role::Carrier, "GET", "/v1/contexts/" + context + "/coverage");
    ASSERT_EQ(coverage.status, 200);
    EXPECT_EQ(text_at(coverage, "/state"), "ready");
    EXPECT_EQ(text_at(coverage, "/with_photo"), "3");
    EXPECT_EQ(text_at(coverage, "/without_photo"), "1");
    EXPECT_EQ(text_of(coverage.body).find("FAMILY"), std::string_view::npos);
    EXPECT_EQ(
        desk_.send(Role::Officer, "GET", "/v1/contexts/" + std::string(32, 'a') + "/coverage")
            .status,
        404
    );
}

TEST_F(Routes, OfficersSeeTravelers) {
    const std::string context = desk_.open_flight();
    const Response list =
        desk_.send(Role::Officer, "GET", "/v1/contexts/" + context + "/travelers");
    ASSERT_EQ(list.status, 200);
    const json::array travelers = json_of(list).at("travelers").as_array();
    ASSERT_EQ(travelers.size(), 4U);
    EXPECT_EQ(
        keys_of(travelers.at(0)),
        (std::set<std::string>{
            "traveler",
            "kind",
            "family_name",
            "given_names",
            "sex",
            "birth_date",
            "nationality",
            "documents",
            "reference",
            "seat",
            "state",
            "listed"
        })
    );
    EXPECT_EQ(
        desk_.send(Role::Officer, "GET", "/v1/contexts/" + std::string(32, 'a') + "/travelers")
            .status,
        404
    );
    EXPECT_EQ(desk_.send(Role::Officer, "GET", "/v1/contexts/short/travelers").status, 404);
}

TEST_F(Routes, CheckpointsShowKiosksNoCounts) {
    desk_.open_flight();
    const Response for_officer = desk_.send(Role::Officer, "GET", "/v1/checkpoints");
    EXPECT_EQ(text_at(for_officer, "/checkpoints/0/contexts/0/travelers"), "4");
    const Response for_kiosk = desk_.send(Role::Kiosk, "GET", "/v1/checkpoints");
    const json::value context =
        json_of(for_kiosk).at("checkpoints").as_array().at(0).at("contexts").as_array().at(0);
    EXPECT_EQ(
        keys_of(context),
        (std::set<std::string>{
            "context", "designator", "departure", "arrival", "departs_at", "state"
        })
    );
    EXPECT_EQ(text_at(for_kiosk, "/checkpoints/1/checkpoint"), "gate-b12");
    EXPECT_EQ(text_at(for_kiosk, "/checkpoints/1/direction"), "exit");
    EXPECT_EQ(text_at(for_kiosk, "/checkpoints/1/decided_by"), "rule");
    EXPECT_EQ(text_at(for_kiosk, "/checkpoints/1/notice_version"), "3.2");
}

TEST_F(Routes, OnlyOpenContextsAreGivenToACheckpoint) {
    const std::string context = desk_.open_flight();
    const auto assign = [&](std::string_view checkpoint, std::string_view contexts) {
        return desk_
            .send_json(
                Role::Officer,
                "PUT",
                fmt::format("/v1/checkpoints/{}/contexts", checkpoint),
                fmt::format(R"({{"contexts":[{}]}})", contexts)
            )
            .status;
    };
    EXPECT_EQ(assign("gate-b12", ""), 200);
    EXPECT_EQ(assign("nowhere", ""), 404);
    EXPECT_EQ(assign("gate-b12", "\"" + std::string(32, 'a') + "\""), 404);
    EXPECT_EQ(assign("gate-b12", "\"x\""), 400);
    EXPECT_EQ(assign("gate-b12", "1"), 400);
    EXPECT_EQ(desk_.send(Role::Operator, "POST", "/v1/contexts/" + context + "/close").status, 200);
    EXPECT_EQ(assign("gate-b12", "\"" + context + "\""), 409);
    EXPECT_EQ(desk_.send(Role::Operator, "POST", "/v1/contexts/" + context + "/close").status, 409);
}

TEST_F(Routes, TheNoticeSpeaksFiveLanguages) {
    const Response notice = desk_.send(Role::None, "GET", "/v1/notices/3.2");
    ASSERT_EQ(notice.status, 200);
    EXPECT_EQ(
        keys_of(json_of(notice).at("languages")),
        (std::set<std::string>{"ar", "en", "es", "fr", "zh"})
    );
    EXPECT_EQ(text_at(notice, "/control_number"), "DEMO-0000");
    EXPECT_EQ(desk_.send(Role::None, "GET", "/v1/notices/9.9").status, 404);
}

TEST_F(Routes, ATransactionIsOpenedOnce) {
    desk_.open_flight();
    const std::string id = desk_.open_transaction();
    const std::string body = fmt::format(
        R"({{"checkpoint":"booth-4","notice":{{"version":"3.2","shown_at":"{}"}},"subjects":[{{}}]}})",
        format_instant(installation_.clock.now())
    );
    EXPECT_EQ(desk_.send_json(Role::Kiosk, "PUT", path(id), body).status, 200);
    EXPECT_EQ(text_at(desk_.send(Role::Officer, "GET", path(id)), "/state"), "open");
    EXPECT_EQ(desk_.send(Role::Officer, "GET", path(std::string(32, 'a'))).status, 404);
    EXPECT_EQ(desk_.send_json(Role::Kiosk, "PUT", path("short"), body).status, 400);
}

TEST_F(Routes, AnIncompleteOpeningIsRefused) {
    desk_.open_flight();
    for (const char* body :
         {R"({})",
          R"({"checkpoint":"booth-4"})",
          R"({"checkpoint":"booth-4","notice":{"version":"3.2"},"subjects":[{}]})",
          R"({"checkpoint":"booth-4","notice":{"version":"3.2","shown_at":"2026-01-01T00:00:00Z"},"subjects":[]})",
          R"({"checkpoint":"booth-4","notice":{"version":"3.2","shown_at":"2026-01-01T00:00:00Z"},"subjects":[{"x":1}]})",
          R"({"checkpoint":"booth-4","notice":{"version":"3.2","shown_at":"2026-01-01T00:00:00Z","x":1},"subjects":[{}]})",
          R"({"checkpoint":1,"notice":[],"subjects":{}})"}) {
        EXPECT_EQ(desk_.send_json(Role::Kiosk, "PUT", path(std::string(32, 'c')), body).status, 400)
            << body;
    }
    const char* wrong_notice =
        R"({"checkpoint":"booth-4","notice":{"version":"1.0","shown_at":"2026-01-01T00:00:00Z"},"subjects":[{}]})";
    EXPECT_EQ(
        desk_.send_json(Role::Kiosk, "PUT", path(std::string(32, 'c')), wrong_notice).status, 409
    );
}

TEST_F(Routes, ACaptureGivesAVerdictWithItsEvidence) {
    desk_.open_flight();
    const std::string id = desk_.open_transaction();
    const Response captured = desk_.capture(id, 1);
    ASSERT_EQ(captured.status, 200) << text_of(captured.body);
    EXPECT_EQ(text_at(captured, "/verdict"), "match");
    EXPECT_EQ(text_at(captured, "/subjects/0/traveler/family_name"), "FAMILY1");
    EXPECT_EQ(text_at(captured, "/evidence/n"), "3");
    EXPECT_EQ(text_at(captured, "/live_photo"), "true");
    EXPECT_EQ(text_at(captured, "/held_photos"), "1");
    const std::string timing(*captured.headers.find("Server-Timing"));
    for (const char* stage :
         {"queue;dur=", "decode;dur=", "search;dur=", "commit;dur=", "total;dur="}) {
        EXPECT_NE(timing.find(stage), std::string::npos) << stage;
    }
    EXPECT_EQ(
        text_at(
            desk_.send(Role::Officer, "GET", "/v1/checkpoints/booth-4/transactions"),
            "/transactions/0/transaction"
        ),
        id
    );
}

TEST_F(Routes, AKioskSeesExactlyItsFields) {
    desk_.open_flight();
    const std::set<std::string> allowed{
        "transaction", "checkpoint", "state", "verdict", "reason", "attempts_left", "decision"
    };
    const std::string id = desk_.open_transaction();
    for (const int person : {1, 5, -1}) {
        const Response captured =
            desk_.capture(person == 1 ? id : desk_.open_transaction(), person, Role::Kiosk);
        ASSERT_EQ(captured.status, 200);
        EXPECT_EQ(keys_of(json_of(captured)), allowed);
        EXPECT_EQ(text_of(captured.body).find("FAMILY"), std::string_view::npos);
    }
    EXPECT_EQ(keys_of(json_of(desk_.send(Role::Kiosk, "GET", path(id)))), allowed);
    EXPECT_EQ(keys_of(json_of(desk_.send(Role::Kiosk, "POST", path(id, "/close")))), allowed);
}

TEST_F(Routes, AKioskIsToldOnlyWhatAnotherPictureCanMend) {
    desk_.open_flight();
    EXPECT_EQ(
        text_at(desk_.capture(desk_.open_transaction(), -1, Role::Kiosk), "/reason"), "no_face"
    );
    const std::string id = desk_.open_transaction();
    Response last;
    for (int attempt = 0; attempt < 3; ++attempt) {
        last = desk_.capture(id, 6, Role::Kiosk);
    }
    EXPECT_EQ(text_at(last, "/verdict"), "refer");
    EXPECT_EQ(text_at(last, "/reason"), "see_agent");
    EXPECT_EQ(text_at(desk_.send(Role::Officer, "GET", path(id)), "/reason"), "not_confirmed");
}

TEST_F(Routes, APictureThatIsNoneIsRefusedAndNoAttempt) {
    desk_.open_flight();
    const std::string id = desk_.open_transaction();
    const auto send = [&](std::string_view type, SecretBytes body) {
        return desk_.send(Role::Kiosk, "POST", path(id, "/captures"), type, std::move(body)).status;
    };
    EXPECT_EQ(send("image/jpeg", bytes_of("no picture")), 422);
    EXPECT_EQ(send("image/png", bytes_of("no picture")), 422);
    EXPECT_EQ(send("application/json", bytes_of("{}")), 415);
    EXPECT_EQ(send("multipart/form-data; boundary=X", bytes_of("--X--\r\n")), 400);
    EXPECT_EQ(
        send(
            "multipart/form-data; boundary=X",
            bytes_of("--X\r\nContent-Disposition: form-data; name=other\r\nContent-Type: "
                     "image/jpeg\r\n\r\nx\r\n--X--")
        ),
        400
    );
    EXPECT_EQ(
        send(
            "multipart/form-data; boundary=X",
            bytes_of("--X\r\nContent-Disposition: form-data; name=frame\r\n\r\nx\r\n--X--")
        ),
        415
    );
    EXPECT_EQ(text_at(desk_.send(Role::Officer, "GET", path(id)), "/attempts"), "0");
}

TEST_F(Routes, CaptureHeadersAreChecked) {
    desk_.open_flight();
    const std::string id = desk_.open_transaction();
    const auto send = [&](std::string name, std::string value) {
        return desk_
            .send(
                Role::Kiosk,
                "POST",
                path(id, "/captures"),
                "image/jpeg",
                testing::picture_of(0),
                {{std::move(name), std::move(value)}}
            )
            .status;
    };
    EXPECT_EQ(send("Captured-At", "yesterday"), 400);
    EXPECT_EQ(send("Clock-Quality", "perfect"), 400);
    EXPECT_EQ(send("Captured-At", format_instant(installation_.clock.now())), 200);
}

TEST_F(Routes, AnOfficerDecidesAndTheCrossingIsRecorded) {
    const std::string context = desk_.open_flight();
    const std::string id = desk_.open_transaction();
    (void)desk_.capture(id, 2);
    EXPECT_EQ(
        desk_.send_json(Role::Officer, "POST", path(id, "/decision"), R"({"decision":"maybe"})")
            .status,
        400
    );
    EXPECT_EQ(
        desk_.send_json(Role::Officer, "POST", path(id, "/decision"), R"({"decision":"admitted"})")
            .status,
        409
    );
    EXPECT_EQ(
        desk_
            .send_json(
                Role::Officer, "POST", path(id, "/decision"), R"({"decision":"identity_confirmed"})"
            )
            .status,
        200
    );
    const Response decided =
        desk_.send_json(Role::Officer, "POST", path(id, "/decision"), R"({"decision":"admitted"})");
    ASSERT_EQ(decided.status, 200) << text_of(decided.body);
    EXPECT_EQ(text_at(decided, "/decision"), "admitted");
    const Response crossings = desk_.send(Role::Officer, "GET", "/v1/crossings?context=" + context);
    EXPECT_EQ(text_at(crossings, "/crossings/0/transaction"), id);
    EXPECT_EQ(text_at(crossings, "/crossings/0/outcome"), "confirmed");
    EXPECT_EQ(text_at(crossings, "/crossings/0/biometrically_confirmed"), "true");
    EXPECT_EQ(desk_.send(Role::Officer, "GET", "/v1/crossings?context=x").status, 400);
    EXPECT_EQ(
        desk_.send(Role::Officer, "GET", "/v1/crossings?context=" + std::string(32, 'a')).status,
        404
    );
    EXPECT_EQ(
        json_of(desk_.send(Role::Officer, "GET", "/v1/crossings"))
            .at("crossings")
            .as_array()
            .size(),
        1U
    );
}

TEST_F(Routes, AMatchAtTheGateBoards) {
    desk_.open_flight();
    const std::string id = desk_.open_transaction(testing::gate);
    const Response captured = desk_.capture(id, 0, Role::Kiosk);
    EXPECT_EQ(text_at(captured, "/verdict"), "match");
    EXPECT_EQ(text_at(captured, "/decision"), "boarded");
}

TEST_F(Routes, OptingOutKeepsNoPicture) {
    desk_.open_flight();
    const std::string id = desk_.open_transaction();
    (void)desk_.capture(id, 1);
    EXPECT_EQ(desk_.send(Role::Officer, "GET", path(id, "/live.jpg")).status, 200);
    const Response out = desk_.send(Role::Kiosk, "POST", path(id, "/opt-out"));
    ASSERT_EQ(out.status, 200) << text_of(out.body);
    EXPECT_EQ(text_at(out, "/decision"), "opted_out");
    EXPECT_EQ(desk_.send(Role::Officer, "GET", path(id, "/live.jpg")).status, 404);
}

TEST_F(Routes, AKioskOptsNobodyOutByName) {
    desk_.open_flight();
    const std::string id = desk_.open_transaction();
    const std::string body = fmt::format(R"({{"traveler":"{}"}})", std::string(32, 'a'));
    EXPECT_EQ(desk_.send_json(Role::Kiosk, "POST", path(id, "/opt-out"), body).status, 403);
    EXPECT_EQ(
        desk_.send_json(Role::Officer, "POST", path(id, "/opt-out"), R"({"traveler":"x"})").status,
        400
    );
}

TEST_F(Routes, PicturesAreShownUntilTheTransactionCloses) {
    desk_.open_flight();
    const std::string id = desk_.open_transaction();
    EXPECT_EQ(desk_.send(Role::Officer, "GET", path(id, "/live.jpg")).status, 404);
    (void)desk_.capture(id, 1);
    const Response live = desk_.send(Role::Officer, "GET", path(id, "/live.jpg"));
    ASSERT_EQ(live.status, 200);
    EXPECT_EQ(live.headers.find("Content-Type"), "image/jpeg");
    EXPECT_EQ(live.headers.find("Cache-Control"), "no-store");
    EXPECT_EQ(live.body.at(0), 0xFF);
    EXPECT_EQ(live.body.at(1), 0xD8);
    EXPECT_EQ(desk_.send(Role::Officer, "GET", path(id, "/held/0.jpg")).status, 200);
    EXPECT_EQ(desk_.send(Role::Officer, "GET", path(id, "/held/1.jpg")).status, 404);
    EXPECT_EQ(desk_.send(Role::Officer, "GET", path(id, "/held/x.jpg")).status, 404);
    EXPECT_EQ(desk_.send(Role::Officer, "GET", path(id, "/held/-1.jpg")).status, 404);
    EXPECT_EQ(desk_.send(Role::Kiosk, "GET", path(id, "/live.jpg")).status, 403);
    EXPECT_EQ(desk_.send(Role::Officer, "POST", path(id, "/close")).status, 200);
    EXPECT_EQ(desk_.send(Role::Officer, "GET", path(id, "/live.jpg")).status, 404);
    EXPECT_EQ(desk_.send(Role::Officer, "GET", path(id, "/held/0.jpg")).status, 404);
}

TEST_F(Routes, AKioskDoesNotEndWhatWaitsForAPerson) {
    desk_.open_flight();
    const auto close = [&](Role role, std::string_view body) {
        const std::string id = desk_.open_transaction();
        (void)desk_.capture(id, 1);
        return text_at(desk_.send_json(role, "POST", path(id, "/close"), body), "/state");
    };
    EXPECT_EQ(close(Role::Kiosk, "{}"), "verdict");
    EXPECT_EQ(close(Role::Kiosk, R"({"by":"person"})"), "verdict");
    EXPECT_EQ(close(Role::Officer, R"({"by":"device"})"), "verdict");
    EXPECT_EQ(close(Role::Officer, "{}"), "closed");
    const std::string id = desk_.open_transaction();
    EXPECT_EQ(
        desk_.send_json(Role::Kiosk, "POST", path(id, "/close"), R"({"by":"somebody"})").status, 400
    );
}

TEST_F(Routes, VerdictsAreCounted) {
    desk_.open_flight();
    (void)desk_.capture(desk_.open_transaction(), 1);
    const std::string text(text_of(desk_.send(Role::None, "GET", "/metrics").body));
    EXPECT_NE(text.find("sallyport_captures_total{checkpoint=\"booth-4\"} 1"), std::string::npos);
    EXPECT_NE(text.find("verdict=\"match\"} 1"), std::string::npos) << text;
    EXPECT_NE(text.find("sallyport_gallery_templates 3"), std::string::npos);
    EXPECT_NE(text.find("sallyport_contexts_open 1"), std::string::npos);
}

TEST_F(Routes, WithoutADemoThereIsNoVisitor) {
    const std::string context = desk_.open_flight();
    EXPECT_EQ(desk_.send(Role::None, "GET", "/v1/demo").status, 404);
    EXPECT_EQ(
        desk_
            .send(
                Role::Operator,
                "POST",
                "/v1/contexts/" + context + "/travelers",
                "multipart/form-data; boundary=X",
                bytes_of("--X--")
            )
            .status,
        404
    );
}

TEST_F(Routes, AVisitorJoinsTheDemo) {
    desk_.services.demo_json = R"({"demo":true})";
    std::string names;
    std::size_t photo_bytes = 0;
    desk_.services.enrol_visitor = [&](const domain::ContextId&,
                                       std::string family,
                                       std::string given,
                                       std::span<const std::uint8_t> photo
                                   ) -> Result<verification::TravelerView> {
        names = family + "/" + given;
        photo_bytes = photo.size();
        verification::TravelerView view;
        view.traveler.family_name = std::move(family);
        return view;
    };
    EXPECT_EQ(text_at(desk_.send(Role::None, "GET", "/v1/demo"), "/demo"), "true");
    const std::string target = "/v1/contexts/" + std::string(32, 'a') + "/travelers";
    const auto send = [&](const std::string& family, const char* photo_type) {
        return desk_.send(
            Role::Operator,
            "POST",
            target,
            "multipart/form-data; boundary=X",
            bytes_of(
                "--X\r\nContent-Disposition: form-data; name=family_name\r\n\r\n" + family +
                "\r\n--X\r\nContent-Disposition: form-data; name=given_names\r\n\r\nANNA\r\n"
                "--X\r\nContent-Disposition: form-data; name=photo; filename=a\r\nContent-Type: " +
                photo_type + "\r\n\r\nJPEG\r\n--X--\r\n"
            )
        );
    };
    const Response added = send("VISITOR", "image/jpeg");
    ASSERT_EQ(added.status, 201) << text_of(added.body);
    EXPECT_EQ(names, "VISITOR/ANNA");
    EXPECT_EQ(photo_bytes, 4U);
    EXPECT_EQ(text_at(added, "/family_name"), "VISITOR");
    EXPECT_EQ(send("VISITOR", "image/gif").status, 415);
    EXPECT_EQ(send(" ", "image/jpeg").status, 400);
    EXPECT_EQ(send("A\nB", "image/jpeg").status, 400);
    EXPECT_EQ(send(std::string(121, 'A'), "image/jpeg").status, 400);
}

} // namespace
} // namespace sallyport::transport
