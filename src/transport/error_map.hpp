// The one map from what went wrong to what HTTP says: a status and a title for every ErrorCode, and
// the RFC 9457 problem made of them. A code without a status does not compile. Pure functions.
#pragma once

#include "base/error.hpp"
#include "transport/http_types.hpp"

#include <string_view>

namespace sallyport::transport {

struct HttpMeaning {
    int status = 500;
    std::string_view title;
};
[[nodiscard]] HttpMeaning http_meaning(ErrorCode code);

// {"type":"/problems/<code>","title","status","detail"}. With a status of 500 or more the detail is
// left out: what failed inside is for the log. QueueFull says when to come back.
[[nodiscard]] Response problem_response(const Error& error);

// A problem of no ErrorCode's own. members: further members as JSON text ("\"faults\":[]"), or
// nothing.
[[nodiscard]] Response make_problem(
    int status,
    std::string_view name,
    std::string_view title,
    std::string_view detail,
    std::string_view members = {}
);

// The reason phrase of a status line.
[[nodiscard]] std::string_view reason_phrase(int status);

} // namespace sallyport::transport
