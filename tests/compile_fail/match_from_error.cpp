// An error has no way to become a Match, and nobody but decide() can make one.
#include "domain/verdict.hpp"

sallyport::domain::Verdict admit(const sallyport::Error& error) {
#ifndef SALLYPORT_CONTROL
    return sallyport::domain::Match(error); // must not compile: a failure would admit somebody
#else
    return sallyport::domain::Verdict(error);
#endif
}
