// A Result may not be dropped unread.
#include "base/result.hpp"

sallyport::Result<int> measure();

void careless() {
#ifndef SALLYPORT_CONTROL
    measure(); // must not compile: the error would be lost
#else
    static_cast<void>(measure());
#endif
}
