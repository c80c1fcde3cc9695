// Proves the main job end to end over HTTP with the real pack: who is on the list is found by the
// face, who is not is sent to a person, who opts out leaves no picture, and a stop in between loses
// nothing that was acknowledged.
#include "running_service.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <set>

namespace sallyport::acceptance {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::size_t crossings_of(RunningService& service, const std::string& context) {
    return service.call("GET", "/v1/crossings?context=" + context)
        .body.at("crossings")
        .as_array()
        .size();
}

TEST(BoardingGate, ConfirmsAPersonYearsAfterTheHeldPhoto) {
    SALLYPORT_SERVICE_OR_SKIP(service);
    const std::string context = service->board();
    const std::string transaction = service->open();
    const Answer answer = service->capture(transaction, RunningService::portrait("person_a_2.jpg"));
    EXPECT_EQ(answer.text("/verdict"), "match");
    EXPECT_EQ(answer.text("/decision"), "boarded");
    EXPECT_EQ(answer.text("/subjects/0/traveler/family_name"), "MACRON");
    EXPECT_EQ(answer.number("/evidence/n"), 5);
    const Answer crossings = service->call("GET", "/v1/crossings?context=" + context);
    EXPECT_EQ(crossings.text("/crossings/0/outcome"), "confirmed");
    EXPECT_EQ(crossings.text("/crossings/0/direction"), "exit");
}

TEST(BoardingGate, SendsWhoIsNotOnTheListToAPersonAfterTwoRetries) {
    SALLYPORT_SERVICE_OR_SKIP(service);
    service->board();
    const std::string transaction = service->open();
    const Bytes stranger = RunningService::portrait("impostor_2.jpg");
    EXPECT_EQ(service->capture(transaction, stranger).text("/verdict"), "no_match");
    EXPECT_EQ(service->capture(transaction, stranger).text("/verdict"), "no_match");
    const Answer last = service->capture(transaction, stranger);
    EXPECT_EQ(last.text("/verdict"), "refer");
    EXPECT_EQ(last.text("/reason"), "not_confirmed");
    EXPECT_EQ(service->capture(transaction, stranger).problem(), "state-conflict");
}

TEST(BoardingGate, RefersTheSamePersonASecondTime) {
    SALLYPORT_SERVICE_OR_SKIP(service);
    service->board();
    const Bytes macron = RunningService::portrait("person_a_2.jpg");
    EXPECT_EQ(service->capture(service->open(), macron).text("/verdict"), "match");
    const Answer second = service->capture(service->open(), macron);
    EXPECT_EQ(second.text("/verdict"), "refer");
    EXPECT_EQ(second.text("/reason"), "already_done");
}

TEST(BoardingGate, ReplaysALostAnswerWithoutAnotherAttempt) {
    SALLYPORT_SERVICE_OR_SKIP(service);
    service->board();
    const std::string target = "/v1/transactions/" + service->open() + "/captures";
    const Bytes stranger = RunningService::portrait("impostor_2.jpg");
    const transport::HttpHeaders key{{"Idempotency-Key", "frame-1"}};
    const Answer first = service->call("POST", target, "image/jpeg", stranger, key);
    const Answer again = service->call("POST", target, "image/jpeg", stranger, key);
    EXPECT_EQ(first.number("/attempts"), 1);
    EXPECT_EQ(again.body, first.body);
}

TEST(BoardingGate, ShowsPicturesOnlyUntilItCloses) {
    SALLYPORT_SERVICE_OR_SKIP(service);
    service->board();
    const std::string transaction = service->open();
    service->capture(transaction, RunningService::portrait("person_b_2.jpg"));
    const std::string base = "/v1/transactions/" + transaction;
    EXPECT_EQ(service->call("GET", base + "/live.jpg").status, 200);
    EXPECT_EQ(service->call("GET", base + "/held/0.jpg").status, 200);
    EXPECT_EQ(service->call("GET", base + "/held/1.jpg").status, 404);
    service->send("POST", base + "/close", json::object{});
    EXPECT_NE(service->call("GET", base + "/live.jpg").status, 200);
    EXPECT_NE(service->call("GET", base + "/held/0.jpg").status, 200);
}

TEST(OfficerBooth, DecidesNothingByItself) {
    SALLYPORT_SERVICE_OR_SKIP(service);
    const std::string context = service->board();
    const std::string transaction = service->open("booth-4");
    const std::string base = "/v1/transactions/" + transaction;
    const Answer verdict = service->capture(transaction, RunningService::portrait("obama2.jpg"));
    EXPECT_EQ(verdict.text("/verdict"), "match");
    EXPECT_EQ(verdict.text("/decision"), "");
    EXPECT_EQ(crossings_of(*service, context), 0U);
    EXPECT_EQ(
        service->send("POST", base + "/decision", {{"decision", "admitted"}}).problem(),
        "state-conflict"
    );
    EXPECT_EQ(
        service->send("POST", base + "/decision", {{"decision", "identity_confirmed"}}).status, 200
    );
    EXPECT_EQ(service->send("POST", base + "/decision", {{"decision", "admitted"}}).status, 200);
    EXPECT_EQ(crossings_of(*service, context), 1U);
}

TEST(OptOut, KeepsNoPictureAndTakesTheTemplatesOutOfTheGallery) {
    SALLYPORT_SERVICE_OR_SKIP(service);
    const std::string context = service->board();
    const std::string transaction = service->open("booth-4");
    service->capture(transaction, RunningService::portrait("person_a_2.jpg"));
    const std::string base = "/v1/transactions/" + transaction;
    EXPECT_EQ(
        service->send("POST", base + "/opt-out", json::object{}).text("/decision"), "opted_out"
    );
    EXPECT_EQ(service->call("GET", base + "/live.jpg").status, 404);
    const Answer coverage = service->call("GET", "/v1/contexts/" + context + "/coverage");
    EXPECT_EQ(coverage.number("/templates"), 4);
    EXPECT_EQ(coverage.number("/opted_out"), 1);
    // The face is found no more, also not at another checkpoint.
    const Answer later =
        service->capture(service->open(), RunningService::portrait("person_a_2.jpg"));
    EXPECT_NE(later.text("/verdict"), "match");
}

TEST(Restart, LosesNothingThatWasAcknowledged) {
    SALLYPORT_SERVICE_OR_SKIP(service);
    const std::string context = service->board();
    EXPECT_EQ(
        service->capture(service->open(), RunningService::portrait("person_a_2.jpg"))
            .text("/verdict"),
        "match"
    );
    const std::string cut_off = service->open();
    service->restart();
    // The flight, its gallery, its checkpoints and who has boarded are there again.
    while (service->call("GET", "/v1/contexts/" + context + "/coverage").text("/state") != "ready"
    ) {
    }
    EXPECT_EQ(service->call("GET", "/v1/contexts/" + context).number("/confirmed"), 1);
    EXPECT_EQ(
        service->capture(service->open(), RunningService::portrait("person_a_2.jpg"))
            .text("/reason"),
        "already_done"
    );
    EXPECT_EQ(
        service->capture(service->open(), RunningService::portrait("person_b_2.jpg"))
            .text("/verdict"),
        "match"
    );
    // What the stop cut off ended as such, with its crossing.
    EXPECT_EQ(service->call("GET", "/v1/transactions/" + cut_off).text("/state"), "closed");
    const Answer crossings = service->call("GET", "/v1/crossings?context=" + context);
    bool interrupted = false;
    for (const json::value& row : crossings.body.at("crossings").as_array()) {
        interrupted = interrupted || row.at("outcome").as_string() == "interrupted";
    }
    EXPECT_TRUE(interrupted);
}

TEST(DataFolder, HoldsNoNameAndNoPictureInClear) {
    SALLYPORT_SERVICE_OR_SKIP(service);
    service->board();
    service->capture(service->open(), RunningService::portrait("person_a_2.jpg"));
    std::size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(service->folder() / "data")) {
        if (!entry.is_regular_file()) {
            continue;
        }
        ++files;
        std::ifstream stream(entry.path(), std::ios::binary);
        const std::string content(
            (std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>()
        );
        for (const char* mark :
             {"MACRON", "EMMANUEL", "D0000003", "\xFF\xD8\xFF", "JFIF", "Exif"}) {
            EXPECT_EQ(content.find(mark), std::string::npos) << entry.path() << " holds " << mark;
        }
    }
    EXPECT_GE(files, 1U);
}

TEST(KioskRole, LearnsNoNameAndNoScore) {
    SALLYPORT_SERVICE_OR_SKIP(service);
    const std::string context = service->board();
    const Answer token = service->send("POST", "/v1/session/tokens", {{"role", "kiosk"}});
    ASSERT_EQ(token.status, 201);
    const Answer session = service->send("POST", "/v1/session", {{"token", token.text("/token")}});
    ASSERT_EQ(session.text("/role"), "kiosk");
    // A token works once.
    EXPECT_EQ(
        service->send("POST", "/v1/session", {{"token", token.text("/token")}}).problem(),
        "unauthenticated"
    );
    service->use_session(session.text("/session"));
    const std::string transaction = service->open();
    const Answer verdict =
        service->capture(transaction, RunningService::portrait("person_a_2.jpg"));
    EXPECT_EQ(verdict.text("/verdict"), "match");
    const std::set<std::string> told{
        "transaction", "checkpoint", "state", "verdict", "reason", "attempts_left", "decision"
    };
    for (const auto& [key, value] : verdict.body.as_object()) {
        EXPECT_TRUE(told.contains(std::string(key))) << key;
    }
    EXPECT_EQ(
        service->call("GET", "/v1/contexts/" + context + "/travelers").problem(), "forbidden"
    );
    EXPECT_EQ(
        service->call("GET", "/v1/transactions/" + transaction + "/live.jpg").problem(), "forbidden"
    );
    EXPECT_EQ(
        service
            ->send(
                "POST", "/v1/transactions/" + transaction + "/decision", {{"decision", "referred"}}
            )
            .problem(),
        "forbidden"
    );
}

} // namespace
} // namespace sallyport::acceptance
