// A Result that may hold an error is not a verdict: its error must be looked at first.
#include "domain/verdict.hpp"

sallyport::domain::Verdict answer(const sallyport::Result<sallyport::domain::Match>& found) {
#ifndef SALLYPORT_CONTROL
    return found; // must not compile: nobody asked whether there is a match
#else
    return found ? sallyport::domain::Verdict(*found) : sallyport::domain::Verdict(found.error());
#endif
}
