// A template is moved, or cloned by name; a copy in passing would leave biometric data behind.
#include "biometrics/template.hpp"

sallyport::biometrics::Template keep(const sallyport::biometrics::Template& face) {
#ifndef SALLYPORT_CONTROL
    return face; // must not compile: a copy
#else
    return face.clone();
#endif
}
