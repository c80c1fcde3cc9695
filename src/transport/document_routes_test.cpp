// Proves how a travel document is handed in: the zone as JSON, chip files as parts, faults as
// problems that name the field, and nothing of it shown to a kiosk.
#include "documents/mrz.hpp"
#include "transport/testing/service_fixture.hpp"

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

std::string with_digit(const std::string& field) {
    return field + documents::mrz_check_digit(field).value();
}

std::string padded(std::string text, std::size_t size) {
    text.resize(size, '<');
    return text;
}

// The passport of the n-th traveler of the flight.
std::string zone_of(int person) {
    const std::string number = with_digit(padded(fmt::format("P000{}", person), 9));
    const std::string birth = with_digit("740812");
    const std::string rest = with_digit("350101") + std::string(14, '<') + "0";
    return padded("P<UTODOE<<JOHN", 44) + "\n" + number + "UTO" + birth + "M" + rest +
           *documents::mrz_check_digit(number + birth + rest);
}

SecretBytes bytes_of(std::string_view text) {
    return {text.begin(), text.end()};
}

class DocumentRoutes : public ::testing::Test {
protected:
    Response present_json(const json::object& body, Role role = Role::Officer) {
        return desk_.send_json(role, "POST", path(), json::serialize(body));
    }
    Response present_parts(const std::vector<std::pair<std::string, std::string>>& parts) {
        std::string body;
        for (const auto& [name, value] : parts) {
            body +=
                "--X\r\nContent-Disposition: form-data; name=" + name + "\r\n\r\n" + value + "\r\n";
        }
        return desk_.send(
            Role::Officer,
            "POST",
            path(),
            "multipart/form-data; boundary=X",
            bytes_of(body + "--X--\r\n")
        );
    }
    [[nodiscard]] std::string path() const { return "/v1/transactions/" + id_ + "/document"; }

    Installation installation_;
    Desk desk_{installation_};
    std::string context_ = desk_.open_flight();
    std::string id_ = desk_.open_transaction();
};

TEST_F(DocumentRoutes, AZoneOfTwoLinesIsReadAndComparedWithTheList) {
    const Response shown = present_json({{"mrz", zone_of(0)}});
    ASSERT_EQ(shown.status, 200) << text_of(shown.body);
    EXPECT_EQ(text_at(shown, "/document/holder/document_number"), "P0000");
    EXPECT_EQ(text_at(shown, "/document/chip"), "none");
    EXPECT_EQ(text_at(shown, "/document/on_list"), "true");
    EXPECT_EQ(text_at(shown, "/document/list_status"), "listed");
    EXPECT_EQ(text_at(shown, "/document/passive_authentication"), "null");
    EXPECT_EQ(text_at(shown, "/document/portrait"), "held"); // the first traveler has a held photo
    EXPECT_FALSE(json_of(shown).at("document").at("differences").as_array().empty());
}

TEST_F(DocumentRoutes, TheFaceIsComparedWithTheDocument) {
    present_json({{"mrz", zone_of(0)}});
    const Response matched = desk_.capture(id_, 0);
    EXPECT_EQ(text_at(matched, "/verdict"), "match");
    EXPECT_EQ(text_at(matched, "/evidence/compared_with"), "held_photo");
}

TEST_F(DocumentRoutes, ChipFilesComeAsParts) {
    const Response shown = present_parts(
        {{"mrz", zone_of(0)}, {"dg1", "abc"}, {"sod", "xyz"}, {"chip_authentication", "passed"}}
    );
    ASSERT_EQ(shown.status, 200) << text_of(shown.body);
    EXPECT_EQ(text_at(shown, "/document/reader/chip_authentication"), "passed");
    EXPECT_NE(text_at(shown, "/document/chip"), "genuine");
    EXPECT_EQ(text_at(shown, "/document/passive_authentication/passed"), "false");
    EXPECT_FALSE(json_of(shown).at("document").at("findings").as_array().empty());
}

TEST_F(DocumentRoutes, FaultsAreProblemsAndChangeNothing) {
    std::string wrong = zone_of(0);
    wrong[50] = 'B'; // in the document number, where a filler stood
    const std::vector<json::object> bodies{
        {},
        {{"mrz", wrong}},
        {{"mrz", "too short"}},
        {{"mrz", zone_of(0)}, {"mrz_mode", "lenient"}},
        {{"mrz", zone_of(0)}, {"chip_authentication", "yes"}},
        {{"mrz", zone_of(0)}, {"boarding_pass", "M1"}},
        {{"mrz", zone_of(0)}, {"boarding_pass", "M1\nX"}},
        {{"mrz", zone_of(0)}, {"unknown", "field"}},
        {{"mrz", std::string(600, '<')}},
    };
    for (const json::object& body : bodies) {
        EXPECT_EQ(present_json(body).status, 400) << json::serialize(body);
    }
    EXPECT_EQ(present_parts({{"mrz", zone_of(0)}, {"mrz", zone_of(0)}}).status, 400);
    EXPECT_EQ(present_parts({{"mrz", zone_of(0)}, {"dg17", "x"}}).status, 400);
    EXPECT_EQ(
        present_parts({{"mrz", zone_of(0)}, {"dg2", std::string((1U << 20U) + 1, 'x')}}).status, 413
    );
    const Response after = desk_.send(Role::Officer, "GET", "/v1/transactions/" + id_);
    EXPECT_EQ(text_at(after, "/document"), "null");
    EXPECT_EQ(text_at(after, "/state"), "open");
}

TEST_F(DocumentRoutes, AKioskHandsInAndIsShownNothing) {
    const Response shown = present_json({{"mrz", zone_of(0)}}, Role::Kiosk);
    ASSERT_EQ(shown.status, 200) << text_of(shown.body);
    EXPECT_EQ(json_of(shown).as_object().if_contains("document"), nullptr);
    EXPECT_EQ(text_of(shown.body).find("P0000"), std::string::npos);
    EXPECT_EQ(present_json({{"mrz", zone_of(0)}}, Role::Carrier).status, 403);
}

} // namespace
} // namespace sallyport::transport
