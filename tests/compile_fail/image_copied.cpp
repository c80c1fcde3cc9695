// A picture is moved, or cloned by name; a copy in passing would leave its pixels behind.
#include "imaging/image.hpp"

sallyport::imaging::Image keep(const sallyport::imaging::Image& picture) {
#ifndef SALLYPORT_CONTROL
    return picture; // must not compile: a copy
#else
    return picture.clone();
#endif
}
