// A traveler cannot be streamed, so a failed test prints no name either.
#include "domain/traveler.hpp"

#include <ostream>

void write(std::ostream& out, const sallyport::domain::Traveler& traveler) {
#ifndef SALLYPORT_CONTROL
    out << traveler; // must not compile: personal data
#else
    out << traveler.id.hex();
#endif
}
