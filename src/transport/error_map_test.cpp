// Proves that every error code has a status of its own meaning, that problems are RFC 9457, and
// that what failed inside is not told to the client.
#include "transport/error_map.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>
#include <map>

namespace sallyport::transport {
namespace {

namespace json = boost::json;

json::object body_of(const Response& response) {
    const std::string_view text = text_of(response.body);
    return json::parse(json::string_view(text.data(), text.size())).as_object();
}

TEST(ErrorMap, GivesEveryCodeAStatusAndATitle) {
    for (const ErrorCode code : all_error_codes()) {
        const HttpMeaning meaning = http_meaning(code);
        EXPECT_GE(meaning.status, 400) << error_code_name(code);
        EXPECT_LE(meaning.status, 599) << error_code_name(code);
        EXPECT_FALSE(meaning.title.empty());
        EXPECT_FALSE(reason_phrase(meaning.status).empty()) << meaning.status;
    }
}

TEST(ErrorMap, KeepsTheStatusesThatClientsRelyOn) {
    const std::map<ErrorCode, int> expected{
        {ErrorCode::InvalidArgument, 400},
        {ErrorCode::MalformedInput, 400},
        {ErrorCode::Unauthenticated, 401},
        {ErrorCode::Forbidden, 403},
        {ErrorCode::HostRejected, 403},
        {ErrorCode::NotFound, 404},
        {ErrorCode::MethodNotAllowed, 405},
        {ErrorCode::AlreadyExists, 409},
        {ErrorCode::StateConflict, 409},
        {ErrorCode::ContextClosed, 409},
        {ErrorCode::PayloadTooLarge, 413},
        {ErrorCode::ImageTooLarge, 413},
        {ErrorCode::UnsupportedMediaType, 415},
        {ErrorCode::ImageUndecodable, 422},
        {ErrorCode::IdempotencyMismatch, 422},
        {ErrorCode::QueueFull, 429},
        {ErrorCode::Internal, 500},
        {ErrorCode::StorageFull, 507},
    };
    for (const auto& [code, status] : expected) {
        EXPECT_EQ(http_meaning(code).status, status) << error_code_name(code);
    }
}

TEST(ErrorMap, WritesProblemsOfEveryCode) {
    for (const ErrorCode code : all_error_codes()) {
        const Response response = problem_response(Error(code, "say \"what\"\n"));
        EXPECT_EQ(response.headers.find("Content-Type"), "application/problem+json");
        const json::object body = body_of(response);
        EXPECT_EQ(body.at("type").as_string(), "/problems/" + std::string(error_code_name(code)));
        EXPECT_EQ(body.at("status").as_int64(), response.status);
        EXPECT_EQ(body.contains("detail"), response.status < 500);
    }
}

TEST(ErrorMap, KeepsCausesInside) {
    const Response response = problem_response(
        Error(ErrorCode::NotFound, "no such thing", Error(ErrorCode::IoFailed, "/var/secret/path"))
    );
    EXPECT_EQ(text_of(response.body).find("secret"), std::string_view::npos);
}

TEST(ErrorMap, SaysWhenToComeBackAndHowToSignIn) {
    EXPECT_EQ(problem_response(Error(ErrorCode::QueueFull, "x")).headers.find("Retry-After"), "1");
    EXPECT_EQ(
        problem_response(Error(ErrorCode::Unauthenticated, "x")).headers.find("WWW-Authenticate"),
        "Bearer"
    );
}

TEST(ErrorMap, AddsMembersToAProblem) {
    const json::object body =
        body_of(make_problem(422, "manifest-rejected", "title", "", "\"faults\":[1]"));
    EXPECT_EQ(body.at("faults").as_array().size(), 1U);
    EXPECT_FALSE(body.contains("detail"));
}

} // namespace
} // namespace sallyport::transport
