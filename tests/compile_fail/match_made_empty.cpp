// There is no Match without a traveler, so no default, no empty braces.
#include "domain/verdict.hpp"

sallyport::domain::Verdict admit() {
#ifndef SALLYPORT_CONTROL
    return sallyport::domain::Match{}; // must not compile: nobody was found
#else
    return sallyport::domain::NoMatch{};
#endif
}
