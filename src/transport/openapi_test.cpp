// Proves that the description of the API and the table of routes name the same paths, methods,
// roles, body types and failures, both ways, that every reference in the description leads
// somewhere, that it lists exactly the kinds of event that the code writes, and that answers and
// lists have the form that it gives them.
#include "manifest/paxlst_test_text.hpp"
#include "transport/documents.hpp"
#include "transport/route_table.hpp"
#include "transport/testing/service_fixture.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <regex>
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
    std::set<std::string> failures; // statuses that follow from how a route runs
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
                for (const char* status : {"429", "500", "503", "507"}) {
                    if (operation.at("responses").as_object().contains(status)) {
                        route.failures.emplace(status);
                    }
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

// What may fail whatever a route does: a worker's queue may be full or slow, a handler may break,
// and whatever is recorded needs room on the disk. Sessions and the choice of a pack are in memory
// only.
std::set<std::string> failures_of(const Route& route) {
    std::set<std::string> failures{"500"};
    if (route.runs_on == RunsOn::Worker) {
        failures.insert({"429", "503"});
    }
    const bool in_memory =
        route.pattern.starts_with("/v1/session") || route.pattern == "/v1/matcher";
    if (route.method != Method::Get && !in_memory) {
        failures.emplace("507");
    }
    return failures;
}

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
        described.failures = failures_of(route);
    }
    return found;
}

// The kinds of event in the sources. Every text of two words with a dot between them is one, unless
// its first word is that of a family of findings; a new family is to be named here.
std::set<std::string> kinds_in_the_sources() {
    const std::set<std::string> findings{"chip", "mrz", "portrait", "reader"};
    const std::regex pattern(R"re("(([a-z]+)\.[a-z_]+)")re");
    std::set<std::string> kinds;
    const auto folder = testing::schema_folder().parent_path() / "src" / "verification";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        const std::string path = entry.path().string();
        if (entry.path().extension() != ".cpp" || path.ends_with("_test.cpp") ||
            path.find("/testing/") != std::string::npos) {
            continue;
        }
        std::ifstream file(entry.path());
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end;
             ++match) {
            if (!findings.contains((*match)[2])) {
                kinds.insert((*match)[1]);
            }
        }
    }
    return kinds;
}

// As much of JSON Schema as the description uses for what is checked here.
class SchemaReader {
public:
    explicit SchemaReader(const json::value& document) : document_(document) {}

    [[nodiscard]] bool fits(const json::value& value, const json::object& schema) const {
        if (const json::value* reference = schema.if_contains("$ref")) {
            const std::string pointer = reference->as_string().c_str() + 1;
            return fits(value, document_.at_pointer(pointer).as_object());
        }
        return has_type(value, schema) && is_listed(value, schema) &&
               has_alternative(value, schema) && has_members(value, schema) &&
               has_items(value, schema);
    }

private:
    static bool is_of(const json::value& value, std::string_view type) {
        return type == "null"      ? value.is_null()
               : type == "string"  ? value.is_string()
               : type == "boolean" ? value.is_bool()
               : type == "integer" ? value.is_int64() || value.is_uint64()
               : type == "number"  ? value.is_number()
               : type == "array"   ? value.is_array()
               : type == "object"  ? value.is_object()
                                   : false;
    }
    static bool has_type(const json::value& value, const json::object& schema) {
        const json::value* type = schema.if_contains("type");
        if (type == nullptr || type->is_string()) {
            return type == nullptr || is_of(value, type->as_string());
        }
        const json::array& types = type->as_array();
        return std::any_of(types.begin(), types.end(), [&](const json::value& one) {
            return is_of(value, one.as_string());
        });
    }
    static bool is_listed(const json::value& value, const json::object& schema) {
        const json::value* listed = schema.if_contains("enum");
        if (listed == nullptr) {
            return true;
        }
        const json::array& values = listed->as_array();
        return std::find(values.begin(), values.end(), value) != values.end();
    }
    bool has_alternative(const json::value& value, const json::object& schema) const {
        const json::value* choices = schema.if_contains("oneOf");
        if (choices == nullptr) {
            return true;
        }
        const json::array& all = choices->as_array();
        return std::count_if(all.begin(), all.end(), [&](const json::value& choice) {
                   return fits(value, choice.as_object());
               }) == 1;
    }
    bool has_members(const json::value& value, const json::object& schema) const {
        if (!value.is_object()) {
            return true;
        }
        if (const json::value* required = schema.if_contains("required")) {
            for (const json::value& name : required->as_array()) {
                if (!value.as_object().contains(name.as_string())) {
                    return false;
                }
            }
        }
        const json::value* properties = schema.if_contains("properties");
        const json::value* more = schema.if_contains("additionalProperties");
        const bool closed = more != nullptr && more->is_bool() && !more->as_bool();
        return std::all_of(
            value.as_object().begin(),
            value.as_object().end(),
            [&](const auto& member) {
                const json::value* own = properties == nullptr
                                             ? nullptr
                                             : properties->as_object().if_contains(member.key());
                return own == nullptr ? !closed : fits(member.value(), own->as_object());
            }
        );
    }
    bool has_items(const json::value& value, const json::object& schema) const {
        const json::value* items = schema.if_contains("items");
        if (items == nullptr || !value.is_array()) {
            return true;
        }
        const json::array& all = value.as_array();
        return std::all_of(all.begin(), all.end(), [&](const json::value& item) {
            return fits(item, items->as_object());
        });
    }

