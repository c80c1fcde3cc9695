// What most handlers need to read and to answer.
#pragma once

#include "transport/internal/strict_json.hpp"
#include "transport/router.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace sallyport::transport {

// The id at {name}. NotFound when it is not one: there can be nothing of that name.
template <class SomeId>
[[nodiscard]] Result<SomeId> id_parameter(const Exchange& exchange, std::string_view name) {
    const Result<SomeId> id = SomeId::parse(exchange.parameter(name));
    if (!id.has_value()) {
        return fail(ErrorCode::NotFound, std::string(name) + " is not an id of 32 hex digits");
    }
    return *id;
}

[[nodiscard]] inline Response json_response(int status, const boost::json::object& body) {
    return make_json(status, boost::json::serialize(body));
}

// The body as JSON; an empty object when there is none and the route allows that.
[[nodiscard]] inline Result<boost::json::object> json_body(const Exchange& exchange) {
    if (exchange.request.body.empty()) {
        return boost::json::object{};
    }
    return parse_strict_object(exchange.request.body);
}

} // namespace sallyport::transport
