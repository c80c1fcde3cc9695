// What an answer shows of a presented travel document, for staff. Names the holder: never for a
// log.
#pragma once

#include "verification/transaction_service.hpp"

#include <boost/json/object.hpp>

namespace sallyport::transport {

[[nodiscard]] boost::json::object document_view(const verification::DocumentView& document);

} // namespace sallyport::transport
