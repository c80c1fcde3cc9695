// A template cannot reach a log line: there is no formatter.
#include "biometrics/template.hpp"

#include <fmt/format.h>
#include <string>

std::string line_about(const sallyport::biometrics::Template& face) {
#ifndef SALLYPORT_CONTROL
    return fmt::format("{}", face); // must not compile: biometric data
#else
    return fmt::format("{}", face.version().value);
#endif
}
