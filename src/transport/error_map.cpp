#include "transport/error_map.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <string>

namespace sallyport::transport {

namespace {

std::string quoted(std::string_view text) {
    return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

} // namespace

// No default: a new ErrorCode without a line here is a compiler error under -Werror=switch.
HttpMeaning http_meaning(ErrorCode code) {
    switch (code) {
    case ErrorCode::InvalidArgument:
        return {400, "A value is missing or not allowed"};
    case ErrorCode::MalformedInput:
        return {400, "The request cannot be read"};
    case ErrorCode::UnsupportedMediaType:
        return {415, "This content type is not accepted here"};
    case ErrorCode::PayloadTooLarge:
        return {413, "The request is too large"};
    case ErrorCode::ImageUndecodable:
        return {422, "The picture cannot be decoded"};
    case ErrorCode::ImageUnsupported:
        return {422, "This kind of picture is not read"};
    case ErrorCode::ImageTooLarge:
        return {413, "The picture is too large"};
    case ErrorCode::NotFound:
        return {404, "Not found"};
    case ErrorCode::AlreadyExists:
        return {409, "This was recorded before"};
    case ErrorCode::StateConflict:
        return {409, "Not possible in the present state"};
    case ErrorCode::ContextClosed:
        return {409, "The context is closed"};
    case ErrorCode::IdempotencyMismatch:
        return {422, "The idempotency key belongs to another request"};
    case ErrorCode::Unauthenticated:
        return {401, "Sign in first"};
    case ErrorCode::Forbidden:
        return {403, "Not allowed for this role"};
    case ErrorCode::HostRejected:
        return {403, "Not a request of this server's own pages"};
    case ErrorCode::MethodNotAllowed:
        return {405, "This method is not allowed here"};
    case ErrorCode::QueueFull:
        return {429, "Too much at once; try again shortly"};
    case ErrorCode::DeadlineExceeded:
        return {503, "It took too long"};
    case ErrorCode::ModelMissing:
        return {503, "A model file is missing"};
    case ErrorCode::ModelMismatch:
        return {503, "Templates of different model packs do not compare"};
    case ErrorCode::DigestMismatch:
        return {503, "A file is not the one that was pinned"};
    case ErrorCode::NoCalibration:
        return {503, "The model pack is not calibrated for this"};
    case ErrorCode::StorageFull:
        return {507, "The disk is full"};
    case ErrorCode::StorageReadOnly:
        return {503, "The record can be read only"};
    case ErrorCode::StorageFailed:
        return {503, "The record could not be written or read"};
    case ErrorCode::SealBroken:
        return {500, "A sealed record does not open"};
    case ErrorCode::AlreadyRunning:
        return {409, "This is running already"};
    case ErrorCode::ConfigInvalid:
        return {500, "The configuration is not valid"};
    case ErrorCode::IoFailed:
        return {503, "A file or device could not be read"};
    case ErrorCode::NotReady:
        return {503, "Not ready yet"};
    case ErrorCode::Internal:
        return {500, "Something failed inside"};
    }
    return {500, "Something failed inside"};
}

Response make_problem(
    int status,
    std::string_view name,
    std::string_view title,
    std::string_view detail,
    std::string_view members
) {
    std::string body = fmt::format(
        R"({{"type":{},"title":{},"status":{})",
        quoted(fmt::format("/problems/{}", name)),
        quoted(title),
        status
    );
    if (!detail.empty()) {
        body += R"(,"detail":)" + quoted(detail);
    }
    if (!members.empty()) {
        body += ',';
        body += members;
    }
    body += '}';
    return make_response(status, "application/problem+json", body);
}

Response problem_response(const Error& error) {
    const HttpMeaning meaning = http_meaning(error.code());
    const std::string_view detail =
        meaning.status < 500 ? std::string_view(error.message()) : std::string_view();
    Response response =
        make_problem(meaning.status, error_code_name(error.code()), meaning.title, detail);
    if (error.code() == ErrorCode::QueueFull) {
        response.headers.set("Retry-After", "1");
    }
    if (error.code() == ErrorCode::Unauthenticated) {
        // RFC 9110 15.5.2: a 401 names the scheme.
        response.headers.set("WWW-Authenticate", "Bearer");
    }
    return response;
}

std::string_view reason_phrase(int status) {
    switch (status) {
    case 101:
        return "Switching Protocols";
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 204:
        return "No Content";
    case 301:
        return "Moved Permanently";
    case 304:
        return "Not Modified";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 413:
        return "Content Too Large";
    case 415:
        return "Unsupported Media Type";
    case 422:
        return "Unprocessable Content";
    case 426:
        return "Upgrade Required";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 503:
        return "Service Unavailable";
    case 507:
        return "Insufficient Storage";
    default:
        return "";
    }
}

} // namespace sallyport::transport
