// A traveler cannot reach a log line: there is no formatter.
#include "domain/traveler.hpp"

#include <fmt/format.h>
#include <string>

std::string line_about(const sallyport::domain::Traveler& traveler) {
#ifndef SALLYPORT_CONTROL
    return fmt::format("{}", traveler); // must not compile: personal data
#else
    return fmt::format("{}", traveler.id.hex());
#endif
}