    const json::value& document_;
};

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

TEST_F(OpenApi, NamesTheSameRolesTypesKeysAndFailures) {
    const Description described_routes = described();
    for (const auto& [key, route] : table()) {
        const auto found = described_routes.find(key);
        if (found != described_routes.end()) {
            EXPECT_EQ(found->second.roles, route.roles) << key.second << " " << key.first;
            EXPECT_EQ(found->second.accepts, route.accepts) << key.second << " " << key.first;
            EXPECT_EQ(found->second.with_key, route.with_key) << key.second << " " << key.first;
            EXPECT_EQ(found->second.failures, route.failures) << key.second << " " << key.first;
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

TEST_F(OpenApi, ListsTheKindsOfEventThatTheCodeWrites) {
    std::set<std::string> described;
    for (const json::value& kind :
         document_.at_pointer("/components/schemas/Event/properties/kind/enum").as_array()) {
        described.emplace(kind.as_string());
    }
    EXPECT_EQ(described, kinds_in_the_sources());
}

// Answers of a running installation against the schemas that the description gives them.
class DescribedAnswers : public OpenApi {
protected:
    void expect_fits(const json::value& value, std::string_view schema) {
        const auto& described =
            document_.at_pointer(fmt::format("/components/schemas/{}", schema)).as_object();
        EXPECT_TRUE(SchemaReader(document_).fits(value, described))
            << schema << ": " << json::serialize(value);
    }
    void expect_answer_fits(const std::string& target, std::string_view schema) {
        const Response answer = desk_.send(access::Role::Operator, "GET", target);
        ASSERT_EQ(answer.status, 200) << target << ": " << text_of(answer.body);
        expect_fits(testing::json_of(answer), schema);
    }
    testing::Installation installation_;
    testing::Desk desk_{installation_};
};

TEST_F(DescribedAnswers, OfListsHaveTheirForm) {
    manifest::testing::MessageText text;
    text.travelers = {manifest::testing::traveler_text("QUENTILLARD:ANNA")};
    const std::string as_edifact = text.str();
    for (const auto& [type, body] :
         {std::pair("application/edifact", as_edifact),
          std::pair("application/json", testing::flight_list())}) {
        const Response sent =
            desk_.send(access::Role::Carrier, "POST", "/v1/manifests", type, bytes_of(body));
        ASSERT_EQ(sent.status, 201) << text_of(sent.body);
        expect_fits(testing::json_of(sent), "ManifestAccepted");
        const std::string manifest = "/v1/manifests/" + testing::text_at(sent, "/manifest");
        expect_answer_fits(manifest + "/acknowledgement", "Acknowledgement");
        expect_answer_fits(manifest + "/cusres", "DataAnswer");
        const std::string context = "/v1/contexts/" + testing::text_at(sent, "/contexts/0");
        expect_answer_fits(context, "Context");
        expect_answer_fits(context + "/versions", "Versions");
        expect_answer_fits(context + "/travelers", "Travelers");
    }
    expect_answer_fits("/v1/contexts", "Contexts");
    expect_answer_fits("/v1/checkpoints", "Checkpoints");
    expect_answer_fits("/v1/matcher", "MatcherStatus");
}

TEST_F(DescribedAnswers, OfAVerdictHaveTheirForm) {
    const std::string context = desk_.open_flight();
    const std::string id = desk_.open_transaction(testing::gate);
    const Response verdict = desk_.capture(id, 0);
    ASSERT_EQ(verdict.status, 200) << text_of(verdict.body);
    expect_fits(testing::json_of(verdict), "Transaction");
    expect_answer_fits("/v1/contexts/" + context + "/coverage", "Coverage");
    expect_answer_fits("/v1/contexts/" + context + "/coverage/history", "CoverageHistory");
    expect_answer_fits("/v1/crossings?context=" + context, "Crossings");
    expect_answer_fits("/v1/checkpoints/gate-b12/transactions", "Transactions");
}

TEST_F(DescribedAnswers, AListAsJSONIsWrittenAsDescribed) {
    const json::value list = json::parse(testing::flight_list());
    expect_fits(list, "PassengerListJson");
    expect_fits(json::array{list, list}, "PassengerListJson");
    json::value nameless = list;
    nameless.at("travelers").as_array().front().as_object().erase("family_name");
    const auto& described = document_.at_pointer("/components/schemas/PassengerListJson");
    EXPECT_FALSE(SchemaReader(document_).fits(nameless, described.as_object()));
}

// A member that nobody described, or one that is missing, does not pass unseen.
TEST_F(DescribedAnswers, AreComparedFieldByField) {
    const json::object changes{
        {"added", 1}, {"changed", 0}, {"cancelled", 0}, {"restored", 0}, {"on_board", 0}
    };
    const auto& described = document_.at_pointer("/components/schemas/VersionChanges").as_object();
    const SchemaReader reader(document_);
    EXPECT_FALSE(reader.fits(changes, described));
    json::object whole = changes;
    whole["not_on_board"] = 0;
    EXPECT_TRUE(reader.fits(whole, described));
    whole["moved"] = 0;
    EXPECT_FALSE(reader.fits(whole, described));
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
