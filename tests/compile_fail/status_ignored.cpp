// A commit whose outcome nobody looked at may be no commit.
#include "domain/unit_of_work.hpp"

void careless(sallyport::domain::UnitOfWork& work) {
#ifndef SALLYPORT_CONTROL
    work.commit(); // must not compile: the record may be lost
#else
    static_cast<void>(work.commit());
#endif
}
