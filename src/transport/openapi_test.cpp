// Proves that the description of the API and the table of routes name the same paths, methods,
// roles and body types, both ways, and that every reference in the description leads somewhere.
#include "transport/documents.hpp"
#include "transport/route_table.hpp"
#include "transport/testing/service_fixture.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <set>

namespace sallyport::transport {
namespace {

namespace json = boost::json;

std::string lower(std::string_view text) {
    std::string lowered(text);
    for (char& c : lowered) {
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return lowered;
}

struct Described {
    std::set<std::string> roles;
    std::set<std::string> accepts;
    bool with_key = false;
    bool operator==(const Described&) const = default;
};
using Description = std::map<std::pair<std::string, std::string>, Described>;

class OpenApi : public ::testing::Test {
protected:
    json::value document_ =
        json::parse(Documents::load(testing::schema_folder()).value().openapi());

    Description described() {
        Description found;
        for (const auto& path : document_.at("paths").as_object()) {
            for (const auto& method : path.value().as_object()) {
                Described& route = found[{std::string(path.key()), std::string(method.key())}];
                const json::object& operation = method.value().as_object();
                for (const json::value& role : operation.at("x-roles").as_array()) {
                    route.roles.insert(role.as_string().c_str());
                }
                if (const json::value* body = operation.if_contains("requestBody")) {
                    for (const auto& type : body->at("content").as_object()) {
                        route.accepts.emplace(type.key());
                    }
                }
                if (const json::value* parameters = operation.if_contains("parameters")) {
                    for (const json::value& parameter : parameters->as_array()) {
                        const json::value* reference = parameter.as_object().if_contains("$ref");
                        route.with_key |=
                            reference != nullptr &&
                            reference->as_string() == "#/components/parameters/IdempotencyKey";
                    }
                }
            }
        }
        return found;
    }
    void check_references(const json::value& value) {
        if (value.is_object()) {
            if (const json::value* reference = value.as_object().if_contains("$ref")) {
                json::error_code error;
                const std::string pointer = reference->as_string().c_str() + 1;
                EXPECT_NE(document_.find_pointer(pointer, error), nullptr) << pointer;
            }
            for (const auto& member : value.as_object()) {
                check_references(member.value());
            }
        } else if (value.is_array()) {
            for (const json::value& item : value.as_array()) {
                check_references(item);
            }
        }
    }
};

Description table() {
    Description found;
    for (const Route& route : route_table()) {
        Described& described =
            found[{std::string(route.pattern), lower(method_name(route.method))}];
        for (const access::Role role : access::all_roles) {
            if (route.roles.holds(role)) {
                described.roles.emplace(access::role_name(role));
            }
        }
        described.accepts = {route.accepts.begin(), route.accepts.end()};
        described.with_key = route.replay == Replay::WithKey;
    }
    return found;
}

TEST_F(OpenApi, NamesEveryRouteAndNoOther) {
    const Description described_routes = described();
    const Description routes = table();
    for (const auto& [key, route] : routes) {
        EXPECT_TRUE(described_routes.contains(key))
            << key.second << " " << key.first << " is not described";
    }
    for (const auto& [key, route] : described_routes) {
        EXPECT_TRUE(routes.contains(key)) << key.second << " " << key.first << " is not a route";
    }
}

TEST_F(OpenApi, NamesTheSameRolesTypesAndKeys) {
    const Description described_routes = described();
    for (const auto& [key, route] : table()) {
        const auto found = described_routes.find(key);
        if (found != described_routes.end()) {
            EXPECT_EQ(found->second.roles, route.roles) << key.second << " " << key.first;
            EXPECT_EQ(found->second.accepts, route.accepts) << key.second << " " << key.first;
            EXPECT_EQ(found->second.with_key, route.with_key) << key.second << " " << key.first;
        }
    }
}

TEST_F(OpenApi, EveryReferenceLeadsSomewhere) {
    check_references(document_);
}

TEST_F(OpenApi, DescribesWhatAKioskSeesFieldByField) {
    std::set<std::string> fields;
    for (const auto& member :
         document_.at_pointer("/components/schemas/TransactionForKiosk/properties").as_object()) {
        fields.emplace(member.key());
    }
    EXPECT_EQ(
        fields,
        (std::set<std::string>{
            "transaction", "checkpoint", "state", "verdict", "reason", "attempts_left", "decision"
        })
    );
}

class SchemaFolder : public ::testing::Test {
protected:
    SchemaFolder() {
        std::filesystem::copy(
            testing::schema_folder() / "openapi",
            folder_.path() / "openapi",
            std::filesystem::copy_options::recursive
        );
        std::filesystem::create_directories(folder_.path() / "notices");
    }
    ErrorCode load_with_notice(const std::string& name, std::string_view text) {
        std::ofstream(folder_.path() / "notices" / name) << text;
        const auto documents = Documents::load(folder_.path());
        return documents.has_value() ? ErrorCode::Internal : documents.error().code();
    }
    testing::TemporaryFolder folder_;
};

TEST_F(SchemaFolder, WithoutANoticeIsAFaultAtStart) {
    EXPECT_EQ(Documents::load(folder_.path()).error().code(), ErrorCode::ConfigInvalid);
    EXPECT_EQ(Documents::load(folder_.path() / "nothing").error().code(), ErrorCode::ConfigInvalid);
}

TEST_F(SchemaFolder, ANoticeMustBeComplete) {
    for (const char* text :
         {"",
          "no json",
          "[]",
          "{}",
          R"({"version":"1.0","control_number":"x","languages":{}})",
          R"({"version":"2.0","control_number":"x","languages":{"en":{"title":"t","lines":["l"],"continue":"c","manual":"m"}}})",
          R"({"version":"1.0","control_number":"x","languages":{"en":{"title":"t","lines":[],"continue":"c","manual":"m"}}})",
          R"({"version":"1.0","control_number":"x","languages":{"en":{"title":"t","lines":["l"],"continue":"c"}}})"
         }) {
        EXPECT_EQ(load_with_notice("1.0.json", text), ErrorCode::ConfigInvalid) << text;
    }
}

TEST_F(SchemaFolder, ACompleteNoticeIsServedAsItStands) {
    const std::string text =
        R"({"version":"1.0","control_number":"x","languages":{"en":{"title":"t","lines":["l"],"continue":"c","manual":"m"}}})";
    std::ofstream(folder_.path() / "notices" / "1.0.json") << text;
    const Documents documents = Documents::load(folder_.path()).value();
    EXPECT_EQ(documents.notice("1.0"), text);
    EXPECT_EQ(documents.notice("../openapi/sallyport").error().code(), ErrorCode::NotFound);
}

} // namespace
} // namespace sallyport::transport
