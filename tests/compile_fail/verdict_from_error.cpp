// Turning an error into a verdict is spelled out where it is done, so that no return statement does
// it in passing.
#include "domain/verdict.hpp"

sallyport::domain::Verdict answer(const sallyport::Error& error) {
#ifndef SALLYPORT_CONTROL
    return error; // must not compile: the conversion is explicit
#else
    return sallyport::domain::Verdict(error);
#endif
}
